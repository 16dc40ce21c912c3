"""Rows as the text of a worksheet: each kind of column writes its values exactly and safely, a block at a time.

Whole columns are turned into text by one expression each: calling a function for every cell would take most of the
time of a large workbook. Words that come again and again are escaped and measured once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from exports.safety import CELL_LIMIT, clean, clip, lines_needed, looks_like_formula
from exports.shapes import Kind
from exports.source import day_number
from exports.styles import LINE_HEIGHT, MAX_LINES, MAX_ROW_HEIGHT, NUMERIC, ROW_PADDING
from exports.survey import SCALE, is_long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from exports.shapes import Value
    from exports.source import Source
    from exports.survey import Surveyed
    from exports.words import Words

    Writer = Callable[[Sequence[Value], Sequence[int], list[int]], list[str]]
    """Values and row numbers in, cells out; the list of lines that each row needs is raised in place."""

_LOWEST_ROW = 24.0
_REMEMBERED = 250_000
"""So many characters of different words are remembered for a column; one of names and texts soon has more."""


@dataclass(frozen=True)
class Looks:
    """The style numbers of one column: values, unknowns, text that starts like a formula, too long text."""

    body: int
    dash: int
    quoted: int
    long: int


def write_rows(
    surveyed: Sequence[Surveyed], looks: Sequence[Looks], source: Source, first: int, words: Words
) -> Iterator[str]:
    """Write a table's rows, each led by its serial number, from the given row of the sheet on; a block at a time."""
    writers = [
        _writer(one, look, get_column_letter(at), words)
        for at, (one, look) in enumerate(zip(surveyed, looks[1:], strict=True), 2)
    ]
    serial = looks[0].body
    heights = {lines: _height(lines) for lines in range(MAX_LINES + 2)}
    tallest = heights[MAX_LINES + 1]
    before = first - 1
    for block in source.blocks():
        rows = range(first, first + len(block[0]))
        lines = [1] * len(rows)
        columns = [write(values, rows, lines) for write, values in zip(writers, block, strict=True)]
        heads = [
            f'<row r="{at}" ht="{heights.get(tall, tallest)}" customHeight="1">'
            f'<c r="A{at}" s="{serial}"><v>{at - before}</v></c>'
            for at, tall in zip(rows, lines, strict=True)
        ]
        ends = ["</row>"] * len(rows)
        yield "".join(chain.from_iterable(zip(heads, *columns, ends, strict=True)))
        first += len(rows)


def _height(lines: int) -> float:
    return min(MAX_ROW_HEIGHT, max(_LOWEST_ROW, lines * LINE_HEIGHT + ROW_PADDING))


def _writer(one: Surveyed, look: Looks, letter: str, words: Words) -> Writer:
    kind, text = one.column.kind, _Texts(letter, look, one.room, words)
    if kind in NUMERIC:
        return _number_writer(letter, look, SCALE.get(kind, 1), text)
    if kind in {Kind.DATE, Kind.TIME}:
        return _date_writer(letter, look, text)
    return text.write


def _number_writer(letter: str, look: Looks, scale: int, text: _Texts) -> Writer:
    head, mid, end = f'<c r="{letter}', f'" s="{look.body}"><v>', "</v></c>"
    empty = f'" s="{look.body}"/>'

    def odd(value: Value, row: int) -> str:
        if isinstance(value, (Decimal, float)) and scale == 1:
            return f"{head}{row}{mid}{float(value)!r}{end}"
        if isinstance(value, str):
            return text.cell(value, row)
        message = f"column {letter} wants whole numbers, not {value!r}"
        raise TypeError(message)

    def whole(values: Sequence[Value], rows: Sequence[int], _lines: list[int]) -> list[str]:
        return [
            f"{head}{row}{empty}" if value is None
            else f"{head}{row}{mid}{value}{end}" if value.__class__ is int
            else odd(value, row)
            for row, value in zip(rows, values, strict=True)
        ]  # fmt: skip

    def scaled(values: Sequence[Value], rows: Sequence[int], _lines: list[int]) -> list[str]:
        # Dividing two whole numbers rounds once and correctly; repr gives back every digit.
        return [
            f"{head}{row}{empty}" if value is None
            else f"{head}{row}{mid}{value / scale!r}{end}" if value.__class__ is int
            else odd(value, row)
            for row, value in zip(rows, values, strict=True)
        ]  # fmt: skip

    return whole if scale == 1 else scaled


def _date_writer(letter: str, look: Looks, text: _Texts) -> Writer:
    head, mid, end = f'<c r="{letter}', f'" s="{look.body}"><v>', "</v></c>"

    def cell(value: Value, row: int) -> str:
        if isinstance(value, date):
            value = day_number(value)
        if isinstance(value, (int, float)):
            return f"{head}{row}{mid}{value!r}{end}"
        return text.cell(value, row)

    def write(values: Sequence[Value], rows: Sequence[int], _lines: list[int]) -> list[str]:
        return [
            f"{head}{row}{mid}{value}{end}" if value.__class__ is int else cell(value, row)
            for row, value in zip(rows, values, strict=True)
        ]

    return write


class _Texts:
    """Writes the cells of one column of text."""

    def __init__(self, letter: str, look: Looks, room: float, words: Words) -> None:
        """Know the column's place, looks and room."""
        self.head, self.look, self.room, self.words = f'<c r="{letter}', look, room, words
        self.known: dict[Value, tuple[str, int]] = {}
        self.left = _REMEMBERED

    def write(self, values: Sequence[Value], rows: Sequence[int], lines: list[int]) -> list[str]:
        """Write a block of values and raise the rows that need more lines."""
        head, known, make = self.head, self.known.get, self._made
        found = [known(value) or make(value) for value in values]
        talls = [tall for _cell, tall in found]
        if max(talls) > 1:
            lines[:] = map(max, lines, talls)
        return [f"{head}{row}{one[0]}" for row, one in zip(rows, found, strict=True)]

    def cell(self, value: Value, row: int) -> str:
        """Write one value."""
        return f"{self.head}{row}{self._made(value)[0]}"

    def _made(self, value: Value) -> tuple[str, int]:
        """Return what follows the row's number in a cell, and the lines that the text takes."""
        text = value if isinstance(value, str) else _spoken(value, self.words)
        if not text.isprintable():
            text = clean(text)
        if not text:
            made = f'" s="{self.look.dash}" t="inlineStr"><is><t>{self.words.dash}</t></is></c>', 1
        else:
            lines = 1
            if len(text) * 2 > self.room or "\n" in text:
                lines = lines_needed(text, self.room)
            style = self._style(text)
            made = f'" s="{style}" t="inlineStr"><is>{_element(text, self.words)}</is></c>', lines
        if self.left > 0 and (value is None or value.__class__ is str):  # True, 1 and 1.0 would be one key
            self.left -= len(made[0])
            self.known[value] = made
        return made

    def _style(self, text: str) -> int:
        if looks_like_formula(text):
            return self.look.quoted
        if len(text) > MAX_LINES and is_long(text, self.room):
            return self.look.long
        return self.look.body


def _spoken(value: Value, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.yes if value else words.no
    return value.isoformat() if isinstance(value, date) else str(value)


def _element(text: str, words: Words) -> str:
    if len(text) > CELL_LIMIT // 2:
        text = clip(text, CELL_LIMIT, words.see_long)
    # Blanks at the ends are dropped by a reader that is not told to keep them.
    kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "\n" in text else ""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A bare carriage return would be read back as a line feed.
    return f"<t{kept}>" + text.replace("\r", "&#13;") + "</t>"
