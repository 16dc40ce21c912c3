"""Page cuts, widths, names and footers: what makes a sheet readable on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import safety, sheets
from exports.notes_sheet import pieces
from exports.pipeline_book import pipeline_workbook, write_pipeline
from exports.press import Press
from exports.shapes import Column, Kind
from exports.sheets import page_columns
from exports.styles import is_dark
from exports.survey import Surveyed, fitted
from tests.exports import cast
from tests.exports.reading import opened, sheet_of


def test_a_narrow_table_prints_one_page_wide() -> None:
    assert page_columns([7, 15, 24, 30], [3, 4], 3) == ([], 100)
    made = opened(
        pipeline_workbook(
            replace(cast.pipeline_book(2), columns=cast.COLUMNS[:4], rows=[("a", "b", "c", "d")])
        )
    )
    sheet = sheet_of(made, "台账")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.page_setup.fitToHeight == 0


def test_a_wide_table_is_cut_at_its_groups_into_even_pages() -> None:
    cuts, scale = page_columns([10] * 61, [11, 21, 31, 41, 51, 61], 1)
    assert cuts == [31]
    assert scale >= 60


def test_a_table_of_one_endless_group_is_cut_between_columns() -> None:
    cuts, scale = page_columns([10] * 81, [81], 1)
    assert cuts
    assert scale >= 60


@given(st.lists(st.floats(5, 60), min_size=2, max_size=60), st.integers(1, 3))
def test_page_cuts_are_ordered_and_inside_the_table(widths: list[float], kept: int) -> None:
    cuts, scale = page_columns(widths, list(range(2, len(widths) + 1, 3)) or [len(widths)], kept)
    assert cuts == sorted(set(cuts))
    assert all(kept < cut < len(widths) for cut in cuts)
    assert 10 <= scale <= 100


@pytest.mark.parametrize(
    ("text", "name"),
    [("台账", "台账"), ("a/b:c*[d]'", "a b c  d"), ("", "Sheet"), ("长" * 40, "长" * 31), ("\x00", "Sheet")],
)
def test_sheet_names_are_what_excel_allows(text: str, name: str) -> None:
    assert safety.sheet_name(text) == name


def test_a_footer_keeps_its_ampersands_and_its_length() -> None:
    assert safety.footer_text("A&B\n局") == "A&&B 局"
    assert safety.footer_text("局" * 80) == "局" * 59 + "…"


@given(st.text(), st.integers(2, 60))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    text = safety.clean(text)
    clipped = safety.clip(text, limit, "…")
    assert safety.units(clipped) <= limit
    assert clipped == text or clipped.endswith("…")


@given(st.text(alphabet="长文a \n", max_size=4_000))
def test_pieces_hold_the_whole_text(text: str) -> None:
    assert "".join(pieces(text)).replace("\n", "") == text.replace("\n", "")


def test_wide_characters_count_double() -> None:
    assert safety.display_width("招商ab") == 6
    assert safety.lines_needed("招商" * 10, 20) == 3
    assert safety.lines_needed("a\nb", 20) == 2


def test_white_letters_stand_on_dark_colours_only() -> None:
    assert is_dark("0F4C5C")
    assert not is_dark("F1C27D")


def test_a_stream_for_a_row_that_is_not_there_is_an_error() -> None:
    press = Press("台账", cast.IMPRINT)
    sheet = press.sheet("台账", "0F4C5C")
    press.stream(sheet, 3, [], "A3:A3")
    sheet.delete_rows(1, 3)
    with pytest.raises(LookupError):
        press.save(__import__("io").BytesIO())


def test_a_file_from_before_1980_can_still_be_zipped(tmp_path_factory: pytest.TempPathFactory) -> None:
    book = cast.pipeline_book(1)
    stamp = book.imprint.produced_at.replace(year=1970)
    target = tmp_path_factory.mktemp("export") / "old.xlsx"
    with target.open("wb") as out:
        write_pipeline(replace(book, imprint=replace(book.imprint, produced_at=stamp)), out)
    with ZipFile(target) as parts:
        assert parts.testzip() is None


def surveyed(kind: Kind, width: float, longest: str = "", header: str = "名", core: float = 0.0) -> Surveyed:
    return Surveyed(Column(f"{kind}-{width}-{header}", header, kind), header, width, "@", 0.0, longest, core=core)


def test_texts_give_way_and_numbers_keep_their_width() -> None:
    columns = [surveyed(Kind.LONG, 40.0), surveyed(Kind.MONEY_WAN, 14.0), surveyed(Kind.CODE, 20.0), surveyed(Kind.TEXT, 26.0)]
    found = fitted(columns, 80.0)
    assert [one.width for one in found[1:3]] == [14.0, 20.0]
    assert abs(sum(one.width for one in found) - 80.0) < 0.3
    assert fitted(columns, 200.0) == tuple(columns)


def test_no_text_is_squeezed_below_what_its_longest_needs() -> None:
    tall = surveyed(Kind.LONG, 60.0, "长" * 200)
    (found,) = fitted([tall], 5.0)
    assert found.width >= 200 * 2 * 1.05 / 11
    (word,) = fitted([surveyed(Kind.WORD, 18.0, core=12.0)], 5.0)
    assert word.width == 12.0


def test_a_table_that_stays_too_wide_keeps_its_comfort() -> None:
    columns = [surveyed(Kind.CODE, 30.0, header=str(n)) for n in range(20)] + [surveyed(Kind.TEXT, 24.0)]
    assert fitted(columns, 200.0, 260.0) == tuple(columns)
    assert fitted(columns, 200.0) != tuple(columns)


@pytest.mark.parametrize("name", ["按项目", "Above size, A1:B2, not counted", "it's, here"])
def test_the_printed_area_reaches_down_whatever_the_sheet_is_called(name: str) -> None:
    sheet: Any = openpyxl.Workbook().active
    sheet.title = name.replace(":", "")
    sheet.print_area = ["A1:D9", "E6:H9"]
    sheets.reach(sheet, 12)
    areas = sheets._AREA.findall(str(sheet.print_area))
    assert [area.replace("$", "") for area in areas] == ["A1:D12", "E6:H9"]
