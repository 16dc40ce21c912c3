"""A worker process is killed at random moments, twenty times: afterwards everything is done, and nothing twice."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest

from crm.core.clock import now
from crm.jobs import operations as jobs
from crm.jobs.models import Job
from tests.jobs.hands import start
from tests.jobs.test_work import ZHANG, counted, seen

KILLS = 20
UPTO = 1000
HANDS = """
import sys, time
from datetime import timedelta
from crm.core import db
from crm.jobs import registry
from crm.jobs.worker import Worker
from tests.jobs import example

db.connect(sys.argv[1])

def slowly(work, numbers):
    step = example.keep(work, numbers)
    time.sleep(float(sys.argv[2]))   # inside the transaction: a kill may hit before the commit
    from dataclasses import replace
    return replace(step, file=None)

registry.register([registry.Handler("test.count", example.HANDLERS[0].label, slowly, prepare=example.read, most_attempts=99)])
print("ready", flush=True)
Worker(lease=timedelta(seconds=0.4), look_every=0.02).loop()
"""


@pytest.mark.slow
def test_killed_twenty_times_nothing_is_lost_and_nothing_doubled(own_database: str) -> None:
    dice = random.Random(513401)
    job_id = jobs.submit("test.count", {"upto": UPTO}, by=ZHANG, at=now())
    Job.update(most_attempts=99).execute()
    progress = []
    for _kill in range(KILLS):
        hands = start(HANDS, own_database, 0.04)
        threading.Event().wait(dice.uniform(0.02, 0.35))
        hands.kill()
        hands.wait()
        progress.append(seen(job_id).done)
        assert seen(job_id).state in {"queued", "running"}, "the work is too short for this test"
    assert progress == sorted(progress)
    assert progress[-1] > 0
    hands = start(HANDS, own_database, 0.0)
    for _try in range(600):
        if seen(job_id).state == "done":
            break
        threading.Event().wait(0.1)
    hands.terminate()
    hands.wait()
    row = seen(job_id)
    assert (row.state, row.done) == ("done", UPTO)
    assert sorted(counted(job_id)) == sorted(f"{job_id}:{n}" for n in range(UPTO))
    assert row.ended_at is not None
    assert now() - row.created_at < timedelta(minutes=5)
