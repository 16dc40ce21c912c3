"""What every sheet has: a title, print set-up for A3, page footers, a place to start, text that stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.views import Selection

from exports import styles
from exports.safety import clean, display_width, footer_text, looks_like_formula

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.shapes import Imprint
    from exports.words import Words

A3 = 8
_MM_PER_WIDTH = 1.95
"""Millimetres of one character of column width, on the safe side."""
_PRINTABLE_MM = 398.0
_SMALLEST_SCALE = 0.6
"""Smaller than this, ten-point text cannot be read on paper."""
_MOST_PAGES = 4
_FOOTER_SIZE = 9


def put_text(cell: Cell, text: str) -> None:
    """Write a text so that it stays text, whatever it starts with."""
    cell.value = clean(text)
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def put_title(sheet: Worksheet, title: str, imprint: Imprint, words: Words, *, unit: bool = True) -> None:
    """Write the title and under it the unit, the day and the filter."""
    put_text(sheet["A1"], title)
    styles.dress_title(sheet["A1"])
    sheet.row_dimensions[1].height = 36
    put_text(sheet["A2"], subtitle(imprint, words, unit=unit))
    styles.dress_line(sheet["A2"])
    sheet.row_dimensions[2].height = 20


def subtitle(imprint: Imprint, words: Words, *, unit: bool = True) -> str:
    """Say in one line: unit, as-of day, filter, order, and that sample data are sample data."""
    parts = [words.unit_line] if unit else []
    parts.append(words.as_of.format(day=imprint.as_of.isoformat()))
    if imprint.known_on:
        parts.append(words.known_on.format(day=imprint.known_on.isoformat()))
    parts.append(words.filters.format(text=imprint.filters))
    if imprint.order:
        parts.append(words.order.format(text=imprint.order))
    if imprint.sample:
        parts.append(words.sample)
    return words.joint.join(parts)


def set_print(
    sheet: Worksheet, imprint: Imprint, words: Words, *, area: str, wide: int = 1, tall: int = 0, repeat: str = "",
) -> None:
    """Print on A3 landscape, so many pages wide, with the repeated rows and numbered pages."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", A3
    setup.fitToWidth, setup.fitToHeight = wide, tall
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.25, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.print_area = area
    if repeat:
        sheet.print_title_rows = repeat
    bureau = footer_text(imprint.bureau)
    made = f"{footer_text(imprint.produced_by, 20)} {imprint.produced_at:%Y-%m-%d %H:%M}"
    footer = sheet.oddFooter
    footer.left.text = f"{bureau} · {words.sample}" if imprint.sample else bureau
    footer.center.text, footer.right.text = words.page, made
    for part in (footer.left, footer.center, footer.right):
        part.size, part.color = _FOOTER_SIZE, styles.GREY


def pages_wide(widths: list[float], kept: int) -> int:
    """Count the pages that a table is printed wide so that its text can still be read; the first columns repeat."""
    if _PRINTABLE_MM / (sum(widths) * _MM_PER_WIDTH) >= _SMALLEST_SCALE:
        return 1
    repeated, rest = sum(widths[:kept]), sum(widths[kept:])
    for pages in range(2, _MOST_PAGES):
        # A column never breaks, so the fullest page is a little wider than its even share.
        if _PRINTABLE_MM / ((repeated + rest / pages + 8) * _MM_PER_WIDTH) >= _SMALLEST_SCALE:
            return pages
    return _MOST_PAGES


def set_widths(sheet: Worksheet, widths: list[float], first: int = 1) -> None:
    """Set the widths of neighbouring columns, in characters."""
    for at, width in enumerate(widths, first):
        sheet.column_dimensions[get_column_letter(at)].width = width


def start_at(sheet: Worksheet, cell: str, *, frozen: str | None = None) -> None:
    """Open the sheet at this cell, with what lies above and left of `frozen` kept in view."""
    if frozen:
        sheet.freeze_panes = frozen
    for selection in sheet.sheet_view.selection or [Selection()]:
        selection.activeCell = selection.sqref = cell


def header_height(headers: list[str], widths: list[float]) -> float:
    """Make a heading row tall enough for its tallest heading."""
    lines = 1
    for header, width in zip(headers, widths, strict=True):
        room = max(2, int(width - 1.2))
        lines = max(lines, sum(-(-display_width(part) // room) for part in header.split("\n")))
    return lines * styles.LINE_HEIGHT + 10
