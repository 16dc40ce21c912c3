"""Rows for reports: the whole pipeline behind a list's question, now or as of a past day; cadres of a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.core.clock import end_of_day
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.queries import visible
from crm.leads.queries_list import SORTS, Ask, condition, number_of
from crm.reports.rules_asof import Entry, in_order, overlay, state_on

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

CODES = ("stage", "status", "source", "park", "theme", "cluster")
HISTORICAL = (*CODES, "unit", "owner", "landed", "cadre")
"""Filters that a past day answers from the history; search words look at the texts of today."""
BATCH = 400


def pipeline_rows(
    ask: Ask, actor: Actor, *, as_of: date | None = None, known: date | None = None
) -> list[dict[str, Any]]:
    """Return every lead of a list's question in the list's order, as they stand now or stood on a day."""
    column, falling = SORTS[ask.sort]
    order = (column.desc(), Lead.id.desc()) if falling else (column.asc(), Lead.id.asc())
    lasting = {name: code for name, code in ask.filters.items() if name not in HISTORICAL}
    asked = ask if as_of is None else replace(ask, filters=lasting)
    query = (
        Lead.select(Lead, Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(condition(asked, actor))
        .order_by(*order)
    )
    rows = [{**row, "unit_id": row["unit"], "owner_id": row["owner"]} for row in query.dicts()]
    if as_of is None:
        return rows
    past = _past(rows, ask, as_of, known)
    if "cadre" in ask.filters:
        mine = _credited_to(ask.filters["cadre"], as_of)
        past = [row for row in past if row["id"] in mine]
    return in_order(past, ask.sort)


def _past(rows: list[dict[str, Any]], ask: Ask, as_of: date, known: date | None) -> list[dict[str, Any]]:
    ids = [row["id"] for row in rows]
    history, contacts = _history(ids, known), _contacts(ids, as_of, known)
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
        past["last_contact_on"] = contacts.get(row["id"])
        if _fits(past, ask):
            found.append(past)
    return found


def _contacts(ids: list[int], as_of: date, known: date | None) -> dict[int, date]:
    """Return the last contact of each lead that had happened by a day."""
    found: dict[int, date] = {}
    for start in range(0, len(ids), BATCH):
        query = (
            Contact.select(Contact.lead, fn.MAX(Contact.happened_on))
            .where(Contact.lead.in_(ids[start : start + BATCH]) & (Contact.happened_on <= as_of))
            .group_by(Contact.lead)
        )
        if known is not None:
            query = query.where(Contact.recorded_at < end_of_day(known))
        found.update(query.tuples())
    return found


def _history(ids: list[int], known: date | None) -> dict[int, list[Entry]]:
    history: dict[int, list[Entry]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        query = (
            LeadFact.select(LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on, LeadFact.opening)
            .where(LeadFact.lead.in_(ids[start : start + BATCH]))
            .order_by(LeadFact.id)
        )
        if known is not None:
            query = query.where(LeadFact.recorded_at < end_of_day(known))
        for lead_id, fact, value, happened_on, opening in query.tuples():
            history[lead_id].append(Entry(fact, value, happened_on, opening))
    return history


def _fits(row: dict[str, Any], ask: Ask) -> bool:
    for name, code in ask.filters.items():
        if name in ("unit", "owner"):
            if str(row[f"{name}_id"] or "") != code:
                return False
        elif name == "landed":
            if (row["landed_on"] is not None) != (code == "yes"):
                return False
        elif name in CODES and row[name] != ("" if code == "none" else code):
            return False
    return True


def _in_force(as_of: date | None) -> Any:
    """Return the clause that keeps the division of credit in force now or on a day, as known now.

    A division counts from the day it was made; a lead's first one from the first report on.
    """
    if as_of is None:
        return Claim.ended_at.is_null()
    last = end_of_day(as_of)
    before = Claim.alias()
    earlier = before.select(before.id).where((before.lead == Claim.lead) & (before.recorded_at < Claim.recorded_at))
    begun = (Claim.recorded_at < last) | ~fn.EXISTS(earlier)
    return (Claim.reported_at < last) & begun & (Claim.ended_at.is_null() | (Claim.ended_at >= last))


def _credited_to(cadre: str, as_of: date) -> set[int]:
    query = Claim.select(Claim.lead).where(_in_force(as_of) & (Claim.cadre == number_of(cadre)))
    return {claim.lead_id for claim in query}


def shares_of(lead_ids: list[int], as_of: date | None = None) -> dict[int, list[tuple[str, int]]]:
    """Return the credited cadres and shares of many leads, now or on a day, in few statements."""
    shares: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for start in range(0, len(lead_ids), BATCH):
        query = (
            Claim.select(Claim.lead, Person.name, Claim.share_bps)
            .join(Person, on=(Claim.cadre == Person.id))
            .where(Claim.lead.in_(lead_ids[start : start + BATCH]) & _in_force(as_of))
            .order_by(Claim.share_bps.desc(), Claim.id)
        )
        for lead_id, name, bps in query.tuples():
            shares[lead_id].append((name, bps))
    return shares


def claims_reported_by(end: date, actor: Actor, *, cadre: int | None = None) -> list[dict[str, Any]]:
    """Return every share (or a cadre's) in force on a day with its lead and first report, within what one may see."""
    query = (
        Claim.select(Claim.lead, Claim.cadre, Claim.share_bps, Claim.reported_at)
        .join(Lead, on=(Claim.lead == Lead.id))
        .where(_in_force(end) & visible(actor))
        .order_by(Claim.lead, Claim.share_bps.desc(), Claim.id)
    )
    return list((query if cadre is None else query.where(Claim.cadre == cadre)).dicts())
