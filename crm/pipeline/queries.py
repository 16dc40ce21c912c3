"""Questions the pipeline asks before a move: the facts of all rooms, and the dated proofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.capital.queries import formal_contract, terms_of
from crm.leads.models import Contact, Lead
from crm.leads.rules_clocks import clocks
from crm.pipeline.models import Milestone
from crm.pipeline.rules import LeadFacts
from crm.scoring.queries import has_acceptance, open_vetoes
from crm.statistics.queries_uncounted import noted_reason
from crm.support.queries import open_items

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.capital.rules import Terms


@dataclass(frozen=True)
class MilestoneRow:
    """One dated proof."""

    id: int
    kind: str
    happened_on: date
    document_no: str
    note: str
    by_name: str
    recorded_at: datetime
    voided_at: datetime | None
    void_reason: str


def milestones_of(lead_id: int) -> list[MilestoneRow]:
    """Return a lead's dated proofs, the latest first, voided ones among them."""
    query = (
        Milestone.select().where(Milestone.lead == lead_id).order_by(Milestone.happened_on.desc(), Milestone.id.desc())
    )
    return [
        MilestoneRow(row.id, row.kind, row.happened_on, row.document_no, row.note, row.recorded_by_name,
                     row.recorded_at, row.voided_at, row.void_reason or "")
        for row in query
    ]  # fmt: skip


def facts_of(lead_id: int) -> LeadFacts:
    """Gather what the requirements look at; on a lead's page most of it has been read already."""
    row: Any = Lead.select(Lead, noted_reason(Lead.id).alias("noted")).where(Lead.id == lead_id).get()
    return facts_from(
        row,
        noted=bool(row.noted),
        terms=terms_of(lead_id),
        two_way_contact=Contact.select().where((Contact.lead == lead_id) & Contact.two_way).exists(),
        formal_contract=formal_contract(lead_id) is not None,
        acceptance=has_acceptance(lead_id),
        open_veto=bool(open_vetoes(lead_id)),
        support_open=bool(open_items(lead_id)),
        milestones=frozenset(item.kind for item in milestones_of(lead_id) if item.voided_at is None),
    )


def facts_from(row: Any, terms: Terms, *, noted: bool, **known: Any) -> LeadFacts:
    """Tell what the requirements look at from a lead's row, its terms in force, and what else is known of it.

    `noted` says that somebody has written down why the project is not in the statistics of investment.
    """
    small = row.investment_fen is not None and row.investment_fen < clocks().statistics_from_fen
    return LeadFacts(
        in_statistics=row.statistics_on is not None or small or noted,
        investor=bool(row.investor), content=bool(row.content), investment_fen=row.investment_fen,
        size=row.investment_fen is not None or row.foreign_amount_cents is not None,
        contact_person=bool(row.contact_name and row.contact_phone), source=bool(row.source),
        land=row.land_cmu is not None, energy=row.energy_tce is not None,
        agreed_dates=terms.dated, yearly_plan=bool(terms.yearly_plan), **known,
    )  # fmt: skip
