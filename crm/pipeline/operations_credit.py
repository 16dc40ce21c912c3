"""Settling: what the rooms say about earning events is brought into the ledger, for some leads or for everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.audit.queries import deeds_since
from crm.core.actor import SYSTEM
from crm.core.clock import shanghai_date
from crm.credit.operations import settle
from crm.credit.queries import last_settled, reports_settled_on
from crm.pipeline.queries_credit import leads_landed, leads_touched, leads_with_claims, report_statements, statements_of
from crm.support.queries_rules import kinds_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.credit.rules_ledger import Statement

REPORTING = frozenset({"posting", "report", "monthly_report", "person"})
"""Things whose deeds change which monthly reports are missed."""
CHUNK = 500
"""Leads that one settlement takes at once."""


def settle_leads(lead_ids: Iterable[int], *, at: datetime) -> int:
    """Bring the ledger to what the rooms say about some leads; returns how many lines were added."""
    listed = sorted(set(lead_ids))

    def collect() -> tuple[Sequence[int], Sequence[int], Sequence[Statement]]:
        return listed, (), statements_of(listed)

    return settle(collect, by=SYSTEM, at=at)


def settle_due(*, at: datetime) -> int:
    """Settle what deeds touched since the last time; asked after every deed, cheap when nothing was done."""
    last, things = deeds_since(last_settled())
    kinds = {kind for kind, _ in things}
    leads = leads_touched(things)
    if "support" in kinds and "tariff" in kinds_among(key for kind, key in things if kind == "support"):
        leads |= set(leads_landed())

    # A missed report arises by the calendar, so a new day asks for all of them once.
    new_day = reports_settled_on() != shanghai_date(at)

    def collect() -> tuple[Sequence[int], Sequence[int], Sequence[Statement]]:
        said = statements_of(leads)
        if not new_day and not kinds & REPORTING:
            return sorted(leads), (), said
        cadres, reports = report_statements(at)
        return sorted(leads), cadres, [*said, *reports]

    if last <= last_settled() and not new_day:
        return 0
    return settle(collect, by=SYSTEM, at=at, upto=last)


def settle_everything(*, at: datetime) -> int:
    """Settle every lead with credit and every cadre's reports; returns how many lines were added."""
    last, _ = deeds_since(last_settled())
    listed, added = leads_with_claims(), 0
    for start in range(0, len(listed), CHUNK):
        added += settle_leads(listed[start : start + CHUNK], at=at)

    def collect() -> tuple[Sequence[int], Sequence[int], Sequence[Statement]]:
        cadres, reports = report_statements(at)
        return (), cadres, reports

    return added + settle(collect, by=SYSTEM, at=at, upto=last)


def settle_all(*, by: Actor, at: datetime) -> int:
    """Settle everything because a person or the command asks for it; the trail says so."""
    with deed("credit.settle", by=by, at=at, kind="credit") as doing:
        require(by, "credit.settle")
        added = settle_everything(at=at)
        doing.change("rows", None, added)
        return added
