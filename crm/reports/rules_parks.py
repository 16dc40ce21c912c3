"""Three parks beside each other: what a mu carries, and who is ahead by growth, output, tax and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.statistics.rules_targets import TargetFigures

DUTIES = {"contact": say("City leader in contact"), "head": say("Person in charge")}
MEASURES = {
    "growth": say("Growth of output"), "output": say("Output"), "tax": say("Tax"), "scale": say("Scale (revenue)"),
}  # fmt: skip
CMU_PER_MU = 100


@dataclass(frozen=True)
class LandSum:
    """Land and what it carries, over the projects of a park for which both are known."""

    projects: int = 0
    land_cmu: int = 0
    with_investment: int = 0
    investment_land_cmu: int = 0
    investment_fen: int = 0
    with_tax: int = 0
    tax_land_cmu: int = 0
    tax_fen: int = 0

    @property
    def intensity_fen(self) -> int | None:
        """Return the investment for each mu, in fen; unknown without land."""
        return self.investment_fen * CMU_PER_MU // self.investment_land_cmu if self.investment_land_cmu else None

    @property
    def tax_per_mu_fen(self) -> int | None:
        """Return the yearly tax for each mu, in fen; unknown without land."""
        return self.tax_fen * CMU_PER_MU // self.tax_land_cmu if self.tax_land_cmu else None


@dataclass(frozen=True)
class Ranked:
    """One park's value by a measure, its place among the parks, and whether returns are missing."""

    value: int | None
    place: int | None
    complete: bool


def ranking(figures: TargetFigures) -> Mapping[str, Mapping[str, Ranked]]:
    """Return each park's value and place by each measure; equal values share a place, unknown ones have none."""
    values: dict[str, dict[str, tuple[int | None, bool]]] = {measure: {} for measure in MEASURES}
    for one in figures.parks:
        output, tax, revenue = (one.sums[name] for name in ("output_fen", "tax_fen", "revenue_fen"))
        grown = one.growth_bps("output_fen")
        values["growth"][one.park] = (grown, output.complete and one.before["output_fen"].complete)
        values["output"][one.park] = (output.fen, output.complete)
        values["tax"][one.park] = (tax.fen, tax.complete)
        values["scale"][one.park] = (revenue.fen, revenue.complete)
    return {measure: _placed(told) for measure, told in values.items()}


def _placed(told: Mapping[str, tuple[int | None, bool]]) -> dict[str, Ranked]:
    known = [value for value, _ in told.values() if value is not None]
    return {
        park: Ranked(value, None if value is None else 1 + sum(other > value for other in known), complete)
        for park, (value, complete) in told.items()
    }
