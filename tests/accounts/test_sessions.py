"""Sign-in, sessions and passwords through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from crm.accounts import operations_sessions as sessions
from crm.accounts.models import SignIn
from crm.accounts.operations import check_password, edit_person, set_password
from crm.accounts.queries import person
from crm.core.actor import Actor
from crm.core.clock import now
from crm.web.sessions import COOKIE
from tests.web.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast


def admin(cast: Cast) -> Actor:
    return Actor(cast.people["admin"], "管理员", frozenset({"admin"}))


def token(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def test_signing_in_gives_a_new_token_and_the_cookie_holds_nothing_else(client: FlaskClient, cast: Cast) -> None:
    client.get("/language/en")
    before = token(client)
    assert before
    answer = sign_in(client, "officer")
    after = token(client)
    assert after != before
    assert sessions.find(before, now()) is None
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert sessions.digest(after) in {row.token_hash for row in SignIn.select()}


def test_a_planted_token_is_worth_nothing(client: FlaskClient, cast: Cast) -> None:
    client.set_cookie(COOKIE, "planted-by-somebody")
    sign_in(client, "officer")
    assert token(client) != "planted-by-somebody"
    assert sessions.find("planted-by-somebody", now()) is None


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "officer")
    before = token(client)
    client.post("/logout")
    assert sessions.find(before, now()) is None
    assert client.get("/me").headers["Location"].startswith("/login")


def test_eight_mistakes_lock_the_account_for_a_while(client: FlaskClient, cast: Cast) -> None:
    for _try in range(8):
        assert sign_in(client, "officer", "wrong password").status_code == 401
    assert sign_in(client, "officer").status_code == 401
    person_id = check_password("officer.one", PASSWORD, at=now() + timedelta(minutes=16))
    assert person_id == cast.people["officer"]


def without_token(page: str) -> str:
    """Return a page with the value of its form token taken out."""
    bare, found = re.subn(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", page)
    assert found
    return bare


def test_the_answer_does_not_tell_whether_a_user_name_exists(client: FlaskClient, cast: Cast) -> None:
    known = client.post("/login", data={"username": "officer.one", "password": "wrong"})
    unknown = client.post("/login", data={"username": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    # The form's token is signed with the second it was made in, which may differ between the two answers.
    assert without_token(known.text).replace("officer.one", "") == without_token(unknown.text).replace("nobody", "")


def test_a_deactivated_person_is_out_at_once(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "officer")
    assert client.get("/me").status_code == 200
    edit_person(
        cast.people["officer"], name="某人", unit_id=None, title="", phone="", active=False, by=admin(cast), at=now()
    )
    assert client.get("/me").headers["Location"].startswith("/login")
    assert sign_in(client, "officer").status_code == 401


def test_a_session_rests_after_eight_idle_hours_and_never_lives_longer_than_a_day(cast: Cast, app: Flask) -> None:
    at = now()
    sessions.save("idle", {}, at=at, address="", agent="")
    assert sessions.find("idle", at + timedelta(hours=9)) is None
    sessions.save("long", {}, at=at, address="", agent="")
    for hours in (6, 12, 18, 24):
        sessions.save("long", {}, at=at + timedelta(hours=hours), address="", agent="")
    assert sessions.find("long", at + timedelta(hours=25)) is None


def test_a_given_password_must_be_changed_first(client: FlaskClient, cast: Cast) -> None:
    set_password(cast.people["officer"], "given by admin", by=admin(cast), at=now(), must_change=True)
    sign_in(client, "officer", "given by admin")
    assert client.get("/leads").headers["Location"] == "/me/password"
    form = {"current": "given by admin", "password": "my own sentence", "password_again": "my own sentence"}
    assert client.post("/me/password", data={**form, "current": "not this"}).status_code == 422
    assert client.post("/me/password", data={**form, "password_again": "other"}).status_code == 422
    assert client.post("/me/password", data=form).status_code == 302
    assert client.get("/me").status_code == 200


def test_a_new_password_ends_all_other_sessions(client: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, "officer")
    sign_in(client, "officer")
    form = {"current": PASSWORD, "password": "my own sentence", "password_again": "my own sentence"}
    client.post("/me/password", data=form)
    assert client.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_the_own_sessions_are_listed_and_can_be_ended(client: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere = app.test_client()
    elsewhere.post(
        "/login", data={"username": "officer.one", "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"},
    )  # fmt: skip
    sign_in(client, "officer")
    assert "Firefox · Windows" in client.get("/me").text
    client.post("/me/sessions/end-others")
    assert elsewhere.get("/me").status_code == 302
    assert client.get("/me").status_code == 200


def test_nobody_ends_somebody_elses_session(client: FlaskClient, app: Flask, cast: Cast) -> None:
    manager = app.test_client()
    sign_in(manager, "manager")
    row = SignIn.get(SignIn.person == cast.people["manager"])
    sign_in(client, "officer")
    client.post(f"/me/sessions/{row.id}/end")
    assert manager.get("/me").status_code == 200


def test_the_language_is_remembered(client: FlaskClient, cast: Cast) -> None:
    assert '<html lang="zh-CN"' in client.get("/login").text
    client.get("/language/en?next=/login")
    assert '<html lang="en"' in client.get("/login").text
    sign_in(client, "officer")
    client.get("/language/en")
    row = person(cast.people["officer"])
    assert row is not None
    assert row.locale == "en"
