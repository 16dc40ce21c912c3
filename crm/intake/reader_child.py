"""The confined child that opens a file: limits itself first, then writes sheets and rows as lines of JSON."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.intake.reader_container import check_container, decrypt, sniff
from crm.intake.reader_limits import Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OLE_READERS = ("xls",)
ALLOWED = {
    ".xlsx": {"xlsx"},
    ".xlsm": {"xlsx"},
    ".xls": {"xls"},
    ".et": {"xls", "xlsx"},
    ".ods": {"ods"},
    ".csv": {"text"},
    ".tsv": {"text"},
}


class Writer:
    """Writes sheets and rows for the parent and counts what they cost."""

    def __init__(self, limits: Limits, write: Callable[[str], object]) -> None:
        """Begin with nothing written."""
        self.limits = limits
        self._write = write
        self._encode = json.JSONEncoder(
            ensure_ascii=False,
            separators=(",", ":"),
            check_circular=False,
        ).encode
        self._rows = self._cells = self._sheets = 0

    def begin(
        self,
        name: str,
        state: str = "visible",
        *,
        date1904: bool = False,
        ragged: bool = False,
    ) -> None:
        """Begin a sheet."""
        self._sheets += 1
        if self._sheets > self.limits.sheets:
            msg = "file.too_many_sheets"
            raise UnreadableError(msg, limit=self.limits.sheets)
        self._line({"sheet": name, "state": state, "date1904": date1904, "ragged": ragged})

    def row(self, number: int, cells: list[Any], *, hidden: bool = False) -> None:
        """Write a row that holds something."""
        self._rows += 1
        self._cells += len(cells)
        if self._rows > self.limits.rows:
            msg = "file.too_many_rows"
            raise UnreadableError(msg, limit=self.limits.rows)
        if self._cells > self.limits.cells:
            msg = "file.too_many_cells"
            raise UnreadableError(msg, limit=self.limits.cells)
        self._write(self._encode([number, int(hidden), cells]) + "\n")

    def end(
        self,
        merges: Sequence[Sequence[int]] = (),
        hidden_columns: Sequence[int] = (),
        far: Sequence[str] = (),
    ) -> None:
        """End a sheet with what is known of it as a whole."""
        notes = [{"code": "cell.far", "cells": ", ".join(far)}] if far else []
        columns = [column for column in hidden_columns if column <= self.limits.columns]
        self._line({"merges": list(merges), "hidden_columns": columns, "notes": notes})

    def fail(self, code: str, params: dict[str, object]) -> None:
        """Write why the file is not read."""
        self._line({"error": code, "params": params})

    def copy(self, data: bytes) -> None:
        """Write a whole file."""
        self._line({"copy": base64.b64encode(data).decode()})

    def done(self) -> None:
        """Write that everything was read."""
        self._line({"done": True})

    def _line(self, words: dict[str, Any]) -> None:
        """Write one line."""
        self._write(self._encode(words) + "\n")


def confine(limits: Limits) -> None:
    """Give up the right to much memory, much time, files and further processes."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - it exists on Unix only

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: Path, name: str, password: str | None, writer: Writer) -> None:
    """Find out what a file is and let the reader of its kind write its sheets."""
    extension = Path(name).suffix.lower()
    if extension not in ALLOWED:
        msg = "file.kind_unknown"
        raise UnreadableError(msg, name=name)
    size = path.stat().st_size
    if size == 0:
        msg = "file.empty"
        raise UnreadableError(msg)
    if size > writer.limits.file_bytes:
        msg = "file.too_large"
        raise UnreadableError(msg, limit=writer.limits.file_bytes // 1_000_000)
    data = path.read_bytes()
    kind = sniff(data)
    if kind == "encrypted":
        data = decrypt(data, password)
        kind = sniff(data)
    if kind not in ALLOWED[extension]:
        if kind in {"damaged", "binary"}:
            msg = "file.damaged"
            raise UnreadableError(msg)
        msg = "file.kind_differs"
        raise UnreadableError(msg, extension=extension, content=kind)
    _read_kind(kind, data, name, password, writer)


def copy_open(path: Path, password: str | None, writer: Writer) -> None:
    """Write the unprotected content of a protected workbook."""
    if path.stat().st_size > writer.limits.file_bytes:
        msg = "file.too_large"
        raise UnreadableError(msg, limit=writer.limits.file_bytes // 1_000_000)
    writer.copy(decrypt(path.read_bytes(), password))


def _read_kind(kind: str, data: bytes, name: str, password: str | None, writer: Writer) -> None:
    """Call the reader of one kind; each is loaded only when needed."""
    if kind == "text":
        from crm.intake.reader_text import read_text  # noqa: PLC0415

        read_text(data, name, writer)
    elif kind in OLE_READERS:
        from crm.intake.reader_biff import read_biff  # noqa: PLC0415

        read_biff(data, password, writer)
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_container(archive, writer.limits)
            if kind == "ods":
                from crm.intake.reader_ods import read_ods  # noqa: PLC0415

                read_ods(archive, writer)
            else:
                from crm.intake.reader_xlsx import read_xlsx  # noqa: PLC0415

                read_xlsx(archive, writer)


def main() -> int:
    """Take the order from standard input, read, and say how it ended."""
    order = json.loads(sys.stdin.buffer.read())
    limits = Limits(**order["limits"])
    out = io.TextIOWrapper(
        sys.stdout.buffer,
        encoding="utf-8",
        errors="replace",
        newline="\n",
        write_through=False,
    )
    writer = Writer(limits, out.write)
    confine(limits)
    try:
        if order.get("copy"):
            copy_open(Path(order["path"]), order["password"], writer)
        else:
            read(Path(order["path"]), order["name"], order["password"], writer)
        writer.done()
    except UnreadableError as error:
        writer.fail(error.code, error.params)
    except MemoryError:
        writer.fail("file.too_costly", {})
    except Exception:  # noqa: BLE001 - a broken file fails in many ways, all mean the same
        writer.fail("file.damaged", {})
    out.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
