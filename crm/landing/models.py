"""Tables of landing: the local entity and its history, versions of evidence, recognitions with their end."""

from __future__ import annotations

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from crm.accounts.models import Person, Unit
from crm.core.db import Table
from crm.leads.models import Lead


class Entity(Table):
    """The company or branch registered for a lead's investment; apart from the investor."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="entities", unique=True)
    version = IntegerField(default=1)
    kind = CharField(max_length=20)
    name = CharField()
    uscc = CharField(max_length=18, default="", index=True)
    address = CharField(default="")
    registrar = CharField(default="")
    registered_on = DateField(null=True)
    capital_fen = BigIntegerField(null=True)
    tax_office = CharField(default="")
    taxpayer_status = CharField(default="")
    taxed_on = DateField(null=True)
    accounting = BooleanField(null=True)
    books_kept_at = CharField(default="")
    statistics_relation = CharField(default="")
    increment_fen = BigIntegerField(null=True)
    note = TextField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()
    updated_at = DateTimeField()


class EntityChange(Table):
    """One change of an entity's fact: old and new value, who, when, why."""

    id = BigAutoField()
    entity = ForeignKeyField(Entity, backref="changes")
    version = IntegerField()
    fact = CharField()
    old = TextField(null=True)
    new = TextField(null=True)
    reason = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by entity, in order."""

        indexes = ((("entity", "id"), False),)


class Evidence(Table):
    """One version of the evidence for one leg, with the facts it was submitted for; never overwritten."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="evidence")
    leg = CharField(max_length=20)
    version = IntegerField()
    kind = CharField(max_length=30)
    file_id = BigIntegerField()
    sha256 = CharField(max_length=64, index=True)
    note = TextField(default="")
    facts = TextField(default="{}")
    valid_until = DateField(null=True)
    state = CharField(max_length=20, default="submitted")
    submitted_by = ForeignKeyField(Person, null=True, backref="+")
    submitted_by_name = CharField(default="")
    submitted_at = DateTimeField()
    decided_by = ForeignKeyField(Person, null=True, backref="+")
    decided_by_name = CharField(default="")
    decided_unit = ForeignKeyField(Unit, null=True, backref="+")
    decided_at = DateTimeField(null=True)
    reason = CharField(default="")
    void_reason = CharField(default="")
    voided_at = DateTimeField(null=True)

    class Meta:
        """Asked by lead and leg; the desk asks by state, oldest first; the due list by the end of validity."""

        indexes = (
            (("lead", "leg", "version"), True),
            (("state", "submitted_at", "id"), False),
            (("state", "valid_until", "id"), False),
        )


class Recognition(Table):
    """The recognition of a lead as landed from a day on, and how it ended; one at most stands for a lead."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="recognitions")
    entity = ForeignKeyField(Entity, backref="recognitions")
    uscc = CharField(max_length=18)
    expansion = BooleanField(default=False)
    legs = TextField(default="{}")
    recognised_by = ForeignKeyField(Person, null=True, backref="+")
    recognised_by_name = CharField(default="")
    recognised_on = DateField(index=True)
    counted_fen = BigIntegerField(null=True)
    recheck_due = DateField(null=True, index=True)
    suspended_on = DateField(null=True)
    at = DateTimeField()
    ended_on = DateField(null=True)
    end_kind = CharField(max_length=20, default="")
    end_reason = TextField(default="")
    ended_by = ForeignKeyField(Person, null=True, backref="+")
    ended_by_name = CharField(default="")
    ended_at = DateTimeField(null=True)


class RecognitionEvent(Table):
    """What happened to a recognition afterwards: re-checked, in doubt, suspended, lifted, ended or revoked."""

    id = BigAutoField()
    recognition = ForeignKeyField(Recognition, backref="events")
    kind = CharField(max_length=20)
    happened_on = DateField()
    reason = TextField(default="")
    next_due = DateField(null=True)
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by recognition, in order."""

        indexes = ((("recognition", "id"), False),)


# The database itself keeps one standing recognition for a lead and, expansions apart, one for a credit code.
Recognition.add_index(Recognition.lead, unique=True, name="recognition_one_per_lead", where=SQL("ended_at IS NULL"))
Recognition.add_index(
    Recognition.uscc,
    unique=True,
    name="recognition_one_per_uscc",
    where=SQL("ended_at IS NULL AND NOT expansion"),
)
