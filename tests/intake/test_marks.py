"""Telephone numbers, credit codes, stages, areas and head counts as ledgers write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.rulebook import BrokenRules, parse
from crm.core.uscc import ALPHABET, check_digit, is_valid, normalise
from crm.intake.rules_measures import measure_text, read_count, read_land
from crm.intake.rules_phones import is_mobile, read_phones
from crm.intake.rules_stages import compile_table, is_stage_word, read_stage, stage_table, stage_text
from crm.intake.rules_uscc import read_uscc

GOOD = "91513401MA62000012"
STAGES = {"lead", "qualified", "negotiating", "signed", "started", "producing", "at_capacity"}
STATUSES = {"active", "paused", "lost", "terminated", "withdrawn"}


@pytest.mark.parametrize(
    ("text", "first", "numbers"),
    [
        ("13800008020", "13800008020", ["13800008020"]),
        ("138-0000-9793", "13800009793", ["13800009793"]),
        ("138 0000 9793", "13800009793", ["13800009793"]),
        ("手机：13800001878", "13800001878", ["13800001878"]),
        ("+86 13800001234", "13800001234", ["13800001234"]),
        ("8613800001234", "13800001234", ["13800001234"]),
        ("１３８００００１２３４", "13800001234", ["13800001234"]),
        ("0834-2222222；13800003178", "13800003178", ["0834-2222222", "13800003178"]),
        ("13800003178、13900001111", "13800003178", ["13800003178", "13900001111"]),
        ("13800008020/13800008020", "13800008020", ["13800008020"]),
        ("（0834）2161234", "0834-2161234", ["0834-2161234"]),
        ("0834-2161234转801", "0834-2161234转801", ["0834-2161234转801"]),
        ("400-800-1234", "400-800-1234", ["400-800-1234"]),
        ("2161234", "2161234", ["2161234"]),
        ("+1 212 555 1234", "+1 212 555 1234", ["+1 212 555 1234"]),
    ],
)
def test_phones(text: str, first: str, numbers: list[str]) -> None:
    phones = read_phones(text)
    assert (phones.first, list(phones.numbers), phones.unread) == (first, numbers, False)


@pytest.mark.parametrize("text", ["1380000802", "138000080201", "12345", "电话138"])
def test_phones_that_cannot_be_read(text: str) -> None:
    phones = read_phones(text)
    assert phones.unread
    assert phones.numbers == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("张三13800008020", "张三"),
        ("张三（总经理）13800008020", "张三（总经理）"),
        ("13800001234（王示例）", "王示例"),
        ("王例：139 0000 1113；李例：13900001114", "王例；李例"),
        ("无", "无"),
    ],
)
def test_words_beside_phones(text: str, words: str) -> None:
    assert read_phones(text).words == words


def test_a_mobile_alone_is_recognised() -> None:
    assert is_mobile("13800008020")
    assert not is_mobile("0834-2222222")


@given(st.text(max_size=40))
def test_no_text_is_too_strange_for_phones(text: str) -> None:
    phones = read_phones(text)
    assert bool(phones.first) == bool(phones.numbers)


@pytest.mark.parametrize(
    "text",
    [GOOD, GOOD.lower(), f"'{GOOD}", f" {GOOD[:8]} {GOOD[8:]}\u200b", "".join(chr(ord(c) + 0xFEE0) for c in GOOD)],
)
def test_credit_codes_are_brought_into_shape(text: str) -> None:
    found = read_uscc(text)
    assert (found.code, found.problem, found.warning) == (GOOD, "", "")


@pytest.mark.parametrize("text", ["", "/", "待定", "办理中", "未注册"])
def test_no_credit_code_yet(text: str) -> None:
    assert read_uscc(text) == read_uscc("")
    assert read_uscc(text).problem == ""


@pytest.mark.parametrize(
    ("text", "problem", "says"),
    [
        (GOOD[:-1], "uscc.length", "17"),
        (GOOD + "1", "uscc.length", "19"),
        (GOOD[:-1] + "O", "uscc.letter", "O, which no credit code has: is it 0?"),
        (GOOD[:-1] + "I", "uscc.letter", "is it 1?"),
        (GOOD[:-1] + "Z", "uscc.letter", "is it 2?"),
        (GOOD[:-1] + "#", "uscc.character", "#"),
        (GOOD[:-1] + "1", "uscc.check_digit", "licence"),
        (GOOD[:8] + GOOD[9] + GOOD[8] + GOOD[10:], "uscc.check_digit", GOOD),
        ("9.1513401E+17", "uscc.shortened", "Excel"),
    ],
)
def test_bad_credit_codes_are_refused(text: str, problem: str, says: str) -> None:
    found = read_uscc(text)
    assert (found.code, found.problem) == ("", problem)
    assert says in str(found.text)


@pytest.mark.parametrize(
    ("body", "warning"),
    [("91510100MA6200001", "uscc.division"), ("A1513401MA6200001", ""), ("12513401MA6200001", "uscc.kind")],
)
def test_odd_credit_codes_only_warn(body: str, warning: str) -> None:
    code = body + check_digit(body)
    assert read_uscc(code).code == code
    assert read_uscc(code).warning == warning


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(body: str, place: int, other: str) -> None:
    code = body + check_digit(body)
    changed = code[:place] + other + code[place + 1 :]
    assert is_valid(code)
    assert is_valid(changed) == (changed == code)


@given(st.text(max_size=30))
def test_no_text_is_too_strange_for_credit_codes(text: str) -> None:
    found = read_uscc(text)
    assert not (found.code and found.problem)
    assert " " not in normalise(text)


@pytest.mark.parametrize(
    ("text", "stage", "status", "warning"),
    [
        ("意向", "lead", "active", ""),
        ("研判", "qualified", "active", ""),
        ("洽谈中", "negotiating", "active", ""),
        ("在谈", "negotiating", "active", ""),
        ("框架协议", "negotiating", "active", "stage.framework"),
        ("已签订框架协议，正在选址", "negotiating", "active", "stage.framework"),
        ("签约", "signed", "active", ""),
        ("已 签 约", "signed", "active", ""),
        ("未签约", "negotiating", "active", ""),
        ("在建", "started", "active", ""),
        ("已开工", "started", "active", ""),
        ("竣工", "started", "active", ""),
        ("未开工", "signed", "active", ""),
        ("计划2024年6月开工", "signed", "active", "stage.unclear"),
        ("拟建项目已开工", "started", "active", ""),
        ("已投产", "producing", "active", ""),
        ("达产", "at_capacity", "active", ""),
        ("搁置", None, "paused", ""),
        ("流失", None, "lost", ""),
        ("已解约", "signed", "terminated", ""),
        ("退库", None, "withdrawn", ""),
        ("Signed", "signed", "active", ""),
        ("某种说法", None, None, "stage.unclear"),
        ("", None, None, ""),
        ("/", None, None, ""),
    ],
)
def test_stages(text: str, stage: str | None, status: str | None, warning: str) -> None:
    progress = read_stage(text)
    assert (progress.stage_code, progress.status_code, progress.warning) == (stage, status, warning)
    if warning:
        assert text in str(stage_text(warning, text))


def test_the_table_of_stages_names_only_our_stages() -> None:
    table = stage_table()
    answers = [*table.words.values(), *(progress for _, progress in table.patterns)]
    assert {answer.stage_code for answer in answers} <= STAGES | {None}
    assert {answer.status_code for answer in answers} <= STATUSES | {None}
    assert is_stage_word("已签约")
    assert not is_stage_word("正在办理用地手续")


def test_a_broken_table_of_stages_is_refused() -> None:
    with pytest.raises(BrokenRules, match=r"stages\.toml"):
        compile_table(parse("stage = []", "intake/stages.toml"))


@pytest.mark.parametrize(
    ("text", "unit", "mu"),
    [
        ("约200亩", "", "200"),
        ("200", "亩", "200"),
        ("3.5公顷", "亩", "52.5"),
        ("20万平方米", "亩", "300"),
        ("1000", "平方米", "1.5"),
        ("1,200", "", "1200"),
    ],
)
def test_areas(text: str, unit: str, mu: str) -> None:
    assert read_land(text, unit) == (Decimal(mu), True)


@pytest.mark.parametrize("text", ["一大片", "9" * 60, "100-200亩", "一期100亩，二期200亩", "-3"])
def test_areas_that_cannot_be_read(text: str) -> None:
    assert read_land(text, "") == (None, False)
    assert text in str(measure_text("land.unreadable", text))


def test_areas_and_counts_may_be_unknown() -> None:
    assert read_land("/", "") == (None, True)
    assert read_count("待定") == (None, True)


def test_head_counts() -> None:
    assert read_count("约300人") == (300, True)
    assert read_count(120) == (120, True)
    assert read_count("100-200人") == (None, False)
