"""What is checked on a row as a whole once its cells are read: name, width, values side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.intake.rules_cells import Cell, Remark, column_letters, shown
from crm.intake.rules_stages import is_stage_word, read_stage, stage_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.intake.rules_headers import Column
    from crm.intake.rules_layout import Layout

NO_NAMES = frozenset(["", "待定", "无", "暂无", "未定", "名称待定"])
LONGEST_NAME = 200
LONGEST_SHOWN = 80
SHEET_NOISE = re.compile(r"\d{2,4}年?度?|项目|一览|汇总|清单|台账|明细|表|类|[\s()（）_\-、.]")
Findings = tuple[list[Remark], list[Remark]]


@dataclass(frozen=True)
class Table:
    """What the checks need to know of a table: ragged ones come from text files."""

    layout: Layout
    labels: Mapping[int, str]
    ragged: bool
    doubles: tuple[tuple[Column, Column], ...]
    sheet_stage: str = ""

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
    warnings += _proposed_amount(table, values) + _proposed_stage(table, values)
    if values["date_iso"] and values.get("stage_code") in {"lead", "qualified"} and values["status_code"] == "active":
        text = stage_text("stage.before_signed", values["stage"])
        warnings.append(Remark("stage.before_signed", text, table.label("stage"), values["stage"]))
    return errors, warnings


def _proposed_amount(table: Table, values: dict[str, Any]) -> list[Remark]:
    """Propose the contract's amount as the investment in a table that has no column for the investment."""
    amount = values.get("contract_amount_wan")
    if amount is None or table.layout.place("investment") >= 0 or values["foreign_amount_wan"] is not None:
        return []
    values["investment_wan"], values["currency"] = amount, "CNY"
    values["investment_max_wan"] = values.get("contract_amount_max_wan")
    text = say("There is no column for the total investment: the contract's amount is proposed")
    return [Remark("money.proposed", text, table.label("contract_amount"), f"{amount:g}")]


def _proposed_stage(table: Table, values: dict[str, Any]) -> list[Remark]:
    """Propose the stage that the sheet's name says in a table that tells none."""
    if not table.sheet_stage or values["stage"] or table.layout.place("stage") >= 0:
        return []
    told = read_stage(table.sheet_stage)
    values["stage_code"], values["status_code"] = told.stage_code, told.status_code
    text = say("No column tells the stage: “%(stage)s” is proposed after the sheet's name", stage=table.sheet_stage)
    return [Remark("stage.proposed", text, "", table.sheet_stage)]


def sheet_stage(name: str) -> str:
    """Return the stage that a sheet's name tells in one word, or nothing."""
    word = SHEET_NOISE.sub("", name)
    return word if is_stage_word(word) else ""


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
