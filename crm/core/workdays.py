"""Working days in China: weekends, holidays and days worked instead, with a clear answer for unknown years."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = Literal["work", "off", "unknown"]
SATURDAY = 5
_edited: list[Callable[[date], bool | None]] = []
"""What the bureau has entered itself; the first that knows a day decides, before the seed."""


@lru_cache
def known_years() -> frozenset[int]:
    """Return the years whose official arrangement of holidays the seed knows."""
    return frozenset(day.year for day in holidays)


def edit_with(question: Callable[[date], bool | None]) -> None:
    """Let the bureau's own calendar answer first: True works, False is off, None is not said."""
    _edited[:] = [question]


@contextmanager
def edited(question: Callable[[date], bool | None]) -> Iterator[None]:
    """Let another calendar answer first for a while."""
    before = list(_edited)
    edit_with(question)
    try:
        yield
    finally:
        _edited[:] = before


def kind_of(day: date) -> Answer:
    """Tell whether a day is worked; `unknown` where neither the bureau nor the seed knows the year's arrangement."""
    for question in _edited:
        said = question(day)
        if said is not None:
            return "work" if said else "off"
    return _seeded(day)


@lru_cache(maxsize=8192)
def _seeded(day: date) -> Answer:
    # The package looks through all its holidays at every question; a page of clocks asks for the same days over.
    if day.year not in known_years():
        return "unknown"
    return "work" if is_workday(day) else "off"


def works(day: date) -> bool:
    """Tell whether a day counts as worked; in a year nobody knows yet, Monday to Friday do."""
    found = kind_of(day)
    return day.weekday() < SATURDAY if found == "unknown" else found == "work"


def later(day: date, days: int) -> date:
    """Return the day so many working days after one (0: the day itself, or the next one worked)."""
    while not works(day):
        day += timedelta(days=1)
    for _step in range(days):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    return day


def earlier(day: date, days: int) -> date:
    """Return the latest day from which `later` with so many working days lies before a day: what began by then is late.

    It only narrows what a question asks the database; the exact day comes from `later`.
    """
    found = day - timedelta(days=1)
    while later(found, days) >= day:
        found -= timedelta(days=1)
    return found


def all_known(first: date, last: date) -> bool:
    """Tell whether every day between two is known, so that a clock over them is exact and no estimate."""
    return all(kind_of(first + timedelta(days=n)) != "unknown" for n in range((last - first).days + 1))
