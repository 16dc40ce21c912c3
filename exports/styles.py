"""The one style sheet of all workbooks: fonts, colours, number formats, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle

from exports.shapes import Kind, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell.cell import Cell

FACE = "微软雅黑"
"""The face of every cell; systems without it fall back to their own Chinese sans-serif."""
LATIN_FACE = "Microsoft YaHei"
MEASURING_FACE = "Arial"
"""The face of the default style, by which spreadsheets measure column widths."""
_GB_CHARSET = 134
_MIDDLE = 140_000
"""Half-way brightness, in thousandths of a colour step."""
_SWISS = 2

PETROL = "0F4C5C"
PETROL_DEEP = "0A3642"
PETROL_MID = "3A7D8C"
PETROL_SOFT = "8FB8C1"
PETROL_PALE = "E3EEF0"
AMBER = "D98A1F"
AMBER_SOFT = "F1C27D"
INK = "1F2A30"
GREY = "5B6B73"
LINE = "C9D5D9"
GRID = "E6ECEE"
BAND = "F6FAFB"
UNKNOWN = "ECEEEF"
WHITE = "FFFFFF"
STEPS = ("D5E3E6", "AFCBD1", "86B0B9", "5B939F", "35747F", "1B5A66", "0A3642")
"""Colours of progress, from a first hint to full production."""
RING = ("0F4C5C", "A86510", "3A7D8C", "557A3A", "8C4A45")
"""Colours of a ring, all dark enough for white words."""
SERIES = (PETROL, AMBER, PETROL_SOFT, "6B8E4E", "A65D57", "7A6A9B", "B8B08D")
"""Chart colours, told apart by lightness too, so that a black-and-white print still reads."""

TONES: dict[Tone, tuple[str, str]] = {
    Tone.GOOD: ("DDEFE1", "1D5B34"),
    Tone.CAUTION: ("FCE9C8", "7A4A00"),
    Tone.BAD: ("F8DAD5", "9B1C12"),
    Tone.CALM: ("DCEBF0", "0F4C5C"),
    Tone.MUTED: ("E8EBED", "4A575E"),
}

BODY_SIZE = 10
LINE_HEIGHT = 15.0
"""Points that one line of body text takes."""
ROW_PADDING = 7.0
MAX_ROW_HEIGHT = 409.0
"""Excel's limit."""
MAX_LINES = int((MAX_ROW_HEIGHT - ROW_PADDING) // LINE_HEIGHT)

NUMERIC = frozenset({Kind.INT, Kind.NUMBER, Kind.MONEY_YI, Kind.MONEY_WAN, Kind.MONEY, Kind.MU, Kind.PERCENT})

_thin = Side(style="thin", color=LINE)
_white = Side(style="thin", color=WHITE)
_rule = Side(style="medium", color=PETROL)
CELL_BORDER = Border(left=_thin, right=_thin, top=_thin, bottom=_thin)
HEAD_BORDER = Border(left=_white, right=_white, top=_white, bottom=_white)
TOTAL_BORDER = Border(left=_thin, right=_thin, top=_rule, bottom=_rule)
ACCENT_BORDER = Border(bottom=Side(style="medium", color=AMBER))


def is_dark(color: str) -> bool:
    """Tell whether white letters are easier to read than dark ones on this colour."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (0, 2, 4))
    return 299 * red + 587 * green + 114 * blue < _MIDDLE


def font(size: float = BODY_SIZE, *, bold: bool = False, color: str = INK, italic: bool = False) -> Font:
    """Make a font of the one face, marked as Chinese so that the right fallback is taken."""
    return Font(name=FACE, sz=size, b=bold, i=italic, color=color, charset=_GB_CHARSET, family=_SWISS)


def fill(color: str) -> PatternFill:
    """Make a solid ground of one colour."""
    return PatternFill("solid", fgColor=color)


def alignment(kind: Kind) -> Alignment:
    """Align numbers right, dates and short words in the middle, text left and wrapped."""
    if kind in NUMERIC:
        return Alignment(horizontal="right", vertical="center")
    if kind in {Kind.DATE, Kind.TIME, Kind.WORD, Kind.CODE}:
        return Alignment(horizontal="center", vertical="center", wrap_text=True)
    return Alignment(horizontal="left", vertical="center", wrap_text=True)


def money_format(steps: Iterable[int], whole: int) -> str:
    """Choose the fewest decimals that lose nothing: none, two, or as many as the smallest unit needs."""
    fine = 0
    for step in steps:
        if step % whole:
            fine = max(fine, 1 if step % (whole // 100) == 0 else 2)
            if fine > 1:
                break
    return ("#,##0", "#,##0.00", "#,##0.00####" if whole > 100 else "#,##0.00")[fine]  # noqa: PLR2004


def from_top() -> Alignment:
    """Begin a text that its cell cannot show in full at its beginning."""
    return Alignment(horizontal="left", vertical="top", wrap_text=True)


FORMATS = {
    Kind.TEXT: "@",
    Kind.LONG: "General",
    Kind.WORD: "@",
    Kind.CODE: "@",
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm",
    Kind.INT: "#,##0",
    Kind.NUMBER: "#,##0.0#",
    Kind.MONEY_YI: "#,##0.00",
    Kind.MONEY_WAN: "#,##0.00####",
    Kind.MONEY: "#,##0.00",
    Kind.MU: "#,##0.00",
    Kind.PERCENT: "0.00%",
}


def tone_style(tone: Tone) -> DifferentialStyle:
    """Colour a word's cell, for a conditional format."""
    ground, ink = TONES[tone]
    return DifferentialStyle(font=Font(color=ink, b=tone is Tone.BAD), fill=ground_of(ground))


def ground_style(color: str) -> DifferentialStyle:
    """Give a cell a ground, for a conditional format."""
    return DifferentialStyle(fill=ground_of(color))


def ground_of(color: str) -> PatternFill:
    """Make a ground for a conditional format, where Excel reads the background colour."""
    return PatternFill("solid", start_color=color, end_color=color)


def dress_title(cell: Cell) -> None:
    """Dress a sheet's title."""
    cell.font = font(18, bold=True, color=PETROL)
    cell.alignment = Alignment(horizontal="left", vertical="center")


def dress_line(cell: Cell, *, strong: bool = False) -> None:
    """Dress the line under a title."""
    cell.font = font(10, bold=strong, color=PETROL if strong else GREY)
    cell.alignment = Alignment(horizontal="left", vertical="center")


def dress_group(cell: Cell, *, first: bool, last: bool) -> None:
    """Dress one of the cells under the heading of a group of columns."""
    cell.font = font(10, bold=True, color=WHITE)
    cell.fill = fill(PETROL_DEEP)
    cell.border = Border(left=_white if first else None, right=_white if last else None)
    cell.alignment = Alignment(horizontal="centerContinuous", vertical="center")


def dress_head(cell: Cell) -> None:
    """Dress a column's heading."""
    cell.font = font(10, bold=True, color=WHITE)
    cell.fill = fill(PETROL)
    cell.border = HEAD_BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def padded(number_format: str) -> str:
    """Keep a number a blank away from the line at its right; LibreOffice knows no right indent in print."""
    return "_ ;".join(number_format.split(";")) + "_ "


def dress_body(cell: Cell, kind: Kind, number_format: str | None = None) -> None:
    """Dress a cell of a table's body."""
    cell.font = font()
    cell.border = CELL_BORDER
    cell.alignment = alignment(kind)
    shown = number_format or FORMATS[kind]
    cell.number_format = padded(shown) if kind in NUMERIC else shown


def dress_total(cell: Cell, kind: Kind, number_format: str | None = None) -> None:
    """Dress a cell of a total row."""
    dress_body(cell, kind, number_format)
    cell.font = font(bold=True, color=PETROL)
    cell.fill = fill(PETROL_PALE)
    cell.border = TOTAL_BORDER
