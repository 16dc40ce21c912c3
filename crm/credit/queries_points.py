"""What a cadre has so far: points by item, what is capped, and what the next event of each project would bring."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.cadres.models import Posting
from crm.core.clock import shanghai_date
from crm.core.prepared import Prepared
from crm.credit.models import CreditEntry, EvaluationPeriod
from crm.credit.queries import latest_of, tariffs_or_shipped
from crm.credit.rules import Term, counts_on, enterprise_key, project_key
from crm.credit.rules_standing import NEXT, Standing, next_points, tally, total
from crm.credit.rules_tariff import in_force
from crm.credit.rules_uncounted import uncounted
from crm.leads.models import Claim, Lead

if TYPE_CHECKING:
    from collections.abc import Collection

    from crm.credit.rules_ledger import Statement
    from crm.credit.rules_standing import ItemPoints, NextPoints
    from crm.credit.rules_tariff import Tariff
    from crm.credit.rules_uncounted import Uncounted

OPEN = ("active", "paused")


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
    shares: dict[int, int]
    """The share held now in each project that was asked about, in basis points."""

    def next_of(self, lead_id: int) -> tuple[NextPoints, ...]:
        """Return what the next events of one project would bring."""
        return tuple(one for one in self.next if one.lead_id == lead_id)


def period_around(day: date) -> tuple[str, date, date]:
    """Return the evaluation period that a day lies in: the one that was opened, else the calendar year."""
    rows = _PERIOD.rows(day)
    if not rows:
        return str(day.year), date(day.year, 1, 1), date(day.year, 12, 31)
    name, start, end = rows[0]
    return name, start, end


_PERIOD = Prepared(
    lambda day: EvaluationPeriod.select(EvaluationPeriod.name, EvaluationPeriod.starts_on, EvaluationPeriod.ends_on)
    .where((EvaluationPeriod.starts_on <= day) & (EvaluationPeriod.ends_on >= day))
    .order_by(EvaluationPeriod.id)
    .limit(1)
)
_ENTRIES = Prepared(
    lambda cadre, start, end: CreditEntry.select(CreditEntry.item, CreditEntry.lead, fn.SUM(CreditEntry.points))
    .where((CreditEntry.cadre == cadre) & (CreditEntry.counted_on >= start) & (CreditEntry.counted_on <= end))
    .group_by(CreditEntry.item, CreditEntry.lead)
)


def points_of(cadre_id: int, *, today: date, leads: Collection[int] | None = None,
              terms: list[Term] | None = None) -> Points:  # fmt: skip
    """Return a cadre's points of the period around a day, as the ledger stands now.

    What comes next is reckoned for `leads` (all of the cadre's when none are named); `terms` are the cadre's postings
    where they are at hand.
    """
    name, start, end = period_around(today)
    tariffs = tariffs_or_shipped()
    tariff = in_force(tariffs.values(), today) or min(tariffs.values(), key=lambda one: one.in_force_from)
    entries = [(item, lead, int(points)) for item, lead, points in _ENTRIES.rows(cadre_id, start, end)]
    items = tally([(item, points) for item, _lead, points in entries], tariff)
    earned: dict[int, int] = defaultdict(int)
    for _item, lead, points in entries:
        if lead is not None:
            earned[lead] += points
    own = _standings(cadre_id, tariff, today, leads, _terms(cadre_id) if terms is None else terms)
    going = [one for one, status in own if status in OPEN]
    return Points(
        cadre_id, name, start, end, total(items), items, tariff.version,
        tuple(_next(going, cadre_id, {item.code: item for item in items}, tariff, today)), dict(earned),
        {one.lead_id: one.bps for one, _ in own},
    )  # fmt: skip


def uncounted_of(cadre_id: int, start: date, end: date) -> list[Uncounted]:
    """Return what happened within some days in a cadre's projects and brought nothing, with the reason."""
    leads = [int(lead) for (lead,) in Claim.select(Claim.lead).where(Claim.cadre == cadre_id).distinct().tuples()]
    enterprises = {one.enterprise for _, one in latest_of(leads=leads).values()}
    said: dict[str, list[Statement]] = defaultdict(list)
    for _, one in latest_of(enterprises=enterprises).values():
        said[one.enterprise].append(one)
    known = tariffs_or_shipped()
    found = [row for rows in said.values() for row in uncounted(rows, cadre_id, known) if start <= row.day <= end]
    return sorted(found, key=lambda row: (row.day, row.number, row.item))


def _terms(cadre_id: int) -> list[Term]:
    query: Any = Posting.select(Posting.id, Posting.cadre, Posting.starts_on, Posting.ends_on)
    return [Term(*values) for values in query.where(Posting.cadre == cadre_id).tuples()]


def _next(own: list[Standing], cadre_id: int, items: dict[str, ItemPoints], tariff: Tariff, today: date
          ) -> list[NextPoints]:  # fmt: skip
    own = [one for one in own if one.stage in NEXT]
    said: dict[str, list[Statement]] = defaultdict(list)
    for _, one in latest_of(enterprises={row.enterprise for row in own}).values():
        said[one.enterprise].append(one)
    return [
        found for row in own for found in next_points(row, cadre_id, said.get(row.enterprise, []), items, tariff, today)
    ]


def _standings(cadre_id: int, tariff: Tariff, today: date, leads: Collection[int] | None, terms: list[Term]
               ) -> list[tuple[Standing, str]]:  # fmt: skip
    listed = [] if leads is None else sorted(leads)
    rows = _OWN.rows(cadre_id) if leads is None else _OWN_OF.rows(cadre_id, listed) if listed else []
    found = []
    for bps, reported_at, lead, stage, status, investor, site, park, fen, industry, cluster in rows:
        term = counts_on(terms, cadre_id, today, shanghai_date(reported_at), tariff.tail_months)
        coefficient = tariff.coefficient(industry, cluster)
        one = Standing(
            lead, stage, enterprise_key(lead, investor), project_key(lead, investor, site, park), fen,
            (coefficient.code, coefficient.value), bps, term, term is not None and today > term.ends_on,
        )  # fmt: skip
        found.append((one, status))
    return found


def _own(cadre: Any, leads: Any = None) -> Any:
    query = (
        Claim.select(
            Claim.share_bps, Claim.reported_at, Lead.id, Lead.stage, Lead.status, Lead.investor_key, Lead.site,
            Lead.park, Lead.investment_fen, Lead.industry_code, Lead.cluster,
        )
        .join(Lead, on=(Claim.lead == Lead.id))
        .where((Claim.cadre == cadre) & Claim.ended_at.is_null())
        .order_by(Lead.id)
    )  # fmt: skip
    return query if leads is None else query.where(Claim.lead.in_(leads))


_OWN, _OWN_OF = Prepared(_own), Prepared(_own)
