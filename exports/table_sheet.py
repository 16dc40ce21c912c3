"""A sheet that is one long table: title, live totals, headings, streamed rows, totals of what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname

from exports import sheets, styles
from exports.rows import Looks, write_rows
from exports.safety import display_width
from exports.shapes import Column, Kind
from exports.sheets import cell_at
from exports.source import Listed, Source, Spool
from exports.survey import LongText, Surveyed, fitted, header_text, long_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from exports.press import Press
    from exports.shapes import Value
    from exports.words import Words

_TITLE_ROWS = 3
_SERIAL_WIDTH = 7.0
_CROWDED = 1.3
"""A table that stays so much wider than a page is cut into several."""


@dataclass(frozen=True)
class Table:
    """A table to be laid out: its words, columns and rows."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]] | Spool
    freeze_key: str
    shown: str
    """How the live line says how many rows the filter shows."""
    empty: str
    """What stands in place of rows when there are none."""
    money: bool = True
    """Whether the line under the title says the unit of money."""
    unit_line: str = ""
    """How it says so where the unit is another one."""
    one_wide: bool = False
    """Whether it is printed one page wide, whatever it holds."""


@dataclass(frozen=True)
class Laid:
    """A table as it lies in its sheet, for those who refer to it."""

    sheet: str
    header_row: int
    first: int
    last: int
    surveyed: tuple[Surveyed, ...]
    name_at: int
    """The index of the column that names the row."""
    long_texts: tuple[LongText, ...]
    count: int
    beside: int
    """The column where the longer half of the lines under the title begins."""

    @property
    def letters(self) -> tuple[str, ...]:
        """Return the columns' letters; A holds the serial number."""
        return tuple(get_column_letter(at) for at in range(2, len(self.surveyed) + 2))

    def span(self, at: int) -> str:
        """Return the range of one column's values, within its own sheet."""
        letter = self.letters[at]
        return f"{letter}{self.first}:{letter}{self.last}"

    def outside(self, at: int) -> str:
        """Return the range of one column's values, as other sheets write it."""
        letter = self.letters[at]
        return f"{quote_sheetname(self.sheet)}!${letter}${self.first}:${letter}${self.last}"


def lay_table(press: Press, table: Table, words: Words, lead: str = "") -> Laid:
    """Add the sheet with the whole table; `lead` is said before the filter, such as a period."""
    sheet = press.sheet(table.name, styles.PETROL)
    source = table.rows if isinstance(table.rows, Spool) else Listed(table.rows)
    room = sheets.LEGIBLE_WIDTH - _SERIAL_WIDTH
    surveyed = fitted(source.survey(table.columns, words), room, None if table.one_wide else room * _CROWDED)
    header_row = _TITLE_ROWS + (2 if any(column.group for column in table.columns) else 1)
    keys = [column.key for column in table.columns]
    name_at = keys.index(table.freeze_key) if table.freeze_key in keys else 0
    first = header_row + 1
    laid = Laid(
        sheet.title,
        header_row,
        first,
        first + max(len(source), 1) - 1,
        surveyed,
        name_at,
        long_texts(surveyed, source, name_at),
        len(source),
        _beside(press, surveyed[: name_at + 1], words),
    )
    sheets.put_title(
        sheet,
        table.title,
        press.imprint,
        words,
        unit=table.money,
        unit_line=table.unit_line,
        beside=laid.beside,
        lead=lead,
        tail=words.some_long if laid.long_texts else "",
    )
    _put_headers(sheet, laid, words)
    _put_rows(press, sheet, laid, source, table.empty, words)
    _put_totals(press, sheet, laid, words)
    _put_live_line(press, sheet, laid, table, words)
    _put_colours(sheet, laid)
    _put_views(press, sheet, laid, words)
    if not table.one_wide:
        _cut(sheet, laid)
    return laid


def _beside(press: Press, kept: Sequence[Surveyed], words: Words) -> int:
    """Begin right of the frozen columns if the shorter half fits above them, else leave the line in one."""
    room = _SERIAL_WIDTH + sum(one.width for one in kept)
    line = sheets.dated(press.imprint, words, unit=True)
    return len(kept) + 2 if display_width(line) * 1.1 < room else 1


