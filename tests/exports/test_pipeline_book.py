"""The pipeline workbook: its sheets, its print set-up, its totals, in both languages and at every size."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from exports.pipeline_book import pipeline_workbook
from exports.shapes import SummaryRow, SummaryTable
from exports.words import EN, ZH, Words
from tests.exports import cast
from tests.exports.reading import calamine, cell_of, charts_of, opened, sheet_of

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

ROWS = 40
FIRST, LAST, TOTAL = 6, 45, 46
KEYS = [column.key for column in cast.COLUMNS]


@pytest.fixture(scope="module")
def content() -> bytes:
    return pipeline_workbook(cast.pipeline_book(ROWS))


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


def letter(key: str) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(KEYS.index(key) + 2)


def test_the_sheets_stand_in_order_and_the_ledger_opens_first(book: Workbook) -> None:
    assert book.sheetnames == ["台账", "汇总", "图表", "说明"]
    assert book.active is not None
    assert book.active.title == "台账"
    assert cell_of(sheet_of(book, "台账"), "A1").value == "西昌市招商引资项目台账"


def test_every_sheet_prints_on_a3_landscape_with_numbered_pages(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize in {8, "8"}
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.oddFooter is not None
        assert "&P" in str(sheet.oddFooter.center.text)


def test_the_ledger_is_frozen_filtered_and_repeats_its_header(book: Workbook) -> None:
    sheet = sheet_of(book, "台账")
    assert sheet.freeze_panes == f"D{FIRST}"
    assert sheet.auto_filter.ref == f"A5:{letter('version')}{LAST}"
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.print_title_cols == "$A:$C"
    assert cell_of(sheet, "A5").value == "序号"
    assert cell_of(sheet, f"{letter('investment')}5").value == "总投资\n（万元）"


def test_printed_pages_are_cut_between_groups_and_leave_out_what_is_hidden(book: Workbook) -> None:
    areas = re.findall(r"\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)", str(sheet_of(book, "台账").print_area))
    assert [area[1] for area in areas] == ["1", *[str(FIRST)] * (len(areas) - 1)]
    assert {area[3] for area in areas} == {str(TOTAL)}
    assert areas[-1][2] == letter("updated")
    group = {letter(column.key): column.group for column in cast.COLUMNS}
    for (_, _, end, _), (start, _, _, _) in pairwise(areas):
        assert group[end] != group[start]


def test_the_ledger_holds_every_field_of_every_row(book: Workbook) -> None:
    sheet = sheet_of(book, "台账")
    rows = cast.ledger(ROWS)
    assert sheet.max_row == TOTAL
    assert [cell_of(sheet, f"A{at}").value for at in (FIRST, LAST, TOTAL)] == [1, ROWS, "合计"]
    for at, row in enumerate(rows, FIRST):
        for key in ("code", "name", "investor", "content", "phone", "stage"):
            assert cell_of(sheet, f"{letter(key)}{at}").value == row[KEYS.index(key)]


def test_unknown_numbers_stay_empty_and_unknown_words_show_a_dash(book: Workbook) -> None:
    sheet = sheet_of(book, "台账")
    for at, row in enumerate(cast.ledger(ROWS), FIRST):
        if row[KEYS.index("investment")] is None:
            assert cell_of(sheet, f"{letter('investment')}{at}").value is None
        if row[KEYS.index("signed_on")] is None:
            assert cell_of(sheet, f"{letter('signed_on')}{at}").value == "—"


def test_dates_are_dates_and_codes_are_text(book: Workbook) -> None:
    sheet = sheet_of(book, "台账")
    at, row = next((n, row) for n, row in enumerate(cast.ledger(ROWS), FIRST) if row[KEYS.index("signed_on")])
    signed = cell_of(sheet, f"{letter('signed_on')}{at}")
    assert signed.is_date
    assert signed.number_format == "yyyy-mm-dd"
    assert signed.value.date() == row[KEYS.index("signed_on")]  # type: ignore[union-attr]
    phone = cell_of(sheet, f"{letter('phone')}{at}")
    assert phone.data_type == "s"
    assert phone.number_format == "@"


def test_totals_follow_the_filter_and_cover_all_rows(book: Workbook, content: bytes) -> None:
    sheet = sheet_of(book, "台账")
    results = sheet_of(opened(content, results=True), "台账")
    for column in cast.COLUMNS:
        cell = cell_of(sheet, f"{letter(column.key)}{TOTAL}")
        if not column.total:
            assert cell.value is None
            continue
        span = f"{letter(column.key)}{FIRST}:{letter(column.key)}{LAST}"
        assert cell.value == f"=SUBTOTAL(109,{span})"
        whole = sum(v for row in cast.ledger(ROWS) if isinstance(v := row[KEYS.index(column.key)], int))
        scale = 100 if column.key == "land" else cast.WAN
        assert cell_of(results, f"{letter(column.key)}{TOTAL}").value == pytest.approx(
            whole / scale, abs=1e-9
        )


def test_the_line_under_the_title_counts_what_is_shown(book: Workbook, content: bytes) -> None:
    assert "SUBTOTAL(103,C6:C45)" in str(cell_of(sheet_of(book, "台账"), "A3").value)
    results = sheet_of(opened(content, results=True), "台账")
    assert cell_of(results, "A3").value == "当前显示 40 个项目"
    assert str(cell_of(results, "D3").value).startswith("总投资 ")


def test_hidden_columns_carry_id_and_version(book: Workbook) -> None:
    sheet = sheet_of(book, "台账")
    assert sheet.column_dimensions[letter("id")].hidden
    assert sheet.column_dimensions[letter("version")].hidden
    assert cell_of(sheet, f"{letter('id')}{FIRST}").value == "1"


def test_summaries_add_up_by_formula_and_agree_with_the_ledger(book: Workbook, content: bytes) -> None:
    formulas, results = sheet_of(book, "汇总"), sheet_of(opened(content, results=True), "汇总")
    totals = [cell for row in formulas.iter_rows() for cell in row if cell.value == "合计"]
    assert len(totals) == 5
    for total in totals:
        count = formulas.cell(total.row, total.column + 1)
        assert str(count.value).startswith("=SUM(")
        assert results.cell(total.row, total.column + 1).value == ROWS
        assert results.cell(total.row, total.column + 2).value == 1
    verdicts = [cell.value for row in results.iter_rows() for cell in row if cell.value in {"一致", "不一致"}]
    assert verdicts == ["一致"] * 5


def test_figures_as_known_earlier_and_an_even_number_of_tables_are_said_and_placed() -> None:
    whole = cast.pipeline_book(4)
    imprint = replace(whole.imprint, known_on=date(2026, 3, 1), order="", sample=False)
    book = opened(pipeline_workbook(replace(whole, imprint=imprint, summaries=whole.summaries[:4])))
    sheet = sheet_of(book, "汇总")
    assert "按 2026-03-01 已知数据" in str(cell_of(sheet, "A2").value)
    assert "虚构" not in str(cell_of(sheet, "A2").value)
    title = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "与台账核对")
    assert title.column == 1
    said = {str(cell.value) for row in sheet_of(book, "说明").iter_rows() for cell in row}
    assert "2026-03-01" in said
    assert "演示数据，均为虚构" not in said


def test_a_book_without_summaries_or_notes_is_whole() -> None:
    book = opened(pipeline_workbook(replace(cast.pipeline_book(2), summaries=(), definitions=())))
    assert cell_of(sheet_of(book, "图表"), "A4").value == "暂无数据"
    empty = SummaryTable("park", "按园区", "园区", ())
    sheet = sheet_of(opened(pipeline_workbook(replace(cast.pipeline_book(0), summaries=(empty,)))), "汇总")
    assert cell_of(sheet, "A6").value == "暂无数据"


def test_a_summary_that_misses_a_project_is_told() -> None:
    whole = cast.pipeline_book(5)
    short = SummaryTable("stage", "按进展阶段", "进展阶段", (SummaryRow("线索", 4, 1),))
    content = pipeline_workbook(replace(whole, summaries=(short,)))
    results = sheet_of(opened(content, results=True), "汇总")
    assert "不一致" in {cell.value for row in results.iter_rows() for cell in row}


def test_overlapping_rows_keep_the_true_total() -> None:
    table = SummaryTable(
        "theme",
        "按主题",
        "主题",
        (SummaryRow("清洁能源", 2), SummaryRow("川滇物流", 3)),
        SummaryRow("", 3, 1_000_000),
    )
    content = pipeline_workbook(replace(cast.pipeline_book(3), summaries=(table,)))
    sheet = sheet_of(opened(content), "汇总")
    total = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "合计")
    assert sheet.cell(total.row, 2).value == 3
    assert sheet.cell(total.row + 1, 1).value == ZH.each_once


def test_charts_are_native_carry_their_figures_and_never_overlap(book: Workbook, content: bytes) -> None:
    charts = charts_of(sheet_of(book, "图表"))
    assert len(charts) == 6
    corners = {(chart.anchor._from.col, chart.anchor._from.row) for chart in charts}
    assert len(corners) == 6
    assert {chart.anchor.to.col - chart.anchor._from.col for chart in charts} == {12}
    stages = charts[0].series[0]
    assert stages.val.numRef.f == "'汇总'!$B$6:$B$12"
    assert sum(float(point.v) for point in stages.val.numRef.numCache.pt) == ROWS


def test_the_notes_say_what_when_who_and_how_many(book: Workbook) -> None:
    said = {str(cell.value) for row in sheet_of(book, "说明").iter_rows() for cell in row if cell.value}
    assert {
        "全部项目",
        "2026-03-31",
        "沈知远",
        "2026-04-01 09:30",
        "40",
        "履约率",
        "演示数据，均为虚构",
    } <= said
    assert "总投资（万元）" in said


def test_the_file_names_its_bureau_and_its_table(book: Workbook) -> None:
    assert book.properties.creator == "西昌市投资促进局（演示）"
    assert book.properties.title == "西昌市招商引资项目台账"
    assert book.defined_names["ledger_table"].attr_text == f"'台账'!$A$5:${letter('version')}$45"


def test_the_same_rows_make_the_same_bytes(content: bytes) -> None:
    assert pipeline_workbook(cast.pipeline_book(ROWS)) == content


def test_another_reader_sees_the_same(content: bytes) -> None:
    rows = calamine(content).get_sheet_by_name("台账").to_python()
    assert len(rows) == TOTAL
    assert rows[FIRST - 1][2] == cast.ledger(ROWS)[0][KEYS.index("name")]
    assert float(rows[TOTAL - 1][KEYS.index("contracted") + 1]) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_rows_make_a_whole_workbook(count: int, words: Words) -> None:
    content = pipeline_workbook(cast.pipeline_book(count), words)
    book, results = opened(content), opened(content, results=True)
    assert book.sheetnames == [words.ledger, words.summary, words.charts, words.notes]
    sheet = sheet_of(book, words.ledger)
    last = max(FIRST, FIRST + count - 1)
    assert sheet.auto_filter.ref == f"A5:{letter('version')}{last}"
    assert cell_of(sheet, f"A{last + 1}").value == words.total
    assert words.shown.format(count=count) in str(cell_of(sheet_of(results, words.ledger), "A3").value)
    if not count:
        assert cell_of(sheet, f"A{FIRST}").value == words.empty
        assert cell_of(sheet_of(book, words.charts), "A4").value == words.no_data


def test_english_and_chinese_words_have_the_same_places() -> None:
    for name, chinese in vars(ZH).items():
        english = getattr(EN, name)
        assert type(english) is type(chinese), name
        if isinstance(chinese, str):
            assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english)), name
            assert not re.search(r"[\u4e00-\u9fff]", english.replace("万元", "")), name


def test_a_thousand_rows_take_no_more_than_a_few_seconds() -> None:
    book = cast.pipeline_book(1_000)
    started = time.process_time()
    pipeline_workbook(book)
    assert time.process_time() - started < 5
