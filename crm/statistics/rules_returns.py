"""When a month's figures came: in time, late, or not at all; and whom to ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crm.core.errors import say
from crm.statistics.rules import due_on, last_over, months_between, owes, shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

State = Literal["in_time", "late", "due", "missing", "away"]
STATES = {
    "in_time": say("In time"),
    "late": say("Late"),
    "due": say("Not due yet"),
    "missing": say("Missing"),
    "away": say("Not in the park then"),
}


@dataclass(frozen=True)
class Owing:
    """One enterprise as the list of returns sees it: who it is, whom to ask, since when it is in the register."""

    id: int
    name: str
    park: str
    unit_name: str
    statistician: str
    phone: str
    entered_on: date | None
    left_on: date | None
    known_since: date
    """The first day of the first month with figures, or the day it was entered into the register."""


@dataclass(frozen=True)
class Missing:
    """One month of one enterprise without figures although they are due."""

    owing: Owing
    month: str
    due_on: date
    explained: str = ""
    """What was said about it; said things stay on the list and ring no bell."""

    def days_late(self, today: date) -> int:
        """Return how many days it is overdue."""
        return (today - self.due_on).days


def state_of(month: str, came_on: date | None, today: date, *, entered_on: date | None = None,
             left_on: date | None = None) -> State:  # fmt: skip
    """Return what became of an enterprise's figures of a month."""
    if came_on is not None:
        return "in_time" if came_on <= due_on(month) else "late"
    if not owes(month, entered_on, left_on):
        return "away"
    return "missing" if today > due_on(month) else "due"


def missing_of(owing: Iterable[Owing], returned: set[tuple[int, str]], said: Mapping[tuple[int, str], str],
               today: date, look_back: int, *, also_due: bool = False) -> list[Missing]:  # fmt: skip
    """Return every month that is overdue (or over and not due yet) and has not come, the longest waiting first.

    An enterprise is asked for nothing before it was known here: a register that begins today asks for no past years.
    """
    last = last_over(today)
    earliest = shift(last, 1 - look_back)
    found = []
    for one in owing:
        since = max(earliest, f"{one.known_since.year:04d}-{one.known_since.month:02d}")
        for month in months_between(since, last):
            if (one.id, month) in returned or not owes(month, one.entered_on, one.left_on):
                continue
            if not also_due and today <= due_on(month):
                continue
            found.append(Missing(one, month, due_on(month), said.get((one.id, month), "")))
    return sorted(found, key=lambda one: (one.due_on, one.owing.park, one.owing.name, one.owing.id))
