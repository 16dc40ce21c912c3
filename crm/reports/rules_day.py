"""A day with all its projects and figures: counted once as columns, and kept up with the few that moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import merge
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crm.reports.rules_matrix import UNKNOWN
from crm.reports.rules_standing import State, keys_of
from crm.reports.rules_tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from crm.reports.rules_matrix import Array, Columns
    from crm.reports.rules_overview import Cube
    from crm.reports.rules_standing import Key

ID_BITS = 40
FEW = 500
"""So many projects may have moved since a day was counted; with more it is counted anew."""
ENOUGH = 2 * FEW
SUMMED = ("investment", "contracted", "paid")
by_wait = attrgetter("since", "id")


class Page(NamedTuple):
    """A part of the projects behind a figure, the largest first, with what all of them come to."""

    states: list[State]
    total: int
    investment: int
    contracted: int
    paid: int


@dataclass(frozen=True)
class Counted:
    """A day as it was counted."""

    day: date
    columns: Columns
    tally: Tally
    longest: dict[Key, Array] = field(default_factory=dict)
    """The beginnings of lists that were asked for, so that the next look need not sort them again."""

    def waiting(self, key: Key) -> Array:
        """Return the rows of a figure that have stood longest at their stage: enough of them, whoever moves."""
        if key not in self.longest:
            rows = self.tally.rows(key)
            order = (self.columns["since"][rows].astype(np.int64) << ID_BITS) | self.columns["id"][rows]
            if len(rows) > ENOUGH:
                first = np.argpartition(order, ENOUGH)[:ENOUGH]
                rows, order = rows[first], order[first]
            self.longest[key] = rows[np.argsort(order)]
        return self.longest[key]


def counted(columns: Columns, day: date) -> Counted:
    """Count a day."""
    return Counted(day, columns, Tally(columns, day))


class States(Mapping[int, State]):
    """The projects of a day by id, each made when it is asked for."""

    def __init__(self, columns: Columns, over: Mapping[int, State | None]) -> None:
        """Take the projects as they were counted, and those that moved since (None: no longer there)."""
        self.columns, self.over = columns, over

    def __getitem__(self, lead_id: int) -> State:
        """Return one project; KeyError when it is not there on the day."""
        state = self.over[lead_id] if lead_id in self.over else self.columns.state(lead_id)
        if state is None:
            raise KeyError(lead_id)
        return state

    def __iter__(self) -> Iterator[int]:
        """Give the ids of all projects of the day, in order."""
        ids = self.columns["id"]
        if not self.over:
            yield from ids.tolist()
            return
        kept = ids[~np.isin(ids, list(self.over))].tolist()
        yield from merge(kept, sorted(lead_id for lead_id, state in self.over.items() if state is not None))

    def __len__(self) -> int:
        """Return how many projects there are on the day."""
        if not self.over:
            return len(self.columns)
        _rows, here = self.columns.rows_of(list(self.over))
        return len(self.columns) - int(here.sum()) + sum(state is not None for state in self.over.values())


@dataclass(frozen=True)
class Standing:
    """Every project on a day and the figures they come to."""

    counted: Counted
    cube: Cube
    over: Mapping[int, State | None] = field(default_factory=dict)
    """What moved since the day was counted; None for what is no longer there."""

    @property
    def day(self) -> date:
        """Return the day."""
        return self.counted.day

    @property
    def states(self) -> States:
        """Return the projects of the day by id."""
        return States(self.counted.columns, self.over)

    def brought_up(self, again: Mapping[int, State | None]) -> Standing:
        """Return the day with some projects worked out anew."""
        pairs = [(self.states.get(lead_id), state) for lead_id, state in again.items()]
        return replace(self, cube=self.cube.swapped(pairs, self.day), over={**self.over, **again})

    def ids(self, key: Key) -> list[int]:
        """Return exactly the projects that a figure counts, in order."""
        rows = self._kept(key)
        return sorted([*self.counted.columns["id"][rows].tolist(), *(state.id for state in self._moved(key))])

    def amounts(self, ids: list[int], name: str) -> list[int]:
        """Return an amount of each of some projects in fen; 0 where it is unknown."""
        columns = self.counted.columns
        rows, here = columns.rows_of(ids)
        found = np.zeros(len(ids), dtype=np.int64)
        found[here] = columns[name][rows[here]]
        found[found == UNKNOWN] = 0
        told: list[int] = found.tolist()
        for place, lead_id in enumerate(ids):
            if lead_id in self.over:
                told[place] = getattr(self.over[lead_id], name, None) or 0
        return told

    def behind(self, key: Key) -> list[State]:
        """Return exactly the projects that a figure counts, in the order of their ids."""
        kept = self.counted.columns.states(self._kept(key))
        return list(merge(kept, self._moved(key), key=attrgetter("id")))

    def page(self, key: Key, first: int, size: int) -> Page:
        """Return a part of the projects behind a figure, those with the largest investment first."""
        columns, rows, moved = self.counted.columns, self._kept(key), self._moved(key)
        amounts = {name: np.where(columns[name][rows] == UNKNOWN, 0, columns[name][rows]) for name in SUMMED}
        largest = np.concatenate([amounts["investment"], np.array([one.investment or 0 for one in moved], np.int64)])
        ids = np.concatenate([columns["id"][rows], np.array([one.id for one in moved], np.int64)])
        shown = ids[np.lexsort((ids, -largest))[first : first + size]].tolist()
        sums = [int(amounts[name].sum()) + sum(getattr(one, name) or 0 for one in moved) for name in SUMMED]
        states = self.states
        return Page([states[lead_id] for lead_id in shown], len(ids), *sums)

    def longest(self, key: Key, most: int) -> tuple[list[State], int]:
        """Return those of a figure that have stood longest at their stage, and how many it has in all."""
        columns, rows = self.counted.columns, self.counted.waiting(key)
        rows = rows[~np.isin(columns["id"][rows], list(self.over))][:most]
        found = sorted([*columns.states(rows), *self._moved(key)], key=by_wait)
        return found[:most], self.cube.cell(*key).n

    def _kept(self, key: Key) -> Array:
        rows = self.counted.tally.rows(key)
        if self.over and len(rows):
            rows = rows[~np.isin(self.counted.columns["id"][rows], list(self.over))]
        return rows

    def _moved(self, key: Key) -> list[State]:
        found = [state for state in self.over.values() if state is not None and key in keys_of(state, self.day)]
        return sorted(found, key=attrgetter("id"))


def standing_of(columns: Columns, day: date) -> Standing:
    """Return a day just counted."""
    found = counted(columns, day)
    return Standing(found, found.tally.cube)


def differing(one: Standing, other: Standing, names: tuple[str, ...]) -> list[int]:
    """Return the projects that may differ between two days in what is counted, or that only one of the days has."""
    first, second = one.counted.columns, other.counted.columns
    ids = np.intersect1d(first["id"], second["id"], assume_unique=True)
    (left, _), (right, _) = first.rows_of(ids), second.rows_of(ids)
    unlike = np.zeros(len(ids), dtype=bool)
    for name in names:
        unlike |= first[name][left] != second[name][right]
    lonely = np.setxor1d(first["id"], second["id"], assume_unique=True)
    return sorted({*ids[unlike].tolist(), *lonely.tolist(), *one.over, *other.over})
