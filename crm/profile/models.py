"""Whose database this is: a real bureau or the sample one; never both."""

from __future__ import annotations

from peewee import CharField, DateTimeField, IntegerField

from crm.core.db import Table


class Bureau(Table):
    """The one bureau of this database; `kind` is real or sample."""

    id = IntegerField(primary_key=True)
    name = CharField()
    kind = CharField()
    created_at = DateTimeField()
