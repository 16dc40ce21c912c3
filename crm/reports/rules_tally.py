"""Every figure of a day from columns: projects alike are counted together, and the rules are asked once for each sort.

The rules of `rules_standing` say in which figures a sort of project counts; here is only the counting. Sums are whole
fen in 64-bit numbers, so that they stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from crm.leads.rules import STAGES
from crm.leads.rules_clocks import (
    Light,
    clocks,
    plan_light,
    points_behind,
    start_light,
    statistics_light,
)
from crm.reports.rules_matrix import AMOUNTS, REACHED, UNKNOWN
from crm.reports.rules_overview import EMPTY, Cell, Cube, plus
from crm.reports.rules_standing import (
    MONTHS_OF_QUARTER,
    NONE,
    RUNG,
    SIGNED,
    STARTED,
    Kind,
    Watch,
    Way,
    cut_keys,
    days_key,
    family,
    plain_keys,
    silence_light,
    watch_keys,
    way_keys,
    weights,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm.reports.rules_matrix import Array, Columns
    from crm.reports.rules_standing import Key

EPOCH = date(1970, 1, 1).toordinal()
MONTHS_OF_YEAR = 12
NEVER = 1 << 30
LIGHTS: tuple[Light, ...] = ("calm", "yellow", "red")
LIT = ("update", "start", "plan", "statistics")
"""The lights in the order in which a project tells them."""


@dataclass(frozen=True)
class Group:
    """Rows sorted by one question: the sort of each row, and the figures of each sort."""

    rows: Array
    sorts: Array
    keys: dict[int, tuple[Key, ...]]


class Tally:
    """The figures of a day, each family counted when somebody asks for one of it, and of which rows each is made."""

    def __init__(self, columns: Columns, day: date) -> None:
        """Take the projects of a day."""
        self.columns, self.day = columns, day
        self.sums = [np.where(columns[name] == UNKNOWN, 0, columns[name]) for name in AMOUNTS]
        self.found: dict[str, tuple[dict[Key, Cell], tuple[Group, ...]]] = {}

    @property
    def cube(self) -> Cube:
        """Return the figures."""
        return Cube(self.cells)

    def cells(self, name: str) -> dict[Key, Cell]:
        """Return the figures of a family."""
        return self._family(name)[0]

    def rows(self, key: Key) -> Array:
        """Return the rows that a figure counts, in order."""
        found = [np.zeros(0, dtype=np.int64)]
        for group in self._family(family(key))[1]:
            wanted = [code for code, keys in group.keys.items() if key in keys]
            if wanted:
                table = np.zeros(int(group.sorts.max()) + 1, dtype=bool)
                table[wanted] = True
                found.append(group.rows[table[group.sorts]])
        # A row has one sort in each group, and groups of a family share no figure of a row: no row comes twice.
        return np.sort(np.concatenate(found))

    def _family(self, name: str) -> tuple[dict[Key, Cell], tuple[Group, ...]]:
        if name not in self.found:
            groups = tuple(self._groups(name)) if len(self.columns) else ()
            cells: dict[Key, Cell] = {}
            for group in groups:
                self._count(cells, group)
            self.found[name] = (cells, groups)
        return self.found[name]

    def _groups(self, name: str) -> Iterator[Group]:
        columns = self.columns
        if name == "way":
            yield _ways(columns)
        elif name == "days":
            yield from _days(columns)
        elif name == "watch":
            yield _watches(columns, self.sums[2], self.day)
        elif name == "plain":
            kinds = self._kinds
            yield _group(self._everyone, kinds.sorts, lambda code: plain_keys(kinds.kind(code)))
        else:
            yield self._kinds.cut(self._everyone, columns, name)

    @cached_property
    def _everyone(self) -> Array:
        return np.arange(len(self.columns))

    @cached_property
    def _kinds(self) -> _Kinds:
        return _Kinds.of(self.columns, self.sums[2] != 0)

    def _count(self, cells: dict[Key, Cell], group: Group) -> None:
        if not group.keys:
            return
        size = int(group.sorts.max()) + 1
        numbers = np.bincount(group.sorts, minlength=size)
        made = np.zeros((len(AMOUNTS), size), dtype=np.int64)
        everyone = len(group.rows) == len(self.columns)
        for at, amount in enumerate(self.sums):
            np.add.at(made[at], group.sorts, amount if everyone else amount[group.rows])
        for code, keys in group.keys.items():
            cell = Cell(int(numbers[code]), *made[:, code].tolist())
            for key in keys:
                cells[key] = plus(cells.get(key, EMPTY), cell)


def _group(rows: Array, sorts: Array, keys_of: Callable[[int], tuple[Key, ...]]) -> Group:
    """Return rows with their sorts; the rules are asked once for each sort that occurs."""
    codes = np.flatnonzero(np.bincount(sorts)).tolist() if len(sorts) else []
    found = {code: keys_of(code) for code in codes}
    return Group(rows, sorts, {code: keys for code, keys in found.items() if keys})


def _few(values: Array) -> tuple[Array, Array]:
    """Return the distinct values of a column of small numbers, and the place of each row's among them."""
    low = int(values.min())
    if int(values.max()) - low > NEVER >> 8:  # pragma: no cover - ids this far apart: sorting is the cheaper way
        distinct, places = np.unique(values, return_inverse=True)
        return distinct, places
    there = np.bincount(values - low) > 0
    return np.flatnonzero(there) + low, (np.cumsum(there) - 1)[values - low]


