"""Workbooks as of past days: the state of a day, credit of a day, whole sums, masked phones, the trail."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.errors import Refusal
from crm.leads.queries_list import Ask
from crm.reports.rules_asof import Entry, state_on
from crm.reports.rules_period import read_period
from crm.reports.rules_phones import mask
from tests import cast as story
from tests.cast import AT, DAY
from tests.credit.story import colleague

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
ENTRIES = st.lists(st.builds(Entry, st.sampled_from(["stage", "status", "paid_in"]), st.sampled_from("abc"), DAYS))


@given(ENTRIES, DAYS)
def test_the_state_of_a_day_is_the_last_that_had_happened(entries: list[Entry], day: date) -> None:
    state = state_on(entries, day)
    happened = [entry for entry in entries if entry.happened_on <= day]
    if not any(entry.fact == "stage" for entry in happened):
        assert state is None
        return
    assert state is not None
    for fact in {entry.fact for entry in happened}:
        # Of several values of one day the one recorded last counts: a stable sort keeps it at the end, max would not.
        in_order = sorted((e for e in happened if e.fact == fact), key=lambda e: e.happened_on)
        assert state[fact] == in_order[-1]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026h1", date(2026, 1, 1), date(2026, 6, 30)),
        (" 2026Q3 ", date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-01-15:2026-02-01", date(2026, 1, 15), date(2026, 2, 1)),
    ],
)
def test_periods_have_names(text: str, start: date, end: date) -> None:
    period = read_period(text)
    assert (period.starts_on, period.ends_on) == (start, end)


@pytest.mark.parametrize("text", ["", "26", "2026H3", "2026-13", "2026-02-01:2026-01-01", "a:b", "2026:2027"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_period(text)


def test_phones_keep_their_ends_only() -> None:
    assert mask("13812345678；0834-3222222") == "138****5678；083****2222"
    assert mask("阿果13800000000") == "阿果138****0000"


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def rows(cast: story.Cast, **options: Any) -> list[dict[str, Any]]:
    """Return the pipeline's rows as the leader sees them."""
    from crm.reports.queries import pipeline_rows

    return pipeline_rows(Ask(), cast.chen, **options)


def test_yesterday_does_not_know_what_happened_today(cast: story.Cast) -> None:
    from crm.leads.operations import edit_lead

    lead_id = story.lead(cast)
    edit_lead(lead_id, {"investment_fen": 7_000_000}, base={}, version=1, by=cast.zhang, at=AT)
    (past,) = rows(cast, as_of=DAY - timedelta(days=1))
    (today,) = rows(cast, as_of=DAY)
    (now,) = rows(cast)
    assert past["investment_fen"] == 5_000 * 1_000_000
    assert today["investment_fen"] == now["investment_fen"] == 7_000_000
    assert today == now
    (known,) = rows(cast, as_of=DAY, known=DAY - timedelta(days=1))
    assert known["investment_fen"] == 5_000 * 1_000_000
    assert rows(cast, as_of=DAY - timedelta(days=365)) == []


def test_a_day_has_one_division_of_credit(cast: story.Cast) -> None:
    from crm.leads.operations_facts import share_credit
    from crm.reports.queries import claims_reported_by, shares_of

    lead_id, sun = story.lead(cast), cast.sun.person_id or 0
    wu = colleague(cast).person_id or 0
    share_credit(lead_id, [(sun, 10_000)], reason="", by=cast.zhang, at=AT)
    later = AT + timedelta(days=9)
    share_credit(lead_id, [(sun, 5000), (wu, 5000)], reason="共同引荐", by=cast.zhang, at=later)
    before, after = DAY + timedelta(days=8), DAY + timedelta(days=9)
    assert [claim["share_bps"] for claim in claims_reported_by(before, cast.chen)] == [10_000]
    assert [claim["share_bps"] for claim in claims_reported_by(after, cast.chen)] == [5000, 5000]
    assert shares_of([lead_id], before)[lead_id] == [("孙挂职", 10_000)]
    assert len(shares_of([lead_id])[lead_id]) == 2


def test_the_workbook_holds_the_list_to_the_fen_and_the_trail_knows_it(cast: story.Cast) -> None:
    from crm.audit.queries import trail
    from crm.reports.operations_books import export_pipeline

    amounts = (1, 123_456_789, 5_000_000_000)
    for n, fen in enumerate(amounts):
        story.lead(cast, name=f"第{n}厂", investment_fen=fen)
    made = export_pipeline(Ask(), by=cast.liu, at=AT)
    cells = [
        cell for sheet in openpyxl.load_workbook(BytesIO(made.data)).worksheets
        for row in sheet.iter_rows(values_only=True) for cell in row
    ]  # fmt: skip
    assert {round(cell * 1_000_000) for cell in cells if isinstance(cell, float)} >= {1, 123_456_789}
    assert not any("13800000000" in str(cell) for cell in cells)
    assert any("138****0000" in str(cell) for cell in cells)
    (entry,) = trail(action="report.export").rows
    assert {"name": "rows", "old": None, "new": 3} in entry.changes
    whole = openpyxl.load_workbook(BytesIO(export_pipeline(Ask(), by=cast.chen, at=AT).data)).worksheets[0]
    assert any("13800000000" in str(cell) for row in whole.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("name", ["as_of", "known"])
def test_a_day_that_has_not_come_is_refused_and_written_down(cast: story.Cast, name: str) -> None:
    from crm.reports.operations_books import export_pipeline

    with pytest.raises(Refusal) as refused:
        export_pipeline(Ask(), by=cast.chen, at=AT, **{name: date(9999, 12, 31)})
    assert story.codes(refused) == {f"{name}.future"}
    assert story.trail("refused") == ["report.export"]


def test_a_period_that_has_not_begun_has_no_workbook(cast: story.Cast) -> None:
    from crm.reports.operations import export_evaluation

    with pytest.raises(Refusal) as refused:
        export_evaluation(read_period("2099"), by=cast.he, at=AT)
    assert story.codes(refused) == {"period.future"}
    assert export_evaluation(read_period("2026"), by=cast.he, at=AT).data[:2] == b"PK"
