"""Leaving the sample bureau removes its database and files and opens the set-up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config import Settings
from crm.accounts.operations import add_person
from crm.accounts.queries import anybody
from crm.core.actor import SYSTEM
from crm.core.clock import now
from crm.files.operations import store
from crm.profile.operations import found_bureau
from crm.profile.queries import bureau

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_leaving_removes_everything_and_prints_a_new_code(
    own_database: str, instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from crm.web import create_app

    app = create_app(Settings.from_env({"CRM_INSTANCE": str(instance), "DATABASE_URL": own_database}), opened=True)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    from crm.files.operations import keep_files_in

    keep_files_in(instance / "files")
    found_bureau("示例单位", "sample", by=SYSTEM, at=now())
    add_person(
        "boss", "管理员", "a long sentence", unit_id=None, role_names=("admin",), by=SYSTEM, at=now(), must_change=False
    )
    store(b"%PDF-1.4 invented", name="x.pdf", purpose="evidence", by=SYSTEM, at=now())
    client = app.test_client()
    client.post("/login", data={"username": "boss", "password": "a long sentence"})
    assert "示例" in client.get("/settings").text
    answer = client.post("/settings/leave-sample")
    assert answer.headers["Location"] == "/setup"
    assert not anybody()
    assert bureau() is None
    assert not [path for path in (instance / "files").rglob("*") if path.is_file()]
    assert "One-time code" in capsys.readouterr().err
    assert client.get("/leads").headers["Location"] == "/setup"
