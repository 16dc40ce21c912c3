"""What a cadre did within some days: leads reported, contacts, visits, stages reached; the monthly report's prefill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.core.clock import end_of_day
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.models_claims import LeadReport
from crm.leads.rules import STAGES

if TYPE_CHECKING:
    from datetime import date

MOST = 200


@dataclass(frozen=True)
class MonthFacts:
    """What the product knows of a cadre's month; every entry names its lead."""

    reported: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[str, str, date, str], ...]
    stages: tuple[tuple[str, str, date, str], ...]

    @property
    def visits(self) -> int:
        """Return how many of the contacts were visits, here or there."""
        return sum(kind in ("visit_here", "visit_there") for *_, kind in self.contacts)

    def kept(self) -> dict[str, Any]:
        """Return the facts as the report keeps them."""
        return {
            "reported": [list(one) for one in self.reported],
            "contacts": [[number, name, day.isoformat(), kind] for number, name, day, kind in self.contacts],
            "stages": [[number, name, day.isoformat(), stage] for number, name, day, stage in self.stages],
            "visits": self.visits,
        }


def month_facts(cadre_id: int, start: date, end: date) -> MonthFacts:
    """Return what happened between two days in the leads that a cadre reported or has a share in."""
    credited = Claim.select(Claim.lead).where((Claim.cadre == cadre_id) & Claim.ended_at.is_null())
    since, until = end_of_day(start - timedelta(days=1)), end_of_day(end)
    reported: Any = (
        LeadReport.select(Lead.number, Lead.name)
        .join(Lead, on=(LeadReport.lead == Lead.id))
        .where((LeadReport.cadre == cadre_id) & (LeadReport.proved_at >= since) & (LeadReport.proved_at < until))
        .order_by(LeadReport.id)
        .limit(MOST)
    )
    contacts: Any = (
        Contact.select(Lead.number, Lead.name, Contact.happened_on, Contact.kind)
        .join(Lead, on=(Contact.lead == Lead.id))
        .where(Contact.lead.in_(credited) & (Contact.happened_on >= start) & (Contact.happened_on <= end))
        .order_by(Contact.happened_on, Contact.id)
        .limit(MOST)
    )
    stages: Any = (
        LeadFact.select(Lead.number, Lead.name, LeadFact.happened_on, LeadFact.value)
        .join(Lead, on=(LeadFact.lead == Lead.id))
        .where(
            LeadFact.lead.in_(credited) & (LeadFact.fact == "stage") & LeadFact.value.in_(STAGES[1:])
            & (LeadFact.happened_on >= start) & (LeadFact.happened_on <= end)
        )
        .order_by(LeadFact.happened_on, LeadFact.id)
        .limit(MOST)
    )  # fmt: skip
    return MonthFacts(tuple(reported.tuples()), tuple(contacts.tuples()), tuple(stages.tuples()))
