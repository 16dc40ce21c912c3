"""What every sheet has: a title, A3 print set-up, footers, a place to start, text that stays text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.views import Selection

from exports import styles
from exports.safety import clean, display_width, footer_text, looks_like_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.shapes import Imprint
    from exports.words import Words

A3 = 8
_MM_PER_WIDTH = 2.0
"""Millimetres of one character of column width, on the safe side."""
_PRINTABLE_MM = 398.0
_SMALLEST_SCALE = 0.6
"""Smaller than this, ten-point text cannot be read on paper."""
LEGIBLE_WIDTH = 198.0
"""So many characters of width print on one A3 page with ten-point text no smaller than nine."""
_MOST_PAGES = 6
_FOOTER_SIZE = 9
_AREA = re.compile(r"(?<![^!:,])\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+(?=,|$)")


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return one cell; the workbooks write into no covered cell of a merged range."""
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    return cell


def put_text(cell: Cell, text: str) -> None:
    """Write a text so that it stays text, whatever it starts with."""
    cell.value = clean(text)
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def put_title(
    sheet: Worksheet,
    title: str,
    imprint: Imprint,
    words: Words,
    *,
    unit: bool = True,
    beside: int = 1,
    lead: str = "",
    tail: str = "",
    unit_line: str = "",
) -> None:
    """Write the title, under it unit and day, then filter and order (from column `beside` on)."""
    put_text(sheet["A1"], title)
    styles.dress_title(sheet["A1"])
    sheet.row_dimensions[1].height = 36
    lines = {1: dated(imprint, words, unit=unit, unit_line=unit_line)}
    selected = words.joint.join(filter(None, (lead, _selected(imprint, words), tail)))
    lines[beside] = f"{lines[1]}{words.joint}{selected}" if beside == 1 else selected
    for at, line in lines.items():
        put_text(cell_at(sheet, 2, at), line)
        styles.dress_line(cell_at(sheet, 2, at))
    sheet.row_dimensions[2].height = 20


def dated(imprint: Imprint, words: Words, *, unit: bool, unit_line: str = "") -> str:
    """Say the unit and the day of the figures."""
    parts = [unit_line or words.unit_line] if unit else []
    parts.append(words.as_of.format(day=imprint.as_of.isoformat()))
    return words.joint.join(parts)


def _selected(imprint: Imprint, words: Words) -> str:
    """Say which rows these are, in which order, and that sample data are sample data."""
    parts = [words.filters.format(text=imprint.filters)]
    if imprint.known_on:
        parts.append(words.known_on.format(day=imprint.known_on.isoformat()))
    if imprint.order:
        parts.append(words.order.format(text=imprint.order))
    if imprint.sample:
        parts.append(words.sample)
    return words.joint.join(parts)


def set_print(
    sheet: Worksheet,
    imprint: Imprint,
    words: Words,
    *,
    area: str,
    tall: int = 0,
    repeat: str = "",
) -> None:
    """Print on A3 landscape, one page wide, with the repeated rows and numbered pages."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", A3
    setup.fitToWidth, setup.fitToHeight = 1, tall
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.25, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.print_area = area
    if repeat:
        sheet.print_title_rows = repeat
    bureau = footer_text(imprint.bureau)
    made = f"{footer_text(imprint.produced_by, 20)} {imprint.produced_at:%Y-%m-%d %H:%M}"
    source = f"{bureau} · {words.sample}" if imprint.sample else bureau
    footer: Any = sheet.oddFooter
    for part, text in ((footer.left, source), (footer.center, words.page), (footer.right, made)):
        part.text, part.size, part.color = text, _FOOTER_SIZE, styles.GREY


def reach(sheet: Worksheet, row: int, column: int = 0) -> None:
    """Let the printed area of a table reach down to a row below it, and to a column right of it.

    A table that is printed several pages wide has its signatures below the first page.
    """
    # A sheet's own name may hold commas, so that its areas are found, not split.
    areas = [area.replace("$", "") for area in _AREA.findall(str(sheet.print_area))]
    start, end = areas[0].split(":")
    letters = re.sub(r"\d", "", end)
    across = max(column_index_from_string(letters), column if len(areas) == 1 else 0)
    sheet.print_area = [f"{start}:{get_column_letter(across)}{row}", *areas[1:]]


def cut_pages(sheet: Worksheet, cuts: Sequence[int], scale: int, first: int, last: tuple[int, int]) -> None:
    """Print a sheet several pages wide, cut after these columns; the title stands only before the first cut.

    `first` is the row after the repeated headings, `last` the last row and column.
    """
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    sheet.page_setup.scale = scale
    row, column = last
    edges = [0, *cuts, column]
    sheet.print_area = [
        f"{get_column_letter(before + 1)}{first if before else 1}:{get_column_letter(after)}{row}"
        for before, after in pairwise(edges)
    ]


def page_columns(widths: Sequence[float], edges: Sequence[int], kept: int) -> tuple[list[int], int]:
    """Cut a wide table into pages at the given edges so that its text can still be read on paper.

    Return after how many columns each page but the last ends, and the scale in percent. The first `kept`
    columns repeat on every page. No cut means that the whole table fits one page wide.
    """
    if _scale(sum(widths)) >= _SMALLEST_SCALE:
        return [], int(_scale(sum(widths)) * 100)
    repeated = sum(widths[:kept])
    best: tuple[list[int], float] = ([], 0.0)
    for ends in (list(edges), list(range(kept + 1, len(widths) + 1))):
        stops = [end for end in ends if end > kept]
        for pages in range(2, _MOST_PAGES + 1):
            cuts, widest = _even_cuts(widths, stops, kept, pages)
            if _scale(repeated + widest) > best[1]:
                best = cuts, _scale(repeated + widest)
            if best[1] >= _SMALLEST_SCALE:
                return best[0], int(min(best[1], 1.0) * 100)
    return best[0], int(best[1] * 100)


def _scale(width: float) -> float:
    return min(_PRINTABLE_MM / (width * _MM_PER_WIDTH), 1.0)


def _even_cuts(
    widths: Sequence[float], stops: Sequence[int], kept: int, pages: int
) -> tuple[list[int], float]:
    """Find the cuts at these stops that make the widest of so many pages as narrow as can be."""
    starts = [kept, *stops[:-1]]
    limits = sorted({sum(widths[start:stop]) for start in starts for stop in stops if stop > start})
    for limit in limits:
        cuts, start, before = [], kept, kept
        for stop in stops:
            if sum(widths[start:stop]) > limit:
                cuts.append(before)
                start = before
            before = stop
        if len(cuts) < pages and all(
            sum(widths[a:b]) <= limit for a, b in zip([kept, *cuts], [*cuts, len(widths)], strict=True)
        ):
            return cuts, limit
    return [], sum(widths[kept:])


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
