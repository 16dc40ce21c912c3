"""One look over a table before it is written: each column's width, decimals and sum, gathered block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from exports.safety import CELL_LIMIT, clean, display_width, lines_needed, units
from exports.shapes import Column, Kind
from exports.styles import FORMATS, MAX_LINES, NUMERIC, money_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.shapes import Value
    from exports.source import Source
    from exports.words import Words

SCALE = {
    Kind.MONEY_YI: 10_000_000_000,
    Kind.MONEY_WAN: 1_000_000,
    Kind.MONEY: 100,
    Kind.MU: 100,
    Kind.PERCENT: 10_000,
}
"""How many of the stored units make one of the shown."""

_SAMPLE = 2_000
_ARROW = 2.5
"""Room that the filter's arrow takes in a heading."""
_LIMITS = {
    Kind.TEXT: (9.0, 24.0),
    Kind.LONG: (26.0, 46.0),
    Kind.WORD: (7.0, 18.0),
    Kind.CODE: (8.0, 32.0),
    Kind.DATE: (12.0, 12.0),
    Kind.TIME: (19.5, 19.5),
}
_LEAST = {Kind.TEXT: 9.0, Kind.LONG: 14.0}
"""Narrower than this a column of texts is not made so that a table fits its page."""
_PACKED_LINES = {Kind.TEXT: 4, Kind.LONG: 11}
"""Nor so narrow that its longest text takes more lines than this."""
_UNBROKEN = 12
"""A heading up to this wide keeps to one line."""
_HANDSOME_LINES, _HANDSOME_WIDTH = 12, 60.0
_WIDEST = 90.0
_FINEST = 6
"""No unit of money has more decimals."""


@dataclass(frozen=True)
class Surveyed:
    """One column with what the look over its values found."""

    column: Column
    header: str
    width: float
    number_format: str
    total: float
    longest: str = ""
    broken: bool = False
    """Whether some text of the column has line breaks of its own."""
    core: float = 0.0
    """A width that still breaks no single word of a column of words."""

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


