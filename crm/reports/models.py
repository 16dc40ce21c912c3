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
