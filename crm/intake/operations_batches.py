"""What a long import keeps between two batches: the rows laid down, and its state."""

from __future__ import annotations

from crm.intake.models import Import, ImportRow


def laid_rows(import_id: int) -> set[str]:
    """Return the fingerprints of the rows that an import has laid down."""
    rows = ImportRow.select(ImportRow.fingerprint).where(ImportRow.intake == import_id)
    return {row.fingerprint for row in rows}


def state_of(import_id: int) -> Import:
    """Return an import as it stands."""
    found: Import = Import.get_by_id(import_id)
    return found


def mark_state(import_id: int, state: str) -> None:
    """Set an import's state inside the transaction of the batch."""
    Import.update(state=state).where(Import.id == import_id).execute()
