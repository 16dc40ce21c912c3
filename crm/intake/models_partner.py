"""Tables of the partners' form: whether it is open, who has a link, and what waits in quarantine."""

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


class PartnerSwitch(Table):
    """The one row that opens the form for all partners; without it, it is shut."""

    id = IntegerField(primary_key=True)
    is_open = BooleanField(default=False)


class Partner(Table):
    """Somebody outside who may send hints by a link of their own; only the code's hash is kept."""

    id = BigAutoField()
    name = CharField(max_length=60, unique=True)
    code_hash = CharField(max_length=64, unique=True)
    hint = CharField(max_length=8)
    created_at = DateTimeField()
    closed_at = DateTimeField(null=True)
    window_at = DateTimeField(null=True)
    window_count = IntegerField(default=0)


class PartnerHint(Table):
    """One hint in quarantine: nothing of it is a lead before an officer accepts it."""

    id = BigAutoField()
    partner = ForeignKeyField(Partner, backref="+")
    received_at = DateTimeField()
    fingerprint = CharField(max_length=64)
    values = TextField()
    state = CharField(max_length=20, default="waiting")
    decided_by = BigIntegerField(null=True)
    decided_by_name = CharField(default="")
    decided_at = DateTimeField(null=True)
    reason = CharField(default="")
    lead_id = BigIntegerField(null=True)

    class Meta:
        """Asked by state; the same hint of a partner is one."""

        indexes = ((("state", "id"), False), (("partner", "fingerprint"), True))
