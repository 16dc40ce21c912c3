"""Where every project stands, now or as of a past day: read once, then kept up with what changed since.

The answers live in the memory of the process and are compared with the tables at each question, so that any number of
processes may serve: what a project counts as is read anew as soon as its row or its history has moved.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from peewee import fn

from crm.approvals.models import ApprovalCase
from crm.audit.models import AuditEntry
from crm.core.clock import end_of_day
from crm.core.db import database, is_sqlite
from crm.leads.models import Lead, LeadFact
from crm.reports.queries_history import micros, read_history
from crm.reports.queries_past import states_on
from crm.reports.queries_states import moment_of, raw_rows, read_states
from crm.reports.rules_day import FEW, Standing, standing_of
from crm.reports.rules_history import History, columns_on
from crm.reports.rules_matrix import Columns, Vocabulary, columns_of

if TYPE_CHECKING:
    from crm.reports.rules_standing import State

SLACK = timedelta(minutes=30)
"""On PostgreSQL a long transaction may appear behind a later one; so far back is looked again."""
REMEMBERED = 6
MOVES = 500
"""So many versions back it is remembered what moved."""
LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - naive UTC, as all moments inside


@dataclass(frozen=True)
class Mark:
    """How far the tables had come: the last entry of each that tells of a change, and whose house it is."""

    facts: int
    leads: int
    updated: datetime
    told: int
    house: str


Day = tuple["date", "datetime | None"]
"""A day, and the moment as of which it is known (None: as known now)."""
Trace = tuple[int, int, int]
"""The last entries that tell of a project: its facts, its deeds, its approvals."""


@dataclass
class _Memory:
    lock: threading.RLock = field(default_factory=threading.RLock)
    house: object = None
    version: int = 0
    mark: Mark | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    columns: Columns = field(default_factory=lambda: columns_of((), Vocabulary()))
    """The present as it was read last in one piece."""
    fresh: dict[int, State] = field(default_factory=dict)
    """The present of those that were read since."""
    history: History | None = None
    behind: set[int] = field(default_factory=set)
    """The projects whose history was not read again since it moved."""
    traces: dict[int, Trace] = field(default_factory=dict)
    """What was seen of those that moved within the slack, so that nothing is taken for new twice."""
    past: OrderedDict[Day, tuple[int, Standing]] = field(default_factory=OrderedDict)
    """Days that were worked out, each with the version that it is of."""
    moves: deque[tuple[int, tuple[int, ...]]] = field(default_factory=lambda: deque(maxlen=MOVES))
    """What moved with each version, so that a day is brought up only when somebody asks for it again."""

    def present(self, lead_id: int) -> State | None:
        """Return one project as it is now."""
        return self.fresh[lead_id] if lead_id in self.fresh else self.columns.state(lead_id)


_memory = _Memory()


def forget() -> None:
    """Forget everything: the house was emptied, or another one was opened."""
    with _memory.lock:
        _memory.house = None


def forget_past() -> None:
    """Forget the past days that were worked out (measurements)."""
    with _memory.lock:
        _memory.past.clear()


def standing(today: date, *, as_of: date | None = None, known: datetime | None = None) -> Standing:
    """Return where everything stands now, at the end of a past day, or as it was known at a moment."""
    with _memory.lock:
        _catch_up()
        day = as_of or today
        key = (day, known if known is None or known <= end_of_day(today) else None)
        found = _still_known(key, today) or _anew(key, today)
        _memory.past[key] = (_memory.version, found)
        _memory.past.move_to_end(key)
        while len(_memory.past) > REMEMBERED:
            _memory.past.popitem(last=False)
        return found


def warm(today: date) -> None:
    """Work out today and the end of last month before anybody asks, so that no person waits for the first look."""
    standing(today)
    standing(today, as_of=today.replace(day=1) - timedelta(days=1))


def _is_present(key: Day, today: date) -> bool:
    return key[0] >= today and key[1] is None


def _still_known(key: Day, today: date) -> Standing | None:
    """Return a day that is remembered, with what moved since it was asked for; None when it has to begin anew."""
    version, found = _memory.past.get(key, (0, None))
    if found is None or version == _memory.version:
        return found
    missed = [ids for since, ids in _memory.moves if since > version]
    moved = sorted({lead_id for ids in missed for lead_id in ids})
    if len(missed) < _memory.version - version or len(found.over.keys() | set(moved)) > FEW:
        return None
    now = {lead_id: state for lead_id in moved if (state := _memory.present(lead_id)) is not None}
    then = now if _is_present(key, today) else states_on(now, *key)
    return found.brought_up({lead_id: then.get(lead_id) for lead_id in moved})


def _anew(key: Day, today: date) -> Standing:
    if _memory.fresh:
        _memory.columns = _memory.columns.patched(_memory.fresh.values())
        _memory.fresh = {}
    if _is_present(key, today):
        return standing_of(_memory.columns, key[0])
    day, known = key
    past = columns_on(_history(), _memory.columns, day, None if known is None else micros(known))
    return standing_of(past, day)


def _history() -> History:
    """Return the history of everything, read anew for those that moved since the last question."""
    if _memory.history is None:
        _memory.history = read_history(None, _memory.vocabulary)
    elif _memory.behind:
        ids = sorted(_memory.behind)
        fresh = read_history(ids, _memory.vocabulary)
        _memory.history = _memory.history.without(np.array(ids, dtype=np.int64), fresh)
    _memory.behind.clear()
    return _memory.history


# --- keeping up


def _catch_up() -> None:
    mark, old = _mark(), _memory.mark
    if _memory.house is not database.obj or old is None or mark.house != old.house or mark.leads < old.leads:
        _memory.house = database.obj
        _memory.vocabulary = Vocabulary()
        _memory.columns = columns_of(read_states(None).values(), _memory.vocabulary)
        _memory.history = None
        for remembered in (_memory.fresh, _memory.behind, _memory.traces, _memory.past, _memory.moves):
            remembered.clear()
        _memory.version += 1
    elif mark != old or not is_sqlite():
        _take_in(_changed_since(old))
    _memory.mark = mark


def _mark() -> Mark:
    facts, leads, updated, told, house = database.execute_sql(
        "SELECT (SELECT MAX(id) FROM lead_fact), (SELECT MAX(id) FROM lead), (SELECT MAX(updated_at) FROM lead),"
        " (SELECT MAX(id) FROM audit_entry), (SELECT MIN(created_at) FROM bureau)"
    ).fetchone()
    return Mark(facts or 0, leads or 0, moment_of(updated) or LONG_AGO, told or 0, str(house))


def _changed_since(mark: Mark) -> dict[int, Trace]:
    """Return the projects of which anything was written since, each with the last that tells of it."""
    facts, told, updated = mark.facts, mark.told, mark.updated
    if not is_sqlite():
        updated -= SLACK
        facts = min(facts, LeadFact.select(fn.MAX(LeadFact.id)).where(LeadFact.recorded_at < updated).scalar() or 0)
        told = min(told, AuditEntry.select(fn.MAX(AuditEntry.id)).where(AuditEntry.at < updated).scalar() or 0)
    found: dict[int, list[int]] = {}
    # Grouped here, not by the database: a planner would rather walk the whole index of projects in order.
    for place, query in enumerate((
        LeadFact.select(LeadFact.lead, LeadFact.id).where(LeadFact.id > facts),
        AuditEntry.select(AuditEntry.thing_id, AuditEntry.id).where(
            (AuditEntry.id > told) & (AuditEntry.thing_kind == "lead") & AuditEntry.thing_id.is_null(False)
        ),
        ApprovalCase.select(ApprovalCase.lead, ApprovalCase.id).where(ApprovalCase.changed_at >= updated),
        Lead.select(Lead.id, Lead.id).where(Lead.updated_at >= updated),
    )):  # fmt: skip
        for lead_id, entry in raw_rows(query):
            trace = found.setdefault(int(lead_id), [0, 0, 0])
            if place < len(trace):
                trace[place] = max(trace[place], int(entry))
    return {lead_id: (facts, deeds, cases) for lead_id, (facts, deeds, cases) in found.items()}


def _take_in(changed: dict[int, Any]) -> None:
    """Read those of which anything was written; what is exactly as it was seen before has not moved."""
    ids = sorted(changed)
    fresh = read_states(ids)
    moved = tuple(
        lead_id for lead_id in ids
        if lead_id in fresh
        and (fresh[lead_id] != _memory.present(lead_id) or _memory.traces.get(lead_id) != changed[lead_id])
    )  # fmt: skip
    _memory.traces = changed
    if moved:
        _memory.fresh.update({lead_id: fresh[lead_id] for lead_id in moved})
        _memory.behind.update(moved)
        _memory.version += 1
        _memory.moves.append((_memory.version, moved))
