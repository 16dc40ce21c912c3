"""How a lead moves: the only door for its stage and status, and the arrival that is assessed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.operations import create_lead, edit_lead, open_for
from crm.leads.operations_facts import record_stage, record_status, share_credit
from crm.leads.rules import STAGES
from crm.pipeline.models import Milestone
from crm.pipeline.queries import facts_of
from crm.pipeline.rules import MILESTONE_KINDS, crossed, day_findings, gaps, status_findings
from crm.scoring.operations import assess_lead

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

ASSESSED = frozenset({"name", "content", "products", "investor", "industry_code"})
WHOLE_BPS = 10_000
LIVE = ("active", "paused")


def create_assessed(values: dict[str, Any], *, by: Actor, at: datetime, client_key: str | None = None,
                    despite_similar: bool = False) -> int:  # fmt: skip
    """Enter a lead and assess it in one deed; a cadre's own report is credited to that cadre."""
    with deed("lead.create", by=by, at=at, kind="lead", label=values.get("name", ""), several=True) as doing:
        known = Lead.select().where(Lead.client_key == client_key).exists() if client_key else False
        lead_id = create_lead(values, by=by, at=at, client_key=client_key, despite_similar=despite_similar)
        doing.on("lead", lead_id, values.get("name", ""))
        if known:
            return lead_id
        assess_lead(lead_id, by=by, at=at)
        if "cadre" in by.roles and by.person_id is not None:
            share_credit(lead_id, [(by.person_id, WHOLE_BPS)], reason="", by=by, at=at)
        return lead_id


def edit_assessed(lead_id: int, values: dict[str, Any], *, base: dict[str, Any], version: int, by: Actor,
                  at: datetime) -> None:  # fmt: skip
    """Edit a lead's facts and assess it anew when what it makes was touched."""
    with deed("lead.edit", by=by, at=at, kind="lead", thing_id=lead_id, several=True):
        before = Lead.get_or_none(Lead.id == lead_id)
        edit_lead(lead_id, values, base=base, version=version, by=by, at=at)
        after = Lead.get_by_id(lead_id)
        if before and any(getattr(before, name) != getattr(after, name) for name in ASSESSED):
            assess_lead(lead_id, by=by, at=at)


def advance_gaps(lead_id: int, to: str) -> list[Finding]:
    """Return everything missing for a move to a stage."""
    row = Lead.get_by_id(lead_id)
    return gaps(row.stage, to, facts_of(lead_id))


