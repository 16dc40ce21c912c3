"""What if the weights were others: each lead's shares of the full marks, weighed anew and ranked; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.scoring.rules_acceptance import Acceptance

WHOLE = 1000
FULL = 100


@dataclass(frozen=True)
class Standing:
    """One lead in the ranking: thousandths of the full marks of each criterion, sure and possible."""

    id: int
    number: str
    name: str
    sure: tuple[int, ...]
    possible: tuple[int, ...]


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
    sure = tuple(line.low * WHOLE // line.most for line in result.lines)
    return Standing(lead_id, number, name, sure, tuple(line.high * WHOLE // line.most for line in result.lines))


def weigh(shares: Sequence[int], weights: Sequence[int]) -> int:
    """Return a score in tenths of a point of 100; weights need not sum to 100, their proportions count."""
    total = sum(weights)
    if not total:
        return 0
    return (sum(share * weight for share, weight in zip(shares, weights, strict=True)) * FULL * 10) // (total * WHOLE)


def rank(rows: Sequence[Standing], weights: Sequence[int], own: Sequence[int]) -> list[Ranked]:
    """Rank by what is sure, then by what is possible, then by id; each with its place by the card's own weights."""
    before = {row.id: place for place, row in enumerate(_sorted(rows, own), 1)}
    return [
        Ranked(row, weigh(row.sure, weights), weigh(row.possible, weights), place, before[row.id])
        for place, row in enumerate(_sorted(rows, weights), 1)
    ]


def _sorted(rows: Sequence[Standing], weights: Sequence[int]) -> list[Standing]:
    return sorted(rows, key=lambda row: (-weigh(row.sure, weights), -weigh(row.possible, weights), row.id))


def weights_from(typed: Mapping[str, str], own: Mapping[str, int], most: int = FULL) -> dict[str, int]:
    """Read weights as they come by an address: what is missing or no number from 0 to the most is the card's own."""
    found = {}
    for code, weight in own.items():
        text = typed.get(f"w_{code}", "")
        fits = text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
        found[code] = int(text) if fits else weight
    return found
