"""The nightly work of landing: planned by itself, done by a worker, and harmless when done twice."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import now, today
from crm.sample.filler_papers import paper
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def work(db: Any, tmp_path: Path) -> Iterator[None]:
    """Make every kind of work known, and switch the scanner off afterwards."""
    from config import Settings
    from crm.files.operations import keep_files_in
    from crm.files.operations_scan import scan_with
    from crm.web.work import prepare_work

    keep_files_in(tmp_path / "files")
    prepare_work(Settings.from_env({"CRM_INSTANCE": str(tmp_path)}))
    yield
    scan_with("")


def test_the_night_marks_what_ran_out(work: None) -> None:
    from crm.jobs.operations_schedule import tick
    from crm.jobs.queries import schedules
    from crm.jobs.worker import drain
    from crm.landing.models import Evidence
    from crm.landing.queries import current_legs
    from crm.leads.models import Lead
    from crm.web.work import plan_times

    cast = story.assemble()
    lead_id = story.ready(cast)
    Evidence.update(valid_until=today() - timedelta(days=1)).where(Evidence.leg == "taxed").execute()
    plan_times(now() - timedelta(days=2))
    plan_times(now() - timedelta(days=2))
    codes = [row.code for row in schedules()]
    assert codes.count("landing.expire") == codes.count("files.scan") == 1
    assert tick(now())
    drain()
    states = {leg: row.state for leg, row in current_legs(lead_id).items() if row}
    assert states == {"registered": "verified", "taxed": "expired", "accounted": "verified"}
    row: Any = Lead.get_by_id(lead_id)
    assert row.legs_verified == 2
    assert story.trail("done").count("landing.expire") == 1


def test_a_scan_asks_about_what_nobody_cleared_and_tells_of_the_infected(work: None, tmp_path: Path) -> None:
    from crm.core.actor import SYSTEM
    from crm.files.operations import store
    from crm.files.operations_scan import scan_with
    from crm.files.queries import stored_file
    from crm.jobs.operations import submit
    from crm.jobs.queries import job
    from crm.jobs.worker import drain

    script = tmp_path / "scan.py"
    script.write_text("import sys; sys.exit(b'EICAR' in open(sys.argv[1], 'rb').read())", encoding="utf-8")
    kept = [
        store(data, name="a.pdf", purpose="evidence", by=SYSTEM, at=AT)
        for data in (paper("甲", []), paper("乙", []) + b"%EICAR")
    ]
    scan_with(f"{sys.executable} {script} {{file}}")
    job_id = submit("files.scan", {}, by=SYSTEM, at=now())
    drain()
    rows = [stored_file(file_id) for file_id in kept]
    assert [row.scan_state for row in rows if row] == ["clean", "infected"]
    done = job(job_id)
    assert done is not None
    assert (done.state, done.done, done.errors) == ("done", 2, 1)
