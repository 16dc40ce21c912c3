"""The states of projects read from the tables as they are now: rows, proven ways, agreed terms, registrations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.approvals.models import ApprovalCase
from crm.capital.models import Contract
from crm.capital.queries import terms_of_all
from crm.core.clock import shanghai_date
from crm.core.db import database
from crm.landing.models import Entity
from crm.leads.models import Lead, LeadFact
from crm.leads.rules import STAGES
from crm.pipeline.models import Milestone
from crm.reports.rules_standing import RUNG, State

if TYPE_CHECKING:
    from collections.abc import Iterable

BATCH = 900
PREPARATORY = ("construction_permit",)
PROCEDURES = ("filing", "site", "environment", "land_plan", "land_title")
"""Filing, land and environment: accepted on a day, they show that a signed project prepares its works."""
NOWHERE: tuple[date | None, ...] = (None,) * len(STAGES)
COLUMNS = (
    Lead.id, Lead.stage, Lead.stage_since, Lead.opening, Lead.status, Lead.source, Lead.theme, Lead.cluster, Lead.park,
    Lead.unit, Lead.investment_fen, Lead.contracted_fen, Lead.paid_in_fen, Lead.landed_on, Lead.landed_fen,
    Lead.statistics_on, Lead.updated_at, Lead.last_contact_on,
)  # fmt: skip


def read_states(ids: list[int] | None) -> dict[int, State]:
    """Read the states of some projects, or of all."""
    found: dict[int, State] = {}
    days: dict[Any, date | None] = {}
    for part in _parts(ids):
        rows = raw_rows(_of(Lead.select(*COLUMNS), Lead.id, part))
        path, began = paths(part)
        terms = _terms(part)
        registered, prepared = _registrations(part), _preparations(part)
        for row in rows:
            lead_id, since = int(row[0]), day_of(row[2], days)
            updated = moment_of(row[16])
            sign = max(shanghai_date(updated) if updated else date.min, day_of(row[17], days) or since or date.min)
            start_on, plan = terms.get(lead_id, (None, ()))
            found[lead_id] = State(
                lead_id, row[1], since or date.min, bool(row[3]), row[4], row[5], row[6], row[7], row[8], int(row[9]),
                row[10], row[11], row[12], day_of(row[13], days), row[14], sign, start_on, plan, day_of(row[15], days),
                path.get(lead_id, NOWHERE), began.get(lead_id, since or date.min), registered.get(lead_id),
                prepared.get(lead_id),
            )  # fmt: skip
    return found


def _parts(ids: list[int] | None) -> Iterable[list[int] | None]:
    if ids is None:
        return [None]
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _of(query: Any, column: Any, part: list[int] | None) -> Any:
    return query if part is None else query.where(column.in_(part))


def raw_rows(query: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a question as the database gives them."""
    # Past peewee's conversion of each value: at a hundred thousand rows it costs more than the question itself.
    return list(database.execute_sql(*query.sql()).fetchall())


def day_of(value: Any, known: dict[Any, date | None]) -> date | None:
    """Read a day; each text is read once."""
    if value is None or type(value) is date:
        return value
    if value not in known:
        known[value] = date.fromisoformat(str(value)[:10])
    return known[value]


def moment_of(value: Any) -> datetime | None:
    """Read a moment as the database gives it."""
    return value if value is None or isinstance(value, datetime) else datetime.fromisoformat(value)


def paths(part: list[int] | None, until: date | None = None, known: datetime | None = None) -> tuple[
    dict[int, tuple[date | None, ...]], dict[int, date]
]:  # fmt: skip
    """Return the first proven day of each stage, and the first day a project had any stage at all."""
    query = LeadFact.select(
        LeadFact.lead, LeadFact.value, LeadFact.opening, fn.MIN(LeadFact.happened_on)
    ).where(LeadFact.fact == "stage").group_by(LeadFact.lead, LeadFact.value, LeadFact.opening)  # fmt: skip
    if until is not None:
        query = query.where(LeadFact.happened_on <= until)
    if known is not None:
        query = query.where(LeadFact.recorded_at < known)
    days: dict[Any, date | None] = {}
    paths: dict[int, list[date | None]] = {}
    began: dict[int, date] = {}
    shared: dict[tuple[date | None, ...], tuple[date | None, ...]] = {}
    for lead_id, stage, opening, first in raw_rows(_of(query, LeadFact.lead, part)):
        day = day_of(first, days)
        if day is None or stage not in RUNG:
            continue
        began[lead_id] = min(day, began.get(lead_id, day))
        if not opening:
            paths.setdefault(lead_id, list(NOWHERE))[RUNG[stage]] = day
    return {lead_id: shared.setdefault(tuple(path), tuple(path)) for lead_id, path in paths.items()}, began


def _terms(part: list[int] | None) -> dict[int, tuple[date | None, tuple[tuple[int, int], ...]]]:
    if part is None:
        part = [row[0] for row in raw_rows(Contract.select(Contract.lead).distinct())]
    return {lead_id: (said.start_on, said.yearly_plan) for lead_id, said in terms_of_all(part).items()}


def _registrations(part: list[int] | None) -> dict[int, date]:
    found, days = {}, dict[Any, date | None]()
    query = Entity.select(Entity.lead, Entity.registered_on, Entity.recorded_at)
    for lead_id, day, recorded in raw_rows(_of(query, Entity.lead, part)):
        moment = moment_of(recorded)
        known = day_of(day, days) or (shanghai_date(moment) if moment else None)
        if known is not None:
            found[lead_id] = known
    return found


def _preparations(part: list[int] | None) -> dict[int, date]:
    proofs = Milestone.select(Milestone.lead, Milestone.happened_on).where(
        Milestone.voided_at.is_null() & Milestone.kind.in_(PREPARATORY)
    )
    accepted = ApprovalCase.select(ApprovalCase.lead, ApprovalCase.accepted_on).where(
        ApprovalCase.accepted_on.is_null(False) & ApprovalCase.code.in_(PROCEDURES)
    )
    days: dict[Any, date | None] = {}
    found: dict[int, date] = {}
    for query, column in ((proofs, Milestone.lead), (accepted, ApprovalCase.lead)):
        for lead_id, text in raw_rows(_of(query, column, part)):
            day = day_of(text, days)
            if day is not None:
                found[lead_id] = min(day, found.get(lead_id, day))
    return found
