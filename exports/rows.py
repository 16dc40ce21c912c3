"""Rows as the text of a worksheet: each kind of column writes its values exactly and safely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from exports.safety import CELL_LIMIT, clean, clip, lines_needed, looks_like_formula
from exports.shapes import Kind
from exports.styles import LINE_HEIGHT, MAX_LINES, MAX_ROW_HEIGHT, NUMERIC, ROW_PADDING
from exports.survey import SCALE, is_long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from exports.shapes import Value
    from exports.survey import Surveyed
    from exports.words import Words

    Writer = Callable[[Value, int], str]

_EPOCH = date(1899, 12, 30)
_FIRST_TRUE_DAY = date(1900, 3, 1)
"""Before this day Excel's calendar is wrong (it knows a 29 February 1900)."""
_DAY = timedelta(days=1)
_LOWEST_ROW = 24.0


@dataclass(frozen=True)
class Looks:
    """The style numbers of one column: values, unknowns, text that starts like a formula, too long text."""

    body: int
    dash: int
    quoted: int
    long: int


def write_rows(
    surveyed: Sequence[Surveyed],
    looks: Sequence[Looks],
    rows: Sequence[Sequence[Value]],
    first: int,
    words: Words,
) -> Iterator[str]:
    """Write a table's rows, each led by its serial number, from the given row of the sheet on."""
    writers = [
        _writer(one, look, get_column_letter(at), words)
        for at, (one, look) in enumerate(zip(surveyed, looks[1:], strict=True), 2)
    ]
    rooms = [(at, one.room) for at, one in enumerate(surveyed) if one.column.kind not in NUMERIC]
    serial = looks[0].body
    for number, row in enumerate(rows, 1):
        at = first + number - 1
        cells = "".join([write(value, at) for write, value in zip(writers, row, strict=True)])
        height = _height(row, rooms)
        lead = f'<row r="{at}" ht="{height}" customHeight="1"><c r="A{at}" s="{serial}"><v>{number}</v></c>'
        yield f"{lead}{cells}</row>"


def _height(row: Sequence[Value], rooms: Sequence[tuple[int, float]]) -> float:
    lines = 1
    for at, room in rooms:
        value = row[at]
        if type(value) is str and (len(value) * 2 > room or "\n" in value):
            lines = max(lines, lines_needed(value, room))
    return min(MAX_ROW_HEIGHT, max(_LOWEST_ROW, lines * LINE_HEIGHT + ROW_PADDING))


def _writer(one: Surveyed, look: Looks, letter: str, words: Words) -> Writer:
    kind, text = one.column.kind, _text_writer(letter, look, one.room, words)
    if kind in NUMERIC:
        return _number_writer(letter, look, SCALE.get(kind, 1), text)
    if kind in {Kind.DATE, Kind.TIME}:
        return _date_writer(letter, look, text)
    return text


def _number_writer(letter: str, look: Looks, scale: int, text: Writer) -> Writer:
    body = look.body

    def write(value: Value, row: int) -> str:
        if type(value) is int:
            # Dividing two whole numbers rounds once and correctly; repr gives back every digit.
            shown = value if scale == 1 else value / scale
            return f'<c r="{letter}{row}" s="{body}"><v>{shown!r}</v></c>'
        if value is None:
            return f'<c r="{letter}{row}" s="{body}"/>'
        if isinstance(value, (Decimal, float)) and scale == 1:
            return f'<c r="{letter}{row}" s="{body}"><v>{float(value)!r}</v></c>'
        if isinstance(value, str):
            return text(value, row)
        message = f"column {letter} wants whole numbers, not {value!r}"
        raise TypeError(message)

    return write


def _date_writer(letter: str, look: Looks, text: Writer) -> Writer:
    body = look.body

    def write(value: Value, row: int) -> str:
        if isinstance(value, datetime):
            serial = (value - datetime(_EPOCH.year, _EPOCH.month, _EPOCH.day)) / _DAY  # noqa: DTZ001 - naive by contract
            return f'<c r="{letter}{row}" s="{body}"><v>{serial!r}</v></c>'
        if isinstance(value, date):
            if value < _FIRST_TRUE_DAY:
                return text(value.isoformat(), row)
            return f'<c r="{letter}{row}" s="{body}"><v>{(value - _EPOCH).days}</v></c>'
        return text(value, row)

    return write


def _text_writer(letter: str, look: Looks, room: float, words: Words) -> Writer:
    body, dash, quoted = look.body, look.dash, look.quoted
    unknown = f'" s="{dash}" t="inlineStr"><is><t>{words.dash}</t></is></c>'

    def write(value: Value, row: int) -> str:
        if value is None or value == "":
            return f'<c r="{letter}{row}{unknown}'
        text = value if isinstance(value, str) else _spoken(value, words)
        if not text.isprintable():
            text = clean(text)
            if not text:
                return write(None, row)
        style = quoted if looks_like_formula(text) else body
        if style == body and len(text) > MAX_LINES and is_long(text, room):
            style = look.long
        return f'<c r="{letter}{row}" s="{style}" t="inlineStr"><is>{_element(text, words)}</is></c>'

    return write


def _spoken(value: Value, words: Words) -> str:
    if isinstance(value, bool):
        return words.yes if value else words.no
    return value.isoformat() if isinstance(value, date) else str(value)


def _element(text: str, words: Words) -> str:
    if len(text) > CELL_LIMIT // 2:
        text = clip(text, CELL_LIMIT, words.see_long)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A bare carriage return would be read back as a line feed.
    return '<t xml:space="preserve">' + text.replace("\r", "&#13;") + "</t>"
