"""The row behind every stored file."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField

from crm.core.db import Table


class StoredFile(Table):
    """One stored file; never overwritten, never renamed."""

    id = BigAutoField()
    purpose = CharField()
    sha256 = CharField(max_length=64, index=True)
    size = BigIntegerField()
    media_type = CharField()
    original_name = CharField()
    stored_name = CharField(unique=True)
    uploaded_by = BigIntegerField(null=True)
    uploaded_at = DateTimeField()
    scan_state = CharField(max_length=20, default="")
    scan_note = CharField(default="")
    scanned_at = DateTimeField(null=True)
