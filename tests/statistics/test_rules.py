"""Medians that a few odd months do not move, ratios, months, limits: pure rules, many invented cases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from math import inf, log
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.rulebook import BrokenRules, Rulebook, parse
from crm.statistics import rules, rules_checks
from crm.statistics.rules_checks import ALONE, HISTORY, INDUSTRY, Line, questions, usual
from crm.statistics.rules_sentences import definitions, sentence, short
from crm.statistics.rules_targets import grown
from crm.statistics.rules_uncounted import MoneyFacts, money_questions, reached_in, section_of

RULES = rules.statistics_rules()
NUMBERS = st.floats(min_value=-50, max_value=50, allow_nan=False)
LAST = "2026-05"
MONTHS = list(rules.months_between("2024-06", "2026-05"))


# --- robust measures


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_the_median_is_the_middle_value(values: list[float]) -> None:
    assert rules_checks.median(values) == pytest.approx(plain_median(values))


@given(st.lists(NUMBERS, min_size=1, max_size=30), NUMBERS, st.floats(min_value=0.1, max_value=5))
def test_moving_and_stretching_all_values_moves_and_stretches_what_is_usual(
    values: list[float], step: float, factor: float
) -> None:
    before = usual(values, 1)
    moved = usual([value + step for value in values], 1)
    assert moved.centre == pytest.approx(before.centre + step, abs=1e-9)
    assert moved.spread == pytest.approx(before.spread, abs=1e-6)
    wide = usual([value * factor for value in values], 1)
    assert wide.centre == pytest.approx(before.centre * factor, abs=1e-9)


@given(st.lists(st.floats(min_value=-1, max_value=1), min_size=9, max_size=25), st.data())
def test_odd_months_below_half_do_not_carry_the_usual_away(values: list[float], data: st.DataObject) -> None:
    odd = data.draw(st.integers(min_value=1, max_value=(len(values) - 1) // 2))
    spoilt = [1e6] * odd + values[odd:]
    assert -1 <= usual(spoilt, 10).centre <= 1


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_the_spread_never_falls_below_the_least(values: list[float]) -> None:
    assert usual(values, 10).spread >= log(1.1) - 1e-12


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=20))
def test_far_is_the_same_in_both_directions(value: float, values: list[float]) -> None:
    known = usual(values, 10)
    up = rules_checks.far(known.centre + value, known, RULES.review)
    down = rules_checks.far(known.centre - value, known, RULES.review)
    assert (up is None) == (down is None)
    if up is not None and down is not None:
        assert up == pytest.approx(-down)


# --- questions


def _line(id_: int = 1, odd: dict[str, tuple[int | None, ...]] | None = None) -> Line:
    """Return an even line: 10 yuan of output for a kWh, 9000 yuan of investment for a tonne."""
    months: dict[str, tuple[int | None, ...]] = {
        month: (1_000_000_00 + at * 1_000_00, 100_000, 90_000_00, 1_000) for at, month in enumerate(MONTHS)
    }
    months.update(odd or {})
    return Line(id_, "3484", months)


def test_an_even_history_asks_nothing() -> None:
    assert questions([_line()], MONTHS[-12:], RULES) == []


def test_output_without_electricity_comes_first() -> None:
    line = _line(odd={LAST: (1_000_000_00, 0, 0, 0), "2026-03": (1_000_000_00, 20_000, 0, 0)})
    found = questions([line], MONTHS[-12:], RULES)
    assert [(one.basis, one.month) for one in found if one.kind == "electricity"] == [(ALONE, "2026-05"), (HISTORY, "2026-03")]
    assert found[0].deviations == inf
    assert "?" in str(sentence(found[0]))


def test_a_far_month_says_how_far_and_from_how_many() -> None:
    (one,) = questions([_line(odd={LAST: (1_000_000_00, 20_000, 0, 0)})], ["2026-05"], RULES)
    assert (one.kind, one.n, one.small) == ("electricity", len(MONTHS) - 1, False)
    assert one.times == pytest.approx(5, rel=0.05)
    assert "23" in str(sentence(one))


def test_a_short_history_asks_nothing_and_a_small_one_says_so() -> None:
    months = dict.fromkeys(MONTHS[-9:], (100000000, 100000, None, None))
    months["2026-05"] = (1_000_000_00, 10_000, None, None)
    (one,) = questions([Line(1, "", months)], ["2026-05"], RULES)
    assert (one.n, one.small) == (8, True)
    short_one = {month: told for month, told in months.items() if month >= "2026-01"}
    assert questions([Line(1, "", short_one)], ["2026-05"], RULES) == []


def test_unknown_is_never_zero() -> None:
    line = _line(odd={LAST: (1_000_000_00, None, None, None)})
    assert questions([line], MONTHS[-12:], RULES) == []


def test_unlike_the_industry_needs_others_and_is_asked_once() -> None:
    peers = [_line(id_) for id_ in range(2, 7)]
    odd = Line(1, "3484", {month: (told[0], 20_000, told[2], told[3]) for month, told in _line().months.items()})
    found = [one for one in questions([odd, *peers], MONTHS[-12:], RULES) if one.basis == INDUSTRY]
    assert [(one.enterprise_id, one.month, one.n, one.small) for one in found] == [(1, "2026-05", 5, True)]
    assert found[0].key[2] == "2026"
    assert questions([odd, *peers[:2]], MONTHS[-12:], RULES) == []
    elsewhere = replace(odd, industry="1491")
    assert questions([elsewhere, *peers], MONTHS[-12:], RULES) == []


def test_one_odd_month_is_no_question_of_the_industry() -> None:
    peers = [_line(id_) for id_ in range(2, 7)]
    odd = _line(odd={LAST: (1_000_000_00, 10_000, 0, 0)})
    assert {one.basis for one in questions([odd, *peers], MONTHS[-12:], RULES)} == {HISTORY}


def test_investment_is_compared_over_three_months() -> None:
    empty: dict[str, tuple[int | None, ...]] = {
        f"2026-0{month}": (1_000_000_00, 100_000, 200 * 1_000_000, 0) for month in (3, 4, 5)
    }
    found = questions([_line(odd=empty)], ["2026-05"], RULES)
    assert [(one.kind, one.basis, one.over) for one in found] == [("gravel", ALONE, 600 * 1_000_000)]
    less: dict[str, tuple[int | None, ...]] = {name: (told[0], told[1], 100 * 1_000_000, 0) for name, told in empty.items()}
    assert questions([_line(odd=less)], ["2026-05"], RULES) == []


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**8)), min_size=1, max_size=24))
def test_whatever_the_figures_are_a_question_has_a_sentence(figures: list[tuple[int, int]]) -> None:
    months = {month: (over, under, over // 2, under * 3) for month, (over, under) in zip(MONTHS, figures, strict=False)}
    found = questions([Line(1, "3484", months), _line(2)], MONTHS[-12:], RULES)
    assert found == rules_checks.ranked(found)
    for one in found:
        words = str(sentence(one))
        assert words.endswith("?")
        assert "false" not in words.lower()


def test_definitions_say_their_numbers() -> None:
    told = " ".join(str(text) for text in definitions(RULES))
    assert "3.5" in told
    assert "1.4826" in told
    assert "24" in told


# --- months and rules


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 12, 31)), st.integers(-60, 60))
def test_months_shift_there_and_back(day: date, by: int) -> None:
    month = rules.month_of(day)
    assert rules.shift(rules.shift(month, by), -by) == month
    assert rules.month_of(rules.last_day(month)) == month
    assert rules.last_day(rules.last_over(day)) <= day
    assert rules.last_day(rules.shift(rules.last_over(day), 1)) > day


@pytest.mark.parametrize("text", ["2026-10", "2026年10月", "2026.10", "2026/10", "202610", " 2026-10 "])
def test_a_month_is_read_as_people_type_it(text: str) -> None:
    assert rules.read_month(text) == "2026-10"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "10", "20261", "0000-10", "二〇二六年", "2026-10-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text) or "^$"):
        rules.read_month(text)


def test_an_enterprise_owes_the_months_it_was_here_at_the_end_of() -> None:
    assert rules.owes("2026-05", date(2026, 5, 31), None)
    assert not rules.owes("2026-05", date(2026, 6, 1), None)
    assert not rules.owes("2026-05", None, date(2026, 5, 31))
    assert rules.owes("2026-05", None, date(2026, 6, 1))




def _book() -> str:
    from pathlib import Path

    return Path(rules.__file__).with_name("statistics.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("due_day = 10", "due_day = 31"), ("due_day = 10", ""), ("deviations = 3.5", 'deviations = "viel"'),
        ("times = 1.5", "times = 1"), ('over = "output_fen"', 'over = "joy"'), ("quiet_months = 3", "quiet_months = 0"),
        ("history_months = 24", "history_months = -1"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_by_name(old: str, new: str) -> None:
    text = _book()
    assert old in text
    with pytest.raises(BrokenRules, match=r"statistics\.toml"):
        rules.read_rules(parse(text.replace(old, new), "statistics/statistics.toml"))


def test_a_table_without_an_open_source_is_refused() -> None:
    book = parse(_book(), "statistics/statistics.toml")
    tables = {**book.tables, "source": [{"code": "a", "label": "b", "protected": True}]}
    with pytest.raises(BrokenRules):
        rules.read_rules(Rulebook(book.name, book.version, book.in_force_from, book.basis, tables))


def test_what_the_law_protects_is_refused_with_a_sentence() -> None:
    (found,) = rules.source_findings("statistical_return")
    assert found.code == "source.protected"
    assert "Statistics Law" in str(found.text)
    assert rules.source_findings("nowhere")[0].code == "source.unknown"
    assert not rules.source_findings("enterprise")


# --- not counted, money


def test_twelve_months_reach_the_limit_in_a_month() -> None:
    limit = 2000
    months = dict.fromkeys(MONTHS[-12:], 200)
    assert reached_in(months, limit, "2026-05") == ("2026-03", 2400, 12)
    assert reached_in(dict.fromkeys(MONTHS, 100), limit, "2026-05") is None
    assert reached_in({"2026-05": 5000}, limit, "2026-05") == ("2026-05", 5000, 1)


@given(st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 3000), max_size=24))
def test_the_month_in_which_it_was_reached_is_never_after_the_last(months: dict[str, int]) -> None:
    found = reached_in(months, 2000, "2026-05")
    if found:
        assert found[0] <= "2026-05"
        assert found[1] == sum(value for month, value in months.items() if month > "2025-05") >= 2000


def test_sections_of_industries() -> None:
    assert (section_of("3484"), section_of("0111"), section_of("")) == ("C", "A", "")


WAN = 1_000_000
FACTS = MoneyFacts("signed", 1000 * WAN, date(2026, 1, 5), None, False, 0, False)
DAY = date(2026, 6, 1)


def _kinds(facts: MoneyFacts) -> list[str]:
    return [kind for kind, _text in money_questions(facts, DAY, RULES)]


def test_money_asks_where_nothing_follows_it() -> None:
    assert _kinds(FACTS) == ["paid_quiet"]
    assert _kinds(replace(FACTS, last_paid_on=date(2026, 3, 2))) == []
    assert _kinds(replace(FACTS, paid_fen=499 * WAN)) == []
    assert _kinds(replace(FACTS, active_since_paid=True)) == []
    assert _kinds(replace(FACTS, stage="started")) == []
    assert _kinds(replace(FACTS, stage="started", reporting=True)) == ["paid_quiet"]
    assert _kinds(replace(FACTS, stage="producing", reporting=True)) == []


def test_activity_asks_where_no_money_is_on_record() -> None:
    begun = replace(FACTS, stage="started", paid_fen=0, last_paid_on=None, began_on=date(2026, 3, 1))
    assert _kinds(begun) == ["active_unpaid"]
    assert _kinds(replace(begun, began_on=date(2026, 3, 2))) == []
    more = replace(FACTS, stage="started", reporting=True, active_since_paid=True, invested_fen=1500 * WAN)
    assert _kinds(more) == []
    assert _kinds(replace(more, invested_fen=1501 * WAN)) == ["active_unpaid"]


# --- growth


@given(st.integers(1, 10**15), st.integers(0, 10**15))
def test_growth_is_cut_never_rounded_up(before: int, now: int) -> None:
    bps = grown(now, before)
    assert bps is not None
    assert abs(bps) * before <= abs(now - before) * 10_000
    assert (abs(bps) + 1) * before > abs(now - before) * 10_000


def test_growth_without_a_year_before_is_unknown() -> None:
    assert grown(5, 0) is None
    assert grown(5, None) is None
    assert grown(None, 5) is None


@pytest.mark.parametrize(("value", "shown"), [(0.1234, "0.123"), (12.345, "12.3"), (123456, "123,456"), (0, "0"), (999.9, "1000")])
def test_numbers_are_shown_in_three_digits(value: float, shown: str) -> None:
    assert short(value) == shown
