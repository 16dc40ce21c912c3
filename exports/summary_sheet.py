"""The summary sheet: tables side by side with totals and shares by formula, checked against the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from exports import sheets, styles
from exports.blocks import ACROSS, Block, true_total
from exports.check_block import lay_checks
from exports.safety import display_width
from exports.shapes import Kind, SummaryRow
from exports.sheets import cell_at
from exports.survey import SCALE, number_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.press import Press
    from exports.shapes import SummaryTable
    from exports.table_sheet import Laid
    from exports.words import Words

_MONEY_WIDTH = 16.5
_LABEL_WIDTHS = (24.0, 44.0)
_WIDTHS = (10.0, 11.0, 0.0, 11.0, 0.0, 0.0, 11.0, 12.0)
"""Widths of a table's columns after the label; nought where the amounts decide."""
_GAP = 3.0
_FIRST_ROW = 4
_ROW_HEIGHT, _HEAD_HEIGHT = 23.0, 36.0
_WAN = SCALE[Kind.MONEY_WAN]
_KINDS = (
    Kind.TEXT,
    Kind.INT,
    Kind.PERCENT,
    Kind.MONEY_WAN,
    Kind.PERCENT,
    Kind.MONEY_WAN,
    Kind.MONEY_WAN,
    Kind.PERCENT,
    Kind.INT,
)


def lay_summary(
    press: Press, title: str, tables: Sequence[SummaryTable], laid: Laid, words: Words
) -> list[Block]:
    """Add the summary sheet and tell where each table lies."""
    sheet = press.sheet(words.summary, styles.AMBER)
    sheets.put_title(sheet, words.summary_title.format(title=title), press.imprint, words)
    for at in range(1, 2 * ACROSS + 2):
        cell_at(sheet, 2, at).border = styles.ACCENT_BORDER
    money, width = _money_look(tables)
    widths = [_label_width(tables), *(known or width for known in _WIDTHS)]
    sheets.set_widths(sheet, [*widths, _GAP, *widths])
    blocks, check_row, check_column, bottom = _places(tables)
    for block in blocks:
        _put_block(press, sheet, block, money, words)
    lay_checks(press, sheet, blocks, laid, (check_row, check_column), words)
    signature = cell_at(sheet, bottom, 1)
    sheets.put_text(signature, words.signature)
    styles.dress_line(signature)
    heads = {check_row + 1, *(block.head for block in blocks)}
    for row in range(_FIRST_ROW, bottom + 1):
        sheet.row_dimensions[row].height = _HEAD_HEIGHT if row in heads else _ROW_HEIGHT
    end = get_column_letter(2 * ACROSS + 1)
    sheets.set_print(sheet, press.imprint, words, area=f"A1:{end}{bottom}", tall=1)
    sheets.start_at(sheet, "A4", frozen="A4")
    return blocks


def _label_width(tables: Sequence[SummaryTable]) -> float:
    """Give the longest label one line where it can have one."""
    low, high = _LABEL_WIDTHS
    labels = [line.label for table in tables for line in table.rows] + [table.title for table in tables]
    widest = max((display_width(label) * (1.2 if label.isascii() else 1.05) for label in labels), default=0)
    return min(max(widest + 2, low), high)


def _money_look(tables: Sequence[SummaryTable]) -> tuple[str, float]:
    """Choose the number format of all amounts and the width that the longest of them needs."""
    lines = [line for table in tables for line in (*table.rows, true_total(table))]
    amounts = [amount for line in lines for amount in (line.investment, line.contracted, line.paid_in)]
    number_format = styles.money_format(amounts, _WAN)
    return number_format, max(_MONEY_WIDTH, number_width(amounts, number_format, _WAN))


def _places(tables: Sequence[SummaryTable]) -> tuple[list[Block], int, int, int]:
    """Set the tables in pairs, side by side; the check takes the next place, the signature the row below."""
    blocks: list[Block] = []
    row = _FIRST_ROW
    for at, table in enumerate(tables):
        left = at % 2 == 0
        if left and blocks:
            row = max(block.total for block in blocks[-2:]) + (
                3 if any(_note(b.table) for b in blocks[-2:]) else 2
            )
        blocks.append(Block(table, 1 if left else ACROSS + 2, row + 1, row + 2))
    beside = len(tables) % 2 == 1
    below = max((block.total for block in blocks[-2:]), default=row) + 3
    check_row = row if beside else below
    last_check = check_row + 2 + len(tables)
    return blocks, check_row, ACROSS + 2 if beside else 1, max(below, last_check + 1) + 1


