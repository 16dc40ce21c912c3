"""The acceptance scorecard as data: loads scorecard.toml, refuses sums that are not 100 and bands that overlap."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.rulebook import BrokenRules, parse
from crm.scoring.rules_lexicon import BASES, THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FULL = 100
KINDS = ("yes_no", "bands", "judged")
MEASURES: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("in_theme", "in_cluster", "park_leading"),
    "bands": ("investment_per_mu", "tax_per_mu", "fixed_assets"),
}


@dataclass(frozen=True)
class Band:
    """From one value (included) to another (excluded; None is without end): so many points."""

    start: float
    end: float | None
    points: int


@dataclass(frozen=True)
class Scale:
    """The bands of a criterion for projects of some themes, or (no themes) for all others."""

    themes: frozenset[str]
    bands: tuple[Band, ...]

    def points(self, value: float) -> int:
        """Return the points of the band that a value lies in."""
        for band in self.bands:
            if value >= band.start and (band.end is None or value < band.end):
                return band.points
        return 0


@dataclass(frozen=True)
class Criterion:
    """One line of the scorecard: computed from facts, or judged by an assessor by its guide."""

    code: str
    label: str
    most: int
    kind: str
    measure: str
    unit: str
    basis: str
    guide: str
    scales: tuple[Scale, ...]


@dataclass(frozen=True)
class Scorecard:
    """One version of the acceptance scorecard."""

    version: str
    in_force_from: date
    basis: str
    criteria: tuple[Criterion, ...]

    def criterion(self, code: str) -> Criterion | None:
        """Find a criterion by its code."""
        return next((item for item in self.criteria if item.code == code), None)


class _Reader:
    """Reads one parsed scorecard and names the line of whatever is wrong."""

    def __init__(self, text: str, name: str) -> None:
        """Parse the text; a syntax error already carries its line."""
        self.book = parse(text, name)
        self.text, self.name = text, name

    def broken(self, where: str, what: str) -> BrokenRules:
        """Make the refusal that names the line where a criterion stands."""
        rows = enumerate(self.text.splitlines(), 1)
        line = next((number for number, row in rows if f'"{where}"' in row), 0)
        return BrokenRules(f"{self.name}:{line}: {where}: {what}")

    def band(self, code: str, row: Mapping[str, Any], most: int) -> Band:
        """Read one band."""
        start, end, points = row.get("from"), row.get("to"), row.get("points")
        if not isinstance(start, (int, float)) or not (end is None or isinstance(end, (int, float))):
            raise self.broken(code, "a band needs a number in from (and in to, unless it has no end)")
        if end is not None and end <= start:
            raise self.broken(code, f"the band from {start} to {end} is empty")
        if not isinstance(points, int) or not 0 <= points <= most:
            raise self.broken(code, f"a band's points must be a whole number from 0 to {most}")
        return Band(float(start), None if end is None else float(end), points)

    def scale(self, code: str, row: Mapping[str, Any], most: int) -> Scale:
        """Read the bands for some themes; together they must cover everything from 0 on, once."""
        themes = frozenset(row.get("themes", ()))
        for theme in themes - set(THEMES):
            raise self.broken(code, f"unknown theme {theme!r}")
        bands = sorted((self.band(code, band, most) for band in row.get("bands", ())), key=lambda band: band.start)
        if not bands or bands[0].start != 0 or bands[-1].end is not None:
            raise self.broken(code, "the bands must begin at 0 and end open")
        for lower, upper in itertools.pairwise(bands):
            if lower.end is None or lower.end > upper.start:
                raise self.broken(code, f"bands overlap at {upper.start:g}")
            if lower.end < upper.start:
                raise self.broken(code, f"no band covers {lower.end:g} to {upper.start:g}")
        if max(band.points for band in bands) != most:
            raise self.broken(code, f"no band gives the full {most} points")
        return Scale(themes, tuple(bands))

    def scales(self, code: str, row: Mapping[str, Any], most: int) -> tuple[Scale, ...]:
        """Read all scales of a criterion: one general, no theme twice."""
        scales = tuple(self.scale(code, scale, most) for scale in row.get("scale", ()))
        named = [theme for scale in scales for theme in scale.themes]
        if len(named) != len(set(named)):
            raise self.broken(code, "a theme has two scales")
        if sum(not scale.themes for scale in scales) != 1:
            raise self.broken(code, "exactly one scale must be for all other themes")
        return scales

    def criterion(self, row: Mapping[str, Any]) -> Criterion:
        """Read one criterion."""
        code, kind, most = str(row.get("code", "")), row.get("kind"), row.get("max")
        if not code:
            raise self.broken("[[criterion]]", "a criterion has no code")
        if kind not in KINDS:
            raise self.broken(code, f"unknown kind {kind!r}")
        if not isinstance(most, int) or isinstance(most, bool) or most <= 0:
            raise self.broken(code, "max must be a whole number above 0")
        if row.get("basis") not in BASES:
            raise self.broken(code, f"unknown basis {row.get('basis')!r}")
        measure = str(row.get("measure", ""))
        if kind in MEASURES and measure not in MEASURES[kind]:
            raise self.broken(code, f"unknown measure {measure!r}")
        scales = self.scales(code, row, most) if kind == "bands" else ()
        words = (str(row.get("unit", "")), str(row["basis"]), str(row.get("guide", "")))
        return Criterion(code, str(row.get("label", code)), most, str(kind), measure, *words, scales)

    def scorecard(self) -> Scorecard:
        """Check and assemble the whole card."""
        criteria = tuple(self.criterion(row) for row in self.book.tables.get("criterion", []))
        codes = [item.code for item in criteria]
        for code in codes:
            if codes.count(code) > 1:
                raise self.broken(code, "the code is used twice")
        total = sum(item.most for item in criteria)
        if total != FULL:
            raise self.broken("criterion", f"the criteria sum to {total}, not to {FULL}")
        return Scorecard(self.book.version, self.book.in_force_from, self.book.basis, criteria)


def read(text: str, name: str = "scoring/scorecard.toml") -> Scorecard:
    """Read a scorecard from its text or refuse it, naming the line and the criterion."""
    return _Reader(text, name).scorecard()


@lru_cache
def current() -> Scorecard:
    """Load the scorecard that stands beside this module once."""
    return read(Path(__file__).with_name("scorecard.toml").read_text(encoding="utf-8"))
