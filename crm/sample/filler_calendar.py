"""When a story's event happened: days before today become moments of an office day in Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crm.core.clock import end_of_day, shanghai_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

OPENS_BEFORE_MIDNIGHT = timedelta(hours=15, minutes=-20)
"""20 past nine, counted back from 24:00."""
BETWEEN = timedelta(minutes=17)
SPREAD = 90


@dataclass(frozen=True)
class Step:
    """One thing that happens at a moment."""

    at: datetime
    do: Callable[[datetime], object]


class Calendar:
    """Turns days ago into dates and moments, none of them later than now."""

    def __init__(self, now: datetime) -> None:
        """Keep the moment of filling."""
        self.now = now
        self.today = shanghai_date(now)

    def day(self, days_ago: int) -> date:
        """Return the day that lies so many days back (negative: ahead)."""
        return self.today - timedelta(days=days_ago)

    def day_or_none(self, days_ago: int | None) -> date | None:
        """Return the day, or None where the story knows none."""
        return None if days_ago is None else self.day(days_ago)

    def moment(self, days_ago: int, place: int = 0, salt: str = "") -> datetime:
        """Return the moment of the day's `place`-th event of one lead; leads start at different minutes."""
        minutes = sum(ord(sign) * (at + 7) for at, sign in enumerate(salt)) % SPREAD
        opening = end_of_day(self.day(days_ago)) - OPENS_BEFORE_MIDNIGHT
        return min(opening + timedelta(minutes=minutes) + place * BETWEEN, self.now)
