"""Tables of services: one row a matter, and everything that was said or changed on the way."""

from __future__ import annotations

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, TextField

from crm.accounts.models import Person, Unit
from crm.core.db import Table
from crm.leads.models import Lead


class Matter(Table):
    """A need, a request, a complaint or a decision to follow up; `due_on` is the deadline in force."""

    id = BigAutoField()
    category = CharField(max_length=20)
    kind = CharField(max_length=30)
    title = CharField()
    detail = TextField(default="")
    source = CharField(default="")
    lead = ForeignKeyField(Lead, null=True, backref="matters")
    about_unit = ForeignKeyField(Unit, null=True, backref="+")
    owner_unit = ForeignKeyField(Unit, backref="+")
    owner = ForeignKeyField(Person, null=True, backref="+")
    raised_on = DateField()
    due_on = DateField()
    state = CharField(max_length=20, default="open")
    answer = TextField(default="")
    answered_on = DateField(null=True)
    answered_by = ForeignKeyField(Person, null=True, backref="+")
    closed_on = DateField(null=True)
    rating = CharField(max_length=20, default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_unit = ForeignKeyField(Unit, null=True, backref="+")
    recorded_at = DateTimeField()
    changed_at = DateTimeField()

    class Meta:
        """Asked by state with the most urgent first, by owner, and by lead."""

        indexes = (
            (("state", "due_on", "id"), False),
            (("owner_unit", "state", "due_on"), False),
            (("lead", "id"), False),
        )


class MatterStep(Table):
    """One thing that happened to a matter: progress told, deadline moved, handed on, answered, closed, reopened."""

    id = BigAutoField()
    matter = ForeignKeyField(Matter, backref="steps")
    kind = CharField(max_length=20)
    text = TextField(default="")
    old = CharField(default="")
    new = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by matter, in order."""

        indexes = ((("matter", "id"), False),)
