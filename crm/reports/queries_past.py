"""Where a few projects stood on a past day, each worked out from its own history."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.audit.models import AuditEntry
from crm.core.clock import end_of_day, shanghai_date
from crm.leads.models import Contact, LeadFact
from crm.reports.queries_history import SIGNS, UNSEEN
from crm.reports.queries_states import BATCH, NOWHERE, day_of, moment_of, paths, raw_rows
from crm.reports.rules_asof import Entry, overlay, state_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.reports.rules_standing import State


def states_on(present: Mapping[int, State], day: date, known: datetime | None) -> dict[int, State]:
    """Return where some projects stood at the end of a day; who had no stage by then is left out.

    Only what moved after the day, or of which more is known now, differs from the present.
    """
    there = {lead_id: state for lead_id, state in present.items() if state.began <= day}
    moved = _moved_after(there, day, known)
    still = {lead_id: state for lead_id, state in there.items() if lead_id not in moved}
    return still | _as_of({lead_id: there[lead_id] for lead_id in sorted(moved)}, day, known)


def _moved_after(present: Mapping[int, State], day: date, known: datetime | None) -> set[int]:
    later = LeadFact.happened_on > day
    if known is not None:
        later |= LeadFact.recorded_at >= known
    found = {lead_id for lead_id, state in present.items() if state.sign_on > day or _after(state, day)}
    for part in _parts(list(present)):
        query = LeadFact.select(LeadFact.lead).where(later & LeadFact.lead.in_(part)).distinct()
        found |= {int(row[0]) for row in raw_rows(query)}
    return found


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _after(state: State, day: date) -> bool:
    dated = (state.statistics_on, state.registered_on, state.prepared_on)
    return any(one is not None and one > day for one in dated)


def _as_of(present: Mapping[int, State], day: date, known: datetime | None) -> dict[int, State]:
    found: dict[int, State] = {}
    for part in _parts(list(present)):
        history, noted = _histories(part, known)
        contacts, deeds = _last_contacts(part, day, known), _last_deeds(part, day, known)
        path, began = paths(part, day, known)
        for lead_id in part:
            state = state_on(history.get(lead_id, ()), day)
            if state is None:
                continue
            now = present[lead_id]
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
