"""Tables of scoring: assessments with the version that made them, overrides, acceptance scores, vetoes, committees."""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from crm.accounts.models import Person
from crm.core.db import Table
from crm.leads.models import Lead


class Assessment(Table):
    """One verdict on a lead's fit as the rules of one version gave it; the newest is current."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="assessments")
    version = CharField()
    result = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    current = BooleanField(default=True)

    class Meta:
        """Asked by lead; stale ones by version."""

        indexes = ((("lead", "current"), False), (("current", "version"), False))


class FitOverride(Table):
    """What a person decided instead of the rules' verdict, and why; in force until ended."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="fit_overrides")
    themes = CharField(default="")
    clusters = CharField(default="")
    reason = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    ended_at = DateTimeField(null=True)

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "ended_at"), False),)


class Committee(Table):
    """A sitting in which several assessors mark one lead; it ends with the chair's decision or is dissolved."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="committees")
    version = CharField()
    question = TextField(default="")
    chair = ForeignKeyField(Person, null=True, backref="+")
    chair_name = CharField(default="")
    opened_at = DateTimeField()
    ended_at = DateTimeField(null=True)
    dissolved_reason = CharField(default="")

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "ended_at"), False),)


class CommitteeSeat(Table):
    """One assessor of a committee: marks are empty until handed in, and then stay as they are."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="seats")
    person = ForeignKeyField(Person, backref="+")
    person_name = CharField(default="")
    marks = TextField(default="")
    note = TextField(default="")
    handed_in_at = DateTimeField(null=True)

    class Meta:
        """One seat a person; asked by person, too."""

        indexes = ((("committee", "person"), True), (("person", "handed_in_at"), False))


class Acceptance(Table):
    """The acceptance score decided for a lead; a new one supersedes the old, which stays.

    `score` is what is sure, `high` what is possible while facts are unknown; `lines` keeps every criterion with its
    facts, band and points, `marks` every mark of every assessor.
    """

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="acceptances")
    score = IntegerField()
    high = IntegerField()
    version = CharField()
    lines = TextField(default="[]")
    marks = TextField(default="[]")
    committee = ForeignKeyField(Committee, null=True, backref="+")
    decided = BooleanField(default=True)
    note = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    superseded_at = DateTimeField(null=True)

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "superseded_at"), False),)


class Veto(Table):
    """A veto that a person confirmed, with the rule's text; open until lifted with a reason."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="vetoes")
    rule = CharField()
    text = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    lifted_at = DateTimeField(null=True)
    lifted_by = ForeignKeyField(Person, null=True, backref="+")
    lift_reason = CharField(default="")

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "lifted_at"), False),)
