"""Monthly reports: which months a posting owes, when each may be sent, is due, and can no longer be made up for."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Iterable

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
DECEMBER = 12


@dataclass(frozen=True)
class ReportRules:
    """The days of monthly reports as the bureau sets them."""

    version: str
    basis: str
    due_day: int
    grace_days: int
    least_days: int
    opens_before: int


@lru_cache
def report_rules() -> ReportRules:
    """Load the days of monthly reports and refuse a broken table."""
    return read_report_rules(beside(__file__, "reports.toml"))


def read_report_rules(book: Rulebook) -> ReportRules:
    """Read the days; each must be a whole number that a month can hold."""
    limits = {"due_day": (1, 28), "grace_days": (0, 60), "least_days": (1, 31), "opens_before": (0, 27)}
    found = {}
    for key, (low, high) in limits.items():
        value = book.tables.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            message = f"{book.name}: {key} must be a whole number from {low} to {high}"
            raise BrokenRules(message)
        found[key] = value
    return ReportRules(book.version, book.basis, **found)


@dataclass(frozen=True)
class Owed:
    """One month that a cadre owes a report of, with its days."""

    cadre_id: int
    month: str
    posting_id: int
    starts_on: date
    ends_on: date
    opens_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True)
class Served:
    """One posting as far as monthly reports ask: its days, and the day it was entered here."""

    id: int
    cadre_id: int
    starts_on: date
    ends_on: date
    entered_on: date


def first_of(month: str) -> date:
    """Return the first day of a month written as 2026-05."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_of(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_of(day: date) -> str:
    """Return a day's month as 2026-05."""
    return f"{day.year:04d}-{day.month:02d}"


def next_month(day: date) -> date:
    """Return the first day of the month after a day."""
    return date(day.year + day.month // DECEMBER, day.month % DECEMBER + 1, 1)


def owed(postings: Iterable[Served], until: date, rules: ReportRules) -> list[Owed]:
    """Return every month that postings owe a report of and that may be sent by a day, oldest first.

    Months that were over before the posting was entered here are owed nothing, nor months with few days served.
    Two postings in one month owe one report; the days of both count.
    """
    days: dict[tuple[int, str], list[tuple[date, date, int]]] = {}
    for posting in postings:
        first = max(posting.starts_on, posting.entered_on.replace(day=1))
        while first <= min(posting.ends_on, until):
            last = min(last_of(first), posting.ends_on)
            days.setdefault((posting.cadre_id, month_of(first)), []).append((first, last, posting.id))
            first = next_month(first)
    found = []
    for (cadre, month), parts in sorted(days.items(), key=lambda item: (item[0][1], item[0][0])):
        if sum((last - first).days + 1 for first, last, _ in parts) < rules.least_days:
            continue
        begun, ended = min(part[0] for part in parts), max(part[1] for part in parts)
        opens = ended - timedelta(days=rules.opens_before)
        if opens > until:
            continue
        whole = ended == last_of(ended)
        due = next_month(ended).replace(day=rules.due_day) if whole else ended
        last_posting = max(parts, key=lambda part: part[1])[2]
        closes = due + timedelta(days=rules.grace_days)
        found.append(Owed(cadre, month, last_posting, begun, ended, opens, due, closes))
    return found
