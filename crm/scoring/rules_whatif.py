"""What if the weights were others: each lead's shares of the full marks, weighed anew and ranked; nothing is stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.scoring.rules_acceptance import Acceptance

FULL = 100
TENTHS = 10


@dataclass(frozen=True)
class Standing:
    """One lead in the ranking: shares of the full marks of each criterion (of `whole`), sure and possible."""

    id: int
    number: str
    name: str
    sure: tuple[int, ...]
    possible: tuple[int, ...]
    whole: int


@dataclass(frozen=True)
class Ranked:
    """One lead with its score in tenths by the given weights, its place, and its place by the card's own weights."""

    standing: Standing
    low: int
    high: int
    place: int
    before: int


def standing(lead_id: int, number: str, name: str, result: Acceptance) -> Standing:
    """Take a lead's shares out of its score."""
    # Of the least common multiple of all full marks, so that every share is a whole number and nothing is rounded.
    whole = math.lcm(*(line.most for line in result.lines))
    sure = tuple(line.low * whole // line.most for line in result.lines)
    return Standing(lead_id, number, name, sure, tuple(line.high * whole // line.most for line in result.lines), whole)


def weigh(shares: Sequence[int], weights: Sequence[int], whole: int) -> int:
    """Return a score in tenths of a point of 100, rounded half up; only the weights' proportions count."""
    full = sum(weights) * whole
    if not full:
        return 0
    sum_of_all = sum(share * weight for share, weight in zip(shares, weights, strict=True))
    return (2 * sum_of_all * FULL * TENTHS + full) // (2 * full)


def rank(rows: Sequence[Standing], weights: Sequence[int], own: Sequence[int]) -> list[Ranked]:
    """Rank by what is sure, then by what is possible, then by id; each with its place by the card's own weights."""
    before = {row.id: place for place, row in enumerate(_sorted(rows, own), 1)}
    return [
        Ranked(
            row, weigh(row.sure, weights, row.whole), weigh(row.possible, weights, row.whole), place, before[row.id]
        )
        for place, row in enumerate(_sorted(rows, weights), 1)
    ]


def _sorted(rows: Sequence[Standing], weights: Sequence[int]) -> list[Standing]:
    return sorted(
        rows, key=lambda row: (-weigh(row.sure, weights, row.whole), -weigh(row.possible, weights, row.whole), row.id)
    )


def weights_from(typed: Mapping[str, str], own: Mapping[str, int], most: int = FULL) -> dict[str, int]:
    """Read weights as they come by an address: what is missing or no number from 0 to the most is the card's own."""
    found = {}
    for code, weight in own.items():
        text = typed.get(f"w_{code}", "")
        fits = text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
        found[code] = int(text) if fits else weight
    return found
