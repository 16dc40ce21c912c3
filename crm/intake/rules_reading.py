"""Puts the reading together: sheets in, every row told apart with its values and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.intake.rules_cells import RawSheet, Remark, column_letters
from crm.intake.rules_checks import LONGEST_NAME
from crm.intake.rules_choices import NO_CHOICES, Choices, apply_words
from crm.intake.rules_duplicates import Known, Likeness, Place, keys_of
from crm.intake.rules_sheet import RowReading, SheetReader, SheetReading
from crm.intake.rules_turned import other_rows, turned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    Decide = Callable[[RowReading, Known, bool], str]

COLUMNS_NAMED = 5


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
        names = {
            "create": "create",
            "update": "update",
            "duplicate": "duplicate",
            "refuse": "refused",
            "unchanged": "unchanged",
            "skip": "left_out",
        }
        counts = dict.fromkeys(
            ["read", "create", "update", "duplicate", "refused", "not_data", "unchanged"],
            0,
        )
        for row in self.rows:
            if row.kind == "data":
                counts["read"] += 1
                counts[names[row.action]] = counts.get(names[row.action], 0) + 1
            else:
                counts["not_data"] += 1
        return counts


def read_ledger(
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
    found_ours = False
    for sheet in sheets:
        if choices.sheets and sheet.name not in choices.sheets:
            continue
        warnings.extend(sheet.remarks)
        if not choices.sheets and sheet.state != "visible" and any(other.state == "visible" for other in sheets):
            warnings.append(Remark("sheet.hidden", say("The hidden sheet was not read"), sheet=sheet.name))
            continue
        reader = SheetReader(sheet, today, choices)
        result = reader.read()
        if result.ours() and not found_ours:
            # Our own workbook has come back: its sheets of sums and charts are no ledgers.
            found_ours, read, errors, rows = True, [], [], []
        elif found_ours and not result.ours():
            continue
        nameless = "header.no_name" in {error.code for error in reader.errors}
        if not result.ours() and (nameless or not any(row.kind == "data" for row in reader.rows)):
            reader, result = _on_its_side(sheet, reader, result, today, choices)
            warnings.extend(reader.sheet.remarks[len(sheet.remarks) :])
        read.append(result)
        errors.extend(reader.errors)
        warnings.extend(reader.warnings + _sheet_remarks(sheet, reader, ours=bool(result.ours())))
        errors.extend(_misfits(reader))
        rows.extend(reader.rows)
    errors.extend(_nothing_read(read, rows))
    if choices.words:
        for row in rows:
            apply_words(row.values, choices)
    _find_repeats(rows, known, decide)
    return Reading(file, tuple(read), tuple(rows), tuple(errors), tuple(warnings))


def _on_its_side(
    sheet: RawSheet, upright: SheetReader, result: SheetReading, today: date | None, choices: Choices
) -> tuple[SheetReader, SheetReading]:
    """Read a sheet that gave nothing as forms or as a table on its side; what gives nothing either way stays."""
    other = turned(sheet)
    if other is None:
        return upright, result
    reader = SheetReader(other, today, choices)
    result = reader.read()
    reader.rows = [row for row in reader.rows if row.kind != "header"]
    rest = other_rows(sheet, {row.row for row in reader.rows})
    reader.rows = sorted([*reader.rows, *(RowReading(sheet.name, *row) for row in rest)], key=lambda row: row.row)
    return reader, result


def _sheet_remarks(sheet: RawSheet, reader: SheetReader, *, ours: bool) -> list[Remark]:
    """Say what a person might overlook in a sheet."""
    remarks = []
    if not reader.layouts and reader.rows:
        remarks.append(Remark("sheet.no_header", say("No heading was found in this sheet"), sheet=sheet.name))
    if reader.hidden:
        message = say("%(count)s hidden rows were read, too", count=reader.hidden)
        remarks.append(Remark("row.hidden", message, sheet=sheet.name))
    if sheet.hidden_columns and reader.layouts and not ours:
        letters = ", ".join(column_letters(column) for column in sheet.hidden_columns[:COLUMNS_NAMED])
        message = say("The hidden columns %(columns)s were read, too", columns=letters)
        remarks.append(Remark("column.hidden", message, sheet=sheet.name))
    return remarks


def _misfits(reader: SheetReader) -> list[Remark]:
    """Sum up the rows that do not fit the heading."""
    misfits = [row for row in reader.rows if any(error.code == "row.misfit" for error in row.errors)]
    if not misfits:
        return []
    message = say(
        "%(count)s rows do not fit the heading, the first is row %(row)s",
        count=len(misfits),
        row=misfits[0].row,
    )
    return [Remark("row.misfit", message, sheet=reader.sheet.name, row=misfits[0].row)]


def _nothing_read(read: list[SheetReading], rows: list[RowReading]) -> list[Remark]:
    """Say why a file gave no project; "0 rows" is never a success."""
    if not rows:
        return [Remark("file.empty", say("The file holds no rows"))]
    if not any(sheet.layouts for sheet in read):
        return [
            Remark(
                "header.missing",
                say("No heading was found: one row must name the columns, such as 项目名称 and 总投资"),
            ),
        ]
    if not any(row.kind == "data" for row in rows):
        return [Remark("data.missing", say("There is no project below the heading"))]
    return []


def _find_repeats(rows: list[RowReading], known: Iterable[Known], decide: Decide | None) -> None:
    """Find the rows that repeat one above or a project that is known, and those that resemble one."""
    inside, outside = Likeness(), Likeness(known)
    for row in rows:
        if row.kind != "data" or row.values.get("lead_id") or not 0 < len(row.values["name"]) <= LONGEST_NAME:
            continue
        keys = keys_of(row.values)
        match = inside.repeats(keys)
        place = match.place if match else None
        action = "duplicate"
        if match is None and (match := outside.repeats(keys)) and match.place.known:
            action = decide(row, match.place.known, match.exact) if decide else "duplicate"
            place = match.place if action == "duplicate" else None
            row.target = match.place.known if action == "update" else None
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
        **({"updates": row.target.number} if row.target else {}),
        **({"changes": [one.as_json(render) for one in row.changes]} if row.changes else {}),
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
