"""The answers that were given under an idempotency key, so that the same call sent again gets the same answer."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, IntegerField, TextField

from crm.core.db import Table


class ApiAnswer(Table):
    """One call under a key: what was sent (its hash) and what was answered."""

    id = BigAutoField()
    token_id = BigIntegerField()
    key = CharField(max_length=255)
    request_hash = CharField(max_length=64)
    status = IntegerField(default=0)
    headers = TextField(default="{}")
    body = TextField(default="")
    created_at = DateTimeField(index=True)

    class Meta:
        """A key is used once by each token."""

        indexes = ((("token_id", "key"), True),)
