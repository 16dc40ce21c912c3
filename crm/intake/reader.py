"""Opens a ledger in a confined child process and hands back its raw sheets, or one clear sentence."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Refusal, say
from crm.intake.reader_limits import Limits
from crm.intake.rules_cells import (
    BrokenCell,
    Cell,
    DateCell,
    FormulaCell,
    Merge,
    RawRow,
    RawSheet,
    Remark,
    UnitCell,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.core.errors import Text

KINDS = (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".csv", ".tsv")
NO_LIMITS_TOLD = Limits()
SENTENCES = {
    "file.missing": say("There is no file “%(name)s”"),
    "file.empty": say("The file is empty"),
    "file.kind_unknown": say("“%(name)s” is no table: send .xlsx, .xlsm, .xls, .ods, .et, .csv or .tsv"),
    "file.no_paper": say("“%(name)s” is no agreement that can be read: send .docx, .txt or a workbook"),
    "file.kind_differs": say(
        "The name ends with %(extension)s, but the content is %(content)s: save it again in the right format",
    ),
    "file.encrypted": say("The file is protected by a password: remove the password and send it again"),
    "file.password_wrong": say("The password does not open the file"),
    "file.damaged": say("The file is damaged and cannot be opened: save it again and send it once more"),
    "file.dtd": say(
        "The file contains a document type definition (DTD), which no ledger needs: it was not opened",
    ),
    "file.bomb": say("Unpacked the file would be too large: it was not opened"),
    "file.too_large": say("The file is larger than %(limit)s MB"),
    "file.too_many_rows": say("The file has more than %(limit)s rows: split it"),
    "file.too_many_cells": say("The file has more than %(limit)s filled cells: split it"),
    "file.too_many_sheets": say("The file has more than %(limit)s sheets: split it"),
    "file.encoding": say("The characters of the file cannot be read: save it as UTF-8 or GBK"),
    "file.too_costly": say(
        "Reading the file took too much time or memory: copy the table into a new workbook and send that",
    ),
}
CONTENTS = {"text": say("plain text"), "ZIP": say("an archive"), "HTML/XML": say("a web page")}
SHORT_WORD = 16
WORDS_KEPT = 5_000
TAGS: dict[str, type[DateCell | UnitCell | FormulaCell | BrokenCell]] = {
    "d": DateCell,
    "u": UnitCell,
    "f": FormulaCell,
    "e": BrokenCell,
}


class UnreadableFile(Refusal):
    """A file that cannot be opened as a table; carries one finding whose code begins with `file.`."""


@dataclass(frozen=True)
class LazyRows:
    """Rows as the child wrote them, decoded one by one each time they are asked for."""

    lines: Sequence[bytes]

    def __iter__(self) -> Iterator[RawRow]:
        """Decode the rows in order; words that come again and again are kept once."""
        words: dict[str, str] = {}
        for line in self.lines:
            number, hidden, cells = json.loads(line)
            for place, cell in enumerate(cells):
                if type(cell) is str and len(cell) <= SHORT_WORD:
                    known = words.get(cell)
                    if known is not None:
                        cells[place] = known
                    elif len(words) < WORDS_KEPT:
                        words[cell] = cell
                elif type(cell) is list:
                    cells[place] = _tagged(cell)
            yield RawRow(number, cells, bool(hidden))

    def __len__(self) -> int:
        """Count the rows that hold anything."""
        return len(self.lines)


def _tagged(cell: list[Any]) -> Cell:
    """Turn a tagged cell of the child into its own type."""
    tag, *rest = cell
    return TAGS[tag](*rest)


def read_file(
    path: Path | str,
    *,
    name: str | None = None,
    password: str | None = None,
    limits: Limits = NO_LIMITS_TOLD,
) -> tuple[RawSheet, ...]:
    """Read all sheets of a file; `name` is the one people know it by when the stored one differs."""
    file = Path(path).resolve()
    shown_name = name or file.name
    if not file.is_file():
        msg = "file.missing"
        raise unreadable(msg, name=shown_name)
    order = {"path": str(file), "name": shown_name, "password": password, "limits": asdict(limits)}
    return tuple(_sheets(_ask_child(order, limits)))


def opened_copy(path: Path | str, *, name: str, password: str) -> bytes:
    """Open a protected workbook with its password in the confined child and return what it holds unprotected."""
    order = {"path": str(path), "name": name, "password": password, "limits": asdict(NO_LIMITS_TOLD), "copy": True}
    lines = _ask_child(order, NO_LIMITS_TOLD)
    return base64.b64decode(json.loads(lines[0])["copy"])


def unreadable(code: str, **params: object) -> UnreadableFile:
    """Make the refusal of a file."""
    content = params.get("content")
    if isinstance(content, str) and content in CONTENTS:
        params["content"] = CONTENTS[content]
    return UnreadableFile([Finding(code, say(SENTENCES[code].msgid, **params))])


def _ask_child(order: dict[str, Any], limits: Limits) -> list[bytes]:
    """Run the child and return the lines that it wrote; a child that dies is an answer, too."""
    root = Path(__file__).resolve().parents[2]
    environment = {
        key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT") if key in os.environ
    }
    environment["PYTHONIOENCODING"] = "utf-8"
    command = [sys.executable, "-s", "-X", "utf8", "-m", "crm.intake.reader_child"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        env=environment,
    ) as child:
        lines = _talk(child, json.dumps(order).encode(), limits.wall_seconds)
    if lines[-1:] != [b'{"done":true}\n']:
        raise _last_words(lines)
    return lines[:-1]


def _talk(child: subprocess.Popen[bytes], order: bytes, seconds: float) -> list[bytes]:
    """Give the child its order and take its lines one by one, so that they are never in memory twice."""
    patience = threading.Timer(seconds, child.kill)
    patience.start()
    try:
        if child.stdin and child.stdout:
            with suppress(BrokenPipeError):
                child.stdin.write(order)
                child.stdin.close()
            return list(child.stdout)
        return []
    finally:
        child.wait()
        patience.cancel()


def _last_words(lines: list[bytes]) -> UnreadableFile:
    """Turn what a child said before it ended into a refusal."""
    last = next((line for line in reversed(lines) if line), b"")
    if last.startswith(b'{"error"'):
        words = json.loads(last)
        return unreadable(words["error"], **words["params"])
    return unreadable("file.too_costly")


def _sheets(lines: list[bytes]) -> Iterator[RawSheet]:
    """Build the sheets from the child's lines."""
    head: dict[str, Any] = {}
    rows: list[bytes] = []
    for line in lines:
        if line.startswith(b"["):
            rows.append(line)
            continue
        words = json.loads(line)
        if "sheet" in words:
            head, rows = words, []
        else:
            yield _sheet(head, words, rows)


def _sheet(head: dict[str, Any], tail: dict[str, Any], rows: list[bytes]) -> RawSheet:
    """Build one sheet."""
    remarks = tuple(Remark(*_remark(note), sheet=head["sheet"]) for note in tail["notes"])
    return RawSheet(
        name=head["sheet"],
        rows=LazyRows(rows),
        state=head["state"],
        merges=tuple(Merge(*merge) for merge in tail["merges"]),
        hidden_columns=tuple(tail["hidden_columns"]),
        date1904=head["date1904"],
        ragged=head["ragged"],
        remarks=remarks,
    )


def _remark(note: dict[str, Any]) -> tuple[str, Text, str, str]:
    """Turn a note of the child into a remark."""
    message = say("Cells far outside the table were not read: %(cells)s", cells=note["cells"])
    return note["code"], message, "", note["cells"]
