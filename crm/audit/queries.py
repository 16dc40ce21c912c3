"""Questions about the trail: what happened to a thing, what a person did, and whether the chain is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.audit.models import AuditEntry, AuditHead
from crm.audit.rules import GENESIS, SEALED, seal
from crm.core.paging import Page, pack, unpack

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One entry of the trail as people read it."""

    id: int
    at: datetime
    actor_name: str
    door: str
    action: str
    outcome: str
    thing_kind: str
    thing_id: int | None
    thing_label: str
    changes: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def _entry(row: AuditEntry) -> Entry:
    return Entry(
        row.id, row.at, row.actor_name, row.door, row.action, row.outcome, row.thing_kind, row.thing_id,
        row.thing_label, json.loads(row.changes), json.loads(row.findings),
    )  # fmt: skip


def entries_of(kind: str, thing_id: int, limit: int = 200, *, before: int | None = None) -> list[Entry]:
    """Return what happened to one thing, newest first; `before` goes on below an entry."""
    where = (AuditEntry.thing_kind == kind) & (AuditEntry.thing_id == thing_id)
    if before is not None:
        where &= AuditEntry.id < before
    rows = AuditEntry.select().where(where).order_by(AuditEntry.id.desc()).limit(limit)
    return [_entry(row) for row in rows]


def trail(*, action: str = "", outcome: str = "", actor_name: str = "", cursor: str | None = None,
          size: int = 50) -> Page[Entry]:  # fmt: skip
    """Return one page of the whole trail, newest first, by key."""
    where = AuditEntry.id > 0
    if action:
        where &= AuditEntry.action == action
    if outcome:
        where &= AuditEntry.outcome == outcome
    if actor_name:
        where &= AuditEntry.actor_name.contains(actor_name)
    mark = unpack(cursor, 1)
    if mark and isinstance(mark[1][0], int):
        where &= AuditEntry.id < mark[1][0]
    rows = [_entry(row) for row in AuditEntry.select().where(where).order_by(AuditEntry.id.desc()).limit(size + 1)]
    more = rows[size:]
    return Page(tuple(rows[:size]), pack([rows[size - 1].id]) if more else None, None)


def deeds_since(entry_id: int) -> tuple[int, set[tuple[str, int]]]:
    """Return the trail's last number and the things (kind, id) that deeds after an entry were done to."""
    last = int(AuditEntry.select(fn.MAX(AuditEntry.id)).scalar() or 0)
    if last <= entry_id:
        return last, set()
    query = AuditEntry.select(AuditEntry.thing_kind, AuditEntry.thing_id).where(
        (AuditEntry.id > entry_id) & (AuditEntry.id <= last) & (AuditEntry.outcome == "done")
        & AuditEntry.thing_id.is_null(False)
    )  # fmt: skip
    return last, {(str(kind), int(key)) for kind, key in query.distinct().tuples()}


def broken_links(batch: int = 5000) -> list[int]:
    """Walk the whole chain and return the ids of entries whose seal does not hold (empty when it is whole)."""
    broken: list[int] = []
    previous, last_id, count = GENESIS, 0, 0
    while True:
        rows = list(AuditEntry.select().where(AuditEntry.id > last_id).order_by(AuditEntry.id).limit(batch))
        if not rows:
            break
        for row in rows:
            values = {key: getattr(row, key) for key in SEALED}
            if row.previous_hash != previous or seal(previous, values) != row.entry_hash:
                broken.append(row.id)
            previous, last_id, count = row.entry_hash, row.id, count + 1
    head = AuditHead.get_or_none(AuditHead.id == 1)
    ends_at = (head.last_hash, head.entries) if head else (GENESIS, 0)
    if ends_at != (previous, count) and last_id not in broken:
        broken.append(last_id)
    return broken
