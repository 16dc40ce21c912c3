"""What entries come to within a period: sums by item, caps, deductions, and what one more event would bring."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.core.money import show_wan
from crm.credit.rules_ledger import Share, Statement, wanted
from crm.credit.rules_tariff import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crm.credit.rules import Term
    from crm.credit.rules_tariff import Tariff


@dataclass(frozen=True)
class ItemPoints:
    """One item of a cadre's points in thousandths: what was earned, the cap, and what counts."""

    code: str
    raw: int
    cap: int | None
    counted: int

    @property
    def label(self) -> Text:
        """Return the item's words."""
        return LABELS[self.code]

    @property
    def capped(self) -> int:
        """Return how much the cap cuts off (never negative)."""
        return abs(self.raw - self.counted)

    @property
    def full(self) -> bool:
        """Tell whether nothing more can count in this item."""
        return self.cap is not None and abs(self.raw) >= self.cap


def tally(entries: Iterable[tuple[str, int]], tariff: Tariff) -> tuple[ItemPoints, ...]:
    """Add up (item, points) pairs by item and keep each within its cap; every item stands, also with nothing."""
    raw: Counter[str] = Counter()
    for item, points in entries:
        raw[item] += points
    found = []
    for code in LABELS:
        cap, sum_ = tariff.cap(code), raw[code]
        low, high = (-cap, cap) if cap is not None else (min(0, sum_), max(0, sum_))
        found.append(ItemPoints(code, sum_, cap, max(low, min(high, sum_))))
    return tuple(found)


def total(items: Iterable[ItemPoints]) -> int:
    """Return what counts of all items together."""
    return sum(item.counted for item in items)


@dataclass(frozen=True)
class NextPoints:
    """What the next event of a project would bring a cadre, in thousandths, and why no more."""

    lead_id: int
    item: str
    points: int
    why: Text | None = None
    estimated: bool = False

    @property
    def label(self) -> Text:
        """Return the item's words."""
        return LABELS[self.item]


NEXT = {
    "lead": ("qualified", "visit"),
    "qualified": ("visit", "signed"),
    "negotiating": ("visit", "signed"),
    "signed": ("started",),
    "started": ("producing",),
}
"""Which events may come next, by the stage that a project is at."""


@dataclass(frozen=True)
class Standing:
    """A project of a cadre as it stands: its keys, stage, amount, industry, and the cadre's share now."""

    lead_id: int
    stage: str
    enterprise: str
    project: str
    investment_fen: int | None
    coefficient: tuple[str, int]
    bps: int
    term: Term | None
    tail: bool


def next_points(one: Standing, cadre: int, said: Sequence[Statement], items: Mapping[str, ItemPoints],
                tariff: Tariff, today: date) -> list[NextPoints]:  # fmt: skip
    """Return what each possible next event would bring: reckoned by the ledger's own rule, then held to the caps."""
    tariffs = {**{one.tariff: tariff for one in said}, tariff.version: tariff}
    before = wanted(said, tariffs)
    share = Share(cadre, one.bps, one.term.id if one.term else None, one.tail)
    found = []
    for kind in NEXT.get(one.stage, ()):
        event = Statement(
            key=f"{kind}:next", kind=kind, day=today, lead=one.lead_id, project=one.project,
            enterprise=one.enterprise, amount_fen=one.investment_fen, coefficient=one.coefficient,
            tariff=tariff.version, shares=(share,),
        )  # fmt: skip
        added = [
            entry
            for identity, entry in wanted([*said, event], tariffs).items()
            if identity not in before and entry.cadre == cadre
        ]
        brought: Counter[str] = Counter()
        for entry in added:
            brought[entry.item] += entry.points
        first = min((start for start, _ in tariff.items[kind].bands), default=None)
        found += [_held(one, item, brought[item], items, kind, first) for item in brought or {kind: 0}]
    return found


def _held(one: Standing, item: str, points: int, items: Mapping[str, ItemPoints], kind: str, first: int | None
          ) -> NextPoints:  # fmt: skip
    estimated = kind == "signed" and item == "signed"
    if one.term is None:
        text = say("outside every posting: events now do not count")
        return NextPoints(one.lead_id, item, 0, text)
    if points == 0:
        text = say("counted already for this project")
        if kind == "visit":
            text = say("counted already for this enterprise")
        elif first is not None and one.investment_fen is not None and one.investment_fen < first:
            text = say("below the first band of %(wan)s (10,000 yuan)", wan=show_wan(first))
        elif first is not None and one.investment_fen is None:
            text = say("depends on the contract's amount, which is not known yet")
        return NextPoints(one.lead_id, item, 0, text)
    held = items[item]
    room = points if held.cap is None else max(0, min(points, held.cap - held.raw))
    why = say("the cap of this item is reached") if room < points else None
    return NextPoints(one.lead_id, item, room, why, estimated)