def _put_headers(sheet: Worksheet, laid: Laid, words: Words) -> None:
    headers = [words.number, *(one.header for one in laid.surveyed)]
    widths = [_SERIAL_WIDTH, *(one.width for one in laid.surveyed)]
    sheets.set_widths(sheet, widths)
    for at, header in enumerate(headers, 1):
        cell = cell_at(sheet, laid.header_row, at)
        sheets.put_text(cell, header)
        styles.dress_head(cell)
    sheet.row_dimensions[laid.header_row].height = sheets.header_height(headers, widths)
    for at, one in enumerate(laid.surveyed, 2):
        sheet.column_dimensions[get_column_letter(at)].hidden = one.column.hidden
    if laid.header_row > _TITLE_ROWS + 1:
        _put_groups(sheet, laid)


def _put_groups(sheet: Worksheet, laid: Laid) -> None:
    """Write the groups' headings above the columns', centred without merging so that columns can move."""
    row, at = laid.header_row - 1, 2
    styles.dress_group(cell_at(sheet, row, 1), first=True, last=True)
    sheet.row_dimensions[row].height = 22
    runs = groupby(enumerate(laid.surveyed), lambda pair: (pair[1].column.group, pair[0] > laid.name_at))
    for (group, _), members in runs:
        width = len(list(members))
        for offset in range(width):
            styles.dress_group(cell_at(sheet, row, at + offset), first=offset == 0, last=offset == width - 1)
        sheets.put_text(cell_at(sheet, row, at), group)
        at += width


def _put_rows(press: Press, sheet: Worksheet, laid: Laid, source: Source, empty: str, words: Words) -> None:
    looks = [_looks(press, sheet, Kind.INT, "0")]
    looks += [_looks(press, sheet, one.column.kind, one.number_format) for one in laid.surveyed]
    if len(source):
        rows = write_rows(laid.surveyed, looks, source, laid.first, words)
        press.stream(sheet, laid.first, rows, f"A{laid.first}:{laid.letters[-1]}{laid.last}")
        return
    cell = cell_at(sheet, laid.first, 1)
    sheets.put_text(cell, empty)
    styles.dress_line(cell)
    sheet.row_dimensions[laid.first].height = 36


def _looks(press: Press, sheet: Worksheet, kind: Kind, number_format: str) -> Looks:
    def body(cell: Cell) -> None:
        styles.dress_body(cell, kind, number_format)
        if number_format == "0":
            cell.alignment = styles.alignment(Kind.WORD)
            cell.font = styles.font(color=styles.GREY)

    def dash(cell: Cell) -> None:
        body(cell)
        cell.font = styles.font(color=styles.PETROL_SOFT)
        cell.alignment = styles.alignment(Kind.WORD)

    def quoted(cell: Cell) -> None:
        body(cell)
        cell.quotePrefix = True

    def long(cell: Cell) -> None:
        body(cell)
        cell.alignment = styles.from_top()

    return Looks(*(press.style_of(sheet, dress) for dress in (body, dash, quoted, long)))


def _put_totals(press: Press, sheet: Worksheet, laid: Laid, words: Words) -> None:
    if not any(one.column.total for one in laid.surveyed):
        return
    row = laid.last + 1
    sheet.row_dimensions[row].height = 28
    styles.dress_total(cell_at(sheet, row, 1), Kind.WORD)
    sheets.put_text(cell_at(sheet, row, 1), words.total)
    for at, one in enumerate(laid.surveyed):
        cell = cell_at(sheet, row, at + 2)
        styles.dress_total(cell, one.column.kind, one.number_format)
        if one.column.total:
            press.formula(cell, f"=SUBTOTAL(109,{laid.span(at)})", one.total)


@dataclass
class _Live:
    """A sentence as a formula, and what it says when nothing is filtered away."""

    parts: list[str] = field(default_factory=list)
    result: str = ""

    def said(self, text: str, place: str, formula: str, value: float) -> _Live:
        """Add a text in which a live figure takes the given place."""
        before, after = text.split(place)
        self.parts += [
            part for part in (_quoted(before), f'TEXT({formula},"#,##0")', _quoted(after)) if part != '""'
        ]
        # Excel rounds a half up, Python to the even neighbour.
        whole = Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP)
        self.result += f"{before}{whole:,}{after}"
        return self


