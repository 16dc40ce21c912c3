"""Ledgers in other formats than .xlsx: old workbooks, WPS, OpenDocument, text in every encoding, the 1904 calendar."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake import books
from tests.intake.books import as_json, data, file_codes, kinds, picked

HEAD = ["序号", "项目名称", "投资方", "总投资（万元）", "签约时间", "联系电话"]
FIRST = [1, "螺髻山矿泉水厂", "甘泉饮品有限公司", 12000, "2024.3.5", "13900001111"]
SECOND = [2, "安宁河光伏电站", "晨光新能源公司", "1.2亿美元", "2024年3月", "0834-2222222、13900002222"]
OLD = Path(__file__).parents[1] / "data" / "ledgers" / "old_format.xls"


def test_old_workbooks_and_those_of_wps(tmp_path: Path) -> None:
    et = tmp_path / "old.et"
    et.write_bytes(OLD.read_bytes())
    for path in (OLD, et):
        found = as_json(path)
        assert [kind for _, kind in kinds(found)] == ["title", "title", "header", "data", "data", "total", "note"]
        assert picked(data(found)[0], "investment_wan", "date_iso", "responsible_unit") == (
            8600,
            "2022-05-18",
            "市农业农村局",
        )
        assert picked(data(found)[1], "investment_wan", "date_iso", "responsible_unit") == (
            12000,
            "2022-08",
            "市农业农村局",
        )


def test_opendocument_with_a_million_repeated_rows(tmp_path: Path) -> None:
    day = ('office:value-type="date" office:date-value="2024-03-05"', "2024年3月5日")
    month = ('office:value-type="date" office:date-value="2024-03-01"', "2024年3月")
    unit = ('table:number-rows-spanned="2" office:value-type="string"', "商务局")
    amount = ('office:value-type="float" office:value="2.6"', "2.6亿元")
    table = (
        '<table:table table:name="表"><table:table-column table:number-columns-repeated="1024"/>'
        + books.ods_row("序号", "项目名称", "投资方", "总投资（亿元）", "签约时间", "责任单位")
        + books.ods_row(1, "矿泉水厂", "甲公司", 1.5, day, unit)
        + books.ods_row(2, "光伏电站", "乙公司", amount, month, None)
        + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    found = data(as_json(books.ods(tmp_path / "a.ods", table)))
    assert picked(found[0], "investment_wan", "date_iso", "responsible_unit") == (15000, "2024-03-05", "商务局")
    assert picked(found[1], "investment_wan", "date_iso", "date_precision", "responsible_unit") == (
        26000,
        "2024-03",
        "month",
        "商务局",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(books.text_bytes([["西昌市台账"], HEAD, FIRST, SECOND]).encode(encoding))
    found = as_json(path)
    assert found["sheets"] == ["台账"]
    assert kinds(found) == [(1, "title"), (2, "header"), (3, "data"), (4, "data")]
    assert data(found)[0]["name"] == "螺髻山矿泉水厂"


@pytest.mark.parametrize(("name", "delimiter"), [("a.tsv", "\t"), ("a.csv", ";"), ("b.csv", "\t"), ("c.csv", "|")])
def test_text_with_every_separator(tmp_path: Path, name: str, delimiter: str) -> None:
    path = tmp_path / name
    path.write_bytes(books.text_bytes([HEAD, FIRST, SECOND], delimiter).encode("gbk"))
    assert [values["name"] for values in data(as_json(path))] == ["螺髻山矿泉水厂", "安宁河光伏电站"]


def test_grouped_headings_in_text(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目情况", None, "投资情况", None, "责任"],
        [None, "项目名称", "投资企业", "总投资（亿元）", "到位资金（万元）", "责任单位"],
        [1, "矿泉水厂", "甲公司", "2.5", '="0100"', "商务局"],
        [2, "光伏电站", "乙公司", "约3", "未到位", ""],
    ]
    path = tmp_path / "a.csv"
    path.write_bytes(books.text_bytes(rows).encode("gbk"))
    found = as_json(path)
    assert kinds(found) == [(1, "header"), (2, "header"), (3, "data"), (4, "data")]
    assert picked(data(found)[0], "investment_wan", "paid_in_wan", "responsible_unit") == (25000, 100, "商务局")
    assert picked(data(found)[1], "paid_in_wan", "responsible_unit") == (0, "")


@pytest.mark.parametrize(
    "line",
    ["3,丙厂,丙公司,1,200,2024.1.5,13900001113", '3,"丙厂,丙公司,1200,2024.1.5,13900001113\r\n4,丁厂,x,1,2024.1.1,1'],
)
def test_rows_of_text_that_do_not_fit(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((books.text_bytes([HEAD, FIRST, SECOND]) + line + "\r\n").encode())
    found = as_json(path)
    assert file_codes(found) == ["row.misfit"]
    assert [row["action"] for row in found["rows"]] == ["skip", "create", "create", "refuse"]


def test_an_excel_hint_in_text_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\n" + books.text_bytes([HEAD, FIRST], ";"), encoding="utf-8")
    assert kinds(as_json(path)) == [(2, "header"), (3, "data")]


def test_the_calendar_of_1904(tmp_path: Path) -> None:
    rows = books.plain_rows([HEAD, [1, "矿泉水厂", "甲公司", 100, 43914, "13900001111"]])
    path = books.archive(tmp_path / "a.xlsx", books.raw_parts(books.sheet_data(rows), date1904=True))
    assert data(as_json(path))[0]["date_iso"] == "2024-03-25"
