"""Tables of the cooperation: judgements, contacts, works with progress, agreements; added and ended, not changed."""

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

from crm.accounts.models import Person
from crm.core.db import Table


class StandardNote(Table):
    """One judgement of one of the six standards, with what it rests on; the latest one stands."""

    id = BigAutoField()
    standard = CharField(max_length=20)
    verdict = CharField(max_length=20)
    happened_on = DateField()
    evidence = TextField()
    next_step = CharField(default="")
    file_id = BigIntegerField(null=True)
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by standard, the latest last."""

        indexes = ((("standard", "id"), False),)


class PartnerContact(Table):
    """Somebody of the partner side whom one may call in office hours."""

    id = BigAutoField()
    unit = CharField()
    name = CharField()
    post = CharField(default="")
    phone = CharField(default="")
    field = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()
    ended_at = DateTimeField(null=True)
    ended_by_name = CharField(default="")


class Works(Table):
    """One piece of infrastructure that both sides pay for; a share that nobody agreed on is unknown, not half."""

    id = BigAutoField()
    name = CharField()
    kind = CharField(max_length=20)
    park = CharField(default="")
    total_fen = BigIntegerField()
    ours_fen = BigIntegerField(null=True)
    theirs_fen = BigIntegerField(null=True)
    basis = CharField(default="")
    planned_on = DateField(null=True)
    note = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()


class WorksProgress(Table):
    """How far one piece of infrastructure had come on a day, and what each side had paid by then."""

    id = BigAutoField()
    works = ForeignKeyField(Works, backref="progress")
    happened_on = DateField()
    percent = IntegerField()
    ours_paid_fen = BigIntegerField(null=True)
    theirs_paid_fen = BigIntegerField(null=True)
    note = CharField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()

    class Meta:
        """Asked by piece of infrastructure, in order of the days."""

        indexes = ((("works", "happened_on", "id"), False),)


class SharingAgreement(Table):
    """One written agreement on what is shared; nothing of it is ever assumed, so the document is part of it."""

    id = BigAutoField()
    title = CharField()
    ours = CharField()
    theirs = CharField()
    item = CharField(max_length=20)
    ours_bps = IntegerField()
    theirs_bps = IntegerField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    document_no = CharField()
    file_id = BigIntegerField()
    legal_basis = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    recorded_at = DateTimeField()
    voided_at = DateTimeField(null=True)
    voided_by_name = CharField(default="")
    void_reason = CharField(default="")
