"""What a table's columns mean beyond their headings: learnt from the values below and from the columns beside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crm.core.uscc import is_valid
from crm.intake.rules_cells import Cell, RawRow, one_line, shown
from crm.intake.rules_headers import LAND_UNITS, Column, header_table, squeeze
from crm.intake.rules_layout import MOSTLY, Layout, cell_at
from crm.intake.rules_phones import is_mobile
from crm.intake.rules_stages import LONGEST_WORD, is_stage_word
from crm.intake.rules_units import read_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.intake.rules_units import Unit

SORTS = frozenset({"类别", "类型", "分类", "项目类别", "项目类型", "情况"})
"""Headings that say nothing by themselves: words of stages below them make them the stage."""
UNITS = frozenset({"单位", "金额单位", "计量单位", "货币单位"})
OFFICES = re.compile(r"(局|委|办|办公室|管委会|园区|中心|街道|镇|乡|政府|集团办|专班|促进会|商会|联社)$")
COMPANIES = re.compile(r"(公司|集团|厂|企业|合作社)$")
HINT = re.compile(
    r"^(?:年/?月/?日?|年-月(?:-日)?|y{2,4}[-/.]?m{1,2}(?:[-/.]?d{1,2})?|人|个|户|家|项|%|文字|数字|下拉选择|必填|选填)$",
)
"""What a row below a heading may say beside units: how a column is filled in."""
BARE_AMOUNT = re.compile(r"^[\d,，.\s～~—–-]+$")


def learn_from_values(layout: Layout, rows: Sequence[RawRow]) -> Layout:
    """Recognise columns without a known heading by the values below them, and 进展 by its style."""
    taken = {column.code for column in layout.columns}
    columns = list(layout.columns)
    width = max((len(row.cells) for row in rows), default=0)
    columns += [Column(index, "") for index in range(len(columns) + 1, width + 1)]
    for place, column in enumerate(columns):
        sorts = squeeze(one_line(column.label)) in SORTS and "stage" not in taken
        if column.code and column.code not in {"stage", "progress"} and not sorts:
            continue
        cells = [value for row in rows if shown(value := cell_at(row, place))]
        code = _by_values(cells, column) if cells else ""
        if code and code != column.code and code not in taken:
            taken.add(code)
            columns[place] = replace(column, code=code, kind=header_table().kinds[code])
    while columns and not columns[-1].label and not columns[-1].code:
        columns.pop()
    return replace(layout, columns=tuple(columns))


def _by_values(cells: list[Cell], column: Column) -> str:
    """Guess a column's field from its values."""
    words = [shown(cell) for cell in cells]
    if learnt := _by_label(squeeze(one_line(column.label)), words):
        return learnt
    if sum(map(is_stage_word, words)) >= MOSTLY * len(words) and column.code in {"", "progress"}:
        return "stage" if column.code or _unnamed(column) else ""
    if column.code == "stage" and sum(1 for word in words if len(word) > LONGEST_WORD) > len(words) / 2:
        return "progress"
    if column.code or not _unnamed(column):
        return column.code
    if sum(map(is_mobile, words)) >= MOSTLY * len(words):
        return "phone"
    if sum(map(is_valid, words)) >= MOSTLY * len(words):
        return "uscc"
    if column.index == 1 and all(isinstance(cell, int) for cell in cells):
        return "serial"
    return ""


def _by_label(label: str, words: list[str]) -> str:
    """Tell what a vague heading holds: words of stages, units of money, offices of ours, or companies."""
    if label in SORTS and all(map(is_stage_word, words)):
        return "stage"
    if label not in UNITS:
        return ""
    if all(map(read_unit, words)):
        return "money_unit"
    if sum(bool(OFFICES.search(word)) for word in words) >= MOSTLY * len(words):
        return "responsible_unit"
    return "investor" if sum(bool(COMPANIES.search(word)) for word in words) >= MOSTLY * len(words) else ""


def inherit_units(layout: Layout) -> Layout:
    """Give columns headed 其中 the unit of the amount at their left, which they are a part of."""
    last: Unit | None = None
    columns = []
    for column in layout.columns:
        part = any(squeeze(word).startswith("其中") for word in (*column.path, column.label))
        one = replace(column, unit=last) if part and column.kind == "money" and column.unit is None else column
        last = one.unit if one.kind == "money" else last
        columns.append(one)
    return replace(layout, columns=tuple(columns))


def with_hints(layout: Layout, row: RawRow) -> Layout | None:
    """Take a row that only says how columns are filled in (万元, 亩, 年月日) into the heading; None when it is none."""
    hints = {place: squeeze(text) for place, cell in enumerate(row.cells) if (text := shown(cell))}
    if not hints or not all(_is_hint(text) for text in hints.values()):
        return None
    columns = []
    for column in layout.columns:
        hint = hints.get(column.index - 1, "").strip("()[]")
        unit = read_unit(hint) if hint and column.kind == "money" else None
        land = hint if column.kind == "land" and hint in LAND_UNITS else ""
        columns.append(replace(column, unit=column.unit or unit, land_unit=column.land_unit or land))
    return replace(layout, columns=tuple(columns), bottom=row.number)


def _is_hint(text: str) -> bool:
    bare = text.strip("()[]")
    return read_unit(bare) is not None or bare in LAND_UNITS or HINT.match(bare) is not None


def with_units(row: RawRow, layout: Layout) -> RawRow:
    """Write the unit that stands in a column of its own behind the bare amounts of its row."""
    place = layout.place("money_unit")
    unit = shown(cell_at(row, place)) if place >= 0 else ""
    if not unit or read_unit(unit) is None:
        return row
    cells = list(row.cells)
    for column in layout.columns:
        at = column.index - 1
        if column.kind == "money" and column.unit is None and at < len(cells):
            text = shown(cells[at])
            if text and BARE_AMOUNT.match(text):
                cells[at] = f"{text}{unit}"
    return row._replace(cells=cells)


def _unnamed(column: Column) -> bool:
    """Tell whether a column has no heading at all."""
    return not column.label
