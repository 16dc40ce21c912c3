"""What a cadre has so far: points by item, what is capped, and what the next event of each project would bring."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.cadres.models import Posting
from crm.core.clock import shanghai_date
from crm.credit.models import CreditEntry, EvaluationPeriod
from crm.credit.queries import latest_of, tariffs_or_shipped
from crm.credit.rules import Term, counts_on, enterprise_key, project_key
from crm.credit.rules_standing import Standing, next_points, tally, total
from crm.credit.rules_tariff import in_force
from crm.leads.models import Claim, Lead

if TYPE_CHECKING:
    from crm.credit.rules_ledger import Statement
    from crm.credit.rules_standing import ItemPoints, NextPoints
    from crm.credit.rules_tariff import Tariff


@dataclass(frozen=True)
class Points:
    """A cadre's points within a period, in thousandths; `show_points` writes them."""

    cadre_id: int
    period: str
    starts_on: date
    ends_on: date
    total: int
    items: tuple[ItemPoints, ...]
    version: str
    next: tuple[NextPoints, ...]
    earned: dict[int, int]
    """Points of each project before caps."""

    def next_of(self, lead_id: int) -> tuple[NextPoints, ...]:
        """Return what the next events of one project would bring."""
        return tuple(one for one in self.next if one.lead_id == lead_id)


def period_around(day: date) -> tuple[str, date, date]:
    """Return the evaluation period that a day lies in: the one that was opened, else the calendar year."""
    row: Any = (
        EvaluationPeriod.select()
        .where((EvaluationPeriod.starts_on <= day) & (EvaluationPeriod.ends_on >= day))
        .order_by(EvaluationPeriod.id)
        .first()
    )
    if row is None:
        return str(day.year), date(day.year, 1, 1), date(day.year, 12, 31)
    return row.name, row.starts_on, row.ends_on


def points_of(cadre_id: int, *, today: date) -> Points:
    """Return a cadre's points of the period around a day, as the ledger stands now."""
    name, start, end = period_around(today)
    tariffs = tariffs_or_shipped()
    tariff = in_force(tariffs.values(), today) or min(tariffs.values(), key=lambda one: one.in_force_from)
    query: Any = CreditEntry.select(CreditEntry.item, CreditEntry.points, CreditEntry.lead).where(
        (CreditEntry.cadre == cadre_id) & (CreditEntry.counted_on >= start) & (CreditEntry.counted_on <= end)
    )
    entries = list(query.tuples())
    items = tally([(item, points) for item, points, _lead in entries], tariff)
    earned: dict[int, int] = defaultdict(int)
    for _item, points, lead in entries:
        if lead is not None:
            earned[lead] += points
    return Points(
        cadre_id, name, start, end, total(items), items, tariff.version,
        tuple(_next(cadre_id, {item.code: item for item in items}, tariff, today)), dict(earned),
    )  # fmt: skip


def _next(cadre_id: int, items: dict[str, ItemPoints], tariff: Tariff, today: date) -> list[NextPoints]:
    own = _standings(cadre_id, tariff, today)
    said: dict[str, list[Statement]] = defaultdict(list)
    for _, one in latest_of(enterprises={row.enterprise for row in own}).values():
        said[one.enterprise].append(one)
    return [
        found for row in own for found in next_points(row, cadre_id, said.get(row.enterprise, []), items, tariff, today)
    ]


def _standings(cadre_id: int, tariff: Tariff, today: date) -> list[Standing]:
    terms = [
        Term(*values)
        for values in Posting.select(Posting.id, Posting.cadre, Posting.starts_on, Posting.ends_on)
        .where(Posting.cadre == cadre_id)
        .tuples()
    ]
    query: Any = (
        Claim.select(
            Claim.share_bps,
            Claim.reported_at,
            Lead.id,
            Lead.stage,
            Lead.investor_key,
            Lead.site,
            Lead.park,
            Lead.investment_fen,
            Lead.industry_code,
            Lead.cluster,
        )
        .join(Lead, on=(Claim.lead == Lead.id))
        .where((Claim.cadre == cadre_id) & Claim.ended_at.is_null() & Lead.status.in_(("active", "paused")))
        .order_by(Lead.id)
    )
    found = []
    for row in query.dicts():
        keys = row["id"], row["investor_key"]
        term = counts_on(terms, cadre_id, today, shanghai_date(row["reported_at"]), tariff.tail_months)
        coefficient = tariff.coefficient(row["industry_code"], row["cluster"])
        found.append(
            Standing(
                row["id"], row["stage"], enterprise_key(*keys), project_key(*keys, row["site"], row["park"]),
                row["investment_fen"], (coefficient.code, coefficient.value), row["share_bps"], term,
                term is not None and today > term.ends_on,
            )
        )  # fmt: skip
    return found
