"""The history of all projects as columns, and from it where every project stood on any day, as known at any moment.

Each relation is ordered so that the rows of one project follow each other by day: what was in force on a day is the
last of them that had happened by then. `rules_asof` says the same of one project, entry by entry; a test compares the
two. Moments are microseconds of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crm.leads.rules import STAGES
from crm.reports.rules_asof import INITIAL
from crm.reports.rules_matrix import AMOUNTS, REACHED, UNKNOWN, WORDS, Columns, Lazy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from crm.reports.rules_matrix import Array

FACTS = ("stage", "status", "source", "park", "themes", "clusters", "unit_id", "investment_fen", "contracted",
         "paid_in", "landed", "landed_fen", "other")  # fmt: skip
"""The facts that figures rest on; of all others only the days count."""
CODES = {fact: code for code, fact in enumerate(FACTS)}
OTHER = CODES["other"]
FACT_OF = {"theme": "themes", "cluster": "clusters", "unit": "unit_id", "investment": "investment_fen",
           "paid": "paid_in", "landed_on": "landed", "landed": "landed_fen"}  # fmt: skip
"""The facts of columns that have another name."""
DAY_BITS = 22
LEAD_BITS = 36
NOWHERE = -1
NEVER = 1 << 30


@dataclass(frozen=True)
class Relation:
    """Dated rows of many projects, ordered by group, project and day; later records behind earlier ones of a day."""

    table: Mapping[str, Array]
    """`lead`, `group`, `day`, `recorded`, and whatever else a row says."""

    def __getitem__(self, name: str) -> Array:
        """Return one column."""
        return self.table[name]

    def without(self, ids: Array, fresh: Mapping[str, Array]) -> Relation:
        """Return the rows of all but some projects, with fresh rows (in the order of their records) of those."""
        kept = ~np.isin(self["lead"], ids)
        return ordered({name: np.concatenate([column[kept], fresh[name]]) for name, column in self.table.items()})

    @cached_property
    def groups(self) -> dict[int, Relation]:
        """Return the rows of each group."""
        edges = np.searchsorted(self["group"], np.arange(len(FACTS) + 1)).tolist()
        return {
            code: Relation({name: column[first:last] for name, column in self.table.items()})
            for code, (first, last) in enumerate(pairwise(edges))
        }

    @cached_property
    def starts(self) -> Array:
        """Return where the rows of each project begin (within one group)."""
        return np.flatnonzero(np.diff(self["lead"], prepend=NOWHERE))

    @cached_property
    def leads(self) -> Array:
        """Return the projects that have any rows, in order (within one group)."""
        return self["lead"][self.starts]

    @cached_property
    def ends(self) -> Array:
        """Return for each row the day of the project's next row (within one group); NEVER behind the last."""
        lead, day = self["lead"], self["day"]
        return np.append(np.where(lead[1:] == lead[:-1], day[1:], NEVER), [NEVER] * min(1, len(lead)))

    @cached_property
    def firsts(self) -> list[Array]:
        """Return for each project its first day of all, then its first proven day of each stage (0: none)."""
        proven = ~self["opening"]
        masks = [np.ones(len(proven), dtype=bool), *(proven & (self["value"] == at) for at in range(len(STAGES)))]
        found = [np.minimum.reduceat(np.where(mask, self["day"], NEVER), self.starts) for mask in masks]
        return [np.where(days < NEVER, days, 0) for days in found]

    def heard(self, known: int | None) -> Relation:
        """Return the rows that were recorded before a moment; None stands for all."""
        if known is None:
            return self
        rows = np.flatnonzero(self["recorded"] < known)
        return Relation({name: column.take(rows) for name, column in self.table.items()})

    def in_force(self, until: int) -> Array:
        """Return the rows that were in force on a day, at most one of a project."""
        return np.flatnonzero((self["day"] <= until) & (self.ends > until))

    def to_come(self, until: int) -> Array:
        """Return the first rows of the projects that had none by a day."""
        return self.starts[self["day"][self.starts] > until]


def ordered(table: Mapping[str, Array]) -> Relation:
    """Return rows in the order that a relation needs; of one project's rows of a day the order stays."""
    sort = (table["group"].astype(np.int64) << (LEAD_BITS + DAY_BITS)) | (table["lead"] << DAY_BITS) | table["day"]
    order = np.argsort(sort, kind="stable")
    return Relation({name: column[order] for name, column in table.items()})


@dataclass(frozen=True)
class History:
    """What ever happened to all projects, and every sign that somebody worked on them."""

    facts: Relation
    """Grouped by fact, with `value` (as the column of that fact holds it) and `opening`."""
    signs: Relation
    """Contacts, deeds and entries: the day, and when it was recorded."""

    @cached_property
    def latest(self) -> tuple[Array, Array, Array]:
        """Return each project with the last day of any fact, and when a fact was recorded last."""
        ids, places = np.unique(self.facts["lead"], return_inverse=True)
        days, recorded = np.zeros(len(ids), dtype=np.int32), np.zeros(len(ids), dtype=np.int64)
        np.maximum.at(days, places, self.facts["day"])
        np.maximum.at(recorded, places, self.facts["recorded"])
        return ids, days, recorded

    def without(self, ids: Array, fresh: History) -> History:
        """Return the history with that of some projects read anew."""
        return History(self.facts.without(ids, fresh.facts.table), self.signs.without(ids, fresh.signs.table))


