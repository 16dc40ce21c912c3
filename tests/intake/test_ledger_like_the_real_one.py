
"""A ledger with all habits of the real one (invented companies): every row told apart, every cell as expected."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.intake import books
from tests.intake.offices import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "西昌市2024年招商引资项目推进台账（模拟示例）"
UNITS = "单位：总投资为亿元，到位资金为万元   更新至：2024年11月15日"
TOP = ["序号", "项目名称", "投资企业", "项目情况", None, "投资情况", None, "时间节点", None]
TOP += ["进展阶段", "责任单位", "企业联系", None, "备注"]
LOW = [
    None,
    None,
    None,
    "主要建设\n内容",
    "建设地点",
    "总投资\n（亿元）",
    "2024年到位\n资金（万元）",
    "首次接洽",
    "签约时间",
]
LOW += [None, None, "联系人", "联系电话", None]
ROWS: list[list[Any]] = [
    [TITLE],
    ["填报单位：市投资促进中心", None, None, None, None, None, None, UNITS],
    TOP,
    LOW,
    ["一、工业类项目"],
    [1, "泸山钛材管件厂", "北辰轻量化公司", "钛管焊接。", "邛海片区", 0.65, "未到位", datetime(2024, 5, 12), None, "搁置", "北工业园区管委会", "李样本", "13800008020", None],
    [2, "安宁河棉纺织精深加工", "同心纺织科技公司", "童装。", "安宁镇", 2.5, 0, "2024.1.9", "2024.6.1", "在谈", None, "赵测试", "13800002315", None],
    [3, "明月制药固体\n制剂工厂", "明月制药(海南)", "制剂车间。", None, "待定", "4300", "2024.3.17", datetime(2024, 8, 1), "已投产", None, "钱虚拟", "13800003178；0834-0000000", "重点跟进"],
    [4, "建昌·鞋服新城", "安新鞋材行业协会", "鞋服企业。", None, "约100", 5500, 45376, 45445, "搁置", None, "孙演示", 13800008592, None],
    [5, "泸山钛材管件厂项目（二次对接）", "北辰轻量化公司（有限公司）", "钛管焊接。", None, 0.65, "3800", "2024.1.27", 45414, "搁置", None, "郑假名", "13800000083", "待核"],
    [6, "火把玩具项目", None, "玩具。", None, "约1", None, "2024.2", None, "意向", "市商务局", "冯模拟", "手机：13800000628", None],
    [7, "  月城冷链综合计算调度中心 ", "德和集团北京公司", "冷链。", "太和", "158亿元", "/", "2024年3月29日", "2024年5月", "框架协议", None, "陈示范", "138-0000-8382", None],
    ["工业类小计", None, None, None, None, "=SUM(F6:F12)"],
    ["二、农业、商贸、文旅及其他项目"],
    [8, "月城冷链综合计算调度中心项目（二次对接）", "德和北京", "冷链。", "太和", 158, None, "2024.2.17", None, "意向", "市农业农村局", "赵测试", "13800004278", None],
    [9, "螺髻山風電場", "國源能源集團四川公司", "风电。", None, "2-3", 12, "2024.4.15", 45450, "已签约", None, "杨样例", "13800001797", None],
    [10, "螺髻山风电场二期", "国源能源集团四川公司", "风电。", None, "1.2亿美元", None, "2024.4.16", "/", "洽谈中", None, "何虚构", "13800001798", None],
    [],
    [None, "合    计", None, None, None, "=SUM(F6:F17)"],
    [],
    ["注：1.本表为模拟台账；2.标“约”的为企业口头数。"],
    [None, "填表人：王示例", None, None, None, None, None, None, "审核：李样本"],
]  # fmt: skip
MERGES = [
    "A1:N1",
    "A2:G2",
    "H2:N2",
    "A3:A4",
    "B3:B4",
    "C3:C4",
    "D3:E3",
    "F3:G3",
    "H3:I3",
    "J3:J4",
    "K3:K4",
    "L3:M3",
    "N3:N4",
]
MERGES += ["A5:N5", "A13:E13", "A14:N14", "A21:N21", "K6:K10", "K11:K12", "K15:K17"]
KINDS: list[str | None] = [
    "title",
    "title",
    "header",
    "header",
    "section",
    "data",
    "data",
    "data",
    "data",
    "duplicate",
    "data",
    "data",
]
KINDS += ["subtotal", "section", "duplicate", "data", "data", None, "total", None, "note", "note"]
PARK, TRADE, FARM = "北工业园区管委会", "市商务局", "市农业农村局"
EXPECTED: dict[int, tuple[object, ...]] = {
    6: ("泸山钛材管件厂", "北辰轻量化公司", 6500, None, "CNY", None, None, None, PARK, "搁置", "李样本", "13800008020"),
    7: ("安宁河棉纺织精深加工", "同心纺织科技公司", 25000, None, "CNY", None, "2024-06-01", "day", PARK, "在谈", "赵测试", "13800002315"),
    8: ("明月制药固体制剂工厂", "明月制药(海南)", None, None, None, None, "2024-08-01", "day", PARK, "已投产", "钱虚拟", "13800003178"),
    9: ("建昌·鞋服新城", "安新鞋材行业协会", 1000000, None, "CNY", None, "2024-06-02", "day", PARK, "搁置", "孙演示", "13800008592"),
    10: ("泸山钛材管件厂项目（二次对接）", "北辰轻量化公司（有限公司）", 6500, None, "CNY", None, "2024-05-02", "day", PARK, "搁置", "郑假名", "13800000083"),
    11: ("火把玩具项目", "", 10000, None, "CNY", None, None, None, TRADE, "意向", "冯模拟", "13800000628"),
    12: ("月城冷链综合计算调度中心", "德和集团北京公司", 1580000, None, "CNY", None, "2024-05", "month", TRADE, "框架协议", "陈示范", "13800008382"),
    15: ("月城冷链综合计算调度中心项目（二次对接）", "德和北京", 1580000, None, "CNY", None, None, None, FARM, "意向", "赵测试", "13800004278"),
    16: ("螺髻山風電場", "國源能源集團四川公司", 20000, 30000, "CNY", None, "2024-06-07", "day", FARM, "已签约", "杨样例", "13800001797"),
    17: ("螺髻山风电场二期", "国源能源集团四川公司", None, None, "USD", 12000, None, None, FARM, "洽谈中", "何虚构", "13800001798"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path: Path = tmp_path_factory.mktemp("ledger") / "台账.xlsx"
    formats = {"H6": "yyyy-m-d", "I8": "yyyy/m/d"}
    books.workbook(path, ROWS, merges=MERGES, formats=formats, title="2024年招商项目台账")
    return books.as_json(path, today=date(2024, 11, 20))


def row(ledger: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in ledger["rows"] if row["row"] == number)
    return found


def test_every_row_is_told_apart(ledger: dict[str, Any]) -> None:
    assert books.kinds(ledger) == [(number, kind) for number, kind in enumerate(KINDS, start=1) if kind]


@pytest.mark.parametrize("number", EXPECTED)
def test_every_cell_is_right(ledger: dict[str, Any], number: int) -> None:
    values = row(ledger, number)["values"]
    assert tuple(values[name] for name in FIELDS) == EXPECTED[number]


def test_repeated_projects_point_at_the_first(ledger: dict[str, Any]) -> None:
    sheet = "2024年招商项目台账"
    repeated = {row["row"]: row["duplicate_of"] for row in ledger["rows"] if row["duplicate_of"]}
    assert repeated == {10: {"sheet": sheet, "row": 6}, 15: {"sheet": sheet, "row": 12}}
    assert all(not row["errors"] for row in ledger["rows"])


def test_the_shape_is_the_contract(ledger: dict[str, Any]) -> None:
    assert set(ledger) == {"file", "sheets", "counts", "errors", "warnings", "rows"}
    assert ledger["file"] == "台账.xlsx"
    assert ledger["sheets"] == ["2024年招商项目台账"]
    assert ledger["errors"] == []
    counts = {"read": 10, "create": 8, "update": 0, "duplicate": 2, "refused": 0, "not_data": 10, "unchanged": 0}
    assert ledger["counts"] == counts
    keys = {"sheet", "row", "kind", "action", "values", "errors", "warnings", "duplicate_of"}
    assert all(set(row) == keys for row in ledger["rows"])


def test_further_values_carry_the_field_code(ledger: dict[str, Any]) -> None:
    values = row(ledger, 8)["values"]
    assert values["paid_in_year_wan"] == 4300
    assert values["first_contact_on"] == "2024-03-17"
    assert values["phones"] == ["13800003178", "0834-0000000"]
    assert (values["stage_code"], values["status_code"]) == ("producing", "active")
    assert values["content"] == "制剂车间。"
    assert values["remark"] == "重点跟进"
    assert row(ledger, 6)["values"]["paid_in_year_wan"] == 0
    assert "paid_in_year_wan" not in row(ledger, 12)["values"]
    assert row(ledger, 11)["values"]["first_contact_on_precision"] == "month"


def test_what_deserves_a_look_is_said(ledger: dict[str, Any]) -> None:
    assert books.codes(ledger, "warnings") == [(8, "money.undecided"), (12, "stage.framework")]
    assert row(ledger, 8)["warnings"][0]["column"] == "总投资（亿元）"
    assert row(ledger, 8)["warnings"][0]["value"] == "待定"


def test_the_sheet_tells_its_facts(tmp_path: Path) -> None:
    path = books.workbook(tmp_path / "台账.xlsx", ROWS, merges=MERGES)
    facts = books.read(path).sheets[0].facts
    assert (facts.year, facts.reporter, facts.updated) == (2024, "市投资促进中心", "2024-11-15")
    assert {code: unit.scale for code, unit in facts.units.items()} == {"investment": 10000, "paid_in": 1}
