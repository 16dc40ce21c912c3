"""The summary sheet: tables side by side with totals and shares by formula, checked against the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from exports import sheets, styles
from exports.shapes import Kind, Measure, SummaryRow, SummaryTable
from exports.survey import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.press import Press
    from exports.table_sheet import Laid
    from exports.words import Words

_WIDTHS = [24.0, 10.0, 11.0, 16.5, 11.0, 16.5, 16.5, 11.0, 12.0]
_ACROSS = len(_WIDTHS)
_GAP = 3.0
_FIRST_ROW = 4
_WAN = SCALE[Kind.MONEY_WAN]
_KINDS = (
    Kind.TEXT, Kind.INT, Kind.PERCENT, Kind.MONEY_WAN, Kind.PERCENT, Kind.MONEY_WAN, Kind.MONEY_WAN, Kind.PERCENT, Kind.INT,
)
_MONEY_AT = {Measure.INVESTMENT: 3, Measure.CONTRACTED: 5, Measure.PAID_IN: 6}
"""Where the amounts stand in a table, counted from its first column."""


@dataclass(frozen=True)
class Block:
    """A summary table as it lies in the sheet."""

    table: SummaryTable
    column: int
    head: int
    first: int

    @property
    def last(self) -> int:
        """Return the row of the last line."""
        return self.first + max(len(self.table.rows), 1) - 1

    @property
    def total(self) -> int:
        """Return the row of the total."""
        return self.last + 1

    def letter(self, offset: int) -> str:
        """Return the letter of one of the table's columns."""
        return get_column_letter(self.column + offset)

    def at(self, offset: int, row: int) -> str:
        """Return the address of a cell."""
        return f"{self.letter(offset)}{row}"


def lay_summary(press: Press, title: str, tables: Sequence[SummaryTable], laid: Laid, words: Words) -> list[Block]:
    """Add the summary sheet and tell where each table lies."""
    sheet = press.sheet(words.summary, styles.AMBER)
    sheets.set_widths(sheet, [*_WIDTHS, _GAP, *_WIDTHS])
    sheets.put_title(sheet, words.summary_title.format(title=title), press.imprint, words)
    for at in range(1, 2 * _ACROSS + 2):
        sheet.cell(2, at).border = styles.ACCENT_BORDER
    money = styles.money_format(
        (amount for table in tables for row in table.rows for amount in (row.investment, row.contracted, row.paid_in)), _WAN,
    )
    blocks, bottom = _places(tables)
    for block in blocks:
        _put_block(press, sheet, block, money, words)
    bottom = _put_checks(press, sheet, blocks, laid, bottom + 1, words)
    signature = sheet.cell(bottom + 1, 1)
    sheets.put_text(signature, words.signature)
    styles.dress_line(signature)
    for row in range(_FIRST_ROW, bottom + 2):
        sheet.row_dimensions[row].height = 36 if row in {block.head for block in blocks} else 21
    end = get_column_letter(2 * _ACROSS + 1)
    sheets.set_print(sheet, press.imprint, words, area=f"A1:{end}{bottom + 1}", tall=1)
    sheets.start_at(sheet, "A4", frozen="A4")
    return blocks


def _places(tables: Sequence[SummaryTable]) -> tuple[list[Block], int]:
    """Stack the tables in two columns, each next one where there is more room left."""
    bottoms = [_FIRST_ROW, _FIRST_ROW]
    blocks = []
    for table in tables:
        side = 0 if bottoms[0] <= bottoms[1] else 1
        head = bottoms[side] + 1
        block = Block(table, 1 + side * (_ACROSS + 1), head, head + 1)
        blocks.append(block)
        bottoms[side] = block.total + (3 if table.total or table.note else 2)
    return blocks, max(bottoms)


def _put_block(press: Press, sheet: Worksheet, block: Block, money: str, words: Words) -> None:
    table = block.table
    title = sheet.cell(block.head - 1, block.column)
    sheets.put_text(title, table.title)
    title.font = styles.font(12, bold=True, color=styles.PETROL)
    title.alignment = Alignment(vertical="center")
    heads = [
        table.label, words.count, words.share_of_count, _wan(words.investment, words), words.share_of_investment,
        _wan(words.contracted, words), _wan(words.paid_in, words), words.paid_rate, words.unknown_investment,
    ]
    for offset, head in enumerate(heads):
        cell = sheet.cell(block.head, block.column + offset)
        sheets.put_text(cell, head)
        styles.dress_head(cell)
    for row, line in enumerate(table.rows, block.first):
        _put_line(press, sheet, block, row, line, money)
    if not table.rows:
        _put_line(press, sheet, block, block.first, SummaryRow(words.no_data, 0), money)
    _put_total(press, sheet, block, money, words)
    note = table.note or (words.each_once if table.total else "")
    if note:
        cell = sheet.cell(block.total + 1, block.column)
        sheets.put_text(cell, note)
        styles.dress_line(cell)


