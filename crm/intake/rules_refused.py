"""Which lines of a ledger go back to whoever sent it: all down to the heading, then the refused rows, marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.intake.rules_cells import Cell, DateCell, column_letters, shown
from crm.intake.rules_edits import columns_by_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.core.errors import Text
    from crm.intake.rules_cells import Merge, RawRow, RawSheet, Remark
    from crm.intake.rules_reading import Reading
    from crm.intake.rules_sheet import RowReading

FORM_FIELDS = {
    "unit_id": "#responsible_unit",
    "owner_id": "#owner",
    "investment_fen": "#investment",
    "contact_name": "#contact",
    "contact_phone": "#phone",
}
"""Fields of the lead's form whose column in a ledger has another name."""


@dataclass
class Returned:
    """One sheet as it goes back: lines of the heading, refused rows, merges of the heading, what is wrong where."""

    name: str
    heading: tuple[int, int]
    head: list[tuple[int, list[Any]]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    wrong: dict[tuple[int, int], list[str]] = field(default_factory=dict)


def place_of(remark: Remark, sheet: str, labels: dict[tuple[str, str], int]) -> int:
    """Find the column that a finding is about, counted from one; what names none points at the project's name."""
    wanted = (remark.column, FORM_FIELDS.get(remark.column, f"#{remark.column}"), "#name", "#investor")
    return next((labels[sheet, name] for name in wanted if (sheet, name) in labels), 1)


def returned(sheets: Sequence[RawSheet], reading: Reading, render: Callable[[Text], str]) -> list[Returned]:
    """Gather what goes back of every sheet that holds a refused row; its merged cells are written out."""
    refused: dict[str, dict[int, RowReading]] = {}
    for row in reading.rows:
        if row.action == "refuse":
            refused.setdefault(row.sheet, {})[row.row] = row
    layouts = {sheet.name: sheet.layouts[0] for sheet in reading.sheets if sheet.layouts}
    labels = columns_by_label(reading)
    found = []
    for sheet in sheets:
        if sheet.name not in refused or sheet.name not in layouts:
            continue
        layout = layouts[sheet.name]
        one = Returned(sheet.name, (layout.top, layout.bottom))
        one.merges = [_range(merge) for merge in sheet.merges if merge.bottom <= layout.bottom]
        _gather(one, sheet, refused[sheet.name], labels, render)
        found.append(one)
    return found


def _gather(one: Returned, sheet: RawSheet, refused: dict[int, RowReading], labels: dict[tuple[str, str], int],
            render: Callable[[Text], str]) -> None:  # fmt: skip
    bottom = one.heading[1]
    reaching: dict[int, tuple[int, Cell]] = {}
    tops = {(merge.top, merge.left): merge.bottom for merge in sheet.merges if merge.top > bottom}
    for row in sheet.rows:
        if row.number <= bottom:
            one.head.append((row.number, [_plain(cell) for cell in row.cells]))
            continue
        cells = _lent(row, reaching, tops)
        if row.number not in refused:
            continue
        one.rows.append([_plain(cell) for cell in cells])
        for remark in refused[row.number].errors:
            place = place_of(remark, sheet.name, labels)
            one.wrong.setdefault((len(one.rows), place), []).append(render(remark.text))


def _lent(row: RawRow, reaching: dict[int, tuple[int, Cell]], tops: dict[tuple[int, int], int]) -> list[Cell]:
    """Give a row's cells with what merged cells above lend it."""
    cells = list(row.cells)
    for place, cell in enumerate(cells, start=1):
        if (row.number, place) in tops:
            reaching[place] = (tops[row.number, place], cell)
    for place, (last, cell) in reaching.items():
        if row.number <= last:
            cells += [None] * (place - len(cells))
            cells[place - 1] = cells[place - 1] if cells[place - 1] is not None else cell
    return cells


def _plain(cell: Cell) -> Any:
    """Give a cell as a workbook may hold it: figures as figures, everything else as it is shown."""
    if cell is None or type(cell) in (int, float):
        return cell
    return cell.iso[:10] if isinstance(cell, DateCell) and cell.precision == "day" else shown(cell)


def _range(merge: Merge) -> str:
    return f"{column_letters(merge.left)}{merge.top}:{column_letters(merge.right)}{merge.bottom}"