# --- figures that last


@dataclass(frozen=True)
class _Kinds:
    """The kind of each row, as a number that can be read back."""

    statuses: list[str]
    sorts: Array

    @classmethod
    def of(cls, columns: Columns, paid: Array) -> _Kinds:
        distinct, places = _few(columns["status"])
        statuses = [columns.vocabulary.words[place] for place in distinct.tolist()]
        sorts = columns["stage"].astype(np.int64) * len(statuses) + places
        for flag in (columns["opening"], columns["landed_on"] > 0, paid):
            sorts = sorts * 2 + flag
        return cls(statuses, sorts)

    def kind(self, code: int) -> Kind:
        rest, flags = divmod(code, 8)
        stage, place = divmod(rest, len(self.statuses))
        return Kind(STAGES[stage], self.statuses[place], bool(flags & 4), bool(flags & 2), bool(flags & 1))

    def cut(self, rows: Array, columns: Columns, name: str) -> Group:
        distinct, places = _few(columns[name])
        words, size = columns.vocabulary.words, len(distinct)
        codes = [str(one) if name == "unit" else words[one] or NONE for one in distinct.tolist()]
        return _group(
            rows, self.sorts * size + places, lambda code: cut_keys(self.kind(code // size), name, codes[code % size])
        )


def _travelled(columns: Columns) -> Array:
    words = columns.vocabulary.words
    gone = [place for place in range(len(words)) if words[place] == "withdrawn"]
    return ~np.isin(columns["status"], gone)


def _ways(columns: Columns) -> Group:
    bits = np.zeros(len(columns), dtype=np.int64)
    signed_on = np.full(len(columns), NEVER, dtype=np.int32)
    for at, name in enumerate(REACHED):
        there = columns[name] > 0
        bits |= there.astype(np.int64) << at
        if at >= SIGNED:
            signed_on = np.minimum(signed_on, np.where(there, columns[name], NEVER))
    rows = np.flatnonzero(_travelled(columns) & (bits > 0))
    bits, late = bits[rows], signed_on[rows]
    signed = late < NEVER
    years = np.zeros(len(rows), dtype=np.int64)
    years[signed] = months_of(late[signed]) // MONTHS_OF_YEAR
    distinct, places = _few(years) if len(rows) else (years, years)
    prepared, registered = columns["prepared_on"][rows] > 0, columns["registered_on"][rows] > 0
    sorts = ((bits * max(1, len(distinct)) + places) * 2 + prepared) * 2 + registered

    def keys(code: int) -> tuple[Key, ...]:
        rest, flags = divmod(code, 4)
        mask, place = divmod(rest, len(distinct))
        there = tuple(bool(mask >> stage & 1) for stage in range(len(STAGES)))
        return way_keys(Way(there, int(distinct[place]), bool(flags & 2), bool(flags & 1)))

    return _group(rows, sorts, keys)


def _days(columns: Columns) -> Iterator[Group]:
    """Give for each stage the days spent there until the next proven one."""
    open_to_all = _travelled(columns)
    later = np.zeros(len(columns), dtype=np.int32)  # the day of the next proven stage
    for place in range(len(STAGES) - 1, -1, -1):
        day = columns[REACHED[place]]
        rows = np.flatnonzero(open_to_all & (day > 0) & (later > 0))
        yield _spent(rows, np.maximum(later[rows] - day[rows], 0), place)
        later = np.where(day > 0, day, later)


def _spent(rows: Array, days: Array, place: int) -> Group:
    return _group(rows, days, lambda code: (days_key(place, code),))


# --- figures of the day


def months_of(ordinals: Array) -> Array:
    """Return the month of each day, counted from the year 0."""
    if not len(ordinals):
        return np.zeros(0, dtype=np.int64)
    distinct, places = _few(ordinals)
    days = (distinct.astype(np.int64) - EPOCH).astype("datetime64[D]")
    return (days.astype("datetime64[M]").astype(np.int64) + 1970 * MONTHS_OF_YEAR)[places]


def _watches(columns: Columns, paid: Array, day: date) -> Group:
    words = columns.vocabulary.words
    active = np.array([word == "active" for word in words], dtype=bool)
    rows = np.flatnonzero(active[columns["status"]] & ~columns["opening"])
    part = {name: columns[name][rows] for name in (
        "id", "stage", "since", "sign_on", "start_on", "statistics_on", "landed_on", "investment",
    )}  # fmt: skip
    if not len(rows):
        return Group(rows, rows, {})
    part["began"] = columns[REACHED[STARTED]][rows]
    stage = part["stage"].astype(np.int64)
    lights = {
        "update": _silent(stage, part["sign_on"], day),
        "start": _by_day(part["start_on"], (stage == SIGNED) & (part["start_on"] > 0), start_light, day),
        "plan": _behind(columns, part["id"], stage, paid[rows], day),
        "statistics": _uncounted(part, stage, day),
    }
    limits = np.array([weights().stuck.get(name, NEVER) for name in STAGES])
    stuck = day.toordinal() - part["since"] > limits[stage]
    quarters, quarter = _quarters(part, stage, day)
    sorts = stage * 2 + stuck
    for name in LIT:
        sorts = sorts * len(LIGHTS) + lights[name]
    sorts = sorts * len(quarters) + quarter

    def keys(code: int) -> tuple[Key, ...]:
        rest, place = divmod(code, len(quarters))
        told = []
        for name in reversed(LIT):
            rest, light = divmod(rest, len(LIGHTS))
            if light:
                told.append((name, LIGHTS[light]))
        return watch_keys(Watch(STAGES[rest // 2], tuple(reversed(told)), bool(rest % 2), quarters[place]))

    return _group(rows, sorts, keys)


def _silent(stage: Array, sign_on: Array, day: date) -> Array:
    """Return the light of silence; the rule is asked once for each stage and day that occur together."""
    # Longer than the longest silence is all the same to the rule, so that few days are left to ask about.
    days, places = _few(np.maximum(sign_on, day.toordinal() - max(clocks().silence.values()) - 1))
    sorts = stage * len(days) + places
    table: Array = np.zeros(len(STAGES) * len(days), dtype=np.int64)
    for code in np.flatnonzero(np.bincount(sorts)).tolist():
        at, place = divmod(code, len(days))
        table[code] = LIGHTS.index(silence_light(STAGES[at], date.fromordinal(int(days[place])), day))
    told: Array = table[sorts]
    return told


def _by_day(days: Array, where: Array, light: Callable[[date, date], Light], day: date) -> Array:
    """Return the light of each row that a mask names; the rule is asked once for each day that occurs."""
    found = np.zeros(len(days), dtype=np.int64)
    if where.any():
        distinct, places = _few(days[where])
        told = [LIGHTS.index(light(date.fromordinal(one), day)) for one in distinct.tolist()]
        found[where] = np.array(told)[places]
    return found


def _behind(columns: Columns, ids: Array, stage: Array, paid: Array, day: date) -> Array:
    found = np.zeros(len(ids), dtype=np.int64)
    if not columns.plans:
        return found
    late = np.isin(stage, [RUNG[name] for name in ("signed", "started", "producing")])
    planned = np.fromiter(columns.plans, dtype=np.int64, count=len(columns.plans))
    for row in np.flatnonzero(late & np.isin(ids, planned)).tolist():
        points = points_behind(dict(columns.plans[int(ids[row])]), int(paid[row]), day)
        found[row] = LIGHTS.index(plan_light(points))
    return found


def _uncounted(part: dict[str, Array], stage: Array, day: date) -> Array:
    large = part["investment"] >= clocks().statistics_from_fen
    where = large & (stage >= STARTED) & (part["began"] > 0) & (part["statistics_on"] == 0)
    return _by_day(part["began"], where, statistics_light, day)


def _quarters(part: dict[str, Array], stage: Array, day: date) -> tuple[list[str], Array]:
    """Return the quarters in which running projects may land, and the place of each row's; the first is none."""
    today = months_of(np.array([day.toordinal()]))[0]
    usual = months_of(part["since"]) + np.array([weights().months[name] for name in STAGES])[stage]
    agreed = (stage == SIGNED) & (part["start_on"] > 0)
    usual[agreed] = months_of(part["start_on"][agreed])
    quarter = np.maximum(usual, today) // MONTHS_OF_QUARTER
    first = int(today) // MONTHS_OF_QUARTER
    places = np.where(part["landed_on"] > 0, 0, quarter - first + 1)
    most = int(places.max()) if len(places) else 0
    per_year = MONTHS_OF_YEAR // MONTHS_OF_QUARTER
    return ["", *(f"{one // per_year}Q{one % per_year + 1}" for one in range(first, first + most))], places
