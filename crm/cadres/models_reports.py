"""Tables of monthly reports: what a cadre sent, and months that the organisation department excused."""

from __future__ import annotations

from peewee import BigAutoField, CharField, DateTimeField, ForeignKeyField, TextField

from crm.accounts.models import Person
from crm.core.db import Table


class MonthlyReport(Table):
    """One month's report of one cadre as it was sent, with what the product knew of the month at that moment."""

    id = BigAutoField()
    cadre = ForeignKeyField(Person, backref="+")
    month = CharField(max_length=7)
    facts = TextField(default="{}")
    work = TextField(default="")
    difficulties = TextField(default="")
    plan = TextField(default="")
    sent_at = DateTimeField()

    class Meta:
        """One report for each cadre and month."""

        indexes = ((("cadre", "month"), True), (("month", "cadre"), False))


class ReportExcuse(Table):
    """A month that need not be reported, who said so and why; taking it back keeps the row."""

    id = BigAutoField()
    cadre = ForeignKeyField(Person, backref="+")
    month = CharField(max_length=7)
    reason = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()
    taken_back_at = DateTimeField(null=True)

    class Meta:
        """Asked by cadre and month."""

        indexes = ((("cadre", "month"), False),)
