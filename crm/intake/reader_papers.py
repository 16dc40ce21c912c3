"""Reads older agreements for clean-up: plain text and .docx as one paper, a workbook as many."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from crm.intake.reader import read_file, unreadable
from crm.intake.reader_container import check_container, feed, guarded_parser, sniff
from crm.intake.reader_limits import Limits, UnreadableError
from crm.intake.reader_text import decode
from crm.intake.rules_papers import Paper, papers_of_table

BODY = "word/document.xml"
TABLES = (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".csv", ".tsv")
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=120_000_000, rows=20_000, columns=60, cells=400_000)
"""An agreement is text: what unpacks larger than this is none."""


@dataclass
class _Body:
    """What has been read of a document: its finished paragraphs and the one that is being read."""

    paragraphs: list[str]
    line: list[str]
    inside: bool = False


def read_papers(data: bytes, name: str) -> list[Paper]:
    """Return the agreements that a file holds, or refuse it in one sentence."""
    suffix = Path(name).suffix.lower()
    if len(data) > LIMITS.file_bytes:
        code = "file.too_large"
        raise unreadable(code, limit=LIMITS.file_bytes // 1_000_000)
    if not data.strip():
        code = "file.empty"
        raise unreadable(code)
    if suffix in TABLES:
        return _tables(data, name)
    kind = sniff(data)
    try:
        if kind == "docx":
            return [Paper(Path(name).stem, _docx(data))]
        if kind == "text":
            return [Paper(Path(name).stem, decode(data).strip())]
    except UnreadableError as error:
        raise unreadable(error.code, **error.params) from error
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, OSError, ValueError) as error:
        code = "file.damaged"
        raise unreadable(code) from error
    code = "file.encrypted" if kind == "encrypted" else "file.no_paper"
    raise unreadable(code, name=name)


def _tables(data: bytes, name: str) -> list[Paper]:
    """Read a workbook in the confined child, as every ledger."""
    with tempfile.TemporaryDirectory(prefix="crm-paper-") as folder:
        path = Path(folder) / f"paper{Path(name).suffix.lower()}"
        path.write_bytes(data)
        sheets = read_file(path, name=name, limits=LIMITS)
        return papers_of_table([[row.cells for row in sheet.rows] for sheet in sheets])


def _docx(data: bytes) -> str:
    """Return the text of a document, a paragraph a line; table cells are paragraphs too."""
    body = _Body([], [])
    parser = guarded_parser()

    def start(tag: str, _attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "t":
            body.inside = True
        elif local in ("tab", "br"):
            body.line.append(" ")

    def end(tag: str) -> None:
        local = tag.rpartition(":")[2]
        if local == "t":
            body.inside = False
        elif local == "p":
            body.paragraphs.append("".join(body.line).strip())
            body.line.clear()

    def text(piece: str) -> None:
        if body.inside:
            body.line.append(piece)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_container(archive, LIMITS)
        feed(parser, archive, BODY)
    return "\n".join(paragraph for paragraph in body.paragraphs if paragraph)
