"""Read a made workbook back, as its users' tools would."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
from defusedxml.ElementTree import fromstring
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from exports.pipeline_book import pipeline_workbook
from exports.rows import Looks, write_rows
from exports.shapes import Column, Kind, PipelineBook, Value
from exports.source import Listed
from exports.words import ZH, Words
from tests.exports import cast

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook


def opened(content: bytes, *, results: bool = False) -> Workbook:
    """Open a workbook with its formulas, or with their results."""
    return openpyxl.load_workbook(BytesIO(content), data_only=results)


def calamine(content: bytes) -> CalamineWorkbook:
    """Open a workbook with the other reader."""
    return CalamineWorkbook.from_filelike(BytesIO(content))


def sheet_of(book: Workbook, name: str) -> Worksheet:
    """Return one sheet."""
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def charts_of(sheet: Worksheet) -> list[Any]:
    """Return a sheet's charts, for which the library has no public name."""
    charts: list[Any] = sheet._charts  # type: ignore[attr-defined]
    return charts


def cell_of(sheet: Worksheet, address: str) -> Cell:
    """Return one cell."""
    cell = sheet[address]
    assert isinstance(cell, Cell)
    return cell


def column_of(kind: Kind, values: list[Value], words: Words = ZH) -> list[Cell]:
    """Write one column of values, with a name beside each, and return its cells as read back."""
    columns = (Column("name", "项目名称"), Column("value", "栏目", kind, total=kind is not Kind.TEXT))
    rows = [(f"项目{n}", value) for n, value in enumerate(values)]
    book = PipelineBook("台账", cast.IMPRINT, columns, rows)
    sheet = sheet_of(opened(pipeline_workbook(book, words)), words.ledger)
    return [cell_of(sheet, f"C{5 + n}") for n in range(len(values))]


def written(kind: Kind, values: list[Value]) -> list[str | None]:
    """Write one column of values as rows of a sheet and return what an XML reader finds in its cells."""
    source = Listed([(value,) for value in values])
    surveyed = source.survey((Column("value", "栏目", kind),), ZH)
    looks = [Looks(0, 1, 2, 3)] * 2
    rows = "".join(write_rows(surveyed, looks, source, 5, ZH))
    cells = [row.findall("c")[1] for row in fromstring(f"<rows>{rows}</rows>")]
    found = [cell.find("is/t") if cell.get("t") else cell.find("v") for cell in cells]
    return [None if place is None else place.text for place in found]
