"""The files that jobs produce: kept under server-made names in the data folder for a while, then removed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crm.core.errors import refuse, say
from crm.jobs.models import Job

if TYPE_CHECKING:
    from pathlib import Path

    from crm.jobs.registry import ResultFile

KEPT_FOR = timedelta(days=14)
_folder: list[Path] = []


def keep_results_in(folder: Path) -> None:
    """Say where produced files are kept (the data folder's `exports`)."""
    _folder[:] = [folder]


def _path(stored: str) -> Path:
    if not _folder:
        raise refuse("file.gone", say("The file is missing from the data folder. Tell the administrator."), status=410)
    return _folder[0] / stored


def workshop(job_id: int) -> Path:
    """Return where a job may write its file before it is whole; a second try writes over the first one's."""
    path = _path(f"job-{job_id}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def throw_away(job_id: int) -> None:
    """Remove what a job that was stopped or failed has written so far."""
    workshop(job_id).unlink(missing_ok=True)


def keep(file: ResultFile) -> dict[str, str]:
    """Write a produced file and return what its job's row remembers; bytes first, then the row."""
    stored = f"job-{secrets.token_hex(16)}"
    path = _path(stored)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.path or path.with_suffix(".part")
    if file.path is None:
        part.write_bytes(file.data)
    part.replace(path)
    return {"file_stored": stored, "file_name": file.name[:255], "file_type": file.media_type}


def read(stored: str) -> bytes:
    """Return a produced file's bytes; refuses when it was removed."""
    path = _path(stored)
    if not stored or not path.is_file():
        text = say("This file was removed after %(n)s days. Make it anew.", n=KEPT_FOR.days)
        raise refuse("file.old", text, status=410)
    return path.read_bytes()


def sweep(at: datetime) -> int:
    """Remove produced files that are older than they are kept for, and those that no job names; returns how many."""
    if not _folder or not _folder[0].is_dir():
        return 0
    old = (Job.file_stored != "") & (Job.ended_at < at - KEPT_FOR)
    gone = [row.file_stored for row in Job.select(Job.file_stored).where(old)]
    Job.update(file_stored="").where(old).execute()
    named = {row.file_stored for row in Job.select(Job.file_stored).where(Job.file_stored != "")}
    oldest = at.timestamp() - KEPT_FOR.total_seconds()
    for path in _folder[0].glob("job-*"):
        if path.name not in named and (path.name in gone or path.stat().st_mtime < oldest):
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return len(set(gone))
