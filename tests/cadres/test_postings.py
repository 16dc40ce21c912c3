"""Postings: entered by the organisation department, and access follows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from crm.cadres.queries import changes_of, posting, postings
from crm.cadres.rules import overlap_findings, period_findings
from crm.core.clock import today
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), []),
        (date(2026, 1, 1), date(2026, 1, 1), []),
        (date(2026, 1, 2), date(2026, 1, 1), ["posting.order"]),
        (date(2020, 1, 1), date(2027, 1, 1), ["posting.long"]),
    ],
)
def test_a_period_runs_forward_and_not_too_long(start: date, end: date, codes: list[str]) -> None:
    assert [finding.code for finding in period_findings(start, end)] == codes


@pytest.mark.parametrize(("start", "touches"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_two_postings_may_follow_each_other_but_not_touch(start: date, touches: bool) -> None:  # noqa: FBT001 - a case
    others = [(date(2026, 1, 1), date(2026, 6, 30))]
    assert bool(overlap_findings(start, date(2027, 1, 1), others)) is touches


def form(cast: Cast, start: date, end: date) -> dict[str, str]:
    return {
        "cadre_id": str(cast.people["cadre"]), "direction": "out", "host_place": "成都市", "host_unit": "市商务局",
        "post": "", "home_unit_id": "", "starts_on": start.isoformat(), "ends_on": end.isoformat(),
    }  # fmt: skip


def test_a_posting_is_entered_and_an_overlap_is_refused_beside_the_field(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "organiser")
    later = today() + timedelta(days=200)
    assert client.get(f"/cadres/postings/new?cadre={cast.people['cadre']}").status_code == 200
    assert client.post("/cadres/postings/new", data=form(cast, later, later + timedelta(days=30))).status_code == 302
    assert len(postings(cadre_id=cast.people["cadre"])) == 2
    refused = client.post("/cadres/postings/new", data=form(cast, today(), today() + timedelta(days=10)))
    assert refused.status_code == 422
    assert 'id="starts_on-error"' in refused.text
    assert (
        client.post("/cadres/postings/new", data={**form(cast, later, later), "starts_on": "soon"}).status_code == 422
    )


def test_the_end_changes_with_a_reason_and_the_old_one_stays(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "organiser")
    target = f"/cadres/postings/{cast.posting}/end"
    new_end = today() + timedelta(days=300)
    assert client.get(target).status_code == 200
    assert client.post(target, data={"new_end": new_end.isoformat(), "reason": ""}).status_code == 422
    assert client.post(target, data={"new_end": new_end.isoformat(), "reason": "工作需要"}).status_code == 302
    row = posting(cast.posting)
    assert row is not None
    assert row.ends_on == new_end
    assert [(change.kind, change.reason) for change in changes_of(cast.posting)] == [("extension", "工作需要")]
    assert "工作需要" in client.get(f"/cadres/{cast.people['cadre']}").text


def test_a_cadre_whose_posting_ended_sees_nothing_from_that_moment(client: FlaskClient, app: Flask, cast: Cast) -> None:
    cadre = app.test_client()
    sign_in(cadre, "cadre")
    assert cadre.get("/").headers["Location"] == "/cadres"
    assert cadre.get("/cadres").status_code == 200
    sign_in(client, "organiser")
    yesterday = today() - timedelta(days=1)
    form_data = {"new_end": yesterday.isoformat(), "reason": "提前返回"}
    assert client.post(f"/cadres/postings/{cast.posting}/end", data=form_data).status_code == 302
    assert cadre.get("/leads").headers["Location"].startswith("/login")
    sign_in(cadre, "cadre")
    assert cadre.get("/me").status_code == 200
    for address in ("/leads", "/cadres", f"/cadres/{cast.people['cadre']}"):
        assert cadre.get(address).status_code == 403
    # What concerns only the own evaluation stays: the draft, an objection to it, a dispute over the own credit.
    assert cadre.get("/").headers["Location"] == "/evaluation/mine"
    assert cadre.get("/evaluation/mine").status_code == 200
    assert cadre.get("/cadres/disputes").status_code == 200
    assert cadre.get("/cadres/report").status_code == 403


def test_a_cadre_sees_only_the_own_page(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "cadre")
    assert client.get(f"/cadres/{cast.people['cadre']}").status_code == 200
    assert client.get(f"/cadres/{cast.people['officer']}").status_code == 404
    assert client.get("/cadres/postings/new").status_code == 403


def test_everybody_else_sees_who_is_posted_where(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "manager")
    assert "双流区" in client.get("/cadres").text
    assert "双流区" in client.get("/cadres?show=all").text
    assert client.get("/cadres/999999").status_code == 404
