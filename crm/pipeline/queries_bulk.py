"""The leads somebody chose in the list, as one question: what stands on each and which version it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.leads.models import Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from crm.core.actor import Actor


@dataclass(frozen=True)
class ChosenRow:
    """One chosen lead."""

    id: int
    number: str
    name: str
    stage: str
    status: str
    next_steps: str
    version: int
    unit_name: str
    owner_name: str | None


def chosen_leads(lead_ids: list[int], by: Actor) -> list[ChosenRow]:
    """Return those of some leads that somebody may see, in the order given."""
    query: Any = (
        Lead.select(
            Lead.id, Lead.number, Lead.name, Lead.stage, Lead.status, Lead.next_steps, Lead.version, Unit.name,
            Person.name,
        )
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(Lead.id.in_(lead_ids) & visible(by))
    )  # fmt: skip
    found = {row[0]: ChosenRow(*row) for row in query.tuples()}
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]
