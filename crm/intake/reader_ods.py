"""Reads .ods as a stream: repeated rows and columns are counted, never spread out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crm.intake.reader_container import feed, guarded_parser

if TYPE_CHECKING:
    import zipfile

    from crm.intake.reader_child import Writer

MONTH_SHOWN = re.compile(r"^\d{4}(?:年\d{1,2}月|[-./]\d{1,2})$")
UNIT_SHOWN = re.compile(r"^[\d,.\s]+((?:亿|万)?元|亿|万)$")
FAR_TOLD = 10
EXACT_WHOLE = 10**15
HIDDEN = {"collapse", "filter"}


def read_ods(archive: zipfile.ZipFile, writer: Writer) -> None:
    """Write every table of a document."""
    parser = guarded_parser()
    document = DocumentParser(writer)
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    parser.CharacterDataHandler = document.characters
    feed(parser, archive, "content.xml")


class DocumentParser:
    """Reads the tables of content.xml, one row in memory at a time."""

    def __init__(self, writer: Writer) -> None:
        """Prepare for a document."""
        self.writer = writer
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._depth = self._skipping = self._number = self._place = 0
        self._row: list[Any] = []
        self._row_attributes: dict[str, str] = {}
        self._cell_attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._in_cell = False
        self._merges: list[list[int]] = []
        self._far: list[str] = []
        self._hidden_columns: list[int] = []
        self._columns = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = name.rpartition(":")[2]
        if name.endswith("annotation"):
            self._skipping += 1
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table:table":
            self._begin_table(attributes)
        elif name == "table:table-column":
            self._column(attributes)
        elif name == "table:table-row" and self._depth == 1:
            self._row, self._place, self._row_attributes = [], 0, attributes
        elif name in {"table:table-cell", "table:covered-table-cell"} and self._depth == 1:
            self._cell_attributes, self._in_cell = attributes, True
            self._text.clear()
        elif self._in_cell and not self._skipping:
            self._inside_cell(name, tag, attributes)

    def _inside_cell(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        """Take blanks, breaks and paragraphs of a cell's text."""
        if name == "text:p" and self._text:
            self._text.append("\n")
        elif tag == "s" and name.startswith("text:"):
            self._text.append(" " * min(int(attributes.get("text:c", 1)), 100))
        elif name == "text:line-break":
            self._text.append("\n")
        elif name == "text:tab":
            self._text.append("\t")

    def end(self, name: str) -> None:
        """End an element."""
        if name.endswith("annotation"):
            self._skipping -= 1
        elif name == "table:table":
            self._depth -= 1
            if self._depth == 0:
                self.writer.end(self._merges, self._hidden_columns, self._far)
        elif name in {"table:table-cell", "table:covered-table-cell"} and self._depth == 1:
            self._end_cell()
        elif name == "table:table-row" and self._depth == 1:
            self._end_row()

    def characters(self, text: str) -> None:
        """Collect the text of a cell."""
        if self._in_cell and not self._skipping:
            self._text.append(text)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        """Begin a sheet; a table inside a cell is none."""
        self._depth += 1
        if self._depth == 1:
            state = "hidden" if attributes.get("table:style-name") in self._hidden_styles else "visible"
            self.writer.begin(attributes.get("table:name", ""), state)
            self._number = self._columns = 0
            self._merges, self._far, self._hidden_columns = [], [], []

    def _column(self, attributes: dict[str, str]) -> None:
        """Note hidden columns."""
        count = int(attributes.get("table:number-columns-repeated", 1))
        if attributes.get("table:visibility") in HIDDEN:
            last = min(self._columns + count, self.writer.limits.columns)
            self._hidden_columns.extend(range(self._columns + 1, last + 1))
        self._columns += count

    def _end_cell(self) -> None:
        """Put a cell into its row as often as it repeats."""
        attributes, self._in_cell = self._cell_attributes, False
        count = int(attributes.get("table:number-columns-repeated", 1))
        value = self._value(attributes, "".join(self._text))
        if value is not None:
            last = min(self._place + count, self.writer.limits.columns)
            self._row.extend([None] * (self._place - len(self._row)))
            self._row.extend([value] * (last - self._place))
            if last < self._place + count and len(self._far) < FAR_TOLD:
                self._far.append(f"R{self._number + 1}C{self._place + count}")
        wide = int(attributes.get("table:number-columns-spanned", 1))
        high = int(attributes.get("table:number-rows-spanned", 1))
        if (wide > 1 or high > 1) and len(self._merges) < self.writer.limits.merges:
            top, left = self._number + 1, self._place + 1
            self._merges.append([top, left, top + high - 1, left + wide - 1])
        self._place += count

    def _end_row(self) -> None:
        """Write a row as often as it repeats when it holds something."""
        count = int(self._row_attributes.get("table:number-rows-repeated", 1))
        if self._row:
            hidden = self._row_attributes.get("table:visibility") in HIDDEN
            for number in range(self._number + 1, self._number + count + 1):
                self.writer.row(number, self._row, hidden=hidden)
        self._number += count

    def _value(self, attributes: dict[str, str], text: str) -> Any:
        """Make the value of a cell from its type and its shown text."""
        kind = attributes.get("office:value-type", attributes.get("calcext:value-type", ""))
        if kind == "date":
            precision = "month" if MONTH_SHOWN.match(text.strip()) else "day"
            return ["d", attributes["office:date-value"][:10], 0, precision]
        if kind == "boolean":
            return attributes.get("office:boolean-value") == "true"
        if kind in {"float", "currency", "percentage"}:
            number = float(attributes["office:value"])
            figure = int(number) if number.is_integer() and abs(number) < EXACT_WHOLE else number
            unit = UNIT_SHOWN.match(text.strip())
            return ["u", figure, unit[1]] if unit else figure
        if kind == "error" or attributes.get("calcext:value-type") == "error":
            return ["e", text]
        if not text and "table:formula" in attributes:
            return ["f", attributes["table:formula"]]
        return (attributes.get("office:string-value") or text)[: self.writer.limits.cell_characters] or None
