"""Reads the old .xls (and the .et of WPS that is one inside) with calamine."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import python_calamine
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from crm.intake.reader_container import decrypt
from crm.intake.reader_limits import UnreadableError

if TYPE_CHECKING:
    from crm.intake.reader_child import Writer

EXACT_WHOLE = 10**15
STATES = {
    "SheetVisibleEnum.Visible": "visible",
    "SheetVisibleEnum.Hidden": "hidden",
    "SheetVisibleEnum.VeryHidden": "veryHidden",
}


def read_biff(data: bytes, password: str | None, writer: Writer) -> None:
    """Write every worksheet of an old workbook."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(decrypt(data, password)))
    except CalamineError:
        msg = "file.damaged"
        raise UnreadableError(msg) from None
    for about in workbook.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        writer.begin(about.name, STATES.get(str(about.visible), "visible"))
        _read_sheet(workbook, about.name, writer)


def _read_sheet(workbook: CalamineWorkbook, name: str, writer: Writer) -> None:
    """Write one worksheet; calamine leaves out the empty area before the first cell."""
    sheet = workbook.get_sheet_by_name(name)
    top, left = sheet.start or (0, 0)
    far: list[str] = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        cells = [None] * left + [cell_of(value) for value in values]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > writer.limits.columns:
            cells = cells[: writer.limits.columns]
        if cells:
            writer.row(number, cells)
    merges = [[a + 1, b + 1, c + 1, d + 1] for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    writer.end(merges, [], far)


def cell_of(value: object) -> Any:
    """Turn a value of calamine into one that JSON carries."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, datetime | date):
        return ["d", value.isoformat()[:10], 0, "day"]
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() and abs(value) < EXACT_WHOLE else value
    return str(value)
