"""Builds small ledgers of every kind for the tests: workbooks, text files, and archives that no program would write."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

from crm.intake.reader import read_file
from crm.intake.rules_reading import Reading, read_ledger, reading_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_NS = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(
    path: Path,
    rows: Iterable[Any],
    *,
    merges: Iterable[str] = (),
    formats: Mapping[str, str] | None = None,
    title: str = "台账",
    more: Mapping[str, Iterable[Any]] | None = None,
) -> Path:
    """Write a workbook with openpyxl: rows, merged ranges, number formats, further sheets."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for name, others in (more or {}).items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(list(row))
    book.save(path)
    return path


def archive(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def raw_parts(sheet_xml: str, *, date1904: bool = False, head: str = "") -> dict[str, str | bytes]:
    """Give the parts of a minimal workbook around the XML of one sheet."""
    properties = '<workbookPr date1904="1"/>' if date1904 else ""
    kind = f"{OFFICE_NS}/"
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE_NS}"><Relationship Id="r1" Type="{kind}officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{OFFICE_NS}">{properties}<sheets>'
        '<sheet name="台账" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE_NS}"><Relationship Id="r1" '
        f'Type="{kind}worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{NS}">{sheet_xml}</worksheet>',
    }


def sheet_data(rows: Mapping[int, Mapping[str, object]]) -> str:
    """Write the cells of a sheet: row number → column letters → value."""
    lines = []
    for number, cells in rows.items():
        inner = "".join(_cell(f"{letters}{number}", value) for letters, value in cells.items())
        lines.append(f'<row r="{number}">{inner}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def _cell(reference: str, value: object) -> str:
    """Write one cell."""
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def plain_rows(rows: Sequence[Any]) -> dict[int, dict[str, object]]:
    """Lay rows out by number and letters."""
    return {
        number: {chr(65 + place): value for place, value in enumerate(row) if value is not None}
        for number, row in enumerate(rows, start=1)
    }


def ods(path: Path, table_xml: str, *, manifest: str = "") -> Path:
    """Write an OpenDocument spreadsheet around the XML of its tables."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    }
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    inner = f"<office:body><office:spreadsheet>{table_xml}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces}>{inner}</office:document-content>"
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    if manifest:
        parts["META-INF/manifest.xml"] = manifest
    return archive(path, parts)


def ods_row(*values: object, attributes: str = "") -> str:
    """Write a row of an OpenDocument table."""
    return f"<table:table-row {attributes}>{''.join(map(_ods_cell, values))}</table:table-row>"


def _ods_cell(value: object) -> str:
    """Write a cell of an OpenDocument table; a tuple is (attributes, shown text)."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, tuple):
        attributes, text = value
        return f"<table:table-cell {attributes}><text:p>{escape(text)}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value={quoteattr(str(value))}'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def text_bytes(rows: Sequence[Any], delimiter: str = ",") -> str:
    """Write rows as separated text."""
    lines = [delimiter.join("" if value is None else _quoted(str(value), delimiter) for value in row) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def _quoted(field: str, delimiter: str) -> str:
    """Quote a field that needs it."""
    return (
        f'"{field.replace(chr(34), chr(34) * 2)}"' if any(sign in field for sign in (delimiter, '"', "\n")) else field
    )


def read(path: Path, **options: Any) -> Reading:
    """Read a ledger as the command does."""
    return read_ledger(read_file(path), file=path.name, **options)


def as_json(path: Path, **options: Any) -> dict[str, Any]:
    """Read a ledger into the shape that the command prints."""
    return reading_to_json(read(path, **options))


def kinds(reading: Mapping[str, Any]) -> list[tuple[int, str]]:
    """List the rows with their kinds; a repeated project is told as such."""
    return [(row["row"], "duplicate" if row["action"] == "duplicate" else row["kind"]) for row in reading["rows"]]


def data(reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the values of the data rows."""
    return [row["values"] for row in reading["rows"] if row["kind"] == "data"]


def codes(reading: Mapping[str, Any], what: str = "errors") -> list[tuple[int, str]]:
    """List the codes of findings by row."""
    return [(row["row"], remark["code"]) for row in reading["rows"] for remark in row[what]]


def file_codes(reading: Mapping[str, Any]) -> list[str]:
    """List the codes of findings about the file."""
    return [remark["code"] for remark in reading["errors"]]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Give an archive as bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def picked(values: Mapping[str, Any], *names: str) -> tuple[object, ...]:
    """Pick some values of a row."""
    return tuple(values.get(name) for name in names)
