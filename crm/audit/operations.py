"""How a deed is done: one transaction, one entry; a refusal leaves the business tables alone but for its own entry."""

from __future__ import annotations

import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.audit.models import AuditEntry, AuditHead
from crm.audit.rules import GENESIS, seal
from crm.core.db import database
from crm.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.core.errors import Finding


@dataclass
class Deed:
    """What is being done, to what, and what it changes; filled while the operation runs."""

    action: str
    thing_kind: str = ""
    thing_id: int | None = None
    thing_label: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)
    silent: bool = False
    """True when nothing was done after all: the same order sent twice, an edit that changes nothing."""

    def on(self, kind: str, thing_id: int | None, label: str = "") -> None:
        """Name the thing that the deed is about."""
        self.thing_kind, self.thing_id, self.thing_label = kind, thing_id, label[:255]

    def change(self, name: str, old: object, new: object) -> None:
        """Note one changed fact by name; equal values are no change."""
        if old != new:
            self.changes.append({"name": name, "old": _plain(old), "new": _plain(new)})


_running: ContextVar[Deed | None] = ContextVar("deed", default=None)
_told_here: ContextVar[bool] = ContextVar("told_here", default=False)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (int, str, bool)) else str(value)


@contextmanager
def deed(action: str, *, by: Actor, at: datetime, kind: str = "", thing_id: int | None = None,
         label: str = "", several: bool = False) -> Iterator[Deed]:  # fmt: skip
    """Open the transaction of an operation and write its entry; a deed of `several` others leaves the telling to them.

    A Refusal rolls everything back and leaves exactly one entry (outcome `refused`) in a transaction of its own.
    """
    outer = _running.get()
    doing = Deed(action)
    doing.on(kind, thing_id, label)
    token = _running.set(doing)
    try:
        with database.atomic():
            yield doing
            if not several and not doing.silent:
                _write(doing, by=by, at=at, outcome="done")
    except Refusal as refusal:
        if outer is None:
            with database.atomic():
                _write(doing, by=by, at=at, outcome="refused", refusal=refusal)
        elif not outer.thing_kind:
            outer.on(doing.thing_kind, doing.thing_id, doing.thing_label)
        raise
    finally:
        _running.reset(token)


def _write(doing: Deed, *, by: Actor, at: datetime, outcome: str, refusal: Refusal | None = None) -> None:
    findings = [_told(item) for item in (refusal.findings if refusal else ())]
    row: dict[str, Any] = {
        "at": at,
        "actor_id": by.person_id,
        "actor_name": by.name,
        "door": by.door,
        "action": doing.action,
        "outcome": outcome,
        "thing_kind": doing.thing_kind,
        "thing_id": doing.thing_id,
        "thing_label": doing.thing_label,
        "changes": json.dumps(doing.changes, ensure_ascii=False),
        "findings": json.dumps(findings, ensure_ascii=False),
    }
    head = _lock_head()
    row["previous_hash"] = head
    row["entry_hash"] = seal(head, row)
    AuditEntry.insert(**row).execute()
    AuditHead.update(last_hash=row["entry_hash"], entries=AuditHead.entries + 1).where(AuditHead.id == 1).execute()
    _told_here.set(True)


def begin_telling() -> None:
    """Say that a request begins, in which nothing has been told to the trail yet."""
    _told_here.set(False)


def tell_refused_at_door(what: str, *, by: Actor, at: datetime, status: int) -> None:
    """Write the one entry of a request that was refused before any deed began; one that told already is left alone."""
    if _told_here.get():
        return
    with database.atomic():
        _write(Deed("door.refused", "door", None, f"{what} ({status})"[:255]), by=by, at=at, outcome="refused")


def _told(finding: Finding) -> dict[str, Any]:
    """Keep a finding with its message id and places, so that it can be read in any language later."""
    text = finding.text
    params = {key: str(value) for key, value in text.params.items()}
    return {"code": finding.code, "field": finding.field, "text": str(text), "msgid": text.msgid, "params": params}


def _lock_head() -> str:
    # The no-op update takes the row lock on PostgreSQL, so that two writers cannot seal with the same hash.
    lock = AuditHead.update(entries=AuditHead.entries).where(AuditHead.id == 1)
    if not lock.execute():
        AuditHead.insert(id=1, last_hash=GENESIS, entries=0).on_conflict_ignore().execute()
        lock.execute()
    return str(AuditHead.select(AuditHead.last_hash).where(AuditHead.id == 1).scalar())
