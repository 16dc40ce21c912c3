"""Tables of the chain view: where leads stand in a chain, enterprises in its links, and the opportunity book."""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from crm.accounts.models import Person
from crm.core.db import Table
from crm.leads.models import Lead


class ChainPlace(Table):
    """That a lead stands in a link of a chain, by the assessment in force; replaced with the assessment."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="+")
    link = CharField(max_length=60)

    class Meta:
        """Asked by link and by lead."""

        indexes = ((("link", "lead"), True), (("lead",), False))


class ChainEnterprise(Table):
    """An enterprise that is known to stand in a link, entered by a person with its source."""

    id = BigAutoField()
    link = CharField(max_length=60)
    name = CharField()
    source = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    ended_at = DateTimeField(null=True)
    end_reason = CharField(default="")

    class Meta:
        """Asked by link."""

        indexes = ((("link", "ended_at"), False),)


class Opportunity(Table):
    """A planned project (谋划) of the opportunity book: what is sought for a link of a chain, and where."""

    id = BigAutoField()
    link = CharField(max_length=60)
    edition = IntegerField(default=1)
    title = CharField()
    brief = TextField()
    market = TextField(default="")
    park = CharField(default="")
    site = CharField(default="")
    land_cmu = BigIntegerField(null=True)
    investment_fen = BigIntegerField(null=True)
    conditions = TextField(default="")
    contact = CharField(default="")
    state = CharField(max_length=20, default="open")
    state_reason = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        """Asked by link and by state."""

        indexes = ((("link", "state"), False), (("state", "id"), False))


class OpportunityLead(Table):
    """A lead that answers a planned project, until the tie is ended."""

    id = BigAutoField()
    opportunity = ForeignKeyField(Opportunity, backref="+")
    lead = ForeignKeyField(Lead, backref="+")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    ended_at = DateTimeField(null=True)

    class Meta:
        """Asked from both ends."""

        indexes = ((("opportunity", "ended_at"), False), (("lead", "ended_at"), False))
