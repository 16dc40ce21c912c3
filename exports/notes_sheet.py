"""The notes sheet: what the workbook is, how to read it, what its figures mean; and long texts in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment

from exports import sheets, styles
from exports.safety import clean, lines_needed
from exports.shapes import Kind
from exports.sheets import cell_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from exports.press import Press
    from exports.shapes import Definition, Imprint
    from exports.survey import LongText
    from exports.words import Words

_WIDTHS = [30.0, 110.0, 42.0]
_LONG_WIDTHS = [8.0, 34.0, 22.0, 130.0]
_PIECE = 800
"""Characters of a long text that one row shows."""


def lay_notes(
    press: Press,
    title: str,
    facts: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    definitions: Sequence[Definition],
    words: Words,
    *,
    reading: Sequence[str],
) -> None:
    """Add the notes sheet."""
    sheet = press.sheet(words.notes, styles.GREY)
    sheets.set_widths(sheet, _WIDTHS)
    sheets.put_title(sheet, words.notes_title.format(title=title), press.imprint, words, unit=False)
    for at in range(1, len(_WIDTHS) + 1):
        cell_at(sheet, 2, at).border = styles.ACCENT_BORDER
    row = _put_section(sheet, 4, words.about, None, [(term, text, "") for term, text in facts])
    row = _put_section(
        sheet, row, words.reading, None, [(str(n), text, "") for n, text in enumerate(reading, 1)]
    )
    if definitions:
        lines = [(one.term, one.text, one.basis) for one in definitions]
        row = _put_section(sheet, row, words.definitions_title, words.definitions_heads, lines)
    if columns:
        heads = (*words.columns_heads, "")
        row = _put_section(
            sheet, row, words.columns_title, heads, [(term, text, "") for term, text in columns]
        )
    sheets.set_print(sheet, press.imprint, words, area=f"A1:C{row - 2}")
    sheets.start_at(sheet, "A1")


def about(imprint: Imprint, title: str, count: int, words: Words) -> list[tuple[str, str]]:
    """List the facts about a workbook that its notes begin with."""
    facts = [
        (words.about_title, title),
        (words.about_bureau, imprint.bureau),
        (words.about_as_of, imprint.as_of.isoformat()),
    ]
    if imprint.known_on:
        facts.append((words.about_known, imprint.known_on.isoformat()))
    facts.append((words.about_filters, imprint.filters))
    if imprint.order:
        facts.append((words.about_order, imprint.order))
    facts += [
        (words.about_rows, f"{count:,}"),
        (words.about_by, imprint.produced_by),
        (words.about_at, f"{imprint.produced_at:%Y-%m-%d %H:%M}"),
    ]
    if imprint.sample:
        facts.append((words.about_sample, words.sample))
    return facts


def _put_section(
    sheet: Worksheet,
    row: int,
    title: str,
    heads: tuple[str, ...] | None,
    lines: Sequence[tuple[str, str, str]],
) -> int:
    """Write one section and return the row where the next begins."""
    cell = cell_at(sheet, row, 1)
    sheets.put_text(cell, title)
    cell.font = styles.font(12, bold=True, color=styles.PETROL)
    cell.alignment = Alignment(vertical="center")
    sheet.row_dimensions[row].height = 26
    row += 1
    wide = not any(basis for *_, basis in lines)
    if heads:
        for at, head in enumerate(heads, 1):
            styles.dress_head(cell_at(sheet, row, at))
            sheets.put_text(cell_at(sheet, row, at), head)
        _join(sheet, row, wide=wide)
        sheet.row_dimensions[row].height = 24
        row += 1
    for line in lines:
        _put_line(sheet, row, line, wide=wide)
        row += 1
    return row + 1


def _put_line(sheet: Worksheet, row: int, line: tuple[str, str, str], *, wide: bool) -> None:
    for at, text in enumerate(line, 1):
        cell = cell_at(sheet, row, at)
        sheets.put_text(cell, text)
        styles.dress_body(cell, Kind.TEXT)
    cell_at(sheet, row, 1).font = styles.font(bold=True, color=styles.PETROL)
    cell_at(sheet, row, 1).fill = styles.fill(styles.PETROL_PALE)
    _join(sheet, row, wide=wide)
    widths = [_WIDTHS[0], _WIDTHS[1] + _WIDTHS[2], 1.0] if wide else _WIDTHS
    lines = max(
        lines_needed(text, width - 2) if text else 1 for text, width in zip(line, widths, strict=True)
    )
    sheet.row_dimensions[row].height = min(
        lines * styles.LINE_HEIGHT + styles.ROW_PADDING, styles.MAX_ROW_HEIGHT
    )


def _join(sheet: Worksheet, row: int, *, wide: bool) -> None:
    """Give a text both columns where nothing stands in the second."""
    if wide:
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)


def lay_long_texts(press: Press, texts: Sequence[LongText], words: Words) -> None:
    """Add a sheet with the whole of every text that the table could not show, in pieces that can."""
    sheet = press.sheet(words.long_texts, styles.GREY)
    sheets.set_widths(sheet, _LONG_WIDTHS)
    sheets.put_title(sheet, words.long_title, press.imprint, words, unit=False)
    for at, head in enumerate(words.long_heads, 1):
        sheets.put_text(cell_at(sheet, 4, at), head)
        styles.dress_head(cell_at(sheet, 4, at))
    sheet.row_dimensions[4].height = 24
    row = 5
    for text in texts:
        for piece in pieces(text.text):
            _put_piece(sheet, row, text, piece)
            row += 1
    sheets.set_print(sheet, press.imprint, words, area=f"A1:D{row - 1}", repeat="4:4")
    sheets.start_at(sheet, "A5", frozen="A5")


def _put_piece(sheet: Worksheet, row: int, text: LongText, piece: str) -> None:
    cell_at(sheet, row, 1).value = text.number
    for at, value in enumerate((text.name, text.header, piece), 2):
        sheets.put_text(cell_at(sheet, row, at), clean(value))
    for at in range(1, len(_LONG_WIDTHS) + 1):
        styles.dress_body(cell_at(sheet, row, at), Kind.LONG)
    cell_at(sheet, row, 1).alignment = styles.alignment(Kind.WORD)
    lines = max(lines_needed(piece, _LONG_WIDTHS[3] - 2), lines_needed(text.name, _LONG_WIDTHS[1] - 2))
    sheet.row_dimensions[row].height = min(
        lines * styles.LINE_HEIGHT + styles.ROW_PADDING, styles.MAX_ROW_HEIGHT
    )


def pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces that one row can show, at line ends and after so many characters."""
    piece: list[str] = []
    for line in text.split("\n"):
        for start in range(0, max(len(line), 1), _PIECE):
            part = line[start : start + _PIECE]
            if piece and (sum(map(len, piece)) + len(part) > _PIECE or len(piece) >= styles.MAX_LINES // 2):
                yield "\n".join(piece)
                piece = []
            piece.append(part)
    yield "\n".join(piece)
