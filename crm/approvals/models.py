"""Tables of approvals: procedures as the bureau edits them, the cases of projects, and the bureau's own calendar."""

from __future__ import annotations

from datetime import date

from peewee import (
    SQL,
    BigAutoField,
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

FAR = date(9999, 12, 31)
"""Sorts what has no last day behind everything that has one."""


class Procedure(Table):
    """One procedure as the bureau edited it; it stands before the entry of the same code in the file."""

    id = BigAutoField()
    code = CharField(max_length=40, unique=True)
    name = CharField()
    unit_before = CharField()
    unit_after = CharField()
    promised_days = IntegerField()
    position = IntegerField(default=0)
    basis = CharField(default="")
    active = BooleanField(default=True)
    changed_by = ForeignKeyField(Person, null=True, backref="+")
    changed_at = DateTimeField()


class ClosedPark(Table):
    """Since when a park operates closed, on what basis; a correction is a new row, the last one counts."""

    id = BigAutoField()
    park = CharField(max_length=10)
    closed_on = DateField(null=True)
    basis = CharField()
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by park, the last row first."""

        indexes = ((("park", "id"), False),)


class HandedPower(Table):
    """A power handed down to a park (下放事项), with the paper that “a seal seen is a seal given” rests on."""

    id = BigAutoField()
    park = CharField(max_length=10)
    name = CharField()
    procedure_code = CharField(max_length=40, default="")
    from_unit = CharField()
    basis = CharField()
    seal = BooleanField(default=False)
    handed_on = DateField()
    ended_on = DateField(null=True)
    note = TextField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by park."""

        indexes = ((("park", "handed_on", "id"), False),)


class CalendarDay(Table):
    """A day that the bureau says is worked or off; it stands before the official arrangement."""

    id = BigAutoField()
    day = DateField(unique=True)
    works = BooleanField()
    note = CharField()
    changed_by = ForeignKeyField(Person, null=True, backref="+")
    changed_at = DateTimeField()


class ApprovalCase(Table):
    """One procedure of one project: with whom, how many days were promised, where it stands.

    `due_on` is the last day in time; it is empty while the case is only planned or its clock stands still.
    `sort_on` is the same day, or one beyond all others, so that the board pages by one plain key.
    """

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="approvals")
    code = CharField(max_length=40)
    name = CharField()
    position = IntegerField(default=0)
    unit_name = CharField()
    unit = ForeignKeyField(Unit, null=True, backref="+")
    promised_days = IntegerField()
    by_park = BooleanField(default=False)
    state = CharField(max_length=20, default="planned")
    accepted_on = DateField(null=True)
    due_on = DateField(null=True)
    sort_on = DateField(default=FAR)
    estimated = BooleanField(default=False)
    ended_on = DateField(null=True)
    used_days = IntegerField(null=True)
    document = CharField(default="")
    note = TextField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()
    changed_at = DateTimeField()

    class Meta:
        """Asked by lead, by state with the most urgent first, and by whom it waits for."""

        indexes = (
            (("lead", "position", "id"), False),
            (("state", "sort_on", "id"), False),
            (("state", "ended_on"), False),
            (("unit", "state", "due_on"), False),
        )


# A procedure runs once for a project at a time; an ended one may be begun anew.
ApprovalCase.add_index(
    ApprovalCase.index(
        ApprovalCase.lead, ApprovalCase.code, unique=True, name="approval_case_open",
        where=SQL("ended_on IS NULL"),
    )
)  # fmt: skip


class CaseStop(Table):
    """A stretch in which a case's clock stood still (papers asked for again, public notice), and why."""

    id = BigAutoField()
    case = ForeignKeyField(ApprovalCase, backref="stops")
    from_on = DateField()
    to_on = DateField(null=True)
    reason = CharField()
    by = ForeignKeyField(Person, null=True, backref="+")
    at = DateTimeField()

    class Meta:
        """Asked by case."""

        indexes = ((("case", "id"), False),)