def move(lead_id: int, to: str, *, happened_on: date, note: str, by: Actor, at: datetime) -> None:
    """Move a lead to a stage on the day it really happened; every gap of every stage crossed is refused at once.

    Backwards only a leader moves, with a reason.
    """
    with deed("stage.move", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        row = _opened(lead_id, "stage.move", by, doing)
        if to not in STAGES or to == row.stage:
            raise refuse("stage.unknown", say("Choose another stage than the present one."), "to")
        findings = move_findings(row, to, happened_on=happened_on, note=note, by=by, at=at)
        if findings:
            raise Refusal(findings)
        forward = STAGES.index(to) > STAGES.index(row.stage)
        doing.change("stage", row.stage, to)
        doing.change("happened_on", None, happened_on)
        if note.strip():
            doing.change("reason", None, note.strip())
        # A jump enters every stage it crosses, so that "ever signed" counts it too.
        for stage in crossed(row.stage, to) if forward else (to,):
            record_stage(lead_id, stage, happened_on=happened_on, reason=note.strip(), by=by, at=at)


def move_findings(row: Any, to: str, *, happened_on: date, note: str, by: Actor, at: datetime) -> list[Finding]:
    """Return everything that keeps somebody from moving a lead to another stage; whoever only looks asks here too."""
    forward = STAGES.index(to) > STAGES.index(row.stage)
    findings = gaps(row.stage, to, facts_of(row.id)) if forward else _backward_findings(row, to, by, note)
    if by.person_id is None:
        findings.append(Finding("stage.person", say("Only a person who signed in moves a project.")))
    if row.status != "active":
        findings.append(
            Finding("status.not_active", say("Only an active project moves; change its status first."), "status")
        )
    since = row.stage_since if forward and not row.opening else happened_on
    return findings + day_findings(happened_on, today=shanghai_date(at), since=since)


def _opened(lead_id: int, permission: str, by: Actor, doing: Deed) -> Any:
    require(by, permission)
    # The no-op update takes the row lock on PostgreSQL, so that two moves are judged one after the other.
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
    row = open_for(lead_id, by, permission)
    doing.on("lead", lead_id, f"{row.number} {row.name}")
    return row


def _backward_findings(row: Any, to: str, by: Actor, note: str) -> list[Finding]:
    found = []
    if row.recognised_on and STAGES.index(to) < STAGES.index("signed"):
        found.append(
            Finding("stage.landed", say("The project is recognised as landed: end or revoke that first."), "to")
        )
    if "manager" not in by.roles:
        found.append(Finding("stage.backwards", say("Only a leader moves a project back."), "to"))
    if not note.strip():
        found.append(Finding("reason.missing", say("Give a reason."), "reason"))
    return found


def change_status(lead_id: int, status: str, *, reason: str, lost_to: str, happened_on: date, by: Actor,
                  at: datetime) -> None:  # fmt: skip
    """Pause, lose, terminate, withdraw or reactivate a lead, with the reason and the day; withdrawing asks a leader."""
    with deed("status.change", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        row = _opened(lead_id, "status.change", by, doing)
        findings = changed_findings(row, status, reason=reason, lost_to=lost_to, happened_on=happened_on, by=by, at=at)
        if findings:
            raise Refusal(findings)
        full = f"{reason.strip()}（{lost_to.strip()}）" if status == "lost" else reason.strip()
        doing.change("status", row.status, status)
        doing.change("reason", None, full)
        record_status(lead_id, status, happened_on=happened_on, reason=full, by=by, at=at)


def changed_findings(row: Any, status: str, *, reason: str, lost_to: str, happened_on: date, by: Actor,
                     at: datetime) -> list[Finding]:  # fmt: skip
    """Return everything that keeps somebody from changing a lead's status; whoever only looks asks here too."""
    findings = status_findings(row.status, status, stage=row.stage, reason=reason, lost_to=lost_to)
    if "withdrawn" in {row.status, status} and not may(by, "status.withdraw"):
        text = say("A leader approves a withdrawal, and its taking back.")
        findings.append(Finding("status.withdraw", text, "status"))
    if row.recognised_on and status not in LIVE:
        text = say("The project is recognised as landed: end or revoke that first.")
        findings.append(Finding("status.landed", text, "status"))
    since = happened_on if row.opening else row.status_since
    return findings + day_findings(happened_on, today=shanghai_date(at), since=since)


def record_milestone(lead_id: int, kind: str, *, happened_on: date, document_no: str, note: str, by: Actor,
                     at: datetime, file_id: int | None = None) -> int:  # fmt: skip
    """Record a dated proof of works: permit, start, completion or production certificate."""
    with deed("milestone.record", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        _opened(lead_id, "stage.move", by, doing)
        findings = day_findings(happened_on, today=shanghai_date(at), since=happened_on)
        if kind not in MILESTONE_KINDS:
            findings.append(Finding("milestone.kind", say("Choose a kind of proof."), "kind"))
        if not document_no.strip():
            findings.append(Finding("milestone.document", say("Give the document's number or name."), "document_no"))
        if findings:
            raise Refusal(findings)
        doing.change("kind", None, kind)
        doing.change("happened_on", None, happened_on)
        doing.change("document_no", None, document_no.strip())
        made = Milestone.create(
            lead=lead_id, kind=kind, happened_on=happened_on, document_no=document_no.strip()[:255],
            note=note.strip()[:255], file_id=file_id, recorded_by=by.person_id, recorded_by_name=by.name,
            recorded_at=at,
        )  # fmt: skip
        Lead.update(updated_at=at).where(Lead.id == lead_id).execute()
        return int(made.id)


def void_milestone(milestone_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Void a proof that was recorded by mistake; it stays on record."""
    with deed("milestone.void", by=by, at=at, kind="milestone", thing_id=milestone_id) as doing:
        row = Milestone.get_or_none((Milestone.id == milestone_id) & Milestone.voided_at.is_null())
        if row is None:
            raise refuse("milestone.unknown", say("There is no such standing proof."), status=404)
        _opened(row.lead_id, "stage.move", by, doing)
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("kind", row.kind, None)
        Milestone.update(voided_at=at, voided_by=by.person_id, void_reason=reason.strip()[:255]).where(
            Milestone.id == milestone_id
        ).execute()
