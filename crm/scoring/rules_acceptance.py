"""The acceptance score of a project: a range while facts are missing, and what would raise it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Refusal, say
from crm.scoring.rules_scorecard import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.scoring.rules_scorecard import Criterion, Scorecard

FEN_PER_WAN = 1_000_000
PARTS_PER_MU = 100


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


@dataclass(frozen=True)
class Line:
    """One criterion's points: low and high differ while its facts or its mark are unknown."""

    code: str
    label: str
    most: int
    low: int
    high: int
    judged: bool

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
    """Score a project by the card in force; marks are an assessor's points for the judged criteria."""
    used = card or current()
    _check(marks, used)
    lines = tuple(_line(criterion, facts, marks) for criterion in used.criteria)
    return Acceptance(
        sum(line.low for line in lines),
        sum(line.high for line in lines),
        lines,
        _raises(lines),
        used.version,
    )


def _check(marks: Mapping[str, int], card: Scorecard) -> None:
    """Refuse marks for what is not judged, and marks outside their criterion, all at once."""
    findings = []
    for code, mark in marks.items():
        criterion = card.criterion(code)
        if criterion is None or criterion.kind != "judged":
            text = say("“%(code)s” is not a criterion that an assessor marks.", code=code)
            findings.append(Finding("acceptance.mark_unknown", text, code))
        elif not 0 <= mark <= criterion.most:
            text = say("The mark lies between 0 and %(most)s.", most=criterion.most)
            findings.append(Finding("acceptance.mark_range", text, code))
    if findings:
        raise Refusal(findings)


def _line(criterion: Criterion, facts: Facts, marks: Mapping[str, int]) -> Line:
    """Score one criterion."""
    if criterion.kind == "judged":
        low, high = (marks[criterion.code],) * 2 if criterion.code in marks else (0, criterion.most)
    elif criterion.kind == "yes_no":
        answer = _answer(criterion.measure, facts)
        low, high = (0, criterion.most) if answer is None else (criterion.most * answer,) * 2
    else:
        low, high = _banded(criterion, facts)
    return Line(criterion.code, criterion.label, criterion.most, low, high, criterion.kind == "judged")


def _answer(measure: str, facts: Facts) -> bool | None:
    """Answer a yes-or-no measure, or say that it is unknown."""
    if measure == "park_leading":
        return facts.park_leading
    codes = facts.themes if measure == "in_theme" else facts.clusters
    return None if codes is None else bool(codes)


def _banded(criterion: Criterion, facts: Facts) -> tuple[int, int]:
    """Score a measured criterion; where the theme is unknown, every scale is possible."""
    value = measure(criterion.measure, facts)
    if value is None:
        return 0, criterion.most
    general = next(scale for scale in criterion.scales if not scale.themes)
    if facts.themes is None:
        points = [scale.points(value) for scale in criterion.scales]
        return min(points), max(points)
    main = facts.themes[:1]
    special = (scale for scale in criterion.scales if main and main[0] in scale.themes)
    points_here = next(special, general).points(value)
    return points_here, points_here


def measure(name: str, facts: Facts) -> float | None:
    """Compute a figure of the scorecard in 万元 (per mu where so named), or None where a fact is missing."""
    if name == "fixed_assets":
        return None if facts.fixed_assets_fen is None else facts.fixed_assets_fen / FEN_PER_WAN
    amount = facts.investment_fen if name == "investment_per_mu" else facts.yearly_tax_fen
    if amount is None or not facts.land_parts:
        return None
    return amount * PARTS_PER_MU / facts.land_parts / FEN_PER_WAN


def _raises(lines: tuple[Line, ...]) -> tuple[Raise, ...]:
    """Return what could add points, most first; what is merely unknown comes before what is known and low."""
    open_lines = [Raise(line.code, line.label, line.high - line.low, unknown=True) for line in lines if not line.known]
    low_lines = [
        Raise(line.code, line.label, line.most - line.high, unknown=False)
        for line in lines
        if line.known and line.high < line.most
    ]
    return tuple(sorted([*open_lines, *low_lines], key=lambda item: (-item.gain, not item.unknown)))
