"""The register of fair-competition reviews as a workbook: one long table with its notes, as the other books look."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from exports.notes_sheet import about, lay_long_texts, lay_notes
from exports.pipeline_book import name_table
from exports.press import Press
from exports.table_sheet import Table, lay_table, note_rows
from exports.words import ZH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.shapes import Column, Definition, Imprint, Value
    from exports.words import Words


@dataclass(frozen=True)
class RegisterBook:
    """Everything that the register shows; each row holds one value for each of `columns`."""

    title: str
    sheet: str
    imprint: Imprint
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    empty: str
    reading: Sequence[str]
    """How the register is to be read, one sentence each."""
    definitions: Sequence[Definition] = ()
    freeze_key: str = "title"


def register_workbook(book: RegisterBook, words: Words = ZH) -> bytes:
    """Make the register and return the file's content."""
    press = Press(book.title, book.imprint)
    table = Table(book.sheet, book.title, book.columns, book.rows, book.freeze_key, words.shown_shares, book.empty)
    laid = lay_table(press, table, words)
    facts = about(book.imprint, book.title, laid.count, words)
    lay_notes(press, book.title, facts, note_rows(laid, words), book.definitions, words, reading=book.reading)
    if laid.long_texts:
        lay_long_texts(press, laid.long_texts, words)
    name_table(press, laid, "review_register")
    out = BytesIO()
    press.save(out)
    return out.getvalue()
