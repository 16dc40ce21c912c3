"""Times that come again: a row that says when, and a job for each time that has come, never two and never none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.core.db import database
from crm.jobs.models import JobSchedule
from crm.jobs.operations import submit
from crm.jobs.queries import ScheduleRow, packed_actor, packed_text, schedules
from crm.jobs.registry import handler_of
from crm.jobs.rules import next_due

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.core.errors import Text

MOST_MISSED = 60
"""So many missed times are made up for at most; a server that slept longer begins anew."""


def plan(code: str, kind: str, rule: str, *, by: Actor, at: datetime, arguments: dict[str, Any] | None = None,
         title: Text | None = None, every_missed: bool = False) -> int:  # fmt: skip
    """Let a kind of work fall due by a rule (`weekly 1 08:00`); the same code again changes what was planned.

    When the server slept over several times, `every_missed` asks for a job for each of them, otherwise the last
    one stands for all. The job gets its time as `arguments["due"]` (naive UTC, ISO).
    """
    due = next_due(rule, at)
    values = {
        "kind": handler_of(kind).kind,
        "title": json.dumps(packed_text(title or handler_of(kind).label), ensure_ascii=False),
        "actor": packed_actor(by),
        "arguments": json.dumps(arguments or {}, ensure_ascii=False),
        "rule": rule,
        "every_missed": every_missed,
        "active": True,
    }
    with database.atomic():
        row = JobSchedule.get_or_none(JobSchedule.code == code)
        if row is None:
            return int(JobSchedule.create(code=code, next_due=due, created_at=at, **values).id)
        if row.rule != rule or not row.active:
            values["next_due"] = due
        JobSchedule.update(**values).where(JobSchedule.id == row.id).execute()
        return int(row.id)


def unplan(code: str) -> None:
    """Let a time come no more."""
    JobSchedule.update(active=False).where(JobSchedule.code == code).execute()


def tick(at: datetime) -> list[int]:
    """Order a job for every time that has come and is not ordered yet; returns their ids."""
    return [job_id for row in schedules(due_by=at) for job_id in _order(row, at)]


def _order(row: ScheduleRow, at: datetime) -> list[int]:
    missed = [row.next_due]
    following = next_due(row.rule, row.next_due)
    while following <= at:
        missed = [*missed, following][-MOST_MISSED:]
        following = next_due(row.rule, following)
    with database.atomic():
        mine = (JobSchedule.id == row.id) & (JobSchedule.next_due == row.next_due) & JobSchedule.active
        if not JobSchedule.update(next_due=following, last_due=missed[-1]).where(mine).execute():
            return []  # another process was quicker
        return [
            submit(
                row.kind, {**row.arguments, "due": due.isoformat()}, by=row.by, at=at, title=row.title,
                order_key=f"schedule:{row.id}:{due.isoformat()}",
            )
            for due in (missed if row.every_missed else missed[-1:])
        ]  # fmt: skip
