"""A figure in words: what it counts, how it is defined, and the address of exactly the projects behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.queries import units
from crm.core.errors import say
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.profile.rules import dictionary
from crm.reports.rules_standing import DIMENSIONS, NONE

if TYPE_CHECKING:
    from datetime import date

    from crm.core.errors import Text

DIMENSION_LABELS = {
    "source": say("Source"), "theme": say("Main theme"), "cluster": say("Main cluster"), "park": say("Park"),
    "unit": say("Responsible unit"),
}  # fmt: skip
FIGURE_LABELS = {
    "work": say("Running projects"), "stage": say("Running projects"), "opening": say("Ledger entries without proof"),
    "status": say("Status"), "landed": say("Landed"), "signed": say("Signed or later"),
    "started": say("Works begun or later"), "paid": say("With recognised paid-in money"), "red": say("Red lights"),
    "stuck": say("Too long at one stage"), "ever": say("Ever reached this stage"),
    "onward": say("Went on from this stage"), "days": say("Days at this stage"), "due": say("Expected landings"),
    "light": say("Lights"), "cohort": say("Signed projects"),
}  # fmt: skip
DEFINITIONS = {
    "work": say("Status active, proven stage; what only the ledger says is counted apart."),
    "opening": say("The ledger says this stage; its proof is still to be handed in. Counted apart."),
    "signed": say("Proven stage signed or later, status active or paused; a framework agreement never counts."),
    "landed": say("Recognised by a leader after three verified legs, and the recognition stands on that day."),
    "started": say("Proven stage under construction or later, status active or paused."),
    "paid": say("Money whose voucher two people of different offices have checked; the rest is left out."),
    "red": say("Running projects with a red light: no update, start overdue, behind plan, or not in statistics."),
    "kept": say("(works begun or later + signed with a dated preparatory step) ÷ ever signed"),
    "producing": say("in production or later ÷ ever signed"),
    "started_rate": say("works begun or later ÷ ever signed"),
    "paid_rate": say("recognised paid-in money ÷ contracted money of those ever signed"),
    "registered": say("with a local entity ÷ ever signed"),
}  # fmt: skip
RATE_LABELS = {
    "kept": say("Contracts kept"), "started": say("Start rate"), "producing": say("Production rate"),
    "paid": say("Paid-in rate"), "registered": say("Registered locally"),
}  # fmt: skip
RATE_DEFINITIONS = {
    "kept": DEFINITIONS["kept"], "started": DEFINITIONS["started_rate"], "producing": DEFINITIONS["producing"],
    "paid": DEFINITIONS["paid_rate"], "registered": DEFINITIONS["registered"],
}  # fmt: skip
LIGHT_KINDS = {
    "update": say("No update"), "start": say("Agreed start passed"), "plan": say("Behind the investment plan"),
    "statistics": say("Not in statistics"),
}  # fmt: skip
LIGHT_WORDS = {"red": say("red"), "yellow": say("yellow")}
COHORT_WORDS = {
    "signed": say("ever signed"), "kept": say("contracts kept"), "started": say("works begun"),
    "producing": say("in production"), "registered": say("registered locally"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which day is asked for, and as known on which day; both None for now."""

    as_of: date | None = None
    known: date | None = None

    @property
    def address(self) -> dict[str, Any]:
        """Return what keeps the question in a page's address."""
        pairs = (("as_of", self.as_of), ("known", self.known))
        return {name: day.isoformat() for name, day in pairs if day is not None}


class Words:
    """The words of codes, looked up once for a page."""

    def __init__(self) -> None:
        """Begin with nothing looked up."""
        self._units: dict[str, str] | None = None

    def of(self, dimension: str, code: str) -> str:
        """Return the words of a code of a dimension."""
        if code == NONE:
            return render(say("not decided"))
        if dimension == "unit":
            if self._units is None:
                self._units = {str(unit.id): unit.name for unit in units(active_only=False)}
            return self._units.get(code, "—")
        return render(say(dictionary(f"{dimension}s").get(code, code)))

    def codes(self, dimension: str) -> list[str]:
        """Return the codes of a dimension in the order of its dictionary, the undecided last."""
        if dimension == "unit":
            self.of("unit", "0")
            return list(self._units or ())
        return [*dictionary(f"{dimension}s"), *([] if dimension == "source" else [NONE])]


def link(key: tuple[str, ...], asked: Asked) -> str:
    """Return the address of the projects behind a figure."""
    return url_for("overview.leads", key=".".join(key), **asked.address)


def number(value: int, key: tuple[str, ...], asked: Asked) -> dict[str, Any]:
    """Return a number with the address of the projects behind it; a zero leads nowhere."""
    return {"value": value, "url": link(key, asked) if value else ""}


def describe(key: tuple[str, ...], words: Words) -> str | None:
    """Say which projects a key asks for; None for a key that no figure has."""
    if not key or key[0] not in FIGURE_LABELS:
        return None
    name, rest = key[0], list(key[1:])
    parts: list[Text | str] = [FIGURE_LABELS[name]]
    if name == "status" and rest:
        parts.append(STATUS_LABELS.get(rest.pop(0), say("—")))
    if name in ("stage", "opening", "ever", "onward", "days", "stuck") and rest:
        parts.append(STAGE_LABELS.get(rest.pop(0), say("—")))
    if name == "light" and len(rest) == len(("kind", "light")):
        parts = [LIGHT_KINDS.get(rest[0], say("—")), LIGHT_WORDS.get(rest[1], say("—"))]
        rest = []
    if name == "cohort" and len(rest) == len(("cohort", "what")):
        year = say("all years") if rest[0] == "all" else say("signed in %(year)s", year=rest[0])
        parts += [year, COHORT_WORDS.get(rest[1], say("—"))]
        rest = []
    if name == "due" and rest:
        parts.append(rest.pop(0))
        parts += [STAGE_LABELS.get(rest.pop(0), say("—"))] if rest else []
    if len(rest) > 1 and rest[0] in DIMENSIONS:
        parts += [say("%(name)s: %(value)s", name=DIMENSION_LABELS[rest[0]], value=words.of(rest[0], rest[1]))]
        rest = rest[2:]
    parts += rest
    return " · ".join(render(part) for part in parts)
