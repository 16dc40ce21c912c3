"""The table of merges: which lead went into which, what moved, and whether it was taken back."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, ForeignKeyField, TextField

from crm.core.db import Table
from crm.leads.models import Lead


class LeadMerge(Table):
    """One lead gone into another; its number leads on, and nothing of it is deleted."""

    id = BigAutoField()
    gone = ForeignKeyField(Lead, backref="merged_into")
    kept = ForeignKeyField(Lead, backref="merged_from")
    reason = TextField(default="")
    moved = TextField(default="{}")
    before = TextField(default="{}")
    kept_version = BigIntegerField()
    by_name = CharField(default="")
    at = DateTimeField()
    undone_by_name = CharField(default="")
    undone_at = DateTimeField(null=True)

    class Meta:
        """Asked by the lead that is gone."""

        indexes = ((("gone", "undone_at"), False),)
