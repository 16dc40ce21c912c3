"""One look over a table before it is written: each column's width, decimals and sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from exports.safety import CELL_LIMIT, clean, display_width, lines_needed, units
from exports.shapes import Column, Kind
from exports.styles import FORMATS, MAX_LINES, NUMERIC, money_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.shapes import Value
    from exports.words import Words

SCALE = {Kind.MONEY_WAN: 1_000_000, Kind.MONEY: 100, Kind.MU: 100, Kind.PERCENT: 10_000}
"""How many of the stored units make one of the shown."""

_SAMPLE = 2_000
_ARROW = 2.5
"""Room that the filter's arrow takes in a heading."""
_LIMITS = {
    Kind.TEXT: (9.0, 24.0),
    Kind.LONG: (26.0, 46.0),
    Kind.WORD: (7.0, 18.0),
    Kind.CODE: (8.0, 32.0),
    Kind.DATE: (13.0, 13.0),
    Kind.TIME: (19.5, 19.5),
}
_UNBROKEN = 12
"""A heading up to this wide keeps to one line."""
_HANDSOME_LINES, _HANDSOME_WIDTH = 12, 60.0
_WIDEST = 90.0


@dataclass(frozen=True)
class Surveyed:
    """One column with what the look over its values found."""

    column: Column
    header: str
    width: float
    number_format: str
    total: float

    @property
    def room(self) -> float:
        """Return how many half-width characters a line of this column holds."""
        return self.width - 1.2


@dataclass(frozen=True)
class LongText:
    """A text that its cell cannot show or hold in full: where it stands and what it says."""

    number: int
    name: str
    header: str
    text: str


def survey(columns: Sequence[Column], rows: Sequence[Sequence[Value]], words: Words) -> tuple[Surveyed, ...]:
    """Look over every column of a table."""
    return tuple(_survey_one(column, [row[at] for row in rows], words) for at, column in enumerate(columns))


def header_text(column: Column, words: Words, pattern: str | None = None) -> str:
    """Add the unit to a heading, on a line of its own unless another pattern is given."""
    unit = words.units.get(column.kind)
    return (pattern or words.in_unit).format(header=column.header, unit=unit) if unit else column.header


def _survey_one(column: Column, values: Sequence[Value], words: Words) -> Surveyed:
    header = clean(header_text(column, words)).replace("（", "\n（").replace("\n\n", "\n")
    numbers = [v for v in values if isinstance(v, (int, float, Decimal)) and not isinstance(v, bool)]
    number_format = _number_format(column, numbers)
    # Fen are added as whole numbers, so that the result beside the formula is the exact one.
    total = float(sum(numbers) / SCALE.get(column.kind, 1)) if column.total else 0.0
    width = column.width or _width(column, header, values, numbers, number_format)
    return Surveyed(column, header, round(width, 1), number_format, total)


def _number_format(column: Column, numbers: Sequence[float | Decimal]) -> str:
    kind = column.kind
    if column.decimals is not None:
        return f"#,##0.{'0' * column.decimals}".rstrip(".") + "%" * (kind is Kind.PERCENT)
    whole = SCALE.get(kind)
    if whole is None or not numbers:
        return {Kind.MONEY_WAN: "#,##0", Kind.PERCENT: "0%"}.get(kind, FORMATS[kind])
    steps = (int(n) for n in numbers)
    if kind is Kind.PERCENT:
        return "0%" if all(step % 100 == 0 for step in steps) else "0.00%"
    return money_format(steps, whole)


