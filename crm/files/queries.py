"""Questions about stored files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.files.models import StoredFile

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class FileRow:
    """One stored file."""

    id: int
    purpose: str
    sha256: str
    size: int
    media_type: str
    original_name: str
    stored_name: str
    uploaded_by: int | None
    uploaded_at: datetime
    scan_state: str = ""


def _row(item: StoredFile) -> FileRow:
    return FileRow(
        item.id, item.purpose, item.sha256, item.size, item.media_type, item.original_name, item.stored_name,
        item.uploaded_by, item.uploaded_at, item.scan_state,
    )  # fmt: skip


def stored_file(file_id: int) -> FileRow | None:
    """Return one file's row."""
    item = StoredFile.get_or_none(StoredFile.id == file_id)
    return _row(item) if item else None


def with_same_bytes(sha256: str) -> list[FileRow]:
    """Return every file with the same content."""
    return [_row(item) for item in StoredFile.select().where(StoredFile.sha256 == sha256).order_by(StoredFile.id)]


def every_file() -> list[FileRow]:
    """Return all files (integrity check)."""
    return [_row(item) for item in StoredFile.select().order_by(StoredFile.id)]
