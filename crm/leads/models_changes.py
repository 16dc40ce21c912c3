"""What a lead was at each version, so that a workbook that left long ago still knows its base."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, ForeignKeyField, TextField

from crm.core.db import Table
from crm.leads.models import Lead


class LeadChange(Table):
    """What one fact was before a version: the version that changed it, and its old value as JSON."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="+")
    version = BigIntegerField()
    fact = CharField(max_length=40)
    old = TextField(default="null")

    class Meta:
        """Asked by lead, from a version on."""

        indexes = ((("lead", "version"), False),)


class LeadPair(Table):
    """Two leads that a person looked at and found to be different projects; they are not proposed again."""

    id = BigAutoField()
    one = ForeignKeyField(Lead, backref="+")
    other = ForeignKeyField(Lead, backref="+")
    reason = TextField(default="")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """One decision for two leads, the older one first."""

        indexes = ((("one", "other"), True),)
