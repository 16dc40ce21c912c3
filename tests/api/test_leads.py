"""Leads by the interface: entered, read, edited by version, listed by key, with the same verdict as the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.audit.models import AuditEntry
from tests.api.conftest import Program, token_for
from tests.web.cast import Cast, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

GOOD: dict[str, Any] = {
    "name": "石榴精深加工项目", "investor": "成都榴光食品有限公司", "content": "年加工石榴2万吨",
    "investment_wan": 5000.5, "land_mu": 35.25, "jobs": 120, "first_contact_on": "2026-03-05", "source": "other",
    "contact_phone": "13800000000",
}  # fmt: skip


def enter(program: Program, **others: Any) -> Any:
    answer = program.post("/leads", {**GOOD, **others})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_lead_is_entered_read_and_carries_its_version(officer: Program) -> None:
    answer = enter(officer)
    made = answer.get_json()
    assert made["number"].startswith("LD-")
    assert (made["investment_wan"], made["land_mu"], made["jobs"]) == (5000.5, 35.25, 120)
    assert made["first_contact_on"] == "2026-03-05"
    assert made["stage"] == "lead"
    assert answer.headers["Location"] == f"/api/v1/leads/{made['id']}"
    read = officer.get(f"/leads/{made['id']}")
    assert read.get_json() == made
    assert read.headers["ETag"] == answer.headers["ETag"]
    again = officer.get(f"/leads/{made['id']}", headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_trail_says_that_it_came_by_a_token(officer: Program) -> None:
    enter(officer)
    entry: Any = AuditEntry.get(AuditEntry.action == "lead.create")
    assert entry.door == "api"
    assert entry.actor_name == "officer员 · 测试程序"


def test_an_edit_changes_only_what_it_names_and_needs_the_version(officer: Program) -> None:
    answer = enter(officer)
    path, tag = f"/leads/{answer.get_json()['id']}", answer.headers["ETag"]
    assert officer.call("PATCH", path, json={"site": "经久"}).status_code == 428
    edited = officer.call("PATCH", path, json={"site": "经久", "jobs": None}, headers={"If-Match": tag})
    assert edited.status_code == 200
    body = edited.get_json()
    assert (body["site"], body["jobs"], body["investment_wan"]) == ("经久", None, 5000.5)
    stale = officer.call("PATCH", path, json={"site": "太和"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert stale.get_json()["errors"][0]["code"] == "match.changed"
    anyway = officer.call("PATCH", path, json={"site": "太和"}, headers={"If-Match": "*"})
    assert anyway.get_json()["site"] == "太和"


def test_the_list_is_filtered_and_paged_by_cursor(officer: Program) -> None:
    for place in range(5):
        enter(officer, name=f"第{place}个项目")
    first = officer.get("/leads?limit=2&sort=name").get_json()
    assert len(first["items"]) == 2
    second = officer.get(f"/leads?limit=2&sort=name&cursor={first['next']}").get_json()
    third = officer.get(f"/leads?limit=2&sort=name&cursor={second['next']}").get_json()
    names = [row["name"] for page in (first, second, third) for row in page["items"]]
    assert names == sorted(names)
    assert len(set(names)) == 5
    assert third["next"] is None
    assert officer.get("/leads?stage=signed").get_json()["items"] == []


def test_what_stands_behind_the_question_mark_is_checked(officer: Program) -> None:
    for query in (
        "stage=nonsense", "limit=0", "limit=201", "limit=a", "cursor=!!", "cursor=abcd", "color=red",
        "stage=lead&stage=signed", f"q={'长' * 101}",
    ):  # fmt: skip
        answer = officer.get(f"/leads?{query}")
        assert answer.status_code == 400, query
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["errors"]


def test_a_refused_body_names_its_field(officer: Program) -> None:
    for change, field, code in (
        ({"name": None}, "name", "name.invalid"),
        ({"investment_wan": "约三千"}, "investment_wan", "investment_fen.invalid"),
        ({"investment_wan": True}, "investment_wan", "field.kind"),
        ({"name": 5}, "name", "field.kind"),
        ({"another_project": "yes"}, "another_project", "field.kind"),
        ({"colour": "red"}, "colour", "field.unknown"),
        ({"first_contact_on": "2026-02-30"}, "first_contact_on", "first_contact_on.invalid"),
        ({"source": "nowhere"}, "source", "source.invalid"),
        ({"currency": "RMB"}, "currency", "currency.invalid"),
        ({"content": "x" * 20001}, "content", "content.invalid"),
        ({"name": "\ud800"}, "name", "name.invalid"),
        ({"investment_wan": 10**30}, "investment_wan", "investment_fen.invalid"),
    ):
        answer = officer.post("/leads", {**GOOD, **change})
        assert answer.status_code == 422, change
        assert (field, code) in {(item["field"], item["code"]) for item in answer.get_json()["errors"]}, change


def test_all_findings_come_at_once(officer: Program) -> None:
    answer = officer.post("/leads", {"name": "", "investment_wan": "?", "contact_phone": "1"})
    assert {item["field"] for item in answer.get_json()["errors"]} == {"name", "investment_wan", "contact_phone"}


def test_a_body_that_is_no_object_is_refused(officer: Program) -> None:
    for body in (
        b"[]", b"{", b"1", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b'"x"',
    ):  # fmt: skip
        answer = officer.call("POST", "/leads", data=body, content_type="application/json")
        assert answer.status_code == 400, body[:20]
        assert answer.get_json()["errors"][0]["code"] == "body.unreadable"


def test_a_body_of_another_kind_or_too_large_is_refused(officer: Program) -> None:
    assert officer.call("POST", "/leads", data={"name": "x"}).status_code == 415
    assert officer.call("POST", "/leads", data=b"x" * 2_000_000, content_type="application/json").status_code == 413


def test_numbers_keep_every_digit_on_their_way(officer: Program) -> None:
    raw = b'{"name": "n", "investment_wan": 1234567.123456, "annual_tax_wan": 1.5e3}'
    made = officer.call("POST", "/leads", data=raw, content_type="application/json").get_json()
    assert made["investment_wan"] == 1234567.123456
    assert made["annual_tax_wan"] == 1500


def test_the_same_input_gets_the_same_refusal_on_the_page(officer: Program, app: Flask, cast: Cast) -> None:
    page = app.test_client()
    sign_in(page, "officer")
    for wrong in (
        {"name": ""}, {"investment_wan": "约三千"}, {"land_mu": "1.234"}, {"jobs": "-1"},
        {"first_contact_on": "昨天"}, {"contact_phone": "1"}, {"source": "nowhere"}, {"name": "长" * 121},
        {"investment_wan": 5, "investment_max_wan": 3},
    ):  # fmt: skip
        errors = officer.post("/leads", {**GOOD, **wrong}).get_json()["errors"]
        inside = {"investment_wan": "investment_fen", "investment_max_wan": "investment_max_fen", "land_mu": "land_cmu"}
        typed = {inside.get(name, name): str(value) for name, value in {**GOOD, **wrong}.items()}
        shown = page.post("/leads/new", data={**typed, "unit_id": str(cast.unit)})
        assert shown.status_code == 422
        assert errors
        for item in errors:
            assert item["message"] in shown.text, (wrong, item)


def test_the_same_name_asks_once_as_on_the_page(officer: Program) -> None:
    enter(officer)
    answer = officer.post("/leads", GOOD)
    assert answer.status_code == 409
    assert answer.get_json()["errors"][0]["code"] == "duplicate.name"
    assert officer.post("/leads", {**GOOD, "another_project": True}).status_code == 201


def test_contacts(officer: Program) -> None:
    path = f"/leads/{enter(officer).get_json()['id']}/contacts"
    contact = {"happened_on": "2026-06-01", "kind": "call", "two_way": True, "text": "对方将来访"}
    made = officer.post(path, contact)
    assert made.status_code == 201
    (row,) = officer.get(path).get_json()["items"]
    assert row["text"] == "对方将来访"
    assert row["two_way"] is True
    assert officer.post(path, {**contact, "happened_on": "2098-01-01"}).get_json()["errors"][0]["code"] == "date.future"


def test_what_one_may_not_see_is_not_there(client: FlaskClient, officer: Program, cast: Cast) -> None:
    lead_id = enter(officer).get_json()["id"]
    cadre = Program(client, token_for(cast, "cadre"))
    assert cadre.get(f"/leads/{lead_id}").status_code == 404
    assert cadre.get("/leads").get_json()["items"] == []
    liaison = Program(client, token_for(cast, "liaison"))
    assert liaison.get(f"/leads/{lead_id}").get_json()["contact_phone"] is None
    assert liaison.post("/leads", GOOD).status_code == 403
    assert officer.get("/leads/99999999999999999999999999").status_code == 404


def test_choices_come_with_their_words_in_the_callers_language(officer: Program) -> None:
    chinese = officer.get("/choices").get_json()
    english = officer.get("/choices", headers={"Accept-Language": "en-GB,en;q=0.9"}).get_json()
    assert {"code": "signed", "words": "签约"} in chinese["stages"]
    assert {"code": "signed", "words": "Signed"} in english["stages"]
    assert chinese["units"]
