"""How a lead may move: which stages a move crosses, what they ask for, and which statuses follow which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.leads.rules import STAGES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

FEN_PER_WAN = 1_000_000
MILESTONE_KINDS = {
    "construction_permit": say("Construction permit"),
    "start_certificate": say("Start certificate"),
    "completion": say("Completion"),
    "production_certificate": say("Production certificate"),
}
START_PROOFS = ("construction_permit", "start_certificate")
PRODUCTION_PROOFS = ("production_certificate",)
NEXT_STATUSES = {
    "active": ("paused", "lost", "terminated", "withdrawn"),
    "paused": ("active", "lost", "terminated", "withdrawn"),
    "lost": ("active", "withdrawn"),
    "terminated": ("active", "withdrawn"),
    "withdrawn": ("active",),
}


@dataclass(frozen=True)
class LeadFacts:
    """What the requirements look at; the pipeline gathers it from the rooms."""

    investor: bool = False
    content: bool = False
    size: bool = False
    investment_fen: int | None = None
    contact_person: bool = False
    source: bool = False
    land: bool = False
    energy: bool = False
    two_way_contact: bool = False
    formal_contract: bool = False
    agreed_dates: bool = False
    yearly_plan: bool = False
    acceptance: bool = False
    open_veto: bool = False
    support_open: bool = False
    in_statistics: bool = False
    """In the statistics of investment, too small for them, or somebody has noted why not."""
    milestones: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Requirement:
    """One thing a stage asks for."""

    stage: str
    code: str
    label: Text
    link: str
    basis: str


def _large(facts: LeadFacts, book: Rulebook) -> bool:
    limit = int(book.tables["large_investment_wan"]) * FEN_PER_WAN
    return facts.investment_fen is not None and facts.investment_fen >= limit


CHECKS: dict[str, Callable[[LeadFacts, Rulebook], bool]] = {
    "investor": lambda facts, _book: facts.investor,
    "content": lambda facts, _book: facts.content,
    "size": lambda facts, _book: facts.size,
    "contact_person": lambda facts, _book: facts.contact_person,
    "source": lambda facts, _book: facts.source,
    "large_land": lambda facts, book: facts.land or not _large(facts, book),
    "large_energy": lambda facts, book: facts.energy or not _large(facts, book),
    "two_way_contact": lambda facts, _book: facts.two_way_contact,
    "formal_contract": lambda facts, _book: facts.formal_contract,
    "agreed_dates": lambda facts, _book: facts.agreed_dates,
    "yearly_plan": lambda facts, _book: facts.yearly_plan,
    "acceptance": lambda facts, _book: facts.acceptance,
    "no_veto": lambda facts, _book: not facts.open_veto,
    "support_reviewed": lambda facts, _book: not facts.support_open,
    "start_proof": lambda facts, _book: bool(facts.milestones & set(START_PROOFS)),
    "production_proof": lambda facts, _book: bool(facts.milestones & set(PRODUCTION_PROOFS)),
    "in_statistics": lambda facts, _book: facts.in_statistics,
}


@lru_cache
def book() -> Rulebook:
    """Load the table of requirements and refuse a broken one."""
    found = beside(__file__, "requirements.toml")
    read_requirements(found)
    return found


def read_requirements(found: Rulebook) -> tuple[Requirement, ...]:
    """Read the requirements; a stage or code that nothing knows is refused by name."""
    rows = []
    for row in found.tables["requirement"]:
        if row["stage"] not in STAGES or row["code"] not in CHECKS:
            message = f"{found.name}: {row['stage']} / {row['code']}"
            raise BrokenRules(message)
        rows.append(Requirement(row["stage"], row["code"], Text(row["label"]), row["link"], row["basis"]))
    return tuple(rows)


@lru_cache
def _table() -> tuple[Requirement, ...]:
    return read_requirements(book())


def requirements(*stages: str) -> tuple[Requirement, ...]:
    """Return what some stages ask for, in the order of the table."""
    return tuple(row for row in _table() if row.stage in stages)


def crossed(now: str, to: str) -> tuple[str, ...]:
    """Return the stages a move enters: every one after the present up to the target; none backwards."""
    return STAGES[STAGES.index(now) + 1 : STAGES.index(to) + 1]


def gaps(now: str, to: str, facts: LeadFacts) -> list[Finding]:
    """Return everything missing for a move through every stage it crosses, each with the place that closes it."""
    wanted = requirements(*crossed(now, to))
    return [
        Finding(f"gap.{row.code}", row.label, row.code, row.link)
        for row in wanted
        if not CHECKS[row.code](facts, book())
    ]


def proof_gaps(stage: str, facts: LeadFacts) -> list[Finding]:
    """Return what an opening entry claims and nobody has proved yet (补证): the gaps of its past stages."""
    return gaps(STAGES[0], stage, facts)


def day_findings(happened_on: date, *, today: date, since: date) -> list[Finding]:
    """Return what is wrong with the day of a change: the future, or before the present stage began."""
    if happened_on > today:
        return [Finding("date.future", say("This day has not come yet."), "happened_on")]
    if happened_on < since:
        text = say("The present stage began on %(day)s; the next one cannot begin before.", day=since)
        return [Finding("date.before", text, "happened_on")]
    return []


def status_findings(now: str, to: str, *, stage: str, reason: str, lost_to: str) -> list[Finding]:
    """Return what is wrong with a change of status."""
    found = []
    if to not in STATUSES or to not in NEXT_STATUSES[now]:
        found.append(Finding("status.step", say("This status cannot follow the present one."), "status"))
    if not reason.strip():
        found.append(Finding("reason.missing", say("Give a reason."), "reason"))
    if to == "lost" and not lost_to.strip():
        found.append(Finding("status.lost_to", say("Say where the project went (or “nowhere”)."), "lost_to"))
    if to == "terminated" and STAGES.index(stage) < STAGES.index("signed"):
        found.append(
            Finding(
                "status.not_signed",
                say("Only a signed project can be terminated; this one is lost or withdrawn."),
                "status",
            )
        )
    return found