def _wan(header: str, words: Words) -> str:
    return words.in_unit.format(header=header, unit=words.units[Kind.MONEY_WAN])


def _dress(sheet: Worksheet, block: Block, row: int, money: str, *, total: bool = False) -> list[Cell]:
    cells = [sheet.cell(row, block.column + offset) for offset in range(_ACROSS)]
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


def true_total(table: SummaryTable) -> SummaryRow:
    """Add a table up, or take the given total where rows overlap."""
    if table.total:
        return table.total
    rows = table.rows
    return SummaryRow(
        "", sum(r.count for r in rows), sum(r.investment for r in rows), sum(r.contracted for r in rows),
        sum(r.paid_in for r in rows), sum(r.unknown for r in rows),
    )


def _put_total(press: Press, sheet: Worksheet, block: Block, money: str, words: Words) -> None:
    total = true_total(block.table)
    cells = _dress(sheet, block, block.total, money, total=True)
    sheets.put_text(cells[0], words.total)
    amounts = {
        1: total.count, 3: total.investment / _WAN, 5: total.contracted / _WAN, 6: total.paid_in / _WAN, 8: total.unknown,
    }
    for offset, amount in amounts.items():
        if block.table.total:
            cells[offset].value = amount
        else:
            letter = block.letter(offset)
            press.formula(cells[offset], f"=SUM({letter}{block.first}:{letter}{block.last})", amount)
    _put_ratios(press, cells, block, block.total, total)


def _put_checks(
    press: Press, sheet: Worksheet, blocks: Sequence[Block], laid: Laid, row: int, words: Words,
) -> int:
    """Compare each table's total with the ledger's by formula, and say so in a word."""
    measured = {one.column.measure: at for at, one in enumerate(laid.surveyed) if one.column.measure}
    title = sheet.cell(row, 1)
    sheets.put_text(title, words.check_title)
    title.font = styles.font(12, bold=True, color=styles.PETROL)
    heads = {0: words.check_line, 1: words.count, 3: words.investment, 5: words.contracted, 6: words.paid_in}
    for offset in range(_ACROSS):
        cell = sheet.cell(row + 1, 1 + offset)
        sheets.put_text(cell, heads.get(offset, ""))
        styles.dress_head(cell)
    for line, block in enumerate(blocks, row + 2):
        cells = [sheet.cell(line, 1 + offset) for offset in range(_ACROSS)]
        for offset, cell in enumerate(cells):
            styles.dress_body(cell, Kind.TEXT if offset == 0 else Kind.NUMBER, "#,##0.00####")
        sheets.put_text(cells[0], block.table.title)
        _put_check(press, cells, block, laid, measured, words)
    bottom = row + 2 + len(blocks)
    note = sheet.cell(bottom, 1)
    sheets.put_text(note, words.check_note)
    styles.dress_line(note)
    span = f"I{row + 2}:I{bottom - 1}"
    for word, tone in ((words.check_ok, styles.Tone.GOOD), (words.check_off, styles.Tone.BAD)):
        if blocks:
            sheet.conditional_formatting.add(
                span, Rule(type="expression", dxf=styles.tone_style(tone), formula=[f'$I{row + 2}="{word}"']),
            )
    return bottom + 1


def _put_check(
    press: Press, cells: Sequence[Cell], block: Block, laid: Laid, measured: dict[Measure | None, int], words: Words,
) -> None:
    total = true_total(block.table)
    wanted = {Measure.INVESTMENT: total.investment, Measure.CONTRACTED: total.contracted, Measure.PAID_IN: total.paid_in}
    counted = total.count - laid.count
    press.formula(cells[1], f"={block.at(1, block.total)}-COUNTA({laid.outside(laid.name_at)})", counted)
    cells[1].number_format = "#,##0"
    checked, agrees = [cells[1].coordinate], counted == 0
    for measure, offset in _MONEY_AT.items():
        if measure in measured:
            at = measured[measure]
            difference = round(wanted[measure] / _WAN - laid.surveyed[at].total, 6)
            formula = f"=ROUND({block.at(offset, block.total)}-SUM({laid.outside(at)}),6)"
            press.formula(cells[offset], formula, difference)
            checked.append(cells[offset].coordinate)
            agrees = agrees and difference == 0
    test = ",".join(f"{address}=0" for address in checked)
    verdict = f'=IF(AND({test}),"{words.check_ok}","{words.check_off}")'
    press.formula(cells[8], verdict, words.check_ok if agrees else words.check_off)
    cells[8].alignment = styles.alignment(Kind.WORD)
