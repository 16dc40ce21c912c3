"""The overview: each number is its list, any past day is the day's own, and keeping up equals reading anew."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import end_of_day
from crm.leads.queries_list import Ask
from tests import cast as story
from tests.reports.overview_cast import FEN, GAP, START, at_noon, bureau

if TYPE_CHECKING:
    from flask import Flask

DAYS = [START + timedelta(days=step) for step in (0, 45, 90, 130, 170, 250, 400)]
LINK = re.compile(r'<a class="fig" href="([^"]*/overview/leads\?key=[^"]+)">([\d,]+)</a>')
HEAD = re.compile(r'<p class="head-note">(?:共 )?(\d+) 个项目')
TODAY = date(2026, 6, 30)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast with twelve projects, on both databases."""
    found = story.assemble()
    bureau(found)
    return found


def test_every_number_opens_exactly_the_projects_that_it_counts(app: Flask, cast: story.Cast) -> None:
    client = story.entered(app, cast.chen)
    for question in ("", "?as_of=2025-05-20", "?as_of=2025-05-20&known=2025-05-25"):
        page = client.get(f"/overview{question}").get_data(as_text=True)
        links = {(unescape(url), text) for url, text in LINK.findall(page)}
        money = {url for url, _ in links if "key=paid." in url}
        assert len(links) > 25
        for url, text in links:
            answer = client.get(url)
            assert answer.status_code == 200
            said = HEAD.search(answer.get_data(as_text=True))
            assert said
            if url not in money:
                assert said[1] == text.replace(",", ""), url


