"""The sheet of charts about the pipeline: a grid on one A3 page, with its figures at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname

from exports import sheets, styles
from exports.blocks import true_total
from exports.charts import Place, Strand, bars, place, ring
from exports.shapes import Kind
from exports.sheets import cell_at
from exports.survey import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from exports.blocks import Block
    from exports.charts import Chart
    from exports.press import Press
    from exports.words import Words

ACROSS, DOWN = 12, 15
"""Cells that one chart fills."""
COLUMN_WIDTH = 9.0
GAP = 1
TOP = 3
_DATA_COLUMN = 2 * ACROSS + 2 * GAP + 3
_YI_IN_WAN = 10_000
_YI = 10_000_000_000
_RING_PARTS = 5
_STANDING = 7
_WAN = SCALE[Kind.MONEY_WAN]


def lay_charts(press: Press, title: str, blocks: Sequence[Block], words: Words) -> None:
    """Add the charts: counts and capital by stage, sources as a ring, capital by all other questions."""
    sheet = press.sheet(words.charts, styles.PETROL_MID)
    grid_columns(sheet)
    whole = max((true_total(block.table).investment for block in blocks), default=0)
    unit = words.billion if whole >= _YI else words.wan
    drawn: list[Chart] = []
    row = TOP + 2
    for block in blocks:
        if not any(line.count for line in block.table.rows):
            continue
        row, money = _put_data(press, sheet, block, row, unit, words)
        drawn += _charts_of(block, money, unit, words)
    put_head(press, sheet, words.charts_title.format(title=title), words, data=bool(drawn))
    if drawn:
        note = cell_at(sheet, TOP, _DATA_COLUMN + 2)
        sheets.put_text(note, words.chart_data_unit.format(unit=unit))
        styles.dress_line(note)
    finish(press, sheet, drawn, words)


def grid_columns(sheet: Worksheet) -> None:
    """Set the columns of the grid: two charts and a gap between them."""
    widths = [COLUMN_WIDTH] * ACROSS + [2.0] * GAP + [COLUMN_WIDTH] * ACROSS
    sheets.set_widths(sheet, [*widths, 4.0, 4.0, 24.0, 14.0, 14.0, 14.0])


def put_head(press: Press, sheet: Worksheet, title: str, words: Words, *, data: bool) -> None:
    """Write the title of a sheet of charts, and the heading of the data at its side."""
    sheets.put_title(sheet, title, press.imprint, words, unit=False)
    for at in range(1, 2 * ACROSS + GAP + 1):
        cell_at(sheet, 2, at).border = styles.ACCENT_BORDER
    if data:
        head = cell_at(sheet, TOP, _DATA_COLUMN)
        sheets.put_text(head, words.chart_data.format(sheet=words.summary))
        head.font = styles.font(11, bold=True, color=styles.PETROL)


def finish(press: Press, sheet: Worksheet, drawn: Sequence[Chart], words: Words) -> None:
    """Place the charts in the grid and make it print on A3, six charts a page."""
    for at, chart in enumerate(drawn):
        column, row = (at % 2) * (ACROSS + GAP), TOP + (at // 2) * (DOWN + 1)
        place(sheet, chart, Place(column, row, ACROSS, DOWN))
    if not drawn:
        sheets.put_text(sheet["A4"], words.no_data)
        styles.dress_line(sheet["A4"])
    rows = max(1, -(-len(drawn) // 2))
    bottom = TOP + rows * (DOWN + 1)
    end = get_column_letter(2 * ACROSS + GAP)
    sheets.set_print(sheet, press.imprint, words, area=f"A1:{end}{bottom}", tall=-(-rows // 3))
    sheets.start_at(sheet, "A1")


def _put_data(
    press: Press,
    sheet: Worksheet,
    block: Block,
    row: int,
    unit: str,
    words: Words,
) -> tuple[int, list[Strand]]:
    """Write a table's capital in the charts' unit, by formula, and return it as series."""
    divisor = _YI_IN_WAN if unit == words.billion else 1
    here, there = quote_sheetname(sheet.title), quote_sheetname(words.summary)
    names = (words.investment, words.contracted, words.paid_in)
    heads = (block.table.label, *names)
    for offset, head in enumerate(heads):
        cell = cell_at(sheet, row, _DATA_COLUMN + offset)
        sheets.put_text(cell, head)
        styles.dress_head(cell)
    figures: list[list[float]] = [[], [], []]
    for at, line in enumerate(block.table.rows):
        label = cell_at(sheet, row + 1 + at, _DATA_COLUMN)
        press.formula(label, f"={there}!{block.at(0, block.first + at)}", line.label)
        styles.dress_body(label, Kind.TEXT, "General")
        for offset, (amount, source) in enumerate(
            zip((line.investment, line.contracted, line.paid_in), (3, 5, 6), strict=True)
        ):
            cell = cell_at(sheet, row + 1 + at, _DATA_COLUMN + 1 + offset)
            result = amount / _WAN / divisor
            press.formula(cell, f"={there}!{block.at(source, block.first + at)}/{divisor}", result)
            styles.dress_body(cell, Kind.NUMBER, "#,##0.00")
            figures[offset].append(result)
    first, last = row + 1, row + len(block.table.rows)
    letters = [get_column_letter(_DATA_COLUMN + offset) for offset in range(len(heads))]
    strands = [
        Strand(
            name,
            f"{here}!${letter}${row}",
            [line.label for line in block.table.rows],
            f"{here}!${letters[0]}${first}:${letters[0]}${last}",
            figures[at],
            f"{here}!${letter}${first}:${letter}${last}",
            "#,##0.0",
        )
        for at, (name, letter) in enumerate(zip(names, letters[1:], strict=True))
    ]
    return last + 2, strands


def _charts_of(block: Block, money: Sequence[Strand], unit: str, words: Words) -> list[Chart]:
    """Choose the charts of one table: stages by count and capital, few sources as a ring, else capital."""
    table = block.table
    capital = words.chart_money.format(title=table.title, unit=unit)
    if table.key == "stage":
        count = bars(words.chart_count.format(title=table.title), [_counts(block, words)])
        return [count, bars(capital, money)]
    if table.key == "source" and len(table.rows) <= _RING_PARTS:
        return [ring(words.chart_count.format(title=table.title), _counts(block, words))]
    return [bars(capital, money, lying=len(table.rows) >= _RING_PARTS)]


def _counts(block: Block, words: Words) -> Strand:
    sheet = quote_sheetname(words.summary)
    label, count = block.letter(0), block.letter(1)
    return Strand(
        words.count,
        f"{sheet}!${count}${block.head}",
        [line.label for line in block.table.rows],
        f"{sheet}!${label}${block.first}:${label}${block.last}",
        [line.count for line in block.table.rows],
        f"{sheet}!${count}${block.first}:${count}${block.last}",
    )
