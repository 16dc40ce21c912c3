"""Counting many projects at once: cells of figures that can be added to and taken from, and what is read from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from crm.leads.rules import STAGES
from crm.reports.rules_standing import State, day_keys, lasting_keys, quarters_from, weights

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from crm.reports.rules_standing import Key

FIVE = ("signed", "landed", "started", "paid", "red")
RATES = ("kept", "started", "producing", "paid", "registered")
PERMILLE = 1000


class Cell(NamedTuple):
    """How many projects a figure has and what they come to, in fen."""

    n: int = 0
    investment: int = 0
    contracted: int = 0
    paid: int = 0
    landed: int = 0


EMPTY = Cell()


@dataclass
class Cube:
    """Every figure of one day; projects are counted in and out one by one."""

    cells: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0, 0]))

    def add(self, keys: Iterable[Key], state: State, sign: int = 1) -> None:
        """Count a project in (or out, with -1)."""
        investment, contracted = sign * (state.investment or 0), sign * (state.contracted or 0)
        paid, landed = sign * (state.paid or 0), sign * (state.landed or 0)
        for key in keys:  # written out: at a hundred thousand projects this is where the time goes
            cell = self.cells[key]
            cell[0] += sign
            cell[1] += investment
            cell[2] += contracted
            cell[3] += paid
            cell[4] += landed

    def copy(self) -> Cube:
        """Return a cube that can be changed without changing this one."""
        made = Cube()
        made.cells.update({key: list(cell) for key, cell in self.cells.items() if cell[0]})
        return made

    def cell(self, *key: str) -> Cell:
        """Return one figure; what nobody is part of is zero."""
        found = self.cells.get(key)
        return Cell(*found) if found else EMPTY

    def codes(self, *start: str) -> list[str]:
        """Return what may follow the beginning of a key, in order."""
        size = len(start)
        return sorted(
            {key[size] for key, cell in self.cells.items() if len(key) == size + 1 and key[:size] == start and cell[0]}
        )


def count_lasting(states: Iterable[State]) -> Cube:
    """Count projects into the figures that do not depend on the day of looking."""
    cube = Cube()
    for state in states:
        cube.add(lasting_keys(state), state)
    return cube


def with_day(cube: Cube, states: Iterable[State], day: date) -> tuple[Cube, dict[Key, set[int]]]:
    """Return the cube with the figures that depend on the day of looking, and who is in each of these."""
    made = cube.copy()
    members: dict[Key, set[int]] = {}
    for state in states:
        keys = tuple(day_keys(state, day))
        if keys:
            made.add(keys, state)
            for key in keys:
                members.setdefault(key, set()).add(state.id)
    return made, members


def swapped(cube: Cube, members: dict[Key, set[int]], pairs: Iterable[tuple[State | None, State | None]],
            day: date) -> tuple[Cube, dict[Key, set[int]]]:  # fmt: skip
    """Return cube and members with some projects as they are now instead of as they were."""
    made, own = cube.copy(), dict(members)
    for old, new in pairs:
        for state, sign in ((old, -1), (new, 1)):
            if state is None:
                continue
            made.add(lasting_keys(state), state, sign)
            keys = tuple(day_keys(state, day))
            made.add(keys, state, sign)
            for key in keys:
                own[key] = own.get(key, set()) - {state.id} if sign < 0 else own.get(key, set()) | {state.id}
    return made, own


@dataclass(frozen=True)
class Step:
    """One stage of the way: who ever came there, who went on, and how long that took."""

    stage: str
    ever: int
    onward: int
    median_days: int | None
    measured: int

    @property
    def permille(self) -> int | None:
        """Return how many of a thousand went on; unknown when nobody came there."""
        return self.onward * PERMILLE // self.ever if self.ever else None


def steps(cube: Cube) -> list[Step]:
    """Return conversion and time in stage, from proven moves only."""
    found = []
    spent: dict[str, list[tuple[int, int]]] = {stage: [] for stage in STAGES}
    for key, cell in cube.cells.items():
        if key[0] == "days" and cell[0]:
            spent[key[1]].append((int(key[2]), cell[0]))
    for stage in STAGES:
        days = sorted(spent[stage])
        total = sum(n for _, n in days)
        found.append(
            Step(stage, cube.cell("ever", stage).n, cube.cell("onward", stage).n, median_of(days, total), total)
        )
    return found


def median_of(counted: list[tuple[int, int]], total: int) -> int | None:
    """Return the median of values with their counts (the lower one of two middles); unknown without any."""
    wanted, seen = (total + 1) // 2, 0
    for value, n in counted:
        seen += n
        if seen >= wanted and total:
            return value
    return None


@dataclass(frozen=True)
class Rates:
    """The rates of one cohort, in thousandths; unknown where the cohort or its contracts are empty."""

    cohort: str
    signed: int
    counts: tuple[tuple[str, int, int | None], ...]
    contracted: int
    paid: int


def rates(cube: Cube) -> list[Rates]:
    """Return the rates of everybody ever signed and of each year of signing, the latest year first."""
    found = []
    for cohort in ["all", *sorted((code for code in _cohorts(cube) if code != "all"), reverse=True)]:
        whole = cube.cell("cohort", cohort, "signed")
        counts = []
        for name in RATES:
            if name == "paid":
                share = whole.paid * PERMILLE // whole.contracted if whole.contracted else None
                counts.append((name, whole.n, share))
                continue
            n = cube.cell("cohort", cohort, name).n
            counts.append((name, n, n * PERMILLE // whole.n if whole.n else None))
        found.append(Rates(cohort, whole.n, tuple(counts), whole.contracted, whole.paid))
    return found


def _cohorts(cube: Cube) -> set[str]:
    return {key[1] for key, cell in cube.cells.items() if key[0] == "cohort" and cell[0]}


@dataclass(frozen=True)
class Expected:
    """What may land in a quarter: projects, weighted projects in hundredths, their investment as it is and weighted."""

    quarter: str
    n: int
    weighted_hundredths: int
    investment: int
    weighted: int


def expectations(cube: Cube, day: date) -> list[Expected]:
    """Return the next quarters with their weights applied; amounts are whole fen."""
    found = []
    for quarter in quarters_from(day, weights().quarters):
        cells = [(stage, cube.cell("due", quarter, stage)) for stage in STAGES]
        share = weights().percent
        found.append(
            Expected(
                quarter, sum(cell.n for _, cell in cells), sum(cell.n * share[stage] for stage, cell in cells),
                sum(cell.investment for _, cell in cells),
                sum(cell.investment * share[stage] // 100 for stage, cell in cells),
            )
        )  # fmt: skip
    return found
