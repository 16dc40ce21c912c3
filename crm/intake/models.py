"""Tables of intake: each import of a ledger, and what became of each of its rows."""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from crm.core.db import Table


class Import(Table):
    """One ledger taken in: which file, by whom, when, with what result."""

    id = BigAutoField()
    file_id = BigIntegerField()
    file_name = CharField()
    sha256 = CharField(max_length=64, index=True)
    content_hash = CharField(max_length=64, default="")
    mode = CharField(max_length=10, default="add")
    state = CharField(max_length=10, default="done")
    imported_by = BigIntegerField(null=True)
    imported_by_name = CharField(default="")
    at = DateTimeField()
    counts = TextField(default="{}")
    undone_at = DateTimeField(null=True)
    undone_by_name = CharField(default="")
    kept = TextField(default="[]")


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
    lead_version = BigIntegerField(null=True)
    before = TextField(default="{}")
    after = TextField(default="{}")
    settled = BooleanField(default=False)
    decision = CharField(default="")
    decided_by_name = CharField(default="")
    decided_at = DateTimeField(null=True)

    class Meta:
        """Waiting rows are asked for by action."""

        indexes = ((("action", "decision", "id"), False), (("intake", "settled", "id"), False))


class Sitting(Table):
    """What a person settled about one uploaded file before it is taken in: columns, words, sheets, mended cells."""

    id = BigAutoField()
    file_id = BigIntegerField(unique=True)
    mode = CharField(max_length=10, default="add")
    choices = TextField(default="{}")
    edits = TextField(default="{}")
    answers = TextField(default="{}")
    touched_at = DateTimeField()


class Mapping(Table):
    """What a unit settled about ledgers of one layout, so that it is settled once."""

    id = BigAutoField()
    unit_id = BigIntegerField(default=0)
    layout = CharField(max_length=64)
    choices = TextField(default="{}")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """One mapping per unit and layout."""

        indexes = ((("unit_id", "layout"), True),)
