"""Where every project stands, now or as of a past day: read once, then kept up with what changed since.

The answers live in the memory of the process and are compared with the tables at each question, so that any number of
processes may serve: what a project counts as is read anew as soon as its row or its history has moved.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import nsmallest
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.approvals.models import ApprovalCase
from crm.audit.models import AuditEntry
from crm.core.clock import end_of_day, shanghai_date
from crm.core.db import database, is_sqlite
from crm.leads.models import Contact, Lead, LeadFact
from crm.reports.queries_states import BATCH, NOWHERE, day_of, moment_of, paths, raw_rows, read_states
from crm.reports.rules_asof import Entry, overlay, state_on
from crm.reports.rules_overview import Cube, count_lasting, swapped, with_day
from crm.reports.rules_standing import Key, State, by_the_day, counted_in, lasting_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

SLACK = timedelta(minutes=30)
"""On PostgreSQL a long transaction may appear behind a later one; so far back is looked again."""
REMEMBERED = 6
FEW = 500
"""So many changed projects are worked out one by one in the days that are remembered; with more, days begin anew."""
MOVES = 500
"""So many versions back it is remembered what moved."""
UNSEEN = ("themes", "clusters")
"""Facts that the rules write by themselves: no sign that anybody worked on the project."""
SIGNS = ("lead.create", "lead.edit", "lead.contact", "stage.move", "status.change", "contract.record", "paid_in.record")
"""Deeds that count as an update of a project."""
LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - naive UTC, as all moments inside


@dataclass(frozen=True)
class Standing:
    """Every project on a day and the figures they come to."""

    day: date
    states: Mapping[int, State]
    cube: Cube
    members: dict[Key, set[int]]
    """Who is in each figure that depends on the day of looking."""
    present: bool = False
    told: dict[Key, tuple[list[State], int]] = field(default_factory=dict)
    """The beginnings of lists that were asked for, so that the next look need not sort them again."""

    def behind(self, key: Key) -> list[State]:
        """Return exactly the projects that a figure counts."""
        if by_the_day(key):
            return [self.states[lead_id] for lead_id in sorted(self.members.get(key, ()))]
        return counted_in(self.states, key)

    def longest(self, key: Key, most: int) -> tuple[list[State], int]:
        """Return those of a figure that have stood longest at their stage, and how many it has in all."""
        if key not in self.told:
            found = self.behind(key)
            self.told[key] = (nsmallest(most, found, key=attrgetter("since", "id")), len(found))
        return self.told[key]


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


@dataclass
class _Memory:
    lock: threading.RLock = field(default_factory=threading.RLock)
    house: object = None
    version: int = 0
    mark: Mark | None = None
    states: dict[int, State] = field(default_factory=dict)
    lasting: Cube = field(default_factory=Cube)
    past: OrderedDict[Day, tuple[int, Standing]] = field(default_factory=OrderedDict)
    """Days that were worked out, each with the version that it is of."""
    moves: deque[tuple[int, tuple[int, ...]]] = field(default_factory=lambda: deque(maxlen=MOVES))
    """What moved with each version, so that a day is brought up only when somebody asks for it again."""


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
        found = _still_known(key)
        if found is None:
            found = _present(day) if day >= today and key[1] is None else _past(day, key[1])
        _memory.past[key] = (_memory.version, found)
        _memory.past.move_to_end(key)
        while len(_memory.past) > REMEMBERED:
            _memory.past.popitem(last=False)
        return found


def warm(today: date) -> None:
    """Work out today and the end of last month before anybody asks, so that no person waits for the first look."""
    standing(today)
    standing(today, as_of=today.replace(day=1) - timedelta(days=1))


def _still_known(key: Day) -> Standing | None:
    """Return a day that is remembered, with what moved since it was asked for; None when it has to begin anew."""
    version, found = _memory.past.get(key, (0, None))
    if found is None or version == _memory.version:
        return found
    missed = [ids for since, ids in _memory.moves if since > version]
    moved = {lead_id for ids in missed for lead_id in ids}
    if len(missed) < _memory.version - version or len(moved) > FEW:
        return None
    return _brought_up(found, key[1], sorted(moved))


def _present(day: date) -> Standing:
    states = dict(_memory.states)
    return Standing(day, states, *with_day(_memory.lasting, states.values(), day), present=True)


# --- keeping up


def _catch_up() -> None:
    mark, old = _mark(), _memory.mark
    if _memory.house is not database.obj or old is None or mark.house != old.house or mark.leads < old.leads:
        _memory.house = database.obj
        _memory.states = read_states(None)
        _memory.lasting = count_lasting(_memory.states.values())
        _memory.past.clear()
        _memory.moves.clear()
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


def _changed_since(mark: Mark) -> list[int]:
    facts, told, updated = mark.facts, mark.told, mark.updated
    if not is_sqlite():
        updated -= SLACK
        facts = min(facts, LeadFact.select(fn.MAX(LeadFact.id)).where(LeadFact.recorded_at < updated).scalar() or 0)
        told = min(told, AuditEntry.select(fn.MAX(AuditEntry.id)).where(AuditEntry.at < updated).scalar() or 0)
    found: set[int] = set()
    for query in (
        Lead.select(Lead.id).where(Lead.updated_at >= updated),
        LeadFact.select(LeadFact.lead).where(LeadFact.id > facts).distinct(),
        ApprovalCase.select(ApprovalCase.lead).where(ApprovalCase.changed_at >= updated),
        AuditEntry.select(AuditEntry.thing_id).where(
            (AuditEntry.id > told) & (AuditEntry.thing_kind == "lead") & AuditEntry.thing_id.is_null(False)
        ),
    ):
        found |= {int(row[0]) for row in raw_rows(query)}
    return sorted(found)


def _take_in(ids: list[int]) -> None:
    fresh = read_states(ids)
    moved = {lead_id: state for lead_id, state in fresh.items() if _memory.states.get(lead_id) != state}
    for lead_id, state in moved.items():
        old = _memory.states.get(lead_id)
        if old is not None:
            _memory.lasting.add(lasting_keys(old), old, -1)
        _memory.lasting.add(lasting_keys(state), state)
    if moved:
        _memory.states.update(moved)
        _memory.version += 1
        _memory.moves.append((_memory.version, tuple(moved)))


def _brought_up(found: Standing, known: datetime | None, ids: list[int]) -> Standing:
    """Return a day that was worked out before, with the projects that moved worked out anew."""
    if found.present:
        again = {lead_id: _memory.states[lead_id] for lead_id in ids}
    else:
        there = [lead_id for lead_id in ids if _memory.states[lead_id].began <= found.day]
        moved = _moved_after(found.day, known, there)
        again = {lead_id: _memory.states[lead_id] for lead_id in there if lead_id not in moved}
        again |= _as_of(sorted(moved), found.day, known)
    states = dict(found.states)
    pairs = [(states.pop(lead_id, None), again.get(lead_id)) for lead_id in ids]
    states.update(again)
    return Standing(found.day, states, *swapped(found.cube, found.members, pairs, found.day), found.present)


# --- past days


def _past(day: date, known: datetime | None) -> Standing:
    """Return a past day: the present, but for the projects that moved after it (or of which more is known now)."""
    present = _memory.states
    moved = _moved_after(day, known)
    gone = {lead_id for lead_id, state in present.items() if state.began > day}
    again = _as_of(sorted((moved & present.keys()) - gone), day, known)
    states = {lead_id: state for lead_id, state in present.items() if lead_id not in gone and lead_id not in moved}
    cube = _memory.lasting.copy()
    for lead_id in gone | (moved & present.keys()):
        cube.add(lasting_keys(present[lead_id]), present[lead_id], -1)
    for lead_id, state in again.items():
        states[lead_id] = state
        cube.add(lasting_keys(state), state)
    return Standing(day, states, *with_day(cube, states.values(), day))


def _moved_after(day: date, known: datetime | None, ids: list[int] | None = None) -> set[int]:
    later = LeadFact.happened_on > day
    if known is not None:
        later |= LeadFact.recorded_at >= known
    query = LeadFact.select(LeadFact.lead).where(later).distinct()
    if ids is not None:
        query = query.where(LeadFact.lead.in_(ids))
    moved = {int(row[0]) for row in raw_rows(query)}
    watched = _memory.states if ids is None else {lead_id: _memory.states[lead_id] for lead_id in ids}
    return moved | {lead_id for lead_id, state in watched.items() if state.sign_on > day or _after(state, day)}


def _after(state: State, day: date) -> bool:
    dated = (state.statistics_on, state.registered_on, state.prepared_on)
    return any(one is not None and one > day for one in dated)


def _as_of(ids: list[int], day: date, known: datetime | None) -> dict[int, State]:
    found: dict[int, State] = {}
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        history, noted = _histories(part, known)
        contacts, deeds = _last_contacts(part, day, known), _last_deeds(part, day, known)
        path, began = paths(part, day, known)
        for lead_id in part:
            state = state_on(history.get(lead_id, ()), day)
            if state is None:
                continue
            now = _memory.states[lead_id]
            row = overlay({}, state)
            signs = [row["stage_since"], *(seen for seen in noted.get(lead_id, ()) if seen <= day)]
            signs += [last[lead_id] for last in (contacts, deeds) if lead_id in last]
            found[lead_id] = now._replace(
                stage=row["stage"], since=row["stage_since"], opening=row["opening"], status=row["status"] or "active",
                source=row["source"], theme=row["theme"], cluster=row["cluster"], park=row["park"],
                unit=row["unit_id"] or now.unit, investment=row["investment_fen"], contracted=row["contracted_fen"],
                paid=row["paid_in_fen"], landed_on=row["landed_on"], landed=row["landed_fen"], sign_on=max(signs),
                plan=now.plan if row["contracted_fen"] is not None else (),
                start_on=now.start_on if row["contracted_fen"] is not None else None,
                statistics_on=_until(now.statistics_on, day), registered_on=_until(now.registered_on, day),
                prepared_on=_until(now.prepared_on, day), reached=path.get(lead_id, NOWHERE),
                began=began.get(lead_id, row["stage_since"]),
            )  # fmt: skip
    return found


def _until(one: date | None, day: date) -> date | None:
    return one if one is not None and one <= day else None


def _histories(part: list[int], known: datetime | None) -> tuple[dict[int, list[Entry]], dict[int, set[date]]]:
    query = LeadFact.select(
        LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on, LeadFact.opening, LeadFact.recorded_at
    ).where(LeadFact.lead.in_(part)).order_by(LeadFact.id)  # fmt: skip
    if known is not None:
        query = query.where(LeadFact.recorded_at < known)
    days: dict[Any, date | None] = {}
    history: dict[int, list[Entry]] = defaultdict(list)
    noted: dict[int, set[date]] = defaultdict(set)
    seen: dict[Any, date] = {}
    for lead_id, fact, value, happened_on, opening, recorded in raw_rows(query):
        day = day_of(happened_on, days)
        if day is not None:
            history[lead_id].append(Entry(fact, value, day, bool(opening)))
        if fact not in UNSEEN:
            if recorded not in seen:
                moment = moment_of(recorded)
                seen[recorded] = shanghai_date(moment) if moment else date.min
            noted[lead_id].add(seen[recorded])
    return history, noted


def _last_contacts(part: list[int], day: date, known: datetime | None) -> dict[int, date]:
    query = Contact.select(Contact.lead, fn.MAX(Contact.happened_on)).where(
        Contact.lead.in_(part) & (Contact.happened_on <= day)
    ).group_by(Contact.lead)  # fmt: skip
    if known is not None:
        query = query.where(Contact.recorded_at < known)
    days: dict[Any, date | None] = {}
    read = ((lead_id, day_of(last, days)) for lead_id, last in raw_rows(query))
    return {lead_id: last for lead_id, last in read if last is not None}


def _last_deeds(part: list[int], day: date, known: datetime | None) -> dict[int, date]:
    until = end_of_day(day) if known is None else min(known, end_of_day(day))
    query = (
        AuditEntry.select(AuditEntry.thing_id, fn.MAX(AuditEntry.at))
        .where((AuditEntry.thing_kind == "lead") & AuditEntry.thing_id.in_(part) & (AuditEntry.at < until)
               & (AuditEntry.outcome == "done") & AuditEntry.action.in_(SIGNS))
        .group_by(AuditEntry.thing_id)
    )  # fmt: skip
    read = ((lead_id, moment_of(last)) for lead_id, last in raw_rows(query))
    return {int(lead_id): shanghai_date(last) for lead_id, last in read if last is not None}
