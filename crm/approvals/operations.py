"""What is done to approvals of a project: list them, accept, stop, go on, end; each with its day and its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.models import Unit
from crm.accounts.rules import require
from crm.approvals.models import FAR, ApprovalCase, CaseStop
from crm.approvals.queries import Case, case_reached, catalogue, closed_parks, powers
from crm.approvals.rules import MOST_DAYS, OPEN, OUTCOMES, PARK, day_findings, due_on, unknown_years, used
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import render
from crm.leads.models import Lead
from crm.leads.operations import open_for
from crm.profile.rules import dictionary, label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crm.approvals.rules import Step
    from crm.audit.operations import Deed
    from crm.core.actor import Actor

PERMISSION = "approval.record"


def list_procedures(lead_id: int, codes: Sequence[str], *, by: Actor, at: datetime) -> int:
    """Put procedures of the catalogue on a project's list, each with whoever is responsible today; returns how many."""
    with deed("approval.list", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, PERMISSION)
        # The no-op update takes the lead's row lock on PostgreSQL, so that nobody lists the same twice.
        Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
        lead: Any = open_for(lead_id, by, PERMISSION)
        doing.on("lead", lead_id, f"{lead.number} {lead.name}")
        steps = {step.code: step for step in catalogue()}
        unknown = [code for code in codes if code not in steps]
        if unknown or not codes:
            text = say("Choose procedures of the catalogue.") if not unknown else say(
                "The catalogue has no procedure %(codes)s.", codes=", ".join(unknown))  # fmt: skip
            raise refuse("approval.unknown", text, "codes")
        open_now = ApprovalCase.select(ApprovalCase.code).where(
            (ApprovalCase.lead == lead_id) & ApprovalCase.state.in_(OPEN)
        )
        standing = {row.code for row in open_now}
        wanted = [steps[code] for code in dict.fromkeys(codes) if code not in standing]
        closed = _operates_closed(lead.park, shanghai_date(at))
        handed = {row.procedure_code for row in powers(lead.park or "none") if row.ended_on is None}
        for step in wanted:
            _list_one(lead, step, closed=closed or step.code in handed, by=by, at=at)
            doing.change("approval.listed", None, step.name)
        doing.silent = not wanted
        return len(wanted)


def _operates_closed(park: str | None, day: date) -> bool:
    said = closed_parks().get(park or "")
    return said is not None and said.closed_on is not None and said.closed_on <= day


def park_name(park: str | None) -> str:
    """Return the name of a project's park as the catalogue's word `park` means it."""
    return render(label("parks", park)) if park in dictionary("parks") else render(say("the park"))


def _list_one(lead: Any, step: Step, *, closed: bool, by: Actor, at: datetime) -> None:
    unit_name = step.unit(closed=closed, park_name=park_name(lead.park))
    unit = Unit.get_or_none(Unit.name == unit_name)
    by_park = closed and step.unit_after == PARK
    if by_park and unit is None:
        # A park's office carries the park's name in its own (北工业园区 → 北工业园区管委会).
        unit = Unit.select().where(Unit.name.startswith(unit_name)).order_by(Unit.id).first()
    ApprovalCase.create(
        lead=lead.id, code=step.code, name=step.name, position=step.position, unit_name=unit_name,
        unit=unit.id if unit else None, promised_days=step.promised_days, by_park=by_park,
        recorded_by=by.person_id, recorded_at=at, changed_at=at,
    )  # fmt: skip


def opened(case_id: int, by: Actor, doing: Deed, states: Sequence[str]) -> Case:
    """Lock and return a case for a deed, or refuse when it is not there to be changed or stands elsewhere."""
    require(by, PERMISSION)
    ApprovalCase.update(changed_at=ApprovalCase.changed_at).where(ApprovalCase.id == case_id).execute()
    case = case_reached(case_id, by, PERMISSION)
    if case is None:
        raise refuse("approval.missing", say("There is no such procedure, or it is not yours."), status=404)
    doing.on("lead", case.lead_id, f"{case.number} {case.lead_name}")
    if case.state not in states:
        text = say("“%(name)s” has moved on meanwhile; look at it again.", name=case.name)
        raise refuse("approval.moved", text, status=409)
    return case


def accept(case_id: int, day: date | None, *, by: Actor, at: datetime, promised: int | None = None,
           estimate_ok: bool = False) -> None:  # fmt: skip
    """Start a case's clock on the day its papers were accepted.

    A promise that runs into a year whose holidays nobody knows is asked about; confirmed, it is kept as an estimate.
    """
    with deed("approval.accept", by=by, at=at, kind="approval", thing_id=case_id) as doing:
        case = opened(case_id, by, doing, ("planned",))
        days = case.promised_days if promised is None else promised
        findings = day_findings(day, not_before=None, today=shanghai_date(at), field="day")
        if not 1 <= days <= MOST_DAYS:
            text = say("Promise between 1 and %(most)s working days.", most=MOST_DAYS)
            findings.append(Finding("procedure.days", text, "promised_days"))
        if findings or day is None:
            raise Refusal(findings)
        due, estimated = _due(case, day, days, estimate_ok=estimate_ok)
        ApprovalCase.update(
            state="running", accepted_on=day, promised_days=days, due_on=due, sort_on=due or FAR,
            estimated=estimated, changed_at=at,
        ).where(ApprovalCase.id == case_id).execute()  # fmt: skip
        doing.change(f"approval.{case.name}", render(say("not handed in yet")), day)
        doing.change("approval.promised_days", case.promised_days, days)


