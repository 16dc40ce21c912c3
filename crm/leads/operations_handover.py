"""Handing a cadre's open leads over when a posting ends: in one step, to a person who may take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.models import Person
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.cadres.queries import posting
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.models_claims import LeadHandover
from crm.leads.operations import apply_changes
from crm.leads.queries_handover import officers, open_leads_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from crm.core.actor import Actor


def hand_over(posting_id: int, lead_ids: Collection[int], taker_id: int | None, reason: str, *, by: Actor,
              at: datetime) -> int:  # fmt: skip
    """Make somebody the officer in charge of a cadre's open leads; unit and owner change, credit does not."""
    with deed("posting.hand_over", by=by, at=at, kind="posting", thing_id=posting_id) as doing:
        require(by, "posting.manage")
        row = posting(posting_id)
        if row is None:
            raise refuse("posting.unknown", say("There is no such posting."), status=404)
        doing.on("posting", posting_id, f"{row.cadre_name} → {row.host_place}")
        Lead.update(version=Lead.version).where(Lead.id.in_(list(lead_ids))).execute()
        leads = {one.id: one for one in open_leads_of(row.cadre_id)}
        taker = Person.get_or_none((Person.id == taker_id) & Person.id.in_(officers()))
        findings = []
        if taker is None or taker.unit_id is None:
            text = say("Choose an active investment promotion officer; only they may take projects.")
            findings.append(Finding("handover.taker", text, "taker_id"))
        if not lead_ids:
            findings.append(Finding("handover.none", say("Choose at least one project."), "lead_ids"))
        if set(lead_ids) - set(leads):
            text = say("One of these projects is no open project of this cadre; look at the list again.")
            findings.append(Finding("handover.other", text, "lead_ids"))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        for lead_id in sorted(lead_ids):
            current = Lead.get_by_id(lead_id)
            wanted = {"owner_id": taker.id, "unit_id": taker.unit_id}
            changed = {name: value for name, value in wanted.items() if getattr(current, name) != value}
            if changed:
                apply_changes(lead_id, changed, by=by, at=at)
            LeadHandover.create(
                lead=lead_id, posting_id=posting_id, cadre=row.cadre_id, taker=taker.id, reason=reason.strip()[:255],
                at=at, by=by.person_id, by_name=by.name,
            )  # fmt: skip
            doing.change(leads[lead_id].number, leads[lead_id].owner_name or None, taker.name)
        return len(lead_ids)
