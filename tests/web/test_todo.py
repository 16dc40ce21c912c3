"""The list 待办: every clock on both databases, per role, and nothing lost when nobody looks for a while."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.accounts.rules import may
from crm.core.actor import CLI
from crm.core.due import LIGHTS, Due, Source, gather, light_on
from crm.core.errors import say
from crm.web.routes_todo import sources
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.core.actor import Actor


@pytest.fixture
def people(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def waits(kind: str, by: Actor, on: date) -> list[Due]:
    """Return the lines of one kind that somebody sees on a day."""
    return [line for line in gather(sources(), by, on, may).lines if line.kind == kind]


def fresh(people: story.Cast, **others: Any) -> int:
    """Enter a lead of zhang's at noon of the story's day, a Monday."""
    from crm.leads.operations import create_lead

    return create_lead(story.facts(people, **others), by=people.zhang, at=AT, despite_similar=True)


def contact(lead_id: int, by: Actor, kind: str = "call") -> None:
    """Record a contact of the story's day."""
    from crm.leads.operations_facts import record_contact

    record_contact(lead_id, {"happened_on": DAY, "kind": kind, "text": "已联系"}, by=by, at=AT)


def test_a_new_lead_waits_for_its_answer_until_somebody_answers(people: story.Cast) -> None:
    lead_id = fresh(people)
    assert [line.light for line in waits("answer", people.zhang, DAY)] == ["yellow"]
    for days in (2, 30, 400):
        # Nobody looked on the very day after: the alarm is still there, however late somebody looks.
        assert [line.light for line in waits("answer", people.zhang, DAY + timedelta(days=days))] == ["red"]
    contact(lead_id, people.zhang, "feedback")
    assert waits("answer", people.zhang, DAY + timedelta(days=2))
    contact(lead_id, people.zhang)
    assert not waits("answer", people.zhang, DAY + timedelta(days=2))


def test_the_clock_of_an_answer_counts_working_days(people: story.Cast) -> None:
    from crm.leads.operations import create_lead

    before_holiday = AT.replace(month=9, day=30)
    create_lead(story.facts(people), by=people.zhang, at=before_holiday)
    (line,) = waits("answer", people.zhang, date(2026, 10, 7))
    assert line.due_on == date(2026, 10, 8)
    assert line.light == "yellow"
    assert waits("answer", people.zhang, date(2026, 10, 9))[0].light == "red"


def test_a_lead_is_judged_within_three_working_days(people: story.Cast) -> None:
    fresh(people)
    (line,) = waits("judge", people.zhang, DAY)
    assert (line.due_on, line.light, line.endpoint) == (DAY + timedelta(days=3), "calm", "lead.advance")
    assert waits("judge", people.zhang, DAY + timedelta(days=4))[0].light == "red"


def test_who_brought_a_lead_is_told(people: story.Cast) -> None:
    lead_id = fresh(people, recommender="双流区商会")
    assert not waits("feedback", people.zhang, DAY)
    (line,) = waits("feedback", people.zhang, DAY + timedelta(days=20))
    assert "双流区商会" in str(line.sentence)
    contact(lead_id, people.zhang, "feedback")
    assert not waits("feedback", people.zhang, DAY + timedelta(days=20))


@pytest.mark.parametrize(("stage", "days"), [("lead", 45), ("negotiating", 30), ("signed", 20), ("started", 15)])
def test_silence_is_told_seven_days_before_and_for_ever_after(people: story.Cast, stage: str, days: int) -> None:
    from crm.leads.models import Lead

    Lead.update(stage=stage, stage_since=DAY, opening=False).where(Lead.id == fresh(people)).execute()
    lights = {n: [line.light for line in waits("update", people.zhang, DAY + timedelta(days=n))]
              for n in (days - 8, days - 7, days - 1, days, days + 300)}  # fmt: skip
    assert list(lights.values()) == [[], ["yellow"], ["yellow"], ["red"], ["red"]]