def _put_live_line(press: Press, sheet: Worksheet, laid: Laid, table: Table, words: Words) -> None:
    """Say above the table how many rows the filter shows and what they add up to."""
    counted = f"SUBTOTAL(103,{laid.span(laid.name_at)})"
    count = _Live().said(table.shown, "{count}", counted, laid.count)
    money = count if laid.beside == 1 else _Live()
    for at, one in enumerate(laid.surveyed):
        if one.column.headline:
            unit = words.units.get(one.column.kind, "")
            text = words.headline.format(header=one.column.header, amount="{amount}", unit=unit).rstrip()
            lead = words.list_joint if money.parts else ""
            money.said(lead + text, "{amount}", f"SUBTOTAL(109,{laid.span(at)})", one.total)
    for column, live in ((1, count), (laid.beside, money)):
        if live.parts:
            press.formula(cell_at(sheet, _TITLE_ROWS, column), "=" + "&".join(live.parts), live.result)
            styles.dress_line(cell_at(sheet, _TITLE_ROWS, column), strong=True)
    for at in range(1, len(laid.surveyed) + 2):
        cell_at(sheet, _TITLE_ROWS, at).border = styles.ACCENT_BORDER
    sheet.row_dimensions[_TITLE_ROWS].height = 24


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _put_colours(sheet: Worksheet, laid: Laid) -> None:
    """Colour by rule, so that colours follow when somebody sorts or corrects the sheet."""
    for at, one in enumerate(laid.surveyed):
        letter = laid.letters[at]
        for word, tone in one.column.tones.items():
            rule = Rule(
                type="expression",
                dxf=styles.tone_style(tone),
                formula=[f"${letter}{laid.first}={_quoted(word)}"],
            )
            sheet.conditional_formatting.add(laid.span(at), rule)
        if laid.count and one.column.kind in styles.NUMERIC:
            unknown = Rule(
                type="expression",
                dxf=styles.ground_style(styles.UNKNOWN),
                formula=[f"ISBLANK({letter}{laid.first})"],
            )
            sheet.conditional_formatting.add(laid.span(at), unknown)
    if laid.count:
        band = Rule(type="expression", dxf=styles.ground_style(styles.BAND), formula=["MOD(ROW(),2)=0"])
        sheet.conditional_formatting.add(f"A{laid.first}:{laid.letters[-1]}{laid.last}", band)


def _put_views(press: Press, sheet: Worksheet, laid: Laid, words: Words) -> None:
    end = laid.letters[-1]
    sheet.auto_filter.ref = f"A{laid.header_row}:{end}{laid.last}"
    after_name = get_column_letter(laid.name_at + 3)
    sheets.start_at(sheet, f"A{laid.first}", frozen=f"{after_name}{laid.first}")
    top = laid.header_row - (1 if laid.header_row > _TITLE_ROWS + 1 else 0)
    area = f"A1:{laid.letters[len(_printed(laid)) - 1]}{laid.last + 1}"
    sheets.set_print(sheet, press.imprint, words, area=area, repeat=f"{top}:{laid.header_row}")


def _cut(sheet: Worksheet, laid: Laid) -> None:
    """Print a table that is too wide to be read on one page several pages wide, its names on each."""
    printed = _printed(laid)
    widths = [_SERIAL_WIDTH, *(0.0 if one.column.hidden else one.width for one in printed)]
    cuts, scale = sheets.page_columns(widths, _edges(printed), laid.name_at + 2)
    if cuts:
        sheets.cut_pages(sheet, cuts, scale, laid.first, (laid.last + 1, len(printed) + 1))
        sheet.print_title_cols = f"A:{laid.letters[laid.name_at]}"


def _printed(laid: Laid) -> tuple[Surveyed, ...]:
    final = max((at for at, one in enumerate(laid.surveyed) if not one.column.hidden), default=0)
    return laid.surveyed[: final + 1]


def _edges(printed: Sequence[Surveyed]) -> list[int]:
    """Tell after how many columns, the serial number included, each group ends."""
    ends = [
        at + 2
        for at, (one, following) in enumerate(pairwise(printed))
        if one.column.group != following.column.group or not one.column.group
    ]
    return [*ends, len(printed) + 1]


def note_rows(laid: Laid, words: Words) -> list[tuple[str, str]]:
    """List the columns that come with a meaning, for the notes sheet."""
    return [
        (header_text(one.column, words, words.in_unit_line), one.column.note)
        for one in laid.surveyed
        if one.column.note
    ]
