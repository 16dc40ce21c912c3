"""What stands in the cells: exact to the fen, text that stays text, nothing cut."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.pipeline_book import pipeline_workbook
from exports.safety import CELL_LIMIT, clean
from exports.shapes import Column, Kind, PipelineBook
from exports.words import EN, ZH
from tests.exports import cast
from tests.exports.reading import calamine, cell_of, column_of, opened, sheet_of, written

TRAPS = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","点我")',
    "+8613900000000",
    "-5",
    "@SUM(A1)",
    "\tTab",
    "\r回车",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG, Kind.WORD, Kind.CODE, Kind.DATE, Kind.MONEY_WAN])
def test_text_that_looks_like_a_formula_stays_text_unchanged(kind: Kind) -> None:
    for trap, cell in zip(TRAPS, column_of(kind, list(TRAPS)), strict=True):
        assert cell.value == trap
        assert cell.data_type == "s"
        assert cell.quotePrefix


def test_a_trap_behind_a_control_character_is_seen() -> None:
    (cell,) = column_of(Kind.TEXT, ["\x00=1+1"])
    assert cell.value == "=1+1"
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_words_around_the_table_are_safe_too() -> None:
    columns = (Column("name", "=1+1", note="=2+2", group="@x"),)
    book = PipelineBook("=A1", cast.IMPRINT, columns, [("项目",)])
    made = opened(pipeline_workbook(book))
    formulas = {
        str(cell.value)
        for sheet in made.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert all("SUBTOTAL" in formula for formula in formulas)
    assert cell_of(sheet_of(made, "台账"), "A1").value == "=A1"


def test_control_characters_that_xml_forbids_are_dropped() -> None:
    (cell,) = column_of(Kind.LONG, ["甲\x00\x0b乙\ud800丙\ufffe<&>\"'"])
    assert cell.value == "甲乙丙<&>\"'"


@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_any_text_comes_back(texts: list[str]) -> None:
    assert written(Kind.TEXT, list(texts)) == [clean(text) or ZH.dash for text in texts]


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=30))
def test_no_fen_is_lost(amounts: list[int]) -> None:
    assert [Decimal(str(v)) * cast.WAN for v in written(Kind.MONEY_WAN, list(amounts))] == amounts


def test_no_fen_is_lost_on_the_way_through_a_workbook() -> None:
    amounts = [1, -1, 99, 12_345_678_901, 10**15 - 1, 0]
    cells = column_of(Kind.MONEY_WAN, list(amounts))
    assert [Decimal(str(cell.value)) * cast.WAN for cell in cells] == amounts


@pytest.mark.parametrize(
    ("amounts", "number_format"),
    [
        ([12_000_000_000, 0], "#,##0_ "),
        ([12_000_500_000], "#,##0.00_ "),
        ([12_000_000_001], "#,##0.00####_ "),
        ([None], "#,##0_ "),
    ],
)
def test_decimals_fit_the_data(amounts: list[int | None], number_format: str) -> None:
    assert column_of(Kind.MONEY_WAN, list(amounts))[0].number_format == number_format


def test_each_kind_is_written_as_what_it_is() -> None:
    assert written(Kind.MU, [8_550]) == ["85.5"]
    assert written(Kind.PERCENT, [3_333]) == ["0.3333"]
    assert column_of(Kind.PERCENT, [3_333])[0].number_format == "0.00%_ "
    assert written(Kind.NUMBER, [Decimal("6.5"), 0.1]) == ["6.5", "0.1"]
    assert written(Kind.MONEY, [12_345]) == ["123.45"]
    assert written(Kind.INT, [0, None]) == ["0", None]
    assert written(Kind.WORD, [True, Decimal("1.0")]) == ["是", "1.0"]
    assert column_of(Kind.WORD, [False], EN)[0].value == "no"
    assert column_of(Kind.TIME, [datetime(2026, 3, 1, 10, 30)])[0].value == datetime(2026, 3, 1, 10, 30)


def test_what_is_no_number_stays_text_in_a_number_column() -> None:
    cells = column_of(Kind.MONEY_WAN, ["1.2亿美元", 1_000_000, None])
    assert [cell.value for cell in cells] == ["1.2亿美元", 1, None]


def test_a_rounded_amount_is_refused_instead_of_guessed() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        written(Kind.MONEY_WAN, [1.5])


def test_dates_keep_their_precision() -> None:
    cells = column_of(Kind.DATE, [date(2026, 3, 1), "2026-03", None, date(1899, 5, 1), date(1900, 3, 1)])
    assert cells[0].value == datetime(2026, 3, 1)
    assert [cell.value for cell in cells[1:4]] == ["2026-03", "—", "1899-05-01"]
    assert cells[4].value == datetime(1900, 3, 1)


def test_a_long_text_is_whole_in_its_cell_and_its_row_is_tall_enough() -> None:
    text = "新建标准厂房及配套设施，" * 40
    columns = (Column("name", "项目名称"), Column("content", "建设内容", Kind.LONG))
    made = opened(
        pipeline_workbook(PipelineBook("台账", cast.IMPRINT, columns, [("甲", text), ("乙", "短")]))
    )
    sheet = sheet_of(made, "台账")
    assert cell_of(sheet, "C5").value == text
    width, height = sheet.column_dimensions["C"].width, sheet.row_dimensions[5].height
    assert height is not None
    assert len(text) * 2 / width * 14 < height <= 409
    assert sheet.row_dimensions[6].height == 24
    assert "长文" not in made.sheetnames


def test_what_no_row_can_show_stands_in_full_on_a_sheet_of_its_own() -> None:
    text = "长" * 40_000
    columns = (Column("name", "项目名称"), Column("content", "建设内容", Kind.LONG))
    content = pipeline_workbook(PipelineBook("台账", cast.IMPRINT, columns, [("甲", "短"), ("乙", text)]))
    made = opened(content)
    cell = cell_of(sheet_of(made, "台账"), "C6")
    assert len(str(cell.value)) <= CELL_LIMIT
    assert str(cell.value).endswith(ZH.see_long)
    pieces = sheet_of(made, "长文")
    assert "".join(str(pieces.cell(row, 4).value) for row in range(5, pieces.max_row + 1)) == text
    assert {pieces.cell(row, 1).value for row in range(5, pieces.max_row + 1)} == {2}
    assert all((pieces.row_dimensions[row].height or 0) <= 409 for row in range(5, pieces.max_row + 1))
    assert len(calamine(content).sheet_names) == 5


def test_phones_get_no_warning_corner() -> None:
    content = pipeline_workbook(cast.pipeline_book(2))
    with ZipFile(BytesIO(content)) as parts:
        text = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'numberStoredAsText="1"' in text
