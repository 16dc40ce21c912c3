"""The acceptance scorecard as data: loads scorecard.toml, refuses sums that are not 100 and bands that overlap."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.rulebook import BrokenRules, line_of, parse
from crm.scoring.rules_lexicon import BASES, THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FULL = 100
KINDS = ("yes_no", "bands", "judged")
MEASURES: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("in_theme", "in_cluster", "park_leading"),
    "bands": ("investment_per_mu", "tax_per_mu", "fixed_assets", "jobs"),
}
UNITS = {"wan_per_mu": say("10k yuan a mu"), "wan": say("10k yuan"), "people": say("people")}
BLOCK = re.compile(r"^\s*\[\[criterion\]\]")


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

    def band(self, value: Any) -> Band:
        """Return the band that a value lies in; bands cover everything from 0 on."""
        return next(band for band in reversed(self.bands) if value >= band.start)

    def points(self, value: Any) -> int:
        """Return the points of the band that a value lies in."""
        return self.band(value).points

    def better(self, value: Any) -> Band | None:
        """Return the nearest band above a value that gives more points, if there is one."""
        here = self.points(value)
        return next((band for band in self.bands if band.start > value and band.points > here), None)


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
    note: str = ""
    """The source clause, as a sentence."""


@dataclass(frozen=True)
class Scorecard:
    """One version of the acceptance scorecard."""

    version: str
    in_force_from: date
    basis: str
    criteria: tuple[Criterion, ...]
    text: str = field(repr=False, default="")

    def criterion(self, code: str) -> Criterion | None:
        """Find a criterion by its code."""
        return next((item for item in self.criteria if item.code == code), None)

    @property
    def judged(self) -> tuple[Criterion, ...]:
        """Return what people mark."""
        return tuple(item for item in self.criteria if item.kind == "judged")


class _Reader:
    """Reads one parsed scorecard and names the line of whatever is wrong."""

    def __init__(self, text: str, name: str) -> None:
        """Parse the text; a syntax error already carries its line."""
        self.book = parse(text, name)
        self.text, self.name = text, name
        rows = enumerate(text.splitlines(), 1)
        self.blocks = [number for number, row in rows if BLOCK.match(row)]
        self.at = 0
        """The line at which the criterion begins that is being read."""

    def broken(self, where: str, what: Text, near: str = "") -> BrokenRules:
        """Make the refusal that names the line: where `near` is found in the criterion, else where its code stands."""
        end = next((block for block in self.blocks if block > self.at), len(self.text.splitlines()) + 1)
        line = 0
        for pattern in (near, rf"\bcode\s*=\s*[\"']{re.escape(where)}[\"']"):
            found = line_of(self.text, pattern, after=self.at) if pattern else 0
            line = line or (found if found < end else 0)
        line = line or self.at or line_of(self.text, r"\[\[criterion\]\]")
        sentence = say("%(where)s: %(what)s", where=where, what=what)
        return BrokenRules(f"{self.name}:{line}: {where}: {what}", line=line, text=sentence)

    def band(self, code: str, row: Mapping[str, Any], most: int) -> Band:
        """Read one band."""
        start, end, points = row.get("from"), row.get("to"), row.get("points")
        near = rf"from\s*=\s*[\"']?{re.escape(str(start))}\b"
        if not _is_number(start) or not (end is None or _is_number(end)):
            raise self.broken(code, say("a band needs a number in from (and in to, unless it has no end)"), near)
        if end is not None and end <= start:
            raise self.broken(code, say("the band from %(start)s to %(end)s is empty", start=start, end=end), near)
        if not isinstance(points, int) or isinstance(points, bool) or not 0 <= points <= most:
            raise self.broken(code, say("a band's points must be a whole number from 0 to %(most)s", most=most), near)
        return Band(float(start), None if end is None else float(end), points)  # type: ignore[arg-type]

    def scale(self, code: str, row: Mapping[str, Any], most: int) -> Scale:
        """Read the bands for some themes; together they must cover everything from 0 on, once."""
        themes = frozenset(row.get("themes", ()))
        for theme in themes - set(THEMES):
            raise self.broken(code, say("unknown theme %(theme)s", theme=theme), re.escape(str(theme)))
        bands = sorted((self.band(code, band, most) for band in row.get("bands", ())), key=lambda band: band.start)
        if not bands or bands[0].start != 0 or bands[-1].end is not None:
            raise self.broken(code, say("bands must begin at 0 and end open"))
        for lower, upper in itertools.pairwise(bands):
            near = rf"from\s*=\s*{upper.start:g}\b"
            if lower.end is None or lower.end > upper.start:
                raise self.broken(code, say("bands overlap at %(value)s", value=f"{upper.start:g}"), near)
            if lower.end < upper.start:
                gap = say("bands leave a gap from %(a)s to %(b)s", a=f"{lower.end:g}", b=f"{upper.start:g}")
                raise self.broken(code, gap, near)
        if max(band.points for band in bands) != most:
            raise self.broken(code, say("no band gives the full %(most)s points", most=most))
        return Scale(themes, tuple(bands))

    def scales(self, code: str, row: Mapping[str, Any], most: int) -> tuple[Scale, ...]:
        """Read all scales; exactly one is for all other themes, and no theme has two."""
        scales = tuple(self.scale(code, scale, most) for scale in row.get("scale", ()))
        named = [theme for scale in scales for theme in sorted(scale.themes)]
        if len(named) != len(set(named)):
            raise self.broken(code, say("a theme has two scales"))
        if sum(not scale.themes for scale in scales) != 1:
            raise self.broken(code, say("exactly one scale must have no themes: it is for all other themes"))
        return scales

    def criterion(self, row: Mapping[str, Any]) -> Criterion:
        """Read one criterion."""
        code, most, kind = row.get("code"), row.get("max"), row.get("kind")
        if not isinstance(code, str) or not code:
            raise self.broken("[[criterion]]", say("a criterion has no code"))
        if kind not in KINDS:
            raise self.broken(code, say("unknown kind %(kind)s", kind=kind), r"\bkind\s*=")
        if not isinstance(most, int) or isinstance(most, bool) or most <= 0:
            raise self.broken(code, say("max must be a whole number above 0"), r"\bmax\s*=")
        if row.get("basis") not in BASES:
            raise self.broken(code, say("unknown basis %(basis)s", basis=row.get("basis")), r"\bbasis\s*=")
        measure = str(row.get("measure", ""))
        if kind in MEASURES and measure not in MEASURES[kind]:
            raise self.broken(code, say("unknown measure %(measure)s", measure=measure), r"\bmeasure\s*=")
        scales = self.scales(code, row, most) if kind == "bands" else ()
        words = (str(row.get("unit", "")), str(row["basis"]), str(row.get("guide", "")))
        label = str(row.get("label", code))
        return Criterion(code, label, most, str(kind), measure, *words, scales, str(row.get("note", "")))

    def scorecard(self) -> Scorecard:
        """Check and assemble the whole card."""
        rows = self.book.tables.get("criterion", [])
        if not isinstance(rows, list) or not rows:
            raise self.broken("[[criterion]]", say("there is no criterion"))
        criteria: list[Criterion] = []
        for place, row in enumerate(rows):
            self.at = self.blocks[place] if place < len(self.blocks) else 0
            item = self.criterion(row)
            if any(item.code == other.code for other in criteria):
                raise self.broken(item.code, say("the code is used twice"))
            criteria.append(item)
        total = sum(item.most for item in criteria)
        if total != FULL:
            sentence = say("the criteria sum to %(total)s, not to %(full)s", total=total, full=FULL)
            raise self.broken(criteria[-1].code, sentence, r"\bmax\s*=")
        return Scorecard(self.book.version, self.book.in_force_from, self.book.basis, tuple(criteria), self.text)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) < 1e15  # noqa: PLR2004, PLR0124 - neither nan nor inf


def read(text: str, name: str = "scoring/scorecard.toml") -> Scorecard:
    """Read a scorecard from its text or refuse it, naming the line and the criterion."""
    return _Reader(text, name).scorecard()


@lru_cache
def current() -> Scorecard:
    """Load the scorecard that stands beside this module once: the version that came along."""
    return read(Path(__file__).with_name("scorecard.toml").read_text(encoding="utf-8"))


MAX_LINE = re.compile(r"^(\s*max\s*=\s*)\d+")
POINTS = re.compile(r"(\bpoints\s*=\s*)(\d+)")
CODE_LINE = re.compile(r"^\s*code\s*=\s*[\"']([\w-]+)[\"']")


def reweighted(card: Scorecard, weights: Mapping[str, int]) -> str:
    """Return the card's text with other weights; the points of bands grow or shrink in proportion."""
    lines, code, old = [], "", 0
    for line in card.text.splitlines():
        if BLOCK.match(line):
            code = ""
        named = CODE_LINE.match(line)
        if named:
            code = named[1]
            found = card.criterion(code)
            old = found.most if found else 0
        changed = line
        if code in weights and old:
            new = weights[code]
            changed = MAX_LINE.sub(rf"\g<1>{new}", changed)
            changed = POINTS.sub(partial(_scaled_points, old=old, new=new), changed)
        lines.append(changed)
    return "\n".join(lines) + "\n"


def scaled(points: int, old: int, new: int) -> int:
    """Scale points from an old maximum to a new one, rounded half up; the full mark stays the full mark."""
    return (2 * points * new + old) // (2 * old)


def _scaled_points(hit: re.Match[str], *, old: int, new: int) -> str:
    return f"{hit[1]}{scaled(int(hit[2]), old, new)}"
