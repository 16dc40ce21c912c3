"""The administrator's pages: people, units, roles, permissions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crm.accounts.queries import people, unit_by_name
from crm.accounts.rules import INNER_ROLES, matrix
from crm.accounts.rules_words import PERMISSION_LABELS
from crm.audit.models import AuditEntry
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast

NEW = {
    "login": "li.si",
    "name": "李四",
    "unit_id": "",
    "title": "科长",
    "phone": "",
    "roles": ["officer"],
    "active": "y",
}


def test_a_new_person_gets_a_password_that_is_shown_once_and_must_be_changed(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    sign_in(client, "admin")
    answer = client.post("/settings/people/new", data={**NEW, "unit_id": str(cast.unit)})
    shown = re.search(r'id="new-password">([^<]+)<', answer.text)
    assert shown is not None
    assert shown.group(1) not in client.get("/settings").text
    fresh = app.test_client()
    fresh.post("/login", data={"username": "li.si", "password": shown.group(1)})
    assert fresh.get("/").headers["Location"] == "/me/password"


def test_a_taken_user_name_and_bad_signs_are_refused_beside_the_field(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    taken = client.post("/settings/people/new", data={**NEW, "login": "OFFICER.one"})
    assert taken.status_code == 409
    assert 'id="login-error"' in taken.text
    assert client.post("/settings/people/new", data={**NEW, "login": "李四"}).status_code == 422
    assert client.post("/settings/people/new", data={**NEW, "roles": ["boss"]}).status_code == 422


def test_roles_change_and_the_old_grant_stays_on_record(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    target = f"/settings/people/{cast.people['officer']}"
    assert client.get(target).status_code == 200
    changed = {**NEW, "login": "officer.one", "roles": ["officer", "verifier"]}
    assert client.post(target, data=changed).status_code == 302
    row = people(person_id=cast.people["officer"])[0]
    assert row.roles == ("officer", "verifier")
    assert row.name == "李四"
    assert {"person.roles", "person.edit"} <= {entry.action for entry in AuditEntry.select()}


def test_administrators_cannot_lock_themselves_out(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    me = cast.people["admin"]
    kept = {**NEW, "login": "admin.one", "roles": ["admin"]}
    assert client.post(f"/settings/people/{me}", data={**kept, "roles": ["officer"]}).status_code == 422
    assert (
        client.post(f"/settings/people/{me}", data={key: kept[key] for key in kept if key != "active"}).status_code
        == 422
    )
    assert client.post(f"/settings/people/{me}/password").status_code == 422
    assert people(person_id=me)[0].roles == ("admin",)


def test_a_reset_password_signs_the_person_out(client: FlaskClient, app: Flask, cast: Cast) -> None:
    officer = app.test_client()
    sign_in(officer, "officer")
    sign_in(client, "admin")
    assert client.post(f"/settings/people/{cast.people['officer']}/password").status_code == 200
    assert officer.get("/me").status_code == 302


def test_units_are_added_once(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    unit = {"name": "西昌市税务局", "code": "sw", "office": "tax"}
    assert client.post("/settings/units", data=unit).status_code == 302
    found = unit_by_name("西昌市税务局")
    assert found is not None
    assert found.office == "tax"
    assert client.post("/settings/units", data=unit).status_code == 409
    assert client.post("/settings/units", data={**unit, "office": "secret"}).status_code == 422


def test_the_permission_page_shows_the_matrix_with_its_version(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "admin")
    text = client.get("/settings/permissions").text
    assert "2026.1" in text
    assert "出自讲话 · 行业惯例" in text


def test_every_permission_has_words() -> None:
    shown = {name for name, grants in matrix().tables["permissions"].items() if set(grants) - INNER_ROLES}
    assert not shown - set(PERMISSION_LABELS)
    assert not set(PERMISSION_LABELS) - set(matrix().tables["permissions"]) - {"self"}