def columns_on(history: History, present: Columns, day: date, known: int | None) -> Columns:
    """Return every project at the end of a day, by what was known before a moment (None: by all that is known now).

    Only what moved after the day, or of which more is known now, differs from the present.
    """
    then = _Then(history, present, day.toordinal(), known)
    table = Lazy(list(present.table), then.column)
    plans = present.plans
    if plans:
        agreed = set(table["id"][table["contracted"] != UNKNOWN].tolist())
        moved = set(present["id"][then.moved].tolist())
        plans = {lead_id: plan for lead_id, plan in plans.items() if lead_id not in moved or lead_id in agreed}
    return Columns(present.vocabulary, table, plans)


@dataclass(frozen=True)
class _Then:
    """The columns of a day from the history, each worked out when it is asked for."""

    history: History
    present: Columns
    until: int
    known: int | None

    def column(self, name: str) -> Array:
        """Return a column: as it was for what moved, as it is for the rest, without what was not there yet."""
        column = self.present[name]
        if name not in ("id", "since"):
            column = self._then(name)
            column[self.still] = self.present[name][self.still]
        elif name == "since":
            column = self.since
        return column if self.rows is None else column.take(self.rows)

    @cached_property
    def moved(self) -> Array:
        """Return which projects stood otherwise on the day than now."""
        present, (ids, days, recorded) = self.present, self.history.latest
        later = days > self.until
        if self.known is not None:
            later |= recorded >= self.known
        moved = np.zeros(len(present), dtype=bool)
        rows, here = present.rows_of(ids[later])
        moved[rows[here]] = True
        for name in ("sign_on", "statistics_on", "registered_on", "prepared_on"):
            moved |= present[name] > self.until
        return moved

    @cached_property
    def still(self) -> Array:
        """Return the rows of the others; by rows it goes several times as fast as by a mask."""
        return np.flatnonzero(~self.moved)

    @cached_property
    def since(self) -> Array:
        """Return since when each project stood at its stage; 0 for what had none by then."""
        found = self._last(self.stages, "day", np.zeros_like(self.present["since"]))
        found[self.still] = self.present["since"][self.still]
        return found

    @cached_property
    def rows(self) -> Array | None:
        """Return the rows of what was there on the day; None stands for all."""
        keep = (self.present["began"] <= self.until) & (self.since > 0)
        return None if keep.all() else np.flatnonzero(keep)

    @cached_property
    def stages(self) -> Relation:
        """Return the history of stages."""
        return self.history.facts.groups[CODES["stage"]].heard(self.known)

    def _then(self, name: str) -> Array:
        present = self.present
        empty = np.zeros_like(present[name])
        if name in ("stage", "opening"):
            return self._last(self.stages, "value" if name == "stage" else name, empty)
        if name == "began" or name in REACHED:
            return self._first(("began", *REACHED).index(name), empty)
        if name == "sign_on":
            return np.maximum(self._last(self.history.signs.heard(self.known), "day", empty), self.since)
        if name == "start_on":
            return np.where(self._then("contracted") == UNKNOWN, 0, present[name])
        if name in ("statistics_on", "registered_on", "prepared_on"):
            return np.where(present[name] > self.until, 0, present[name])
        return self._value(name)

    def _value(self, name: str) -> Array:
        """Return the value that a fact had on the day."""
        nothing = self.present.vocabulary.place("")
        none = UNKNOWN if name in AMOUNTS else nothing if name in WORDS else 0
        told = np.full_like(self.present[name], none)
        fact = FACT_OF.get(name, name)
        facts = self.history.facts.groups[CODES[fact]].heard(self.known)
        told = self._last(facts, "value", told, lasting=fact in INITIAL)
        if name == "unit":
            return np.where(told == 0, self.present[name], told)
        if name == "status":
            told[told == nothing] = self.present.vocabulary.place("active")
        return told

    def _last(self, relation: Relation, column: str, told: Array, *, lasting: bool = False) -> Array:
        """Return what a relation says last of each project up to the day, instead of what stands in its row.

        The first value that a lasting fact ever had stands for the days before it too.
        """
        wanted = [relation.in_force(self.until)]
        if lasting:
            wanted.append(relation.to_come(self.until))
        for places in wanted:
            rows, here = self.present.rows_of(relation["lead"][places])
            if here.all():
                told[rows] = relation[column][places]
            else:
                told[rows[here]] = relation[column][places[here]]
        return told

    def _first(self, place: int, told: Array) -> Array:
        """Return the first day up to the day: the first of all, if it lies so early."""
        if len(self.stages.starts):
            rows, here = self.present.rows_of(self.stages.leads)
            days = self.stages.firsts[place]
            told[rows[here]] = (days * (days <= self.until))[here]
        return told
