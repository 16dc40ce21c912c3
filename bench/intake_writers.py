"""How long others wait while a large ledger comes in: `python3 -m bench.intake_writers 100000`.

`run.py import` runs in a process of its own; two writers in this one record contacts all the time, and how long each of
them waits is compared with the same writing without the import. The aim: nobody waits over two seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.fill import fill
from bench.intake import ledger
from bench.reassess import AIM_SECONDS, ALONE_SECONDS, ROOT, ended, told, writing
from config import Settings
from crm.accounts.queries import actor_of, people
from crm.core.db import database
from crm.leads.models import Lead
from crm.web.house import open_house

STANDING = 2_000
"""Leads that are there before the ledger comes; the writers write on these."""


def run(rows: int, url: str) -> int:
    """Fill, write alone, write beside the import, and tell; returns 1 when somebody waited too long."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"CRM_INSTANCE": str(Path(folder) / "instance"), **({"DATABASE_URL": url} if url else {})}
        open_house(Settings.from_env(environment))
        with database.connection_context():
            _officer, leader = fill(STANDING)
            by = actor_of(people(person_id=leader)[0], posted=False)
        path = Path(folder) / "台账.xlsx"
        ledger(path, rows)
        over = threading.Event()
        writers = writing(by, STANDING, over)
        time.sleep(ALONE_SECONDS)
        told("alone", ended(writers, over))
        over = threading.Event()
        writers = writing(by, STANDING, over)
        begun = time.perf_counter()
        line = [sys.executable, str(ROOT / "run.py"), "import", str(path)]
        answer = subprocess.run(line, check=False, env={**os.environ, **environment}, cwd=ROOT, capture_output=True)
        spent = time.perf_counter() - begun
        waits = ended(writers, over)
        told("beside the import", waits)
        with database.connection_context():
            arrived = Lead.select().count() - STANDING
        sys.stdout.write(
            f"import: exit {answer.returncode}, {arrived} leads of {rows} rows in {spent:.0f} s "
            f"({rows / spent:.0f} rows a second)\n"
        )
        return int(max(waits) > AIM_SECONDS or arrived == 0)


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, sys.argv[2] if len(sys.argv) > 2 else ""))