def signed(people: story.Cast, stage: str, **agreed: Any) -> int:
    """Bring a lead with a contract to a stage, as if every step had been proved."""
    from crm.capital.operations import record_contract
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_stage

    lead_id = fresh(people)
    record_contract(lead_id, story.contract(**agreed), by=people.zhang, at=AT)
    record_stage(lead_id, stage, happened_on=DAY, reason="", by=people.zhang, at=AT)
    assert not Lead.get_by_id(lead_id).opening
    return lead_id


def test_a_start_that_is_overdue_by_three_months_is_red(people: story.Cast) -> None:
    signed(people, "signed")
    agreed = date(2026, 9, 1)
    lights = {day: [line.light for line in waits("start", people.zhang, day)]
              for day in (agreed, agreed + timedelta(days=1), date(2026, 11, 30), date(2026, 12, 1))}  # fmt: skip
    assert list(lights.values()) == [[], ["yellow"], ["yellow"], ["red"]]


def test_behind_the_plan_by_ten_points_is_yellow_and_by_more_than_thirty_red(people: story.Cast) -> None:
    signed(people, "started")
    assert waits("plan", people.zhang, date(2026, 2, 1)) == []
    assert [line.light for line in waits("plan", people.zhang, DAY)] == ["yellow"]
    assert [line.light for line in waits("plan", people.zhang, date(2027, 1, 1))] == ["red"]


def test_started_and_not_in_statistics(people: story.Cast) -> None:
    from crm.leads.models import Lead

    lead_id = signed(people, "started")
    lights = {day: [line.light for line in waits("statistics", people.zhang, day)]
              for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1))}  # fmt: skip
    assert list(lights.values()) == [[], ["yellow"], ["yellow"], ["red"]]
    Lead.update(investment_fen=499 * 1_000_000).where(Lead.id == lead_id).execute()
    assert not waits("statistics", people.zhang, date(2026, 8, 1))


def test_an_opening_entry_waits_for_proof_and_starts_no_clock(people: story.Cast) -> None:
    story.lead(people, stage="signed")
    kinds = {line.kind for line in gather(sources(), people.zhang, DAY, may).lines}
    assert kinds == {"proof", "update"}


def test_everybody_is_told_only_what_they_can_do(people: story.Cast) -> None:
    from crm.landing.operations import save_entity

    lead_id = fresh(people)
    save_entity(lead_id, story.entity(), by=people.zhang, at=AT)
    story.submitted(lead_id, "registered", people.zhang)
    seen = {who: {line.kind for line in gather(sources(), actor, DAY, may).lines} for who, actor in people.people()}
    assert seen["zhang"] == {"answer", "judge"}
    assert seen["chen"] == {"answer", "judge"}
    assert seen["wang"] == {"verify"}
    assert seen["li"] == seen["luo"] == seen["ma"] == set()


def test_the_most_urgent_comes_first_and_each_line_once() -> None:
    ask: Callable[..., list[Due]] = lambda _by, today: [  # noqa: E731
        Due("x", "lead", n, str(n), say("Open"), day, light_on(day, today, 7), "leads.index")
        for n, day in enumerate([today + timedelta(days=30), today - timedelta(days=1), today + timedelta(days=5)])
    ]
    answer = gather((Source("x", say("Open"), "lead.view", ask),), CLI, DAY, lambda *_asked: True)
    assert [line.thing_id for line in answer.lines] == [1, 2, 0]
    assert [answer.under(light) for light in LIGHTS] == [1, 1, 1]
    assert answer.urgent == 2


def test_the_page_pages_filters_and_counts(app: Any, people: story.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.web import routes_todo
    for n in range(3):
        fresh(people, name=f"第{n}号厂")
    monkeypatch.setattr(routes_todo, "PAGE_LINES", 2)
    client = story.entered(app, people.zhang)
    first = client.get("/todo").text
    assert first.count('class="todo-line"') == 2
    assert "page=2" in first
    assert client.get("/todo?kind=answer&page=9").text.count('class="todo-line"') == 1
    assert client.get("/todo?kind=nothing&page=x").status_code == 200
    assert '<span class="count"' in client.get("/todo/count").text
    assert client.get("/").headers["Location"] == "/todo"
