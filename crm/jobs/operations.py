"""What is done to a job: order, take up, keep a step, end, cancel; only who holds the lease may write its progress.

Ordering writes no entry of the trail: the deed is what the job does, and its own operations tell it.
"""

from __future__ import annotations

import json
import secrets
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.audit.operations import deed
from crm.core.db import database
from crm.core.errors import Text, refuse, say
from crm.jobs import operations_results as results
from crm.jobs.models import Job
from crm.jobs.queries import JobRow, packed_actor, packed_text, row_of
from crm.jobs.registry import Handler, Work, handler_of, kinds
from crm.jobs.rules import OVER, pause_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.core.actor import Actor

LEASE = timedelta(seconds=30)
CANDIDATES = 5
nudge = threading.Event()
"""Set when this process ordered a job, so that its own worker need not wait for the next look."""


class LeaseLost(Exception):  # noqa: N818 - it says what happened
    """Another worker has the job; what this one did since the last step is rolled back."""


def submit(kind: str, arguments: dict[str, Any], *, by: Actor, at: datetime, title: Text | None = None,
           total: int | None = None, order_key: str | None = None,
           not_before: datetime | None = None) -> int:  # fmt: skip
    """Order a job and return its id; the same order key twice is one job."""
    handler = handler_of(kind)
    values = {
        "kind": kind,
        "title": json.dumps(packed_text(title or handler.label), ensure_ascii=False),
        "person_id": by.person_id,
        "person_name": by.name,
        "unit_id": by.unit_id,
        "actor": packed_actor(by),
        "arguments": json.dumps(arguments, ensure_ascii=False),
        "order_key": order_key,
        "not_before": not_before or at,
        "most_attempts": handler.most_attempts,
        "total": total,
        "created_at": at,
    }
    with database.atomic():
        known = Job.get_or_none(Job.order_key == order_key) if order_key else None
        if known is None and order_key:
            Job.insert(**values).on_conflict_ignore().execute()
            known = Job.get(Job.order_key == order_key)
        made = known or Job.create(**values)
    nudge.set()
    return int(made.id)


def _claimable(at: datetime) -> Any:
    waiting = (Job.state == "queued") & (Job.not_before <= at)
    forsaken = (Job.state == "running") & (Job.lease_until < at) & (Job.attempts < Job.most_attempts)
    return waiting | forsaken


def claim(worker: str, *, at: datetime, lease: timedelta = LEASE) -> JobRow | None:
    """Take up the oldest job that waits or whose worker is gone; of several workers one gets it.

    Reading the candidates is a hint only: the one UPDATE that follows decides, on either database.
    """
    candidates = Job.select(Job.id).where(_claimable(at) & Job.kind.in_(kinds())).order_by(Job.id).limit(CANDIDATES)
    for job_id in [row.id for row in candidates]:
        token = secrets.token_hex(16)
        taken = (
            Job.update(
                state="running", lease=token, worker=worker, lease_until=at + lease, heartbeat_at=at,
                attempts=Job.attempts + 1, started_at=_first(at),
            )
            .where((Job.id == job_id) & _claimable(at))
            .execute()
        )  # fmt: skip
        if taken:
            return row_of(Job.get((Job.id == job_id) & (Job.lease == token)))
    return None


def _first(at: datetime) -> Any:
    return fn.COALESCE(Job.started_at, at)


def _mine(job: JobRow) -> Any:
    return (Job.id == job.id) & (Job.lease == job.lease) & (Job.state == "running")


def beat(job: JobRow, *, at: datetime, lease: timedelta = LEASE) -> None:
    """Say that the work goes on; raises when another worker has the job."""
    if not Job.update(lease_until=at + lease, heartbeat_at=at).where(_mine(job)).execute():
        raise LeaseLost


def show(job: JobRow, done: int, total: int | None, *, at: datetime, lease: timedelta = LEASE) -> None:
    """Show progress inside a long step."""
    values: dict[str, Any] = {"done": done, "lease_until": at + lease, "heartbeat_at": at}
    if total is not None:
        values["total"] = total
    if not Job.update(**values).where(_mine(job)).execute():
        raise LeaseLost


