"""Tables of reports: the figures of a month as they were when it was closed; never changed."""

from __future__ import annotations

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from crm.accounts.models import Person
from crm.core.db import Table


class MonthClose(Table):
    """One closed month: its last day, every figure as known at the moment of closing, and the hash over them."""

    id = BigAutoField()
    month = CharField(max_length=7, unique=True)
    as_of = DateField()
    figures = TextField()
    projects = IntegerField()
    sha256 = CharField(max_length=64)
    closed_at = DateTimeField()
    closed_by = ForeignKeyField(Person, null=True, backref="+")
    closed_by_name = CharField(default="")


class ParkLeader(Table):
    """Who leads a park from a day on: the city leader who is its contact, or the person in charge; old rows stay."""

    id = BigAutoField()
    park = CharField(max_length=10)
    duty = CharField(max_length=20)
    name = CharField()
    post = CharField(default="")
    from_on = DateField()
    reason = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by park and duty, in order of the days."""

        indexes = ((("park", "duty", "from_on", "id"), False),)
