"""What is missing for the next stage of several projects at once: one statement a table, not one a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.capital.models import Contract
from crm.capital.queries import terms_of_all
from crm.capital.rules import Terms
from crm.leads.models import Contact, Lead
from crm.leads.rules import STAGES
from crm.pipeline.models import Milestone
from crm.pipeline.queries import facts_from
from crm.pipeline.rules import gaps, requirements
from crm.scoring.models import Acceptance, Veto
from crm.statistics.queries_uncounted import noted_reason
from crm.support.queries import leads_with_open_items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crm.core.errors import Finding
    from crm.pipeline.rules import LeadFacts

TERMS = frozenset({"agreed_dates", "yearly_plan"})
PROOFS = frozenset({"start_proof", "production_proof"})
OTHERS = frozenset(
    {"two_way_contact", "formal_contract", "acceptance", "no_veto", "support_reviewed", "in_statistics"}
)
EVERYTHING = OTHERS | TERMS | PROOFS
"""What is asked of other tables than the project's own."""


def next_gaps(stages: Mapping[int, str]) -> dict[int, list[Finding]]:
    """Return what each project lacks for the stage after its own; none for one at the last stage.

    Only what the next stages ask for is read: a page of signed projects does not look for contacts.
    """
    following = {
        lead_id: STAGES[STAGES.index(stage) + 1] for lead_id, stage in stages.items() if stage != STAGES[-1]
    }
    asked = frozenset(row.code for row in requirements(*set(following.values())))
    rules = {stage: {row.code for row in requirements(stage)} for stage in set(following.values())}
    facts = facts_of_all([lead_id for lead_id, stage in following.items() if rules[stage]], asked=asked)
    return {
        lead_id: gaps(stage, following[lead_id], facts[lead_id]) if lead_id in facts else []
        for lead_id, stage in stages.items()
    }


def facts_of_all(lead_ids: list[int], *, asked: Collection[str] = EVERYTHING) -> dict[int, LeadFacts]:
    """Gather what the requirements look at, for several projects; other tables only for the codes that are asked."""
    if not lead_ids:
        return {}
    query: Any = Lead.select(
        Lead.id, Lead.investor, Lead.content, Lead.investment_fen, Lead.foreign_amount_cents, Lead.contact_name,
        Lead.contact_phone, Lead.source, Lead.land_cmu, Lead.energy_tce, Lead.statistics_on,
        noted_reason(Lead.id).alias("noted"),
    ).where(Lead.id.in_(lead_ids))  # fmt: skip
    formal = Contract.voided_at.is_null() & (Contract.kind == "formal")
    two_way = _leads(Contact, lead_ids, Contact.two_way) if "two_way_contact" in asked else ()
    contracted = _leads(Contract, lead_ids, formal) if "formal_contract" in asked else ()
    accepted = _leads(Acceptance, lead_ids, Acceptance.superseded_at.is_null()) if "acceptance" in asked else ()
    vetoed = _leads(Veto, lead_ids, Veto.lifted_at.is_null()) if "no_veto" in asked else ()
    kinds = _proofs(lead_ids) if PROOFS & set(asked) else {lead_id: set() for lead_id in lead_ids}
    terms = terms_of_all(lead_ids) if TERMS & set(asked) else {}
    promised = leads_with_open_items(lead_ids) if "support_reviewed" in asked else ()
    return {
        row.id: facts_from(
            row, terms.get(row.id, Terms()), two_way_contact=row.id in two_way, formal_contract=row.id in contracted,
            acceptance=row.id in accepted, open_veto=row.id in vetoed, support_open=row.id in promised,
            milestones=frozenset(kinds[row.id]), noted=bool(row.noted),
        )
        for row in query
    }  # fmt: skip


def _proofs(lead_ids: list[int]) -> dict[int, set[str]]:
    query: Any = Milestone.select(Milestone.lead, Milestone.kind).where(
        Milestone.lead.in_(lead_ids) & Milestone.voided_at.is_null()
    )
    kinds: dict[int, set[str]] = {lead_id: set() for lead_id in lead_ids}
    for lead_id, kind in query.tuples():
        kinds[lead_id].add(kind)
    return kinds


def _leads(table: Any, lead_ids: list[int], condition: Any) -> set[int]:
    query = table.select(table.lead).where(table.lead.in_(lead_ids) & condition).distinct()
    return {int(lead_id) for (lead_id,) in query.tuples()}
