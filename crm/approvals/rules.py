"""Working days of an approval: when it is due, how many days it used, and what its light is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.core.workdays import kind_of, works

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PARK = "park"
"""What the catalogue writes for “the project's own park”."""
MOST_DAYS = 250
"""No promise is longer than a year of working days; it bounds every count here."""
STATES: Mapping[str, Text] = {
    "planned": say("not handed in yet"),
    "running": say("being handled"),
    "stopped": say("clock stands still"),
    "granted": say("granted"),
    "refused": say("not granted"),
    "dropped": say("not needed"),
}
OPEN = ("planned", "running", "stopped")
OUTCOMES: Mapping[str, Text] = {"granted": STATES["granted"], "refused": STATES["refused"]}
FEW = 5
"""Fewer finished cases than these are no measure of a unit; the page says so."""


@dataclass(frozen=True)
class Step:
    """One procedure of the catalogue: whose it is before and after the park operates closed, and what is promised."""

    code: str
    name: str
    unit_before: str
    unit_after: str
    promised_days: int
    position: int
    basis: str = ""
    active: bool = True
    edited: bool = False

    def unit(self, *, closed: bool, park_name: str) -> str:
        """Return who is responsible for a project of a park that operates closed or does not yet."""
        found = self.unit_after if closed else self.unit_before
        return park_name if found == PARK else found


@dataclass(frozen=True)
class Stretch:
    """Days on which the clock stood still; without an end it still does."""

    from_on: date
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it: the first day does, the day of going on does not."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@lru_cache
def book() -> Rulebook:
    """Load the file of usual procedures and refuse a broken one."""
    found = beside(__file__, "procedures.toml")
    check_book(found)
    return found


def check_book(found: Rulebook) -> None:
    """Refuse a file with a code twice, a missing name or unit, or days that are none."""
    seen: set[str] = set()
    for entry in found.tables.get("procedure", ()):
        code = entry.get("code", "")
        days = entry.get("promised_days")
        lacks = [key for key in ("code", "name", "unit_before", "unit_after") if not entry.get(key)]
        if lacks or code in seen or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
            message = f"{found.name}: procedure {code or '?'}: code once, name, both units, promised_days 1-{MOST_DAYS}"
            raise BrokenRules(message)
        seen.add(code)


def usual() -> list[Step]:
    """Return the procedures of the file in their order."""
    return [
        Step(entry["code"], entry["name"], entry["unit_before"], entry["unit_after"], entry["promised_days"], place)
        for place, entry in enumerate(book().tables["procedure"])
    ]


def remind_days() -> int:
    """Return how many days before the end of the promise the light turns yellow."""
    return int(book().tables["remind_days"])


def due_on(accepted_on: date, promised: int, stops: Sequence[Stretch] = ()) -> tuple[date | None, bool]:
    """Return the last day in time and whether it is an estimate, since a day before it lies in an unknown year.

    The day of acceptance is not counted; a day in a stop is not counted. While a stop is open there is no such day.
    """
    if any(stop.to_on is None for stop in stops):
        return None, False
    day, left, sure = accepted_on, promised, True
    while left:
        day += timedelta(days=1)
        if any(stop.holds(day) for stop in stops):
            continue
        sure = sure and kind_of(day) != "unknown"
        left -= works(day)
    return day, not sure


def used(accepted_on: date, until: date, stops: Sequence[Stretch] = ()) -> int:
    """Return how many working days a case used up to a day, without those on which its clock stood still."""
    span = (accepted_on + timedelta(days=n) for n in range(1, (until - accepted_on).days + 1))
    return sum(works(day) and not any(stop.holds(day) for stop in stops) for day in span)


def light(state: str, due: date | None, today: date) -> str:
    """Return the light of a case: red past its day, yellow shortly before it, green in time, none without a clock."""
    if state != "running" or due is None:
        return "none"
    if today > due:
        return "red"
    return "yellow" if (due - today).days <= remind_days() else "green"


def step_findings(step: Step) -> list[Finding]:
    """Return what is wrong with a procedure that somebody enters."""
    found = []
    if not step.name.strip():
        found.append(Finding("procedure.name", say("Name the procedure."), "name"))
    if not step.unit_before.strip() or not step.unit_after.strip():
        text = say("Name the unit before and after closed operation; write park for the project's own park.")
        found.append(Finding("procedure.unit", text, "unit_before" if not step.unit_before.strip() else "unit_after"))
    if not 1 <= step.promised_days <= MOST_DAYS:
        text = say("Promise between 1 and %(most)s working days.", most=MOST_DAYS)
        found.append(Finding("procedure.days", text, "promised_days"))
    return found


def day_findings(day: date | None, *, not_before: date | None, today: date, field: str) -> list[Finding]:
    """Return what is wrong with the day of something that happened to a case."""
    if day is None:
        return [Finding("case.day", say("Say on which day."), field)]
    if day > today:
        return [Finding("case.future", say("The day %(day)s has not come yet.", day=day), field)]
    if not_before is not None and day < not_before:
        return [Finding("case.early", say("This lies before %(day)s, the step before it.", day=not_before), field)]
    return []


def unknown_years(accepted_on: date, due: date) -> list[int]:
    """Return the years between two days whose holidays nobody has entered yet."""
    span = (accepted_on + timedelta(days=n) for n in range(1, (due - accepted_on).days + 1))
    return sorted({day.year for day in span if kind_of(day) == "unknown"})


@dataclass(frozen=True)
class Kept:
    """How one unit or procedure kept its promises."""

    name: str
    ended: int
    promised: float
    used: float
    in_time: int
    late_now: int

    @property
    def share(self) -> int | None:
        """Return the per cent of ended cases that were in time, or None when there is none."""
        return round(100 * self.in_time / self.ended) if self.ended else None

    @property
    def few(self) -> bool:
        """Tell whether these are too few to compare with."""
        return self.ended < FEW


def slowest_first(rows: Iterable[Kept]) -> list[Kept]:
    """Order by the days used beyond the promise, the worst first."""
    return sorted(rows, key=lambda row: (row.promised - row.used, row.name))
