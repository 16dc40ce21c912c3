"""Questions about leads: one lead, what an actor may see, look-alikes, contacts, claims, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL

from crm.accounts.models import Person, Unit
from crm.accounts.rules import scope
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.queries_alike import alike_ids

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


def visible(actor: Actor, permission: str = "lead.view") -> Any:
    """Return the clause that keeps the leads an actor's permission reaches."""
    reach = scope(actor, permission)
    if reach == "all":
        return SQL("1 = 1")
    if reach == "unit":
        return Lead.unit == actor.unit_id
    credited = Lead.id.in_(Claim.select(Claim.lead).where(Claim.ended_at.is_null()))
    if reach == "credited":
        return credited
    if reach == "own":
        mine = Claim.select(Claim.lead).where((Claim.cadre == actor.person_id) & Claim.ended_at.is_null())
        return (Lead.created_by == actor.person_id) | Lead.id.in_(mine)
    return SQL("1 = 0")


def within(row: dict[str, Any], actor: Actor, permission: str) -> bool:
    """Tell whether a permission reaches a lead that is at hand; asks the database only about credit."""
    reach = scope(actor, permission)
    if reach in ("all", "none"):
        return reach == "all"
    if reach == "unit":
        return bool(row["unit_id"] == actor.unit_id)
    return bool(Lead.select(Lead.id).where((Lead.id == row["id"]) & visible(actor, permission)).exists())


@dataclass(frozen=True)
class Similar:
    """A lead that may be the same project; only what everybody may know of it."""

    id: int
    number: str
    unit_name: str
    owner_name: str


def similar(name: str, investor: str = "", *, limit: int = 5) -> list[Similar]:
    """Return leads of the same name, or of a name alike with the same investor, wherever they are.

    Masked to number, unit and whom to ask.
    """
    ids = [lead_id for lead_id, why in alike_ids(name, investor, limit=limit).items() if why != "investor"]
    if not ids:
        return []
    query = (
        Lead.select(Lead.id, Lead.number, Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(Lead.id.in_(ids))
        .order_by(Lead.id)
    )
    return [Similar(row["id"], row["number"], row["unit_name"], row["owner_name"] or "") for row in query.dicts()]


def lead_row(lead_id: int, actor: Actor, permission: str = "lead.view") -> dict[str, Any] | None:
    """Return every column of one visible lead with unit and owner names; None when it is not there to be seen."""
    query = (
        Lead.select(Lead, Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where((Lead.id == lead_id) & visible(actor, permission))
    )
    rows = list(query.dicts())
    if not rows:
        return None
    row: dict[str, Any] = rows[0]
    row["unit_id"], row["owner_id"] = row["unit"], row["owner"]
    return row


def lead_numbered(number: str, actor: Actor) -> int | None:
    """Return the id of a visible lead by its number."""
    row = Lead.select(Lead.id).where((Lead.number == number.strip().upper()) & visible(actor)).first()
    return int(row.id) if row else None


@dataclass(frozen=True)
class ContactRow:
    """One follow-up contact."""

    id: int
    happened_on: date
    kind: str
    two_way: bool
    text: str
    next_step: str
    next_on: date | None
    by_name: str
    recorded_at: datetime


def contacts_of(lead_id: int, limit: int = 100) -> list[ContactRow]:
    """Return a lead's contacts, the latest first."""
    query = (
        Contact.select(Contact, Person.name.alias("by_name"))
        .left_outer_join(Person, on=(Contact.by == Person.id))
        .where(Contact.lead == lead_id)
        .order_by(Contact.happened_on.desc(), Contact.id.desc())
        .limit(limit)
    )
    return [
        ContactRow(row["id"], row["happened_on"], row["kind"], row["two_way"], row["text"], row["next_step"],
                   row["next_on"], row["by_name"] or "", row["recorded_at"])
        for row in query.dicts()
    ]  # fmt: skip


@dataclass(frozen=True)
class ClaimRow:
    """One cadre's share in a lead."""

    id: int
    lead_id: int
    cadre_id: int
    cadre_name: str
    share_bps: int
    reported_at: datetime
    reason: str
    recorded_by: str
    ended_at: datetime | None


def claims_of(lead_id: int, *, ended_too: bool = False) -> list[ClaimRow]:
    """Return the shares of a lead, the largest first; past divisions too when asked."""
    recorder = Person.alias()
    query = (
        Claim.select(Claim, Person.name.alias("cadre_name"), recorder.name.alias("recorder_name"))
        .join(Person, on=(Claim.cadre == Person.id))
        .left_outer_join(recorder, on=(Claim.recorded_by == recorder.id))
        .where(Claim.lead == lead_id)
        .order_by(Claim.ended_at.desc(), Claim.share_bps.desc(), Claim.id)
    )
    if not ended_too:
        query = query.where(Claim.ended_at.is_null())
    return [
        ClaimRow(row["id"], row["lead"], row["cadre"], row["cadre_name"], row["share_bps"], row["reported_at"],
                 row["reason"], row["recorder_name"] or "", row["ended_at"])
        for row in query.dicts()
    ]  # fmt: skip


@dataclass(frozen=True)
class FactRow:
    """One entry of a lead's history."""

    id: int
    fact: str
    value: str | None
    happened_on: date
    recorded_at: datetime
    by_name: str
    reason: str
    opening: bool


def history_of(lead_id: int, *facts: str) -> list[FactRow]:
    """Return a lead's history (of some facts, or all), the oldest first."""
    query = LeadFact.select().where(LeadFact.lead == lead_id).order_by(LeadFact.id)
    if facts:
        query = query.where(LeadFact.fact.in_(facts))
    return [
        FactRow(row.id, row.fact, row.value, row.happened_on, row.recorded_at, row.by_name, row.reason, row.opening)
        for row in query
    ]
