"""Many projects as columns of numbers, a row each, so that a hundred thousand are counted in a moment.

A column is an array of numpy: days are ordinals (0: none), words are places in a list of words, amounts are whole fen
(UNKNOWN: none). What a row says is exactly one `State`; both ways are here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.leads.rules import STAGES
from crm.reports.rules_standing import RUNG, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]

UNKNOWN = np.iinfo(np.int64).min
AMOUNTS = ("investment", "contracted", "paid", "landed")
DAYS = ("since", "landed_on", "sign_on", "start_on", "statistics_on", "began", "registered_on", "prepared_on")
WORDS = ("status", "source", "theme", "cluster", "park")
NOBODY = -1
SPARSE = 100
REACHED = tuple(f"reached_{stage}" for stage in STAGES)
"""The first proven day of each stage."""
Plan = tuple[tuple[int, int], ...]


@dataclass
class Vocabulary:
    """The words that columns speak of by number; it only ever grows, so that old columns stay right."""

    words: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def place(self, word: str) -> int:
        """Return the number of a word, giving it one when it is new."""
        found = self.places.get(word)
        if found is None:
            found = self.places[word] = len(self.words)
            self.words.append(word)
        return found


class Lazy(Mapping[str, "Array"]):
    """Columns that are worked out when they are asked for."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Array]) -> None:
        """Take the names, and what makes a column of a name."""
        self.names, self.make, self.made = names, make, dict[str, "Array"]()

    def __getitem__(self, name: str) -> Array:
        """Return one column."""
        if name not in self.made:
            self.made[name] = self.make(name)
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self.names)


@dataclass(frozen=True)
class Columns:
    """Projects as columns; rows are in the order of their ids."""

    vocabulary: Vocabulary
    table: Mapping[str, Array]
    plans: Mapping[int, Plan]
    """The yearly plan of those that have agreed one, by id."""

    def __getitem__(self, name: str) -> Array:
        """Return one column."""
        return self.table[name]

    def __len__(self) -> int:
        """Return how many projects there are."""
        return len(self.table["id"])

    @cached_property
    def _places(self) -> Array | None:
        """Return the row of each id (NOBODY: none), unless the ids lie so far apart that a table is no help."""
        ids = self["id"]
        most = int(ids[-1]) if len(ids) else 0
        if most > SPARSE * (len(ids) + SPARSE):
            return None
        places = np.full(most + 2, NOBODY, dtype=np.int32)
        places[ids] = np.arange(len(ids))
        return places

    def rows_of(self, ids: Sequence[int] | Array) -> tuple[Array, Array]:
        """Return the rows of some projects, and which of the projects are here at all."""
        wanted = np.asarray(ids, dtype=np.int64)
        if self._places is None:
            rows = np.minimum(np.searchsorted(self["id"], wanted), len(self) - 1)
            return rows, self["id"][rows] == wanted
        rows = self._places[np.minimum(wanted, len(self._places) - 1)]
        return rows, rows != NOBODY

    def state(self, lead_id: int) -> State | None:
        """Return what is said of one project; None when it is not here."""
        (row,), (here,) = self.rows_of([lead_id])
        return next(self.states([int(row)])) if here else None

    def states(self, rows: Sequence[int] | Array) -> Iterator[State]:
        """Give the states of some rows."""
        wanted = np.asarray(rows, dtype=np.int64)
        part = {name: column[wanted].tolist() for name, column in self.table.items()}
        words = self.vocabulary.words
        for place, lead_id in enumerate(part["id"]):
            told: dict[str, Any] = {name: _day(part[name][place]) for name in DAYS}
            told |= {name: _amount(part[name][place]) for name in AMOUNTS}
            told |= {name: words[part[name][place]] for name in WORDS}
            yield State(
                id=lead_id, stage=STAGES[part["stage"][place]], opening=part["opening"][place],
                unit=part["unit"][place], plan=self.plans.get(lead_id, ()),
                reached=tuple(_day(part[name][place]) for name in REACHED), **told,
            )  # fmt: skip

    def patched(self, states: Iterable[State]) -> Columns:
        """Return these columns with some projects as they are now, new ones among them."""
        fresh = columns_of(states, self.vocabulary)
        rows, here = self.rows_of(fresh["id"])
        table = {}
        for name, column in self.table.items():
            changed = column.copy()
            changed[rows[here]] = fresh[name][here]
            table[name] = np.concatenate([changed, fresh[name][~here]])
        order = np.argsort(table["id"], kind="stable")
        gone = set(fresh["id"].tolist()) - fresh.plans.keys()
        plans = {lead_id: plan for lead_id, plan in self.plans.items() if lead_id not in gone} | dict(fresh.plans)
        return Columns(self.vocabulary, {name: column[order] for name, column in table.items()}, plans)


def columns_of(states: Iterable[State], vocabulary: Vocabulary) -> Columns:
    """Return states as columns, in the order of their ids."""
    ordered = sorted(states, key=lambda state: state.id)
    told: dict[str, Any] = dict.fromkeys(State._fields, ())
    told.update(zip(State._fields, zip(*ordered, strict=True), strict=bool(ordered)))
    place = vocabulary.place
    table: dict[str, Array] = {
        "id": np.array(told["id"], dtype=np.int64),
        "stage": np.array([RUNG[stage] for stage in told["stage"]], dtype=np.int8),
        "opening": np.array(told["opening"], dtype=bool),
        "unit": np.array(told["unit"], dtype=np.int64),
    }
    for at, name in enumerate(REACHED):
        table[name] = np.array([_ordinal(path[at]) for path in told["reached"]], dtype=np.int32)
    for name in DAYS:
        table[name] = np.array([_ordinal(day) for day in told[name]], dtype=np.int32)
    for name in WORDS:
        table[name] = np.array([place(word) for word in told[name]], dtype=np.int32)
    for name in AMOUNTS:
        table[name] = np.array([UNKNOWN if fen is None else fen for fen in told[name]], dtype=np.int64)
    plans = {state.id: state.plan for state in ordered if state.plan}
    return Columns(vocabulary, table, plans)


def _ordinal(day: date | None) -> int:
    return 0 if day is None else day.toordinal()


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _amount(fen: int) -> int | None:
    return None if fen == UNKNOWN else fen
