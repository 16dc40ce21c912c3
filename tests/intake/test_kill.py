"""A worker is killed twenty times in the middle of an import: never a project without its row, at the end all, once."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest

from crm.files.operations import keep_files_in, store
from crm.files.queries import stored_file
from crm.intake import jobs
from crm.intake.models import Import, ImportRow
from crm.jobs.models import Job
from crm.jobs.registry import register
from crm.leads.models import Lead
from tests import cast as story
from tests.cast import AT
from tests.intake.books import workbook
from tests.jobs.hands import start

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 20
ROWS = 400
HANDS = """
import sys
from datetime import timedelta
from crm.core import db
from crm.files.operations import keep_files_in
from crm.intake import jobs
from crm.jobs.registry import register
from crm.jobs.worker import Worker
from pathlib import Path

db.connect(sys.argv[1])
keep_files_in(Path(sys.argv[2]))
register(jobs.HANDLERS)
jobs.ROWS_LAID, jobs.ROWS_PUBLISHED = 40, 5
print("ready", flush=True)
Worker(lease=timedelta(seconds=0.4), look_every=0.02).loop()
"""


def half_written() -> int:
    """Count projects without their row, and rows that say they made one that is not there."""
    made = {row.lead_id for row in ImportRow.select() if row.settled}
    return len({lead.id for lead in Lead.select()} ^ made)


@pytest.mark.slow
def test_killed_twenty_times_an_import_is_whole(own_database: str, tmp_path: Path) -> None:
    files = tmp_path / "files"
    keep_files_in(files)
    register(jobs.HANDLERS)
    zhang = story.assemble().zhang
    rows = [[f"第{n}号车间", f"示例{n}公司", n + 100] for n in range(ROWS)]
    path = workbook(tmp_path / "a.xlsx", [["项目名称", "投资方", "总投资（万元）"], *rows])
    file = stored_file(store(path.read_bytes(), name=path.name, purpose="ledger", by=zhang, at=AT))
    assert file is not None
    jobs.order(file, rows=ROWS, by=zhang, at=AT)
    Job.update(most_attempts=99).execute()
    dice = random.Random(513401)
    progress = []
    for _kill in range(KILLS):
        worker = start(HANDS, own_database, files)
        threading.Event().wait(dice.uniform(0.2, 1.3))
        worker.kill()
        worker.wait()
        assert half_written() == 0
        progress.append(Lead.select().count())
    assert progress == sorted(progress)
    worker = start(HANDS, own_database, files)
    for _try in range(900):
        if Job.get().state == "done":
            break
        threading.Event().wait(0.1)
    worker.terminate()
    worker.wait()
    assert Import.get().state == "done"
    assert sorted(row.name for row in Lead.select()) == sorted(str(row[0]) for row in rows)
    assert ImportRow.select().count() == ROWS
