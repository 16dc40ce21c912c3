"""How the ledger grows: the journal takes what changed, the lines that follow are appended; nothing is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.db import database
from crm.credit.models import CreditEntry, CreditEvent, CreditMark, CreditTariff
from crm.credit.queries import latest_of, standing_entries, tariffs
from crm.credit.rules_ledger import Book, changed_statements
from crm.credit.rules_tariff import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.credit.rules_ledger import Statement

CHUNK = 60
"""Rows of one insert: SQLite takes a limited number of values in a statement."""


def adopt_shipped(at: datetime) -> None:
    """Keep the shipped tariff as it is written, once for each version."""
    tariff = shipped()
    CreditTariff.insert(
        version=tariff.version, in_force_from=tariff.in_force_from, body=tariff.body, sha256=tariff.sha256,
        adopted_at=at,
    ).on_conflict_ignore().execute()  # fmt: skip


def lock_ledger() -> Any:
    """Take the ledger's lock: of two who settle at once, one waits and then reads what the other wrote."""
    lock = CreditMark.update(last_batch=CreditMark.last_batch).where(CreditMark.id == 1)
    if not lock.execute():
        CreditMark.insert(id=1).on_conflict_ignore().execute()
        lock.execute()
    return CreditMark.get_by_id(1)


def settle(collect: Callable[[], tuple[Sequence[int], Sequence[int], Sequence[Statement]]], *, by: Actor,
           at: datetime, upto: int | None = None) -> int:  # fmt: skip
    """Bring the ledger to what the rooms say now about some leads and cadres; returns how many lines were added.

    `collect` is asked after the ledger is locked. A settlement follows other deeds that stand in the trail, and
    what it adds is told by journal and ledger themselves, so it leaves no entry of its own.
    """
    with deed("credit.settle", by=by, at=at, kind="credit") as doing, database.atomic():
        doing.silent = True
        mark = lock_ledger()
        adopt_shipped(at)
        leads, cadres, said = collect()
        known = latest_of(leads=leads, cadres=cadres)
        changed = changed_statements(said, known)
        added = _append(changed, mark, at=at) if changed else 0
        if upto is not None:
            CreditMark.update(last_audit_id=max(upto, mark.last_audit_id), reports_on=shanghai_date(at)).where(
                CreditMark.id == 1
            ).execute()
        return added


def _append(changed: list[Statement], mark: Any, *, at: datetime) -> int:
    batch = int(mark.last_batch) + 1
    CreditMark.update(last_batch=batch).where(CreditMark.id == 1).execute()
    before = latest_of(enterprises=_enterprises(changed))
    book = Book(tariffs())
    for _, one in before.values():
        book.know(one)
    for entry_id, entry in standing_entries({*before, *(one.key for one in changed)}):
        book.stand(entry_id, entry)
    events = {key: event_id for key, (event_id, _) in before.items()}
    events |= _note(changed, batch, at)
    lines = book.take(changed)
    rows = [
        {
            "batch": batch, "event": events[line.entry.event_key], "cadre": line.entry.cadre, "lead": line.entry.lead,
            "item": line.entry.item, "part": line.entry.part, "event_key": line.entry.event_key,
            "points": line.entry.points, "base": line.entry.base, "coefficient": line.entry.coefficient,
            "share_bps": line.entry.share_bps, "counted_on": line.entry.counted_on, "happened_on": line.happened_on,
            "posting_id": line.entry.posting, "tariff": line.entry.tariff, "reverses": line.reverses,
            "reason": line.reason, "recorded_at": at,
        }
        for line in lines
    ]  # fmt: skip
    for start in range(0, len(rows), CHUNK):
        CreditEntry.insert_many(rows[start : start + CHUNK]).execute()
    return len(rows)


def _enterprises(changed: list[Statement]) -> set[str]:
    """Return every enterprise that the changed statements belong to now or belonged to before."""
    leads = {one.lead for one in changed if one.lead is not None}
    earlier = {one.enterprise for _, one in latest_of(leads=leads).values()}
    return {one.enterprise for one in changed} | earlier


def _note(changed: list[Statement], batch: int, at: datetime) -> dict[str, int]:
    """Write the changed statements into the journal, in their order, and return their numbers."""
    rows = [
        {
            "batch": batch, "key": one.key, "enterprise": one.enterprise, "lead": one.lead,
            "cadre": one.shares[0].cadre if one.lead is None and one.shares else None, "kind": one.kind,
            "stands": one.stands, "happened_on": one.day, "body": one.body(), "recorded_at": at,
        }
        for one in changed
    ]  # fmt: skip
    for start in range(0, len(rows), CHUNK):
        CreditEvent.insert_many(rows[start : start + CHUNK]).execute()
    query: Any = CreditEvent.select(CreditEvent.key, CreditEvent.id).where(CreditEvent.batch == batch)
    return dict(query.tuples())
