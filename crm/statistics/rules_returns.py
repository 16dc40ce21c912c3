"""When a month's figures came: in time, late, or not at all; and whom to ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crm.core.errors import say
from crm.statistics.rules import due_on, last_over, month_of, months_between, owes, shift

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


def missing_of(owing: Iterable[Owing], returned: Mapping[int, frozenset[str]], said: Mapping[tuple[int, str], str],
               today: date, look_back: int, *, also_due: bool = False) -> list[Missing]:  # fmt: skip
    """Return every month that is overdue (or over and not due yet) and has not come, the longest waiting first.

    An enterprise is asked for nothing before it was known here: a register that begins today asks for no past years.
    """
    last = last_over(today)
    asked = [(month, due_on(month)) for month in months_between(shift(last, 1 - look_back), last)]
    asked = [(month, due) for month, due in asked if also_due or today > due]
    found = []
    for one in owing:
        since, came = month_of(one.known_since), returned.get(one.id, frozenset())
        found += [
            Missing(one, month, due, said.get((one.id, month), ""))
            for month, due in asked
            if month >= since and month not in came and owes(month, one.entered_on, one.left_on)
        ]
    return sorted(found, key=lambda one: (one.due_on, one.owing.park, one.owing.name, one.owing.id))
