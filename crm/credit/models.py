"""Tables of credit: journal and ledger are append-only (database triggers); periods freeze what was read from them."""

from __future__ import annotations

from peewee import (
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

from crm.accounts.models import Person
from crm.core.db import Table
from crm.leads.models import Lead


class CreditTariff(Table):
    """One adopted version of the tariff, kept as it was written."""

    id = BigAutoField()
    version = CharField(max_length=40, unique=True)
    in_force_from = DateField()
    body = TextField()
    sha256 = CharField(max_length=64)
    adopted_at = DateTimeField()


class CreditEvent(Table):
    """The journal: what the rooms said about one event at one moment; a newer row of the same key replaces it."""

    id = BigAutoField()
    batch = BigIntegerField(index=True)
    key = CharField()
    enterprise = CharField(default="")
    lead = ForeignKeyField(Lead, null=True, backref="+")
    cadre = ForeignKeyField(Person, null=True, backref="+")
    kind = CharField(max_length=20)
    stands = BooleanField()
    happened_on = DateField()
    body = TextField()
    recorded_at = DateTimeField()

    class Meta:
        """The latest of a key, of a lead and of an enterprise."""

        indexes = ((("key", "id"), False), (("enterprise", "id"), False), (("lead", "id"), False))


class CreditEntry(Table):
    """The ledger: points (thousandths) of one cadre by one event; a correction is a reversing entry."""

    id = BigAutoField()
    batch = BigIntegerField(index=True)
    event = ForeignKeyField(CreditEvent, backref="entries")
    cadre = ForeignKeyField(Person, backref="+")
    lead = ForeignKeyField(Lead, null=True, backref="+")
    item = CharField(max_length=20)
    part = CharField(max_length=20, default="")
    event_key = CharField()
    points = BigIntegerField()
    base = BigIntegerField()
    coefficient = IntegerField()
    share_bps = IntegerField()
    counted_on = DateField()
    happened_on = DateField()
    posting_id = BigIntegerField(null=True)
    tariff = CharField(max_length=40)
    reverses = ForeignKeyField("self", null=True, backref="+")
    reason = CharField(max_length=40, default="")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by cadre and time, by lead, and by event."""

        indexes = (
            (("cadre", "counted_on", "id"), False),
            (("counted_on", "id"), False),
            (("lead", "id"), False),
            (("event_key", "id"), False),
        )


class CreditMark(Table):
    """How far the trail has been settled into the ledger: one row, locked while entries are added."""

    id = IntegerField(primary_key=True)
    last_audit_id = BigIntegerField(default=0)
    last_batch = BigIntegerField(default=0)
    reports_on = DateField(null=True)


class CreditHonour(Table):
    """The confirmation that a project's investor stands on a list of the 500 largest; voided, never deleted."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="+")
    list_name = CharField()
    year = IntegerField()
    place = IntegerField(null=True)
    document = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    voided_at = DateTimeField(null=True)
    void_reason = CharField(default="")

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "voided_at"), False),)


class FalseReport(Table):
    """A suspected false report: grounds, the cadre's statement, a decision, an appeal, and the last word."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="+")
    cadre = ForeignKeyField(Person, backref="+")
    grounds = TextField()
    opened_at = DateTimeField()
    opened_by = ForeignKeyField(Person, null=True, backref="+")
    opened_by_name = CharField(default="")
    statement = TextField(default="")
    stated_at = DateTimeField(null=True)
    decision = CharField(max_length=20, default="")
    decision_reason = TextField(default="")
    decided_at = DateTimeField(null=True)
    decided_by = ForeignKeyField(Person, null=True, backref="+")
    decided_by_name = CharField(default="")
    appeal = TextField(default="")
    appealed_at = DateTimeField(null=True)
    outcome = CharField(max_length=20, default="")
    outcome_reason = TextField(default="")
    closed_at = DateTimeField(null=True)
    closed_by = ForeignKeyField(Person, null=True, backref="+")
    closed_by_name = CharField(default="")

    class Meta:
        """Asked by lead and by cadre."""

        indexes = ((("lead", "outcome"), False), (("cadre", "outcome"), False))


class EvaluationPeriod(Table):
    """A stretch of days that is evaluated; closing freezes its figures with their fingerprint."""

    id = BigAutoField()
    name = CharField(max_length=40, unique=True)
    starts_on = DateField()
    ends_on = DateField()
    objections_until = DateField()
    opened_at = DateTimeField()
    opened_by = ForeignKeyField(Person, null=True, backref="+")
    opened_by_name = CharField(default="")
    closed_at = DateTimeField(null=True)
    closed_by = ForeignKeyField(Person, null=True, backref="+")
    closed_by_name = CharField(default="")
    last_entry = BigIntegerField(null=True)
    frozen = TextField(default="")
    sha256 = CharField(max_length=64, default="")


class EvaluationForm(Table):
    """What people write on one cadre's form: own summary, opinions, grade; points stand in the ledger."""

    id = BigAutoField()
    period = ForeignKeyField(EvaluationPeriod, backref="forms")
    cadre = ForeignKeyField(Person, backref="+")
    summary = TextField(default="")
    host_opinion = TextField(default="")
    home_opinion = TextField(default="")
    department_opinion = TextField(default="")
    staff = CharField(max_length=20, default="")
    grade = CharField(max_length=20, default="")
    version = IntegerField(default=1)
    updated_at = DateTimeField()
    updated_by = ForeignKeyField(Person, null=True, backref="+")

    class Meta:
        """One form for each cadre of a period."""

        indexes = ((("period", "cadre"), True),)


class EvaluationQuota(Table):
    """The base of the quota of excellent grades as the organisation department entered it."""

    id = BigAutoField()
    period = ForeignKeyField(EvaluationPeriod, backref="quotas")
    staff = CharField(max_length=20)
    base = IntegerField()
    note = CharField(default="")
    at = DateTimeField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")

    class Meta:
        """One base for each kind of staff."""

        indexes = ((("period", "staff"), True),)


class EvaluationObjection(Table):
    """A cadre's objection to the own draft, and the written answer."""

    id = BigAutoField()
    period = ForeignKeyField(EvaluationPeriod, backref="objections")
    cadre = ForeignKeyField(Person, backref="+")
    text = TextField()
    at = DateTimeField()
    answer = TextField(default="")
    upheld = BooleanField(null=True)
    answered_at = DateTimeField(null=True)
    answered_by = ForeignKeyField(Person, null=True, backref="+")
    answered_by_name = CharField(default="")

    class Meta:
        """Asked by period."""

        indexes = ((("period", "id"), False),)


class FormTemplate(Table):
    """A Word template of the annex that the bureau put in the place of the shipped one; the newest counts."""

    id = BigAutoField()
    kind = CharField(max_length=20)
    file_id = BigIntegerField()
    sha256 = CharField(max_length=64)
    name = CharField()
    at = DateTimeField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    withdrawn_at = DateTimeField(null=True)
