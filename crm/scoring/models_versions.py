"""Tables of rule versions: the draft that is worked on, and what came into force."""

from __future__ import annotations

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from crm.accounts.models import Person
from crm.core.db import Table


class RuleDraft(Table):
    """The draft of a kind of rules (lexicon, scorecard): one at a time, edited until it comes into force."""

    id = BigAutoField()
    kind = CharField(max_length=20, unique=True)
    based_on = CharField()
    text = TextField()
    edition = IntegerField(default=1)
    hands = TextField(default="")
    """Who has saved it since it was begun (ids, `;` between them): none of them reviews it."""
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    updated_at = DateTimeField()


class RuleVersion(Table):
    """One version that was put into force from a day; never changed, never removed."""

    id = BigAutoField()
    kind = CharField(max_length=20)
    version = CharField(max_length=40)
    based_on = CharField()
    in_force_from = DateField()
    text = TextField()
    text_hash = CharField(max_length=64)
    reason = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """A version's name is given once; asked by day."""

        indexes = ((("kind", "version"), True), (("kind", "in_force_from", "id"), False))
