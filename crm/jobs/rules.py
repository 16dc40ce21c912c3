"""Rules of long work: its states, how long a failed try rests, and when a scheduled time comes again."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from crm.core.errors import refuse, say

STATES = {
    "queued": say("waiting its turn"),
    "running": say("at work"),
    "done": say("finished"),
    "failed": say("failed"),
    "cancelled": say("cancelled"),
}
OVER = frozenset({"done", "failed", "cancelled"})
FIRST_PAUSE = 5
LONGEST_PAUSE = 300
RULE = re.compile(r"(daily|weekly ([1-7])|monthly ([1-9]|1\d|2[0-8]|last)) ([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
SHANGHAI_OFFSET = timedelta(hours=8)


def pause_seconds(attempts: int) -> int:
    """Return how long a job rests after its n-th failed try."""
    return int(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, min(attempts, 10) - 1)))


def percent(done: int, total: int | None) -> int | None:
    """Return how much is done in whole per cent; None while the end is not known."""
    if not total:
        return None
    return max(0, min(100, done * 100 // total))


def next_due(rule: str, after: datetime) -> datetime:
    """Return the first moment after `after` (both naive UTC) at which a rule falls due on Shanghai's clock.

    Rules read `daily 08:00`, `weekly 1 08:00` (1 is Monday) and `monthly 5 08:00` (a day up to 28, or `last`).
    """
    found = RULE.fullmatch(rule)
    if found is None:
        raise refuse("schedule.rule", say("This is no time that comes again: %(rule)s.", rule=rule), "rule")
    clock = time(int(found[4]), int(found[5]))
    local = after + SHANGHAI_OFFSET
    day = local.date()
    while True:
        moment = datetime.combine(day, clock)
        if moment > local and _fits(day, found[2], found[3]):
            return moment - SHANGHAI_OFFSET
        day += timedelta(days=1)


def _fits(day: date, weekday: str | None, month_day: str | None) -> bool:
    if weekday:
        return day.isoweekday() == int(weekday)
    if month_day == "last":
        return day.day == monthrange(day.year, day.month)[1]
    return month_day is None or day.day == int(month_day)