def test_the_five_numbers_are_what_the_tables_say(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.reports.queries_standing import standing

    cube = standing(TODAY).cube
    kept = (Lead.status.in_(("active", "paused"))) & ~Lead.opening
    late = ("signed", "started", "producing", "at_capacity")
    assert cube.cell("signed").n == Lead.select().where(kept & Lead.stage.in_(late)).count() == 6
    assert cube.cell("started").n == Lead.select().where(kept & Lead.stage.in_(late[1:])).count()
    assert cube.cell("landed").n == Lead.select().where(Lead.landed_on.is_null(False)).count() == 2
    assert cube.cell("paid").paid == sum(row.paid_in_fen or 0 for row in Lead.select())
    assert cube.cell("opening", "signed").n == 1
    assert sum(cube.cell("status", status).n for status in cube.codes("status")) == 13


@pytest.mark.parametrize("day", DAYS)
def test_a_past_day_is_what_the_workbook_of_that_day_says(cast: story.Cast, day: date) -> None:
    from crm.reports.queries import pipeline_rows
    from crm.reports.queries_standing import standing

    for known in (None, day + timedelta(days=3)):
        rows = pipeline_rows(Ask(), cast.chen, as_of=day, known=known)
        found = standing(TODAY, as_of=day, known=end_of_day(known) if known else None)
        assert set(found.states) == {row["id"] for row in rows}
        assert Counter(state.stage for state in found.states.values()) == Counter(row["stage"] for row in rows)
        assert sum(state.paid or 0 for state in found.states.values()) == sum(row["paid_in_fen"] or 0 for row in rows)
        assert {state.id for state in found.states.values() if state.landed_on} == {
            row["id"] for row in rows if row["landed_on"]
        }
        assert found.cube.cell("landed").n == sum(row["landed_on"] is not None for row in rows)
        for name in ("theme", "park", "source", "status"):
            wanted = Counter(row[name] for row in rows)
            assert Counter(getattr(state, name) for state in found.states.values()) == wanted


def test_keeping_up_equals_reading_anew(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_stage, record_status, record_value
    from crm.reports.queries_standing import forget, standing

    first = standing(TODAY)
    some = [row.id for row in Lead.select(Lead.id).order_by(Lead.id).limit(3)]
    late = at_noon(date(2026, 6, 20))
    record_stage(some[0], "signed", happened_on=date(2026, 6, 20), reason="", by=cast.zhang, at=late)
    record_status(some[1], "active", happened_on=date(2026, 6, 19), reason="", by=cast.chen, at=late)
    record_value(some[2], "paid_in_fen", 5 * FEN, happened_on=date(2026, 6, 18), by=cast.zhang, at=late)
    story.lead(cast, name="新来的项目")
    kept = standing(TODAY)
    forget()
    anew = standing(TODAY)
    assert kept.states == anew.states
    assert kept.states != first.states
    assert {key: cell for key, cell in kept.cube.cells.items() if cell[0]} == {
        key: cell for key, cell in anew.cube.cells.items() if cell[0]
    }


def test_a_day_that_nobody_asked_for_meanwhile_is_brought_up_at_once(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_value
    from crm.reports import queries_standing
    from crm.reports.queries_standing import forget, standing

    past = TODAY - timedelta(days=20)
    standing(TODAY)
    standing(TODAY, as_of=past)
    some = [row.id for row in Lead.select(Lead.id).order_by(Lead.id).limit(4)]
    for place, lead_id in enumerate(some):
        record_value(lead_id, "contracted_fen", (place + 1) * FEN, happened_on=past, by=cast.zhang, at=at_noon(TODAY))
        standing(TODAY)
    before = queries_standing._memory.past[(past, None)]
    assert before[0] < queries_standing._memory.version
    kept, kept_today = standing(TODAY, as_of=past), standing(TODAY)
    forget()
    for one, day in ((kept, past), (kept_today, None)):
        anew = standing(TODAY, as_of=day)
        assert one.states == anew.states
        assert {key: cell for key, cell in one.cube.cells.items() if cell[0]} == {
            key: cell for key, cell in anew.cube.cells.items() if cell[0]
        }


def test_a_late_entry_changes_the_day_but_not_what_was_known_on_it(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_value
    from crm.reports.queries_standing import standing

    day = START + GAP * 4
    lead_id = Lead.select(Lead.id).where(Lead.stage == "signed").order_by(Lead.id).get().id
    before = standing(TODAY, as_of=day).cube.cell("paid").paid
    record_value(lead_id, "paid_in_fen", 777 * FEN, happened_on=day, by=cast.zhang, at=at_noon(date(2026, 6, 1)))
    after = standing(TODAY, as_of=day).cube.cell("paid").paid
    known = standing(TODAY, as_of=day, known=end_of_day(day + timedelta(days=1))).cube.cell("paid").paid
    assert after != before
    assert known == before


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("as_of=2026-02-30", "不是日期"), ("as_of=yesterday", "不是日期"), ("as_of=2999-01-01", "尚未到来"),
        ("known=2999-01-01", "尚未到来"), ("as_of=0100-01-01", "没有早到"), ("as_of=2025-01-01&known=20", "不是日期"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_in_words(app: Flask, cast: story.Cast, question: str, words: str) -> None:
    client = story.entered(app, cast.chen)
    for path in ("/overview", "/overview/screen"):
        answer = client.get(f"{path}?{question}")
        assert answer.status_code == 422
    assert words in client.get(f"/overview?{question}").get_data(as_text=True)
    assert client.get(f"/overview/leads?key=work&{question}").status_code == 422


@pytest.mark.parametrize("key", ["", "nonsense", "__class__", "days"])
def test_a_figure_that_is_none_is_not_a_list_of_everything(app: Flask, cast: story.Cast, key: str) -> None:
    answer = story.entered(app, cast.chen).get("/overview/leads", query_string={"key": key})
    assert answer.status_code == 404 or "没有项目计入" in answer.get_data(as_text=True)


def test_only_those_who_lead_see_the_overview(app: Flask, cast: story.Cast) -> None:
    for person in (cast.zhang, cast.sun, cast.wang, cast.ma):
        assert story.entered(app, person).get("/overview").status_code == 403
    assert story.entered(app, cast.liu).get("/overview").status_code == 200
    assert story.entered(app, cast.luo).get("/overview/compare").status_code == 200


def test_two_days_show_who_came_in_and_who_left(app: Flask, cast: story.Cast) -> None:
    from crm.reports.queries_standing import standing
    from crm.reports.rules_compare import moved

    days = (START + timedelta(days=90), START + timedelta(days=200))
    one, other = (standing(TODAY, as_of=day) for day in days)
    found = {part.name: part for part in moved(one, other)}
    signed = found["signed"]
    assert len(signed.entered) - len(signed.left) == other.cube.cell("signed").n - one.cube.cell("signed").n > 0
    change = sum(fen for _, fen in found["paid"].changed)
    change += sum(other.states[lead_id].paid or 0 for lead_id in found["paid"].entered)
    assert change == other.cube.cell("paid").paid - one.cube.cell("paid").paid
    client = story.entered(app, cast.liu)
    page = client.get(f"/overview/compare?first={days[0]}&second={days[1]}").get_data(as_text=True)
    assert "第3号石榴加工项目" in page
    assert client.get("/overview/compare?first=2025-06-01&second=2025-05-01").status_code == 422


def test_an_accepted_filing_shows_that_a_signed_project_prepares(cast: story.Cast) -> None:
    from crm.approvals.operations import accept, list_procedures
    from crm.approvals.queries import cases_of
    from crm.leads.models import Lead
    from crm.reports.queries_standing import standing

    before = standing(TODAY).cube.cell("cohort", "all", "kept").n
    lead_id = Lead.select(Lead.id).where((Lead.stage == "signed") & ~Lead.opening).order_by(Lead.id).get().id
    list_procedures(lead_id, ["filing"], by=cast.zhang, at=story.AT)
    assert standing(TODAY).cube.cell("cohort", "all", "kept").n == before
    accept(cases_of(lead_id)[0].id, story.DAY, by=cast.zhang, at=story.AT)
    assert standing(TODAY).cube.cell("cohort", "all", "kept").n == before + 1
    day_before = standing(TODAY, as_of=story.DAY - timedelta(days=1))
    assert day_before.states[lead_id].prepared_on is None


def test_what_was_decided_and_is_late_stands_on_the_overview_of_today(app: Flask, cast: story.Cast) -> None:
    from datetime import timedelta

    from crm.core.clock import now, today
    from crm.services.operations import raise_matter

    raised = today() - timedelta(days=30)
    values = {
        "category": "decision", "kind": "park_work", "title": "二号路路灯完工", "source": "常务会", "about_unit_id": None,
        "owner_unit_id": cast.li.unit_id, "raised_on": raised, "due_on": raised + timedelta(days=9), "lead_id": None,
    }  # fmt: skip
    matter = raise_matter(values, by=cast.chen, at=now())
    client = story.entered(app, cast.chen)
    shown = client.get("/overview").get_data(as_text=True)
    assert "二号路路灯完工" in shown
    assert f"/services/{matter}" in shown
    assert "二号路路灯完工" not in client.get("/overview?as_of=2025-05-20").get_data(as_text=True)
