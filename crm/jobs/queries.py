"""Questions about long work: whose jobs, how far, and which are stuck."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crm.core.actor import Actor
from crm.core.errors import Text
from crm.core.paging import PAGE, Page, pack, unpack
from crm.jobs.models import Job, JobSchedule

if TYPE_CHECKING:
    from peewee import Model

STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class JobRow:
    """One job as its page shows it."""

    id: int
    kind: str
    title: Text
    person_id: int | None
    person_name: str
    by: Actor
    arguments: dict[str, Any]
    cursor: Any
    state: str
    lease: str
    worker: str
    lease_until: datetime | None
    attempts: int
    most_attempts: int
    done: int
    total: int | None
    errors: int
    messages: tuple[Text, ...]
    result: Any
    link: str
    file_stored: str
    file_name: str
    file_type: str
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class ScheduleRow:
    """One time that comes again."""

    id: int
    code: str
    kind: str
    title: Text
    by: Actor
    arguments: dict[str, Any]
    rule: str
    every_missed: bool
    next_due: datetime
    last_due: datetime | None
    active: bool


def packed_text(text: Text) -> list[Any]:
    """Return a sentence as JSON keeps it, so that it is read in any language later."""
    return [text.msgid, {key: _packed(value) for key, value in text.params.items()}]


def _packed(value: object) -> object:
    if isinstance(value, Text):
        return packed_text(value)
    return value if isinstance(value, (int, str)) else str(value)


def read_text(kept: Any) -> Text:
    """Read a sentence back."""
    msgid, params = kept
    return Text(msgid, {key: read_text(value) if isinstance(value, list) else value for key, value in params.items()})


def packed_actor(by: Actor) -> str:
    """Return who ordered a job as JSON."""
    return json.dumps(
        {
            "person_id": by.person_id, "name": by.name, "roles": sorted(by.roles), "unit_id": by.unit_id,
            "door": by.door, "posted": by.posted,
        },
        ensure_ascii=False,
    )  # fmt: skip


def read_actor(kept: str) -> Actor:
    """Read back who ordered a job."""
    values = json.loads(kept)
    return Actor(**{**values, "roles": frozenset(values["roles"])})


def row_of(job: Any) -> JobRow:
    """Return a job's record as a frozen row."""
    return JobRow(
        job.id, job.kind, read_text(json.loads(job.title)), job.person_id, job.person_name, read_actor(job.actor),
        json.loads(job.arguments), json.loads(job.cursor), job.state, job.lease, job.worker, job.lease_until,
        job.attempts, job.most_attempts, job.done, job.total, job.errors,
        tuple(read_text(item) for item in json.loads(job.message)), json.loads(job.result), job.link, job.file_stored,
        job.file_name, job.file_type, job.cancel_asked, job.created_at, job.started_at, job.ended_at,
    )  # fmt: skip


def job(job_id: int) -> JobRow | None:
    """Return one job."""
    found: Model | None = Job.get_or_none(Job.id == job_id)
    return row_of(found) if found else None


def jobs_page(person_id: int | None, cursor: str | None = None, size: int = PAGE) -> Page[JobRow]:
    """Return a person's jobs (everybody's for None), the newest first."""
    mark = unpack(cursor, 1)
    back = bool(mark and mark[0])
    query = Job.select().order_by(Job.id.asc() if back else Job.id.desc()).limit(size + 1)
    if person_id is not None:
        query = query.where(Job.person_id == person_id)
    if mark and isinstance(mark[1][0], int):
        query = query.where(Job.id > mark[1][0] if back else Job.id < mark[1][0])
    found = [row_of(item) for item in query]
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    return Page(
        tuple(found),
        pack([found[-1].id]) if found and (more or back) else None,
        pack([found[0].id], back=True) if found and (bool(mark) if not back else more) else None,
    )


def waiting_for(person_id: int) -> int:
    """Return how many of a person's jobs are not over."""
    return int(Job.select().where((Job.person_id == person_id) & Job.state.in_(("queued", "running"))).count())


def stuck(at: datetime) -> list[JobRow]:
    """Return jobs that should have been taken up long ago: no worker runs, or none knows their kind."""
    long_ago = at - STUCK_AFTER
    waiting = (Job.state == "queued") & (Job.not_before < long_ago)
    forsaken = (Job.state == "running") & (Job.lease_until < long_ago)
    return [row_of(item) for item in Job.select().where(waiting | forsaken).order_by(Job.id)]


def schedules(*, due_by: datetime | None = None) -> list[ScheduleRow]:
    """Return the times that come again, or only those that have come."""
    query = JobSchedule.select().order_by(JobSchedule.next_due, JobSchedule.id)
    if due_by is not None:
        query = query.where(JobSchedule.active & (JobSchedule.next_due <= due_by))
    return [
        ScheduleRow(
            row.id, row.code, row.kind, read_text(json.loads(row.title)), read_actor(row.actor),
            json.loads(row.arguments), row.rule, row.every_missed, row.next_due, row.last_due, row.active,
        )
        for row in query
    ]  # fmt: skip
