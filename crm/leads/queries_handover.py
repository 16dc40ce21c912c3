"""What a cadre leaves behind when a posting ends: open leads with who holds them, and who may take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, RoleGrant, Unit
from crm.leads.models import Claim, Lead
from crm.leads.models_claims import LeadHandover

if TYPE_CHECKING:
    from datetime import datetime

OPEN = ("active", "paused")


@dataclass(frozen=True)
class OpenLead:
    """One open lead of a cadre and who is in charge of it now."""

    id: int
    number: str
    name: str
    stage: str
    unit_name: str
    owner_id: int | None
    owner_name: str
    held: bool
    """True when an active officer is in charge already."""


def officers() -> Any:
    """Return the ids of those who may take leads: active, and officers now."""
    return (
        RoleGrant.select(RoleGrant.person)
        .join(Person, on=(RoleGrant.person == Person.id))
        .where((RoleGrant.role == "officer") & RoleGrant.ended_at.is_null() & Person.active)
    )


def open_leads_of(cadre_id: int) -> list[OpenLead]:
    """Return the open leads that a cadre reported or has a share in, by number."""
    mine = Claim.select(Claim.lead).where((Claim.cadre == cadre_id) & Claim.ended_at.is_null())
    takers = {row[0] for row in officers().tuples()}
    query: Any = (
        Lead.select(Lead.id, Lead.number, Lead.name, Lead.stage, Unit.name, Lead.owner, Person.name)
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where((Lead.id.in_(mine) | (Lead.created_by == cadre_id)) & Lead.status.in_(OPEN))
        .order_by(Lead.id)
    )
    return [OpenLead(*(*row[:6], row[6] or "", row[5] in takers)) for row in query.tuples()]


@dataclass(frozen=True)
class HandoverRow:
    """One lead that was handed over."""

    number: str
    name: str
    taker_name: str
    reason: str
    at: datetime
    by_name: str


def handovers_of(posting_id: int) -> list[HandoverRow]:
    """Return what was handed over when a posting ended."""
    query: Any = (
        LeadHandover.select(Lead.number, Lead.name, Person.name, LeadHandover.reason, LeadHandover.at,
                            LeadHandover.by_name)
        .join(Lead, on=(LeadHandover.lead == Lead.id))
        .switch(LeadHandover)
        .join(Person, on=(LeadHandover.taker == Person.id))
        .where(LeadHandover.posting_id == posting_id)
        .order_by(LeadHandover.id)
    )  # fmt: skip
    return [HandoverRow(*row) for row in query.tuples()]
