"""Pages of long work: one's own only, progress by itself, the file while the role allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from crm.accounts import operations
from crm.core.actor import SYSTEM, Actor
from crm.core.clock import now
from crm.jobs import registry
from crm.jobs.operations import submit
from crm.jobs.operations_schedule import plan
from crm.jobs.queries import job
from crm.jobs.worker import drain
from tests.jobs.example import HANDLERS
from tests.web.cast import Cast, assemble, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Give the cast of the pages; the example's kinds stay beside those of the house."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()
    registry.register(HANDLERS)
    return assemble()


def order(cast: Cast, role: str, kind: str = "test.count", upto: int = 7) -> int:
    by = Actor(cast.people[role], f"{role}员", frozenset({role}), cast.unit)
    return submit(kind, {"upto": upto}, by=by, at=now())


def test_one_sees_how_far_the_own_work_is_and_fetches_its_file(client: FlaskClient, cast: Cast) -> None:
    job_id = order(cast, "officer")
    sign_in(client, "officer")
    page = client.get(f"/jobs/{job_id}").text
    assert "排队中" in page
    assert "hx-get" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert client.get(f"/jobs/{job_id}/file").status_code == 404
    drain()
    part = client.get(f"/jobs/{job_id}", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "hx-get" not in part
    answer = client.get(f"/jobs/{job_id}/file")
    assert answer.data == b"7"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert f"/jobs/{job_id}" in client.get("/jobs").text


def test_nobody_sees_or_stops_anothers_work(client: FlaskClient, cast: Cast) -> None:
    job_id = order(cast, "officer")
    drain()
    sign_in(client, "manager")
    assert f"/jobs/{job_id}" not in client.get("/jobs").text
    for address in (f"/jobs/{job_id}", f"/jobs/{job_id}/file"):
        assert client.get(address).status_code == 404
    assert client.post(f"/jobs/{job_id}/cancel").status_code == 404
    assert client.get("/jobs/all").status_code == 403


def test_stopping_by_the_page(client: FlaskClient, cast: Cast) -> None:
    job_id = order(cast, "officer")
    sign_in(client, "officer")
    page = client.post(f"/jobs/{job_id}/cancel", follow_redirects=True).text
    assert "已取消" in page
    found = job(job_id)
    assert found is not None
    assert found.state == "cancelled"


def test_the_administrator_sees_everybodys_work_but_no_result(client: FlaskClient, cast: Cast) -> None:
    done, waits = order(cast, "officer", upto=1), None
    drain()
    waits = order(cast, "officer")
    plan("weekly", "test.count", "weekly 1 08:00", by=SYSTEM, at=now())
    sign_in(client, "admin")
    page = client.get("/jobs/all").text
    assert "officer员" in page
    assert "weekly 1 08:00" in page
    assert f"/jobs/{done}/file" not in page
    assert client.post(f"/jobs/all/{waits}/cancel").status_code == 302
    found = job(waits)
    assert found is not None
    assert found.state == "cancelled"


def test_a_file_is_not_handed_out_once_the_role_is_gone(client: FlaskClient, cast: Cast) -> None:
    job_id = order(cast, "auditor", "test.guarded", 1)
    drain()
    sign_in(client, "auditor")
    assert client.get(f"/jobs/{job_id}/file").status_code == 200
    from crm.accounts.models import RoleGrant

    RoleGrant.update(role="liaison").where(RoleGrant.person == cast.people["auditor"]).execute()
    assert client.get(f"/jobs/{job_id}/file").status_code == 403


def test_work_of_a_closed_account_is_not_done(app: Flask, cast: Cast) -> None:
    from crm.accounts.models import Person

    job_id = order(cast, "officer")
    Person.update(active=False).where(Person.id == cast.people["officer"]).execute()
    drain()
    found: Any = job(job_id)
    assert found.state == "failed"
    assert "closed" in str(found.messages[0])


def test_doctor_names_stuck_work(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from crm.cli import doctor

    job_id = order(cast, "officer")
    assert list(doctor._jobs(app.config["SETTINGS"])) == []
    monkeypatch.setattr(doctor, "now", lambda: now() + timedelta(hours=1))
    assert str(job_id) in next(iter(doctor._jobs(app.config["SETTINGS"])))
