"""What a lead is made of: its facts with their kinds and limits, the reported ones, and how edits meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crm.core.errors import Text, say
from crm.core.money import plain_wan, show_hundredths, show_wan
from crm.leads.rules_clocks import clocks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Kind = Literal["text", "long", "money", "mu", "count", "date", "code", "person", "unit"]


@dataclass(frozen=True)
class Fact:
    """One fact of a lead: column name, kind, label, longest text, dictionary, and whether its history is kept."""

    name: str
    kind: Kind
    label: Text
    limit: int = 255
    dictionary: str = ""
    reported: bool = False


FACTS: tuple[Fact, ...] = (
    Fact("name", "text", say("Project name"), 120),
    Fact("investor", "text", say("Investor"), 120, reported=True),
    Fact("investor_place", "text", say("Investor's place"), 60),
    Fact("investor_profile", "long", say("About the investor"), 4000),
    Fact("content", "long", say("What is built"), 20000),
    Fact("products", "long", say("Products and capacity"), 2000),
    Fact("industry", "text", say("Industry"), 60),
    Fact("industry_code", "text", say("Industry code (GB/T 4754)"), 8),
    Fact("build_nature", "code", say("Kind of construction"), dictionary="build_natures"),
    Fact("investment_fen", "money", say("Total investment"), reported=True),
    Fact("investment_max_fen", "money", say("Total investment, upper end"), reported=True),
    Fact("currency", "text", say("Currency"), 3),
    Fact("foreign_amount_cents", "money", say("Amount in foreign currency")),
    Fact("fixed_assets_fen", "money", say("Fixed-asset investment"), reported=True),
    Fact("land_cmu", "mu", say("Land"), reported=True),
    Fact("annual_output_fen", "money", say("Yearly output")),
    Fact("annual_tax_fen", "money", say("Yearly tax")),
    Fact("energy_tce", "count", say("Yearly energy use")),
    Fact("jobs", "count", say("Jobs")),
    Fact("site", "text", say("Site"), 120),
    Fact("park", "code", say("Park"), dictionary="parks", reported=True),
    Fact("source", "code", say("Source"), dictionary="sources", reported=True),
    Fact("recommender", "text", say("Recommended by"), 120),
    Fact("unit_id", "unit", say("Responsible unit"), reported=True),
    Fact("owner_id", "person", say("Officer in charge"), reported=True),
    Fact("contact_name", "text", say("Contact person"), 60),
    Fact("contact_phone", "text", say("Phone"), 120),
    Fact("leader", "text", say("City leader in charge"), 60),
    Fact("first_contact_on", "date", say("First contact")),
    Fact("statistics_on", "date", say("Entered statistics on")),
    Fact("progress", "long", say("Progress"), 4000),
    Fact("problems", "long", say("Problems"), 4000),
    Fact("requests", "long", say("What the enterprise asks for"), 4000),
    Fact("next_steps", "long", say("Next steps"), 4000),
    Fact("remark", "long", say("Remark"), 4000),
)
BY_NAME = {fact.name: fact for fact in FACTS}
HISTORY_LABELS = {
    "stage": say("Stage"),
    "status": say("Status"),
    "themes": say("Themes"),
    "clusters": say("Clusters"),
    "landed": say("Landed"),
    "legs": say("Verified legs"),
    "contracted": say("Contracted"),
    "paid_in": say("Paid in, recognised"),
    "paid_in_recorded": say("Paid in, recorded"),
}
STAGES = ("lead", "qualified", "negotiating", "signed", "started", "producing", "at_capacity")
STATUSES = ("active", "paused", "lost", "terminated", "withdrawn")
CONTACT_KINDS = {
    "visit_here": say("They came to us"),
    "visit_there": say("We went to them"),
    "meeting": say("Meeting"),
    "call": say("Phone call"),
    "message": say("Message"),
    "feedback": say("Feedback to whoever brought it"),
}
STAGE_LABELS = {
    "lead": say("Lead"),
    "qualified": say("Qualified"),
    "negotiating": say("Negotiating"),
    "signed": say("Signed"),
    "started": say("Under construction"),
    "producing": say("In production"),
    "at_capacity": say("At capacity"),
}
STATUS_LABELS = {
    "active": say("Active"),
    "paused": say("Paused"),
    "lost": say("Lost"),
    "terminated": say("Terminated"),
    "withdrawn": say("Withdrawn"),
}
ALARM_DAYS = clocks().silence
WARN_BEFORE = clocks().remind_days


@dataclass(frozen=True)
class Conflict:
    """One fact that two people changed differently: what it was, what the other made it, what I make it."""

    name: str
    base: object
    theirs: object
    mine: object


def label_of(name: str) -> Text:
    """Return the label of a fact or of a history entry."""
    return BY_NAME[name].label if name in BY_NAME else HISTORY_LABELS.get(name, say("Fact"))


def merge(
    base: Mapping[str, object], theirs: Mapping[str, object], mine: Mapping[str, object]
) -> tuple[dict[str, object], list[Conflict]]:
    """Merge my edit into what another saved meanwhile: facts only one side touched merge, the rest are conflicts."""
    merged: dict[str, object] = {}
    conflicts: list[Conflict] = []
    for name, value in mine.items():
        if value == base.get(name):
            continue
        if theirs.get(name) not in (base.get(name), value):
            conflicts.append(Conflict(name, base.get(name), theirs.get(name), value))
        merged[name] = value
    return merged, conflicts


def light(stage: str, status: str, last_sign: date, today: date) -> str:
    """Return a lead's light by the days without an update: green, yellow (7 days before the alarm), red, or none."""
    limit = ALARM_DAYS.get(stage)
    if status != "active" or limit is None:
        return "none"
    quiet = (today - last_sign).days
    if quiet >= limit:
        return "red"
    return "yellow" if quiet >= limit - WARN_BEFORE else "green"


def per_mu(fen: int | None, land_cmu: int | None) -> int | None:
    """Return fen per mu, computed and never typed; None when either side is unknown or there is no land."""
    if fen is None or not land_cmu:
        return None
    return fen * 100 // land_cmu


def show(name: str, value: object) -> str:
    """Show a fact's value for history and conflicts (codes and people are named by the caller)."""
    kind = BY_NAME[name].kind if name in BY_NAME else "text"
    if value is None or value == "":
        return "—"
    if kind == "money" and isinstance(value, int):
        return show_wan(value)
    if kind == "mu" and isinstance(value, int):
        return show_hundredths(value)
    return str(value)


def plain(name: str, value: object) -> str:
    """Return a fact's value as an input field holds it."""
    kind = BY_NAME[name].kind if name in BY_NAME else "text"
    if kind == "money" and isinstance(value, int):
        return plain_wan(value)
    if kind == "mu" and isinstance(value, int):
        return show_hundredths(value).replace(",", "")
    return "" if value is None else str(value)
