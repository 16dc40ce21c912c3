"""The press: keeps what openpyxl cannot (streamed rows, results of formulas) and puts it into the file.

openpyxl builds the shell (styles, print set-up, charts, small sheets). Large tables are written as text
straight into the file, which is many times faster and needs no memory for cells. Formulas carry their result,
so that a preview or Excel's protected view, which do not calculate, show the same figures.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font

from exports.safety import clean, sheet_name
from exports.styles import BODY_SIZE, MEASURING_FACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from exports.shapes import Imprint

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>.*?</f>)<v(?: ?/>|></v>)</c>', re.DOTALL)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_LOOSE_FORMAT = re.compile(rb'(<(?:c:)?numFmt formatCode="[^"]*") ?/>')
_EARLIEST = 1980
_LEVEL = 6
_SPEEDY_LEVEL = 1


@dataclass(frozen=True)
class _Stream:
    """Rows that take the place of one row of a sheet, as text of several rows at a time."""

    row: int
    rows: Iterable[str]
    span: str


class Press:
    """A workbook in the making, with its streamed rows and the results of its formulas."""

    def __init__(self, title: str, imprint: Imprint) -> None:
        """Start an empty workbook of the bureau that carries the caller's time, not the clock's."""
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.imprint = imprint
        self._stamp = imprint.produced_at.replace(microsecond=0)
        self._streams: dict[str, _Stream] = {}
        self._results: dict[str, dict[str, float | str]] = {}
        properties = self.workbook.properties
        properties.title = clean(title)
        properties.creator = clean(imprint.bureau)
        properties.lastModifiedBy = clean(imprint.produced_by)
        properties.subject = clean(imprint.filters)
        properties.created = self._stamp
        self._set_default_font()

    def _set_default_font(self) -> None:
        """Measure column widths by a face whose digits are as wide on every system, unlike a fallback's."""
        normal = self.workbook._named_styles["Normal"]  # type: ignore[attr-defined] # noqa: SLF001 - no public way
        normal.font = Font(name=MEASURING_FACE, sz=BODY_SIZE)

    def sheet(self, name: str, tab: str) -> Worksheet:
        """Add a sheet without grid lines, with a coloured tab."""
        sheet: Worksheet = self.workbook.create_sheet(sheet_name(name))
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.tabColor = tab
        return sheet

    def style_of(self, sheet: Worksheet, dress: Callable[[Cell], None]) -> int:
        """Register a look and return its number, for rows that are written as text."""
        cell = Cell(sheet, row=1, column=1)
        dress(cell)
        number: int = cell.style_id
        return number

    def stream(self, sheet: Worksheet, row: int, rows: Iterable[str], span: str) -> None:
        """Let these rows, which fill the span, take the place of the given row when the file is made."""
        sheet.cell(row, 1)
        self._streams[sheet.title] = _Stream(row, rows, span)

    def formula(self, cell: Cell, formula: str, result: float | str) -> None:
        """Write a formula together with the result that it will have."""
        cell.value = formula
        self._results.setdefault(cell.parent.title, {})[cell.coordinate] = result

    def save(self, out: BinaryIO) -> None:
        """Make the file: the shell as openpyxl writes it, with rows and results put in."""
        shell = BytesIO()
        self.workbook.save(shell)
        paths = {
            f"xl/worksheets/sheet{n}.xml": sheet.title for n, sheet in enumerate(self.workbook.worksheets, 1)
        }
        with zipfile.ZipFile(shell) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                content = self._with_results(source.read(name), paths.get(name))
                if name == "docProps/core.xml":
                    content = _stamped(content, self._stamp)
                if name.startswith("xl/charts/"):
                    # Without this word LibreOffice ignores the labels' own number format.
                    content = _LOOSE_FORMAT.sub(rb'\g<1> sourceLinked="0"/>', content)
                stream = self._streams.get(paths.get(name, ""))
                self._write(target, name, content, stream)

    def _with_results(self, content: bytes, sheet: str | None) -> bytes:
        """Put the results of a sheet's formulas beside them."""
        results = self._results.get(sheet) if sheet else None
        if not results:
            return content

        def put(match: re.Match[bytes]) -> bytes:
            result = results.get(match[1].decode())
            if result is None:
                return match[0]
            kind = b' t="str"' if isinstance(result, str) else b""
            value = escape(result) if isinstance(result, str) else repr(result)
            return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (match[1], match[2], kind, match[3], value.encode())

        return _FORMULA.sub(put, content)

    def _write(self, target: zipfile.ZipFile, name: str, content: bytes, stream: _Stream | None) -> None:
        """Write one part of the file, its streamed rows in their place."""
        info = zipfile.ZipInfo(name, _zip_time(self._stamp))
        info.compress_type = zipfile.ZIP_DEFLATED
        if stream is None:
            target.writestr(info, content, compresslevel=_LEVEL)
            return
        before, after = _around(content, stream.row)
        info._compresslevel = _SPEEDY_LEVEL  # type: ignore[attr-defined] # noqa: SLF001 - open() takes no level
        with target.open(info, "w", force_zip64=True) as part:
            part.write(before)
            for rows in stream.rows:
                part.write(rows.encode())
            part.write(_without_warnings(after, stream.span))


def _around(content: bytes, row: int) -> tuple[bytes, bytes]:
    """Split a sheet's text around one row, which is left out."""
    match = re.search(rb'<row r="%d"[^>]*?(?:/>|>.*?</row>)' % row, content, re.DOTALL)
    if match is None:
        raise LookupError(row)
    return content[: match.start()], content[match.end() :]


def _without_warnings(content: bytes, span: str) -> bytes:
    """Spare phones and credit codes the green corner with which Excel warns of digits kept as text."""
    ignored = f'<ignoredErrors><ignoredError sqref="{span}" numberStoredAsText="1"/></ignoredErrors>'
    return content.replace(b"</worksheet>", ignored.encode() + b"</worksheet>")


def _stamped(content: bytes, stamp: datetime) -> bytes:
    """Give the file the time of the caller, so that the same rows make the same bytes."""
    return _MODIFIED.sub(rb"\g<1>%b\g<2>" % stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)


def _zip_time(stamp: datetime) -> tuple[int, int, int, int, int, int]:
    """Turn a time into what a zip entry can hold, which starts in 1980."""
    if stamp.year < _EARLIEST:
        return (_EARLIEST, 1, 1, 0, 0, 0)
    return (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
