"""Counting by columns says what counting project by project says: every state, every figure, everybody behind it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.clock import end_of_day
from crm.leads.rules import STAGES, STATUSES
from crm.reports.rules_day import standing_of
from crm.reports.rules_matrix import Vocabulary, columns_of
from crm.reports.rules_overview import Cell, Cube
from crm.reports.rules_standing import State, keys_of
from tests import cast as story
from tests.reports.overview_cast import FEN, START, at_noon, bureau

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crm.reports.rules_day import Standing
    from crm.reports.rules_standing import Key

TODAY = date(2026, 6, 30)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
MAYBE = st.none() | DAYS
FENS = st.none() | st.integers(0, 10**16)
WAY = st.lists(MAYBE, min_size=len(STAGES), max_size=len(STAGES)).map(tuple)
PLAN = st.just(()) | st.lists(st.tuples(st.integers(2024, 2028), st.integers(1, 10**12)), max_size=3).map(tuple)


@st.composite
def states(draw: Any) -> list[State]:
    """Invent up to thirty projects, with ids that leave gaps."""
    ids = draw(st.lists(st.integers(1, 10**7), unique=True, max_size=30))
    code = st.sampled_from(["", "a", "b"])
    return [
        State(
            id=lead_id, stage=draw(st.sampled_from(STAGES)), since=draw(DAYS), opening=draw(st.booleans()),
            status=draw(st.sampled_from(STATUSES)), source=draw(code), theme=draw(code), cluster=draw(code),
            park=draw(code), unit=draw(st.integers(1, 4)), investment=draw(FENS), contracted=draw(FENS),
            paid=draw(FENS), landed_on=draw(MAYBE), landed=draw(FENS), sign_on=draw(DAYS), start_on=draw(MAYBE),
            plan=draw(PLAN), statistics_on=draw(MAYBE), reached=draw(WAY), began=draw(DAYS), registered_on=draw(MAYBE),
            prepared_on=draw(MAYBE),
        )
        for lead_id in ids
    ]  # fmt: skip


def by_hand(states: Iterable[State], day: date) -> tuple[dict[Key, Cell], dict[Key, list[int]]]:
    """Count every figure project by project, with who is in each."""
    cube, members = Cube(), defaultdict[Any, list[int]](list)
    for state in sorted(states, key=lambda state: state.id):
        keys = list(keys_of(state, day))
        cube.add(keys, state)
        for key in keys:
            members[key].append(state.id)
    return cube.cells, dict(members)


def assert_same(found: Standing, wanted: Iterable[State], day: date) -> None:
    """Compare a day counted by columns with the same projects counted one by one."""
    wanted = list(wanted)
    cells, members = by_hand(wanted, day)
    assert dict(found.states) == {state.id: state for state in wanted}
    assert {key: cell for key, cell in found.cube.cells.items() if cell.n} == cells
    for key, ids in members.items():
        assert found.ids(key) == ids
        assert [state.id for state in found.behind(key)] == ids
        page = found.page(key, 0, 1000)
        assert page[1:] == (cells[key].n, cells[key].investment, cells[key].contracted, cells[key].paid)
        largest = sorted((state for state in found.behind(key)), key=lambda one: (-(one.investment or 0), one.id))
        assert page.states == largest
        longest = sorted(largest, key=lambda one: (one.since, one.id))[:10]
        assert found.longest(key, 10) == (longest, len(ids))


@settings(deadline=None, max_examples=60)
@given(states(), states(), DAYS)
def test_columns_count_what_the_rules_say_of_each_project(some: list[State], later: list[State], day: date) -> None:
    vocabulary = Vocabulary()
    columns = columns_of(some, vocabulary)
    found = standing_of(columns, day)
    assert_same(found, some, day)
    # Some move, some come, one leaves.
    again: dict[int, State | None] = {state.id: state for state in later}
    again |= {old.id: new._replace(id=old.id) for old, new in zip(some, later, strict=False)}
    gone = {state.id for state in some[-1:]} - again.keys()
    now = {state.id: state for state in some} | again
    for lead_id in gone:
        now.pop(lead_id)
    assert_same(found.brought_up(again | dict.fromkeys(gone)), [one for one in now.values() if one], day)
    patched = columns.patched([state for state in again.values() if state])
    here = {state.id: state for state in some} | again
    assert_same(standing_of(patched, day), [one for one in here.values() if one], day)


def entry(lead_id: int, fact: str, value: str, day: date, at: datetime) -> None:
    """Write into the history alone, as a correction of a past that is over does."""
    from crm.leads.models import LeadFact

    LeadFact.create(lead=lead_id, fact=fact, value=value, happened_on=day, recorded_at=at)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast with twelve projects of different ways, on both databases."""
    found = story.assemble()
    bureau(found)
    return found


