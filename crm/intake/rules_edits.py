"""Cells that a person mended in the preview: put into the raw rows, so that the same reading judges them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm.intake.rules_cells import RawRow, RawSheet, one_line, shown
from crm.intake.rules_headers import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crm.intake.rules_reading import Reading

SEPARATOR = "\t"
Edits = dict[str, str]


def key_of(sheet: str, row: int, column: int) -> str:
    """Name a cell: sheet, row and column, both counted from one."""
    return SEPARATOR.join((sheet, str(row), str(column)))


def parse_key(key: str) -> tuple[str, int, int]:
    """Take the name of a cell apart."""
    sheet, row, column = key.rsplit(SEPARATOR, 2)
    return sheet, int(row), int(column)


@dataclass(frozen=True)
class MendedRows:
    """Rows of a sheet with some cells replaced, one row at a time."""

    rows: Iterable[RawRow]
    cells: Mapping[int, Mapping[int, str]]

    def __iter__(self) -> Iterator[RawRow]:
        """Give the rows in order."""
        for row in self.rows:
            mended = self.cells.get(row.number)
            if not mended:
                yield row
                continue
            cells = [*row.cells, *[None] * (max(mended) - len(row.cells))]
            for column, text in mended.items():
                cells[column - 1] = text or None
            yield row._replace(cells=cells)


def mend(sheets: Sequence[RawSheet], edits: Mapping[str, str]) -> tuple[RawSheet, ...]:
    """Return the sheets with the mended cells in them."""
    by_sheet: dict[str, dict[int, dict[int, str]]] = {}
    for key, text in edits.items():
        sheet, row, column = parse_key(key)
        by_sheet.setdefault(sheet, {}).setdefault(row, {})[column] = text
    return tuple(
        replace(sheet, rows=MendedRows(sheet.rows, by_sheet[sheet.name])) if sheet.name in by_sheet else sheet
        for sheet in sheets
    )


def layout_mark(reading: Reading) -> str:
    """Return the mark of a file's layout: the headings of all its tables, whatever stands below them."""
    heads = sorted(
        "|".join(squeeze(one_line(column.label)) for column in layout.columns)
        for sheet in reading.sheets
        for layout in sheet.layouts
    )
    return hashlib.sha256("\n".join(dict.fromkeys(heads)).encode()).hexdigest()


def content_mark(sheets: Iterable[RawSheet]) -> str:
    """Return the hash of all cells as they are shown: the same in a file that was only saved anew."""
    digest = hashlib.sha256()
    for sheet in sheets:
        digest.update(f"\x1d{sheet.name}\x1e".encode())
        for row in sheet.rows:
            cells = [shown(cell) for cell in row.cells]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                digest.update(f"{row.number}\x1f{chr(31).join(cells)}\x1e".encode())
    return digest.hexdigest()


def columns_by_label(reading: Reading) -> dict[tuple[str, str], int]:
    """Find the place of a column by sheet and heading, and by sheet and field (#code)."""
    found: dict[tuple[str, str], int] = {}
    for sheet in reading.sheets:
        for layout in sheet.layouts:
            for column in layout.columns:
                found.setdefault((sheet.name, one_line(column.label)), column.index)
                if column.code:
                    found.setdefault((sheet.name, f"#{column.code}"), column.index)
    return found
