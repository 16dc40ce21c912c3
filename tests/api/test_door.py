"""Who gets in: living tokens only, within their scopes and their owner's rights, not too often; never a session."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.accounts.models import Person
from crm.accounts.models_tokens import ApiToken
from crm.accounts.operations import edit_person, set_password
from crm.accounts.operations_tokens import make_token, revoke_token
from crm.accounts.rules import matrix, may, roles
from crm.accounts.rules_tokens import SCOPES
from crm.api import rules
from crm.api.calls import every
from crm.cadres.models import Posting
from crm.core.clock import now, today
from crm.core.errors import Refusal
from tests.api.conftest import Program, actor_for, token_for
from tests.web.cast import PASSWORD, Cast, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert code in [item["code"] for item in answer.get_json()["errors"]]


def test_without_a_living_token_nobody_gets_in(client: FlaskClient, cast: Cast) -> None:
    for header in (
        "", "Bearer", "Bearer ", "Bearer ld_nonsense", "Basic eDp5", "ld_nonsense", f"Bearer {'x' * 5000}",
    ):  # fmt: skip
        answer = client.get("/api/v1/leads", headers={"Authorization": header} if header else {})
        refused(answer, 401, "token.missing")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_key_to_the_interface(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "manager")
    assert client.get("/leads").status_code == 200
    refused(client.get("/api/v1/leads"), 401, "token.missing")
    refused(client.post("/api/v1/leads", json={"name": "x"}), 401, "token.missing")


def test_a_token_is_no_key_to_the_pages_and_leaves_no_cookie(officer: Program, client: FlaskClient) -> None:
    answer = client.get("/leads", headers={"Authorization": f"Bearer {officer.token}"})
    assert answer.status_code == 302
    answer = officer.get("/leads")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_no_form_token_is_asked_of_a_program(app: Flask, officer: Program) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert officer.post("/leads", {"name": "甲项目"}).status_code == 201


def test_only_the_hash_is_kept_and_the_use_is_noted(officer: Program) -> None:
    officer.get("/me", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    row: Any = ApiToken.get()
    assert officer.token not in str(row.__data__)
    assert officer.token.endswith(row.hint)
    assert row.last_address == "10.1.2.3"
    assert row.last_used_at is not None


def test_who_the_token_is(officer: Program, cast: Cast) -> None:
    body = officer.get("/me").get_json()
    assert body["person_id"] == cast.people["officer"]
    assert body["name"] == "officer员"
    assert set(body["scopes"]) == set(SCOPES)


def test_a_token_does_only_what_its_scopes_name(client: FlaskClient, cast: Cast) -> None:
    reader = Program(client, token_for(cast, "officer", ["leads.read"]))
    assert reader.get("/leads").status_code == 200
    refused(reader.post("/leads", {"name": "x"}), 403, "token.scope")
    refused(reader.get("/jobs"), 403, "token.scope")


def test_each_role_may_by_token_what_the_matrix_says_and_nothing_else(client: FlaskClient, cast: Cast) -> None:
    surprises = []
    for role in sorted(roles()):
        program, by = Program(client, token_for(cast, role)), actor_for(cast, role)
        for item in every():
            assert item.permission in matrix().tables["permissions"]
            path = re.sub(r"<int:\w+>", "999999", item.path).replace("<to>", "signed").replace("<leg>", "taxed")
            status = program.call(item.method, path).status_code
            if (status == 403) == may(by, item.permission) or status >= 500:
                surprises.append((role, item.name, item.permission, status))
    assert not surprises


def test_tokens_end_when_they_are_revoked_or_over(client: FlaskClient, officer: Program, cast: Cast) -> None:
    row: Any = ApiToken.get()
    revoke_token(row.id, by=actor_for(cast, "officer"), at=now())
    refused(officer.get("/me"), 401, "token.missing")
    other = Program(client, token_for(cast, "officer"))
    assert other.get("/me").status_code == 200
    ApiToken.update(expires_on=today() - timedelta(days=1)).execute()
    refused(other.get("/me"), 401, "token.missing")


def test_tokens_die_with_the_account_and_do_not_come_back_with_it(officer: Program, cast: Cast) -> None:
    admin = actor_for(cast, "admin")
    facts: dict[str, Any] = {"name": "甲", "unit_id": cast.unit, "title": "", "phone": ""}
    edit_person(cast.people["officer"], **facts, active=False, by=admin, at=now())
    refused(officer.get("/me"), 401, "token.missing")
    edit_person(cast.people["officer"], **facts, active=True, by=admin, at=now())
    refused(officer.get("/me"), 401, "token.missing")


def test_an_account_deactivated_by_other_means_gets_nobody_in(officer: Program, cast: Cast) -> None:
    Person.update(active=False).where(Person.id == cast.people["officer"]).execute()
    refused(officer.get("/me"), 401, "token.dead")


def test_a_password_set_by_the_administrator_ends_tokens_ones_own_does_not(officer: Program, cast: Cast) -> None:
    set_password(cast.people["officer"], "moonlight 2026 y", by=actor_for(cast, "officer"), at=now())
    assert officer.get("/me").status_code == 200
    set_password(cast.people["officer"], PASSWORD, by=actor_for(cast, "admin"), at=now())
    refused(officer.get("/me"), 401, "token.missing")


def test_a_cadres_token_dies_with_the_posting(client: FlaskClient, cast: Cast) -> None:
    cadre = Program(client, token_for(cast, "cadre"))
    assert cadre.get("/leads").status_code == 200
    Posting.update(ends_on=today() - timedelta(days=1)).execute()
    refused(cadre.get("/me"), 401, "token.dead")


def test_a_token_waits_for_the_own_password(officer: Program, cast: Cast) -> None:
    Person.update(must_change_password=True).where(Person.id == cast.people["officer"]).execute()
    refused(officer.get("/me"), 403, "password.change")


def test_the_rate_is_told_and_held(officer: Program, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.api.routes.limit", lambda name: 3 if name == "requests_per_minute" else rules.limit(name))
    monkeypatch.setattr("crm.api.routes.now", lambda: now().replace(second=30))
    answers = [officer.get("/me") for _place in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    refused(answers[3], 429, "rate.exceeded")
    assert int(answers[3].headers["Retry-After"]) == 30
    assert Program(client, token_for(cast, "officer")).get("/me").status_code == 200


def test_problems_speak_the_callers_language(officer: Program) -> None:
    chinese = officer.post("/leads", {"name": ""}).get_json()
    english = officer.post("/leads", {"name": ""}, headers={"Accept-Language": "de, en;q=0.5, zh;q=0.3"}).get_json()
    assert chinese["errors"][0]["message"] == "请填写此项。"
    assert english["errors"][0]["message"] == "Fill in this field."


def test_addresses_that_are_none_answer_as_problems(officer: Program) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404), ("DELETE", "/leads", 405), ("OPTIONS", "/leads", 405), ("TRACE", "/me", 405),
        ("GET", "/leads/abc", 404),
    ):  # fmt: skip
        answer = officer.call(method, path)
        assert answer.status_code == status, path
        assert answer.content_type == "application/problem+json"
        assert (status == 405) == ("Allow" in answer.headers)


def test_a_fault_tells_a_reference_and_nothing_else(app: Flask, officer: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["TESTING"] = False

    def broken(*_all: Any, **_named: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("crm.api.calls_leads.list_page", broken)
    answer = officer.get("/leads")
    assert answer.status_code == 500
    assert answer.get_json()["reference"]
    assert "secret" not in answer.text


# --- making tokens


def test_a_token_is_shown_once_on_its_page(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "officer")
    body = {"name": "财政局报表", "scopes": ["leads.read"], "expires_on": str(today() + timedelta(days=30))}
    page = client.post("/me/tokens", data=body)
    assert page.status_code == 200
    token = page.text.split('id="token">')[1].split("<")[0]
    assert token.startswith("ld_")
    assert Program(client, token).get("/leads").status_code == 200
    assert token not in client.get("/me/tokens").text
    sign_in(client, "admin")


def test_ones_own_tokens_only_but_the_administrator_revokes_any(app: Flask, cast: Cast) -> None:
    token_for(cast, "officer")
    row: Any = ApiToken.get()
    other, admin = app.test_client(), app.test_client()
    sign_in(other, "manager")
    assert "测试程序" not in other.get("/me/tokens").text
    assert other.post(f"/me/tokens/{row.id}/revoke").status_code == 404
    sign_in(admin, "admin")
    assert "测试程序" in admin.get("/settings/tokens").text
    assert admin.post(f"/settings/tokens/{row.id}/revoke").status_code == 302
    assert ApiToken.get().revoked_at is not None


def test_what_is_wrong_with_a_token_is_told_at_once(client: FlaskClient, cast: Cast) -> None:
    by = actor_for(cast, "officer")
    with pytest.raises(Refusal) as wrong:
        make_token("x", ["everything"], today(), by=by, at=now())
    assert {item.code for item in wrong.value.findings} == {"token.scopes", "token.expires"}
    for _place in range(10):
        token_for(cast, "officer")
    with pytest.raises(Refusal) as many:
        token_for(cast, "officer")
    assert many.value.findings[0].code == "token.many"
    sign_in(client, "officer")
    page = client.post("/me/tokens", data={"name": "", "expires_on": "2020-01-01"})
    assert page.status_code == 422
    assert 'id="token"' not in page.text


def test_a_token_makes_no_tokens(cast: Cast) -> None:
    with pytest.raises(Refusal):
        make_token("x", ["leads.read"], today() + timedelta(days=9), by=actor_for(cast, "officer").through("api"), at=now())
