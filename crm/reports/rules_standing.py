"""Where one project stands on a day, and every figure of the overview that it is part of: number and list are one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.leads.rules import STAGES
from crm.leads.rules_clocks import (
    SILENT_STAGES,
    Light,
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
FAMILIES = {"ever": "way", "onward": "way", "cohort": "way", "days": "days", "light": "watch", "red": "watch",
            "stuck": "watch", "due": "watch"}  # fmt: skip
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


class Kind(NamedTuple):
    """What of a project decides in which figures it counts, whatever the day of looking."""

    stage: str
    status: str
    opening: bool
    landed: bool
    paid: bool


class Way(NamedTuple):
    """What of a project's proven way decides in which rates it counts."""

    proven: tuple[bool, ...]
    signed_year: int
    """The year of signing; 0 when it never came so far."""
    prepared: bool
    registered: bool


class Watch(NamedTuple):
    """What of a running project decides in which figures of a day it counts."""

    stage: str
    lights: tuple[tuple[str, str], ...]
    stuck: bool
    quarter: str
    """When it may land; empty for what has landed."""


def family(key: Key) -> str:
    """Return the sort of figure that a key names: what is counted together when it is asked for."""
    name = key[0] if key else ""
    if name in FAMILIES:
        return FAMILIES[name]
    return next((dimension for dimension in DIMENSIONS if dimension in key[1:-1]), "plain")


def lasting_keys(state: State) -> Iterator[Key]:
    """Give the figures that a project is part of whatever the day of looking is."""
    kind = Kind(state.stage, state.status, state.opening, state.landed_on is not None, bool(state.paid))
    yield from plain_keys(kind)
    for name, code in codes_of(state):
        yield from cut_keys(kind, name, code)
    if state.status != "withdrawn":
        yield from way_keys(way_of(state))
        yield from days_keys(state.reached)


@cache
def plain_keys(kind: Kind) -> tuple[Key, ...]:
    """Return the figures of a kind of project that are not cut by source, theme, cluster, park or unit."""
    found: list[Key] = [("status", kind.status)]
    found += [(name,) for name in _cuts(kind) if name != "stage"]
    if kind.status == "active":
        found.append(("opening", kind.stage) if kind.opening else ("stage", kind.stage))
        if kind.opening:
            found.append(("opening",))
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def cut_keys(kind: Kind, name: str, code: str) -> tuple[Key, ...]:
    """Return the figures of a kind of project under one code of source, theme, cluster, park or unit."""
    return tuple((cut, kind.stage, name, code) if cut == "stage" else (cut, name, code) for cut in _cuts(kind))


def _cuts(kind: Kind) -> Iterator[str]:
    if kind.landed:
        yield "landed"
    if kind.paid:
        yield "paid"
    if kind.opening:
        return
    if kind.status == "active":
        yield "work"
        yield "stage"
    if kind.status in KEPT:
        if RUNG[kind.stage] >= SIGNED:
            yield "signed"
        if RUNG[kind.stage] >= STARTED:
            yield "started"


def way_of(state: State) -> Way:
    """Return what of a project's way its rates depend on."""
    late = [day for day in state.reached[SIGNED:] if day is not None]
    return Way(
        tuple(day is not None for day in state.reached), min(late).year if late else 0,
        state.prepared_on is not None, state.registered_on is not None,
    )  # fmt: skip


@lru_cache(maxsize=1 << 16)
def way_keys(way: Way) -> tuple[Key, ...]:
    """Return who ever came where and went on, and the rates of whoever signed."""
    proven = [place for place, there in enumerate(way.proven) if there]
    if not proven:
        return ()
    furthest = proven[-1]
    found: list[Key] = []
    for place in range(proven[0], furthest + 1):
        found.append(("ever", STAGES[place]))
        if place < furthest:
            found.append(("onward", STAGES[place]))
    if way.signed_year:
        for cohort in ("all", str(way.signed_year)):
            found += _cohort(way, cohort, furthest)
    return tuple(found)


def _cohort(way: Way, cohort: str, furthest: int) -> Iterator[Key]:
    started, producing = furthest >= STARTED, furthest >= PRODUCING
    yield ("cohort", cohort, "signed")
    if started:
        yield ("cohort", cohort, "started")
    if producing:
        yield ("cohort", cohort, "producing")
    if started or way.prepared:
        yield ("cohort", cohort, "kept")
    if way.registered:
        yield ("cohort", cohort, "registered")


def days_keys(reached: tuple[date | None, ...]) -> Iterator[Key]:
    """Give how many days lay between one proven stage and the next."""
    proven = [(place, day) for place, day in enumerate(reached) if day is not None]
    for (place, day), (_after, later) in pairwise(proven):
        yield days_key(place, (later - day).days)


def days_key(place: int, days: int) -> Key:
    """Return the figure of so many days spent at a stage; a correction that runs backwards counts as none."""
    return ("days", STAGES[place], str(max(0, days)))


def day_keys(state: State, day: date) -> Iterator[Key]:
    """Give the figures that depend on the day of looking: lights, what is stuck, when it may land."""
    if state.status == "active" and not state.opening:
        limit = weights().stuck.get(state.stage)
        yield from watch_keys(Watch(
            state.stage, tuple(lights_of(state, day)), limit is not None and (day - state.since).days > limit,
            quarter_of(expected_on(state, day)) if state.landed_on is None else "",
        ))  # fmt: skip


@lru_cache(maxsize=1 << 16)
def watch_keys(watch: Watch) -> tuple[Key, ...]:
    """Return the figures of a day for a running project."""
    found: list[Key] = [("light", kind, light) for kind, light in watch.lights]
    if any(light == "red" for _, light in watch.lights):
        found.append(("red",))
    if watch.stuck:
        found += [("stuck",), ("stuck", watch.stage)]
    if watch.quarter:
        found += [("due", watch.quarter), ("due", watch.quarter, watch.stage)]
    return tuple(found)


def expected_on(state: State, day: date) -> date:
    """Return when a running project may land: an agreed start, else the usual time at its stage; never before a day."""
    usual = months_after(state.since, weights().months[state.stage])
    wanted = state.start_on if state.start_on is not None and state.stage == "signed" else usual
    return max(wanted, day)


def lights_of(state: State, day: date) -> list[tuple[str, str]]:
    """Return the yellow and red lights of a running project with what each is about."""
    found = [("update", silence_light(state.stage, state.sign_on, day))]
    if state.stage == "signed" and state.start_on is not None:
        found.append(("start", start_light(state.start_on, day)))
    if state.plan and state.stage in ("signed", "started", "producing"):
        found.append(("plan", plan_light(points_behind(dict(state.plan), state.paid or 0, day))))
    began = state.reached[STARTED]
    if RUNG[state.stage] >= STARTED and began is not None and state.statistics_on is None:
        large = state.investment is not None and state.investment >= clocks().statistics_from_fen
        found.append(("statistics", statistics_light(began, day) if large else "calm"))
    return [(kind, light) for kind, light in found if light in ("red", "yellow")]


def silence_light(stage: str, sign_on: date, day: date) -> Light:
    """Return the light of a project without update since a day, at its stage."""
    if stage not in SILENT_STAGES:
        return "calm"
    left = clocks().silence[stage] - (day - sign_on).days
    return "red" if left <= 0 else "yellow" if left <= clocks().remind_days else "calm"


def keys_of(state: State, day: date) -> Iterator[Key]:
    """Give every figure that a project is part of on a day."""
    yield from lasting_keys(state)
    yield from day_keys(state, day)
