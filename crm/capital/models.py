"""Tables of capital: entries are added and voided, never changed or deleted."""

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


class Contract(Table):
    """One signed paper (formal contract, framework, supplement) with its agreed dates and yearly plan."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="contracts")
    kind = CharField(max_length=20)
    signed_on = DateField()
    amount_fen = BigIntegerField()
    counterpart = CharField(default="")
    agreed_start_on = DateField(null=True)
    agreed_completion_on = DateField(null=True)
    agreed_production_on = DateField(null=True)
    yearly_plan = TextField(default="{}")
    note = TextField(default="")
    file_id = BigIntegerField(null=True)
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    voided_at = DateTimeField(null=True)
    voided_by = ForeignKeyField(Person, null=True, backref="+")
    void_reason = CharField(null=True)

    class Meta:
        """Asked by lead, the standing ones first."""

        indexes = ((("lead", "voided_at", "signed_on"), False),)


class PaidIn(Table):
    """Money that came in on a day, with the voucher that shows it."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="paid_in")
    paid_on = DateField()
    amount_fen = BigIntegerField()
    kind = CharField(max_length=20)
    outside_bps = IntegerField(null=True)
    voucher_no = CharField(default="", index=True)
    file_id = BigIntegerField(null=True, index=True)
    note = TextField(default="")
    excess_reason = CharField(default="")
    reverses = ForeignKeyField("self", null=True, backref="+", unique=True)
    recognised_at = DateTimeField(null=True)
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    voided_at = DateTimeField(null=True)
    voided_by = ForeignKeyField(Person, null=True, backref="+")
    void_reason = CharField(null=True)

    class Meta:
        """Asked by lead, the standing ones first."""

        indexes = ((("lead", "voided_at", "paid_on"), False), (("recognised_at", "voided_at", "recorded_at"), False))


class PaidInCheck(Table):
    """One person's look at the voucher of an entry, for the office of the unit that person was in; never changed."""

    id = BigAutoField()
    paid_in = ForeignKeyField(PaidIn, backref="checks")
    by = ForeignKeyField(Person, backref="+")
    by_name = CharField()
    unit = ForeignKeyField(Unit, null=True, backref="+")
    office = CharField(max_length=20)
    verdict = CharField(max_length=20)
    reason = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by entry, in order."""

        indexes = ((("paid_in", "id"), False),)
