"""The projects that a figure counts, as narrow rows; what moved between two days; what was corrected late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.accounts.models import Person, Unit
from crm.leads.models import Lead, LeadFact
from crm.reports.rules_asof import INITIAL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

BATCH = 900


@dataclass(frozen=True)
class Named:
    """A project's name, investor, unit and officer, for lists of figures."""

    id: int
    number: str
    name: str
    investor: str
    unit_name: str
    owner_name: str


def named(ids: Iterable[int]) -> dict[int, Named]:
    """Return the names of some projects, in few statements."""
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), BATCH):
        query = (
            Lead.select(Lead.id, Lead.number, Lead.name, Lead.investor, Unit.name, Person.name)
            .join(Unit, on=(Lead.unit == Unit.id))
            .left_outer_join(Person, on=(Lead.owner == Person.id))
            .where(Lead.id.in_(wanted[start : start + BATCH]))
        )
        found.update({row[0]: Named(row[0], row[1], row[2], row[3], row[4], row[5] or "") for row in query.tuples()})
    return found


@dataclass(frozen=True)
class Correction:
    """One entry of the history that was recorded later than it happened."""

    lead_id: int
    fact: str
    value: str | None
    happened_on: date
    recorded_at: datetime
    by_name: str
    reason: str


def recorded_since(ids: Iterable[int], *, until: date, since: datetime) -> list[Correction]:
    """Return what was recorded after a moment that changes the days up to a day, for some projects, oldest first.

    The first value that a lasting fact ever had stands for the days before it too.
    """
    wanted = sorted(set(ids))
    found: list[Correction] = []
    for start in range(0, len(wanted), BATCH):
        query = (
            LeadFact.select(LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on, LeadFact.recorded_at,
                            LeadFact.by_name, LeadFact.reason)
            .where(LeadFact.lead.in_(wanted[start : start + BATCH]) & (LeadFact.recorded_at >= since)
                   & ((LeadFact.happened_on <= until) | LeadFact.fact.in_(sorted(INITIAL))))
            .order_by(LeadFact.id)
        )  # fmt: skip
        found += [Correction(*row) for row in query.tuples()]
    return found
