"""A suspected false report: a person decides, after the cadre's statement, and once more after an appeal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.credit.models import FalseReport
from crm.credit.operations_evaluation import tariff_of
from crm.leads.models import Claim, Lead

if TYPE_CHECKING:
    from datetime import datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

DECISIONS = {"proven": say("proven"), "unproven": say("not proven")}


def open_case(lead_id: int, cadre_id: int, grounds: str, *, by: Actor, at: datetime) -> int:
    """Open a case: which project, which cadre, on what grounds; the cadre is heard before anything is decided."""
    with deed("false.open", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "credit.confirm")
        lead: Any = Lead.get_or_none(Lead.id == lead_id)
        claimed = Claim.select().where((Claim.lead == lead_id) & (Claim.cadre == cadre_id)).exists()
        if lead is None or not claimed:
            raise refuse("case.claim", say("This cadre never had a share in this project."), "cadre_id", 404)
        doing.on("lead", lead_id, f"{lead.number} {lead.name}")
        findings = _reason(grounds, "grounds")
        running = FalseReport.select().where(
            (FalseReport.lead == lead_id) & (FalseReport.cadre == cadre_id) & FalseReport.closed_at.is_null()
        )
        if running.exists():
            findings.append(Finding("case.running", say("A case about this is open already."), "grounds"))
        if findings:
            raise Refusal(findings)
        doing.change("reason", None, grounds.strip()[:200])
        made: Any = FalseReport.create(
            lead=lead_id, cadre=cadre_id, grounds=grounds.strip(), opened_at=at, opened_by=by.person_id,
            opened_by_name=by.name,
        )  # fmt: skip
        return int(made.id)


def _reason(text: str, field: str) -> list[Finding]:
    return [] if text.strip() else [Finding("reason.missing", say("Give a reason."), field)]


def _case(case_id: int, doing: Deed) -> Any:
    FalseReport.update(grounds=FalseReport.grounds).where(FalseReport.id == case_id).execute()
    row: Any = FalseReport.get_or_none(FalseReport.id == case_id)
    if row is None:
        raise refuse("case.unknown", say("There is no such case."), status=404)
    if row.closed_at is not None:
        raise refuse("case.closed", say("This case is closed."), status=409)
    who: Any = Person.get_by_id(row.cadre_id)
    doing.on("lead", row.lead_id, who.name)
    return row


def state(case_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Enter the cadre's statement: the cadre writes it, or the organisation department notes what was said."""
    with deed("false.state", by=by, at=at, kind="lead") as doing:
        row = _heard(case_id, by, doing)
        findings = _reason(text, "statement")
        if row.decision:
            findings.append(Finding("case.decided", say("The case is decided already; appeal instead."), "statement"))
        if findings:
            raise Refusal(findings)
        doing.change("reason", None, text.strip()[:200])
        FalseReport.update(statement=text.strip(), stated_at=at).where(FalseReport.id == case_id).execute()


def _heard(case_id: int, by: Actor, doing: Deed) -> Any:
    row = _case(case_id, doing)
    if by.person_id != row.cadre_id and not may(by, "credit.confirm"):
        raise refuse("case.unknown", say("There is no such case."), status=404)
    return row


def decide(case_id: int, decision: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Decide after the statement; nothing is taken away before the time for an appeal is over."""
    with deed("false.decide", by=by, at=at, kind="lead") as doing:
        require(by, "credit.confirm")
        row = _case(case_id, doing)
        findings = _reason(reason, "reason")
        if decision not in DECISIONS:
            findings.append(Finding("case.decision", say("Choose a decision."), "decision"))
        if row.decision:
            findings.append(Finding("case.decided", say("The case is decided already."), "decision"))
        if row.stated_at is None:
            findings.append(Finding("case.unheard", say("The cadre is heard first: enter the statement."), "decision"))
        if by.person_id is None or by.person_id == row.cadre_id:
            findings.append(Finding("case.person", say("Another person decides."), "decision"))
        if findings:
            raise Refusal(findings)
        doing.change("decision", None, decision)
        doing.change("reason", None, reason.strip()[:200])
        FalseReport.update(
            decision=decision, decision_reason=reason.strip(), decided_at=at, decided_by=by.person_id,
            decided_by_name=by.name,
        ).where(FalseReport.id == case_id).execute()  # fmt: skip
        if decision == "unproven":
            _close(case_id, "unproven", reason, by, at)


def appeal(case_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Appeal against the decision, once, within the days that the tariff gives."""
    with deed("false.appeal", by=by, at=at, kind="lead") as doing:
        row = _heard(case_id, by, doing)
        findings = _reason(text, "appeal")
        if not row.decision or row.appealed_at is not None:
            findings.append(Finding("case.appeal", say("Only a decision can be appealed against, once."), "appeal"))
        elif shanghai_date(at) > shanghai_date(row.decided_at) + _days(row):
            findings.append(Finding("case.late", say("The time for an appeal is over."), "appeal"))
        if findings:
            raise Refusal(findings)
        doing.change("reason", None, text.strip()[:200])
        FalseReport.update(appeal=text.strip(), appealed_at=at).where(FalseReport.id == case_id).execute()


def _days(row: Any) -> timedelta:
    return timedelta(days=tariff_of(shanghai_date(row.decided_at)).appeal_days)


def close_case(case_id: int, outcome: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Say the last word: after an appeal by somebody who did not decide first, without one when its time is over."""
    with deed("false.close", by=by, at=at, kind="lead") as doing:
        require(by, "credit.confirm")
        row = _case(case_id, doing)
        findings = _reason(reason, "outcome_reason")
        if outcome not in DECISIONS:
            findings.append(Finding("case.decision", say("Choose a decision."), "outcome"))
        if not row.decision:
            findings.append(Finding("case.undecided", say("Decide the case first."), "outcome"))
        elif row.appealed_at is None and shanghai_date(at) <= shanghai_date(row.decided_at) + _days(row):
            day = shanghai_date(row.decided_at) + _days(row)
            text = say("An appeal is possible until %(day)s; close the case afterwards.", day=day)
            findings.append(Finding("case.waiting", text, "outcome"))
        elif row.appealed_at is not None and by.person_id == row.decided_by_id:
            text = say("Somebody who did not take the first decision decides about the appeal.")
            findings.append(Finding("case.same", text, "outcome"))
        if findings:
            raise Refusal(findings)
        doing.change("decision", row.decision, outcome)
        doing.change("reason", None, reason.strip()[:200])
        _close(case_id, outcome, reason, by, at)


def _close(case_id: int, outcome: str, reason: str, by: Actor, at: datetime) -> None:
    FalseReport.update(
        outcome=outcome, outcome_reason=reason.strip(), closed_at=at, closed_by=by.person_id, closed_by_name=by.name
    ).where(FalseReport.id == case_id).execute()
