"""How fast stale leads are assessed anew while others keep writing: `python -m bench.reassess 100000`.

The job runs in a process of its own (`run.py worker --once`); two writers in this one record contacts all the time, and
how long each of them waits is compared with the same writing without the job. The aim: nobody waits over two seconds.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.fill import fill
from config import Settings
from crm.accounts.queries import actor_of, people
from crm.core.clock import now, today
from crm.core.db import database
from crm.jobs.operations import submit
from crm.jobs.queries import job
from crm.leads.models import Lead
from crm.leads.operations_facts import record_contact
from crm.scoring.models import Assessment
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_stored import pack, pack_text
from crm.web.house import open_house
from crm.web.work import prepare_work

if TYPE_CHECKING:
    from crm.core.actor import Actor

ROOT = Path(__file__).resolve().parents[1]
OLD = "2000.1"
BATCH = 500
WRITERS = 2
MOVES = 10
PAUSE = 0.05
ALONE_SECONDS = 8.0
AIM_SECONDS = 2.0
NINETY_NINTH = 0.99


def make_stale(count: int) -> None:
    """Give every lead a verdict of an older version; nine of ten will stay what they are, one of ten moves."""
    moment = now()
    rows = list(Lead.select(Lead.id, Lead.name, Lead.content, Lead.investor).order_by(Lead.id).limit(count).tuples())
    for start in range(0, len(rows), BATCH):
        made = []
        with database.atomic():
            for lead_id, name, content, investor in rows[start : start + BATCH]:
                fit = assess(ProjectText(name, content, investor=investor))
                made.append({
                    "lead": lead_id, "version": OLD, "result": pack(fit), "by_name": "bench", "at": moment,
                    "current": True,
                })  # fmt: skip
                if lead_id % MOVES:
                    Lead.update(
                        themes=";".join(fit.themes), clusters=";".join(fit.clusters), fit_reason=pack_text(fit.why())
                    ).where(Lead.id == lead_id).execute()
            Assessment.insert_many(made).execute()


class Writer(threading.Thread):
    """Somebody who records contacts with a short pause between them; remembers every wait in seconds."""

    def __init__(self, by: Actor, last: int, over: threading.Event, seed: int) -> None:
        """Remember who writes and what."""
        super().__init__(daemon=True)
        self.by, self.last, self.over, self.dice = by, last, over, random.Random(seed)
        self.waits: list[float] = []

    def run(self) -> None:
        """Write until it is over."""
        values = {
            "happened_on": today() - timedelta(days=1), "kind": "call", "text": "电话联系", "next_step": "",
            "next_on": None,
        }  # fmt: skip
        with database.connection_context():
            while not self.over.is_set():
                begun = time.perf_counter()
                record_contact(self.dice.randint(1, self.last), dict(values), by=self.by, at=now())
                self.waits.append(time.perf_counter() - begun)
                time.sleep(PAUSE)


def told(name: str, waits: list[float]) -> None:
    """Print what writers waited."""
    waits = sorted(waits)
    middle, late = statistics.median(waits), waits[int(len(waits) * NINETY_NINTH) - 1]
    sys.stdout.write(
        f"{name}: {len(waits)} writings, median {middle * 1000:.0f} ms, 99 % {late * 1000:.0f} ms, "
        f"longest {waits[-1] * 1000:.0f} ms\n"
    )


def writing(by: Actor, count: int, until: threading.Event) -> list[Writer]:
    """Let writers begin."""
    writers = [Writer(by, count, until, seed) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    return writers


def ended(writers: list[Writer], over: threading.Event) -> list[float]:
    """Stop the writers and return all their waits."""
    over.set()
    for writer in writers:
        writer.join()
    return [wait for writer in writers for wait in writer.waits]


def run(count: int, url: str) -> int:
    """Fill, write alone, write beside the job, and tell; returns 1 when somebody waited too long."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"CRM_INSTANCE": str(Path(folder) / "instance"), **({"DATABASE_URL": url} if url else {})}
        settings = Settings.from_env(environment)
        open_house(settings)
        prepare_work(settings)
        with database.connection_context():
            _officer, leader = fill(count)
            make_stale(count)
            by = actor_of(people(person_id=leader)[0], posted=False)
        over = threading.Event()
        writers = writing(by, count, over)
        time.sleep(ALONE_SECONDS)
        told("alone", ended(writers, over))
        with database.connection_context():
            made = submit("scoring.reassess", {}, by=by, at=now())
        over = threading.Event()
        writers = writing(by, count, over)
        begun = time.perf_counter()
        line = [sys.executable, str(ROOT / "run.py"), "worker", "--once"]
        subprocess.run(line, check=True, env={**os.environ, **environment}, cwd=ROOT)
        spent = time.perf_counter() - begun
        waits = ended(writers, over)
        told("beside the job", waits)
        with database.connection_context():
            done = job(made)
        if done is None:
            return 1
        state = f"{done.state}, {done.done} of {done.total}, left {done.errors}"
        sys.stdout.write(f"job: {state}, {spent:.1f} s with its start, {count / spent:.0f} leads a second\n")
        return int(max(waits) > AIM_SECONDS or done.state != "done")


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, sys.argv[2] if len(sys.argv) > 2 else ""))
