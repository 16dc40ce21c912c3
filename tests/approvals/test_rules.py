"""Working days of approvals: due days, stops, days used, lights, and files that are refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.approvals.rules import Kept, Step, Stretch, book, check_book, due_on, light, slowest_first, step_findings, used
from crm.core.rulebook import BrokenRules, parse

MONDAY = date(2026, 6, 1)


def test_the_day_of_acceptance_is_not_counted_and_weekends_are_not() -> None:
    assert due_on(MONDAY, 1) == (date(2026, 6, 2), False)
    assert due_on(MONDAY, 5) == (date(2026, 6, 8), False)


def test_holidays_and_days_worked_instead_follow_the_official_arrangement() -> None:
    # 2026: National Day from 10-01 to 10-07, worked instead on 09-20 (Sunday) and 10-10 (Saturday).
    assert due_on(date(2026, 9, 30), 1)[0] == date(2026, 10, 8)
    assert due_on(date(2026, 10, 9), 1)[0] == date(2026, 10, 10)


def test_days_in_a_stop_do_not_count_and_an_open_stop_has_no_last_day() -> None:
    stop = Stretch(date(2026, 6, 3), date(2026, 6, 5))
    assert due_on(MONDAY, 3, [stop])[0] == date(2026, 6, 8)
    assert due_on(MONDAY, 3, [Stretch(date(2026, 6, 3))]) == (None, False)


def test_a_last_day_in_a_year_nobody_knows_is_an_estimate() -> None:
    due, estimated = due_on(date(2031, 1, 6), 3)
    assert (due, estimated) == (date(2031, 1, 9), True)


@given(
    st.dates(date(2026, 1, 1), date(2026, 10, 30)), st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=3),
)  # fmt: skip
def test_on_the_last_day_exactly_the_promised_days_are_used(
    accepted: date, promised: int, gaps: list[tuple[int, int]]
) -> None:
    stops = [
        Stretch(accepted + timedelta(days=at), accepted + timedelta(days=at + length)) for at, length in gaps
    ]
    due, _estimated = due_on(accepted, promised, stops)
    assert due is not None
    assert used(accepted, due, stops) == promised
    assert used(accepted, due - timedelta(days=1), stops) == promised - 1


def test_lights_turn_yellow_before_and_red_after_the_last_day() -> None:
    due = date(2026, 6, 10)
    assert [light("running", due, due + timedelta(days=n)) for n in (-3, -2, 0, 1)] == ["green", "yellow", "yellow", "red"]
    assert light("stopped", None, due) == "none"


@pytest.mark.parametrize(
    ("name", "before", "after", "days", "codes"),
    [
        ("环评", "市生态环境局", "park", 15, []),
        (" ", "市生态环境局", "park", 15, ["procedure.name"]),
        ("环评", "", "park", 0, ["procedure.unit", "procedure.days"]),
        ("环评", "市生态环境局", "park", 251, ["procedure.days"]),
    ],
)
def test_a_procedure_says_everything_that_is_wrong(
    name: str, before: str, after: str, days: int, codes: list[str]
) -> None:
    assert [finding.code for finding in step_findings(Step("x", name, before, after, days, 0))] == codes


def test_the_file_loads_and_a_broken_copy_is_refused() -> None:
    assert book().tables["procedure"]
    text = (Path(__file__).parents[2] / "crm/approvals/procedures.toml").read_text(encoding="utf-8")
    for old, new in (("promised_days = 15", "promised_days = 0"), ('code = "energy"', 'code = "water"'),
                     ('unit_after = "park"', 'unit_after = ""')):  # fmt: skip
        assert old in text
        with pytest.raises(BrokenRules):
            check_book(parse(text.replace(old, new), "procedures.toml"))


def test_the_slowest_stand_first_and_few_cases_are_said() -> None:
    quick = Kept("甲", 9, 10.0, 4.0, 9, 0)
    slow = Kept("乙", 3, 5.0, 9.0, 1, 2)
    assert [row.name for row in slowest_first([quick, slow])] == ["乙", "甲"]
    assert (slow.share, slow.few, quick.few, Kept("丙", 0, 0, 0, 0, 1).share) == (33, True, False, None)
