"""The pages of evaluation: a period opened, looked at, objected to, answered, graded and closed; refusals stay in the form."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import now, today
from crm.credit.queries_evaluation import cases, objections, periods
from tests.cast import AT
from tests.web.cast import assemble, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    from crm.accounts import operations

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()


@pytest.fixture
def house(app: Flask) -> Cast:
    with app.app_context():
        return assemble()


def last_year(**others: Any) -> dict[str, str]:
    year = today().year - 1
    days = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31), "objections_until": today()}
    return {"name": str(year), **{name: day.isoformat() for name, day in {**days, **others}.items()}}


def opened(client: FlaskClient, **others: Any) -> int:
    sign_in(client, "organiser")
    assert client.post("/evaluation/new", data=last_year(**others)).status_code == 302
    return periods()[0].id


def test_a_period_is_opened_and_an_overlap_is_told_beside_the_field(client: FlaskClient, house: Cast) -> None:
    sign_in(client, "organiser")
    assert "还没有" in client.get("/evaluation").text or client.get("/evaluation").status_code == 200
    assert client.get("/evaluation/new").status_code == 200
    assert client.post("/evaluation/new", data=last_year()).status_code == 302
    refused = client.post("/evaluation/new", data={**last_year(), "name": "又一个"})
    assert refused.status_code == 422
    assert 'id="starts_on-error"' in refused.text
    assert "又一个" in refused.text


def test_a_cadre_sees_the_own_draft_writes_and_objects(client: FlaskClient, app: Flask, house: Cast) -> None:
    period_id = opened(client, starts_on=today() - timedelta(days=30), ends_on=today(),
                       objections_until=today() + timedelta(days=5))  # fmt: skip
    cadre = app.test_client()
    sign_in(cadre, "cadre")
    assert cadre.get("/evaluation/mine").status_code == 200
    assert cadre.get("/evaluation").status_code == 403
    assert cadre.post("/evaluation/mine", data={"which": "summary", "summary": "引进两个项目"}).status_code == 302
    assert "引进两个项目" in cadre.get("/evaluation/mine").text
    assert cadre.post("/evaluation/mine", data={"which": "objection", "text": ""}).status_code == 422
    assert cadre.post("/evaluation/mine", data={"which": "objection", "text": "漏计一次来访"}).status_code == 302
    assert cadre.get(f"/evaluation/mine/{period_id}/form.docx").data[:2] == b"PK"
    asked = objections(period_id)[0]
    assert "漏计一次来访" in client.get(f"/evaluation/{period_id}").text
    address = f"/evaluation/objections/{period_id}/{asked.id}"
    assert client.post(address, data={"upheld": "", "answer": "已核"}).status_code == 422
    assert client.post(address, data={"upheld": "rejected", "answer": "该次来访不在任期内"}).status_code == 302
    assert "该次来访不在任期内" in cadre.get("/evaluation/mine").text


def test_the_form_is_written_graded_within_the_quota_and_taken(client: FlaskClient, house: Cast) -> None:
    period_id = opened(client, starts_on=today() - timedelta(days=30), ends_on=today(), objections_until=today())
    address = f"/evaluation/{period_id}/people/{house.people['cadre']}"
    assert client.get(address).status_code == 200
    refused = client.post(address, data={"staff": "civil", "grade": "excellent", "host_opinion": "表现突出"})
    assert refused.status_code == 422
    assert "表现突出" in refused.text
    quota = {"staff": "civil", "base": "10", "note": "参加年度考核的公务员"}
    assert client.post(f"/evaluation/{period_id}/quota", data=quota).status_code == 302
    assert client.post(address, data={"staff": "civil", "grade": "excellent"}).status_code == 302
    for ending in ("/form.docx", "/dossier.zip"):
        assert client.get(address + ending).data[:2] == b"PK"
    assert client.get(address + "/print").status_code == 200
    assert client.get(f"/evaluation/{period_id}/fairness").status_code == 200
    assert client.get(f"/evaluation/{period_id}/people/999999").status_code == 404


def test_closing_asks_for_what_is_missing_and_then_freezes(client: FlaskClient, house: Cast) -> None:
    period_id = opened(client)
    client.post(f"/evaluation/{period_id}/close")
    assert periods()[0].open
    from crm.credit.models import EvaluationPeriod

    EvaluationPeriod.update(objections_until=today() - timedelta(days=1)).where(
        EvaluationPeriod.id == period_id
    ).execute()
    client.post(f"/evaluation/{period_id}/close")
    assert not periods()[0].open
    assert periods()[0].sha256 in client.get(f"/evaluation/{period_id}").text


def test_a_template_is_checked_before_it_is_used(client: FlaskClient, house: Cast, instance: Path) -> None:
    from crm.files.operations import keep_files_in
    from exports.word import FORMS

    keep_files_in(instance / "files")
    sign_in(client, "organiser")
    wrong = {"file": (BytesIO(b"nothing"), "x.docx")}
    assert client.post("/evaluation/template", data=wrong).status_code == 422
    assert client.post("/evaluation/template", data={}).status_code == 422
    right = {"file": (BytesIO((FORMS / "annex.docx").read_bytes()), "我的.docx")}
    assert client.post("/evaluation/template", data=right).status_code == 302
    assert "我的.docx" in client.get("/evaluation/template").text
    assert client.get("/evaluation/template/shipped.docx").data[:2] == b"PK"
    client.post("/evaluation/template/withdraw")
    assert "我的.docx" not in client.get("/evaluation").text


def test_the_tariff_shows_how_its_review_stands(client: FlaskClient, app: Flask, house: Cast) -> None:
    from crm.core.actor import Actor
    from tests.support import cast as support

    sign_in(client, "reviewer")
    page = client.get("/evaluation/tariff")
    assert page.status_code == 200
    assert "尚无结论" in page.text
    assert client.post("/evaluation/tariff", data={"version": "2026.1", "conclusion": "pass"}).status_code == 405
    assert client.post("/support/rules/tariff", data={"version": "2026.1"}).status_code == 403
    chief = app.test_client()
    sign_in(chief, "manager")
    assert "/support/rules/tariff" in chief.get("/evaluation/tariff").text
    assert chief.post("/support/rules/tariff", data={"version": "2026.1"}).status_code == 302
    assert "/support/rules/tariff" not in chief.get("/evaluation/tariff").text
    from crm.support.models import SupportItem
    from crm.support.operations_review import send

    item_id = SupportItem.get().id
    by = Actor(house.people["manager"], "领导", frozenset({"manager"}), house.unit)
    send(item_id, first_opinion="可", unheard_reason="内部规则", by=by, at=AT)
    support.concluded(item_id, support.reviewer(), document_no="市监审〔2026〕3号")
    assert "市监审〔2026〕3号" in client.get("/evaluation/tariff").text


def test_a_case_goes_from_grounds_to_the_last_word(client: FlaskClient, app: Flask, house: Cast) -> None:
    from crm.core.actor import Actor
    from crm.leads.models import Lead
    from crm.leads.operations import create_lead
    from crm.leads.operations_facts import share_credit

    manager = Actor(house.people["manager"], "领导", frozenset({"manager"}), house.unit)
    values = {"name": "测试项目", "investor": "测试投资方", "unit_id": house.unit, "source": "other"}
    lead_id = create_lead(values, by=manager, at=now())
    share_credit(lead_id, [(house.people["cadre"], 10_000)], reason="", by=manager, at=now())
    number = Lead.get_by_id(lead_id).number
    sign_in(client, "organiser")
    case = {"number": number, "cadre_id": str(house.people["cadre"]), "grounds": "投资方否认"}
    assert client.post("/evaluation/cases/new", data={**case, "number": "LD-1999-0001"}).status_code == 422
    assert client.post("/evaluation/cases/new", data=case).status_code == 302
    address = f"/evaluation/cases/{cases()[0].id}"
    cadre = app.test_client()
    sign_in(cadre, "cadre")
    assert "投资方否认" in cadre.get(address).text
    assert cadre.post(address, data={"text": "确有接洽"}).status_code == 302
    assert client.post(address, data={"decision": "proven", "reason": ""}).status_code == 422
    assert client.post(address, data={"decision": "proven", "reason": "核实"}).status_code == 302
    assert client.post(address, data={"which": "close", "decision": "proven", "reason": "x"}).status_code == 422
    assert cadre.post(address, data={"which": "appeal", "text": "请复核"}).status_code == 302
    assert client.get("/evaluation/cases").status_code == 200
    honour = {"number": number, "list_name": "world", "year": "2026", "document": "榜单第311位"}
    assert client.get("/evaluation/top500").status_code == 200
    assert client.post("/evaluation/top500", data=honour).status_code == 302
    assert client.post("/evaluation/top500", data=honour).status_code == 422
