"""Evaluation periods by their names: 2026, 2026H1, 2026Q3, 2026-03, or two days joined by a colon."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from crm.core.errors import refuse, say

SHAPE = re.compile(r"(?P<year>20\d\d)(?:(?:H(?P<half>[12]))|(?:Q(?P<quarter>[1-4]))|(?:-(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """A named stretch of days, both ends included."""

    name: str
    starts_on: date
    ends_on: date

    def days_of(self, start: date, end: date) -> int:
        """Return how many days of a stretch fall into the period."""
        return max(0, (min(end, self.ends_on) - max(start, self.starts_on)).days + 1)


def read_period(text: str) -> Period:
    """Read a period's name; refuses what is none, with the forms it may have."""
    found = SHAPE.fullmatch(text.strip().upper())
    if found:
        year = int(found["year"])
        first, last = 1, 12
        if found["half"]:
            first, last = (1, 6) if found["half"] == "1" else (7, 12)
        elif found["quarter"]:
            first = int(found["quarter"]) * 3 - 2
            last = first + 2
        elif found["month"]:
            first = last = int(found["month"])
        return Period(text.strip().upper(), date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))
    if text.count(":") == 1:
        try:
            start, end = (date.fromisoformat(part.strip()) for part in text.split(":"))
        except ValueError:
            pass
        else:
            if start <= end:
                return Period(f"{start}_{end}", start, end)
    raise refuse(
        "period.unreadable",
        say("“%(text)s” is no period. Write 2026, 2026H1, 2026Q3, 2026-03 or 2026-01-01:2026-06-30.", text=text[:40]),
        "period",
    )
