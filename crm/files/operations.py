"""Keeping a file: bytes first under a server-made name, then the row."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from crm.core.errors import Refusal, refuse, say
from crm.files.models import StoredFile
from crm.files.operations_scan import asked_before_keeping, scanning
from crm.files.rules import CLEAN, INFECTED, evidence_findings, media_type, safe_name

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.files.queries import FileRow

_folder: list[Path] = []


def keep_files_in(folder: Path) -> None:
    """Say where files are kept (the data folder's `files`)."""
    _folder[:] = [folder]


def path_of(stored_name: str) -> Path:
    """Return where a stored file's bytes stand."""
    return _folder[0] / stored_name[:2] / stored_name


def store(data: bytes, *, name: str, purpose: str, by: Actor, at: datetime) -> int:
    """Keep bytes as a new file and return its id; the same bytes twice are two rows with one hash."""
    kind = media_type(data[:16])
    stored = secrets.token_hex(16)
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    state, said = asked_before_keeping(part)
    part.replace(path)
    row = StoredFile.create(
        purpose=purpose, sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=kind,
        original_name=safe_name(name), stored_name=stored, uploaded_by=by.person_id, uploaded_at=at,
        scan_state=state, scan_note=said, scanned_at=at if state else None,
    )  # fmt: skip
    return int(row.id)


def store_evidence(data: bytes, *, name: str, by: Actor, at: datetime) -> int:
    """Keep an evidence file; refuses what is not a readable PDF, JPEG or PNG."""
    findings = evidence_findings(data)
    if findings:
        raise Refusal(findings)
    return store(data, name=name, purpose="evidence", by=by, at=at)


def withdraw(file_id: int) -> None:
    """Take back a file that was kept for a deed which was then refused; nothing else rests on it yet."""
    row = StoredFile.get_by_id(file_id)
    StoredFile.delete().where(StoredFile.id == file_id).execute()
    path_of(row.stored_name).unlink(missing_ok=True)


def read_cleared(file: FileRow) -> bytes:
    """Return the bytes of a file for a person; with a scanner set, only of what it has cleared."""
    if scanning() and file.scan_state != CLEAN:
        if file.scan_state == INFECTED:
            text = say("The virus scanner refused this file; it is locked away.")
        else:
            text = say("The file waits for the virus scanner; it opens when it is cleared. Tell the administrator.")
        raise refuse("file.unscanned", text, status=423)
    return read(file.stored_name)


def read(stored_name: str) -> bytes:
    """Return a file's bytes; refuses when they are gone from the disk."""
    path = path_of(stored_name)
    if not path.is_file():
        raise refuse("file.gone", say("The file is missing from the data folder. Tell the administrator."), status=410)
    return path.read_bytes()
