"""Reviews, rules of the city, approvals, matters and land by program: the page's forms, deeds, rights and findings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.accounts.operations_tokens import make_token
from crm.accounts.rules_tokens import SCOPES
from crm.core.clock import now, today
from crm.core.errors import Refusal
from tests import cast as story
from tests.api.conftest import Program
from tests.support import cast as support

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from crm.core.actor import Actor


@pytest.fixture
def people(app: Flask) -> story.Cast:
    with app.app_context():
        return story.assemble()


def by_token(app: Flask, who: Actor, *scopes: str) -> Program:
    token = make_token("程序", scopes or tuple(SCOPES), today() + timedelta(days=9), by=who, at=now())[1]
    return Program(app.test_client(), token)


def codes(answer: Any) -> set[str]:
    return {item["code"] for item in answer.get_json()["errors"]}


def verdict(act: Callable[[], Any]) -> set[str]:
    """Return what the operation itself says of the same deed."""
    with pytest.raises(Refusal) as refused:
        act()
    return story.codes(refused)


# --- reviews and rules


def test_a_rule_is_proposed_by_program_and_reviewed_by_program(app: Flask, people: story.Cast) -> None:
    chief, bai = by_token(app, people.chen), by_token(app, support.reviewer())
    waiting = chief.get("/rules").get_json()["items"]
    assert {(row["kind"], row["stands"], row["item_id"]) for row in waiting} == {
        (kind, "in_force", None) for kind in ("scorecard", "tariff", "landing", "lexicon")
    }
    made = chief.post("/rules/hand-in", {"kind": "tariff", "version_name": "2026.1"})
    assert made.status_code == 201, made.text
    item_id = made.get_json()["id"]
    assert codes(chief.post("/rules/hand-in", {"kind": "tariff", "version_name": "2026.1"})) == {"rules.handed_in"}
    assert codes(chief.post("/rules/hand-in", {"kind": "tariff", "version_name": "2031"})) == {"tariff.unknown"}
    assert codes(chief.post("/rules/hand-in", {"kind": "scorecard"})) == {"rules.no_draft"}
    assert codes(chief.post("/rules/hand-in", {"kind": "garden"})) == {"kind.invalid"}
    assert bai.post("/rules/hand-in", {"kind": "landing"}).status_code == 403
    assert chief.post(f"/support/{item_id}/hand-in", {"first_opinion": "可", "unheard_reason": "内部"}).status_code == 200
    put = chief.call("PUT", f"/support/{item_id}", headers={"If-Match": '"v1"'}, json=_worded())
    assert (put.status_code, codes(put)) == (404, {"support.unknown"})
    line = bai.get("/reviews?subject=rule&rule=tariff").get_json()["items"][0]
    assert (line["rule"], line["state"], line["reviews"], line["may_count"]) == ("tariff 2026.1", "proposed", [], False)
    support.concluded(item_id, support.reviewer("second"))
    line = bai.get("/reviews?rule=tariff").get_json()["items"][0]
    assert (line["conclusion"], line["may_count"], len(line["reviews"])) == ("allowed", True, 1)
    told = bai.get(f"/support/{item_id}/reviews").get_json()["items"][0]
    assert (told["document_no"], told["first_opinion"]) == ("西市监审〔2026〕7号", "可")


def _worded() -> dict[str, Any]:
    return {"kind": "land", "title": "别的", "legal_basis": "x", "beneficiary": "y", "condition": "z", "reason": "改"}


def test_lists_of_items_and_the_register_are_paged_and_filtered(app: Flask, people: story.Cast) -> None:
    lead_id = story.lead(people)
    for number in range(3):
        support.sent(people, lead_id, title=f"事项{number}")
    bai, li = by_token(app, support.reviewer()), by_token(app, people.li)
    first = bai.get("/reviews?limit=2").get_json()
    assert len(first["items"]) == 2
    rest = bai.get(f"/reviews?limit=2&cursor={first['next']}").get_json()
    assert ([row["title"] for row in rest["items"]], rest["next"]) == (["事项2"], None)
    assert first["items"][0]["heard"] == [f"市食品行业协会（{story.DAY}）"]
    assert [row["title"] for row in bai.get("/support?q=事项1").get_json()["items"]] == ["事项1"]
    assert bai.get("/support?state=agreed").get_json()["items"] == []
    assert li.get("/reviews").get_json()["items"] == []
    item = bai.get("/support").get_json()["items"][0]["id"]
    assert li.get(f"/support/{item}/hearings").status_code == 404
    assert bai.get(f"/support/{item}/hearings").get_json()["items"][0]["who"] == "市食品行业协会"
    assert bai.get("/reviews?cursor=x").status_code == 400
    assert bai.get("/support?state=nothing").status_code == 400


def test_an_own_item_a_bare_conclusion_and_an_endless_exception_are_refused_by_program(
    app: Flask, people: story.Cast
) -> None:
    lead_id = story.lead(people)
    item_id = support.sent(people, lead_id)
    body = {"conclusion": "exception", "concluded_on": "2026-06-01", "opinion": "可"}
    of_the_unit = by_token(app, support.reviewer("mate", people.zhang.unit_id))
    bai = by_token(app, support.reviewer())
    sent: dict[str, Any] = {"content_type": "multipart/form-data", "headers": {"If-Match": '"v1"'}}
    own = of_the_unit.call("POST", f"/support/{item_id}/conclusion", data=body, **sent)
    assert (own.status_code, "review.own_unit" in codes(own)) == (422, True)
    bare = codes(bai.call("POST", f"/support/{item_id}/conclusion", data=body, **sent))
    assert {"review.document", "review.file", "review.term", "review.ground", "review.end_conditions"} <= bare
    values = {**support.conclusion(), **body, "document_no": "", "ground": "", "concluded_on": story.DAY}
    from crm.support.operations_review import conclude

    assert bare == verdict(
        lambda: conclude(item_id, values, edition=1, file_id=None, by=support.reviewer("third"), at=story.AT)
    )


# --- approvals


def test_a_procedure_runs_by_program(app: Flask, people: story.Cast) -> None:
    lead_id = story.lead(people, park="P1")
    zhang, li = by_token(app, people.zhang), by_token(app, people.wang)
    assert zhang.post(f"/leads/{lead_id}/approvals", {"codes": ["filing", "environment"]}).get_json() == {"done": True}
    listed = {row["code"]: row for row in zhang.get(f"/leads/{lead_id}/approvals").get_json()["items"]}
    assert {row["state"] for row in listed.values()} == {"planned"}
    case = listed["filing"]["id"]
    day = str(today() - timedelta(days=3))
    assert zhang.post(f"/approvals/{case}/accept", {"day": day, "promised_days": 20, "estimate_ok": True}).status_code == 200
    assert zhang.post(f"/approvals/{case}/stop", {"day": day, "reason": "补正"}).status_code == 200
    shown = zhang.get(f"/approvals/{case}").get_json()
    assert (shown["state"], shown["stop_reason"], shown["stops"]) == ("stopped", "补正", [{"from_on": day, "to_on": None}])
    assert zhang.post(f"/approvals/{case}/go-on", {"day": str(today()), "estimate_ok": True}).status_code == 200
    moved = zhang.post(f"/approvals/{case}/accept", {"day": day, "promised_days": 20})
    assert (moved.status_code, codes(moved)) == (409, {"approval.moved"})
    assert [row["id"] for row in zhang.get("/approvals?show=running").get_json()["items"]] == [case]
    end = {"day": str(today()), "outcome": "granted", "document": "备案〔2026〕1号"}
    assert zhang.post(f"/approvals/{case}/end", end).status_code == 200
    other = listed["environment"]["id"]
    assert zhang.post(f"/approvals/{other}/drop", {"reason": "不需要"}).status_code == 200
    assert li.get(f"/approvals/{case}").status_code in (403, 404)
    assert zhang.get("/approvals/catalogue").get_json()["items"][0]["promised_days"] > 0
    assert zhang.get("/approvals/powers").get_json()["items"] == []


def test_a_promise_beyond_the_known_calendar_is_asked_about_at_every_door(app: Flask, people: story.Cast) -> None:
    from crm.approvals.operations import accept, list_procedures
    from crm.approvals.queries import cases_of

    lead_id = story.lead(people, park="P1")
    list_procedures(lead_id, ["filing"], by=people.zhang, at=story.AT)
    case = cases_of(lead_id)[0].id
    zhang = by_token(app, people.zhang)
    body = {"day": str(today()), "promised_days": 250}
    asked = zhang.post(f"/approvals/{case}/accept", body)
    assert (asked.status_code, codes(asked)) == (422, {"calendar.ends"})
    assert verdict(lambda: accept(case, today(), promised=250, by=people.zhang, at=now())) == {"calendar.ends"}
    page = story.entered(app, people.zhang).post(f"/approvals/cases/{case}/accept", data=body)
    assert page.status_code == 422
    assert asked.get_json()["errors"][0]["message"] in page.text
    assert zhang.post(f"/approvals/{case}/accept", {**body, "estimate_ok": True}).status_code == 200
    assert zhang.get(f"/approvals/{case}").get_json()["estimated"] is True


@pytest.mark.parametrize(
    ("deed", "body", "expected"),
    [
        ("accept", {"day": "2099-01-01", "promised_days": 3}, {"case.future"}),
        ("end", {"day": str(story.DAY), "outcome": "granted", "document": "x"}, {"approval.moved"}),
        ("accept", {"promised_days": 0}, {"day.invalid"}),
        ("accept", {"day": "gestern", "promised_days": 3}, {"day.invalid"}),
        ("drop", {}, {"reason.invalid"}),
    ],
)
def test_a_refused_deed_on_a_procedure_changes_nothing(
    app: Flask, people: story.Cast, deed: str, body: dict[str, Any], expected: set[str]
) -> None:
    from crm.approvals.models import ApprovalCase
    from crm.approvals.operations import list_procedures

    lead_id = story.lead(people, park="P1")
    list_procedures(lead_id, ["filing"], by=people.zhang, at=story.AT)
    before = list(ApprovalCase.select().tuples())
    case = ApprovalCase.get().id
    answer = by_token(app, people.zhang).post(f"/approvals/{case}/{deed}", body)
    assert answer.status_code in (409, 422)
    assert codes(answer) == expected
    assert list(ApprovalCase.select().tuples()) == before


# --- matters


def matter(people: story.Cast, **others: Any) -> dict[str, Any]:
    return {
        "category": "request", "kind": "power", "title": "厂区供电不稳", "source": "西昌榴光食品有限公司",
        "owner_unit_id": people.li.unit_id, "raised_on": str(today()), **others,
    }  # fmt: skip


def first_kind(category: str) -> str:
    from crm.services.rules import kinds

    return next(iter(kinds(category)))


def test_a_request_is_raised_answered_and_closed_by_program(app: Flask, people: story.Cast) -> None:
    zhang, li = by_token(app, people.zhang), by_token(app, people.li)
    made = zhang.post("/matters", matter(people, kind=first_kind("request")))
    assert made.status_code == 201, made.text
    key = made.get_json()["id"]
    assert [row["id"] for row in li.get("/matters?category=request").get_json()["items"]] == [key]
    assert li.post(f"/matters/{key}/progress", {"text": "已联系供电公司"}).status_code == 200
    assert codes(zhang.post(f"/matters/{key}/answer", {"answer": "代答"})) == {"matter.not_owner"}
    assert li.post(f"/matters/{key}/answer", {"answer": "下周换变压器"}).status_code == 200
    assert codes(li.post(f"/matters/{key}/close", {"rating": "solved"})) == {"matter.own_answer"}
    assert zhang.post(f"/matters/{key}/close", {"rating": "solved"}).status_code == 200
    assert zhang.post(f"/matters/{key}/reopen", {"due_on": str(today()), "reason": "又停电"}).status_code == 200
    due = str(today() + timedelta(days=9))
    assert zhang.post(f"/matters/{key}/deadline", {"due_on": due, "reason": "设备未到"}).status_code == 200
    hand_on = {"owner_unit_id": people.zhang.unit_id, "reason": "归口"}
    assert zhang.post(f"/matters/{key}/hand-on", hand_on).status_code == 200
    shown = zhang.get(f"/matters/{key}").get_json()
    assert (shown["state"], shown["due_on"], shown["owner_unit_id"]) == ("open", due, people.zhang.unit_id)
    steps = [row["kind"] for row in zhang.get(f"/matters/{key}/steps").get_json()["items"]]
    assert steps == ["owner", "deadline", "reopened", "closed", "answered", "progress", "raised"]


def test_a_complaint_is_never_given_to_whom_it_is_about_nor_shown_to_them(app: Flask, people: story.Cast) -> None:
    from crm.services.operations import raise_matter

    zhang, li, chief = (by_token(app, who) for who in (people.zhang, people.li, people.chen))
    body = matter(people, category="complaint", kind=first_kind("complaint"), about_unit_id=people.li.unit_id)
    refused = zhang.post("/matters", body)
    values = {**body, "raised_on": today(), "due_on": None, "lead_id": None}
    assert codes(refused) == verdict(lambda: raise_matter(values, by=people.zhang, at=now())) == {"matter.self"}
    key = zhang.post("/matters", {**body, "owner_unit_id": people.zhang.unit_id}).get_json()["id"]
    assert li.get(f"/matters/{key}").status_code == 404
    assert li.post(f"/matters/{key}/answer", {"answer": "没有的事"}).status_code == 404
    assert chief.get(f"/matters/{key}").get_json()["about_unit_id"] == people.li.unit_id
    handed = {"owner_unit_id": people.li.unit_id, "reason": "转"}
    assert codes(zhang.post(f"/matters/{key}/hand-on", handed)) == {"matter.self"}


def test_a_wrong_matter_is_told_everything_at_once(app: Flask, people: story.Cast) -> None:
    from crm.services.models import Matter

    zhang = by_token(app, people.zhang)
    wrong = zhang.post("/matters", matter(people, kind=first_kind("talent"), source="", raised_on="2099-01-01"))
    assert codes(wrong) == {"matter.kind", "matter.source", "matter.raised"}
    assert codes(zhang.post("/matters", matter(people, kind=first_kind("request"), lead_number="LD-9"))) == {"lead.unknown"}
    assert zhang.post("/matters", {"category": "gossip"}).status_code == 422
    assert Matter.select().count() == 0


# --- land


def parcel(**others: Any) -> dict[str, Any]:
    return {"name": "北园一号地", "park": "P1", "township": "小庙乡", "year": 2026, "asked_mu": 50,
            "asked_on": str(today() - timedelta(days=30)), **others}  # fmt: skip


def test_land_by_program(app: Flask, people: story.Cast) -> None:
    from crm.land.operations import grant

    zhang, chief, li = (by_token(app, who) for who in (people.zhang, people.chen, people.li))
    quota = {"park": "P1", "year": 2026, "area_mu": 60, "basis": "年初下达"}
    assert zhang.post("/land/quotas", quota).status_code == 403
    assert chief.post("/land/quotas", quota).status_code == 200
    key = zhang.post("/land/parcels", parcel()).get_json()["id"]
    shown = zhang.get(f"/land/parcels/{key}").get_json()
    assert (shown["asked_mu"], shown["granted_mu"]) == (50, None)
    code = shown["milestones"][0]["code"]
    day = str(today())
    assert zhang.post(f"/land/parcels/{key}/plan", {"code": code, "due_on": day, "reason": "雨季"}).status_code == 200
    done = {"code": code, "day": day, "document": "公告"}
    assert zhang.post(f"/land/parcels/{key}/done", done).status_code == 200
    assert codes(zhang.post(f"/land/parcels/{key}/done", done)) == {"step.unknown"}
    assert li.post(f"/land/parcels/{key}/give-up", {"reason": "x"}).status_code == 404
    over = {"granted_mu": 70, "granted_on": day, "document": "批复"}
    values = {"granted_cmu": 7000, "granted_on": today(), "document": "批复", "over_reason": ""}
    said = verdict(lambda: grant(key, values, by=people.zhang, at=now()))
    assert codes(zhang.post(f"/land/parcels/{key}/grant", over)) == said == {"grant.over_quota"}
    assert zhang.post(f"/land/parcels/{key}/grant", {**over, "over_reason": "州上追加"}).status_code == 200
    assert codes(zhang.post(f"/land/parcels/{key}/give-up", {"reason": "停"})) == {"parcel.granted"}
    second = zhang.post("/land/parcels", parcel(name="二号地")).get_json()["id"]
    assert zhang.post(f"/land/parcels/{second}/give-up", {"reason": "停"}).status_code == 200
    assert zhang.post(f"/land/parcels/{second}/give-up", {"reason": "停"}).status_code == 409
    north = chief.get("/land/parks?year=2026").get_json()["items"][0]
    assert (north["park"], north["quota_mu"], north["asked_mu"], north["granted_mu"]) == ("P1", 60, 50, 70)
    assert [row["id"] for row in zhang.get("/land/parcels?year=2026&park=P1").get_json()["items"]] == [key, second]
    assert zhang.get("/land/parks?year=1800").status_code == 400


def test_a_wrong_parcel_is_told_everything_at_once(app: Flask, people: story.Cast) -> None:
    from crm.land.models import Parcel

    zhang = by_token(app, people.zhang)
    wrong = zhang.post("/land/parcels", parcel(asked_on="2099-01-01", year=1800))
    assert codes(wrong) == {"parcel.day", "quota.year"}
    assert codes(zhang.post("/land/parcels", parcel(lead_number="LD-9"))) == {"lead.unknown"}
    assert zhang.post("/land/parcels", parcel(park="P9", asked_mu="viel")).status_code == 422
    assert Parcel.select().count() == 0


# --- who may


def test_each_call_asks_for_its_scope_and_its_role(app: Flask, people: story.Cast) -> None:
    reading = by_token(app, people.chen, "services.read")
    for path in ("/approvals", "/matters", "/land/parcels", "/land/parks", "/approvals/catalogue"):
        assert reading.get(path).status_code == 200, path
    assert reading.get("/support").status_code == 403
    assert codes(reading.post("/land/parcels", parcel())) == {"token.scope"}
    bai = by_token(app, support.reviewer())
    for path in ("/approvals", "/matters", "/land/parcels"):
        assert bai.get(path).status_code == 403, path
    wrong_lead = by_token(app, people.li).post(f"/leads/{story.lead(people)}/approvals", {"codes": ["filing"]})
    assert wrong_lead.status_code == 404
