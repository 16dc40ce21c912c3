"""Tables of reports: ledgers of one's own choosing, and what a project is called and needs at a leaders' meeting."""

from __future__ import annotations

from peewee import BigAutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from crm.accounts.models import Person
from crm.core.db import Table
from crm.leads.models import Lead


class ReportLayout(Table):
    """One ledger as somebody chose it: columns with the headings they had then, grouping, filter and order."""

    id = BigAutoField()
    owner = ForeignKeyField(Person, backref="+")
    name = CharField(max_length=60)
    columns = TextField()
    """JSON: pairs of key and heading, so that a column which is gone can still be named."""
    group_by = CharField(max_length=40, default="")
    filters = TextField(default="{}")
    words = CharField(max_length=100, default="")
    sort = CharField(max_length=20, default="updated")
    shared = BooleanField(default=False)
    version = IntegerField(default=1)
    created_at = DateTimeField()
    updated_at = DateTimeField()
    deleted_at = DateTimeField(null=True)

    class Meta:
        """Asked by owner, and for the shared ones."""

        indexes = ((("owner", "deleted_at", "id"), False), (("shared", "deleted_at", "id"), False))


class MeetingItem(Table):
    """What a leaders' meeting needs of a project: a code name while it is confidential, and what is to be decided."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="+", unique=True)
    code_name = CharField(max_length=60, default="")
    matter = TextField(default="")
    version = IntegerField(default=1)
    updated_by = ForeignKeyField(Person, null=True, backref="+")
    updated_at = DateTimeField()
