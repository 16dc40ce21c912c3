"""Tables of rule versions: the draft that is worked on, what came into force, and every review's conclusion."""

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


class RuleReview(Table):
    """The conclusion of one fair-competition review of one text; a later one does not change an earlier."""

    id = BigAutoField()
    kind = CharField(max_length=20)
    version = CharField(max_length=40)
    text_hash = CharField(max_length=64)
    conclusion = CharField(max_length=20)
    document_no = CharField(default="")
    opinion = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by the text that was reviewed."""

        indexes = ((("kind", "text_hash"), False),)
