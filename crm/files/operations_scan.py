"""The virus scanner: a command of the bureau's choice; what it has not cleared does not count."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import refuse, say
from crm.files.models import StoredFile
from crm.files.rules import CLEAN, INFECTED, UNSCANNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

PLACE = "{file}"
FOUND = 1
"""What clamscan, clamdscan and most others end with when they found something; 0 is nothing, more is a failure."""
NOTE = 255


@dataclass
class _Scanner:
    command: tuple[str, ...] = ()
    seconds: float = 60


_scanner = _Scanner()


def scan_with(command: str, seconds: float = 60) -> None:
    """Say which command looks at files (`clamdscan --fdpass {file}`); an empty one switches the hook off."""
    _scanner.command, _scanner.seconds = tuple(shlex.split(command)), seconds


def scanning() -> bool:
    """Tell whether a scanner is set: then only what it has cleared counts and can be opened."""
    return bool(_scanner.command)


def ask(path: Path) -> tuple[str, str]:
    """Ask the scanner about a file: `clean`, `infected`, or `unscanned` when it gave no answer; and what it said."""
    words = [str(path) if word == PLACE else word for word in _scanner.command]
    if PLACE not in _scanner.command:
        words.append(str(path))
    try:
        done = subprocess.run(
            words, check=False, timeout=_scanner.seconds, stdin=subprocess.DEVNULL, capture_output=True
        )
    except subprocess.TimeoutExpired:
        return UNSCANNED, f"no answer in {_scanner.seconds:g} s"
    except OSError as error:
        return UNSCANNED, str(error.strerror or error)[:NOTE]
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip().replace(str(path), "…")[:NOTE]
    if done.returncode == 0:
        return CLEAN, said
    return (INFECTED, said) if done.returncode == FOUND else (UNSCANNED, said or f"exit {done.returncode}")


def asked_before_keeping(path: Path) -> tuple[str, str]:
    """Ask about a file that just came in; an infected one is refused, and not kept."""
    if not scanning():
        return "", ""
    state, said = ask(path)
    if state == INFECTED:
        path.unlink(missing_ok=True)
        text = say("The virus scanner refused this file; it was not kept. Make a clean scan and hand that in.")
        raise refuse("file.infected", text, "file")
    return ("" if state == UNSCANNED else state), said


def waiting(*, all_files: bool = False, after: int = 0, most: int | None = None) -> list[tuple[int, str]]:
    """Return the files (id, stored name) that no scanner has cleared yet, or all of them, from an id on."""
    query = StoredFile.select(StoredFile.id, StoredFile.stored_name).where(StoredFile.id > after)
    rows = (query if all_files else query.where(StoredFile.scan_state == "")).order_by(StoredFile.id).limit(most)
    return [(int(row.id), str(row.stored_name)) for row in rows]


def asked(files: Iterable[tuple[int, Path]]) -> Iterator[tuple[int, str, str]]:
    """Ask about each file, without writing anything: the slow half of a scan."""
    for file_id, path in files:
        yield file_id, *(ask(path) if path.is_file() else (UNSCANNED, "missing"))


def keep_answers(answers: Iterable[tuple[int, str, str]], *, at: datetime) -> None:
    """Write the scanner's answers down; where it gave none, an old answer stays as it was."""
    for file_id, state, said in answers:
        if state != UNSCANNED:
            StoredFile.update(scan_state=state, scan_note=said, scanned_at=at).where(
                StoredFile.id == file_id
            ).execute()  # fmt: skip
