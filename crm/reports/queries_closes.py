"""Closed months: what was frozen, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.audit.queries import trail
from crm.reports.models import MonthClose
from crm.reports.rules_closes import sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

EVERY_CLOSE = 2_400
"""More months than anybody closes in two centuries: the trail is read in one."""


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


def damaged_months() -> Iterator[tuple[str, str]]:
    """Yield every closed month that is not as it was closed, the oldest first, and how: missing, figures or hash.

    The trail keeps the hash of each closing, so that a month whose figures and hash were both rewritten, and one
    that was taken away, are found too.
    """
    kept = {one.month: one for one in closed_months()}
    told: dict[str, str] = {}
    for entry in reversed(trail(action="month.close", outcome="done", size=EVERY_CLOSE).rows):
        told[entry.thing_label] = next((one["new"] for one in entry.changes if one["name"] == "sha256"), "")
    for month in sorted({*kept, *told}):
        if month not in kept:
            yield month, "missing"
        elif not kept[month].untouched:
            yield month, "figures"
        elif kept[month].sha256 != told.get(month):
            yield month, "hash"
