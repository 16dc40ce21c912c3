"""Questions about imports: which rows came in before, which wait for a decision, what an import did."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peewee import SQL

from crm.accounts.models import Person
from crm.accounts.rules import scope
from crm.intake.models import Import, ImportRow, Mapping, Sitting
from crm.intake.rules_duplicates import Known
from crm.leads.models import Lead
from crm.leads.rules_names import company_key, industry_key, name_key, site_key

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


@dataclass(frozen=True)
class ImportEntry:
    """One import as a list shows it."""

    id: int
    file_id: int
    file_name: str
    by_name: str
    at: datetime
    counts: dict[str, int]
    state: str = "done"
    mode: str = "add"
    undone_at: datetime | None = None
    undone_by_name: str = ""
    kept: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class RowEntry:
    """One row of an import and what became of it."""

    id: int
    import_id: int
    sheet: str
    row: int
    action: str
    values: dict[str, Any]
    findings: list[dict[str, Any]]
    duplicate_of: str
    lead_id: int | None
    decision: str
    decided_by_name: str


def known_projects() -> list[Known]:
    """Return every lead as intake compares it, with intake's own keys."""
    query = Lead.select(
        Lead.id, Lead.number, Lead.name, Lead.investor, Lead.investment_fen, Lead.contact_phone, Lead.industry,
        Lead.site,
    ).where(Lead.status != "withdrawn").order_by(Lead.id)  # fmt: skip
    return [
        Known(
            lead_id, number, name_key(name), company_key(investor) if investor else "", investment,
            tuple(part for part in phone.split("；") if part), "", industry_key(industry) if industry else "",
            site_key(site) if site else "",
        )
        for lead_id, number, name, investor, investment, phone, industry, site in query.tuples()
    ]  # fmt: skip


def settled_rows() -> dict[str, bool]:
    """Return the fingerprints of all rows that came in before: True when settled, False while they wait."""
    query = ImportRow.select(ImportRow.fingerprint, ImportRow.lead_id, ImportRow.decision)
    undone = Import.select(Import.id).where(Import.undone_at.is_null(False))
    wanted = ImportRow.action.not_in(("refuse", "skip")) & ImportRow.intake.not_in(undone)
    found = query.where(wanted).order_by(ImportRow.id)
    return {mark: lead_id is not None or bool(decision) for mark, lead_id, decision in found.tuples()}


def remembered_choices(layout: str, actor: Actor) -> dict[str, Any] | None:
    """Return what the actor's unit settled about ledgers of this layout."""
    row = Mapping.get_or_none((Mapping.layout == layout) & (Mapping.unit_id == (actor.unit_id or 0)))
    return json.loads(row.choices) if row else None


@dataclass(frozen=True)
class SittingRow:
    """What is settled about one uploaded file so far."""

    mode: str = "add"
    choices: dict[str, Any] | None = None
    edits: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


def sitting_of(file_id: int) -> SittingRow:
    """Return what is settled about a file; nothing yet is the same as a fresh one."""
    row = Sitting.get_or_none(Sitting.file_id == file_id)
    if row is None:
        return SittingRow()
    return SittingRow(row.mode, json.loads(row.choices) or None, json.loads(row.edits), json.loads(row.answers))


def within(actor: Actor) -> Any:
    """Return the clause that keeps the imports an actor may see: those of the own unit's people, or all."""
    reach = scope(actor, "intake.import")
    if reach == "all":
        return SQL("1 = 1")
    if reach != "unit":
        return SQL("1 = 0")
    return Import.imported_by.in_(Person.select(Person.id).where(Person.unit == actor.unit_id))


def imports(actor: Actor, limit: int = 50) -> list[ImportEntry]:
    """Return the latest imports that an actor may see."""
    return [_import(row) for row in Import.select().where(within(actor)).order_by(Import.id.desc()).limit(limit)]


def import_entry(import_id: int, actor: Actor) -> ImportEntry | None:
    """Return one import that an actor may see."""
    row = Import.get_or_none((Import.id == import_id) & within(actor))
    return _import(row) if row else None


def _import(row: Import) -> ImportEntry:
    return ImportEntry(row.id, row.file_id, row.file_name, row.imported_by_name, row.at, json.loads(row.counts),
                       row.state, row.mode, row.undone_at, row.undone_by_name, tuple(json.loads(row.kept)))  # fmt: skip


def rows_of(import_id: int) -> list[RowEntry]:
    """Return an import's rows in the order of the file."""
    return [_row(row) for row in ImportRow.select().where(ImportRow.intake == import_id).order_by(ImportRow.id)]


def _row(row: ImportRow) -> RowEntry:
    return RowEntry(
        row.id, row.intake_id, row.sheet, row.row, row.action, json.loads(row.values), json.loads(row.findings),
        row.duplicate_of, row.lead_id, row.decision, row.decided_by_name,
    )  # fmt: skip
