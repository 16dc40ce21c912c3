"""What may be twice: rows of ledgers that wait for a decision, and pairs of projects on record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.intake.models import Import, ImportRow
from crm.intake.queries import within
from crm.intake.rules_duplicates import Keys, Likeness, Place
from crm.leads.models import Lead
from crm.leads.models_changes import LeadPair
from crm.leads.queries import visible

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

MOST_ROWS = 200
MOST_PAIRS = 200


@dataclass(frozen=True)
class WaitingRow:
    """One row of a ledger that may repeat a project."""

    id: int
    import_id: int
    file_name: str
    by_name: str
    at: datetime
    sheet: str
    row: int
    name: str
    investor: str
    like: str


def waiting_rows(by: Actor) -> list[WaitingRow]:
    """Return the rows that wait for a decision within the actor's reach, the oldest first."""
    query = (
        ImportRow.select(ImportRow, Import)
        .join(Import)
        .where(within(by) & (ImportRow.action == "duplicate") & (ImportRow.decision == "") & Import.undone_at.is_null())
        .order_by(ImportRow.id)
        .limit(MOST_ROWS)
    )
    found = []
    for row in query:
        values = json.loads(row.values)
        found.append(WaitingRow(row.id, row.intake_id, row.intake.file_name, row.intake.imported_by_name, row.intake.at,
                                row.sheet, row.row, values.get("name") or "", values.get("investor") or "",
                                row.duplicate_of))  # fmt: skip
    return found


@dataclass(frozen=True)
class Side:
    """One project of a pair; of one that may not be opened only number, unit and whom to ask."""

    id: int
    number: str
    unit_name: str
    owner_name: str
    mine: bool
    name: str = ""
    investor: str = ""
    investment_fen: int | None = None
    stage: str = ""


@dataclass(frozen=True)
class Pair:
    """Two projects that may be one, the older first."""

    older: Side
    newer: Side
    exact: bool


def pairs(by: Actor) -> list[Pair]:
    """Return the pairs of projects that may be one and that nobody has told apart yet."""
    shared: Any = Lead.status != "withdrawn"
    same_name = Lead.select(Lead.name_key).where(shared & (Lead.name_key != "")).group_by(Lead.name_key)
    same_company = Lead.select(Lead.investor_key).where(shared & (Lead.investor_key != "")).group_by(Lead.investor_key)
    twice = fn.COUNT(Lead.id) > 1
    query = Lead.select(Lead.id, Lead.name_key, Lead.investor_key).where(
        shared & (Lead.name_key.in_(same_name.having(twice)) | Lead.investor_key.in_(same_company.having(twice)))
    )
    decided = set(LeadPair.select(LeadPair.one, LeadPair.other).tuples())
    index, found = Likeness(), []
    for lead_id, name, company in query.order_by(Lead.id).tuples():
        keys = Keys(name, company)
        match = index.repeats(keys)
        if match and (match.place.row, lead_id) not in decided:
            found.append((match.place.row, lead_id, match.exact))
        index.add(Place("", lead_id, keys))
    return _pairs(found, by)


def _pairs(found: list[tuple[int, int, bool]], by: Actor) -> list[Pair]:
    ids = {lead_id for older, newer, _ in found for lead_id in (older, newer)}
    mine = {lead_id for (lead_id,) in Lead.select(Lead.id).where(Lead.id.in_(ids) & visible(by, "lead.merge")).tuples()}
    query = (
        Lead.select(Lead.id, Lead.number, Lead.name, Lead.investor, Lead.investment_fen, Lead.stage,
                    Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(Lead.id.in_(ids))
    )  # fmt: skip
    sides = {}
    for row in query.dicts():
        open_ = row["id"] in mine
        known = {key: row[key] for key in ("name", "investor", "investment_fen", "stage")} if open_ else {}
        sides[row["id"]] = Side(row["id"], row["number"], row["unit_name"], row["owner_name"] or "", open_, **known)
    told = [Pair(sides[older], sides[newer], exact) for older, newer, exact in found if {older, newer} & mine]
    return told[:MOST_PAIRS]
