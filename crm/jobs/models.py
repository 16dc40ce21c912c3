"""Tables of long work: jobs with their lease and stored cursor, and the times at which jobs fall due."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, DateTimeField, IntegerField, TextField

from crm.core.db import Table


class Job(Table):
    """One piece of long work; who holds `lease` may write its progress, nobody else."""

    id = BigAutoField()
    kind = CharField(max_length=60)
    title = TextField()
    person_id = BigIntegerField(null=True)
    person_name = CharField(default="")
    unit_id = BigIntegerField(null=True)
    actor = TextField()
    arguments = TextField(default="{}")
    cursor = TextField(default="null")
    state = CharField(max_length=20, default="queued")
    order_key = CharField(max_length=120, null=True, unique=True)
    """The same order sent twice is one job."""
    lease = CharField(max_length=64, default="")
    worker = CharField(max_length=120, default="")
    lease_until = DateTimeField(null=True)
    heartbeat_at = DateTimeField(null=True)
    not_before = DateTimeField()
    attempts = IntegerField(default=0)
    """Tries since the last step that was kept."""
    most_attempts = IntegerField(default=5)
    done = BigIntegerField(default=0)
    total = BigIntegerField(null=True)
    errors = BigIntegerField(default=0)
    message = TextField(default="[]")
    result = TextField(default="null")
    link = CharField(max_length=500, default="")
    file_stored = CharField(max_length=80, default="")
    file_name = CharField(default="")
    file_type = CharField(default="")
    cancel_asked = BooleanField(default=False)
    created_at = DateTimeField()
    started_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True, index=True)

    class Meta:
        """Asked by what may be taken up, and by whose it is."""

        indexes = ((("state", "not_before", "id"), False), (("person_id", "id"), False))


class JobSchedule(Table):
    """A time that comes again and again, and the job that falls due with it."""

    id = BigAutoField()
    code = CharField(max_length=80, unique=True)
    kind = CharField(max_length=60)
    title = TextField()
    actor = TextField()
    arguments = TextField(default="{}")
    rule = CharField(max_length=40)
    every_missed = BooleanField(default=False)
    next_due = DateTimeField(index=True)
    last_due = DateTimeField(null=True)
    active = BooleanField(default=True)
    created_at = DateTimeField()
