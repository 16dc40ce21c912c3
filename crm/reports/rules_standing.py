"""Where one project stands on a day, and every figure of the overview that it is part of: number and list are one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.leads.rules import STAGES
from crm.leads.rules_clocks import (
    SILENT_STAGES,
    clocks,
    months_after,
    plan_light,
    points_behind,
    start_light,
    statistics_light,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

RUNG = {stage: place for place, stage in enumerate(STAGES)}
SIGNED, STARTED, PRODUCING = RUNG["signed"], RUNG["started"], RUNG["producing"]
DIMENSIONS = ("source", "theme", "cluster", "park", "unit")
NONE = "none"
KEPT = ("active", "paused")
MOST_PERCENT = 100
MONTHS_OF_QUARTER = 3
Key = tuple[str, ...]


class State(NamedTuple):
    """One project as it stands on a day: what the figures count."""

    id: int
    stage: str
    since: date
    opening: bool
    status: str
    source: str
    theme: str
    cluster: str
    park: str
    unit: int
    investment: int | None
    contracted: int | None
    paid: int | None
    landed_on: date | None
    landed: int | None
    sign_on: date
    start_on: date | None
    plan: tuple[tuple[int, int], ...]
    statistics_on: date | None
    reached: tuple[date | None, ...]
    began: date
    registered_on: date | None
    prepared_on: date | None


@dataclass(frozen=True)
class Weights:
    """The checked table of what the overview weighs."""

    version: str
    basis: str
    percent: Mapping[str, int]
    months: Mapping[str, int]
    stuck: Mapping[str, int]
    quarters: int
    lines: int


@lru_cache
def weights() -> Weights:
    """Return the weights of this bureau; a broken table is refused by name."""
    return read_weights(beside(__file__, "overview.toml"))


def read_weights(book: Rulebook) -> Weights:
    """Read a table of weights; refuses what is missing, what is no number, and what cannot be."""
    tables: Any = book.tables
    try:
        found = Weights(
            book.version, book.basis,
            {stage: tables["landing_percent"][stage] for stage in STAGES},
            {stage: tables["landing_months"][stage] for stage in STAGES},
            dict(tables["stuck_days"]), tables["show"]["quarters"], tables["show"]["lines"],
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        message = f"{book.name}: missing {error}"
        raise BrokenRules(message) from error
    numbers = (*found.months.values(), *found.stuck.values(), found.quarters, found.lines)
    wrong = [value for value in numbers if type(value) is not int or value <= 0]
    wrong += [value for value in found.percent.values() if type(value) is not int or not 0 <= value <= MOST_PERCENT]
    if wrong or set(found.stuck) - set(STAGES):
        message = f"{book.name}: {wrong or set(found.stuck) - set(STAGES)}"
        raise BrokenRules(message)
    return found


def quarter_of(day: date) -> str:
    """Return the quarter of a day as it is written: 2027Q1."""
    return f"{day.year}Q{(day.month - 1) // MONTHS_OF_QUARTER + 1}"


def quarters_from(day: date, count: int) -> list[str]:
    """Return the quarter of a day and those after it."""
    return [quarter_of(months_after(day.replace(day=1), MONTHS_OF_QUARTER * place)) for place in range(count)]


def codes_of(state: State) -> tuple[tuple[str, str], ...]:
    """Return the code of a project in each dimension; what is unknown has a code of its own."""
    return (
        ("source", state.source or NONE), ("theme", state.theme or NONE), ("cluster", state.cluster or NONE),
        ("park", state.park or NONE), ("unit", str(state.unit)),
    )  # fmt: skip


def lasting_keys(state: State) -> Iterator[Key]:
    """Give the figures that a project is part of whatever the day of looking is."""
    codes = codes_of(state)
    rung = RUNG[state.stage]
    yield ("status", state.status)
    if state.landed_on is not None:
        yield from _cut("landed", codes)
    if state.paid:
        yield from _cut("paid", codes)
    if state.status == "active" and state.opening:
        yield ("opening",)
        yield ("opening", state.stage)
    elif state.status == "active":
        yield ("work",)
        yield ("stage", state.stage)
        for name, code in codes:
            yield ("work", name, code)
            yield ("stage", state.stage, name, code)
    if state.status in KEPT and not state.opening:
        if rung >= SIGNED:
            yield from _cut("signed", codes)
        if rung >= STARTED:
            yield from _cut("started", codes)
    if state.status != "withdrawn":
        yield from _travel(state)


def _cut(name: str, codes: tuple[tuple[str, str], ...]) -> Iterator[Key]:
    yield (name,)
    for dimension, code in codes:
        yield (name, dimension, code)


def _travel(state: State) -> Iterator[Key]:
    reached = state.reached
    proven = [place for place, day in enumerate(reached) if day is not None]
    if not proven:
        return
    furthest = proven[-1]
    for place in range(proven[0], furthest + 1):
        yield ("ever", STAGES[place])
        if place < furthest:
            yield ("onward", STAGES[place])
    for place, after in pairwise(proven):
        yield ("days", STAGES[place], str(max(0, (reached[after] - reached[place]).days)))  # type: ignore[operator]
    if furthest >= SIGNED:
        signed = min(day for day in reached[SIGNED:] if day is not None)
        for cohort in ("all", str(signed.year)):
            yield from _cohort(state, cohort, furthest)


def _cohort(state: State, cohort: str, furthest: int) -> Iterator[Key]:
    started, producing = furthest >= STARTED, furthest >= PRODUCING
    yield ("cohort", cohort, "signed")
    if started:
        yield ("cohort", cohort, "started")
    if producing:
        yield ("cohort", cohort, "producing")
    if started or state.prepared_on is not None:
        yield ("cohort", cohort, "kept")
    if state.registered_on is not None:
        yield ("cohort", cohort, "registered")


def day_keys(state: State, day: date) -> Iterator[Key]:
    """Give the figures that depend on the day of looking: lights, what is stuck, when it may land."""
    if state.status != "active" or state.opening:
        return
    lights = lights_of(state, day)
    for kind, light in lights:
        yield ("light", kind, light)
    if any(light == "red" for _, light in lights):
        yield ("red",)
    limit = weights().stuck.get(state.stage)
    if limit is not None and (day - state.since).days > limit:
        yield ("stuck",)
        yield ("stuck", state.stage)
    if state.landed_on is None:
        quarter = quarter_of(expected_on(state, day))
        yield ("due", quarter)
        yield ("due", quarter, state.stage)


def expected_on(state: State, day: date) -> date:
    """Return when a running project may land: an agreed start, else the usual time at its stage; never before a day."""
    usual = months_after(state.since, weights().months[state.stage])
    wanted = state.start_on if state.start_on is not None and state.stage == "signed" else usual
    return max(wanted, day)


def lights_of(state: State, day: date) -> list[tuple[str, str]]:
    """Return the yellow and red lights of a running project with what each is about."""
    found = [("update", _silence(state, day))]
    if state.stage == "signed" and state.start_on is not None:
        found.append(("start", start_light(state.start_on, day)))
    if state.plan and state.stage in ("signed", "started", "producing"):
        found.append(("plan", plan_light(points_behind(dict(state.plan), state.paid or 0, day))))
    began = state.reached[STARTED]
    if RUNG[state.stage] >= STARTED and began is not None and state.statistics_on is None:
        large = state.investment is not None and state.investment >= clocks().statistics_from_fen
        found.append(("statistics", statistics_light(began, day) if large else "calm"))
    return [(kind, light) for kind, light in found if light in ("red", "yellow")]


def _silence(state: State, day: date) -> str:
    if state.stage not in SILENT_STAGES:
        return "calm"
    left = clocks().silence[state.stage] - (day - state.sign_on).days
    return "red" if left <= 0 else "yellow" if left <= clocks().remind_days else "calm"


def keys_of(state: State, day: date) -> Iterator[Key]:
    """Give every figure that a project is part of on a day."""
    yield from lasting_keys(state)
    yield from day_keys(state, day)


def by_the_day(key: Key) -> bool:
    """Tell whether a figure depends on the day of looking."""
    return key[0] in ("light", "red", "stuck", "due")


def counted_in(states: Mapping[int, State], key: Key) -> list[State]:
    """Return exactly the projects that a figure counts which does not depend on the day of looking."""
    name, code = key[0], key[1] if len(key) > 1 else ""
    # What a key says of the stage or of money is looked at first: most projects need no more.
    if name == "stage":
        some = [state for state in states.values() if state.stage == code]
    elif name in ("landed", "paid"):
        some = [state for state in states.values() if state.paid or state.landed_on]
    elif name in ("signed", "started"):
        some = [state for state in states.values() if RUNG[state.stage] >= SIGNED]
    else:
        some = list(states.values())
    return [state for state in some if key in lasting_keys(state)]
