"""Counting many projects at once: cells of figures that can be added to and taken from, and what is read from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from crm.leads.rules import STAGES
from crm.reports.rules_standing import DIMENSIONS, family, keys_of, quarters_from, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from crm.reports.rules_standing import Key, State

FIVE = ("signed", "landed", "started", "paid", "red")
RATES = ("kept", "started", "producing", "paid", "registered")
PERMILLE = 1000


ALL = ("plain", *DIMENSIONS, "way", "days", "watch")
"""The families of figures; each is counted when somebody asks for one of them."""


class Cell(NamedTuple):
    """How many projects a figure has and what they come to, in fen."""

    n: int = 0
    investment: int = 0
    contracted: int = 0
    paid: int = 0
    landed: int = 0


EMPTY = Cell()


def plus(one: Cell, other: Cell) -> Cell:
    """Return two counts together."""
    return Cell(
        one.n + other.n, one.investment + other.investment, one.contracted + other.contracted, one.paid + other.paid,
        one.landed + other.landed,
    )  # fmt: skip


@dataclass(frozen=True)
class Cube:
    """Every figure of one day: what was counted at once, and projects counted in and out one by one since."""

    counted: Callable[[str], Mapping[Key, Cell]] | None = None
    """Gives the figures of a family, counted when they are first asked for."""
    own: dict[Key, Cell] = field(default_factory=dict)

    def add(self, keys: Iterable[Key], state: State, sign: int = 1) -> None:
        """Count a project in (or out, with -1)."""
        amounts = (state.investment, state.contracted, state.paid, state.landed)
        one = Cell(sign, *(sign * (amount or 0) for amount in amounts))
        for key in keys:
            self.own[key] = plus(self.own.get(key, EMPTY), one)

    def swapped(self, pairs: Iterable[tuple[State | None, State | None]], day: date) -> Cube:
        """Return the figures with some projects as they are now instead of as they were."""
        made = Cube(self.counted, dict(self.own))
        for old, new in pairs:
            for state, sign in ((old, -1), (new, 1)):
                if state is not None:
                    made.add(keys_of(state, day), state, sign)
        return made

    def cell(self, *key: str) -> Cell:
        """Return one figure; what nobody is part of is zero."""
        counted = self.counted(family(key)).get(key, EMPTY) if self.counted else EMPTY
        own = self.own.get(key)
        return plus(counted, own) if own else counted

    def of(self, *families: str) -> dict[Key, Cell]:
        """Return all figures of some families that anybody is part of."""
        found = {key: cell for name in families if self.counted for key, cell in self.counted(name).items()}
        for key, cell in self.own.items():
            if family(key) in families:
                found[key] = plus(found.get(key, EMPTY), cell)
        return {key: cell for key, cell in found.items() if cell.n}

    @property
    def cells(self) -> dict[Key, Cell]:
        """Return all figures that anybody is part of."""
        return self.of(*ALL)

    def codes(self, *start: str) -> list[str]:
        """Return what may follow the beginning of a key, in order."""
        size = len(start)
        return sorted({key[size] for key in self.cells if len(key) == size + 1 and key[:size] == start})


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
    for key, cell in cube.of("days").items():
        spent[key[1]].append((int(key[2]), cell.n))
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
    return {key[1] for key in cube.of("way") if key[0] == "cohort"}


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
