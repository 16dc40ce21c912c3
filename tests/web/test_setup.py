"""The first run: guarded by a one-time code, closed once an account exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.operations_sessions import new_setup_code
from crm.accounts.queries import people
from crm.core.clock import now
from crm.profile.queries import bureau
from tests.web.cast import assemble, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FORM = {
    "choice": "bureau", "bureau_name": "西昌市经济合作局", "admin_name": "王安", "username": "wangan",
    "password": "a long sentence", "password_again": "a long sentence",
}  # fmt: skip


def test_before_the_set_up_every_page_leads_there(client: FlaskClient) -> None:
    for address in ("/", "/leads", "/login", "/settings", "/nothing-here"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/setup")
    assert client.get("/setup").status_code == 200


def test_the_code_opens_a_real_bureau_once(client: FlaskClient) -> None:
    code = new_setup_code(now())
    assert client.post("/setup", data={**FORM, "code": "AAAA-BBBB-CCCC"}).status_code == 422
    assert not people()
    answer = client.post("/setup", data={**FORM, "code": f" {code.lower()} "})
    assert answer.headers["Location"] == "/settings/units"
    assert [row.roles for row in people()] == [("admin",)]
    here = bureau()
    assert here is not None
    assert (here.name, here.kind) == ("西昌市经济合作局", "real")
    assert client.get("/settings/units").status_code == 200


def test_the_set_up_is_closed_once_an_account_exists(client: FlaskClient) -> None:
    code = new_setup_code(now())
    assemble()
    assert client.get("/setup").headers["Location"] == "/"
    client.post("/setup", data={**FORM, "code": code})
    assert "wangan" not in {row.login for row in people()}


def test_ten_wrong_codes_spend_the_right_one(client: FlaskClient) -> None:
    code = new_setup_code(now())
    for _try in range(10):
        client.post("/setup", data={**FORM, "code": "AAAA-BBBB-CCCC"})
    assert client.post("/setup", data={**FORM, "code": code}).status_code == 422
    assert not people()


def test_every_mistake_of_the_form_is_said_at_once(client: FlaskClient) -> None:
    code = new_setup_code(now())
    wrong = {**FORM, "code": code, "bureau_name": "", "username": "王", "password_again": "other"}
    answer = client.post("/setup", data=wrong)
    assert answer.status_code == 422
    assert answer.text.count('class="form-wrong"') == 3


def test_a_weak_password_is_refused_and_nothing_is_kept(client: FlaskClient) -> None:
    code = new_setup_code(now())
    answer = client.post("/setup", data={**FORM, "code": code, "password": "aaaa", "password_again": "aaaa"})
    assert answer.status_code == 422
    assert bureau() is None


def test_a_real_bureau_is_never_removed(client: FlaskClient) -> None:
    assemble()
    sign_in(client, "admin")
    assert client.post("/settings/leave-sample").status_code == 409
    assert bureau() is not None
