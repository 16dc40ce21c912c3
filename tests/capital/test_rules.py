"""The pure rules of capital: plans as typed, sums over time, terms in force."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.capital.rules import read_plan, running_sums, show_plan, terms

DAYS = some.dates(date(2020, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("typed", "plan"),
    [
        ("2026: 5000\n2027：8,000.5", {2026: 5_000_000_000, 2027: 8_000_500_000}),
        ("2027年 300万元；2026=200", {2026: 200_000_000, 2027: 300_000_000}),
    ],
)
def test_a_plan_is_read_as_people_type_it(typed: str, plan: dict[int, int]) -> None:
    assert read_plan(typed) == plan


@pytest.mark.parametrize("typed", ["五千", "2026: 5\n2026: 6", "26: 5", "2026: -5", "2026: 99999999999", "2026"])
def test_a_plan_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^.+"):
        read_plan(typed)


@given(some.dictionaries(some.integers(1990, 2100), some.integers(0, 10**13), max_size=8))
def test_a_plan_comes_back_as_it_was_shown(plan: dict[int, int]) -> None:
    assert read_plan(show_plan(plan)) == plan


@given(some.lists(some.tuples(DAYS, some.integers(1, 10**9)), max_size=8), DAYS)
def test_running_sums_end_with_the_whole_and_skip_no_day(entries: list[tuple[date, int]], since: date) -> None:
    sums = running_sums(entries, since)
    assert sums[0][0] == since
    assert [day for day, _ in sums] == sorted({since, *(day for day, _ in entries if day > since)})
    last = sum(amount for day, amount in entries if day <= sums[-1][0])
    assert (sums[-1][1] or 0) == last
    assert (sums[-1][1] is None) == (not entries)


def test_a_supplement_replaces_only_what_it_says() -> None:
    first = ((date(2026, 1, 1), date(2026, 6, 1), None), {2026: 5})
    found = terms([first, ((None, date(2026, 9, 1), date(2026, 12, 1)), {})])
    assert (found.start_on, found.completion_on, found.production_on) == (
        date(2026, 1, 1), date(2026, 9, 1), date(2026, 12, 1),
    )  # fmt: skip
    assert found.dated
    assert found.yearly_plan == ((2026, 5),)
