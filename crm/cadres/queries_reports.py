"""Questions about monthly reports: what is owed, sent, excused and missed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.cadres.models import Posting
from crm.cadres.models_reports import MonthlyReport, ReportExcuse
from crm.cadres.rules_reports import Owed, Served, month_of, owed, report_rules
from crm.core.clock import shanghai_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.cadres.queries import PostingRow


@dataclass(frozen=True)
class ReportRow:
    """One sent report."""

    id: int
    cadre_id: int
    cadre_name: str
    month: str
    facts: dict[str, Any]
    work: str
    difficulties: str
    plan: str
    sent_at: datetime


@dataclass(frozen=True)
class Missed:
    """One month that was due and neither sent in time nor excused."""

    cadre_id: int
    month: str
    due_on: date


@dataclass(frozen=True)
class MonthState:
    """One owed month of one cadre: sent when, excused why, or still open."""

    owed: Owed
    cadre_name: str
    sent_at: datetime | None
    excuse: str
    excused_by: str

    def state(self, day: date) -> str:
        """Return sent, late, excused, open, due (past its day) or missed, as of a day."""
        if self.excuse:
            return "excused"
        if self.sent_at is not None:
            return "sent" if shanghai_date(self.sent_at) <= self.owed.closes_on else "late"
        if day > self.owed.closes_on:
            return "missed"
        return "due" if day > self.owed.due_on else "open"


def _served(cadre_id: int | None) -> list[Served]:
    query: Any = Posting.select(Posting.id, Posting.cadre, Posting.starts_on, Posting.ends_on, Posting.created_at)
    if cadre_id is not None:
        query = query.where(Posting.cadre == cadre_id)
    return [Served(row[0], row[1], row[2], row[3], shanghai_date(row[4])) for row in query.tuples()]


def owed_months(until: date, *, cadre_id: int | None = None) -> list[Owed]:
    """Return the months that are owed and may be sent by a day."""
    return owed(_served(cadre_id), until, report_rules())


def own_months(until: date, postings: list[PostingRow]) -> list[MonthState]:
    """Return what became of the months that one cadre's postings (read already) owe, the newest first."""
    served = [
        Served(row.id, row.cadre_id, row.starts_on, row.ends_on, row.entered_on or row.starts_on) for row in postings
    ]
    names = {row.cadre_id: row.cadre_name for row in postings}
    return _states(owed(served, until, report_rules()), names, cadre_id=next(iter(names), 0))


def month_states(until: date, *, cadre_id: int | None = None, month: str = "") -> list[MonthState]:
    """Return what became of every owed month (of one cadre, of one month), the newest first."""
    asked = [one for one in owed_months(until, cadre_id=cadre_id) if not month or one.month == month]
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_({one.cadre_id for one in asked})).tuples())
    return _states(asked, names, cadre_id=cadre_id, month=month)


def _states(asked: list[Owed], names: Mapping[int, str], *, cadre_id: int | None, month: str = ""
            ) -> list[MonthState]:  # fmt: skip
    if not asked:
        return []
    sent: Any = MonthlyReport.select(MonthlyReport.cadre, MonthlyReport.month, MonthlyReport.sent_at)
    excused: Any = ReportExcuse.select(
        ReportExcuse.cadre, ReportExcuse.month, ReportExcuse.reason, ReportExcuse.by_name
    ).where(ReportExcuse.taken_back_at.is_null())
    if cadre_id is not None:
        sent, excused = sent.where(MonthlyReport.cadre == cadre_id), excused.where(ReportExcuse.cadre == cadre_id)
    if month:
        sent, excused = sent.where(MonthlyReport.month == month), excused.where(ReportExcuse.month == month)
    when = {(row[0], row[1]): row[2] for row in sent.tuples()}
    why = {(row[0], row[1]): (row[2], row[3]) for row in excused.tuples()}
    return [
        MonthState(one, names[one.cadre_id], when.get((one.cadre_id, one.month)),
                   *why.get((one.cadre_id, one.month), ("", "")))
        for one in reversed(asked)
    ]  # fmt: skip


def missed_reports(until: date) -> list[Missed]:
    """Return every month that was due by a day and neither sent in time nor excused (what the tariff deducts for)."""
    return [
        Missed(one.owed.cadre_id, one.owed.month, one.owed.due_on)
        for one in reversed(month_states(until))
        if one.state(until) in ("missed", "late")
    ]


def missed_months(cadre_id: int, start: date, end: date, *, today: date) -> list[Missed]:
    """Return the months of a period that a cadre missed, as known on a day."""
    first, last = month_of(start), month_of(end)
    return [
        Missed(one.owed.cadre_id, one.owed.month, one.owed.due_on)
        for one in reversed(month_states(today, cadre_id=cadre_id))
        if one.state(today) in ("missed", "late") and first <= one.owed.month <= last
    ]


def report_of(cadre_id: int, month: str) -> ReportRow | None:
    """Return a cadre's report of a month."""
    rows = reports_sent(cadre_id=cadre_id, month=month)
    return rows[0] if rows else None


def reports_sent(*, cadre_id: int | None = None, month: str = "", limit: int = 60) -> list[ReportRow]:
    """Return sent reports, the newest month first."""
    query: Any = (
        MonthlyReport.select(MonthlyReport, Person.name.alias("cadre_name"))
        .join(Person, on=(MonthlyReport.cadre == Person.id))
        .order_by(MonthlyReport.month.desc(), MonthlyReport.id.desc())
        .limit(limit)
    )
    if cadre_id is not None:
        query = query.where(MonthlyReport.cadre == cadre_id)
    if month:
        query = query.where(MonthlyReport.month == month)
    return [
        ReportRow(row["id"], row["cadre"], row["cadre_name"], row["month"], json.loads(row["facts"]), row["work"],
                  row["difficulties"], row["plan"], row["sent_at"])
        for row in query.dicts()
    ]  # fmt: skip
