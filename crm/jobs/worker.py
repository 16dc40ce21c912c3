"""The hands: takes up jobs, keeps their lease while they run, and lays them down when it stops.

Killed at any moment, it leaves a row whose lease ends by itself; the next worker goes on from the last kept step.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from crm.core.clock import now
from crm.core.db import database, is_sqlite
from crm.core.errors import Refusal, say
from crm.jobs import operations as jobs
from crm.jobs.operations_results import sweep
from crm.jobs.operations_schedule import tick
from crm.jobs.registry import Cancelled, Handler, Work, at_work, handler_of, may_run, today_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from crm.jobs.queries import JobRow

log = logging.getLogger("luodi.jobs")
LOOK_EVERY = 1.0
TICK_EVERY = 15.0
SWEEP_EVERY = 3600.0
BEATS_PER_LEASE = 3
ASK_EVERY = 0.5
BREATH = 0.15
"""Seconds, at most, for which the database is left to others between two batches."""


@contextmanager
def connected() -> Iterator[None]:
    """Hold a connection for a block; one that was open already stays open."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            database.close()


class Heart(threading.Thread):
    """Renews a lease from a thread of its own while a step takes long; stops when the step counts as hung."""

    def __init__(self, job: JobRow, handler: Handler, lease: timedelta) -> None:
        """Remember what to renew."""
        super().__init__(name=f"job-{job.id}-heart", daemon=True)
        self.job, self.handler, self.lease = job, handler, lease
        self.over = threading.Event()
        self.step_began = time.monotonic()

    def run(self) -> None:
        """Beat until told to stop."""
        while not self.over.wait(self.lease.total_seconds() / BEATS_PER_LEASE):
            if time.monotonic() - self.step_began > self.handler.longest_step:
                log.error("job %s: a step hangs, its lease is left to end", self.job.id)
                return
            try:
                with connected():
                    jobs.beat(self.job, at=now(), lease=self.lease)
            except jobs.LeaseLost:
                return
            except Exception:
                log.exception("job %s: no heartbeat", self.job.id)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.over.set()


class Worker:
    """One pair of hands; several threads and processes may work side by side."""

    def __init__(self, *, lease: timedelta = jobs.LEASE, look_every: float = LOOK_EVERY) -> None:
        """Take a name nobody else has."""
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(3)}"
        self.lease, self.look_every = lease, look_every
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None
        self._ticked = self._swept = float("-inf")

    def start(self) -> None:
        """Work in a thread of this process (the embedded worker)."""
        self.thread = threading.Thread(target=self.loop, name="worker", daemon=True)
        self.thread.start()

    def stop(self, wait: float = 10.0) -> None:
        """Finish the present step, lay the job down and stop."""
        self.stopping.set()
        jobs.nudge.set()
        if self.thread is not None:
            self.thread.join(wait)

    def loop(self) -> None:
        """Work until told to stop; whatever breaks is logged, and the next look comes."""
        while not self.stopping.is_set():
            try:
                busy = self.look()
            except Exception:
                log.exception("worker %s", self.name)
                busy = False
            if not busy:
                jobs.nudge.wait(self.look_every)
                jobs.nudge.clear()

    def look(self) -> bool:
        """Order what has fallen due, then do one job; tells whether there was one."""
        with connected():
            if time.monotonic() - self._ticked >= TICK_EVERY:
                self._ticked = time.monotonic()
                tick(now())
            if time.monotonic() - self._swept >= SWEEP_EVERY:
                self._swept = time.monotonic()
                sweep(now())
            worn = jobs.take_worn_out(self.name, at=now(), lease=self.lease)
            if worn is not None:
                text = say("The work was broken off %(n)s times at the same place.", n=worn.attempts)
                jobs.end(worn, "failed", [text], work=self._begun(worn), at=now())
                return True
            job = jobs.claim(self.name, at=now(), lease=self.lease)
            if job is None:
                return False
            self.do(job)
            return True

    def _begun(self, job: JobRow) -> Work:
        last = [time.monotonic()]

        def asks() -> None:
            if time.monotonic() - last[0] >= ASK_EVERY:
                last[0] = time.monotonic()
                if jobs.cancel_asked(job):
                    raise Cancelled

        def tells(done: int, total: int | None) -> None:
            jobs.show(job, done, total, at=now(), lease=self.lease)

        return Work(
            job.id, job.arguments, job.by, now(), job.cursor, job.done, job.total, job.errors, asks=asks, tells=tells
        )

    def do(self, job: JobRow) -> None:
        """Do a job to its end, or until this worker stops; every way out leaves a row that says what is."""
        handler = handler_of(job.kind)
        try:
            with Heart(job, handler, self.lease) as heart:
                self._steps(job, handler, heart)
        except jobs.LeaseLost:
            log.warning("job %s: another worker has it", job.id)
        except Cancelled:
            jobs.end(job, "cancelled", [], work=self._begun(job), at=now())
        except Refusal as refusal:
            jobs.end(job, "failed", [item.text for item in refusal.findings], work=self._begun(job), at=now())
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("%s job %s (%s), try %s", reference, job.id, job.kind, job.attempts)
            if job.attempts < job.most_attempts:
                jobs.rest(job, at=now())
                return
            text = say(
                "Something went wrong on our side. Tell the administrator the reference %(code)s.", code=reference
            )
            jobs.end(job, "failed", [text], work=self._begun(job), at=now())

    def _steps(self, job: JobRow, handler: Handler, heart: Heart) -> None:
        by = today_as(job.by)
        if not may_run(by, job.kind):
            text = say("Your role may not do this. Ask an administrator if it should.")
            jobs.end(job, "failed", [text], work=self._begun(job), at=now())
            return
        while job.state == "running":
            if self.stopping.is_set():
                jobs.hand_back(job, at=now())
                return
            if jobs.cancel_asked(job):
                raise Cancelled
            heart.step_began = time.monotonic()
            work = at_work(self._begun(job), by=by)
            prepared = handler.prepare(work)
            began = time.monotonic()
            job = jobs.keep_step(job, handler, at_work(work), prepared, lease=self.lease)
            if job.state == "running" and is_sqlite():
                # Who waits for SQLite's lock looks again every tenth of a second: without a breath between two
                # batches the next one would always be quicker, and a person would wait until the work ends.
                self.stopping.wait(min(BREATH, time.monotonic() - began))


def drain(most: int = 1000) -> int:
    """Do every job that waits, in this thread, and return how many (tests, commands that do not serve)."""
    worker = Worker()
    for count in range(most):
        if not worker.look():
            return count
    return most
