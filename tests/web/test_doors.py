"""Every page names its permission, and each role gets exactly what the written matrix says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.accounts.rules import INNER_ROLES, matrix, roles
from crm.core.web import PUBLIC
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def endpoints(app: Flask) -> dict[str, Any]:
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def permission_of(app: Flask, endpoint: str) -> str:
    return str(getattr(app.view_functions[endpoint], "permission", ""))


def test_every_endpoint_names_a_permission_of_the_matrix(app: Flask) -> None:
    known = {*matrix().tables["permissions"], PUBLIC}
    wrong = {name: permission_of(app, name) for name in endpoints(app) if permission_of(app, name) not in known}
    assert not wrong


def test_only_these_pages_are_open_to_everybody(app: Flask) -> None:
    open_pages = {name for name in endpoints(app) if permission_of(app, name) == PUBLIC}
    assert open_pages == {"web.setup", "web.language", "web.static_file", "web.health", "accounts.login", "api.described", "partner.form"}


def test_no_room_is_without_its_pages(app: Flask) -> None:
    rooms = {name.partition(".")[0] for name in endpoints(app)}
    assert {"web", "accounts", "admin", "audit", "cadres", "leads", "lead", "intake", "reports"} <= rooms


@pytest.mark.parametrize("role", sorted(roles()))
def test_each_role_opens_what_the_matrix_says_and_nothing_else(
    role: str, client: FlaskClient, app: Flask, cast: Cast
) -> None:
    assert sign_in(client, role).status_code == 302
    grants = matrix().tables["permissions"]
    surprises = []
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        if "GET" not in (rule.methods or ()) or permission == PUBLIC or rule.endpoint.startswith("api."):
            continue  # sessions do not count at the interface: tests/api asks its doors by token
        address = re.sub(r"<(?:[^:<>]+:)?[^<>]+>", "999999", rule.rule)
        granted = role in grants[permission] and role not in INNER_ROLES
        status = client.get(address).status_code
        # A thing that is not there answers 404 only to those who may open such a page at all.
        allowed = {200, 302, 404, 422} if granted else {403}
        if status not in allowed:
            surprises.append((rule.endpoint, permission, status))
    assert not surprises


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/trail?who=x")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/trail?who%3Dx"
    answer = client.post("/login?next=/trail?who%3Dx", data={"username": "auditor.one", "password": "sunflower 2026 x"})
    assert answer.headers["Location"] == "/trail?who=x"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_never_leads_out_of_the_house(target: str, client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/login", data={"username": "officer.one", "password": "sunflower 2026 x", "next": target})
    assert answer.headers["Location"] == "/"


def test_every_answer_carries_the_protecting_headers(client: FlaskClient, cast: Cast) -> None:
    for address in ("/login", "/static/css/luodi.css", "/nothing-here"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_template_holds_inline_code_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|\|\s*safe\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in inline.finditer(re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    ]
    assert not found


def test_a_fault_shows_a_reference_and_no_traceback(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["TESTING"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("secret detail")

    broken.permission = PUBLIC  # type: ignore[attr-defined]
    app.view_functions["web.health"] = broken
    answer = client.get("/health")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_static_files_are_versioned_and_kept(client: FlaskClient, cast: Cast) -> None:
    address = re.search(r'href="(/static/css/luodi\.css\?v=\w+)"', client.get("/login").text)
    assert address is not None
    assert "immutable" in client.get(address.group(1)).headers["Cache-Control"]
    assert client.get("/static/css/luodi.css?v=old").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../config.py").status_code == 404


def test_a_form_without_its_token_is_refused_in_words(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/login", data={"username": "officer.one", "password": "sunflower 2026 x"})
    assert answer.status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    form = {"username": "officer.one", "password": "sunflower 2026 x", "csrf_token": token.group(1)}
    assert client.post("/login", data=form).status_code == 302


def test_a_request_asks_the_database_twice_to_know_who_it_is(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.core.db import database

    sign_in(client, "cadre")
    asked: list[str] = []
    handle = database.obj
    run = handle.execute_sql

    def counted(sql: str, *rest: Any, **named: Any) -> Any:
        asked.append(sql)
        return run(sql, *rest, **named)

    monkeypatch.setattr(handle, "execute_sql", counted)
    assert client.get("/").status_code == 302
    assert len(asked) == 2


def test_what_is_refused_before_any_deed_leaves_one_entry_too(client: FlaskClient, cast: Cast) -> None:
    from tests.cast import trail

    client.post("/leads/new", data={})
    assert trail("refused") == []  # nobody is signed in: there is no one to tell of
    sign_in(client, "liaison")
    assert client.post("/leads/new", data={}).status_code == 403
    assert client.post("/leads/9999/contracts/new", data={}).status_code in (403, 404)
    assert client.get("/leads/9999").status_code == 404
    assert trail("refused") == ["door.refused", "door.refused"]
    client.post("/logout")
    sign_in(client, "officer")
    assert client.post("/leads/new", data={"name": ""}).status_code == 422
    assert trail("refused") == ["door.refused"] * 3
