"""The verifier's desk: what waits, oldest first, paged by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Unit
from crm.core.clock import shanghai_date
from crm.core.paging import PAGE, Page, pack, unpack
from crm.landing.models import Evidence
from crm.leads.models import Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from crm.core.actor import Actor


@dataclass(frozen=True)
class DeskRow:
    """One leg that waits for a verifier."""

    id: int
    lead_id: int
    number: str
    name: str
    unit_name: str
    leg: str
    kind: str
    submitted_by: str
    submitted_at: datetime

    def age_days(self, at: datetime) -> int:
        """Return for how many Shanghai days it has waited."""
        return (shanghai_date(at) - shanghai_date(self.submitted_at)).days


def desk_queue(actor: Actor, *, leg: str = "", cursor: str | None = None, size: int = PAGE) -> Page[DeskRow]:
    """Return one page of the evidence that waits, the oldest first; a deep page costs what the first costs."""
    where = (Evidence.state == "submitted") & visible(actor, "landing.desk")
    if leg:
        where &= Evidence.leg == leg
    mark = unpack(cursor, 2)
    if mark:
        since, last_id = _moment(mark[1][0]), mark[1][1] if isinstance(mark[1][1], int) else 0
        where &= (Evidence.submitted_at > since) | ((Evidence.submitted_at == since) & (Evidence.id > last_id))
    # The lead is the query's first table, because the clause of visibility names it so.
    query: Any = (
        Lead.select(
            Evidence.id,
            Lead.id,
            Lead.number,
            Lead.name,
            Unit.name,
            Evidence.leg,
            Evidence.kind,
            Evidence.submitted_by_name,
            Evidence.submitted_at,
        )
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .where(where)
        .order_by(Evidence.submitted_at, Evidence.id)
        .limit(size + 1)
    )
    found = [DeskRow(*row) for row in query.tuples()]
    rows = tuple(found[:size])
    last = rows[-1] if len(found) > size else None
    return Page(rows, pack([last.submitted_at.isoformat(" "), last.id]) if last else None, None)


def desk_counts(actor: Actor) -> dict[str, int]:
    """Return how many pieces of evidence wait for each leg."""
    query: Any = (
        Lead.select(Evidence.leg, fn.COUNT(Evidence.id))
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .where((Evidence.state == "submitted") & visible(actor, "landing.desk"))
        .group_by(Evidence.leg)
    )
    return {str(leg): int(n) for leg, n in query.tuples()}


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return datetime(1, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment in the tables
