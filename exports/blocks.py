"""Where a summary table lies in its sheet, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from exports.shapes import Measure, SummaryRow, SummaryTable

ACROSS = 9
"""Columns of a summary table."""
MONEY_AT = {Measure.INVESTMENT: 3, Measure.CONTRACTED: 5, Measure.PAID_IN: 6}
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


def true_total(table: SummaryTable) -> SummaryRow:
    """Add a table up, or take the given total where rows overlap."""
    if table.total:
        return table.total
    rows = table.rows
    return SummaryRow(
        "",
        sum(r.count for r in rows),
        sum(r.investment for r in rows),
        sum(r.contracted for r in rows),
        sum(r.paid_in for r in rows),
        sum(r.unknown for r in rows),
    )
