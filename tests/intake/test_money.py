"""Amounts in every habit become exact 万元 of their own currency, or a question; nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.numerals import chinese_number
from crm.intake.rules_cells import BrokenCell, DateCell, FormulaCell, UnitCell
from crm.intake.rules_money import Money, doubt, money_text, read_money, wan_number
from crm.intake.rules_units import Unit, read_unit

YI = Unit(Decimal(10000))
WAN = Unit(Decimal(1))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("亿元", YI),
        ("（万元）", WAN),
        ("单位：万元", WAN),
        ("万", WAN),
        ("人民币万元", WAN),
        ("元", Unit(Decimal("0.0001"))),
        ("万美元", Unit(Decimal(1), "USD")),
        ("亿港元", Unit(Decimal(10000), "HKD")),
        ("10k CNY", WAN),
        ("亩", None),
        ("亿元/万元", None),
        ("万元/亩", None),
        ("", None),
    ],
)
def test_units(text: str, unit: Unit | None) -> None:
    assert read_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("3.5亿", 35000, None, "CNY"),
        ("约2000万元", 2000, None, "CNY"),
        ("2000余万元", 2000, None, "CNY"),
        ("３，５００万元", 3500, None, "CNY"),
        ("1 200万元", 1200, None, "CNY"),
        ("1亿2000万元", 12000, None, "CNY"),
        ("3亿5千万", 35000, None, "CNY"),
        ("三千五百万元", 3500, None, "CNY"),
        ("两亿元", 20000, None, "CNY"),
        ("一億二千萬", 12000, None, "CNY"),
        ("3千万", 3000, None, "CNY"),
        ("2百万元", 200, None, "CNY"),
        ("500000元", 50, None, "CNY"),
        ("不低于5亿元", 50000, None, "CNY"),
        ("5亿元以上", 50000, None, "CNY"),
        ("总投资约3亿元", 30000, None, "CNY"),
        ("（3亿元）", 30000, None, "CNY"),
        ("3亿元（含流动资金）", 30000, None, "CNY"),
        ("RMB 3亿", 30000, None, "CNY"),
        ("总投资3.5亿元，其中固定资产2亿元", 35000, None, "CNY"),
        (f"总投资3.5亿元，{'建设厂房及配套设施，' * 20}分两期实施", 35000, None, "CNY"),
        ("2-3亿", 20000, 30000, "CNY"),
        ("2～3亿元", 20000, 30000, "CNY"),
        ("5000万至1亿元", 5000, 10000, "CNY"),
        ("1.5—2.0亿元人民币", 15000, 20000, "CNY"),
        ("1.2亿美元", 12000, None, "USD"),
        ("$500万", 500, None, "USD"),
        ("USD 3 million", 300, None, "USD"),
        ("300万美金", 300, None, "USD"),
        ("100亿日元", 1000000, None, "JPY"),
        ("2000-3000万港币", 2000, 3000, "HKD"),
        ("0.5亿欧元", 5000, None, "EUR"),
    ],
)
def test_amounts_with_their_own_unit(text: str, low: int, high: int | None, currency: str) -> None:
    expected = Money(Decimal(low), None if high is None else Decimal(high), currency)
    for unit in (None, YI, WAN):
        money = read_money(text, unit)
        assert Money(money.low, money.high, money.currency, money.problem) == expected


@pytest.mark.parametrize(
    ("cell", "unit", "low", "high"),
    [
        (0.465, YI, Decimal(4650), None),
        (18.488, YI, Decimal(184880), None),
        (23.299999999999997, YI, Decimal(233000), None),
        (12000, WAN, Decimal(12000), None),
        ("约1.35", YI, Decimal(13500), None),
        ("2-3", YI, Decimal(20000), Decimal(30000)),
        (UnitCell(3.5, "亿元"), None, Decimal(35000), None),
        (0, None, Decimal(0), None),
        ("0", None, Decimal(0), None),
        ("未到位", WAN, Decimal(0), None),
    ],
)
def test_amounts_in_a_unit_of_the_column(cell: object, unit: Unit | None, low: Decimal, high: Decimal | None) -> None:
    money = read_money(cell, unit)  # type: ignore[arg-type]
    assert (money.problem, money.low, money.high) == ("", low, high)


@pytest.mark.parametrize("text", ["", " ", "/", "—", "--", "－", "无", "暂无", "N/A"])
def test_signs_of_the_unknown_are_neither_zero_nor_wrong(text: str) -> None:
    assert read_money(text, YI) == Money()


@pytest.mark.parametrize("text", ["待定", "未定", "面议", "待明确", "TBD"])
def test_what_is_undecided_is_unknown_and_said(text: str) -> None:
    money = read_money(text, YI)
    assert (money.low, money.problem, money.warning) == (None, "", "money.undecided")


@pytest.mark.parametrize(
    ("cell", "unit", "problem"),
    [
        (5000, None, "money.unit_missing"),
        ("约5000", None, "money.unit_missing"),
        ("2-3", None, "money.unit_missing"),
        ("三百", None, "money.unit_missing"),
        ("abc", YI, "money.unreadable"),
        ("很大", None, "money.unreadable"),
        (True, YI, "money.unreadable"),
        (DateCell("1900-03-05", 65, "day"), YI, "money.unreadable"),
        (BrokenCell("#REF!"), YI, "money.unreadable"),
        (FormulaCell("=A1"), YI, "money.no_value"),
        ("一期2亿，二期3亿", YI, "money.several"),
        ("2亿5", YI, "money.several"),
        ("10,00", WAN, "money.several"),
        ("1e999999999亿", YI, "money.several"),
        ("1e99999999999999999999", YI, "money.several"),
        ("1e99亿2千万", YI, "money.several"),
        ("亿" * 30_000, None, "money.unreadable"),
        ("2-" * 15_000 + "3亿", None, "money.unreadable"),
        ("9" * 40, WAN, "money.unreadable"),
        (9e17, YI, "money.unreadable"),
        ("-500", WAN, "money.negative"),
        (-500, WAN, "money.negative"),
        ("5-2亿", WAN, "money.range_reversed"),
    ],
)
def test_what_cannot_be_read_is_asked_about(cell: object, unit: Unit | None, problem: str) -> None:
    money = read_money(cell, unit)  # type: ignore[arg-type]
    assert (money.low, money.problem) == (None, problem)
    assert "5000" in str(money_text("money.unit_missing", "5000"))


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("2亿元（约3000万美元）", "money.two_currencies"),
        ("3000万美元（折合人民币2亿元）", "money.two_currencies"),
        ("1500亿元", "money.implausible"),
        ("500元", "money.tiny"),
        ("0", "money.zero"),
        ("0.12345678901亿元", "money.rounded"),
        ("3亿元", ""),
    ],
)
def test_readable_amounts_that_deserve_a_look(text: str, warning: str) -> None:
    money = read_money(text, WAN)
    assert money.problem == ""
    assert doubt(money, investment=True) == warning


def test_the_first_of_two_currencies_is_kept() -> None:
    money = read_money("3000万美元（折合人民币2亿元）", None)
    assert money.low == Decimal(3000)
    assert money.currency == "USD"


@given(st.integers(min_value=0, max_value=10**13))
def test_every_fen_survives_in_any_unit(fen: int) -> None:
    wan = Decimal(fen) / 1_000_000
    assert read_money(f"{wan:f}万元", None).low == wan
    assert read_money(f"{wan / 10000:f}亿元", WAN).low == wan
    assert read_money(f"{wan * 10000:f}元", YI).low == wan


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_ranges_keep_both_ends(one: int, other: int) -> None:
    low, high = sorted((one, other))
    money = read_money(f"{low}-{high}万元", None)
    assert money.low == Decimal(low)
    assert money.high == Decimal(high)


@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    for unit in (None, YI):
        money = read_money(text, unit)
        assert money.problem == "" or money.low is None


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_no_number_is_too_strange(number: float) -> None:
    money = read_money(number, YI)
    assert money.low is None or money.low >= 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("三千五百万", 35000000),
        ("两亿", 200000000),
        ("十亿", 10**9),
        ("壹佰", 100),
    ],
)
def test_chinese_numerals(text: str, number: int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "甲", "一二", "万", "三百x"])
def test_no_chinese_numerals(text: str) -> None:
    assert chinese_number(text) is None


def test_numbers_for_json_are_whole_when_they_can_be() -> None:
    assert [wan_number(value) for value in (None, Decimal("2E+4"), Decimal("12.5"))] == [None, 20000, 12.5]
    assert isinstance(wan_number(Decimal("2E+4")), int)
