"""The trail's tables; triggers in the first migration refuse every update and delete of an entry."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, IntegerField, TextField

from crm.core.db import Table


class AuditEntry(Table):
    """One deed or one refused attempt, with what changed by name."""

    id = BigAutoField()
    at = DateTimeField()
    actor_id = BigIntegerField(null=True)
    actor_name = CharField()
    door = CharField()
    action = CharField()
    outcome = CharField()
    thing_kind = CharField(default="")
    thing_id = BigIntegerField(null=True)
    thing_label = CharField(default="")
    changes = TextField(default="[]")
    findings = TextField(default="[]")
    previous_hash = CharField(max_length=64)
    entry_hash = CharField(max_length=64)

    class Meta:
        """Asked by thing, by actor and by time."""

        indexes = ((("thing_kind", "thing_id", "id"), False), (("actor_id", "id"), False), (("action", "id"), False))


class AuditHead(Table):
    """The end of the chain: one row, locked while an entry is added."""

    id = IntegerField(primary_key=True)
    last_hash = CharField(max_length=64)
    entries = BigIntegerField(default=0)
