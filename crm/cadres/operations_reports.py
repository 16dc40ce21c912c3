"""What is done to monthly reports: send one, once; excuse a month with a reason, and take the excuse back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.cadres.models_reports import MonthlyReport, ReportExcuse
from crm.cadres.queries_reports import owed_months
from crm.cadres.rules_reports import MONTH, first_of, last_of
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor

LONGEST_REASON = 200


def send_report(month: str, values: Mapping[str, str], facts: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Send the own report of a month with what happened in it; sent twice it is one report, the first."""
    with deed("report.send", by=by, at=at, kind="monthly_report", label=f"{by.name} {month}") as doing:
        require(by, "monthly.send")
        # The no-op update takes the row lock on PostgreSQL, so that two taps are one after the other.
        Person.update(failures=Person.failures).where(Person.id == by.person_id).execute()
        known = MonthlyReport.get_or_none((MonthlyReport.cadre == by.person_id) & (MonthlyReport.month == month))
        if known is not None:
            doing.silent = True
            return int(known.id)
        day = shanghai_date(at)
        if not any(one.month == month for one in owed_months(day, cadre_id=by.person_id)):
            text = say("No report is asked for this month, or it cannot be sent yet.")
            raise refuse("report.not_owed", text, "month")
        if not values["work"].strip():
            raise refuse("report.empty", say("Say in a sentence what was done this month."), "work")
        row = MonthlyReport.create(
            cadre=by.person_id, month=month, facts=json.dumps(facts, ensure_ascii=False), sent_at=at,
            work=values["work"], difficulties=values["difficulties"], plan=values["plan"],
        )  # fmt: skip
        doing.on("monthly_report", row.id, f"{by.name} {month}")
        doing.change("month", None, month)
        return int(row.id)


def excuse_month(cadre_id: int, month: str, reason: str, *, by: Actor, at: datetime) -> int:
    """Excuse a cadre's month with a reason (illness, training, a task far from any network)."""
    with deed("report.excuse", by=by, at=at, kind="person", thing_id=cadre_id) as doing:
        require(by, "monthly.excuse")
        Person.update(failures=Person.failures).where(Person.id == cadre_id).execute()
        who = Person.get_or_none(Person.id == cadre_id)
        if who is None:
            raise refuse("person.unknown", say("There is no such person."), "cadre_id", 404)
        doing.on("person", cadre_id, f"{who.name} {month}")
        findings = _excuse_findings(cadre_id, month, reason)
        if findings:
            raise Refusal(findings)
        doing.change("month", None, month)
        doing.change("reason", None, reason.strip())
        row = ReportExcuse.create(
            cadre=cadre_id, month=month, reason=reason.strip(), by=by.person_id, by_name=by.name, at=at
        )
        return int(row.id)


def _excuse_findings(cadre_id: int, month: str, reason: str) -> list[Finding]:
    found = []
    if not reason.strip():
        found.append(Finding("reason.missing", say("Give a reason."), "reason"))
    if len(reason.strip()) > LONGEST_REASON:
        found.append(Finding("reason.long", say("At most %(limit)s characters; this has %(n)s.",
                                                limit=LONGEST_REASON, n=len(reason.strip())), "reason"))  # fmt: skip
    if not MONTH.fullmatch(month):
        return [*found, Finding("month.unreadable", say("Give a month like 2026-11."), "month")]
    until = last_of(first_of(month))
    if not any(one.month == month for one in owed_months(until, cadre_id=cadre_id)):
        found.append(Finding("report.not_owed", say("No report is asked of this cadre for this month."), "month"))
    standing = (ReportExcuse.cadre == cadre_id) & (ReportExcuse.month == month) & ReportExcuse.taken_back_at.is_null()
    if ReportExcuse.select().where(standing).exists():
        found.append(Finding("excuse.stands", say("This month is excused already."), "month"))
    return found


def take_back_excuse(cadre_id: int, month: str, *, by: Actor, at: datetime) -> None:
    """Take an excuse back; it stays on record as taken back."""
    with deed("report.excuse_back", by=by, at=at, kind="person", thing_id=cadre_id, label=month) as doing:
        require(by, "monthly.excuse")
        standing = (
            (ReportExcuse.cadre == cadre_id) & (ReportExcuse.month == month) & ReportExcuse.taken_back_at.is_null()
        )
        if not ReportExcuse.update(taken_back_at=at).where(standing).execute():
            raise refuse("excuse.unknown", say("This month is not excused."), "month", 404)
        doing.change("month", month, None)
