"""Two figures that should move together: how far a month's ratio is from what is usual, said as a question.

Everything is counted on natural logarithms, so that twice and half are equally far. What is usual is the median; how
much it usually varies is the median distance from it (MAD), times 1.4826, never below a least spread. Neither is
moved by a few odd months. A ratio is asked about when it is at least so many such spreads away, and at least so many
times (or that part of) the median.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import exp, inf, log
from typing import TYPE_CHECKING

from crm.statistics.rules import Pair, Review, StatisticsRules, shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NORMAL = 1.4826
"""Makes the MAD of a normal distribution its standard deviation."""
FARTHEST = 99.0
"""Whatever is further away is equally far."""
DIVISION = 2
HISTORY, INDUSTRY, ALONE = "history", "industry", "alone"
Values = tuple[int | None, ...]
"""What a month's figures are, in the order of the pairs: over and under of the first, of the second …"""


@dataclass(frozen=True)
class Usual:
    """What is usual for a ratio: centre and spread on logarithms, and from how many values."""

    centre: float
    spread: float
    n: int


@dataclass(frozen=True)
class Line:
    """One enterprise as the checks see it: its industry and its months, the oldest first."""

    id: int
    industry: str
    months: Mapping[str, Values]

    @property
    def division(self) -> str:
        """Return the division of its industry; without one it is compared with nobody."""
        return self.industry[:DIVISION] if len(self.industry) >= DIVISION else ""


@dataclass(frozen=True)
class Question:
    """One thing that figures raise: of whom, about which month, against what, and how far."""

    kind: str
    enterprise_id: int
    month: str
    basis: str
    over: int
    under: int
    times: float | None
    """How many times the usual ratio; None where one side is zero."""
    deviations: float
    n: int = 0
    small: bool = False
    usual_ratio: float | None = None

    @property
    def about(self) -> str:
        """Return the figures a question is about: an answer holds for them alone."""
        return f"{self.basis}:{self.over}/{self.under}"

    @property
    def key(self) -> tuple[str, int, str, str]:
        """Return what an answer is filed under; being unlike one's industry is answered for a year."""
        month = self.month[:4] if self.basis == INDUSTRY else self.month
        return (self.kind, self.enterprise_id, month, self.basis)


def median(values: Sequence[float]) -> float:
    """Return the median: the middle value, or the mean of the two in the middle."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def usual(logs: Sequence[float], least_spread_percent: int) -> Usual:
    """Return what is usual among some logarithms of ratios (at least one)."""
    centre = median(logs)
    spread = NORMAL * median([abs(value - centre) for value in logs])
    return Usual(centre, max(spread, log(1 + least_spread_percent / 100)), len(logs))


def far(value: float, known: Usual, review: Review) -> float | None:
    """Return how many spreads a value is away (signed), or None when that is nothing to ask about."""
    away = value - known.centre
    if abs(away) < log(review.times) or abs(away) < review.deviations * known.spread:
        return None
    return max(-FARTHEST, min(FARTHEST, away / known.spread))


def windowed(months: Mapping[str, Values], place: int, width: int) -> dict[str, tuple[int, int]]:
    """Return both figures of a pair summed over windows of months, by their last month; unknown ones stay out."""
    found = {}
    for month in months:
        over = under = 0
        for back in range(width):
            values = months.get(month if not back else shift(month, -back))
            if values is None or values[place] is None or values[place + 1] is None:
                break
            over += values[place] or 0
            under += values[place + 1] or 0
        else:
            found[month] = (over, under)
    return found


def logs_of(sums: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    """Return the logarithm of each month's ratio, where both figures are above zero."""
    return {month: log(over) - log(under) for month, (over, under) in sums.items() if over > 0 and under > 0}


def questions(lines: Iterable[Line], months: Sequence[str], rules: StatisticsRules) -> list[Question]:
    """Return what the figures of some months ask, the furthest from usual first."""
    found: list[Question] = []
    lines = list(lines)
    for at, pair in enumerate(rules.pairs):
        sums = {line.id: windowed(line.months, 2 * at, pair.months) for line in lines}
        logs = {id_: logs_of(told) for id_, told in sums.items()}
        for line in lines:
            for month in months:
                if month in sums[line.id]:
                    asked = _own(line.id, pair, month, sums[line.id], logs[line.id], rules.review)
                    found += [asked] if asked else []
        found += _unlike(lines, pair, months, sums, logs, rules.review)
    return ranked(found)


def _own(id_: int, pair: Pair, month: str, sums: Mapping[str, tuple[int, int]], logs: Mapping[str, float],
         review: Review) -> Question | None:  # fmt: skip
    """Ask about one figure without the other, or about a ratio far from the enterprise's own history."""
    over, under = sums[month]
    if (over >= pair.least_over and under == 0) or (under >= pair.least_under and over == 0):
        return Question(pair.code, id_, month, ALONE, over, under, None, inf)
    if month not in logs:
        return None
    last, first = shift(month, -pair.months), shift(month, -review.history_months)
    past = [value for when, value in logs.items() if first <= when <= last]
    if len(past) < review.history_least:
        return None
    known = usual(past, review.least_spread_percent)
    away = far(logs[month], known, review)
    if away is None:
        return None
    return Question(
        pair.code, id_, month, HISTORY, over, under, exp(logs[month] - known.centre), away, known.n,
        known.n < review.history_small, exp(known.centre),
    )  # fmt: skip


def _unlike(lines: Sequence[Line], pair: Pair, months: Sequence[str], sums: Mapping[int, Mapping[str, tuple[int, int]]],
            logs: Mapping[int, Mapping[str, float]], review: Review) -> list[Question]:  # fmt: skip
    """Ask about the latest month of an enterprise whose ratio is far from those of its industry's others."""
    since = shift(months[-1], -review.history_months) if months else ""
    own: dict[str, dict[int, float]] = defaultdict(dict)
    for line in lines:
        recent = [value for month, value in logs[line.id].items() if month > since]
        if line.division and recent:
            own[line.division][line.id] = median(recent)
    found = []
    for line in lines:
        month = next((month for month in reversed(months) if month in logs[line.id]), None)
        peers = [value for id_, value in own.get(line.division, {}).items() if id_ != line.id]
        if month is None or len(peers) < review.industry_least:
            continue
        known = usual(peers, review.least_spread_percent)
        away = far(logs[line.id][month], known, review)
        # One odd month is a question to the enterprise's own history; only what lasts is unlike the industry.
        if away is None or far(own[line.division][line.id], known, review) is None:
            continue
        over, under = sums[line.id][month]
        found.append(Question(
            pair.code, line.id, month, INDUSTRY, over, under, exp(logs[line.id][month] - known.centre), away, known.n,
            known.n < review.industry_small, exp(known.centre),
        ))  # fmt: skip
    return found


def ranked(found: Iterable[Question]) -> list[Question]:
    """Put questions in order: one figure without the other first, then the furthest from usual, then the largest."""
    return sorted(
        found, key=lambda one: (-min(abs(one.deviations), FARTHEST + 1), -one.over, one.enterprise_id, one.month)
    )
