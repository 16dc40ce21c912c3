"""A plain workbook: one header, rows as they are, text never taken for a formula."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from exports.safety import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LONGEST = 32_767
"""The most characters that a cell of a workbook holds."""


def _cell(sheet: WriteOnlyWorksheet, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, clean(value)[:LONGEST])
    cell.data_type = "s"
    return cell


def plain_book(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str) -> bytes:
    """Write a header and rows into one sheet with frozen header and filter."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name) for name in header])
    count = 1
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(header)))}{count}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
