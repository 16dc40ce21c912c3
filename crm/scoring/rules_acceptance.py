"""The acceptance score of a project: a range while facts are missing, and what would raise it most."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Refusal, say
from crm.scoring.rules_scorecard import Band, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.scoring.rules_scorecard import Criterion, Scale, Scorecard

FEN_PER_WAN = 1_000_000
PARTS_PER_MU = 100
FACTS_OF: Mapping[str, tuple[str, ...]] = {
    "in_theme": ("themes",),
    "in_cluster": ("clusters",),
    "park_leading": ("park_leading",),
    "investment_per_mu": ("investment_fen", "land_parts"),
    "tax_per_mu": ("yearly_tax_fen", "land_parts"),
    "fixed_assets": ("fixed_assets_fen",),
    "jobs": ("jobs",),
}
"""Which facts a measure is computed from."""


@dataclass(frozen=True)
class Facts:
    """What the scorecard computes from; None is unknown, an empty set of codes is known to be none.

    Where the investor or the local entity is registered is deliberately no field of it.
    """

    themes: tuple[str, ...] | None = None
    clusters: tuple[str, ...] | None = None
    park_leading: bool | None = None
    investment_fen: int | None = None
    fixed_assets_fen: int | None = None
    yearly_tax_fen: int | None = None
    land_parts: int | None = None
    """Land in hundredths of a mu."""
    jobs: int | None = None

    def lacking(self, name: str) -> tuple[str, ...]:
        """Return which facts of a measure are unknown; no land is as good as unknown, for nothing is per mu then."""
        return tuple(
            fact for fact in FACTS_OF.get(name, ())
            if getattr(self, fact) is None or (fact == "land_parts" and not self.land_parts)
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One criterion's points: low and high differ while its facts or its mark are unknown."""

    code: str
    label: str
    most: int
    low: int
    high: int
    judged: bool
    value: Fraction | None = None
    band: Band | None = None
    lacking: tuple[str, ...] = ()
    next_band: Band | None = None

    @property
    def known(self) -> bool:
        """Tell whether the points are settled."""
        return self.low == self.high


@dataclass(frozen=True)
class Raise:
    """What a criterion could still add: by making it known, or by improving what is known."""

    code: str
    label: str
    gain: int
    unknown: bool
    lacking: tuple[str, ...] = ()
    next_band: Band | None = None
    judged: bool = False


@dataclass(frozen=True)
class Acceptance:
    """The score by one version of the scorecard."""

    low: int
    high: int
    lines: tuple[Line, ...]
    raises: tuple[Raise, ...]
    version: str

    @property
    def settled(self) -> bool:
        """Tell whether every criterion is known, so that the score is one number."""
        return all(line.known for line in self.lines)


def acceptance(facts: Facts, marks: Mapping[str, int], card: Scorecard | None = None) -> Acceptance:
    """Score a project by the given card (or the one that came along); marks are points for the judged criteria."""
    used = card or current()
    check_marks(marks, used)
    lines = tuple(_line(criterion, facts, marks) for criterion in used.criteria)
    return Acceptance(
        sum(line.low for line in lines),
        sum(line.high for line in lines),
        lines,
        _raises(lines),
        used.version,
    )


def check_marks(marks: Mapping[str, int], card: Scorecard, *, whole: bool = False) -> None:
    """Refuse marks for what is not judged, marks outside their criterion and (whole) missing ones, all at once."""
    findings = []
    for code, mark in marks.items():
        criterion = card.criterion(code)
        if criterion is None or criterion.kind != "judged":
            text = say("“%(code)s” is not a criterion that an assessor marks.", code=code)
            findings.append(Finding("acceptance.mark_unknown", text, code))
        elif not 0 <= mark <= criterion.most:
            text = say("The mark lies between 0 and %(most)s.", most=criterion.most)
            findings.append(Finding("acceptance.mark_range", text, code))
    if whole:
        text = say("Give a mark; the guide says what for.")
        findings += [
            Finding("acceptance.mark_missing", text, item.code) for item in card.judged if item.code not in marks
        ]
    if findings:
        raise Refusal(findings)


