"""A call under an idempotency key is done once: the same answer again, another body refused, two at once as one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from crm.api.models import ApiAnswer
from crm.audit.models import AuditEntry
from crm.core.clock import now
from crm.leads.models import Lead
from tests.api.conftest import Program, token_for
from tests.web.cast import assemble

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.web.cast import Cast

KEY = {"Idempotency-Key": "order-2026-0001"}


def test_the_same_call_again_gets_the_first_answer(officer: Program) -> None:
    first = officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    again = officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Lead.select().count() == 1


def test_another_body_under_the_same_key_is_refused(officer: Program) -> None:
    officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    answer = officer.post("/leads", {"name": "乙项目"}, headers=KEY)
    assert answer.status_code == 409
    assert answer.get_json()["errors"][0]["code"] == "idempotency.other"
    assert Lead.select().count() == 1


def test_a_refusal_is_remembered_with_its_one_entry_in_the_trail(officer: Program) -> None:
    officer.post("/leads", {"name": "甲项目"})
    first = officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    again = officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    assert (first.status_code, again.status_code) == (409, 409)
    assert first.get_json() == again.get_json()
    assert AuditEntry.select().where(AuditEntry.outcome == "refused").count() == 1


def test_keys_of_different_tokens_do_not_meet(officer: Program, manager: Program, cast: Cast) -> None:
    assert officer.post("/leads", {"name": "甲项目"}, headers=KEY).status_code == 201
    other = manager.post("/leads", {"name": "乙项目", "unit_id": cast.unit}, headers=KEY)
    assert other.status_code == 201
    assert Lead.select().count() == 2


def test_a_mangled_key_is_refused(officer: Program) -> None:
    for key in ("short", "has blanks in it", "x" * 256):
        answer = officer.post("/leads", {"name": "甲项目"}, headers={"Idempotency-Key": key})
        assert answer.status_code == 400
    assert Lead.select().count() == 0


def test_old_answers_are_forgotten(officer: Program) -> None:
    from datetime import timedelta

    officer.post("/leads", {"name": "甲项目"}, headers=KEY)
    ApiAnswer.update(created_at=now() - timedelta(hours=49)).execute()
    officer.post("/leads", {"name": "丙项目"}, headers={"Idempotency-Key": "order-2026-0002"})
    assert ApiAnswer.select().count() == 1


def test_the_same_call_twice_at_once_is_one_deed(own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from config import Settings
    from crm.web import create_app

    cast = assemble()
    settings = Settings.from_env({"CRM_INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": own_database})
    app = create_app(settings, opened=True)
    token, answers = token_for(cast, "officer"), []

    def send() -> None:
        answers.append(Program(app.test_client(), token).post("/leads", {"name": "甲项目"}, headers=KEY))

    threads = [threading.Thread(target=send) for _place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies: list[Any] = [answer.get_json() for answer in answers]
    assert [answer.status_code for answer in answers] == [201] * 4, bodies
    assert all(body == bodies[0] for body in bodies)
    assert Lead.select().count() == 1
