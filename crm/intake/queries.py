"""Questions about imports: which rows came in before, which wait for a decision, what an import did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.intake.models import Import, ImportRow
from crm.intake.rules_duplicates import Known
from crm.intake.rules_names import industry_key, investor_key, name_key, site_key
from crm.leads.models import Lead

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class ImportEntry:
    """One import as a list shows it."""

    id: int
    file_id: int
    file_name: str
    by_name: str
    at: datetime
    counts: dict[str, int]


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
        Lead.id, Lead.number, Lead.name, Lead.investor, Lead.investment_fen, Lead.contact_phone, Lead.industry, Lead.site
    ).where(Lead.status != "withdrawn")  # fmt: skip
    return [
        Known(
            lead_id, number, name_key(name), investor_key(investor) if investor else "", investment,
            tuple(part for part in phone.split("；") if part), "", industry_key(industry) if industry else "",
            site_key(site) if site else "",
        )
        for lead_id, number, name, investor, investment, phone, industry, site in query.tuples()
    ]  # fmt: skip


def settled_rows() -> dict[str, int | None]:
    """Return the fingerprints of all rows that came in before: the lead they made, or None while they wait."""
    query = ImportRow.select(ImportRow.fingerprint, ImportRow.lead_id).where(ImportRow.action != "refuse").order_by(ImportRow.id)
    return dict(query.tuples())


def imports(limit: int = 50) -> list[ImportEntry]:
    """Return the latest imports."""
    return [_import(row) for row in Import.select().order_by(Import.id.desc()).limit(limit)]


def import_entry(import_id: int) -> ImportEntry | None:
    """Return one import."""
    row = Import.get_or_none(Import.id == import_id)
    return _import(row) if row else None


def _import(row: Import) -> ImportEntry:
    return ImportEntry(row.id, row.file_id, row.file_name, row.imported_by_name, row.at, json.loads(row.counts))


def rows_of(import_id: int) -> list[RowEntry]:
    """Return an import's rows in the order of the file."""
    return [_row(row) for row in ImportRow.select().where(ImportRow.intake == import_id).order_by(ImportRow.id)]


def waiting_row(row_id: int) -> RowEntry | None:
    """Return one row."""
    row = ImportRow.get_or_none(ImportRow.id == row_id)
    return _row(row) if row else None


def _row(row: ImportRow) -> RowEntry:
    return RowEntry(
        row.id, row.intake_id, row.sheet, row.row, row.action, json.loads(row.values), json.loads(row.findings),
        row.duplicate_of, row.lead_id, row.decision, row.decided_by_name,
    )  # fmt: skip


def origin_of(lead_id: int) -> dict[str, Any] | None:
    """Return the file, sheet and row that a lead came from."""
    query = (
        ImportRow.select(ImportRow.sheet, ImportRow.row, Import.file_name, Import.at, Import.file_id)
        .join(Import, on=(ImportRow.intake == Import.id))
        .where(ImportRow.lead_id == lead_id)
        .order_by(ImportRow.id)
        .limit(1)
    )
    return next(iter(query.dicts()), None)
