"""Rows for reports: the whole pipeline behind a list's question, now or as of a past day; cadres of a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.core.clock import end_of_day
from crm.leads.models import Claim, Lead, LeadFact
from crm.leads.queries import visible
from crm.leads.queries_list import SORTS, Ask, condition
from crm.reports.rules_asof import overlay, state_on

if TYPE_CHECKING:
    from crm.core.actor import Actor

HISTORICAL = ("stage", "status", "source", "park", "theme", "cluster", "unit", "owner", "landed")
BATCH = 400


def pipeline_rows(ask: Ask, actor: Actor, *, as_of: date | None = None, known: date | None = None) -> list[dict[str, Any]]:
    """Return every lead of a list's question in the list's order, as they stand now or stood on a day."""
    column, falling = SORTS[ask.sort]
    order = (column.desc(), Lead.id.desc()) if falling else (column.asc(), Lead.id.asc())
    asked = ask if as_of is None else replace(ask, filters={k: v for k, v in ask.filters.items() if k not in HISTORICAL})
    query = (
        Lead.select(Lead, Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(condition(asked, actor))
        .order_by(*order)
    )
    rows = [{**row, "unit_id": row["unit"], "owner_id": row["owner"]} for row in query.dicts()]
    return rows if as_of is None else _past(rows, ask, as_of, known)


def _past(rows: list[dict[str, Any]], ask: Ask, as_of: date, known: date | None) -> list[dict[str, Any]]:
    history = _history([row["id"] for row in rows], known)
    units = dict(Unit.select(Unit.id, Unit.name).tuples())
    people = dict(Person.select(Person.id, Person.name).tuples())
    found = []
    for row in rows:
        state = state_on(history.get(row["id"], ()), as_of)
        if state is None:
            continue
        past = overlay(row, state)
        past["unit_name"] = units.get(past["unit_id"], "")
        past["owner_name"] = people.get(past["owner_id"], "")
        if past["last_contact_on"] and past["last_contact_on"] > as_of:
            past["last_contact_on"] = None
        if _fits(past, ask):
            found.append(past)
    return found


def _history(ids: list[int], known: date | None) -> dict[int, list[tuple[str, str | None, date]]]:
    history: dict[int, list[tuple[str, str | None, date]]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        query = (
            LeadFact.select(LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on)
            .where(LeadFact.lead.in_(ids[start : start + BATCH]))
            .order_by(LeadFact.id)
        )
        if known is not None:
            query = query.where(LeadFact.recorded_at < end_of_day(known))
        for lead_id, fact, value, happened_on in query.tuples():
            history[lead_id].append((fact, value, happened_on))
    return history


def _fits(row: dict[str, Any], ask: Ask) -> bool:
    for name, code in ask.filters.items():
        if name in ("unit", "owner"):
            if str(row[f"{name}_id"] or "") != code:
                return False
        elif name == "landed":
            if (row["landed_on"] is not None) != (code == "yes"):
                return False
        elif name in HISTORICAL and row[name] != ("" if code == "none" else code):
            return False
    return True


def shares_of(lead_ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Return the credited cadres and shares of many leads in few statements."""
    shares: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for start in range(0, len(lead_ids), BATCH):
        query = (
            Claim.select(Claim.lead, Person.name, Claim.share_bps)
            .join(Person, on=(Claim.cadre == Person.id))
            .where(Claim.lead.in_(lead_ids[start : start + BATCH]) & Claim.ended_at.is_null())
            .order_by(Claim.share_bps.desc(), Claim.id)
        )
        for lead_id, name, bps in query.tuples():
            shares[lead_id].append((name, bps))
    return shares


def claims_reported_by(end: date, actor: Actor) -> list[dict[str, Any]]:
    """Return every share in force on a day (its lead, cadre, share, first report), within what the actor may see."""
    last = end_of_day(end)
    query = (
        Claim.select(Claim.lead, Claim.cadre, Claim.share_bps, Claim.reported_at)
        .join(Lead, on=(Claim.lead == Lead.id))
        .where(
            (Claim.reported_at < last)
            & (Claim.ended_at.is_null() | (Claim.ended_at >= last))
            & visible(actor)
        )
        .order_by(Claim.lead, Claim.share_bps.desc(), Claim.id)
    )
    return list(query.dicts())
