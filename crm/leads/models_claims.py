"""Tables of who brought a lead: reports with their proof, the two roles, disputes over credit, and handing over."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CharField, DateField, DateTimeField, ForeignKeyField, TextField
from peewee import IntegerField as WholeField

from crm.accounts.models import Person, Unit
from crm.core.db import Table
from crm.leads.models import Lead


class LeadReport(Table):
    """One report of a lead by a cadre: `reported_at` is the server's time, `proved_at` the time that counts.

    A report that an officer entered waits for the cadre's word; its time is that of the original message.
    """

    id = BigAutoField()
    client_key = CharField(max_length=64, null=True, unique=True)
    lead = ForeignKeyField(Lead, backref="reports")
    cadre = ForeignKeyField(Person, backref="+")
    posting_id = BigIntegerField(null=True)
    mode = CharField(max_length=20)
    state = CharField(max_length=20)
    reported_at = DateTimeField()
    device_at = DateTimeField(null=True)
    proved_at = DateTimeField()
    company_key = CharField(default="", index=True)
    message_kind = CharField(max_length=20, default="")
    message_text = TextField(default="")
    file_id = BigIntegerField(null=True)
    note = TextField(default="")
    look_alikes = CharField(default="")
    entered_by = ForeignKeyField(Person, null=True, backref="+")
    entered_by_name = CharField(default="")
    answered_at = DateTimeField(null=True)
    refusal = CharField(default="")

    class Meta:
        """Asked by lead, by cadre, and by company around a time."""

        indexes = ((("lead", "id"), False), (("cadre", "id"), False), (("company_key", "proved_at"), False))


class LeadParty(Table):
    """Who introduced a lead and which unit negotiated first: two roles, each with its day; a new row ends the old."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="parties")
    role = CharField(max_length=20)
    person = ForeignKeyField(Person, null=True, backref="+")
    unit = ForeignKeyField(Unit, null=True, backref="+")
    name = CharField(default="")
    happened_on = DateField()
    reason = CharField(default="")
    recorded_at = DateTimeField()
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    ended_at = DateTimeField(null=True)

    class Meta:
        """Asked by lead."""

        indexes = ((("lead", "role", "ended_at"), False),)


class ClaimCase(Table):
    """A dispute over a lead's credit: claim, answer, decision with reason, at most one appeal, last word; all stay."""

    id = BigAutoField()
    client_key = CharField(max_length=64, null=True, unique=True)
    lead = ForeignKeyField(Lead, backref="cases")
    kind = CharField(max_length=20)
    cadre = ForeignKeyField(Person, backref="+")
    other = ForeignKeyField(Person, null=True, backref="+")
    report_id = BigIntegerField(null=True)
    asked_bps = WholeField(null=True)
    grounds = TextField()
    file_id = BigIntegerField(null=True)
    protection = CharField(max_length=20, default="")
    protected_until = DateField(null=True)
    opened_at = DateTimeField()
    opened_by = ForeignKeyField(Person, null=True, backref="+")
    opened_by_name = CharField(default="")
    answer = TextField(default="")
    answered_at = DateTimeField(null=True)
    answered_by_name = CharField(default="")
    decision = CharField(max_length=20, default="")
    decision_shares = CharField(default="")
    decision_reason = TextField(default="")
    decided_at = DateTimeField(null=True)
    decided_by = ForeignKeyField(Person, null=True, backref="+")
    decided_by_name = CharField(default="")
    appeal = TextField(default="")
    appealed_at = DateTimeField(null=True)
    appealed_by = ForeignKeyField(Person, null=True, backref="+")
    appealed_by_name = CharField(default="")
    outcome = CharField(max_length=20, default="")
    outcome_shares = CharField(default="")
    outcome_reason = TextField(default="")
    closed_at = DateTimeField(null=True)
    closed_by = ForeignKeyField(Person, null=True, backref="+")
    closed_by_name = CharField(default="")

    class Meta:
        """Asked by lead, by claimant, and by what waits."""

        indexes = ((("lead", "id"), False), (("cadre", "id"), False), (("decision", "outcome", "id"), False))


class LeadHandover(Table):
    """One lead that went to another person when a posting ended: from whom, to whom, why."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="handovers")
    posting_id = BigIntegerField()
    cadre = ForeignKeyField(Person, backref="+")
    taker = ForeignKeyField(Person, backref="+")
    reason = CharField(default="")
    at = DateTimeField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")

    class Meta:
        """Asked by posting and by lead."""

        indexes = ((("posting_id", "id"), False), (("lead", "id"), False))
