"""Tables of postings; a change of the end is a new row, the old one stays."""

from __future__ import annotations

from peewee import BigAutoField, BooleanField, CharField, DateField, DateTimeField, ForeignKeyField

from crm.accounts.models import Person, Unit
from crm.core.db import Table


class Posting(Table):
    """One posting of one cadre; `ends_on` is the end in force.

    Who comes from elsewhere (direction `in`) has the home unit in words. `offline` says that the host place cannot
    reach this network, so that an officer may enter reports; `closed_at` is when access was ended after the end.
    """

    id = BigAutoField()
    cadre = ForeignKeyField(Person, backref="postings")
    home_unit = ForeignKeyField(Unit, null=True, backref="+")
    host_place = CharField()
    host_unit = CharField()
    post = CharField(default="")
    post_kind = CharField(max_length=20, default="")
    home_elsewhere = CharField(default="")
    offline = BooleanField(default=False)
    closed_at = DateTimeField(null=True)
    direction = CharField(default="out")
    starts_on = DateField()
    ends_on = DateField()
    created_at = DateTimeField()
    created_by = ForeignKeyField(Person, null=True, backref="+")

    class Meta:
        """Asked by cadre and time."""

        indexes = ((("cadre", "starts_on", "ends_on"), False),)


class PostingChange(Table):
    """An extension or an early return: old end, new end, why, who, when."""

    id = BigAutoField()
    posting = ForeignKeyField(Posting, backref="changes")
    kind = CharField()
    old_end = DateField()
    new_end = DateField()
    reason = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    at = DateTimeField()
