"""Checking paid-in money: its voucher is brought, two people of two offices look at it, and only then it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.capital.models import PaidIn, PaidInCheck
from crm.capital.operations import PERMISSION, entry, opened, sum_recognised, voucher_warnings
from crm.capital.queries_checks import checker_facts, checks_of, same_voucher_file
from crm.capital.rules_checks import VERDICTS, checker_findings, recognised
from crm.core.errors import Finding, Refusal, refuse, say
from crm.files.queries import stored_file

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

CHECK = "capital.check"


def attach_voucher(paid_in_id: int, file_id: int, *, by: Actor, at: datetime) -> tuple[Finding, ...]:
    """Bring the voucher of an entry that was recorded without one; a voucher is never replaced, only reversed."""
    with deed("paid_in.voucher", by=by, at=at, kind="paid_in", thing_id=paid_in_id) as doing:
        known = entry(PaidIn, paid_in_id)
        opened(known.lead_id, by, doing, PERMISSION)
        known = entry(PaidIn, paid_in_id)
        file = stored_file(file_id)
        findings = []
        if known.voided_at is not None:
            findings.append(Finding("entry.voided", say("This entry is voided already."), "file"))
        if known.file_id is not None:
            text = say("The entry has its voucher. A wrong one is taken back with the entry, which is recorded anew.")
            findings.append(Finding("paid_in.has_voucher", text, "file"))
        if file is None:
            findings.append(Finding("file.unknown", say("Choose the file of the document."), "file"))
        if findings or file is None:
            raise Refusal(findings)
        PaidIn.update(file_id=file_id).where(PaidIn.id == paid_in_id).execute()
        doing.change("paid_in.file", None, file.original_name)
        doing.change("sha256", None, file.sha256)
        return tuple(voucher_warnings(known.voucher_no, file_id, but=paid_in_id))


def check_paid_in(paid_in_id: int, verdict: str, *, reason: str, by: Actor, at: datetime) -> bool:
    """Confirm a voucher or object to it, for the office of one's own unit; tells whether the money counts now.

    Whoever looks again replaces the own word only: an objection is lifted by the one who made it, or by a reversing
    entry.
    """
    with deed("paid_in.check", by=by, at=at, kind="paid_in", thing_id=paid_in_id) as doing:
        known = entry(PaidIn, paid_in_id)
        lead = opened(known.lead_id, by, doing, CHECK)
        known = entry(PaidIn, paid_in_id)
        facts = checker_facts(known.id, by)
        findings = checker_findings(facts)
        if known.voided_at is not None:
            raise refuse("entry.voided", say("This entry is voided already."), status=409)
        if verdict not in VERDICTS:
            findings.append(Finding("check.verdict", say("Confirm the voucher or object to it."), "verdict"))
        if facts.already == verdict:
            findings.append(Finding("check.twice", say("You have said so already."), "verdict"))
        if not reason.strip() and (verdict == "objected" or same_voucher_file(known.file_id, but=known.id)):
            text = (
                say("Say what you object to.")
                if verdict == "objected"
                else say("The same voucher file stands behind another entry: say why this one is right.")
            )
            findings.append(Finding("check.reason", text, "reason"))
        if findings:
            raise Refusal(findings)
        PaidInCheck.insert(
            paid_in=known.id, by=by.person_id, by_name=by.name, unit=by.unit_id, office=facts.office, verdict=verdict,
            reason=reason.strip()[:255], at=at,
        ).execute()  # fmt: skip
        counts = recognised(row.check for row in checks_of(lead.id).get(known.id, ()))
        doing.change("paid_in.check", None, verdict)
        doing.change("paid_in.amount_fen", None, known.amount_fen)
        if reason.strip():
            doing.change("reason", None, reason.strip())
        _recognise(known, counts=counts, by=by, at=at, reason=reason.strip())
        return counts


def _recognise(known: Any, *, counts: bool, by: Actor, at: datetime, reason: str) -> None:
    """Write whether an entry counts, when that changed; the sums of every day it touches follow."""
    if counts == (known.recognised_at is not None):
        return
    PaidIn.update(recognised_at=at if counts else None).where(PaidIn.id == known.id).execute()
    sum_recognised(known.lead_id, known.paid_on, by=by, at=at, reason=reason)