def _due(case: Case, accepted: date, days: int, *, estimate_ok: bool) -> tuple[date | None, bool]:
    due, estimated = due_on(accepted, days, case.stops)
    if due is not None and estimated and not estimate_ok:
        years = ", ".join(map(str, unknown_years(accepted, due)))
        text = say("The holidays of %(years)s are not known yet, so the last day would be an estimate (%(day)s). "
                   "Confirm the estimate, or enter the calendar first.", years=years, day=due)  # fmt: skip
        raise refuse("calendar.ends", text, "estimate_ok")
    return due, estimated


def stop(case_id: int, day: date | None, reason: str, *, by: Actor, at: datetime) -> None:
    """Let a case's clock stand still from a day on, with the reason (papers asked for again, public notice)."""
    with deed("approval.stop", by=by, at=at, kind="approval", thing_id=case_id) as doing:
        case = opened(case_id, by, doing, ("running",))
        last = max((stretch.to_on for stretch in case.stops if stretch.to_on), default=case.accepted_on)
        findings = day_findings(day, not_before=last, today=shanghai_date(at), field="day")
        findings += _reason_findings(reason)
        if findings:
            raise Refusal(findings)
        CaseStop.create(case=case_id, from_on=day, reason=reason.strip()[:255], by=by.person_id, at=at)
        ApprovalCase.update(state="stopped", due_on=None, sort_on=FAR, changed_at=at).where(
            ApprovalCase.id == case_id
        ).execute()
        doing.change(f"approval.{case.name}", render(say("being handled")), reason.strip())


def _reason_findings(reason: str) -> list[Finding]:
    return [] if reason.strip() else [Finding("reason.missing", say("Give a reason."), "reason")]


def go_on(case_id: int, day: date | None, *, by: Actor, at: datetime, estimate_ok: bool = False) -> None:
    """Let a case's clock run on from a day; the days between do not count."""
    with deed("approval.go_on", by=by, at=at, kind="approval", thing_id=case_id) as doing:
        case = opened(case_id, by, doing, ("stopped",))
        since = next(stretch.from_on for stretch in case.stops if stretch.to_on is None)
        findings = day_findings(day, not_before=since, today=shanghai_date(at), field="day")
        if findings:
            raise Refusal(findings)
        CaseStop.update(to_on=day).where((CaseStop.case == case_id) & CaseStop.to_on.is_null()).execute()
        case = case_reached(case_id, by, PERMISSION) or case
        assert case.accepted_on is not None  # noqa: S101 - only an accepted case can be stopped
        due, estimated = _due(case, case.accepted_on, case.promised_days, estimate_ok=estimate_ok or case.estimated)
        ApprovalCase.update(state="running", due_on=due, sort_on=due or FAR, estimated=estimated, changed_at=at).where(
            ApprovalCase.id == case_id
        ).execute()
        doing.change(f"approval.{case.name}", render(say("clock stands still")), day)


def end(case_id: int, day: date | None, outcome: str, document: str, *, by: Actor, at: datetime) -> None:
    """End a case as granted or not granted, with the number of its document; its working days are counted and kept."""
    with deed("approval.end", by=by, at=at, kind="approval", thing_id=case_id) as doing:
        case = opened(case_id, by, doing, ("running",))
        findings = day_findings(day, not_before=case.accepted_on, today=shanghai_date(at), field="day")
        if outcome not in OUTCOMES:
            findings.append(Finding("approval.outcome", say("Choose one of the offered values."), "outcome"))
        if not document.strip():
            text = say("Name the document or its number; without it nothing can be shown later.")
            findings.append(Finding("approval.document", text, "document"))
        if findings or day is None or case.accepted_on is None:
            raise Refusal(findings)
        ApprovalCase.update(
            state=outcome, ended_on=day, used_days=used(case.accepted_on, day, case.stops),
            document=document.strip()[:255], changed_at=at,
        ).where(ApprovalCase.id == case_id).execute()  # fmt: skip
        doing.change(f"approval.{case.name}", render(say("being handled")), render(OUTCOMES[outcome]))
        doing.change("approval.document", None, document.strip())


def drop(case_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Take a procedure off the list since the project does not need it; it stays on record with the reason."""
    with deed("approval.drop", by=by, at=at, kind="approval", thing_id=case_id) as doing:
        case = opened(case_id, by, doing, OPEN)
        findings = _reason_findings(reason)
        if findings:
            raise Refusal(findings)
        today = shanghai_date(at)
        CaseStop.update(to_on=today).where((CaseStop.case == case_id) & CaseStop.to_on.is_null()).execute()
        ApprovalCase.update(
            state="dropped", ended_on=today, due_on=None, sort_on=FAR, note=reason.strip(), changed_at=at
        ).where(ApprovalCase.id == case_id).execute()
        doing.change(f"approval.{case.name}", None, reason.strip())
