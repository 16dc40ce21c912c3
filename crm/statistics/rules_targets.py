"""The figures behind the targets for the parks: what they are made of, and whether anything is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.statistics.rules import FEN_PER_WAN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FEN_PER_YI = 10_000 * FEN_PER_WAN
BIG_YI, LARGE_YI = 50, 10
MAIN = ("revenue_fen", "output_fen", "tax_fen", "investment_fen")
"""The main indicators whose yearly growth the targets ask for."""
BPS = 10_000


@dataclass(frozen=True)
class Sum:
    """A sum over months: of how many values, of how many that are owed; None when no value is known."""

    fen: int | None
    known: int
    owed: int

    @property
    def complete(self) -> bool:
        """Tell whether every owed month is in it."""
        return self.known >= self.owed > 0


@dataclass(frozen=True)
class EnterpriseYear:
    """One enterprise with its revenue of the year so far, and of the last twelve months."""

    id: int
    name: str
    park: str
    revenue: Sum
    twelve_months_fen: int | None

    @property
    def yi(self) -> int:
        """Return the whole 亿元 of the year so far."""
        return (self.revenue.fen or 0) // FEN_PER_YI


@dataclass(frozen=True)
class Growth:
    """One main indicator against the same months of the year before: everybody, and those known in both years."""

    measure: str
    now: Sum
    before: Sum
    alike_now_fen: int | None
    alike_before_fen: int | None
    alike: int
    """So many pairs of months, each of one enterprise known in both years."""

    @property
    def bps(self) -> int | None:
        """Return the growth of the sums in hundredths of a per cent; None where there is nothing to compare with."""
        return grown(self.now.fen, self.before.fen)

    @property
    def alike_bps(self) -> int | None:
        """Return the growth over the pairs that are known in both years."""
        return grown(self.alike_now_fen, self.alike_before_fen)

    @property
    def complete(self) -> bool:
        """Tell whether no return of either year is missing."""
        return self.now.complete and self.before.complete


@dataclass(frozen=True)
class Share:
    """The parks' part of a total of the city, over the months for which both are known."""

    indicator: str
    parks: Sum
    city_fen: int
    through: int
    source: str

    @property
    def bps(self) -> int | None:
        """Return the share in hundredths of a per cent; it is never above the whole unless the sources disagree."""
        return None if self.parks.fen is None or not self.city_fen else self.parks.fen * BPS // self.city_fen

    @property
    def complete(self) -> bool:
        """Tell whether the parks' side lacks nothing."""
        return self.parks.complete


@dataclass(frozen=True)
class ParkYear:
    """One park: its revenue, output, tax and investment of the year so far, the year before, and its enterprises."""

    park: str
    enterprises: int
    sums: dict[str, Sum]
    before: dict[str, Sum]
    alike: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Per indicator the sums of both years over the months that one enterprise knows in both."""

    @property
    def revenue(self) -> Sum:
        """Return the revenue of the year so far."""
        return self.sums["revenue_fen"]

    def growth_bps(self, measure: str) -> int | None:
        """Return the growth of one of its indicators over the months that its enterprises know in both years.

        A month or an enterprise that is known in one year only would pass for growth or decline.
        """
        if measure in self.alike:
            return grown(*self.alike[measure])
        return grown(self.sums[measure].fen, self.before[measure].fen)


@dataclass(frozen=True)
class TargetFigures:
    """Everything that the targets of domain.md §2 are measured by, for one year as of a day."""

    year: int
    as_of: date
    through: int
    """The last month counted (0: none is due yet)."""
    enterprises: tuple[EnterpriseYear, ...]
    """Every enterprise with a known revenue, the largest first."""
    growth: tuple[Growth, ...]
    shares: tuple[Share, ...]
    parks: tuple[ParkYear, ...]
    returns_owed: int
    returns_known: int
    sources: tuple[tuple[str, int], ...]
    """Codes of sources, each with its number of returns, the most frequent first."""
    rules_version: str

    def above(self, yi: int) -> tuple[EnterpriseYear, ...]:
        """Return the enterprises whose revenue of the year so far is above so many 亿元."""
        return tuple(one for one in self.enterprises if (one.revenue.fen or 0) > yi * FEN_PER_YI)

    @property
    def over_50yi(self) -> tuple[EnterpriseYear, ...]:
        """Return those above 50亿."""
        return self.above(BIG_YI)

    @property
    def over_10yi(self) -> tuple[EnterpriseYear, ...]:
        """Return those above 10亿 (those above 50亿 among them)."""
        return self.above(LARGE_YI)

    @property
    def share(self) -> Share | None:
        """Return the parks' share of the city's industrial output, or of the first other total that is known."""
        return self.shares[0] if self.shares else None

    @property
    def complete(self) -> bool:
        """Tell whether no return that is due is missing."""
        return self.returns_known >= self.returns_owed > 0

    @property
    def basis(self) -> Text:
        """Say in a sentence what the figures rest on."""
        return say(
            "Register of the parks' enterprises, months 1 to %(through)s of %(year)s: %(known)s of %(owed)s monthly "
            "figures of revenue are in.",
            through=self.through, year=self.year, known=self.returns_known, owed=self.returns_owed,
        )  # fmt: skip


def grown(now: int | None, before: int | None) -> int | None:
    """Return a growth in hundredths of a per cent, cut towards zero; None where there is nothing to compare with."""
    if now is None or before is None or before <= 0:
        return None
    gained = (abs(now - before)) * BPS // before
    return gained if now >= before else -gained
