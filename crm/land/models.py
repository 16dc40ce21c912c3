"""Tables of land: quotas as they were set, parcels, and their milestones."""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BigIntegerField,
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


class LandQuota(Table):
    """A park's quota of a year in hundredths of a mu, with its document; the last row counts."""

    id = BigAutoField()
    park = CharField(max_length=10)
    year = IntegerField()
    area_cmu = BigIntegerField()
    basis = CharField()
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by year."""

        indexes = ((("year", "park", "id"), False),)


class Parcel(Table):
    """A piece of land that a project, or a park for its own works, asks for, and what was granted of it."""

    id = BigAutoField()
    name = CharField()
    park = CharField(max_length=10)
    township = CharField()
    lead = ForeignKeyField(Lead, null=True, backref="parcels")
    year = IntegerField()
    asked_cmu = BigIntegerField()
    asked_on = DateField()
    granted_cmu = BigIntegerField(null=True)
    granted_on = DateField(null=True)
    document = CharField(default="")
    over_reason = CharField(default="")
    dropped_on = DateField(null=True)
    note = TextField(default="")
    unit = ForeignKeyField(Unit, null=True, backref="+")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()
    changed_at = DateTimeField()

    class Meta:
        """Asked by year and park, by township, by lead."""

        indexes = ((("year", "park", "id"), False), (("township", "id"), False))


class ParcelStep(Table):
    """One milestone of a parcel: planned for a day, done on a day, with its document."""

    id = BigAutoField()
    parcel = ForeignKeyField(Parcel, backref="steps")
    code = CharField(max_length=30)
    position = IntegerField(default=0)
    due_on = DateField()
    done_on = DateField(null=True)
    document = CharField(default="")
    reason = CharField(default="")
    changed_by = ForeignKeyField(Person, null=True, backref="+")
    changed_at = DateTimeField()

    class Meta:
        """One row a milestone; open ones are asked by day."""

        indexes = ((("parcel", "code"), True), (("done_on", "due_on"), False))