class Look:
    """What is remembered of one column while its values pass by; never the values themselves."""

    def __init__(self, column: Column) -> None:
        """Start with nothing seen."""
        self.column = column
        self.sum: int | float | Decimal = 0
        self.high: float | Decimal = 0
        self.low: float | Decimal = 0
        self.seen_number = False
        self.decimals = 2
        self.steps: set[int] = set()
        self.percent_fine = False
        self.odd = 0
        self.sample: list[str] = []
        self.longest = ""
        self.broken = False
        self._scale = SCALE.get(column.kind)

    def see(self, values: Sequence[Value]) -> None:
        """Let some values pass by."""
        if self.column.kind in NUMERIC:
            self._see_numbers(values)
            texts = [v for v in values if isinstance(v, str)] if self.odd < _SAMPLE else []
            self.odd = max([self.odd, *(display_width(v) for v in texts)])
            return
        texts = [v for v in values if v.__class__ is str]
        if not texts:
            return
        longest = max(texts, key=len)
        self.broken = self.broken or "\n" in "".join(texts)
        if len(self.sample) < _SAMPLE:
            self.sample += texts[: _SAMPLE - len(self.sample)]
        elif len(longest) > len(self.longest):
            self.sample.append(longest)
        if len(longest) > len(self.longest):
            self.longest = longest

    def _see_numbers(self, values: Sequence[Value]) -> None:
        numbers = [v for v in values if v is not None and v.__class__ is not str and v.__class__ is not bool]
        if not numbers:
            return
        self.seen_number = True
        known: list[int] = numbers  # type: ignore[assignment] # whole numbers, floats and decimals alike
        if self.column.total:
            self.sum += sum(known)
        self.high, self.low = max(self.high, *_ends(known)), min(self.low, *_ends(known))
        scale = self._scale
        if scale is None:
            return
        rests = {int(v) % scale for v in known} - {0}
        if self.column.kind is Kind.PERCENT:
            self.percent_fine = self.percent_fine or any(rest % 100 for rest in rests)
        elif rests:
            self.steps.add(min(rests, key=lambda rest: rest % (scale // 100) == 0))
            if self.decimals < _FINEST:
                self.decimals = max(self.decimals, *(_decimals(rest, scale) for rest in rests))

    def done(self, words: Words) -> Surveyed:
        """Return what was found."""
        column = self.column
        header = clean(header_text(column, words)).replace("（", "\n（").replace("\n\n", "\n")
        number_format = self._number_format()
        # Fen are added as whole numbers, so that the result beside the formula is the exact one.
        total = float(self.sum / SCALE.get(column.kind, 1)) if column.total else 0.0
        width = column.width or self._width(header, number_format)
        return Surveyed(
            column, header, round(width, 1), number_format, total, clean(self.longest), self.broken, self._core(header)
        )

    def _core(self, header: str) -> float:
        if self.column.kind is not Kind.WORD:
            return 0.0
        pieces = {piece for text in self.sample for piece in clean(text).split()}
        return max(max(map(display_width, pieces), default=0) * 1.1 + 2.0, _header_width(header))

    def _number_format(self) -> str:
        column, kind = self.column, self.column.kind
        if column.decimals is not None:
            return f"#,##0.{'0' * column.decimals}".rstrip(".") + "%" * (kind is Kind.PERCENT)
        if self._scale is None or not self.seen_number:
            plain = {Kind.MONEY_WAN: "#,##0", Kind.MONEY_YI: "#,##0.00", Kind.PERCENT: "0%"}
            return plain.get(kind, FORMATS[kind])
        if kind is Kind.PERCENT:
            return "0.00%" if self.percent_fine else "0%"
        if kind is Kind.MONEY_YI:
            # Leaders read 亿元 with two decimals; the cell keeps every fen.
            return "#,##0.00"
        return money_format(self.steps, self._scale)

    def _width(self, header: str, number_format: str) -> float:
        column = self.column
        if column.kind in NUMERIC:
            ends = (self.high, self.low, self.sum if column.total else 0)
            shown = _number_width(ends, number_format, SCALE.get(column.kind, 1), self.decimals)
            return max(shown, min(self.odd, 20) + 2.0, _header_width(header), 8.0)
        low, high = _LIMITS[column.kind]
        if column.kind in {Kind.DATE, Kind.TIME}:
            return max(low, _header_width(header))
        texts = [clean(v) for v in self.sample]
        wanted = _text_width(column.kind, texts)
        return max(min(max(wanted, low), high), _header_width(header), _tall_text_width(clean(self.longest)))


def fitted(surveyed: Sequence[Surveyed], room: float, worth: float | None = None) -> tuple[Surveyed, ...]:
    """Narrow the columns of texts so that a table comes as near as it can to so many characters of width.

    What must not break or be cut (numbers, days, codes, a single word) keeps its width. A table that would stay
    wider than `worth` keeps its comfortable columns.
    """
    shown = [one for one in surveyed if not one.column.hidden]
    spare = {one.column.key: one.width - _least(one) for one in shown}
    over, giving = sum(one.width for one in shown) - room, sum(spare.values())
    if over <= 0 or not giving or (worth is not None and room + over - giving > worth):
        return tuple(surveyed)
    part = min(over / giving, 1.0)
    return tuple(
        replace(one, width=round(one.width - part * spare.get(one.column.key, 0.0), 1)) for one in surveyed
    )


def _least(one: Surveyed) -> float:
    kind = one.column.kind
    if one.core:
        return min(one.width, one.core)
    if kind not in _LEAST:
        return one.width
    breaks = one.longest.count("\n")
    packed = display_width(one.longest) * 1.05 / max(_PACKED_LINES[kind] - breaks, 1) + 2
    latin = max((display_width(word) * 1.2 for word in one.header.split() if word.isascii()), default=0.0) + 1
    return min(one.width, max(_LEAST[kind], latin, packed))


def _ends(numbers: Sequence[int]) -> tuple[int, int]:
    return max(numbers), min(numbers)


def header_text(column: Column, words: Words, pattern: str | None = None) -> str:
    """Add the unit to a heading, on a line of its own unless another pattern is given."""
    unit = words.units.get(column.kind)
    return (pattern or words.in_unit).format(header=column.header, unit=unit) if unit else column.header


def number_width(numbers: Sequence[float | Decimal], number_format: str, scale: int) -> float:
    """Measure the widest of some numbers as it is shown, with room for the fallback of a missing face."""
    decimals = max((_decimals(int(n) % scale, scale) for n in numbers), default=2)
    return _number_width((max(numbers, default=0), min(numbers, default=0)), number_format, scale, decimals)


def _number_width(ends: Sequence[float | Decimal], number_format: str, scale: int, finest: int) -> float:
    decimals = 2 if ".0" in number_format else 0
    if number_format.endswith("####"):
        decimals = finest
    shown = max(len(f"{Decimal(str(n)) / scale:,.{decimals}f}") for n in ends)
    return (shown + number_format.endswith("%") * 3) * 1.1 + 3.0


def _decimals(rest: int, scale: int) -> int:
    """Count the decimals that a rest of small units has in the shown unit."""
    return max(2, len(f"{rest / scale:.6f}".rstrip("0")) - 2)


def _text_width(kind: Kind, texts: Sequence[str]) -> float:
    widths = sorted(max(display_width(part) for part in text.split("\n")) for text in texts)
    if not widths:
        return 0
    usual, widest = widths[int((len(widths) - 1) * 0.9)], widths[-1]
    if kind is Kind.LONG:
        return usual / 3.5 + 2
    if kind is Kind.CODE:
        return widest * 1.08 + 2.2
    return (usual if kind is Kind.TEXT else widest) * 1.05 + 2.4


def _tall_text_width(longest: str) -> float:
    """Widen a column for its longest text: for a handsome row, or as far as makes one row show all of it."""
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


def long_texts(surveyed: Sequence[Surveyed], source: Source, name_at: int) -> tuple[LongText, ...]:
    """Find the texts that even the tallest row cannot show, or that no cell can hold."""
    wanted = [
        (at, one)
        for at, one in enumerate(surveyed)
        if one.broken or len(one.longest) * 4 >= MAX_LINES * one.room
    ]
    if not wanted:
        return ()
    found, first = [], 1
    for block in source.blocks():
        names = block[name_at]
        for at, one in wanted:
            for offset, value in enumerate(block[at]):
                if isinstance(value, str) and len(value) > MAX_LINES and is_long(value, one.room):
                    name = str(names[offset])
                    found.append(LongText(first + offset, name, one.column.header, clean(value)))
        first += len(names)
    return tuple(sorted(found, key=lambda text: text.number))


def is_long(text: str, room: float) -> bool:
    """Tell whether a text is too long for its cell to show or to hold."""
    if len(text) * 4 < MAX_LINES * room and text.count("\n") < MAX_LINES // 4:
        return False
    return lines_needed(text, room) > MAX_LINES or units(text) > CELL_LIMIT
