"""What statistics should have had on a past day and did not (漏统), from the history of the facts, as known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Unit
from crm.core.clock import end_of_day
from crm.leads.models import Lead, LeadFact
from crm.leads.queries import visible
from crm.leads.rules_clocks import clocks, statistics_light
from crm.statistics.queries_checks import answers
from crm.statistics.queries_uncounted import MOST, UncountedProject
from crm.statistics.rules_uncounted import BUILDING

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

FACTS = ("stage", "status", "investment_fen", "park", "landed")
STANDS_BEFORE = ("investment_fen", "park")
"""The first recorded value of these stands for the days before it too."""


def uncounted_projects_on(actor: Actor, day: date, known: date | None = None) -> list[UncountedProject]:
    """Return the started projects of the size that counts which had not entered statistics by a day, as known.

    The day of entering is kept without the day it was learned: one that is known now counts from its day on.
    """
    found = []
    said = answers(["uncounted"], known=known or day)
    for row, facts in _candidates(actor, day, known):
        began = min((when for value, when, _opening in facts["stage"] if value in BUILDING), default=None)
        last = {fact: _last(told, day, fact) for fact, told in facts.items()}
        fen = int(last.get("investment_fen") or 0)
        if began is None or began > day or last["stage"] not in BUILDING or last.get("status") != "active":
            continue
        if fen < clocks().statistics_from_fen:
            continue
        opening = _opening(facts["stage"], day)
        found.append(UncountedProject(
            row.id, row.number, row.name, row.unit_name, last.get("park") or "", fen, began, opening,
            bool(last.get("landed")), "calm" if opening else statistics_light(began, day),
            tuple(said.get(("uncounted", row.id, ""), ())),
        ))  # fmt: skip
    return sorted(found, key=lambda one: (one.began_on, one.id))[:MOST]


Told = list[tuple[str | None, Any, bool]]


def _last(told: Told, day: date, fact: str) -> str | None:
    """Return the value in force on a day; of several of one day the one recorded last."""
    value, since = (told[0][0] if fact in STANDS_BEFORE and told else None), None
    for one, when, _opening in told:
        if when <= day and (since is None or when >= since):
            value, since = one, when
    return value


def _opening(told: Told, day: date) -> bool:
    value, since = False, None
    for _one, when, opening in told:
        if when <= day and (since is None or when >= since):
            value, since = opening, when
    return value


def _candidates(actor: Actor, day: date, known: date | None) -> list[tuple[Any, dict[str, Told]]]:
    """Return the projects that had begun works by a day and were not in statistics, each with its facts."""
    works = LeadFact.select(LeadFact.lead).where(
        (LeadFact.fact == "stage") & LeadFact.value.in_(BUILDING) & (LeadFact.happened_on <= day)
    )
    if known is not None:
        works = works.where(LeadFact.recorded_at < end_of_day(known))
    leads: Any = (
        Lead.select(Lead.id, Lead.number, Lead.name, Unit.name.alias("unit_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .where(
            visible(actor, "statistics.view") & Lead.id.in_(works)
            & (Lead.statistics_on.is_null() | (Lead.statistics_on > day))
        )
    )  # fmt: skip
    rows = list(leads.objects())
    facts: dict[int, dict[str, Told]] = defaultdict(lambda: defaultdict(list))
    wanted = LeadFact.fact.in_(FACTS) & LeadFact.lead.in_(leads.select(Lead.id))
    query: Any = LeadFact.select(
        LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on, LeadFact.opening
    ).where(wanted).order_by(LeadFact.id)  # fmt: skip
    if known is not None:
        query = query.where(LeadFact.recorded_at < end_of_day(known))
    for lead_id, fact, *told in query.tuples():
        facts[lead_id][fact].append((told[0], told[1], bool(told[2])))
    return [(row, facts[row.id]) for row in rows]
