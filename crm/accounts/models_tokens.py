"""The table of tokens by which other programs act for a person; only the hash of a token is kept."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from crm.accounts.models import Person
from crm.core.db import Table


class ApiToken(Table):
    """One token: whose it is, what it may do, until when; and how often it was used in its last minute."""

    id = BigAutoField()
    person = ForeignKeyField(Person, backref="+")
    name = CharField(max_length=60)
    token_hash = CharField(max_length=64, unique=True)
    hint = CharField(max_length=8)
    scopes = CharField(max_length=255)
    created_at = DateTimeField()
    expires_on = DateField()
    last_used_at = DateTimeField(null=True)
    last_address = CharField(max_length=64, default="")
    window_at = DateTimeField(null=True)
    window_count = IntegerField(default=0)
    revoked_at = DateTimeField(null=True)
    revoked_by = BigIntegerField(null=True)
