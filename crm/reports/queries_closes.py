"""Closed months: what was frozen, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.audit.queries import trail
from crm.reports.models import MonthClose
from crm.reports.rules_closes import flaws, sealed

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.errors import Text


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


def damaged_months() -> list[Text]:
    """Return what is wrong with the closed months, each held against its own hash and against the trail's entry."""
    said = _closed_by_the_trail()
    rows = {row.month: row for row in closed_months()}
    found: list[Text] = []
    for month in sorted({*said, *rows}):
        row = rows.get(month)
        kept = (row.as_of, row.figures, row.sha256) if row else None
        found += flaws(month, kept, said.get(month))
    return found


def _closed_by_the_trail() -> dict[str, str]:
    """Return the hash that the trail keeps of each month that was closed; the trail itself cannot be changed."""
    found: dict[str, str] = {}
    cursor = None
    while True:
        page = trail(action="month.close", outcome="done", cursor=cursor, size=200)
        for entry in page.rows:
            found[entry.thing_label] = next((str(one["new"]) for one in entry.changes if one["name"] == "sha256"), "")
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor
