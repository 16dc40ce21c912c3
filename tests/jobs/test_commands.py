"""`run.py worker` does what waits, ends after --once, and stops at a word without losing its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from crm.core.actor import SYSTEM
from crm.core.clock import now
from crm.jobs import registry
from crm.jobs.operations import submit
from crm.jobs.queries import job

ROOT = Path(__file__).resolve().parents[2]


def order() -> int:
    """Order an export that refuses in words: nobody exports in the product's own name."""
    from crm.reports.jobs import HANDLERS
    from crm.reports.rules_books import BookOrder

    registry.register(HANDLERS)
    arguments: dict[str, Any] = {**BookOrder("pipeline").packed(), "locale": "zh_CN"}
    return submit("report.book", arguments, by=SYSTEM, at=now())


def command(url: str, folder: Path, *words: str) -> list[str]:
    code = "import sys; from crm.cli import main; sys.exit(main(sys.argv[1:]))"
    os.environ["CRM_INSTANCE"], os.environ["DATABASE_URL"] = str(folder), url
    return [sys.executable, "-c", code, *words]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_INSTANCE", "")
    monkeypatch.setenv("DATABASE_URL", "")


@pytest.mark.slow
def test_once_does_what_waits_and_ends(own_database: str, tmp_path: Path) -> None:
    job_id = order()
    done = subprocess.run(
        command(own_database, tmp_path / "house", "worker", "--once"), cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "完成 1 项任务" in done.stderr
    found = job(job_id)
    assert found is not None
    assert found.state == "failed"
    assert "role" in str(found.messages[0])


@pytest.mark.slow
def test_a_worker_takes_up_what_is_ordered_and_stops_at_a_word(own_database: str, tmp_path: Path) -> None:
    hands = subprocess.Popen(command(own_database, tmp_path / "house", "worker"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert hands.stderr is not None
    assert "后台任务进程已启动" in hands.stderr.readline()
    job_id = order()
    for _try in range(200):
        found = job(job_id)
        if found is not None and found.state == "failed":
            break
        threading.Event().wait(0.1)
    else:
        pytest.fail("the worker did not take the job up")
    hands.send_signal(signal.SIGTERM)
    assert hands.wait(20) == 0
