"""The check: each summary's total against the ledger's, by formula, with a verdict in a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from exports import sheets, styles
from exports.blocks import ACROSS, MONEY_AT, Block, true_total
from exports.shapes import Kind, Measure, Tone
from exports.sheets import cell_at
from exports.survey import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.press import Press
    from exports.table_sheet import Laid
    from exports.words import Words

_WAN = SCALE[Kind.MONEY_WAN]
_VERDICT = 7
_SPANS = ((0, 0), (1, 2), (3, 4), (5, 5), (6, 6), (7, 8))
"""The columns that each of the check's cells covers, counted from the first."""


def lay_checks(
    press: Press, sheet: Worksheet, blocks: Sequence[Block], laid: Laid, at: tuple[int, int], words: Words
) -> None:
    """Compare each table's total with the ledger's, beginning at this row and column."""
    row, column = at
    measured = {one.column.measure: n for n, one in enumerate(laid.surveyed) if one.column.measure}
    title = cell_at(sheet, row, column)
    sheets.put_text(title, words.check_title)
    title.font = styles.font(12, bold=True, color=styles.PETROL)
    title.alignment = Alignment(vertical="center")
    heads = (words.check_line, words.count, words.investment, words.contracted, words.paid_in, words.verdict)
    for cell, head in zip(_cells(sheet, row + 1, column, styles.dress_head), heads, strict=True):
        sheets.put_text(cell, head)
    for line, block in enumerate(blocks, row + 2):
        cells = _cells(
            sheet,
            line,
            column,
            lambda cell: styles.dress_body(cell, Kind.NUMBER, "#,##0.00####;-#,##0.00####;0"),
        )
        sheets.put_text(cells[0], block.table.title)
        cells[0].alignment = styles.alignment(Kind.TEXT)
        _put_check(press, cells, block, laid, measured, words)
    note = cell_at(sheet, row + 2 + len(blocks), column)
    sheets.put_text(note, words.check_note)
    styles.dress_line(note)
    if blocks:
        _colour(sheet, get_column_letter(column + _VERDICT), row + 2, row + 1 + len(blocks), words)


def _cells(sheet: Worksheet, row: int, column: int, dress: Callable[[Cell], None]) -> list[Cell]:
    for offset in range(ACROSS):
        dress(cell_at(sheet, row, column + offset))
    for first, last in _SPANS:
        if last > first:
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=column + first, end_column=column + last
            )
    return [cell_at(sheet, row, column + first) for first, _ in _SPANS]


def _put_check(
    press: Press,
    cells: Sequence[Cell],
    block: Block,
    laid: Laid,
    measured: Mapping[Measure, int],
    words: Words,
) -> None:
    total = true_total(block.table)
    wanted = (
        (Measure.INVESTMENT, cells[2], total.investment),
        (Measure.CONTRACTED, cells[3], total.contracted),
        (Measure.PAID_IN, cells[4], total.paid_in),
    )
    counted = total.count - laid.count
    names = laid.outside(laid.name_at)
    press.formula(cells[1], f"={block.at(1, block.total)}-COUNTA({names})", counted)
    checked, agrees = [cells[1].coordinate], counted == 0
    for measure, cell, amount in wanted:
        if measure in measured:
            at = measured[measure]
            difference = round(amount / _WAN - laid.surveyed[at].total, 6)
            summed = block.at(MONEY_AT[measure], block.total)
            press.formula(cell, f"=ROUND({summed}-SUM({laid.outside(at)}),6)", difference)
            checked.append(cell.coordinate)
            agrees = agrees and difference == 0
    test = ",".join(f"{address}=0" for address in checked)
    verdict = f'=IF(AND({test}),"{words.check_ok}","{words.check_off}")'
    press.formula(cells[5], verdict, words.check_ok if agrees else words.check_off)
    cells[5].alignment = styles.alignment(Kind.WORD)


def _colour(sheet: Worksheet, letter: str, first: int, last: int, words: Words) -> None:
    for word, tone in ((words.check_ok, Tone.GOOD), (words.check_off, Tone.BAD)):
        test = f'${letter}{first}="{word}"'
        rule = Rule(type="expression", dxf=styles.tone_style(tone), formula=[test])
        sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)
