"""Columns and rows of ledgers: recognised by heading or by value, merged, doubled, in sections, with wrong cells."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from crm.intake.rules_reading import reading_to_json
from tests.intake import books
from tests.intake.books import as_json, codes, data, file_codes, kinds, picked, workbook

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["序号", "项目名称", "投资方", "总投资（万元）", "签约时间", "联系电话"]
FIRST = [1, "螺髻山矿泉水厂", "甘泉饮品有限公司", 12000, "2024.3.5", "13900001111"]
SECOND = [2, "安宁河光伏电站", "晨光新能源公司", "1.2亿美元", "2024年3月", "0834-2222222、13900002222"]

FIELDS = [
    ("序号", 1, "serial", "1"),
    ("项目编号", "XM-1", "number", "XM-1"),
    ("项目名称", "矿泉水厂", "name", "矿泉水厂"),
    ("投资方", "甘泉公司", "investor", "甘泉公司"),
    ("企业简介", "老牌企业", "investor_profile", "老牌企业"),
    ("建设内容", "水厂一座", "content", "水厂一座"),
    ("主要产品", "矿泉水", "products", "矿泉水"),
    ("总投资(万元)", 1, "investment_wan", 1),
    ("协议资金(万元)", 2, "contract_amount_wan", 2),
    ("到位资金(万元)", 3, "paid_in_wan", 3),
    ("当年到位(万元)", 4, "paid_in_year_wan", 4),
    ("固定资产投资(万元)", 5, "fixed_assets_wan", 5),
    ("用地(亩)", "约6亩", "land_mu", 6),
    ("年产值(万元)", 7, "annual_output_wan", 7),
    ("年税收(万元)", 8, "annual_tax_wan", 8),
    ("就业人数", "约90人", "jobs", 90),
    ("产业类别", "食品", "industry", "食品"),
    ("落地园区", "北工业园区", "park", "北工业园区"),
    ("建设地点", "安宁镇", "site", "安宁镇"),
    ("投资方所在地", "成都", "investor_place", "成都"),
    ("来源", "以商招商", "source", "以商招商"),
    ("推介单位", "驻蓉办", "recommender", "驻蓉办"),
    ("责任单位", "商务局", "responsible_unit", "商务局"),
    ("责任人", "张例", "owner", "张例"),
    ("联系人", "钱例", "contact", "钱例"),
    ("联系电话", "13900001111", "phone", "13900001111"),
    ("包联领导", "王例", "leader", "王例"),
    ("首次接洽", "2023.12.1", "first_contact_on", "2023-12-01"),
    ("签约时间", "2024.1.1", "date_iso", "2024-01-01"),
    ("协议类型", "正式合同", "agreement_type", "正式合同"),
    ("注册公司名称", "甘泉（西昌）公司", "entity_name", "甘泉（西昌）公司"),
    ("统一社会信用代码", "91513401MA62000012", "uscc", "91513401MA62000012"),
    ("注册时间", "2024.2.1", "registered_on", "2024-02-01"),
    ("开工时间", "2024.3.1", "started_on", "2024-03-01"),
    ("投产时间", "2024.4", "produced_on", "2024-04"),
    ("入统时间", "2024年", "statistics_on", "2024"),
    ("进展阶段", "已开工", "stage", "已开工"),
    ("进展", "正在建设，主体完工", "progress", "正在建设，主体完工"),
    ("存在问题", "缺水", "problems", "缺水"),
    ("企业诉求", "通路", "requests", "通路"),
    ("下步打算", "催办", "next_steps", "催办"),
    ("建设性质", "新建", "build_nature", "新建"),
    ("挂职干部", "李例", "cadre", "李例"),
    ("备注", "无", "remark", "无"),
    ("天气", "晴", "extra", {"天气": "晴"}),
]


def test_every_column_of_the_trade_has_its_field(tmp_path: Path) -> None:
    rows = [[heading for heading, *_ in FIELDS], [cell for _, cell, *_ in FIELDS]]
    (values,) = data(as_json(workbook(tmp_path / "a.xlsx", rows)))
    assert {code: values.get(code) for _, _, code, _ in FIELDS} == {code: value for *_, code, value in FIELDS}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["今天", "天气"], [1, 2], ["x", "y"]], "header.missing"),
        ([["本市招商工作总体情况良好"]], "header.missing"),
        ([], "file.empty"),
        ([HEAD], "data.missing"),
        ([["标题"], HEAD, ["合计", None, None, 0]], "data.missing"),
        ([["联系人", "联系电话", "备注"], ["张", "13900001111", "x"]], "header.no_name"),
        ([["项目名称", "总投资（万元）", "总投资（万元）"], ["甲厂", 1, 2]], "header.duplicate"),
    ],
)
def test_files_that_hold_no_ledger(tmp_path: Path, rows: list[list[object]], code: str) -> None:
    assert file_codes(as_json(workbook(tmp_path / "a.xlsx", rows))) == [code]


def test_two_columns_with_one_heading(tmp_path: Path) -> None:
    rows = [["项目名称", "总投资（万元）", "总投资（万元）"], ["甲厂", 1000, 2000], ["乙厂", 1000, 1000]]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert [row["action"] for row in found["rows"]] == ["skip", "refuse", "create"]


def test_without_a_column_for_names_the_company_is_proposed(tmp_path: Path) -> None:
    rows = [
        ["序号", "企业名称", "投资额(亿元)", "联系人及电话"],
        [1, "甲公司", 1.5, "王例 13900001111"],
        [2, "乙公司", "3000万", "李例、0834-2222333"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert picked(data(found)[0], "name", "investor", "contact", "phone") == ("甲公司", "甲公司", "王例", "13900001111")
    assert codes(found, "warnings") == [(2, "name.proposed"), (3, "name.proposed")]
    assert [remark["code"] for remark in found["warnings"]] == ["name.proposed"]


def test_columns_recognised_by_their_values(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资方", "总投资（万元）", "联系人", None, "进展", None],
        ["矿泉水厂", "甲公司", 1000, "张例", "13900001111", "已签约", "91513401MA62000012"],
        ["光伏电站", "乙公司", 1000, "李例", "13900001112", "在谈", None],
        ["民宿集群", "丙公司", 1000, "王例", "13900001113", "在建", None],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert picked(data(found)[0], "phone", "stage", "stage_code", "uscc") == (
        "13900001111",
        "已签约",
        "signed",
        "91513401MA62000012",
    )


def test_a_column_of_progress_in_sentences(tmp_path: Path) -> None:
    long = "企业正在办理用地手续，预计月底前完成供地，随后进场。"
    rows = [["项目名称", "总投资（万元）", "项目阶段"], ["矿泉水厂", 1000, long], ["光伏电站", 1000, long]]
    assert picked(data(as_json(workbook(tmp_path / "a.xlsx", rows)))[0], "progress", "stage") == (long, "")


def test_units_in_number_formats_and_months_in_dates(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资企业", "总投资", "签约时间"],
        ["甲厂", "甲公司", 3.5, datetime(2024, 5, 1)],
        ["乙厂", "乙公司", 200, datetime(2024, 5, 1)],
    ]
    formats = {"C2": '0.0"亿元"', "D2": 'yyyy"年"m"月"', "C3": '0"万元"', "D3": "yyyy/m/d"}
    found = data(as_json(workbook(tmp_path / "a.xlsx", rows, formats=formats)))
    assert picked(found[0], "investment_wan", "date_iso", "date_precision") == (35000, "2024-05", "month")
    assert picked(found[1], "investment_wan", "date_iso", "date_precision") == (200, "2024-05-01", "day")


def test_formulas_without_a_result_are_not_taken_for_nothing(tmp_path: Path) -> None:
    found = as_json(workbook(tmp_path / "a.xlsx", [HEAD, [1, "甲厂", "甲公司", "=100+200", None, None]]))
    assert codes(found) == [(2, "money.no_value")]


def test_merged_cells_serve_their_rows_and_no_further(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "投资方", "总投资（亿元）", "责任单位", "包联领导"],
        [1, "矿泉水厂", "甲公司", 3, "商务局", "张"],
        [2, "光伏电站", "乙公司", None, None, None],
        [3, "民宿集群", "丙公司", 1, None, None],
        ["小计", None, None, 4],
        [4, "石榴深加工", "丁公司", 2, None, None],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows, merges=["D2:D3", "E2:E3", "F2:F4"]))
    assert [picked(values, "responsible_unit", "leader") for values in data(found)] == [
        ("商务局", "张"),
        ("商务局", "张"),
        ("", "张"),
        ("", None),
    ]
    assert [values["investment_wan"] for values in data(found)] == [30000, None, 10000, 20000]
    assert codes(found, "warnings") == [(3, "money.merged")]


def test_a_project_on_two_rows_repeats_itself(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资方", "总投资（亿元）", "联系人"],
        ["矿泉水厂", "甲公司", 3, "张例"],
        [None, None, None, "李例"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows, merges=["A2:A3", "B2:B3"]))
    assert kinds(found) == [(1, "header"), (2, "data"), (3, "duplicate")]


def test_sections_without_numbers(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资方", "总投资（亿元）"],
        ["工业类"],
        ["矿泉水厂", "甲公司", 3],
        ["农业类（1个）"],
        ["石榴深加工", "乙公司", None],
        ["一、重点项目", None, 5],
        ["会计总部计算中心", None, 2],
        ["本页合计", None, 10],
        ["合计（3个项目）", None, 10],
        ["说明：数据截至10月"],
        ["以上数据由各单位提供"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    expected = ["header", "section", "data", "section", "data", "section", "data", "subtotal", "total", "note", "note"]
    assert [kind for _, kind in kinds(found)] == expected


def test_yuan_and_dollars_side_by_side(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "投资方", "总投资", None],
        [None, None, "人民币（万元）", "外币（万美元）"],
        ["甲厂", "甲公司", 3000, None],
        ["乙厂", "乙公司", None, 500],
    ]
    found = data(as_json(workbook(tmp_path / "a.xlsx", rows, merges=["A1:A2", "B1:B2", "C1:D1"])))
    assert picked(found[0], "investment_wan", "currency") == (3000, "CNY")
    assert picked(found[1], "investment_wan", "foreign_amount_wan", "currency") == (None, 500, "USD")


def test_wrong_cells_are_named_with_their_heading(tmp_path: Path) -> None:
    head = ["项目名称", "统一社会信用代码", "总投资(万元)", "签约时间"]
    rows = [
        head,
        ["矿泉水厂", "91513401MA6200001O", 1000, "2024.1.1"],
        ["光伏电站", 915134010000000000, 1, "2024.1.1"],
        ["民宿集群", "'91513401ma62000012 ", -5, "2024.13.1"],
        [None, None, 5, "某日"],
        ["石榴深加工", None, 5, "3月5日"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    expected = [
        (2, "uscc.letter"),
        (3, "uscc.shortened"),
        (4, "money.negative"),
        (4, "date.impossible"),
        (5, "date.unreadable"),
        (5, "name.missing"),
    ]
    assert codes(found) == expected
    assert found["rows"][1]["errors"][0] | {"message": ""} == {
        "column": "统一社会信用代码",
        "value": "91513401MA6200001O",
        "code": "uscc.letter",
        "message": "",
    }
    assert codes(found, "warnings") == [(6, "date.year_missing")]


def test_the_words_of_a_finding_can_be_translated(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEAD, FIRST, [2, "别的厂", "别的公司", 100, None, "13900001111"]])
    found = reading_to_json(books.read(path), render=lambda text: f"<{text.msgid}>")
    assert found["rows"][2]["warnings"][0]["message"] == "<The same telephone number stands at %(where)s>"
    assert "row 2" in as_json(path)["rows"][2]["warnings"][0]["message"]


def test_lists_and_wrapped_words_in_one_cell(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "投资方", "总投资（亿元）", "联系人", "联系电话"]
    rows = [
        head,
        ["=ROW()-1", "矿泉\n水厂", "甘泉公司\n晨光集团", "3个亿", "张例\n李例", "13900001111\n0834-2222333"],
        ["=ROW()-1", "光伏电站", "长安新能源\n有限公司", 2, "王例\n13900001112", "139000\n01113"],
        ["=ROW()-1", "民宿集群", None, 1, None, None],
    ]
    found = data(as_json(workbook(tmp_path / "a.xlsx", rows)))
    assert len(found) == 3
    assert picked(found[0], "name", "investor", "investment_wan") == ("矿泉水厂", "甘泉公司、晨光集团", 30000)
    assert picked(found[0], "contact", "phones") == ("张例、李例", ["13900001111", "0834-2222333"])
    assert picked(found[1], "investor", "contact") == ("长安新能源有限公司", "王例")
    assert picked(found[1], "phones", "phone") == (["13900001112", "13900001113"], "13900001112")


def test_sums_among_the_headings_and_a_note_above_them(tmp_path: Path) -> None:
    rows = [
        ["台账"],
        ["注：本表由商务局汇总"],
        ["项目名称", "投资方", "总投资（万元）", None],
        [None, None, "合计", "固定资产"],
        ["矿泉水厂", "甘泉公司", 300, 100],
        ["累计", None, 300, 100],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows, merges=["A3:A4", "B3:B4", "C3:D3"]))
    assert [kind for _, kind in kinds(found)] == ["title", "note", "header", "header", "data", "total"]
    assert picked(data(found)[0], "investment_wan", "fixed_assets_wan") == (300, 100)


def test_columns_may_be_numbered_below_the_heading(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "投资方", "总投资（亿元）"]
    for numbers in ([1, 2, 3, 4], ["（1）", "（2）", "（3）", "（4）"], ["甲", "乙", "丙", "丁"], ["甲", 1, 2, 3]):
        rows = [head, numbers, [1, "矿泉水厂", "甘泉公司", 3], [None, "其中：省外资金", None, 1]]
        found = as_json(workbook(tmp_path / "a.xlsx", rows))
        assert [kind for _, kind in kinds(found)] == ["header", "header", "data", "subtotal"]


def test_sections_beside_numbered_projects(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "投资企业", "建设内容", "总投资(亿元)"],
        [None, "工业项目"],
        [1, "矿泉水厂", "甘泉公司", "水厂", 1],
        ["二", "续建项目", "（2个）", None, 3],
        [2, "光伏电站", "晨光公司", "电站", 1],
        [None, "石榴深加工", None, "车间", None],
        [3, "民宿集群", "海风公司", "民宿", 1],
        ["数据来源：商务局"],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    expected = ["header", "section", "data", "section", "data", "data", "data", "note"]
    assert [kind for _, kind in kinds(found)] == expected
