"""The workbook of an evaluation period: facts about each cadre and each share, and no points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from exports.evaluation_book import details, evaluation_workbook, overview, weighted
from exports.words import EN, ZH, Words
from tests.exports import cast
from tests.exports.reading import cell_of, charts_of, opened, sheet_of

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook


@pytest.fixture(scope="module")
def content() -> bytes:
    return evaluation_workbook(cast.evaluation_book())


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


def test_its_sheets_print_like_all_others(book: Workbook) -> None:
    assert book.sheetnames == ["总表", "项目明细", "图表", "说明"]
    for name in book.sheetnames:
        assert sheet_of(book, name).page_setup.orientation == "landscape"
    for name in ("总表", "项目明细"):
        sheet = sheet_of(book, name)
        assert sheet.freeze_panes == "C6"
        assert sheet.print_title_rows == "$4:$5"
        assert "2025年下半年" in str(cell_of(sheet, "A2").value)


def test_each_cadre_has_a_row_and_totals_follow_the_filter(book: Workbook, content: bytes) -> None:
    made = cast.evaluation_book()
    sheet, results = sheet_of(book, "总表"), sheet_of(opened(content, results=True), "总表")
    keys = [column.key for column in overview(made, ZH).columns]
    assert [cell_of(sheet, f"B{6 + n}").value for n in range(9)] == list(cast.NAMES[:9])
    at = keys.index("projects") + 2
    assert str(sheet.cell(15, at).value).startswith("=SUBTOTAL(109,")
    assert results.cell(15, at).value == len(made.shares)
    landed = keys.index("landed") + 2
    total = results.cell(15, landed).value, results.cell(15, landed + 1).value
    assert total == (
        sum(share.landed for share in made.shares),
        sum(not share.landed for share in made.shares),
    )


def test_each_share_has_a_row_with_its_part_of_the_money(book: Workbook) -> None:
    made = cast.evaluation_book()
    sheet = sheet_of(book, "项目明细")
    keys = [column.key for column in details(made, ZH).columns]
    whole, part = keys.index("investment") + 2, len(keys) - 2
    assert keys[part - 2] == "investment"
    for at, share in enumerate(made.shares, 6):
        assert sheet.cell(at, keys.index("project") + 2).value == share.project
        if share.investment is None:
            assert sheet.cell(at, whole).value is None
            assert sheet.cell(at, part).value is None
        else:
            amount = sheet.cell(at, part).value
            assert isinstance(amount, (int, float))
            assert round(amount * cast.WAN) == weighted(share.investment, share.share)
    # A project shared by two would count twice.
    assert sheet.cell(sheet.max_row, whole).value is None


def test_it_brings_charts_and_says_that_it_has_no_points(book: Workbook) -> None:
    assert len(charts_of(sheet_of(book, "图表"))) == 4
    said = {str(cell.value) for row in sheet_of(book, "说明").iter_rows() for cell in row}
    assert any("不含积分" in text for text in said)


@pytest.mark.parametrize(
    ("amount", "share", "part"), [(3, 5_000, 2), (1, 3_333, 0), (100, 10_000, 100), (0, 1, 0)]
)
def test_a_part_is_rounded_half_up_to_the_fen(amount: int, share: int, part: int) -> None:
    assert weighted(amount, share) == part


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_a_period_without_cadres_says_so(words: Words) -> None:
    made = opened(evaluation_workbook(cast.evaluation_book(0, 0), words))
    assert cell_of(sheet_of(made, words.overview), "A6").value == words.empty_cadres
    assert cell_of(sheet_of(made, words.details), "A6").value == words.empty_shares
    assert cell_of(sheet_of(made, words.charts), "A3").value == words.no_data


def test_a_long_remark_stands_in_full_on_a_sheet_of_its_own() -> None:
    book = cast.evaluation_book(2, 3)
    share = replace(book.shares[0], note="说" * 9_000)
    made = opened(evaluation_workbook(replace(book, shares=(share, *book.shares[1:]))))
    assert made.sheetnames[-1] == "长文"
    assert cell_of(sheet_of(made, "长文"), "C5").value == "备注"


def test_charts_of_many_cadres_show_the_first_and_say_so() -> None:
    made = opened(evaluation_workbook(cast.evaluation_book(20, 60)))
    sheet = sheet_of(made, "图表")
    assert cell_of(sheet, "A3").value == "按总表顺序列前 15 人"
    assert len(charts_of(sheet)[0].series[0].val.numRef.numCache.pt) == 15
