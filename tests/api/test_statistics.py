"""Statistics by program: the register and its months read; a month handed in with the page's own verdicts."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.accounts.operations_tokens import make_token
from crm.accounts.rules_tokens import SCOPES
from crm.core.clock import now, today
from crm.statistics.rules import last_over, shift
from tests import cast as story
from tests.api.conftest import Program
from tests.statistics.figures import enterprise

if TYPE_CHECKING:
    from flask import Flask

    from crm.core.actor import Actor

LAST = last_over(today())
GOOD = {"month": LAST, "revenue_wan": 100, "output_wan": 110.5, "electricity_kwh": 100_000, "tax_wan": 4,
        "sand_tonnes": 12.25, "investment_wan": 0, "source": "enterprise", "statistician": "赵统计"}  # fmt: skip
PAGE = {"revenue_wan": "revenue_fen", "output_wan": "output_fen", "tax_wan": "tax_fen", "sand_tonnes": "sand_ct",
        "investment_wan": "investment_fen", "source_tax_wan": "source_tax_fen"}  # fmt: skip
"""How the page's form names what the interface names otherwise."""


@pytest.fixture
def people(app: Flask) -> story.Cast:
    with app.app_context():
        return story.assemble()


def by_token(app: Flask, who: Actor, *scopes: str) -> Program:
    token = make_token("统计程序", scopes or tuple(SCOPES), today() + timedelta(days=9), by=who, at=now())[1]
    return Program(app.test_client(), token)


def codes(answer: Any) -> set[str]:
    return {item["code"] for item in answer.get_json()["errors"]}


def said(answer: Any) -> list[str]:
    """Return the first sentence about each field; the page begins with the month of its address, a program with none."""
    return list({item["field"]: item["message"] for item in reversed(answer.get_json()["errors"])}.values())


def test_a_month_is_handed_in_completed_corrected_and_read_back_in_versions(app: Flask, people: story.Cast) -> None:
    made = enterprise(people.zhang)
    program = by_token(app, people.zhang)
    where = f"/enterprises/{made}/months"
    first = program.post(where, {**GOOD, "tax_wan": None})
    assert first.get_json() == {"month": LAST, "verdict": "new"}, first.text
    assert program.post(where, {**GOOD, "tax_wan": None}).get_json()["verdict"] == "unchanged"
    assert program.post(where, GOOD).get_json()["verdict"] == "completed"
    refused = program.post(where, {**GOOD, "output_wan": 1})
    assert refused.status_code == 422
    assert codes(refused) == {"reason.missing"}
    assert program.post(where, {**GOOD, "output_wan": 1, "reason": "漏计"}).get_json()["verdict"] == "corrected"
    rows = program.get(where).get_json()["items"]
    assert [(row["output_wan"], row["tax_wan"], row["superseded_at"] is None) for row in rows] == [
        (110.5, None, False), (110.5, 4, False), (1, 4, True),
    ]  # fmt: skip
    assert {row["door"] for row in rows} == {"api"}
    assert rows[-1]["sand_tonnes"] == 12.25
    listed = program.get(f"/enterprises?month={LAST}&state=returned").get_json()["items"]
    assert [(row["id"], row["output_wan"], row["month"]) for row in listed] == [(made, 1, LAST)]
    assert story.trail("done")[-1] == "return.save"


@pytest.mark.parametrize(
    "change",
    [
        {"month": shift(LAST, 1)}, {"month": "2026-13"}, {"month": ""}, {"source": "statistical_return"}, {"source": ""},
        {"source_tax_wan": "statistical_return"}, {"statistician": ""}, {"revenue_wan": "约两千"}, {"output_wan": -1},
        {"electricity_kwh": 1.5}, dict.fromkeys(("revenue_wan", "output_wan", "electricity_kwh", "tax_wan", "sand_tonnes", "investment_wan"), ""),
    ],
)  # fmt: skip
def test_what_the_page_refuses_the_interface_refuses_in_the_same_words(
    app: Flask, people: story.Cast, change: dict[str, Any]
) -> None:
    from crm.statistics.queries import returns_of

    made = enterprise(people.zhang)
    body = {**GOOD, **change}
    answer = by_token(app, people.zhang).post(f"/enterprises/{made}/months", body)
    assert answer.status_code == 422, answer.text
    typed = {PAGE.get(name, name): str(value) for name, value in body.items()}
    page = story.entered(app, people.zhang).post(f"/statistics/enterprises/{made}/months/{LAST}", data=typed)
    assert page.status_code == 422
    shown = html.unescape(page.get_data(as_text=True))
    assert said(answer)
    assert [message for message in said(answer) if message not in shown] == []
    assert returns_of(made) == []


def test_whoever_may_not_at_the_page_may_not_by_program(app: Flask, people: story.Cast) -> None:
    made = enterprise(people.zhang)
    where = f"/enterprises/{made}/months"
    other = by_token(app, people.li)
    assert other.post(where, GOOD).status_code == 404
    assert other.get(where).status_code == 404
    assert other.get("/enterprises").get_json()["items"] == []
    assert by_token(app, people.sun).get("/enterprises").status_code == 403
    reader = by_token(app, people.zhang, "statistics.read")
    assert reader.get("/enterprises").get_json()["items"][0]["id"] == made
    assert reader.post(where, GOOD).status_code == 403
    leader = by_token(app, people.chen)
    assert leader.get(where).get_json() == {"items": [], "next": None}
    assert leader.post(where, {**GOOD, "surplus": 1}).status_code in (403, 404, 422)
    assert by_token(app, people.zhang).post("/enterprises/999999/months", GOOD).status_code == 404


def test_what_is_overdue_is_told_with_its_days(app: Flask, people: story.Cast) -> None:
    from crm.statistics.queries_returns import missing_returns

    made = enterprise(people.zhang, at=now() - timedelta(days=100))
    listed = by_token(app, people.zhang).get("/enterprises/overdue").get_json()["items"]
    wanted = missing_returns(people.zhang, today())
    assert [(row["enterprise_id"], row["month"]) for row in listed] == [(made, one.month) for one in wanted]
    assert all(row["days_late"] > 0 for row in listed)
    assert listed


def test_a_month_that_cannot_be_read_is_refused_before_anything_is_looked_up(app: Flask, people: story.Cast) -> None:
    program = by_token(app, people.chen)
    for asked in ("?month=2026-13", "?month=1999-01", "?park=P9", "?state=gone", "?cursor=zz"):
        assert program.get(f"/enterprises{asked}").status_code == 400, asked
