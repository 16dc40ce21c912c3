"""Ledgers of other habits: headings of one to four rows, units anywhere, several tables, other languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from crm.intake.rules_choices import Choices
from crm.intake.rules_units import read_unit
from tests.intake.books import as_json, codes, data, kinds, picked, workbook

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["序号", "项目名称", "投资方", "总投资（万元）", "签约时间", "联系电话"]
FIRST = [1, "螺髻山矿泉水厂", "甘泉饮品有限公司", 12000, "2024.3.5", "13900001111"]
SECOND = [2, "安宁河光伏电站", "晨光新能源公司", "1.2亿美元", "2024年3月", "0834-2222222、13900002222"]


def test_a_plain_table(tmp_path: Path) -> None:
    found = as_json(workbook(tmp_path / "a.xlsx", [HEAD, FIRST, SECOND]))
    assert kinds(found) == [(1, "header"), (2, "data"), (3, "data")]
    assert picked(data(found)[1], "currency", "investment_wan", "foreign_amount_wan") == ("USD", None, 12000)
    assert picked(data(found)[1], "phone", "phones") == ("13900002222", ["0834-2222222", "13900002222"])


def test_a_heading_of_three_rows_in_row_five(tmp_path: Path) -> None:
    rows = [
        ["某市重点招商项目一览表"],
        ["（截至2024年10月31日）"],
        [None],
        ["单位：亿元、亩"],
        ["序号", "基本情况", None, None, "投资情况", None, None, "责任落实", None, "进展情况"],
        [None, "项目名称", "投资方", None, "总投资", "其中", None, "责任单位", "责任人", None],
        [None, None, "名称", "所在地", None, "固定资产", "到位资金", None, None, None],
        ["一", "工业项目", None, None, 12],
        [1, "钒钛新材料厂", "东方材料公司", "成都", 5.5, "约3", 0.2, "市经信局", "张例", "已签约，正在办理用地手续。"],
        [2, "蓝莓冷链中心", "北山农业", "昆明", 1, None, "/", "市农业农村局", "李例", "双方对接，已形成初步方案。"],
        ["二", "文旅项目"],
        [3, "邛海民宿集群", "海风文旅公司", "重庆", "待定", None, None, None, None, "待市政府研究后再行商谈。"],
        ["合计", None, None, None, 6.5],
        ["备注：总投资以协议为准"],
    ]
    merges = [
        "A1:J1",
        "A5:A7",
        "B5:D5",
        "E5:G5",
        "H5:I5",
        "J5:J7",
        "B6:B7",
        "C6:D6",
        "E6:E7",
        "F6:G6",
        "H6:H7",
        "I6:I7",
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows, merges=merges))
    expected = [
        "title",
        "title",
        "title",
        *["header"] * 3,
        "section",
        "data",
        "data",
        "section",
        "data",
        "total",
        "note",
    ]
    assert [kind for _, kind in kinds(found)] == expected
    first = picked(
        data(found)[0], "name", "investor", "investor_place", "investment_wan", "fixed_assets_wan", "paid_in_wan"
    )
    assert first == ("钒钛新材料厂", "东方材料公司", "成都", 55000, 30000, 2000)
    assert picked(data(found)[0], "responsible_unit", "owner", "progress") == (
        "市经信局",
        "张例",
        "已签约，正在办理用地手续。",
    )


def test_english_headings(tmp_path: Path) -> None:
    head = [
        "No.",
        "Project Name",
        "Investor",
        "Total Investment (10k CNY)",
        "Signing Date",
        "Status",
        "Contact",
        "Phone",
    ]
    rows = [
        head,
        [1, "Titanium Works", "ABC Co., Ltd.", 5000, date(2024, 3, 5), "Signed", "Li", "13900001111"],
        [2, "Hydrogen Hub", "DEF Ltd.", "USD 3 million", "Mar 2024", "Negotiating", "Wang", "+86 139 0000 2222"],
        ["Total", None, None, 5000],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert [kind for _, kind in kinds(found)] == ["header", "data", "data", "total"]
    assert picked(data(found)[0], "investment_wan", "date_iso", "stage_code", "phone") == (
        5000,
        "2024-03-05",
        "signed",
        "13900001111",
    )
    assert picked(data(found)[1], "foreign_amount_wan", "currency", "date_iso") == (300, "USD", "2024-03")


def test_an_amount_without_a_unit_is_asked_about(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资企业", "总投资", "到位资金"],
        ["甲厂", "甲公司", 5000, 100],
        ["乙厂", "乙公司", "5000万元", "/"],
        ["丙厂", "丙公司", "abc", 0],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert codes(found) == [(2, "money.unit_missing"), (2, "money.unit_missing"), (4, "money.unreadable")]
    assert [row["action"] for row in found["rows"]] == ["skip", "refuse", "create", "refuse"]
    assert found["rows"][1]["errors"][0]["column"] == "总投资"
    assert found["rows"][1]["errors"][0]["value"] == "5000"


def test_a_person_may_settle_unit_field_and_stage(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", [["项目名称", "投资企业", "总投资", "情形"], ["甲厂", "甲公司", 5000, "谈着呢"]]
    )
    unit = read_unit("万元")
    assert unit
    choices = Choices({"情形": "stage"}, {"总投资": unit}, {"谈着呢": ("negotiating", "active")})
    values = data(as_json(path, choices=choices))[0]
    assert picked(values, "investment_wan", "stage", "stage_code") == (5000, "谈着呢", "negotiating")


def test_headings_repeat_and_change_in_the_middle(tmp_path: Path) -> None:
    rows = [
        ["2024年签约项目"],
        HEAD,
        FIRST,
        ["小计", None, None, 12000],
        [None],
        ["2024年在谈项目"],
        ["单位：亿元"],
        ["序号", "项目名称", "投资方", "总投资", "洽谈时间", "联系电话"],
        [1, "石榴深加工", "果业公司", 3, "2024.5", "13900001113"],
        HEAD,
        [2, "冷水鱼养殖", "渔业公司", 100, "2024.1.2", "13900001114"],
        ["总计", None, None, 12100],
        ["填表人：张三", None, "审核：李四"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    expected = [
        "title",
        "header",
        "data",
        "subtotal",
        "title",
        "title",
        "header",
        "data",
        "header",
        "data",
        "total",
        "note",
    ]
    assert [kind for _, kind in kinds(found)] == expected
    assert [values["investment_wan"] for values in data(found)] == [12000, 30000, 100]
    assert picked(data(found)[1], "date_iso", "first_contact_on") == (None, "2024-05")


def test_the_same_heading_again_is_not_data(tmp_path: Path) -> None:
    found = as_json(workbook(tmp_path / "a.xlsx", [HEAD, FIRST, HEAD, SECOND]))
    assert [kind for _, kind in kinds(found)] == ["header", "data", "header", "data"]


def test_several_sheets_at_once(tmp_path: Path) -> None:
    more: dict[str, Any] = {
        "在谈": [HEAD, SECOND, [3, *FIRST[1:]]],
        "说明": [["本表由各单位填报"], ["请于每月5日前报送"]],
        "空": [],
    }
    found = as_json(workbook(tmp_path / "a.xlsx", [HEAD, FIRST], title="签约", more=more))
    assert found["sheets"] == ["签约", "在谈", "说明", "空"]
    assert found["counts"]["read"] == 3
    assert next(row for row in found["rows"] if row["duplicate_of"])["duplicate_of"] == {"sheet": "签约", "row": 2}
    assert [remark["code"] for remark in found["warnings"]] == ["sheet.no_header"]
    assert [row["kind"] for row in found["rows"] if row["sheet"] == "说明"] == ["note", "note"]


def test_hidden_sheets_are_named_and_hidden_rows_are_read(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = workbook(tmp_path / "a.xlsx", [HEAD, FIRST, SECOND], more={"字典": [HEAD, FIRST]})
    book = load_workbook(path)
    book["字典"].sheet_state = "hidden"
    book["台账"].row_dimensions[3].hidden = True
    book["台账"].column_dimensions["F"].hidden = True
    book.save(path)
    found = as_json(path)
    assert found["counts"]["read"] == 2
    assert {remark["code"] for remark in found["warnings"]} == {"sheet.hidden", "row.hidden", "column.hidden"}
    assert codes(found, "warnings") == [(3, "row.hidden")]
