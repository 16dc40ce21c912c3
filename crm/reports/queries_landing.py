"""Rows of the landing register: local companies, their legs, recognitions; as of a day, and as they were known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.core.clock import end_of_day
from crm.landing.models import Entity, EntityChange, Evidence, Recognition
from crm.reports.queries_registers import parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

DAYS = ("registered_on", "taxed_on")


@dataclass(frozen=True)
class EntityFacts:
    """The local company of a lead."""

    lead_id: int
    kind: str
    name: str
    uscc: str
    address: str
    registrar: str
    registered_on: date | None
    tax_office: str
    taxpayer_status: str
    taxed_on: date | None
    accounting: bool | None
    books_kept_at: str
    statistics_relation: str


def entities(ids: Sequence[int], day: date, known: date | None = None) -> dict[int, EntityFacts]:
    """Return the local companies of some leads that were registered by a day, with their facts as known."""
    found: dict[int, EntityFacts] = {}
    for part in parts(ids):
        query: Any = Entity.select(
            Entity.lead, Entity.kind, Entity.name, Entity.uscc, Entity.address, Entity.registrar, Entity.registered_on,
            Entity.tax_office, Entity.taxpayer_status, Entity.taxed_on, Entity.accounting, Entity.books_kept_at,
            Entity.statistics_relation,
        ).where(Entity.lead.in_(part))  # fmt: skip
        if known is not None:
            query = query.where(Entity.recorded_at < end_of_day(known))
        found |= {row[0]: EntityFacts(*row) for row in query.tuples()}
    if known is not None:
        found = {lead_id: _undone(one, undo) for lead_id, one, undo in _with_changes(found, known)}
    return {id_: one for id_, one in found.items() if one.registered_on is None or one.registered_on <= day}


def _with_changes(found: dict[int, EntityFacts], known: date) -> list[tuple[int, EntityFacts, dict[str, str | None]]]:
    """Return each company with what its facts were before the first change that was not known yet."""
    before: dict[int, dict[str, str | None]] = defaultdict(dict)
    for part in parts(list(found)):
        query: Any = (
            EntityChange.select(Entity.lead, EntityChange.fact, EntityChange.old)
            .join(Entity, on=(EntityChange.entity == Entity.id))
            .where(Entity.lead.in_(part) & (EntityChange.at >= end_of_day(known)))
            .order_by(EntityChange.id)
        )
        for lead_id, fact, old in query.tuples():
            before[lead_id].setdefault(fact, old)
    return [(lead_id, one, before[lead_id]) for lead_id, one in found.items()]


def _undone(one: EntityFacts, old: dict[str, str | None]) -> EntityFacts:
    values: dict[str, Any] = {}
    for fact, text in old.items():
        if fact in DAYS:
            values[fact] = date.fromisoformat(text) if text else None
        elif fact == "accounting":
            values[fact] = text == "True" if text else None
        elif fact in EntityFacts.__dataclass_fields__:
            values[fact] = text or ""
    return replace(one, **values)


@dataclass(frozen=True)
class LegFacts:
    """The newest evidence of one leg."""

    kind: str
    state: str
    submitted_by: str
    verifier: str
    decided_at: datetime | None
    valid_until: date | None
    reason: str


def legs(ids: Sequence[int], day: date, known: date | None = None) -> dict[tuple[int, str], LegFacts]:
    """Return the newest evidence of each leg of some leads as it stood on a day, and as it was known by then."""
    last = end_of_day(min(day, known) if known else day)
    found: dict[tuple[int, str], LegFacts] = {}
    for part in parts(ids):
        query: Any = (
            Evidence.select(
                Evidence.lead, Evidence.leg, Evidence.kind, Evidence.state, Evidence.submitted_by_name,
                Evidence.decided_by_name, Evidence.decided_at, Evidence.valid_until, Evidence.reason,
                Evidence.voided_at,
            )
            .where(Evidence.lead.in_(part) & (Evidence.submitted_at < last))
            .order_by(Evidence.lead, Evidence.leg, Evidence.version)
        )  # fmt: skip
        for lead_id, leg, *row, voided_at in query.tuples():
            found[lead_id, leg] = _leg_on(LegFacts(*row), voided_at, last)
    return found


def _leg_on(one: LegFacts, voided_at: datetime | None, last: datetime) -> LegFacts:
    """Take back what came after a moment: a verdict that was not given yet, a verification that still stood."""
    if one.decided_at is not None and one.decided_at >= last:
        return replace(one, state="submitted", verifier="", decided_at=None, reason="")
    if one.state == "void" and voided_at is not None and voided_at >= last:
        # Only what was verified, or still waited, is ever voided.
        return replace(one, state="verified" if one.decided_at is not None else "submitted")
    return one


@dataclass(frozen=True)
class RecognitionFacts:
    """The last recognition of a lead, and how it ended."""

    recognised_on: date
    recognised_by: str
    counted_fen: int | None
    recheck_due: date | None
    ended_on: date | None
    end_kind: str
    end_reason: str


def recognitions(ids: Sequence[int], day: date, known: date | None = None) -> dict[int, RecognitionFacts]:
    """Return the last recognition by a day of some leads, with the end that had come by then, as known."""
    found: dict[int, RecognitionFacts] = {}
    for part in parts(ids):
        query: Any = (
            Recognition.select(
                Recognition.lead, Recognition.recognised_on, Recognition.recognised_by_name, Recognition.counted_fen,
                Recognition.recheck_due, Recognition.ended_on, Recognition.end_kind, Recognition.end_reason,
                Recognition.ended_at,
            )
            .where(Recognition.lead.in_(part) & (Recognition.recognised_on <= day))
            .order_by(Recognition.id)
        )  # fmt: skip
        if known is not None:
            query = query.where(Recognition.at < end_of_day(known))
        for lead_id, *row, ended_at in query.tuples():
            one = RecognitionFacts(*row)
            later = one.ended_on is not None and one.ended_on > day
            unknown = known is not None and ended_at is not None and ended_at >= end_of_day(known)
            if later or unknown:
                one = replace(one, ended_on=None, end_kind="", end_reason="")
            found[lead_id] = one
    return found
