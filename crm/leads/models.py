"""Tables of leads: the current row that pages read, and the append-only history that reports read."""

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

from crm.accounts.models import Person, Unit
from crm.core.db import Table


class NumberSequence(Table):
    """The last number given in a year; numbers are never reused."""

    year = IntegerField(primary_key=True)
    last = IntegerField()


class Lead(Table):
    """One lead as it stands now. Amounts in fen, land in hundredths of a mu; NULL is unknown, not zero."""

    id = BigAutoField()
    number = CharField(unique=True)
    client_key = CharField(null=True, unique=True)
    version = IntegerField(default=1)
    name = CharField()
    name_key = CharField(index=True)
    name_pinyin = CharField(default="")
    investor = CharField(default="")
    investor_key = CharField(default="", index=True)
    investor_place = CharField(default="")
    investor_profile = TextField(default="")
    content = TextField(default="")
    products = TextField(default="")
    industry = CharField(default="")
    industry_code = CharField(default="")
    build_nature = CharField(default="")
    currency = CharField(default="CNY")
    investment_fen = BigIntegerField(null=True)
    investment_max_fen = BigIntegerField(null=True)
    foreign_amount_cents = BigIntegerField(null=True)
    fixed_assets_fen = BigIntegerField(null=True)
    land_cmu = BigIntegerField(null=True)
    annual_output_fen = BigIntegerField(null=True)
    annual_tax_fen = BigIntegerField(null=True)
    energy_tce = BigIntegerField(null=True)
    jobs = IntegerField(null=True)
    site = CharField(default="")
    park = CharField(default="")
    source = CharField(default="other")
    recommender = CharField(default="")
    unit = ForeignKeyField(Unit, backref="leads")
    owner = ForeignKeyField(Person, null=True, backref="leads")
    contact_name = CharField(default="")
    contact_phone = CharField(default="")
    leader = CharField(default="")
    first_contact_on = DateField(null=True)
    statistics_on = DateField(null=True)
    progress = TextField(default="")
    problems = TextField(default="")
    requests = TextField(default="")
    next_steps = TextField(default="")
    remark = TextField(default="")
    extra = TextField(default="{}")
    stage = CharField(default="lead")
    stage_since = DateField()
    opening = BooleanField(default=False)
    status = CharField(default="active")
    status_since = DateField()
    status_reason = CharField(default="")
    themes = CharField(default="")
    clusters = CharField(default="")
    theme = CharField(default="")
    cluster = CharField(default="")
    fit_reason = TextField(default="")
    fit_version = CharField(default="")
    contracted_fen = BigIntegerField(null=True)
    paid_in_fen = BigIntegerField(null=True)
    paid_in_recorded_fen = BigIntegerField(null=True)
    legs_verified = IntegerField(default=0)
    landed_on = DateField(null=True)
    landed_fen = BigIntegerField(null=True)
    recognised_on = DateField(null=True)
    last_contact_on = DateField(null=True)
    created_at = DateTimeField()
    created_by = ForeignKeyField(Person, null=True, backref="+")
    updated_at = DateTimeField()

    class Meta:
        """One index per filter, each carrying the list's order, so that a page reads only its own rows."""

        indexes = (
            (("updated_at", "id"), False),
            (("unit", "updated_at", "id"), False),
            (("owner", "updated_at", "id"), False),
            (("stage", "updated_at", "id"), False),
            (("status", "updated_at", "id"), False),
            (("source", "updated_at", "id"), False),
            (("park", "updated_at", "id"), False),
            (("theme", "updated_at", "id"), False),
            (("cluster", "updated_at", "id"), False),
            (("landed_on", "updated_at", "id"), False),
            (("investment_fen", "id"), False),
            (("name_pinyin", "id"), False),
            (("stage_since", "id"), False),
        )


class LeadFact(Table):
    """One value that a reported fact had: when it became so (happened_on) and when we learned it (recorded_at)."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="facts")
    fact = CharField()
    value = TextField(null=True)
    happened_on = DateField()
    recorded_at = DateTimeField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    reason = TextField(default="")
    opening = BooleanField(default=False)

    class Meta:
        """Asked by lead, and by fact as of a day."""

        indexes = ((("lead", "fact", "happened_on", "id"), False), (("fact", "happened_on", "id"), False))


class Contact(Table):
    """One dated follow-up contact with the investor."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="contacts")
    happened_on = DateField()
    kind = CharField()
    two_way = BooleanField(default=False)
    text = TextField()
    next_step = CharField(default="")
    next_on = DateField(null=True)
    by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()
    client_key = CharField(null=True, unique=True)

    class Meta:
        """Asked by lead, newest first."""

        indexes = ((("lead", "happened_on", "id"), False),)


class Claim(Table):
    """A cadre's share in a lead, in basis points of 10,000; a new division ends the old rows, which stay."""

    id = BigAutoField()
    lead = ForeignKeyField(Lead, backref="claims")
    cadre = ForeignKeyField(Person, backref="claims")
    posting_id = BigIntegerField(null=True)
    share_bps = IntegerField()
    reported_at = DateTimeField()
    reason = CharField(default="")
    counts_from = DateField(null=True)
    recorded_at = DateTimeField()
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    ended_at = DateTimeField(null=True)

    class Meta:
        """Asked by lead and by cadre."""

        indexes = ((("lead", "ended_at"), False), (("cadre", "ended_at", "lead"), False))