def _note(table: SummaryTable) -> bool:
    return bool(table.note or table.total)


def _put_block(press: Press, sheet: Worksheet, block: Block, money: str, words: Words) -> None:
    table = block.table
    title = cell_at(sheet, block.head - 1, block.column)
    sheets.put_text(title, table.title)
    title.font = styles.font(12, bold=True, color=styles.PETROL)
    title.alignment = Alignment(vertical="center")
    heads = [
        table.label,
        words.count,
        words.share_of_count,
        _wan(words.investment, words),
        words.share_of_investment,
        _wan(words.contracted, words),
        _wan(words.paid_in, words),
        words.paid_rate,
        words.unknown_investment,
    ]
    for offset, head in enumerate(heads):
        cell = cell_at(sheet, block.head, block.column + offset)
        sheets.put_text(cell, head)
        styles.dress_head(cell)
    for row, line in enumerate(table.rows, block.first):
        _put_line(press, sheet, block, row, line, money)
    if not table.rows:
        _put_line(press, sheet, block, block.first, SummaryRow(words.no_data, 0), money)
    _put_total(press, sheet, block, money, words)
    note = table.note or (words.each_once if table.total else "")
    if note:
        cell = cell_at(sheet, block.total + 1, block.column)
        sheets.put_text(cell, note)
        styles.dress_line(cell)


def _wan(header: str, words: Words) -> str:
    return words.in_unit.format(header=header, unit=words.units[Kind.MONEY_WAN])


def _dress(sheet: Worksheet, block: Block, row: int, money: str, *, total: bool = False) -> list[Cell]:
    cells = [cell_at(sheet, row, block.column + offset) for offset in range(ACROSS)]
    for cell, kind in zip(cells, _KINDS, strict=True):
        number_format = {Kind.MONEY_WAN: money, Kind.PERCENT: "0.0%"}.get(kind)
        (styles.dress_total if total else styles.dress_body)(cell, kind, number_format)
    return cells


def _put_line(press: Press, sheet: Worksheet, block: Block, row: int, line: SummaryRow, money: str) -> None:
    cells = _dress(sheet, block, row, money)
    sheets.put_text(cells[0], line.label)
    cells[1].value = line.count
    for offset, amount in zip((3, 5, 6), (line.investment, line.contracted, line.paid_in), strict=True):
        cells[offset].value = amount / _WAN
    cells[8].value = line.unknown
    _put_ratios(press, cells, block, row, line)


def _put_ratios(press: Press, cells: Sequence[Cell], block: Block, row: int, line: SummaryRow) -> None:
    whole = true_total(block.table)
    ratios = (
        (2, block.at(1, row), f"{block.letter(1)}${block.total}", line.count, whole.count),
        (4, block.at(3, row), f"{block.letter(3)}${block.total}", line.investment, whole.investment),
        (7, block.at(6, row), block.at(5, row), line.paid_in, line.contracted),
    )
    for offset, part, base, part_value, base_value in ratios:
        result: float | str = part_value / base_value if base_value else "—"
        press.formula(cells[offset], f'=IF({base}=0,"—",{part}/{base})', result)


def _put_total(press: Press, sheet: Worksheet, block: Block, money: str, words: Words) -> None:
    total = true_total(block.table)
    cells = _dress(sheet, block, block.total, money, total=True)
    sheets.put_text(cells[0], words.total)
    amounts = {
        1: total.count,
        3: total.investment / _WAN,
        5: total.contracted / _WAN,
        6: total.paid_in / _WAN,
        8: total.unknown,
    }
    for offset, amount in amounts.items():
        if block.table.total:
            cells[offset].value = amount
        else:
            letter = block.letter(offset)
            press.formula(cells[offset], f"=SUM({letter}{block.first}:{letter}{block.last})", amount)
    _put_ratios(press, cells, block, block.total, total)
