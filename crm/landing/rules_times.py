"""The times of landing as data: how long proof holds, when a recognition is looked at again (landing.toml)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.rulebook import BrokenRules, beside
from crm.landing.rules import EVIDENCE_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.rulebook import Rulebook

LONGEST = 600
"""Months; a longer period is a slip of the pen."""


@dataclass(frozen=True)
class Times:
    """The periods in force, with the version of the table they come from."""

    version: str
    recheck_months: int
    recheck_remind_days: int
    validity_months: Mapping[str, int]
    validity_remind_days: int
    suspension_months: int


@lru_cache
def times() -> Times:
    """Load the periods and refuse a broken table."""
    return read_times(beside(__file__, "landing.toml"))


def read_times(book: Rulebook) -> Times:
    """Read the periods of a table; refuses unknown kinds of evidence and periods that are no number of months."""
    try:
        recheck, validity = book.tables["recheck"], book.tables["validity"]
        months, suspension = validity["months"], book.tables["suspension"]
        numbers: list[Any] = [recheck["months"], recheck["remind_days"], validity["remind_days"], suspension["months"]]
    except (KeyError, TypeError) as error:
        message = f"{book.name}: missing {error}"
        raise BrokenRules(message) from error
    strange = sorted(set(months) - set(EVIDENCE_LABELS))
    wrong = [value for value in (*numbers, *months.values()) if type(value) is not int or not 0 < value <= LONGEST]
    if strange or wrong:
        message = f"{book.name}: {', '.join(strange) or f'no period: {wrong}'}"
        raise BrokenRules(message)
    return Times(
        book.version, recheck["months"], recheck["remind_days"], dict(months), validity["remind_days"],
        suspension["months"],
    )  # fmt: skip


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def valid_until(kind: str, verified_on: date, stated: date | None) -> date | None:
    """Return the last day on which evidence holds: the paper's own end, else the period of its kind, else none."""
    if stated is not None:
        return stated
    months = times().validity_months.get(kind)
    return months_later(verified_on, months) if months else None


def recheck_due(day: date) -> date:
    """Return when a recognition or a re-check of this day is looked at again."""
    return months_later(day, times().recheck_months)
