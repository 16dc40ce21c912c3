"""Closed months: what was frozen, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.reports.models import MonthClose
from crm.reports.rules_closes import sealed

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class Closed:
    """One closed month."""

    month: str
    as_of: date
    figures: str
    projects: int
    sha256: str
    closed_at: datetime
    closed_by: str

    @property
    def untouched(self) -> bool:
        """Tell whether the figures still have the hash that they were closed with."""
        return sealed(self.figures) == self.sha256


def closed_months() -> list[Closed]:
    """Return all closed months, the latest first."""
    query = MonthClose.select().order_by(MonthClose.as_of.desc())
    return [
        Closed(row.month, row.as_of, row.figures, row.projects, row.sha256, row.closed_at, row.closed_by_name)
        for row in query
    ]


def closed_month(month: str) -> Closed | None:
    """Return one closed month, or None."""
    return next((one for one in closed_months() if one.month == month), None)
