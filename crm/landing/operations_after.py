"""After landing: the yearly re-check by other eyes, suspension and its lifting, evidence that ran out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.core.actor import SYSTEM
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.landing.models import Evidence, Recognition
from crm.landing.operations import count_legs, opened
from crm.landing.operations_gate import note_event, standing_recognition
from crm.landing.queries import gate_facts
from crm.landing.queries_eyes import eyes_facts
from crm.landing.rules import RECHECK_RESULTS, gate, verifier_findings
from crm.landing.rules_times import recheck_due
from crm.leads.models import Lead
from crm.leads.operations_facts import record_landing

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def recheck(lead_id: int, result: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Look at a recognition again: confirmed for another year, or in doubt, which a leader then decides.

    The same people are barred as from verifying; confirmed is only what still has its three legs.
    """
    with deed("landing.recheck", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, "landing.recheck", by, doing)
        standing = _standing(lead_id)
        findings = verifier_findings(eyes_facts(lead_id, None, by))
        if result not in RECHECK_RESULTS:
            findings.append(Finding("recheck.result", say("Choose what the re-check found."), "result"))
        if result == "doubt" and not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if result == "confirmed":
            findings += _leg_gaps(lead_id, at)
            if standing.suspended_on:
                text = say("The recognition is suspended; a leader lifts that before it is confirmed.")
                findings.append(Finding("recheck.suspended", text))
        if findings:
            raise Refusal(findings)
        today = shanghai_date(at)
        due = recheck_due(today) if result == "confirmed" else standing.recheck_due
        doing.change("recheck", None, result)
        doing.change("recheck_due", standing.recheck_due, due)
        doing.change("reason", None, reason.strip() or None)
        Recognition.update(recheck_due=due).where(Recognition.id == standing.id).execute()
        note_event(standing.id, result, happened_on=today, reason=reason, next_due=due, by=by, at=at)
        Lead.update(updated_at=at).where(Lead.id == lead.id).execute()


def suspend(lead_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Suspend a recognition: from today it does not count, what was counted before stands."""
    with deed("landing.suspend", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        opened(lead_id, "landing.recognise", by, doing)
        standing, today = _standing(lead_id), shanghai_date(at)
        findings = _reason(reason)
        if standing.suspended_on:
            text = say("The recognition is suspended already, since %(day)s.", day=standing.suspended_on)
            findings.append(Finding("suspend.twice", text))
        if findings:
            raise Refusal(findings)
        doing.change("suspended_on", None, today)
        doing.change("reason", None, reason.strip())
        Recognition.update(suspended_on=today).where(Recognition.id == standing.id).execute()
        note_event(standing.id, "suspended", happened_on=today, reason=reason, by=by, at=at)
        record_landing(
            lead_id, landed_on=None, landed_fen=None, recognised_on=standing.recognised_on, happened_on=today,
            by=by, at=at, reason=reason.strip(),
        )  # fmt: skip


def lift(lead_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Lift a suspension: from today the recognition counts again; its three legs must stand."""
    with deed("landing.lift", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        opened(lead_id, "landing.recognise", by, doing)
        standing, today = _standing(lead_id), shanghai_date(at)
        findings = _reason(reason)
        if not standing.suspended_on:
            findings.append(Finding("lift.none", say("The recognition is not suspended.")))
        findings += _leg_gaps(lead_id, at)
        if findings:
            raise Refusal(findings)
        doing.change("suspended_on", standing.suspended_on, None)
        doing.change("reason", None, reason.strip())
        Recognition.update(suspended_on=None).where(Recognition.id == standing.id).execute()
        note_event(standing.id, "lifted", happened_on=today, reason=reason, by=by, at=at)
        record_landing(
            lead_id, landed_on=standing.recognised_on, landed_fen=standing.counted_fen,
            recognised_on=standing.recognised_on, happened_on=today, by=by, at=at, reason=reason.strip(),
        )  # fmt: skip


def _standing(lead_id: int) -> Any:
    found = standing_recognition(lead_id)
    if found is None:
        raise refuse("gate.not_landed", say("This project is not recognised as landed."), status=409)
    return found


def _reason(reason: str) -> list[Finding]:
    return [] if reason.strip() else [Finding("reason.missing", say("Give a reason."), "reason")]


def _leg_gaps(lead_id: int, at: datetime) -> list[Finding]:
    # Only the legs are asked here: the contract was the recognition's question.
    verdict = gate(gate_facts(lead_id, has_formal_contract=True, on=shanghai_date(at)))
    return [leg.gap for leg in verdict.legs if leg.gap]


def expire_legs(*, at: datetime, by: Actor = SYSTEM) -> int:
    """Mark what ran out, so that the counted legs follow (the gate knew without it); returns how many."""
    today = shanghai_date(at)
    due: Any = Evidence.select().where((Evidence.state == "verified") & (Evidence.valid_until < today))
    done = 0
    for item in list(due.order_by(Evidence.id)):
        with deed("landing.expire", by=by, at=at, kind="lead", thing_id=item.lead_id) as doing:
            opened(item.lead_id, "landing.expire", by, doing)
            still = (Evidence.id == item.id) & (Evidence.state == "verified") & (Evidence.valid_until < today)
            if not Evidence.update(state="expired").where(still).execute():
                doing.silent = True
                continue
            doing.change(f"leg.{item.leg}", "verified", "expired")
            doing.change("valid_until", None, item.valid_until)
            count_legs(item.lead_id, happened_on=item.valid_until + timedelta(days=1), by=by, at=at)
            done += 1
    return done
