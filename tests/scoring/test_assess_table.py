"""The table of `assess`: what it reads, what it carries through, what it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.core.errors import say
from crm.scoring.assess_table import (
    CHINESE,
    RESULTS,
    TOTAL,
    assess_rows,
    doubts,
    find_columns,
    header_row,
    in_chinese,
    read_csv,
    write_csv,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_chinese_and_english_headers_are_found() -> None:
    places = {"name": 1, "investor": 2, "content": 3}
    assert find_columns(["序号", "项目名称", "投资方", "建设内容及规模（万元）"]) == places
    assert find_columns(["ID", "Project Name", "Investor", "Description"]) == places
    assert find_columns([" Ｎａｍｅ ", None, "project_description"]) == {"name": 0, "content": 2}
    assert find_columns(["a", "b"]) == {}


def test_all_columns_are_carried_and_results_added() -> None:
    header, rows = assess_rows(["id", "name", "content"], [["7", "钛厂", "年产海绵钛1万吨"]])
    assert header == ["id", "name", "content", *RESULTS]
    row = dict(zip(header, rows[0], strict=True))
    assert (row["id"], row["themes"], row["clusters"], row["park"]) == ("7", "T1", "C1", "经久工业园区")
    assert int(str(row["theme_T1"])) > 50 > int(str(row["theme_T2"]))
    assert "海绵钛" in str(row["why"])


def test_columns_named_like_results_come_out_as_in_name_and_are_never_read() -> None:
    header, rows = assess_rows(
        ["name", "content", "themes", "Park", "why", "in_themes"],
        [["某某项目", "新建中学一所", "T1", "北工业园区", "海绵钛", "x"]],
    )
    assert header[:6] == ["name", "content", "in_themes", "in_Park", "in_why", "in_themes_6"]
    row = dict(zip(header, rows[0], strict=True))
    assert (row["themes"], row["park"]) == ("", "无")
    assert row["in_why"] == "海绵钛"


def test_other_columns_are_not_read() -> None:
    plain = assess_rows(["name", "content"], [["甲", "新建中学"]])[1][0][-4:]
    header = ["name", "content", "reason", "place", "投资方所在地"]
    fuller = assess_rows(header, [["甲", "新建中学", "海绵钛", "钛白粉", "西昌"]])[1][0][-4:]
    assert plain == fuller


@pytest.mark.parametrize("row", [[], [None, None], ["", ""], ["甲"], [12, 3.5], ["a", "b", "c", "d"]])
def test_short_long_and_empty_rows_get_a_verdict(row: list[object]) -> None:
    header, rows = assess_rows(["name", "content"], [row])
    assert len(rows[0]) == len(header)
    assert rows[0][-1]
    assert rows[0][-2]


def test_a_table_without_known_columns_still_says_so() -> None:
    assert assess_rows(["x"], [["海绵钛"]])[1][0][-1] == in_chinese(
        say("The text does not say what the project makes or does, so nothing fits.")
    )


def test_every_sentence_has_its_chinese() -> None:
    texts = [
        ["", ""], ["", "年产海绵钛"], ["", "新建中学"], ["", "温泉酒店，另有别墅300套对外销售"],
    ]  # fmt: skip
    said = {row[-1] for row in assess_rows(["name", "content"], texts)[1]}
    assert len(said) == len(CHINESE) == 4
    assert all(str(sentence).endswith("。") for sentence in said)


def test_csv_goes_in_and_out(tmp_path: Path) -> None:
    source = '招商台账,,\n序号,项目名称,建设内容\n\n1,钛厂,"年产海绵钛,钛锭"\n'.encode("gb18030")
    header, rows = read_csv(source)
    assert (header, rows) == (["序号", "项目名称", "建设内容"], [["1", "钛厂", "年产海绵钛,钛锭"]])
    out = tmp_path / "out.csv"
    write_csv(out, *assess_rows(header, rows))
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    again, back = read_csv(out.read_bytes())
    assert again[:3] == header
    assert back[0][:3] == rows[0]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"", []),
        (b"name;content\n\xe9\x92\x9b;x\n", [["钛", "x"]]),
        ("name\tcontent\n钛\tx\n".encode("utf-16"), [["钛", "x"]]),
        (b"name,content\r\n\xff\xff\xff,x\r\n", [["\ufffd\ufffd\ufffd", "x"]]),
    ],
)
def test_csv_of_other_makers_is_read(data: bytes, rows: list[list[str]]) -> None:
    assert read_csv(data)[1] == rows


def test_the_header_is_found_below_titles() -> None:
    assert header_row([["2025年招商台账"], ["单位：万元"], ["项目名称", "投资方"], ["甲", "乙"]]) == 2
    assert header_row([["x"], ["y"]]) == 0


def test_products_and_a_known_industry_code_are_read() -> None:
    header = ["项目名称", "主要产品", "行业代码"]
    rows = assess_rows(header, [["甲项目", "海绵钛", ""], ["乙项目", "", "C3212 铅锌冶炼"], ["丙项目", "", "9999"]])[1]
    assert [row[-4] for row in rows] == ["T1", "T1", ""]


def test_a_line_of_totals_is_carried_through_and_not_assessed() -> None:
    rows = assess_rows(["序号", "项目名称", "建设内容"], [["合计", "", ""], [1, "合 计", None], [2, "总计", "建中学"]])[1]
    assert [row[-1] == TOTAL for row in rows] == [True, True, False]
    assert rows[0][3:-1] == [""] * (len(RESULTS) - 1)


def test_rows_that_cannot_be_read_as_they_stand_are_named() -> None:
    header = ["项目名称", "建设内容", "行业代码"]
    rows = [["甲", "建中学", ""], ["", "", ""], ["乙", "厂" * 20_001, ""], ["丙", "x", "9999"], ["合计", "", ""], ["丁"]]
    told = doubts(header, rows)
    assert [line.split()[1] for line in told] == ["2", "3", "4"]
    assert "9999" in told[2]
