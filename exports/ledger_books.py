"""Workbooks for intake: the rows that were refused, marked where they are wrong, and an empty ledger to fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from exports.safety import CELL_LIMIT, clean, clip, display_width, sheet_name
from exports.shapes import Tone
from exports.styles import BODY_SIZE, FACE, GREY, INK, LINE, PETROL, TONES, WHITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_EDGE = Side(style="thin", color=LINE)
_GRID = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WIDEST = 40
_NARROWEST = 9
_ROOM = 500
"""Rows of the template that carry lists to choose from."""
_NOTE_WIDTH, _NOTE_HEIGHT = 260, 110


@dataclass
class RefusedSheet:
    """One sheet of refused rows: the lines down to the heading as they stood, then the rows, and what is wrong."""

    name: str
    head: Sequence[tuple[int, Sequence[Any]]]
    rows: Sequence[Sequence[Any]]
    merges: Sequence[str] = ()
    heading: tuple[int, int] = (1, 1)
    wrong: Mapping[tuple[int, int], Sequence[str]] = field(default_factory=dict)
    """By place in `rows` and column, both counted from one, the sentences about the cell."""


@dataclass(frozen=True)
class TemplateColumn:
    """One column of the template: heading, what it means, an example, and the words to choose from."""

    heading: str
    note: str
    example: Any = None
    choices: Sequence[str] = ()
    needed: bool = False
    number_format: str = "General"
    width: float = 14


def refused_book(sheets: Sequence[RefusedSheet], *, author: str) -> bytes:
    """Write the refused rows as a ledger of the same shape: red cells with a comment at each error."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for content in sheets:
        _refused(book.create_sheet(sheet_name(content.name)), content, author)
    return _bytes(book)


def _refused(sheet: Worksheet, content: RefusedSheet, author: str) -> None:
    top, bottom = content.heading
    for number, cells in content.head:
        for place, value in enumerate(cells, start=1):
            cell = _put(sheet, number, place, value)
            if top <= number <= bottom:
                _as_heading(cell)
    for merge in content.merges:
        sheet.merge_cells(merge)
    fill, ink = TONES[Tone.BAD]
    for at, cells in enumerate(content.rows, start=1):
        width = max([len(cells), *(column for row, column in content.wrong if row == at)])
        for place in range(1, width + 1):
            cell = _put(sheet, bottom + at, place, cells[place - 1] if place <= len(cells) else None)
            cell.border = _GRID
            if sentences := content.wrong.get((at, place)):
                cell.fill = PatternFill("solid", fgColor=fill)
                cell.font = Font(name=FACE, size=BODY_SIZE, color=ink, bold=True)
                cell.comment = _comment("\n".join(sentences), author)
    sheet.freeze_panes = f"A{bottom + 1}"
    _fit(sheet)
    _printed(sheet, bottom)


def template_book(
    columns: Sequence[TemplateColumn], *, title: str, lists: str, author: str, example: str, notes: Sequence[str],
    rows: Sequence[Sequence[Any]] = (),
) -> bytes:  # fmt: skip
    """Write a ledger to fill in: lists to choose from, a note on each heading, an example row or rows begun already."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name(title)
    words = book.create_sheet(sheet_name(lists))
    words.sheet_state = "hidden"
    _put(sheet, 1, 1, title).font = Font(name=FACE, size=15, bold=True, color=PETROL)
    _put(sheet, 2, 1, "　".join(notes)).font = Font(name=FACE, size=9, color=GREY)
    sheet["A2"].alignment = Alignment(vertical="center")
    sheet.row_dimensions[1].height, sheet.row_dimensions[3].height = 28, 32
    for place, column in enumerate(columns, start=1):
        cell = _put(sheet, 3, place, f"*{column.heading}" if column.needed else column.heading)
        _as_heading(cell)
        cell.comment = _comment(column.note, author)
        if not rows:
            shown = _put(sheet, 4, place, example if place == 1 else column.example)
            shown.font = Font(name=FACE, size=BODY_SIZE, italic=True, color=GREY)
            shown.border = _GRID
        for at, begun in enumerate(rows, start=4):
            _put(sheet, at, place, begun[place - 1]).border = _GRID
        for row in range(4, 4 + max(_ROOM, len(rows))):
            sheet.cell(row, place).number_format = column.number_format
        sheet.column_dimensions[get_column_letter(place)].width = column.width
        if column.choices:
            _offer(sheet, words, place, column, title=column.heading)
    sheet.freeze_panes = "C4"
    _printed(sheet, 3, across=2)
    return _bytes(book)


def _offer(sheet: Worksheet, words: Worksheet, place: int, column: TemplateColumn, *, title: str) -> None:
    """Let a column choose from a list; other words stay possible and are asked about when the ledger is read."""
    letter = get_column_letter(place)
    for at, choice in enumerate(column.choices, start=1):
        _put(words, at, place, choice)
    source = f"'{words.title}'!${letter}$1:${letter}${len(column.choices)}"
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showDropDown=False)
    rule.errorStyle, rule.showErrorMessage = "warning", True
    rule.errorTitle, rule.error = title[:32], column.note[:225]
    rule.add(f"{letter}4:{letter}{3 + _ROOM}")
    sheet.add_data_validation(rule)


def _put(sheet: Worksheet, row: int, place: int, value: Any) -> Cell:
    cell: Any = sheet.cell(row, place)
    if isinstance(value, str):
        cell.value = clip(clean(value), CELL_LIMIT, "…") or None
        if cell.value is not None:
            cell.data_type = "s"
    else:
        cell.value = value
    cell.font = Font(name=FACE, size=BODY_SIZE, color=INK)
    cell.alignment = Alignment(vertical="center", wrap_text=row > 1 and isinstance(value, str) and len(value) < _WIDEST)
    found: Cell = cell
    return found


def _as_heading(cell: Cell) -> None:
    cell.fill = PatternFill("solid", fgColor=PETROL)
    cell.font = Font(name=FACE, size=BODY_SIZE, bold=True, color=WHITE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _GRID


def _comment(text: str, author: str) -> Comment:
    note = Comment(text, author)
    note.width, note.height = _NOTE_WIDTH, _NOTE_HEIGHT
    return note


def _fit(sheet: Worksheet) -> None:
    """Give every column the width that its words need, within reason; titles reach over their neighbours."""
    for column in sheet.iter_cols():
        widths = [display_width(str(cell.value)) for cell in column if cell.value is not None and cell.row > 1]
        width = min(_WIDEST, max([_NARROWEST, *widths]) + 3)
        sheet.column_dimensions[get_column_letter(column[0].column or 1)].width = width


def _printed(sheet: Worksheet, heading: int, across: int = 1) -> None:
    sheet.print_title_rows = f"1:{heading}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
