"""The verifier's desk: what waits, oldest first, paged by key; and, in five questions a page, who may judge it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import SQL, fn

from crm.accounts.models import Person, Unit
from crm.accounts.rules import scope
from crm.core.clock import shanghai_date
from crm.core.paging import PAGE, Page, pack, unpack
from crm.files.models import StoredFile
from crm.landing.models import Entity, EntityChange, Evidence
from crm.landing.queries_eyes import Charge, in_charge, self_granted
from crm.landing.rules import LEG_FACTS, EyesFacts
from crm.leads.models import Claim, Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    submitted_by_id: int | None = None
    owner_id: int | None = None
    owner_unit_id: int | None = None
    unit_id: int | None = None
    brought_by: int | None = None
    scan_state: str = ""
    stage: str = ""

    def age_days(self, at: datetime) -> int:
        """Return for how many Shanghai days it has waited."""
        return (shanghai_date(at) - shanghai_date(self.submitted_at)).days


COLUMNS = (
    Evidence.id, Lead.id, Lead.number, Lead.name, Unit.name, Evidence.leg, Evidence.kind, Evidence.submitted_by_name,
    Evidence.submitted_at, Evidence.submitted_by, Lead.owner, Person.unit, Lead.unit, StoredFile.uploaded_by,
    StoredFile.scan_state, Lead.stage,
)  # fmt: skip


def desk_queue(actor: Actor, *, leg: str = "", cursor: str | None = None, size: int = PAGE) -> Page[DeskRow]:
    """Return one page of the evidence that waits, the oldest first; a deep page costs what the first costs."""
    where = _waiting(actor, leg)
    mark = unpack(cursor, 2)
    if mark:
        since, last_id = _moment(mark[1][0]), mark[1][1] if isinstance(mark[1][1], int) else 0
        # The first half is what an index can begin at; the second tells apart what came in the same moment.
        where &= (Evidence.submitted_at >= since) & ((Evidence.submitted_at > since) | (Evidence.id > last_id))
    found = _rows(where, size + 1)
    rows = tuple(found[:size])
    last = rows[-1] if len(found) > size else None
    return Page(rows, pack([last.submitted_at.isoformat(" "), last.id]) if last else None, None)


def desk_item(actor: Actor, evidence_id: int) -> DeskRow | None:
    """Return one piece of evidence that waits, wherever it stands in the queue."""
    found = _rows(_waiting(actor, "") & (Evidence.id == evidence_id), 1)
    return found[0] if found else None


def _waiting(actor: Actor, leg: str) -> Any:
    where = (Evidence.state == "submitted") & visible(actor, "landing.desk")
    return where & (Evidence.leg == leg) if leg else where


def _rows(where: Any, most: int) -> list[DeskRow]:
    # The lead is the query's first table, because the clause of visibility names it so.
    query: Any = (
        Lead.select(*COLUMNS)
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .left_outer_join(StoredFile, on=(Evidence.file_id == StoredFile.id))
        .where(where)
        .order_by(Evidence.submitted_at, Evidence.id)
        .limit(most)
    )
    return [DeskRow(*row) for row in query.tuples()]


def eyes_of(rows: Sequence[DeskRow], verifier: Actor) -> dict[int, EyesFacts]:
    """Gather what the four-eyes rule looks at for a whole page of the desk, by evidence."""
    leads = {row.lead_id for row in rows}
    credited, wrote, charge = _credited(leads), _wrote(leads), in_charge(leads)
    granted = self_granted(verifier)
    return {
        row.id: EyesFacts(
            verifier_id=verifier.person_id,
            verifier_unit_id=verifier.unit_id,
            submitted_by=row.submitted_by_id,
            owner_id=row.owner_id,
            owner_unit_id=row.owner_unit_id,
            lead_unit_id=row.unit_id,
            credited=frozenset(credited[row.lead_id]),
            self_granted=granted,
            past_owners=charge.get(row.lead_id, Charge()).owners,
            past_units=charge.get(row.lead_id, Charge()).units,
            entered_by=frozenset(
                {who for fact, who in wrote[row.lead_id].items() if fact in LEG_FACTS[row.leg]}
                | ({row.brought_by} if row.brought_by else set())
            ),
        )
        for row in rows
    }


def _credited(leads: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for lead_id, cadre in Claim.select(Claim.lead, Claim.cadre).where(Claim.lead.in_(leads)).tuples():
        found[int(lead_id)].add(int(cadre))
    return found


def _wrote(leads: set[int]) -> dict[int, dict[str, int]]:
    """Return who wrote the present value of each fact of these leads' entities."""
    newest = (
        EntityChange.select(fn.MAX(EntityChange.id))
        .join(Entity, on=(EntityChange.entity == Entity.id))
        .where(Entity.lead.in_(leads))
        .group_by(EntityChange.entity, EntityChange.fact)
    )
    query: Any = (
        EntityChange.select(Entity.lead, EntityChange.fact, EntityChange.by)
        .join(Entity, on=(EntityChange.entity == Entity.id))
        .where(EntityChange.id.in_(newest))
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for lead_id, fact, who in query.tuples():
        if who is not None:
            found[int(lead_id)][str(fact)] = int(who)
    return found


def desk_counts(actor: Actor) -> dict[str, int]:
    """Return how many pieces of evidence wait for each leg."""
    where: Any = Evidence.state == "submitted"
    if scope(actor, "landing.desk") != "all":
        where &= Evidence.lead.in_(Lead.select(Lead.id).where(visible(actor, "landing.desk")))
    query: Any = Evidence.select(Evidence.leg, fn.COUNT(SQL("*"))).where(where).group_by(Evidence.leg)
    return {str(leg): int(n) for leg, n in query.tuples()}


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return datetime(1, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment in the tables
