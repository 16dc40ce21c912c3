"""What a sheet is made of before anybody understands it: raw cells, rows, merges, the words shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.core.errors import Text


class DateCell(NamedTuple):
    """A number that its format shows as a date: the date, its serial, and how much of it is shown."""

    iso: str
    serial: float
    precision: str


class UnitCell(NamedTuple):
    """A number whose format writes a unit behind it, as in 3.5"亿元"."""

    number: float
    unit: str


class FormulaCell(NamedTuple):
    """A formula whose result was never stored in the file."""

    formula: str


class BrokenCell(NamedTuple):
    """A cell that shows an error such as #REF!."""

    sign: str


Cell = str | float | bool | DateCell | UnitCell | FormulaCell | BrokenCell | None
"""What one cell holds; whole numbers come as int, all others as float."""


class Merge(NamedTuple):
    """A merged range by its four edges, counted from one."""

    top: int
    left: int
    bottom: int
    right: int


class RawRow(NamedTuple):
    """One row as the file holds it: the number a person sees, its cells from A on, hidden or not."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(frozen=True)
class Remark:
    """A finding about a file or a cell: its code, its sentence, and the column and value it points at."""

    code: str
    text: Text
    column: str = ""
    value: str = ""
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True)
class RawSheet:
    """One sheet: its rows (blank ones may be absent) and what the file says about them."""

    name: str
    rows: Iterable[RawRow]
    state: str = "visible"
    merges: tuple[Merge, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    date1904: bool = False
    ragged: bool = False
    remarks: tuple[Remark, ...] = field(default=())


OUTER_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
LINE_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
COMPANY_END = re.compile(r"(?:公司|集团|合作社|协会|研究院|有限合伙\)?）?)$")
OFFICE_END = re.compile(r"(?:局|委|办|政府|镇|乡|街道办?|管委会|中心|商会)$")
PERSON = re.compile(r"^[\u4e00-\u9fff]{2,3}$")
LATIN = re.compile(r"[A-Za-z]")


def number_text(number: float) -> str:
    """Show a number as a sheet does: at most fifteen digits and no idle zeros."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):  # noqa: PLR2004 - Excel's digits
        return str(int(number))
    return f"{number:.15g}"


def shown(cell: Cell) -> str:
    """Tell the words that a person sees in a cell, outer blanks trimmed."""
    if cell is None:
        return ""
    if type(cell) is str:
        return cell.strip(OUTER_BLANKS)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, DateCell):
        return cell.iso[:10]
    if isinstance(cell, UnitCell):
        return number_text(cell.number) + cell.unit
    return cell[0]


def one_line(text: str) -> str:
    """Join a wrapped text: nothing between Chinese characters, one blank between Latin words."""
    if "\n" not in text and "\r" not in text:
        return text
    parts = LINE_BREAK.split(text)
    joined = parts[0]
    for part in parts[1:]:
        latin = joined and part and LATIN.match(joined[-1]) and LATIN.match(part[0])
        joined += f" {part}" if latin else part
    return joined


def listed(text: str) -> str:
    """Join the lines of a cell that lists companies or people one a line; a wrapped name is only joined."""
    parts = [part for part in LINE_BREAK.split(text) if part]
    people = all(PERSON.match(part) for part in parts)
    joined = parts[0] if parts else ""
    for part in parts[1:]:
        ends = COMPANY_END, OFFICE_END
        apart = people or any(end.search(joined) and end.search(part) for end in ends)
        joined = f"{joined}、{part}" if apart else one_line(f"{joined}\n{part}")
    return joined


def column_letters(column: int) -> str:
    """Name a column as a sheet does: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
