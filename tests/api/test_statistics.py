"""Statistics by program: the register, the figures of its enterprises, and a month handed in as the page does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.api.test_services import by_token, codes
from tests.statistics import figures as book

if TYPE_CHECKING:
    from flask import Flask

MONTH = "2026-05"
GOOD: dict[str, Any] = {
    "month": MONTH, "source": "enterprise", "statistician": "赵统计", "revenue_wan": 100.5, "output_wan": 110,
    "electricity_kwh": 100_000, "tax_wan": 4, "sand_ct": 0.25, "investment_wan": 0,
}  # fmt: skip


@pytest.fixture
def people(app: Flask) -> story.Cast:
    with app.app_context():
        return story.assemble()


@pytest.fixture
def mill(people: story.Cast) -> int:
    return book.enterprise(people.zhang)


def test_a_month_is_handed_in_read_corrected_and_left_as_it_stands(app: Flask, people: story.Cast, mill: int) -> None:
    zhang = by_token(app, people.zhang)
    made = zhang.post(f"/enterprises/{mill}/months", GOOD)
    assert (made.status_code, made.get_json()) == (200, {"verdict": "new", "month": MONTH}), made.text
    assert zhang.post(f"/enterprises/{mill}/months", GOOD).get_json()["verdict"] == "unchanged"
    silent = zhang.post(f"/enterprises/{mill}/months", {**GOOD, "revenue_wan": 99})
    assert (silent.status_code, codes(silent)) == (422, {"reason.missing"})
    changed = zhang.post(f"/enterprises/{mill}/months", {**GOOD, "revenue_wan": 99, "reason": "少算一单"})
    assert changed.get_json()["verdict"] == "corrected"
    (row,) = zhang.get(f"/enterprises/{mill}/months?month={MONTH}").get_json()["items"]
    assert (row["revenue_wan"], row["sand_ct"], row["door"], row["superseded_at"]) == (99, 0.25, "api", None)
    versions = zhang.get(f"/enterprises/{mill}/months?versions=all").get_json()["items"]
    assert sorted(one["revenue_wan"] for one in versions) == [99, 100.5]
    assert book.stands(mill, MONTH).figures["revenue_fen"] == 99 * book.WAN


def test_the_register_comes_page_by_page_with_the_figures_of_a_month(
    app: Flask, people: story.Cast, mill: int
) -> None:
    others = {book.enterprise(people.zhang, f"西昌第{n}有限公司") for n in range(70)}
    by_token(app, people.zhang).post(f"/enterprises/{mill}/months", GOOD)
    chief = by_token(app, people.chen)
    answer = chief.get(f"/enterprises?month={MONTH}").get_json()
    found = list(answer["items"])
    while answer["next"]:
        answer = chief.get(f"/enterprises?month={MONTH}&cursor={answer['next']}").get_json()
        found += answer["items"]
    assert {row["id"] for row in found} == {mill, *others}
    assert len(found) == len(others) + 1
    assert {row["revenue_wan"] for row in found if row["id"] == mill} == {100.5}
    assert {row["revenue_wan"] for row in found if row["id"] != mill} == {None}
    assert codes(chief.get("/enterprises?month=2026-13")) == {"month.unreadable"}
    assert codes(chief.get("/enterprises?cursor=abc")) == {"cursor.unreadable"}


@pytest.mark.parametrize(
    "change",
    [
        {"month": "2031-01"}, {"month": "2026-13"}, {"month": ""}, {"source": "networked"}, {"source": ""},
        {"statistician": ""}, {"sand_ct": 0.123}, {"tax_wan": -1},
        {"revenue_wan": None, "output_wan": None, "electricity_kwh": None, "tax_wan": None, "sand_ct": None,
         "investment_wan": None},
        {"month": "2031-01", "statistician": " ", "source": "protected"},
    ],
)  # fmt: skip
def test_what_the_page_refuses_the_program_is_refused_with_the_same_findings(
    app: Flask, people: story.Cast, mill: int, change: dict[str, Any]
) -> None:
    from crm.core.forms import check, formdata
    from crm.core.words import render
    from crm.statistics.forms import ReturnForm
    from crm.statistics.operations_returns import save_return

    sent = {**GOOD, **change}
    answer = by_token(app, people.zhang).post(f"/enterprises/{mill}/months", sent)
    assert answer.status_code == 422, answer.text
    typed = {name.replace("_wan", "_fen"): "" if value is None else str(value) for name, value in sent.items()}
    with pytest.raises(Refusal) as refused:
        form = ReturnForm(formdata(typed))
        check(form)
        save_return(mill, form.month.data, form.values(), by=people.zhang, at=story.AT)
    told = {(item["code"], item["message"]) for item in answer.get_json()["errors"]}
    assert told == {(finding.code, render(finding.text)) for finding in refused.value.findings}
    client = story.entered(app, people.zhang)
    page = client.post(f"/statistics/enterprises/{mill}/months/{MONTH}", data=typed)
    assert page.status_code == 422
    if "month" not in change:  # the page takes the month from its address
        assert all(sentence in page.text for _code, sentence in told)
    assert book.stands(mill, MONTH) is None


def test_a_figure_that_is_no_number_is_refused_by_its_kind(app: Flask, people: story.Cast, mill: int) -> None:
    answer = by_token(app, people.zhang).post(f"/enterprises/{mill}/months", {**GOOD, "revenue_wan": True, "colour": 1})
    assert (answer.status_code, codes(answer)) == (422, {"field.kind", "field.unknown"})
    assert book.stands(mill, MONTH) is None


def test_reach_and_scopes_hold_for_figures(app: Flask, people: story.Cast, mill: int) -> None:
    assert by_token(app, people.zhang, "leads.read").get("/enterprises").status_code == 403
    reader = by_token(app, people.zhang, "statistics.read")
    assert reader.get("/enterprises").status_code == 200
    assert reader.post(f"/enterprises/{mill}/months", GOOD).status_code == 403
    li = by_token(app, people.li)
    assert li.post(f"/enterprises/{mill}/months", GOOD).status_code == 404
    assert li.get(f"/enterprises/{mill}/months").status_code == 404
    assert li.get("/enterprises").get_json()["items"] == []
    assert by_token(app, people.zhang).get("/enterprises/999999/months").status_code == 404