def _width(
    column: Column,
    header: str,
    values: Sequence[Value],
    numbers: Sequence[float | Decimal],
    number_format: str,
) -> float:
    if column.kind in NUMERIC:
        odd = max((display_width(v) for v in values if isinstance(v, str)), default=0)
        summed = [sum(numbers)] if column.total else []
        shown = number_width([*numbers, *summed], number_format, SCALE.get(column.kind, 1))
        return max(shown, min(odd, 20) + 2.0, _header_width(header), 8.0)
    low, high = _LIMITS[column.kind]
    if column.kind in {Kind.DATE, Kind.TIME}:
        return max(low, _header_width(header))
    texts = [clean(v) for v in values if isinstance(v, str)]
    wanted = _text_width(column.kind, texts)
    return max(min(max(wanted, low), high), _header_width(header), _tall_text_width(texts))


def number_width(numbers: Sequence[float | Decimal], number_format: str, scale: int) -> float:
    """Measure the widest of some numbers as it is shown, with room for the fallback of a missing face."""
    decimals = 2 if ".0" in number_format else 0
    if number_format.endswith("####"):
        decimals = max((_decimals(int(n), scale) for n in numbers), default=2)
    ends = (max(numbers, default=0), min(numbers, default=0))
    shown = max(len(f"{Decimal(str(n)) / scale:,.{decimals}f}") for n in ends)
    return (shown + number_format.endswith("%") * 3) * 1.1 + 3.0


def _decimals(number: int, scale: int) -> int:
    """Count the decimals that a whole number of small units has in the shown unit."""
    return max(2, len(f"{number % scale / scale:.6f}".rstrip("0")) - 2)


def _text_width(kind: Kind, texts: Sequence[str]) -> float:
    sample = texts if len(texts) <= _SAMPLE else texts[:: len(texts) // _SAMPLE]
    widths = sorted(max(display_width(part) for part in text.split("\n")) for text in sample)
    if not widths:
        return 0
    usual, widest = widths[int((len(widths) - 1) * 0.9)], widths[-1]
    if kind is Kind.LONG:
        return usual / 3.5 + 2
    if kind is Kind.CODE:
        return widest * 1.08 + 2.2
    return (usual if kind is Kind.TEXT else widest) * 1.05 + 2.4


def _tall_text_width(texts: Sequence[str]) -> float:
    """Widen a column for its longest text: for a handsome row, or as far as makes one row show all of it."""
    longest = max(texts, key=len, default="")
    size, breaks = display_width(longest) * 1.05, longest.count("\n")
    handsome = min(size / max(_HANDSOME_LINES - breaks, 1), _HANDSOME_WIDTH)
    needed = size / max(MAX_LINES - breaks - 1, 1)
    return (needed if handsome < needed <= _WIDEST else handsome) + 2


def _header_width(header: str) -> float:
    """Leave a heading room for two lines and the filter's arrow; Latin words are not broken."""
    first = header.split("\n", maxsplit=1)[0]
    # Bold Latin letters are wider than digits.
    words = header.split() if first.isascii() else []
    longest_word = max((display_width(word) for word in words), default=0) * 1.2
    half = -(-display_width(first) // 4) * 2 if display_width(first) > _UNBROKEN else display_width(first)
    rest = max((display_width(line) for line in header.split("\n")[1:]), default=0)
    return max(half, longest_word, rest, 4) + _ARROW


def long_texts(
    surveyed: Sequence[Surveyed],
    rows: Sequence[Sequence[Value]],
    name_at: int,
) -> tuple[LongText, ...]:
    """Find the texts that even the tallest row cannot show, or that no cell can hold."""
    found = []
    for at, one in enumerate(surveyed):
        for number, row in enumerate(rows, 1):
            value = row[at]
            if isinstance(value, str) and len(value) > MAX_LINES and is_long(value, one.room):
                found.append(LongText(number, str(row[name_at]), one.column.header, clean(value)))
    return tuple(sorted(found, key=lambda text: text.number))


def is_long(text: str, room: float) -> bool:
    """Tell whether a text is too long for its cell to show or to hold."""
    if len(text) * 4 < MAX_LINES * room and text.count("\n") < MAX_LINES // 4:
        return False
    return lines_needed(text, room) > MAX_LINES or units(text) > CELL_LIMIT
