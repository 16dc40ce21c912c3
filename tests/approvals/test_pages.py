"""Pages of approvals: each role by page, refused input beside its field, the enterprise's page, the figures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.approvals.operations import accept, end, list_procedures
from crm.approvals.queries import cases_of
from crm.core.clock import now, today
from tests.cast import Cast, assemble, entered, lead, trail

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def told(app: Flask) -> tuple[Cast, int]:
    """Give the cast and a project with one running and one planned procedure."""
    with app.app_context():
        cast = assemble()
        lead_id = lead(cast, park="P1")
        list_procedures(lead_id, ["filing", "environment"], by=cast.zhang, at=now())
        accept(case_id(lead_id, "environment"), today(), by=cast.zhang, at=now(), estimate_ok=True)
        return cast, lead_id


def case_id(lead_id: int, code: str) -> int:
    """Return a project's case by its code."""
    return next(case.id for case in cases_of(lead_id) if case.code == code)


PAGES = ("/approvals/", "/approvals/?show=late&park=P1&unit=7&cursor=x", "/approvals/procedures", "/approvals/calendar",
         "/approvals/calendar?year=abc", "/approvals/figures", "/approvals/figures?first=x&last=2026-01-01")  # fmt: skip


@pytest.mark.parametrize(("role", "status"), [("zhang", 200), ("chen", 200), ("liu", 200), ("luo", 200), ("he", 403), ("sun", 403)])
def test_who_may_look_sees_every_page(app: Flask, told: tuple[Cast, int], role: str, status: int) -> None:
    client = entered(app, getattr(told[0], role))
    for address in PAGES:
        assert client.get(address).status_code == status, address


def test_the_lists_and_the_enterprises_page_say_with_whom_it_waits(app: Flask, told: tuple[Cast, int]) -> None:
    cast, lead_id = told
    client = entered(app, cast.zhang)
    shown = client.get(f"/approvals/projects/{lead_id}").text
    assert "环境影响评价审批" in shown
    printed = client.get(f"/approvals/projects/{lead_id}/print").text
    assert "市生态环境局" in printed
    assert "企业办事进度单" in printed
    assert "环境影响评价审批" in client.get(f"/leads/{lead_id}/parts/approvals").text
    assert entered(app, cast.li).get(f"/approvals/projects/{lead_id}").status_code == 404


def test_a_case_is_worked_through_by_the_page(app: Flask, told: tuple[Cast, int]) -> None:
    cast, lead_id = told
    client, case = entered(app, cast.zhang), case_id(told[1], "environment")
    day = today().isoformat()
    refused = client.post(f"/approvals/cases/{case}/end", data={"day": day, "outcome": "granted", "document": ""})
    assert refused.status_code == 422
    assert 'id="document-error"' in refused.text
    assert client.post(f"/approvals/cases/{case}/stop", data={"day": day, "reason": "补正"}).status_code == 302
    assert client.post(f"/approvals/cases/{case}/end", data={"day": day, "outcome": "granted", "document": "x"}).status_code == 302
    assert "请重新查看" in client.get(f"/approvals/cases/{case}").text
    assert client.post(f"/approvals/cases/{case}/go_on", data={"day": day, "estimate_ok": "y"}).status_code == 302
    done = client.post(f"/approvals/cases/{case}/end", data={"day": day, "outcome": "granted", "document": "西环审1号"})
    assert done.status_code == 302
    assert "西环审1号" in client.get(f"/approvals/projects/{lead_id}/print").text
    assert "市生态环境局" in client.get("/approvals/figures").text
    assert client.post(f"/approvals/cases/{case}/nothing").status_code == 404
    # What the form itself refused, and an address that is none, never became deeds: the door tells of them.
    assert trail("refused") == ["door.refused", "approval.end", "door.refused"]


@pytest.mark.parametrize(
    ("address", "good", "bad", "field"),
    [
        ("/approvals/procedures/new", {"name": "人防", "unit_before": "国动办", "unit_after": "park", "promised_days": "8",
                                       "position": "9", "basis": "", "active": "y"}, {"promised_days": "0"}, "promised_days"),
        ("/approvals/procedures/energy", {"name": "节能", "unit_before": "经信局", "unit_after": "park", "promised_days": "8",
                                          "position": "", "basis": "", "active": "y"}, {"unit_after": ""}, "unit_after"),
        ("/approvals/closed-parks", {"park": "P1", "closed_on": "2026-06-01", "basis": "文件"}, {"basis": ""}, "basis"),
        ("/approvals/powers/new", {"park": "P1", "name": "备案", "procedure_code": "filing", "from_unit": "经信局",
                                   "basis": "文件", "handed_on": "2026-06-01", "note": ""}, {"basis": " "}, "basis"),
        ("/approvals/calendar", {"day": "2026-07-30", "kind": "off", "note": "火把节"}, {"note": ""}, "note"),
    ],
)  # fmt: skip
def test_what_holds_for_all_is_changed_by_leaders_only(
    app: Flask, told: tuple[Cast, int], address: str, good: dict[str, str], bad: dict[str, str], field: str
) -> None:
    cast, _lead_id = told
    leader = entered(app, cast.chen)
    refused = leader.post(address, data={**good, **bad})
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert leader.post(address, data=good).status_code == 302
    assert entered(app, cast.zhang).post(address, data=good).status_code == 403


def test_a_list_takes_what_the_catalogue_offers(app: Flask, told: tuple[Cast, int]) -> None:
    cast, lead_id = told
    client: Any = entered(app, cast.zhang)
    assert client.post(f"/approvals/projects/{lead_id}", data={"codes": ["permit", "power"]}).status_code == 302
    assert len(cases_of(lead_id)) == 4
    assert client.post(f"/approvals/projects/{lead_id}", data={"codes": []}).status_code == 422
    assert client.post(f"/approvals/projects/{lead_id}", data={"codes": ["nothing"]}).status_code == 422


def test_figures_count_what_ended_in_the_days_asked_for(app: Flask, told: tuple[Cast, int]) -> None:
    cast, lead_id = told
    end(case_id(lead_id, "environment"), today(), "granted", "批复", by=cast.zhang, at=now())
    client = entered(app, cast.liu)
    before = (today() - timedelta(days=9)).isoformat()
    shown = client.get(f"/approvals/figures?first={before}&last={before}").text
    assert "市生态环境局" not in shown
    assert "市生态环境局" in client.get("/approvals/figures").text


def test_a_unit_sees_whom_another_units_project_waits_for_without_a_link_that_does_not_open(
    app: Flask, told: tuple[Cast, int],
) -> None:
    from crm.approvals.models import ApprovalCase

    cast, lead_id = told
    case = case_id(lead_id, "environment")
    with app.app_context():
        ApprovalCase.update(unit=cast.li.unit_id).where(ApprovalCase.id == case).execute()
    mine, theirs = entered(app, cast.zhang), entered(app, cast.li)
    address = f'href="/approvals/projects/{lead_id}"'
    for page in ("/approvals/", f"/approvals/cases/{case}"):
        assert address in mine.get(page).text
        shown = theirs.get(page).text
        assert "环境影响评价审批" in shown
        assert address not in shown
