"""Tables of capital: entries are added and voided, never changed or deleted."""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    TextField,
)

from crm.accounts.models import Person
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
    voucher_no = CharField(default="", index=True)
    file_id = BigIntegerField(null=True)
    note = TextField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    voided_at = DateTimeField(null=True)
    voided_by = ForeignKeyField(Person, null=True, backref="+")
    void_reason = CharField(null=True)

    class Meta:
        """Asked by lead, the standing ones first."""

        indexes = ((("lead", "voided_at", "paid_on"), False),)
