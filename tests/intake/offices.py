"""Builds the ledgers of other offices (tests/data/ledgers/offices/*.json) in the format that each names."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.intake import books

if TYPE_CHECKING:
    from openpyxl.cell import Cell

FOLDER = Path(__file__).parents[1] / "data" / "ledgers" / "offices"
FIELDS = (
    "name",
    "investor",
    "investment_wan",
    "investment_max_wan",
    "currency",
    "foreign_amount_wan",
    "date_iso",
    "date_precision",
    "responsible_unit",
    "stage",
    "contact",
    "phone",
)


class Expected(NamedTuple):
    """One row as a person reads it: where it stands, what it is, and its values if it is a project."""

    sheet: str
    row: int
    kind: str
    values: dict[str, Any]


def ledgers() -> list[str]:
    """List the names of the ledgers."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    """Read a ledger and its expected answer as written down before it was tried."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def expected(ledger: dict[str, Any]) -> list[Expected]:
    """List what every row that is not blank means."""
    return [
        Expected(sheet["name"], number, row[0], row[2] if len(row) > 2 else {})
        for sheet in ledger["sheets"]
        for number, row in enumerate(sheet["rows"], start=1)
        if row[0] != "blank"
    ]


def build(ledger: dict[str, Any], folder: Path) -> Path:
    """Write the file of a ledger."""
    path = folder / str(ledger["file"])
    if path.suffix in {".csv", ".tsv"}:
        path.write_bytes(_text(ledger, "\t" if path.suffix == ".tsv" else ","))
    elif path.suffix == ".ods":
        books.ods(path, "".join(_ods_table(sheet) for sheet in ledger["sheets"]))
    else:
        _workbook(ledger, path)
    return path


def _text(ledger: dict[str, Any], separator: str) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=separator, lineterminator="\r\n")
    for _, cells, *_ in ledger["sheets"][0]["rows"]:
        writer.writerow(["" if cell is None else cell for cell in cells])
    return lines.getvalue().encode(ledger.get("encoding", "utf-8"))


def _ods_table(sheet: dict[str, Any]) -> str:
    rows = "".join(books.ods_row(*cells) for _, cells, *_ in sheet["rows"])
    return f'<table:table table:name="{sheet["name"]}">{rows}</table:table>'


def _workbook(ledger: dict[str, Any], path: Path) -> None:
    book = Workbook()
    if ledger.get("date1904"):
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.worksheets[0])
    for content in ledger["sheets"]:
        sheet = book.create_sheet(content["name"])
        for number, (_, cells, *_rest) in enumerate(content["rows"], start=1):
            for place, value in enumerate(cells, start=1):
                _put(sheet.cell(number, place), value)
        for merge in content.get("merges", ()):
            sheet.merge_cells(merge)
        sheet.sheet_state = content.get("state", "visible")
    book.save(path)


def _put(cell: Cell, value: Any) -> None:
    """Write a cell; {"date": …} is a true date, {"is": …, "format": …} a number with a format of its own."""
    if not isinstance(value, dict):
        cell.value = value
        return
    cell.value = datetime.fromisoformat(value["date"]) if "date" in value else value["is"]
    cell.number_format = value.get("format", "yyyy-mm-dd")