def cancel_asked(job: JobRow) -> bool:
    """Tell whether somebody wants the job to stop; raises when another worker has it."""
    row = Job.get_or_none(_mine(job))
    if row is None:
        raise LeaseLost
    return bool(row.cancel_asked)


def keep_step(job: JobRow, handler: Handler, work: Work, prepared: Any, *, lease: timedelta = LEASE) -> JobRow:
    """Let the handler store a batch and keep the cursor in the same transaction, or nothing at all."""
    with database.atomic():
        step = handler.store(work, prepared)
        values: dict[str, Any] = {
            "cursor": json.dumps(step.cursor, ensure_ascii=False),
            "done": step.done,
            "errors": step.errors,
            "attempts": 1,
            "lease_until": work.at + lease,
            "heartbeat_at": work.at,
        }
        if step.total is not None:
            values["total"] = step.total
        if step.message is not None:
            values["message"] = _kept([step.message])
        if step.finished:
            values |= {"state": "done", "ended_at": work.at, "link": step.link}
            values["result"] = json.dumps(step.result, ensure_ascii=False)
        if step.file is not None:
            values |= results.keep(step.file)
        if not Job.update(**values).where(_mine(job)).execute():
            raise LeaseLost
        return row_of(Job.get_by_id(job.id))


def _kept(texts: Iterable[Text]) -> str:
    return json.dumps([packed_text(text) for text in texts], ensure_ascii=False)


def rest(job: JobRow, *, at: datetime) -> None:
    """Lay the job down after a failed try, for a while that grows; after the last try it has failed."""
    pause = timedelta(seconds=pause_seconds(job.attempts))
    Job.update(state="queued", lease="", not_before=at + pause).where(_mine(job)).execute()


def hand_back(job: JobRow, *, at: datetime) -> None:
    """Lay the job down at once because this worker stops; the next one goes on."""
    Job.update(state="queued", lease="", not_before=at, attempts=0).where(_mine(job)).execute()


def end(job: JobRow, state: str, texts: Iterable[Text], *, work: Work | None, at: datetime) -> None:
    """End a job that failed or was cancelled; what its handler takes back goes in the same transaction."""
    handler = handler_of(job.kind)
    with database.atomic():
        if not Job.update(state=state, ended_at=at, message=_kept(texts)).where(_mine(job)).execute():
            raise LeaseLost
        if handler.undo is not None and work is not None:
            handler.undo(work)


def take_worn_out(worker: str, *, at: datetime, lease: timedelta = LEASE) -> JobRow | None:
    """Take a job whose workers died once too often, to end it as failed."""
    worn = (Job.state == "running") & (Job.lease_until < at) & (Job.attempts >= Job.most_attempts)
    found = Job.select(Job.id).where(worn & Job.kind.in_(kinds())).order_by(Job.id).first()
    if found is None:
        return None
    token = secrets.token_hex(16)
    taken = Job.update(lease=token, worker=worker, lease_until=at + lease).where((Job.id == found.id) & worn).execute()
    return row_of(Job.get_by_id(found.id)) if taken else None


def cancel(job_id: int, *, by: Actor, at: datetime, anyones: bool = False) -> None:
    """Stop a job: one that waits ends at once, one at work ends with its present step.

    `anyones` is the administrator's page speaking; without it only the own jobs are stopped.
    """
    with deed("job.cancel", by=by, at=at, kind="job", thing_id=job_id) as doing:
        row = Job.get_or_none(Job.id == job_id)
        if row is None or not (anyones or (by.person_id is not None and row.person_id == by.person_id)):
            raise refuse("job.unknown", say("There is no such work, or it is not yours."), status=404)
        doing.on("job", job_id, row.kind)
        if row.state in OVER or row.cancel_asked:
            doing.silent = True
            return
        doing.change("state", row.state, "cancelled")
        never_begun = (Job.id == job_id) & (Job.state == "queued") & Job.started_at.is_null()
        if not Job.update(state="cancelled", cancel_asked=True, ended_at=at).where(never_begun).execute():
            # It has begun: a worker takes it up (once more), lets its handler take back what is half, and ends it.
            Job.update(cancel_asked=True, not_before=at).where(Job.id == job_id).execute()
    nudge.set()
