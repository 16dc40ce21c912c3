"""A workbook of monthly figures arrives: opened in the confined child, handed to statistics, taken in whole or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.files.operations import path_of
from crm.intake.reader import read_file
from crm.intake.rules_cells import BrokenCell, Cell, DateCell, FormulaCell, shown
from crm.statistics.operations_sheet import SheetReading, judge
from crm.statistics.rules_sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.files.queries import FileRow
    from crm.intake.rules_cells import RawSheet

MONTH_LENGTH = 7


def read_monthly(path: Path, *, name: str, by: Actor, at: datetime) -> SheetReading:
    """Read a workbook of monthly figures and judge every row; nothing is stored."""
    require(by, "statistics.enter")
    sheets = [sheet for sheet in read_file(path, name=name) if sheet.state == "visible"]
    read = (read_sheet(_texts(sheet)) for sheet in sheets)
    return judge(next((sheet for sheet in read if sheet is not None), None), file=name, by=by, at=at)


def read_stored_monthly(file: FileRow, *, by: Actor, at: datetime) -> SheetReading:
    """Read an uploaded workbook of monthly figures."""
    return read_monthly(path_of(file.stored_name), name=file.original_name, by=by, at=at)


def _texts(sheet: RawSheet) -> Iterator[tuple[int, list[str], Mapping[int, str]]]:
    """Give a sheet's rows as texts; formulas without a result and errors are named, not read."""
    for number, cells, _hidden in sheet.rows:
        broken = {
            place: shown(cell) for place, cell in enumerate(cells) if isinstance(cell, BrokenCell | FormulaCell)
        }
        yield number, ["" if place in broken else _text(cell) for place, cell in enumerate(cells)], broken


def _text(cell: Cell) -> str:
    if isinstance(cell, DateCell):
        return cell.iso[:MONTH_LENGTH]
    return shown(cell)