def test_the_history_as_columns_says_what_each_project_s_own_history_says(cast: story.Cast) -> None:
    from crm.leads.models import Contact, Lead
    from crm.leads.operations_facts import record_stage, record_status
    from crm.reports.queries_past import states_on
    from crm.reports.queries_standing import forget, standing
    from crm.reports.queries_states import read_states

    ids = [row.id for row in Lead.select(Lead.id).order_by(Lead.id)]
    for place, lead_id in enumerate(ids):
        day = START + timedelta(days=37 * place)
        written = at_noon(day + timedelta(days=place * 9))
        entry(lead_id, "investment_fen", str((place + 5) * FEN), day, written)
        entry(lead_id, "park", "P3", day + timedelta(days=5), written)
        entry(lead_id, "themes", "T4;T1", day + timedelta(days=9), written)
        entry(lead_id, "investor", f"改名第{place}次公司", day + timedelta(days=30), written)
        Contact.create(lead=lead_id, happened_on=day, kind="visit", text="走访", by=cast.zhang.person_id,
                       recorded_at=written)  # fmt: skip
    record_stage(ids[0], "signed", happened_on=date(2026, 1, 5), reason="补录", by=cast.zhang, at=at_noon(TODAY))
    record_stage(ids[0], "qualified", happened_on=date(2026, 1, 5), reason="更正", by=cast.chen, at=at_noon(TODAY))
    record_status(ids[4], "lost", happened_on=date(2025, 9, 1), reason="", by=cast.chen, at=at_noon(TODAY))
    forget()
    present = read_states(None)
    for step in range(-10, 560, 19):
        day = START + timedelta(days=step)
        for known in (None, day, day + timedelta(days=30)):
            moment = end_of_day(known) if known else None
            assert_same(standing(TODAY, as_of=day, known=moment), states_on(present, day, moment).values(), day)


def test_what_is_written_into_the_past_changes_a_day_that_is_remembered(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.reports.queries_standing import forget, standing

    day = START + timedelta(days=200)
    lead_id = Lead.select(Lead.id).order_by(Lead.id).get().id
    late = at_noon(TODAY)
    standing(TODAY, as_of=day)
    # The present stays as it is: only the history learns what had been so on that day.
    entry(lead_id, "investment_fen", str(66 * FEN), day, late)
    entry(lead_id, "investment_fen", str(1_000 * FEN), TODAY, late)
    kept = standing(TODAY, as_of=day)
    assert kept.states[lead_id].investment == 66 * FEN
    forget()
    assert standing(TODAY, as_of=day).states == kept.states


def test_a_day_is_counted_anew_when_many_have_moved(cast: story.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_stage
    from crm.reports import queries_standing
    from crm.reports.queries_standing import forget, standing

    monkeypatch.setattr(queries_standing, "FEW", 2)
    days = (None, START + timedelta(days=150))
    for day in days:
        standing(TODAY, as_of=day)
    for row in Lead.select(Lead.id).order_by(Lead.id).limit(6):
        record_stage(row.id, "negotiating", happened_on=START + timedelta(days=140), reason="", by=cast.zhang,
                     at=at_noon(TODAY))  # fmt: skip
    kept = [standing(TODAY, as_of=day) for day in days]
    forget()
    for day, found in zip(days, kept, strict=True):
        anew = standing(TODAY, as_of=day)
        assert found.states == anew.states
        assert not found.over
        assert {key: cell for key, cell in found.cube.cells.items() if cell.n} == anew.cube.cells