def _line(criterion: Criterion, facts: Facts, marks: Mapping[str, int]) -> Line:
    """Score one criterion."""
    about = (criterion.code, criterion.label, criterion.most)
    if criterion.kind == "judged":
        low, high = (marks[criterion.code],) * 2 if criterion.code in marks else (0, criterion.most)
        return Line(*about, low, high, judged=True)
    lacking = facts.lacking(criterion.measure)
    if criterion.kind == "yes_no":
        answer = _answer(criterion.measure, facts)
        low, high = (0, criterion.most) if answer is None else (criterion.most * answer,) * 2
        return Line(*about, low, high, judged=False, lacking=lacking)
    value = measure(criterion.measure, facts)
    if value is None:
        return Line(*about, 0, criterion.most, judged=False, lacking=lacking)
    return _banded(criterion, facts, value)


def _answer(name: str, facts: Facts) -> bool | None:
    """Answer a yes-or-no measure, or say that it is unknown."""
    if name == "park_leading":
        return facts.park_leading
    codes = facts.themes if name == "in_theme" else facts.clusters
    return None if codes is None else bool(codes)


def _banded(criterion: Criterion, facts: Facts, value: Fraction) -> Line:
    """Score a measured criterion; where the theme is unknown, every scale is possible."""
    about = (criterion.code, criterion.label, criterion.most)
    if facts.themes is None:
        points = [scale.points(value) for scale in criterion.scales]
        lacking = ("themes",) if min(points) != max(points) else ()
        return Line(*about, min(points), max(points), judged=False, value=value, lacking=lacking)
    scale = scale_for(criterion, facts.themes)
    band = scale.band(value)
    return Line(
        *about, band.points, band.points, judged=False, value=value, band=band, next_band=scale.better(value)
    )  # fmt: skip


def scale_for(criterion: Criterion, themes: tuple[str, ...]) -> Scale:
    """Return the scale of the main theme, or the general one."""
    general = next(scale for scale in criterion.scales if not scale.themes)
    return next((scale for scale in criterion.scales if themes and themes[0] in scale.themes), general)


def measure(name: str, facts: Facts) -> Fraction | None:
    """Compute a figure of the scorecard exactly, in 万元 (per mu where so named), or None where a fact is missing."""
    if facts.lacking(name):
        return None
    if name == "jobs":
        return Fraction(facts.jobs or 0)
    if name == "fixed_assets":
        return Fraction(facts.fixed_assets_fen or 0, FEN_PER_WAN)
    amount = facts.investment_fen if name == "investment_per_mu" else facts.yearly_tax_fen
    return Fraction((amount or 0) * PARTS_PER_MU, (facts.land_parts or 1) * FEN_PER_WAN)


def _raises(lines: tuple[Line, ...]) -> tuple[Raise, ...]:
    """Return what could add points, most first; what is merely unknown comes before what is known and low."""
    open_lines = [
        Raise(line.code, line.label, line.high - line.low, unknown=True, lacking=line.lacking, judged=line.judged)
        for line in lines
        if not line.known
    ]
    low_lines = [
        Raise(
            line.code, line.label, line.most - line.high, unknown=False, next_band=line.next_band, judged=line.judged
        )
        for line in lines
        if line.known and line.high < line.most
    ]
    return tuple(sorted([*open_lines, *low_lines], key=lambda item: (-item.gain, not item.unknown)))


def marks_towards(points: int, facts: Facts, card: Scorecard | None = None) -> dict[str, int]:
    """Return marks that bring the sure score as near to some points as marks can (sample stories tell only the sum)."""
    used = card or current()
    left = points - acceptance(facts, {}, used).low
    most = sum(item.most for item in used.judged)
    left = max(0, min(left, most))
    marks = {item.code: item.most * left // most for item in used.judged}
    for item in used.judged:
        add = min(item.most - marks[item.code], left - sum(marks.values()), 1)
        marks[item.code] += max(0, add)
    return marks


def codes_by_criterion(facts: Facts, card: Scorecard) -> dict[str, str]:
    """Return the codes that yes-or-no criteria rest on, packed: themes, clusters, or yes and no for the park."""
    park = "" if facts.park_leading is None else ("yes" if facts.park_leading else "no")
    known = {
        "in_theme": ";".join(facts.themes or ()), "in_cluster": ";".join(facts.clusters or ()), "park_leading": park,
    }  # fmt: skip
    return {item.code: known[item.measure] for item in card.criteria if item.kind == "yes_no"}
