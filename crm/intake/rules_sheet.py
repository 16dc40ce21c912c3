"""Reads one sheet from top to bottom: finds its tables, tells rows apart, reads those with projects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.intake.rules_cells import RawRow, RawSheet, Remark, column_letters, one_line, shown
from crm.intake.rules_combined import tick_columns
from crm.intake.rules_facts import LedgerFacts, gather_facts
from crm.intake.rules_headers import header_table
from crm.intake.rules_layout import (
    MOST_HEADING_ROWS,
    SAMPLE,
    Ahead,
    Layout,
    MergeIndex,
    doubled_columns,
    find_layout,
)
from crm.intake.rules_learn import inherit_units, learn_from_values, with_hints, with_units
from crm.intake.rules_rows import NOTE, RowTeller, numbers_columns, texts_of
from crm.intake.rules_values import RowReader

if TYPE_CHECKING:
    from datetime import date

    from crm.intake.rules_choices import Choices
    from crm.intake.rules_duplicates import Known, Place
    from crm.intake.rules_roundtrip import Difference

MARKS = frozenset({"lead_id", "lead_version"})
LOOK_AHEAD = MOST_HEADING_ROWS + 1
NEXT_TITLES = 3
LONGEST_TITLE = 30


@dataclass(slots=True)
class RowReading:
    """One row told apart: its kind, what is to be done with it, its values and findings."""

    sheet: str
    row: int
    kind: str
    action: str = "skip"
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    duplicate_of: Place | None = None
    changes: list[Difference] = field(default_factory=list)
    """What a row of our own workbook makes different, side by side with what we have and what had left."""
    target: Known | None = None
    """The project of ours that the row changes, when it is taken as an update."""


@dataclass(frozen=True)
class SheetReading:
    """What was found in one sheet as a whole."""

    name: str
    facts: LedgerFacts
    layouts: tuple[Layout, ...]

    def ours(self) -> frozenset[str]:
        """Return the fields of a sheet that left this product with its hidden columns; of any other one nothing."""
        found = (frozenset(column.code for column in layout.columns if column.code) for layout in self.layouts)
        return next((codes for codes in found if codes >= MARKS), frozenset())


def _without_marks(layout: Layout) -> Layout:
    """Leave a column called ID or 版本 to itself where the other of our two hidden columns is missing."""
    if {column.code for column in layout.columns} & MARKS in (MARKS, set()):
        return layout
    columns = (replace(one, code="", kind="text") if one.code in MARKS else one for one in layout.columns)
    return replace(layout, columns=tuple(columns))


class SheetReader:
    """Reads one sheet from top to bottom."""

    def __init__(self, sheet: RawSheet, today: date | None, choices: Choices) -> None:
        """Prepare for a sheet."""
        self.sheet, self.today, self.choices = sheet, today, choices
        self.merges = MergeIndex(sheet.merges)
        self.ahead = Ahead(sheet.rows)
        self.lines: list[str] = []
        self.layouts: list[Layout] = []
        self.errors: list[Remark] = []
        self.warnings: list[Remark] = []
        self.rows: list[RowReading] = []
        self.teller: RowTeller | None = None
        self.reader: RowReader | None = None
        self.hidden = 0

    def read(self) -> SheetReading:
        """Read all rows."""
        while upcoming := self.ahead.peek(1):
            row = upcoming[0]
            if self._begins_table(row):
                self._take_heading()
                continue
            self.ahead.take()
            if self.teller is None or self.reader is None:
                self._title(row)
            else:
                self._below(row, self.teller, self.reader)
        if not self.layouts:
            self.rows = [replace(row, kind="note") for row in self.rows]
        return SheetReading(self.sheet.name, gather_facts(self.lines), tuple(self.layouts))

    def _begins_table(self, row: RawRow) -> bool:
        """Tell whether a heading begins here; below one, only a row that repeats its words is looked at."""
        if self.teller is None:
            return self._layout() is not None
        return self.teller.may_repeat_header(row.cells) and self._layout() is not None

    def _layout(self) -> Layout | None:
        """Look for a heading in the rows that come next."""
        return find_layout(self.ahead.peek(LOOK_AHEAD), self.merges)

    def _take_heading(self) -> None:
        """Take the rows of a heading and settle its columns."""
        layout = self._layout()
        if layout is None:
            return
        while (rows := self.ahead.peek(1)) and rows[0].number <= layout.bottom:
            self.rows.append(RowReading(self.sheet.name, rows[0].number, "header"))
            self.ahead.take()
        if rows and numbers_columns(rows[0]):
            self.rows.append(RowReading(self.sheet.name, rows[0].number, "header"))
            self.ahead.take()
        if (rows := self.ahead.peek(1)) and (lower := with_hints(layout, rows[0])):
            layout = lower
            self.rows.append(RowReading(self.sheet.name, rows[0].number, "header"))
            self.ahead.take()
        if self.layouts and layout.words == self.layouts[-1].words:
            return
        sample = self.ahead.peek(SAMPLE)
        layout = _without_marks(self._chosen(layout))
        layout = layout if self.sheet.ragged else learn_from_values(layout, sample)
        layout = inherit_units(tick_columns(layout, sample))
        self.layouts.append(layout)
        self._check_heading(layout)
        facts = gather_facts(self.lines)
        self.teller = RowTeller(layout, self.merges, sample)
        self.reader = RowReader(
            layout,
            facts,
            self.merges,
            date1904=self.sheet.date1904,
            ragged=self.sheet.ragged,
            today=self.today,
            choices=self.choices,
            sheet=self.sheet.name,
        )

    def _chosen(self, layout: Layout) -> Layout:
        """Apply what a person settled about the columns."""
        if not self.choices.fields:
            return layout
        kinds = header_table().kinds
        columns = []
        for column in layout.columns:
            code = self.choices.fields.get(one_line(column.label), column.code)
            columns.append(replace(column, code=code, kind=kinds.get(code, "text")))
        return replace(layout, columns=tuple(columns))

    def _check_heading(self, layout: Layout) -> None:
        """Find what is wrong with a heading as a whole."""
        for _, column in doubled_columns(layout):
            label = one_line(column.label)
            message = say("The heading “%(label)s” stands twice: say which column counts", label=label)
            self.errors.append(
                Remark(
                    "header.duplicate",
                    message,
                    label,
                    column_letters(column.index),
                    self.sheet.name,
                    layout.bottom,
                ),
            )
        if layout.place("name") < 0 and layout.place("investor") < 0:
            message = say("No column holds the names of projects")
            self.errors.append(Remark("header.no_name", message, sheet=self.sheet.name, row=layout.bottom))
        elif layout.place("name") < 0:
            message = say("There is no column for the project's name: the company's name is proposed")
            self.warnings.append(Remark("name.proposed", message, sheet=self.sheet.name, row=layout.bottom))

    def _title(self, row: RawRow) -> None:
        """Take a row above the first heading."""
        texts = texts_of(row)
        if texts:
            self.lines.extend(text for _, text in texts)
            self.lines.append(" ".join(text for _, text in texts))
            kind = "note" if NOTE.match(texts[0][1]) else "title"
            self.rows.append(RowReading(self.sheet.name, row.number, kind))

    def _below(self, row: RawRow, teller: RowTeller, reader: RowReader) -> None:
        """Take a row below a heading."""
        reader.note_merges(row)
        if teller.is_plain_data(row.cells):
            teller.past_total = False
            self._data(row, reader)
            return
        kind = teller.kind(self._with_merged_name(row, teller, reader))
        if kind == "data":
            self._data(row, reader)
            return
        if self._is_title(kind, row, teller):
            kind = "title"
        if kind == "title":
            self.lines.extend(text for _, text in texts_of(row))
        if kind != "blank":
            self.rows.append(RowReading(self.sheet.name, row.number, kind))

    def _is_title(self, kind: str, row: RawRow, teller: RowTeller) -> bool:
        """Tell whether a line between two tables is the title of the second one."""
        texts = texts_of(row)
        short = kind == "note" and len(texts) == 1 and len(texts[0][1]) <= LONGEST_TITLE and not NOTE.match(texts[0][1])
        return (kind == "section" or short) and self._before_table(teller)

    def _before_table(self, teller: RowTeller) -> bool:
        """Tell whether another heading follows closely, with no project between."""
        rows = self.ahead.peek(LOOK_AHEAD + NEXT_TITLES)
        for at, row in enumerate(rows[:NEXT_TITLES]):
            if teller.is_plain_data(row.cells):
                return False
            if find_layout(rows[at : at + LOOK_AHEAD], self.merges):
                return True
        return False

    def _with_merged_name(self, row: RawRow, teller: RowTeller, reader: RowReader) -> RawRow:
        """Lend a row the name of the merged cell above, unless the row is blank."""
        place = teller.name
        if place < 0 or not reader.reaching or not texts_of(row):
            return row
        lent = reader.merged(row.number, place)
        if lent is None or (place < len(row.cells) and shown(row.cells[place])):
            return row
        cells = [*row.cells, *[None] * (place + 1 - len(row.cells))]
        cells[place] = lent
        return row._replace(cells=cells)

    def _data(self, row: RawRow, reader: RowReader) -> None:
        """Read a data row."""
        values, errors, warnings = reader.read(with_units(row, reader.layout))
        if row.hidden:
            self.hidden += 1
            warnings.append(Remark("row.hidden", say("The row is hidden in the file")))
        action = "refuse" if errors else "create"
        self.rows.append(RowReading(self.sheet.name, row.number, "data", action, values, errors, warnings))
