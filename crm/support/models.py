"""Tables of support: the current row that pages read; texts, hearings, reviews and events are added, never changed."""

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


class SupportItem(Table):
    """One promise, list or rule that is reviewed: the present edition of its text and how far it is."""

    id = BigAutoField()
    subject = CharField(max_length=20, default="support")
    lead = ForeignKeyField(Lead, null=True, backref="+")
    park = CharField(max_length=20, default="")
    unit = ForeignKeyField(Unit, null=True, backref="+")
    kind = CharField(max_length=20, default="")
    measure = CharField(max_length=40, default="")
    rule_version = CharField(max_length=60, default="")
    fingerprint = CharField(max_length=64, default="")
    title = CharField()
    legal_basis = TextField()
    beneficiary = TextField()
    condition = TextField()
    amount_fen = BigIntegerField(null=True)
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    facts = TextField(default="{}")
    step = CharField(max_length=20, default="")
    state = CharField(max_length=20, default="proposed")
    edition = IntegerField(default=1)
    first_opinion = TextField(default="")
    unheard_reason = TextField(default="")
    sent_at = DateTimeField(null=True)
    sent_by_name = CharField(default="")
    conclusion = CharField(max_length=20, default="")
    cleared_edition = IntegerField(null=True)
    cleared_until = DateField(null=True)
    contract_id = BigIntegerField(null=True)
    agreed_on = DateField(null=True)
    proposed_by = ForeignKeyField(Person, null=True, backref="+")
    proposed_by_name = CharField(default="")
    proposed_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        """Asked by lead, by park, by state in the order of the list, and by the term of an exception."""

        indexes = (
            (("lead", "subject", "state"), False),
            (("park", "subject", "state"), False),
            (("subject", "state", "updated_at", "id"), False),
            (("unit", "updated_at", "id"), False),
            (("cleared_until",), False),
            (("contract_id",), False),
        )


class SupportText(Table):
    """One edition of an item's text; a later one stands beside it."""

    id = BigAutoField()
    item = ForeignKeyField(SupportItem, backref="texts")
    edition = IntegerField()
    body = TextField()
    reason = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    unit = ForeignKeyField(Unit, null=True, backref="+")
    at = DateTimeField()

    class Meta:
        """An edition is written once."""

        indexes = ((("item", "edition"), True),)


class SupportHearing(Table):
    """Somebody affected who was heard: who, when, how, what they said."""

    id = BigAutoField()
    item = ForeignKeyField(SupportItem, backref="hearings")
    edition = IntegerField()
    who = CharField()
    heard_on = DateField()
    how = CharField(max_length=20)
    said = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by item."""

        indexes = ((("item", "id"), False),)


class SupportReview(Table):
    """One conclusion on one edition, with the market regulator's opinion and document; voided, never removed."""

    id = BigAutoField()
    item = ForeignKeyField(SupportItem, backref="reviews")
    edition = IntegerField()
    drafting_unit = CharField(default="")
    first_opinion = TextField(default="")
    heard = IntegerField(default=0)
    conclusion = CharField(max_length=20)
    opinion = TextField()
    asked_change = TextField(default="")
    document_no = CharField()
    file_id = BigIntegerField()
    concluded_on = DateField()
    ground = CharField(max_length=20, default="")
    no_milder = TextField(default="")
    exception_until = DateField(null=True)
    end_conditions = TextField(default="")
    by = ForeignKeyField(Person, backref="+")
    by_name = CharField()
    unit = ForeignKeyField(Unit, null=True, backref="+")
    at = DateTimeField()
    confirmed_edition = IntegerField(null=True)
    confirmed_at = DateTimeField(null=True)
    confirmed_by = ForeignKeyField(Person, null=True, backref="+")
    confirmed_by_name = CharField(default="")
    voided_at = DateTimeField(null=True)
    void_reason = CharField(default="")

    class Meta:
        """Asked by item, in order; the register asks by day."""

        indexes = ((("item", "id"), False), (("concluded_on", "id"), False))


class SupportEvent(Table):
    """What happened to an item in a sentence: proposed, sent, concluded, agreed, a step of its application."""

    id = BigAutoField()
    item = ForeignKeyField(SupportItem, backref="events")
    what = CharField(max_length=30)
    note = TextField(default="")
    happened_on = DateField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by item, in order."""

        indexes = ((("item", "id"), False),)


class KeyEnterprise(Table):
    """One enterprise of a list of key support, by the edition of the list that names it."""

    id = BigAutoField()
    item = ForeignKeyField(SupportItem, backref="enterprises")
    edition = IntegerField()
    position = IntegerField()
    name = CharField()
    uscc = CharField(max_length=18, default="")
    reason = CharField(default="")

    class Meta:
        """Asked by list and edition."""

        indexes = ((("item", "edition", "position"), True),)


class ParkIndustries(Table):
    """The leading industries of a park as somebody entered them; a later entry stands beside it."""

    id = BigAutoField()
    park = CharField(max_length=20)
    industries = TextField()
    reason = TextField(default="")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by park, the latest first."""

        indexes = ((("park", "id"), False),)


class OldPaper(Table):
    """An older agreement as it was read in for clean-up; its text stays as it was."""

    id = BigAutoField()
    title = CharField()
    counterpart = CharField(default="")
    signed_on = DateField(null=True)
    source = CharField(default="")
    sha256 = CharField(max_length=64, index=True)
    text = TextField()
    marks_version = CharField(max_length=40, default="")
    unit = ForeignKeyField(Unit, null=True, backref="+")
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()


class OldClause(Table):
    """One clause of an older agreement that the patterns mark, and what became of it."""

    id = BigAutoField()
    paper = ForeignKeyField(OldPaper, backref="clauses")
    position = IntegerField()
    text = TextField()
    marks = CharField(default="")
    state = CharField(max_length=20, default="open")
    updated_at = DateTimeField()

    class Meta:
        """Asked by paper, and by state over all."""

        indexes = ((("paper", "position"), True), (("state", "id"), False))


class OldClauseStep(Table):
    """One decision about a clause of an older agreement; none is changed later."""

    id = BigAutoField()
    clause = ForeignKeyField(OldClause, backref="steps")
    state = CharField(max_length=20)
    note = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by clause, in order."""

        indexes = ((("clause", "id"), False),)
