"""Where a table begins: finds the heading rows (one to four, merged or not) and what they name."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from crm.intake.rules_cells import OUTER_BLANKS, Cell, Merge, RawRow, one_line, shown
from crm.intake.rules_headers import (
    LONGEST_HEADING,
    Column,
    code_of,
    header_table,
    is_exact_heading,
    is_heading_word,
    make_columns,
    squeeze,
    take_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_HEADING_ROWS = 4
FEWEST_FIELDS = 3
FEWEST_EXACT = 2
SAMPLE = 40
COLON = re.compile(r"[:：]\s*\S")
MOSTLY = 0.6


@dataclass(frozen=True)
class Layout:
    """A table's heading: its rows, its columns and the words that repeat it further down."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    words: frozenset[str]
    twice: tuple[Column, ...] = ()

    def place(self, code: str) -> int:
        """Tell the place of a field's column, counted from zero; -1 when there is none."""
        return next((column.index - 1 for column in self.columns if column.code == code), -1)


class Ahead:
    """Rows that can be looked at before they are taken."""

    def __init__(self, rows: Iterable[RawRow]) -> None:
        """Wrap rows."""
        self._rows: Iterator[RawRow] = iter(rows)
        self._seen: deque[RawRow] = deque()

    def peek(self, count: int) -> list[RawRow]:
        """Look at up to `count` rows that come next."""
        if len(self._seen) < count:
            self._seen.extend(islice(self._rows, count - len(self._seen)))
        return list(islice(self._seen, count))

    def take(self) -> RawRow | None:
        """Take the next row, or None at the end."""
        return self._seen.popleft() if self._seen else next(self._rows, None)


class MergeIndex:
    """Merged ranges by the row that they begin in; ranges that cover half the sheet are no table."""

    def __init__(self, merges: Iterable[Merge]) -> None:
        """Sort merges by their first row."""
        self._by_top: dict[int, list[Merge]] = {}
        for merge in merges:
            self._by_top.setdefault(merge.top, []).append(merge)

    def starting(self, row: int) -> list[Merge]:
        """List the merges that begin in a row."""
        return self._by_top.get(row, [])

    def width_at(self, row: int, column: int) -> int:
        """Tell how many columns the cell spans."""
        return next((m.right - m.left + 1 for m in self.starting(row) if m.left == column), 1)


def find_layout(rows: Sequence[RawRow], merges: MergeIndex) -> Layout | None:
    """Tell whether a table's heading begins in the first of these rows, and how high it is."""
    if not rows or not _can_begin(rows[0], merges):
        return None
    best: Layout | None = None
    best_fields = 0
    for height in range(1, min(MOST_HEADING_ROWS, len(rows)) + 1):
        block = rows[:height]
        if height > 1 and not _continues(block, merges):
            break
        columns = make_columns(_paths(block, merges))
        fields = len({column.code for column in columns if column.code})
        labelled = sum(1 for column in columns if column.label)
        exact = sum(1 for row in block for cell in row.cells if cell and type(cell) is str and is_exact_heading(cell))
        enough = fields >= FEWEST_FIELDS or (fields >= FEWEST_EXACT and fields * 2 >= labelled)
        if enough and exact >= FEWEST_EXACT and (fields >= best_fields or _covered(block[-2:], merges)):
            best, best_fields = _layout(block, columns), fields
    return best


def _can_begin(row: RawRow, merges: MergeIndex) -> bool:
    """Tell whether a row can be the first of a heading: several short words, most of them headings."""
    texts = [cell for cell in row.cells if cell is not None and (type(cell) is not str or cell.strip(OUTER_BLANKS))]
    if len(texts) < FEWEST_EXACT or not all(_like_heading(cell) for cell in texts):
        return False
    known = sum(1 for cell in texts if is_heading_word(str(cell)))
    grouping = sum(1 for merge in merges.starting(row.number) if 1 < merge.right - merge.left + 1 < len(row.cells))
    return known * 2 >= len(texts) or (grouping > 1 and known * 3 >= len(texts))


def _like_heading(cell: Cell) -> bool:
    """Tell whether a cell can be a heading: short words, no figure, no "label: value"."""
    if type(cell) is not str or len(cell) > LONGEST_HEADING:
        return False
    return not COLON.search(cell) or bool(take_apart(cell).unit)


