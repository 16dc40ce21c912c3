"""Tables of intake: each import of a ledger, and what became of each of its rows."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from crm.core.db import Table


class Import(Table):
    """One ledger taken in: which file, by whom, when, with what result."""

    id = BigAutoField()
    file_id = BigIntegerField()
    file_name = CharField()
    sha256 = CharField(max_length=64, index=True)
    imported_by = BigIntegerField(null=True)
    imported_by_name = CharField(default="")
    at = DateTimeField()
    counts = TextField(default="{}")


class ImportRow(Table):
    """One data row of an import: where it stood, its fingerprint, what became of it, and the lead it made."""

    id = BigAutoField()
    intake = ForeignKeyField(Import, backref="rows")
    sheet = CharField()
    row = IntegerField()
    fingerprint = CharField(max_length=64, index=True)
    action = CharField(max_length=20)
    values = TextField(default="{}")
    findings = TextField(default="[]")
    duplicate_of = CharField(default="")
    lead_id = BigIntegerField(null=True, index=True)
    decision = CharField(default="")
    decided_by_name = CharField(default="")
    decided_at = DateTimeField(null=True)

    class Meta:
        """Waiting rows are asked for by action."""

        indexes = ((("action", "decision", "id"), False),)
