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
        amounts = (1, state.investment or 0, state.contracted or 0, state.paid or 0, state.landed or 0)
        for key in keys:
            cell = self.cells[key]
            for place, amount in enumerate(amounts):
                cell[place] += sign * amount

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


def with_day(cube: Cube, states: Iterable[State], day: date) -> Cube:
    """Return the cube with the figures that depend on the day of looking."""
    made = cube.copy()
    for state in states:
        made.add(day_keys(state, day), state)
    return made


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
    for stage in STAGES:
        days = sorted((int(code), cube.cell("days", stage, code).n) for code in cube.codes("days", stage))
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
