"""What is checked on a row as a whole once its cells are read: name, width, values side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.intake.rules_cells import Cell, Remark, column_letters, shown
from crm.intake.rules_stages import stage_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.intake.rules_headers import Column
    from crm.intake.rules_layout import Layout

NO_NAMES = frozenset(["", "待定", "无", "暂无", "未定", "名称待定"])
LONGEST_NAME = 200
LONGEST_SHOWN = 80
Findings = tuple[list[Remark], list[Remark]]


@dataclass(frozen=True)
class Table:
    """What the checks need to know of a table: ragged ones come from text files."""

    layout: Layout
    labels: Mapping[int, str]
    ragged: bool
    doubles: tuple[tuple[Column, Column], ...]

    def label(self, code: str) -> str:
        """Give the heading of a field's column, or nothing."""
        return self.labels.get(self.layout.place(code) + 1, "")


def check_row(table: Table, cells: list[Cell], values: dict[str, Any]) -> Findings:
    """Check a row as a whole; proposes the company's name where no column holds names."""
    errors: list[Remark] = []
    if table.ragged:
        errors += _misfit(table, cells)
    if table.doubles:
        errors += _doubled(table, cells)
    name_errors, warnings = _name(table, values)
    errors += name_errors
    if values["date_iso"] and values.get("stage_code") in {"lead", "qualified"} and values["status_code"] == "active":
        text = stage_text("stage.before_signed", values["stage"])
        warnings.append(Remark("stage.before_signed", text, table.label("stage"), values["stage"]))
    return errors, warnings


def _misfit(table: Table, cells: list[Cell]) -> list[Remark]:
    """Recognise a row of a text file that was cut wrongly: too many fields, or few that swallowed lines."""
    width = len(table.layout.columns)
    beyond = next((place for place in range(width, len(cells)) if shown(cells[place])), None)
    if beyond is not None:
        message = say("The row has more fields than the heading: is a separator or a quotation mark wrong?")
        return [Remark("row.misfit", message, column_letters(beyond + 1), shown(cells[beyond]))]
    long = next((cell for cell in cells if isinstance(cell, str) and "\n" in cell), None)
    if long is not None and len(cells) * 2 < width:
        message = say("The row has fewer fields than the heading and swallows lines: is a quote open?")
        return [Remark("row.misfit", message, "", long[:LONGEST_SHOWN])]
    return []


def _doubled(table: Table, cells: list[Cell]) -> list[Remark]:
    """Ask which of two columns with the same heading counts when they say different things."""
    remarks = []
    for first, second in table.doubles:
        one, other = (shown(cells[at.index - 1]) if at.index <= len(cells) else "" for at in (first, second))
        if one and other and one != other:
            both = f"{one} | {other}"
            message = say("Two columns with this heading hold different values: %(values)s", values=both)
            remarks.append(Remark("header.duplicate", message, table.labels[second.index], other))
    return remarks


def _name(table: Table, values: dict[str, Any]) -> Findings:
    """Ask for a name: without a column for it the company's name is proposed."""
    label, name = table.label("name"), values["name"]
    if not name and not label and values["investor"]:
        values["name"] = values["investor"]
        message = say("There is no column for the project's name: the company's name is proposed")
        return [], [Remark("name.proposed", message, table.label("investor"), values["investor"])]
    if name in NO_NAMES:
        return [Remark("name.missing", say("The project has no name"), label, name)], []
    if len(name) > LONGEST_NAME:
        message = say("The name has more than %(count)s characters", count=LONGEST_NAME)
        return [Remark("name.too_long", message, label, name)], []
    return [], []
