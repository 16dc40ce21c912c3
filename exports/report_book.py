"""A workbook of several tables: each with title, unit, totals and signature, charts on a sheet of their own, notes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from openpyxl.utils.cell import quote_sheetname

from exports import sheets, styles
from exports.chart_sheet import finish, grid_columns, put_head
from exports.charts import Place, Strand, bars, place, ring
from exports.notes_sheet import about, lay_long_texts, lay_notes
from exports.pipeline_book import name_table
from exports.press import Press
from exports.shapes import Column, Definition, Imprint, Kind, Value
from exports.sheets import cell_at
from exports.survey import SCALE
from exports.table_sheet import Laid, Table, lay_table, note_rows
from exports.words import ZH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.charts import Chart
    from exports.words import Words

_SIGNATURE_GAP = 2
_FEW = 15
"""A table of so few rows keeps its charts on its own sheet."""
_CHART_ROWS = 19
_SERIAL, _BEYOND = 7.0, 9.0
_TWO_CHARTS, _WIDEST = 150.0, 230.0
"""How wide two charts side by side are at least and at most, in characters."""
_CHARTED = {Kind.INT: "#,##0", Kind.PERCENT: "0.0%"}
"""How charts write figures; other kinds with one decimal."""
_MONEY = frozenset({Kind.MONEY_WAN, Kind.MONEY_YI, Kind.MONEY})


@dataclass(frozen=True)
class ChartOf:
    """A chart of a sheet's own rows: which columns, and how it is drawn."""

    title: str
    label: str
    values: tuple[str, ...]
    lying: bool = False
    stacked: bool = False
    ring: bool = False
    most: int = 12
    """Only so many of the first rows are drawn."""
    colors: tuple[str, ...] = styles.SERIES


@dataclass(frozen=True)
class ReportSheet:
    """One table of a report."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    freeze_key: str = "name"
    shown: str = ""
    """How the live line counts the rows; empty takes the words for projects."""
    empty: str = ""
    lead: str = ""
    """Said before the filter, such as the period."""
    charts: tuple[ChartOf, ...] = ()


@dataclass(frozen=True)
class ReportBook:
    """Everything that a report shows."""

    title: str
    imprint: Imprint
    sheets: Sequence[ReportSheet]
    definitions: Sequence[Definition] = ()
    reading: Sequence[str] = ()


def write_report(book: ReportBook, out: BinaryIO, words: Words = ZH) -> None:
    """Make the workbook and write it to a file."""
    press = Press(book.title, book.imprint)
    laid = [_lay(press, sheet, words) for sheet in book.sheets]
    drawn = []
    for sheet, where in zip(book.sheets, laid, strict=True):
        charts = [_chart(chart, sheet, where) for chart in sheet.charts] if sheet.rows else []
        if len(sheet.rows) <= _FEW:
            _place_below(press, where, charts)
        else:
            drawn += charts
    if drawn:
        page = press.sheet(words.charts, styles.PETROL_MID)
        grid_columns(page)
        put_head(press, page, words.charts_title.format(title=book.title), words, data=False)
        finish(press, page, drawn, words)
    count = laid[0].count if laid else 0
    columns = dict(pair for where in laid for pair in note_rows(where, words))
    lay_notes(
        press, book.title, about(book.imprint, book.title, count, words), list(columns.items()), book.definitions,
        words, reading=book.reading or words.reading_lines_report,
    )  # fmt: skip
    long = [text for where in laid for text in where.long_texts]
    if long:
        lay_long_texts(press, long, words)
    press.save(out)


def _lay(press: Press, sheet: ReportSheet, words: Words) -> Laid:
    money = any(column.kind in _MONEY for column in sheet.columns)
    unit = ""
    if any(column.kind is Kind.MONEY_YI for column in sheet.columns):
        unit = words.unit_line_yi
    table = Table(
        sheet.name, sheet.title, sheet.columns, sheet.rows, sheet.freeze_key, sheet.shown or words.shown,
        sheet.empty or words.empty, money, unit, one_wide=True,
    )  # fmt: skip
    laid = lay_table(press, table, words, sheet.lead)
    page = press.workbook[laid.sheet]
    row = laid.last + 1 + _SIGNATURE_GAP
    sheets.put_text(cell_at(page, row, 1), words.signature)
    styles.dress_line(cell_at(page, row, 1))
    page.row_dimensions[row].height = 24
    sheets.reach(page, row)
    name_table(press, laid, f"table_{len(press.workbook.worksheets)}")
    return laid


def _place_below(press: Press, laid: Laid, charts: Sequence[Chart]) -> None:
    """Draw the charts of a short table below its signatures, two side by side, printed with it on one page."""
    page = press.workbook[laid.sheet]
    row = laid.last + 1 + _SIGNATURE_GAP + 1
    widths = [_SERIAL, *(one.width for one in laid.surveyed if not one.column.hidden)]
    widths += [_BEYOND] * max(0, int((_TWO_CHARTS - sum(widths)) // _BEYOND) + 1)
    ends = list(accumulate(widths))
    half = min(range(len(ends)), key=lambda at: abs(ends[at] - min(ends[-1], _WIDEST) / 2)) + 1
    whole = min(range(len(ends)), key=lambda at: abs(ends[at] - min(ends[-1], _WIDEST))) + 1
    for at, chart in enumerate(charts):
        left, top = (0, half)[at % 2], row + (at // 2) * (_CHART_ROWS + 1)
        place(page, chart, Place(left, top, (half, whole - half)[at % 2], _CHART_ROWS))
    if charts:
        rows = -(-len(charts) // 2)
        page.page_setup.fitToHeight = 1
        sheets.reach(page, row + rows * (_CHART_ROWS + 1), column=whole)


def _chart(chart: ChartOf, sheet: ReportSheet, laid: Laid) -> Chart:
    keys = [column.key for column in sheet.columns]
    rows = sheet.rows[: chart.most]
    last = laid.first + len(rows) - 1
    page = quote_sheetname(laid.sheet)

    def span(key: str) -> str:
        letter = laid.letters[keys.index(key)]
        return f"{page}!${letter}${laid.first}:${letter}${last}"

    strands = []
    for key in chart.values:
        at = keys.index(key)
        column = sheet.columns[at]
        scale = SCALE.get(column.kind, 1)
        figures = [_figure(row[at], scale) for row in rows]
        head = f"{page}!${laid.letters[at]}${laid.header_row}"
        number = _CHARTED.get(column.kind, "#,##0.0")
        labels = [str(row[keys.index(chart.label)] or "") for row in rows]
        strands.append(Strand(laid.surveyed[at].header.replace("\n", ""), head, labels, span(chart.label), figures,
                              span(key), number))  # fmt: skip
    if chart.ring:
        return ring(chart.title, strands[0])
    return bars(chart.title, strands, lying=chart.lying, stacked=chart.stacked, colors=chart.colors)


def _figure(value: Value, scale: int) -> float:
    return 0.0 if value is None or isinstance(value, str) else float(value) / scale  # type: ignore[arg-type]
