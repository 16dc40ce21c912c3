"""When scheduled times come again, and how long failed work rests."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.core.errors import Refusal
from crm.jobs.rules import next_due, pause_seconds, percent


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        ("weekly 1 08:00", datetime(2026, 11, 22, 12, 0), datetime(2026, 11, 23, 0, 0)),  # Sunday evening → Monday 8:00
        ("weekly 1 08:00", datetime(2026, 11, 23, 0, 0), datetime(2026, 11, 30, 0, 0)),  # at the moment itself → next
        ("daily 00:30", datetime(2026, 11, 23, 16, 0), datetime(2026, 11, 23, 16, 30)),  # Shanghai is a day ahead
        ("monthly 5 08:00", datetime(2026, 12, 31, 0, 0), datetime(2027, 1, 5, 0, 0)),
        ("monthly last 23:59", datetime(2028, 2, 1, 0, 0), datetime(2028, 2, 29, 15, 59)),
    ],
)
def test_a_rule_comes_again_on_the_clock_of_shanghai(rule: str, after: datetime, due: datetime) -> None:
    assert next_due(rule, after) == due


@pytest.mark.parametrize("rule", ["", "hourly", "weekly 8 08:00", "weekly 0 08:00", "monthly 31 08:00", "daily 24:00", "daily 8:00"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        next_due(rule, datetime(2026, 1, 1))
    assert refused.value.findings[0].code == "schedule.rule"


def test_the_pause_grows_and_has_an_end() -> None:
    assert [pause_seconds(n) for n in (1, 2, 3, 9, 99)] == [5, 10, 20, 300, 300]


@pytest.mark.parametrize(("done", "total", "shown"), [(0, None, None), (0, 0, None), (1, 3, 33), (5, 3, 100), (0, 3, 0)])
def test_progress_in_per_cent(done: int, total: int | None, shown: int | None) -> None:
    assert percent(done, total) == shown
