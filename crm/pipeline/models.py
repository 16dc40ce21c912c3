"""Tables of the pipeline: dated proofs of works, entered once and voided with a reason, never deleted."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateField, DateTimeField, ForeignKeyField

from crm.accounts.models import Person
from crm.core.db import Table
from crm.leads.models import Lead


class Milestone(Table):
    """One dated proof: construction permit or start certificate, completion, certified production."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="milestones")
    kind = CharField(max_length=30)
    happened_on = DateField()
    document_no = CharField(default="")
    file_id = BigIntegerField(null=True)
    note = CharField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    voided_at = DateTimeField(null=True)
    voided_by = ForeignKeyField(Person, null=True, backref="+")
    void_reason = CharField(null=True)

    class Meta:
        """Asked by lead and kind."""

        indexes = ((("lead", "voided_at", "kind"), False),)
