"""Puts the reading together: sheets in, every row told apart with its values, findings and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.intake.rules_cells import RawRow, RawSheet, Remark, column_letters, one_line, shown
from crm.intake.rules_duplicates import Known, Likeness, Place, keys_of
from crm.intake.rules_facts import LedgerFacts, gather_facts
from crm.intake.rules_headers import header_table
from crm.intake.rules_layout import (
    MOST_HEADING_ROWS,
    SAMPLE,
    Ahead,
    Layout,
    MergeIndex,
    doubled_labels,
    find_layout,
    learn_from_values,
)
from crm.intake.rules_rows import RowTeller, texts_of
from crm.intake.rules_values import NO_CHOICES, Choices, RowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    Decide = Callable[["RowReading", Known, bool], str]

LOOK_AHEAD = MOST_HEADING_ROWS + 1
NEXT_TITLES = 3


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


@dataclass(frozen=True)
class SheetReading:
    """What was found in one sheet as a whole."""

    name: str
    facts: LedgerFacts
    layouts: tuple[Layout, ...]


@dataclass(frozen=True)
class Reading:
    """A whole file read."""

    file: str
    sheets: tuple[SheetReading, ...]
    rows: tuple[RowReading, ...]
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]

    def counts(self) -> dict[str, int]:
        """Count rows by what is to be done with them."""
        names = {"create": "create", "update": "update", "duplicate": "duplicate", "refuse": "refused", "unchanged": "unchanged"}
        counts = dict.fromkeys(["read", "create", "update", "duplicate", "refused", "not_data", "unchanged"], 0)
        for row in self.rows:
            if row.kind == "data":
                counts["read"] += 1
                counts[names[row.action]] += 1
            else:
                counts["not_data"] += 1
        return counts


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
        if self.layouts and layout.words == self.layouts[-1].words:
            return
        sample = self.ahead.peek(SAMPLE)
        layout = self._chosen(layout)
        layout = layout if self.sheet.ragged else learn_from_values(layout, sample)
        self.layouts.append(layout)
        self._check_heading(layout)
        facts = gather_facts(self.lines)
        self.teller = RowTeller(layout, self.merges)
        self.reader = RowReader(
            layout,
            facts,
            self.merges,
            date1904=self.sheet.date1904,
            ragged=self.sheet.ragged,
            today=self.today,
            choices=self.choices,
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
        for column in doubled_labels(layout):
            label = one_line(column.label)
            message = say("The heading “%(label)s” stands twice: say which column counts", label=label)
            self.errors.append(Remark("header.duplicate", message, label, column_letters(column.index), self.sheet.name, layout.bottom))
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
            self.rows.append(RowReading(self.sheet.name, row.number, "title"))

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
        if kind == "section" and self._before_table():
            kind = "title"
        if kind == "title":
            self.lines.extend(text for _, text in texts_of(row))
        if kind != "blank":
            self.rows.append(RowReading(self.sheet.name, row.number, kind))

    def _before_table(self) -> bool:
        """Tell whether another heading follows closely."""
        rows = self.ahead.peek(LOOK_AHEAD + NEXT_TITLES)
        return any(find_layout(rows[at : at + LOOK_AHEAD], self.merges) for at in range(min(NEXT_TITLES, len(rows))))

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
        values, errors, warnings = reader.read(row)
        if row.hidden:
            self.hidden += 1
            warnings.append(Remark("row.hidden", say("The row is hidden in the file")))
        action = "refuse" if errors else "create"
        self.rows.append(RowReading(self.sheet.name, row.number, "data", action, values, errors, warnings))


def read_ledger(  # noqa: PLR0913 - what a file is read against
    sheets: Sequence[RawSheet],
    *,
    file: str = "",
    known: Iterable[Known] = (),
    today: date | None = None,
    choices: Choices = NO_CHOICES,
    decide: Decide | None = None,
) -> Reading:
    """Read a ledger; `decide(row, known, exact)` says what becomes of a row that the database knows."""
    errors: list[Remark] = []
    warnings: list[Remark] = []
    read: list[SheetReading] = []
    rows: list[RowReading] = []
    for sheet in sheets:
        warnings.extend(sheet.remarks)
        if sheet.state != "visible" and any(other.state == "visible" for other in sheets):
            warnings.append(Remark("sheet.hidden", say("The hidden sheet was not read"), sheet=sheet.name))
            continue
        reader = SheetReader(sheet, today, choices)
        read.append(reader.read())
        errors.extend(reader.errors)
        warnings.extend(reader.warnings + _sheet_remarks(sheet, reader))
        errors.extend(_misfits(reader))
        rows.extend(reader.rows)
    errors.extend(_nothing_read(read, rows))
    _find_repeats(rows, known, decide)
    return Reading(file, tuple(read), tuple(rows), tuple(errors), tuple(warnings))


def _sheet_remarks(sheet: RawSheet, reader: SheetReader) -> list[Remark]:
    """Say what a person might overlook in a sheet."""
    remarks = []
    if not reader.layouts and reader.rows:
        remarks.append(Remark("sheet.no_header", say("No heading was found in this sheet"), sheet=sheet.name))
    if reader.hidden:
        message = say("%(count)s hidden rows were read, too", count=reader.hidden)
        remarks.append(Remark("row.hidden", message, sheet=sheet.name))
    if sheet.hidden_columns and reader.layouts:
        letters = ", ".join(column_letters(column) for column in sheet.hidden_columns[:LOOK_AHEAD])
        message = say("The hidden columns %(columns)s were read, too", columns=letters)
        remarks.append(Remark("column.hidden", message, sheet=sheet.name))
    return remarks


def _misfits(reader: SheetReader) -> list[Remark]:
    """Sum up the rows that do not fit the heading."""
    misfits = [row for row in reader.rows if any(error.code == "row.misfit" for error in row.errors)]
    if not misfits:
        return []
    message = say("%(count)s rows do not fit the heading, the first is row %(row)s", count=len(misfits), row=misfits[0].row)
    return [Remark("row.misfit", message, sheet=reader.sheet.name, row=misfits[0].row)]


def _nothing_read(read: list[SheetReading], rows: list[RowReading]) -> list[Remark]:
    """Say why a file gave no project; "0 rows" is never a success."""
    if not rows:
        return [Remark("file.empty", say("The file holds no rows"))]
    if not any(sheet.layouts for sheet in read):
        return [Remark("header.missing", say("No heading was found: one row must name the columns, such as 项目名称 and 总投资"))]
    if not any(row.kind == "data" for row in rows):
        return [Remark("data.missing", say("There is no project below the heading"))]
    return []


def _find_repeats(rows: list[RowReading], known: Iterable[Known], decide: Decide | None) -> None:
    """Find the rows that repeat one above or a project that is known, and those that resemble one."""
    inside, outside = Likeness(), Likeness(known)
    for row in rows:
        if row.kind != "data" or not row.values["name"]:
            continue
        keys = keys_of(row.values)
        match = inside.repeats(keys)
        place = match.place if match else None
        action = "duplicate"
        if match is None and (match := outside.repeats(keys)) and match.place.known:
            action = decide(row, match.place.known, match.exact) if decide else "duplicate"
            place = match.place if action == "duplicate" else None
        if match is None:
            row.warnings.extend(inside.resembles(keys) + outside.resembles(keys))
        if place is None or match is None or match.place.known:
            inside.add(Place(row.sheet, row.row, keys))
        if row.action == "create" and match is not None:
            row.action, row.duplicate_of = action, place


def reading_to_json(reading: Reading, render: Callable[[Text], str] = str) -> dict[str, Any]:
    """Give a reading in the shape that `import --json` prints."""
    return {
        "file": reading.file,
        "sheets": [sheet.name for sheet in reading.sheets],
        "counts": reading.counts(),
        "errors": [remark_to_json(remark, render) for remark in reading.errors],
        "warnings": [remark_to_json(remark, render) for remark in reading.warnings],
        "rows": [row_to_json(row, render) for row in reading.rows],
    }


def row_to_json(row: RowReading, render: Callable[[Text], str]) -> dict[str, Any]:
    """Give one row in the shape that `import --json` prints."""
    place = row.duplicate_of
    repeated = None
    if place:
        repeated = {"number": place.known.number} if place.known else {"sheet": place.sheet, "row": place.row}
    return {
        "sheet": row.sheet,
        "row": row.row,
        "kind": row.kind,
        "action": row.action,
        "values": row.values,
        "errors": [remark_to_json(remark, render) for remark in row.errors],
        "warnings": [remark_to_json(remark, render) for remark in row.warnings],
        "duplicate_of": repeated,
    }


def remark_to_json(remark: Remark, render: Callable[[Text], str]) -> dict[str, Any]:
    """Give one finding in the shape that `import --json` prints."""
    shape: dict[str, Any] = {
        "column": remark.column,
        "value": remark.value,
        "code": remark.code,
        "message": render(remark.text),
    }
    if remark.sheet:
        shape["sheet"] = remark.sheet
    if remark.row is not None:
        shape["row"] = remark.row
    return shape

