"""The pipeline workbook: the whole ledger, its summaries, charts and notes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from openpyxl.workbook.defined_name import DefinedName

from exports.chart_sheet import lay_charts
from exports.notes_sheet import about, lay_long_texts, lay_notes
from exports.press import Press
from exports.summary_sheet import lay_summary
from exports.table_sheet import Laid, Table, lay_table, note_rows
from exports.words import ZH

if TYPE_CHECKING:
    from exports.shapes import PipelineBook
    from exports.words import Words


def pipeline_workbook(book: PipelineBook, words: Words = ZH) -> bytes:
    """Make the pipeline workbook and return the file's content."""
    out = BytesIO()
    write_pipeline(book, out, words)
    return out.getvalue()


def write_pipeline(book: PipelineBook, out: BinaryIO, words: Words = ZH) -> None:
    """Make the pipeline workbook and write it to a file, so that a large one never stands in memory whole."""
    press = Press(book.title, book.imprint)
    table = Table(
        words.ledger, book.title, book.columns, book.rows, book.freeze_key, words.shown, words.empty
    )
    laid = lay_table(press, table, words)
    blocks = lay_summary(press, book.title, book.summaries, laid, words)
    lay_charts(press, book.title, blocks, words)
    facts = about(book.imprint, book.title, laid.count, words)
    columns = note_rows(laid, words)
    lay_notes(press, book.title, facts, columns, book.definitions, words, reading=words.reading_lines)
    if laid.long_texts:
        lay_long_texts(press, laid.long_texts, words)
    name_table(press, laid, "ledger_table")
    press.save(out)


def name_table(press: Press, laid: Laid, name: str) -> None:
    """Name a table with its headings, for those who build a pivot table on it."""
    end = laid.letters[-1]
    reference = f"'{laid.sheet}'!$A${laid.header_row}:${end}${laid.last}"
    press.workbook.defined_names[name] = DefinedName(name, attr_text=reference)
