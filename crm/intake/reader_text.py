"""Reads .csv and .tsv in the encodings of Chinese offices: UTF-8 with or without BOM, GB18030, UTF-16, Big5."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from crm.intake.reader_limits import UnreadableError

if TYPE_CHECKING:
    from crm.intake.reader_child import Writer

DELIMITERS = ",\t;|，"
HINT = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
TRADITIONAL = ("項目名稱", "投資方", "總投資", "簽約", "企業名稱")
SAMPLE_CHARACTERS = 40_000
SAMPLE_RECORDS = 40


def read_text(data: bytes, name: str, writer: Writer) -> None:
    """Write a text file as one sheet named after the file."""
    text = decode(data)
    if "\x00" in text:
        msg = "file.damaged"
        raise UnreadableError(msg)
    hint = HINT.match(text)
    delimiter = hint[1] if hint else guess_delimiter(text[:SAMPLE_CHARACTERS], name)
    csv.field_size_limit(writer.limits.cell_characters)
    writer.begin(Path(name).stem, ragged=True)
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter),
            start=1,
        ):
            if (hint and number == 1) or not any(record):
                continue
            cells = [_cell(field) for field in record]
            writer.row(number, cells)
    except csv.Error:
        msg = "file.damaged"
        raise UnreadableError(msg) from None
    writer.end()


def _cell(field: str) -> str | None:
    """Take a field; ="007" is how Excel is made to keep digits as text."""
    found = AS_TEXT.match(field) if field.startswith('="') else None
    return (found[1] if found else field) or None


def decode(data: bytes) -> str:
    """Find the encoding: a BOM says it, else UTF-8 when it fits, else the Chinese encodings."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data[1:400:2].count(0) > len(data[1:400:2]) // 8:
        encodings = ["utf-16-le"]
    elif data[0:400:2].count(0) > len(data[0:400:2]) // 8:
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            found = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _big5(data) or found if encoding == "gb18030" else found
    msg = "file.encoding"
    raise UnreadableError(msg)


def _big5(data: bytes) -> str:
    """Return a text in Big5 that would pass as GB18030: only where its headings are words that ledgers use."""
    try:
        found = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return ""
    return found if any(word in found[:SAMPLE_CHARACTERS] for word in TRADITIONAL) else ""


def guess_delimiter(sample: str, name: str) -> str:
    """Choose the separator that cuts most lines into the same number of fields."""
    best, best_score = "\t" if name.lower().endswith(".tsv") else ",", 0
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(record) for _, record in zip(range(SAMPLE_RECORDS), records, strict=False) if record)
        except csv.Error:
            continue
        score = max((width * count for width, count in widths.items() if width > 1), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best
