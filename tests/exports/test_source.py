"""Rows outside of memory come back as they went in, and are surveyed as a list of them is."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from exports.pipeline_book import pipeline_workbook
from exports.shapes import Column, Kind, PipelineBook
from exports.source import BLOCK, Listed, Spool, day_number, day_of
from exports.words import ZH
from tests.exports import cast
from tests.exports.reading import calamine, opened

COLUMNS = (Column("name", "项目名称"), Column("amount", "总投资", Kind.MONEY_WAN, total=True), Column("day", "签约", Kind.DATE),
           Column("text", "内容", Kind.LONG))
ROWS = [(f"第{n}厂", n * 1_000_001 if n % 3 else None, date(2026, 1, 1 + n % 28), "建设\n内容" * (n % 40)) for n in range(1_203)]


def spooled() -> Spool:
    spool = Spool(COLUMNS)
    for start in range(0, len(ROWS), 100):
        names, amounts, days, texts = zip(*ROWS[start : start + 100], strict=True)
        spool.add([names, amounts, [day_number(day) for day in days], texts])
    return spool


def test_a_spool_and_a_list_make_the_same_workbook() -> None:
    with spooled() as spool:
        assert len(spool) == len(ROWS)
        made = pipeline_workbook(PipelineBook("台账", cast.IMPRINT, COLUMNS, spool))
        assert spool.survey(COLUMNS, ZH) == Listed(ROWS).survey(COLUMNS, ZH)
    listed = pipeline_workbook(PipelineBook("台账", cast.IMPRINT, COLUMNS, ROWS))
    assert calamine(made).get_sheet_by_index(0).to_python() == calamine(listed).get_sheet_by_index(0).to_python()
    assert opened(made).worksheets[0].max_row == len(ROWS) + 5


def test_a_list_comes_in_blocks() -> None:
    sizes = [len(block[0]) for block in Listed(ROWS).blocks()]
    assert sizes == [BLOCK, BLOCK, len(ROWS) - 2 * BLOCK]


def test_days_are_numbers_and_back() -> None:
    assert day_number(date(2026, 11, 28)) == 46_354
    assert day_of(46_354) == date(2026, 11, 28)
    assert day_number(datetime(2026, 11, 28, 12)) == 46_354.5
    assert day_number(date(1899, 5, 1)) == "1899-05-01"


def test_the_spool_asks_whether_to_go_on() -> None:
    told: list[int] = []
    spool = Spool(COLUMNS, told.append)
    for start in range(0, 300, 100):
        names, amounts, _days, texts = zip(*ROWS[start : start + 100], strict=True)
        spool.add([names, amounts, [None] * 100, texts])
    list(spool.blocks())
    assert told == [100, 200, 300, 400, 500, 600]
    spool.__exit__()
    with pytest.raises(ValueError, match="closed"):
        spool.add([[None]] * 4)
