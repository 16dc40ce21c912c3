"""Whatever a sheet holds, reading it never fails, tells every row apart once, and loses no cell silently."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.intake.rules_cells import (
    BrokenCell,
    Cell,
    DateCell,
    FormulaCell,
    Merge,
    RawRow,
    RawSheet,
    UnitCell,
    column_letters,
    shown,
)
from crm.intake.rules_reading import read_ledger, reading_to_json

WORDS = ["序号", "项目名称", "投资方", "总投资", "总投资（亿元）", "签约时间", "联系人", "联系电话", "责任单位", "进展"]
WORDS += ["投资情况", "名称", "备注", "单位：万元"]
WORDS += [
    "合计",
    "一、工业类",
    "小计",
    "注：见附件",
    "填表人：王例",
    "约3亿",
    "待定",
    "2024.3.5",
    "13900001111",
    "已签约",
    "\n",
    "　",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-(10**6), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(
        [DateCell("2024-03-05", 45356, "day"), UnitCell(3.5, "亿元"), FormulaCell("=A1"), BrokenCell("#REF!")]
    ),
)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=12)
MERGES = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 8), st.integers(0, 10**6), st.integers(0, 20_000)).map(
        lambda edges: Merge(edges[0], edges[1], edges[0] + edges[2], edges[1] + edges[3])
    ),
    max_size=4,
)
HEADING: list[Cell] = [
    "序号",
    "项目名称",
    "投资方",
    "总投资（亿元）",
    "签约时间",
    "联系电话",
    "进展",
    "统一社会信用代码",
]


@settings(max_examples=200)
@given(grid=ROWS, merges=MERGES, headed=st.booleans(), ragged=st.booleans())
def test_reading_never_fails_and_tells_every_row_once(
    grid: list[list[Cell]], merges: list[Merge], *, headed: bool, ragged: bool
) -> None:
    lines = [[*HEADING], *grid] if headed else grid
    rows = [RawRow(number, cells) for number, cells in enumerate(lines, start=1)]
    found = reading_to_json(read_ledger([RawSheet("表", rows, merges=tuple(merges), ragged=ragged)]))
    numbers = [row["row"] for row in found["rows"]]
    assert numbers == sorted(set(numbers))
    filled = {row.number for row in rows if any(shown(cell) for cell in row.cells[1:])}
    assert filled <= set(numbers)
    assert found["counts"]["read"] + found["counts"]["not_data"] == len(numbers)
    assert all((row["action"] == "refuse") == bool(row["errors"]) for row in found["rows"])
    json.dumps(found, allow_nan=False)


@given(st.integers(1, 16384))
def test_columns_are_named_as_a_sheet_names_them(column: int) -> None:
    letters = column_letters(column)
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    assert value == column
