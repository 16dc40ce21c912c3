"""Names compared by meaning, and repeated projects found by them without comparing all with all."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.intake.rules_duplicates import Keys, Known, Likeness, Place, keys_of
from crm.leads.rules_names import alike, company_key, name_key, same_investor, site_key
from tests.intake.books import as_json, data, read, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crm.intake.rules_sheet import RowReading

HEAD = ["项目名称", "投资方", "总投资（亿元）", "联系电话", "所属行业", "建设地点", "统一社会信用代码"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("泸山钛材管件厂", "泸山钛材管件厂项目"),
        ("泸山钛材管件厂", "泸山钛材\n管件厂项目（二次对接）"),
        ("泸山鈦材管件廠", "泸山钛材管件厂建设项目"),
        ("ＡＢＣ产业园", "abc产业园"),
        ("产业园（一期）", "产业园1期项目"),
        ("产业园第二期", "产业园（二期工程）"),
        ("年产5万吨钛白粉", "年产5万吨“钛白粉”项目"),
    ],
)
def test_the_same_project(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("产业园一期", "产业园二期"),
        ("产业园", "产业园二期"),
        ("年产15万吨阴极铜(一期)", "年产15万吨阴极铜(二期)"),
        ("甲厂", "乙厂"),
        ("昆明无水港", "雅安无水港"),
    ],
)
def test_different_projects(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert not alike(name_key(one), name_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("德和集团北京公司", "德和北京"),
        ("北辰轻量化公司", "北辰轻量化公司（有限公司）"),
        ("國源能源集團四川公司", "国源能源集团四川公司"),
        ("宏农环保(意向)", "宏农环保(意向)（有限公司）"),
        ("西昌市燃气有限责任公司", "西昌燃气公司"),
        ("四川西昌燃气有限公司", "西昌燃气"),
        ("中国晨光集团股份有限公司", "晨光集团"),
        ("建龙重工集团、昆仑科技", "建龙重工有限公司"),
        ("ABC Co., Ltd.", "abc"),
    ],
)
def test_the_same_investor(one: str, other: str) -> None:
    assert same_investor(company_key(one), company_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("成都燃气公司", "西昌燃气公司"), ("晨光公司", "晨曦公司"), ("", ""), ("", "晨光公司"), ("四川公司", "云南公司")],
)
def test_different_investors(one: str, other: str) -> None:
    assert not same_investor(company_key(one), company_key(other))


def test_only_addresses_are_compared_as_addresses() -> None:
    assert site_key("长安路８号") == site_key("长安路8号") != ""
    assert site_key("邛海片区") == ""


@given(st.text(max_size=30))
def test_keys_are_stable_for_any_text(text: str) -> None:
    assert name_key(text) == name_key(f" {text}\n")
    assert isinstance(company_key(text), str)


def test_likeness_inside_a_file(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["钛材加工一期", "甲材料有限公司", 3, "13900001111", "钒钛", "长安路8号", "91513401MA62000012"],
        ["钛材加工二期", "甲材料公司", 2.9, "13900001111", "钒钛", "长安路8号", "91513401MA62000012"],
        ["鈦材加工一期項目", "甲材料（集团）有限公司", 3, "13900001112", "钒钛", None, None],
        ["邛海度假酒店与会议中心综合体", "乙文旅有限公司", 3, None, "文旅", None, None],
        ["邛海度假酒店及会议中心综合体", "乙文旅公司", 9, None, "文旅", None, None],
        ["邛海度假酒店和会议中心综合体", "丙文旅公司", 9, None, "文旅", None, None],
        ["另外一个完全不同的厂", "甲材料有限公司", 3.1, None, "钒钛", None, None],
        ["又是一个完全不同的站", "甲材料有限公司", 9.9, None, "钒钛", None, None],
    ]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    actions = [(row["row"], row["action"], (row["duplicate_of"] or {}).get("row")) for row in found["rows"][1:]]
    assert actions == [
        (2, "create", None),
        (3, "create", None),
        (4, "duplicate", 2),
        (5, "create", None),
        (6, "duplicate", 5),
        (7, "create", None),
        (8, "create", None),
        (9, "create", None),
    ]
    warnings = {row["row"]: [remark["code"] for remark in row["warnings"]] for row in found["rows"] if row["warnings"]}
    shared = ["duplicate.phone", "duplicate.uscc", "duplicate.site", "duplicate.investment"]
    assert warnings == {3: shared, 8: ["duplicate.investment"]}


def test_a_chain_of_repetitions_points_at_its_beginning(tmp_path: Path) -> None:
    rows = [HEAD[:3], ["矿泉水厂", "甲公司", 1], ["矿泉水厂项目", "甲公司", 1], ["矿泉水厂（二次对接）", "甲公司", 1]]
    found = as_json(workbook(tmp_path / "a.xlsx", rows))
    assert [row["duplicate_of"]["row"] for row in found["rows"] if row["duplicate_of"]] == [2, 2]


KNOWN = (
    Known(7, "LD-2026-0007", name_key("矿泉水厂"), company_key("甘泉公司")),
    Known(8, "LD-2026-0008", name_key("光伏电站"), company_key("晨光公司"), phones=("13900001111",)),
    Known(9, "LD-2026-0009", name_key("别的"), uscc="91513401MA62000012", investment_fen=3 * 10**10),
)


def known_rows(tmp_path: Path) -> Path:
    rows = [
        HEAD,
        ["矿泉水厂项目", "甘泉有限公司", 1, None, None, None, None],
        ["光伏电站", "陌生公司", 1, None, None, None, None],
        ["新项目甲号楼", "新公司", 1, "13900001111", None, None, "91513401MA62000012"],
    ]
    return workbook(tmp_path / "a.xlsx", rows)


def test_projects_known_already(tmp_path: Path) -> None:
    found = as_json(known_rows(tmp_path), known=KNOWN)
    assert [row["duplicate_of"] for row in found["rows"][1:]] == [
        {"number": "LD-2026-0007"},
        {"number": "LD-2026-0008"},
        None,
    ]
    assert [remark["code"] for remark in found["rows"][3]["warnings"]] == ["duplicate.phone", "duplicate.uscc"]
    assert "LD-2026-0008" in found["rows"][3]["warnings"][0]["message"]


@pytest.mark.parametrize("action", ["update", "unchanged", "create"])
def test_the_caller_decides_about_known_projects(tmp_path: Path, action: str) -> None:
    asked: list[tuple[str, int, bool]] = []

    def decide(row: RowReading, known: Known, exact: bool) -> str:  # noqa: FBT001 - the shape of the hook
        asked.append((row.values["name"], known.id, exact))
        return action if exact else "duplicate"

    chosen: Callable[[RowReading, Known, bool], str] = decide
    reading = read(known_rows(tmp_path), known=KNOWN, decide=chosen)
    assert asked == [("矿泉水厂项目", 7, True), ("光伏电站", 8, False)]
    assert [row.action for row in reading.rows[1:]] == [action, "duplicate", "create"]
    assert reading.counts()[action] >= 1


@pytest.mark.slow
def test_ten_thousand_projects_of_one_investor_are_compared_quickly() -> None:
    signs = "钒钛清洁能源度假旅游食品加工物流仓储机械制造新型材料农业电子信息智能装备"
    chance = random.Random(7)
    index = Likeness()
    begun = time.process_time()
    for number in range(10_000):
        name = "".join(chance.choices(signs, k=12))
        keys = Keys(name_key(name), company_key("同一家公司"), number + 1, (), "", "钒钛")
        index.repeats(keys)
        index.resembles(keys)
        index.add(Place("s", number, keys))
    assert time.process_time() - begun < 30


def test_keys_of_a_row(tmp_path: Path) -> None:
    row = ["矿泉水厂", "甘泉公司", 1.5, "13900001111", "食品产业", "长安路8号", "91513401MA62000012"]
    (values,) = data(as_json(workbook(tmp_path / "a.xlsx", [HEAD, row])))
    expected = Keys("矿泉水厂", "甘泉", 15_000_000_000, ("13900001111",), "91513401MA62000012", "食品", "长安路8号")
    assert keys_of(values) == expected