def _continues(block: Sequence[RawRow], merges: MergeIndex) -> bool:
    """Tell whether the last row of a block still belongs to the heading above it."""
    *above, row = block
    texts = [(place, cell) for place, cell in enumerate(row.cells) if shown(cell)]
    if not texts or row.number - above[-1].number > 1 or not all(_like_heading(cell) for _, cell in texts):
        return _covered(block[-2:], merges) and not texts
    words = [shown(cell) for _, cell in texts]
    if words == [shown(cell) for cell in above[-1].cells if shown(cell)]:
        return False
    known = sum(1 for word in words if is_heading_word(word) or take_apart(word).unit or take_apart(word).land_unit)
    if _covered(block[-2:], merges):
        return True
    parents = [cell_at(above[-1], place) for place, _ in texts]
    nested = sum(1 for parent in parents if not shown(parent) or _spans(parent))
    return known * 2 >= len(words) and nested * 2 >= len(words) - 1


def _spans(parent: Cell) -> bool:
    """Tell whether a heading above only groups or says little, so that one below may refine it."""
    bare = take_apart(shown(parent)).bare
    return bare in header_table().groups or bare in header_table().vague or bool(code_of(shown(parent)))


def _covered(rows: Sequence[RawRow], merges: MergeIndex) -> bool:
    """Tell whether a merged heading reaches from the row before into the last row."""
    if len(rows) < FEWEST_EXACT:
        return False
    first, last = rows[0].number, rows[-1].number
    tops = range(first - MOST_HEADING_ROWS + 1, first + 1)
    return any(
        last <= merge.bottom <= merge.top + MOST_HEADING_ROWS - 1
        for top in tops
        for merge in merges.starting(top)
        if merge.right - merge.left < MOST_HEADING_ROWS * 4
    )


def cell_at(row: RawRow, place: int) -> Cell:
    """Give a cell of a row, None beyond its end."""
    return row.cells[place] if place < len(row.cells) else None


def _paths(block: Sequence[RawRow], merges: MergeIndex) -> list[tuple[int, tuple[str, ...]]]:
    """Give every column its headings from top to bottom, merged ones spread over their columns."""
    width = max(len(row.cells) for row in block)
    grid = [[one_line(shown(cell)) for cell in row.cells] + [""] * (width - len(row.cells)) for row in block]
    numbers = [row.number for row in block]
    for level, row in enumerate(block):
        spread = [merge for merge in merges.starting(row.number) if merge.left <= width]
        for merge in spread:
            for place in range(merge.left, min(merge.right, width)):
                grid[level][place] = grid[level][place] or grid[level][merge.left - 1]
        if level + 1 < len(block) and not spread:
            _spread_unmerged(grid[level], grid[level + 1])
    del numbers
    return [(place + 1, tuple(line[place] for line in grid)) for place in range(width)]


def _spread_unmerged(upper: list[str], lower: list[str]) -> None:
    """Spread groups over their columns where the file keeps no merges (CSV)."""
    group = ""
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if above:
            group = above if below else ""
        elif below and group:
            upper[place] = group
        else:
            group = ""


def _layout(block: Sequence[RawRow], columns: list[Column]) -> Layout:
    """Settle columns that name the same field: the best heading keeps it, true doubles are told."""
    words = frozenset(cell for row in block for cell in row.cells if type(cell) is str and cell.strip(OUTER_BLANKS))
    while columns and not columns[-1].label:
        columns = columns[:-1]
    holders: dict[str, Column] = {}
    for column in columns:
        if column.code and (column.code not in holders or column.rank < holders[column.code].rank):
            holders[column.code] = column
    settled, twice = [], []
    for column in columns:
        holder = holders.get(column.code)
        if not column.code or holder is column or column.kind == "money":
            settled.append(column)
            continue
        if holder and [squeeze(part) for part in column.path] == [squeeze(part) for part in holder.path]:
            twice.append(column)
        settled.append(replace(column, code="", kind="text"))
    return Layout(block[0].number, block[-1].number, tuple(settled), words, tuple(twice))


def doubled_columns(layout: Layout) -> list[tuple[Column, Column]]:
    """List the pairs of columns whose heading stands twice, word for word, and fills a field."""
    seen: dict[tuple[str, ...], Column] = {}
    doubles = []
    twice = {column.index for column in layout.twice}
    for column in layout.columns:
        key = tuple(squeeze(part) for part in column.path)
        harmless = seen[key].code == "remark" if key in seen else False
        if key in seen and not harmless and (column.code or column.index in twice):
            doubles.append((seen[key], column))
        seen.setdefault(key, column)
    return doubles
