"""Tables of statistics: the register with its history, monthly returns in versions, city totals, explanations."""

from __future__ import annotations

from peewee import (
    SQL,
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


class Enterprise(Table):
    """One enterprise of a park as it stands now, whether it was ever a lead or not."""

    id = BigAutoField()
    version = IntegerField(default=1)
    name = CharField()
    name_key = CharField(index=True)
    pinyin = CharField(default="")
    uscc = CharField(max_length=18, null=True, unique=True)
    park = CharField(max_length=10, index=True)
    industry_code = CharField(max_length=4, default="")
    unit = ForeignKeyField(Unit, backref="enterprises")
    statistician = CharField(default="")
    statistician_phone = CharField(default="")
    lead = ForeignKeyField(Lead, null=True, backref="enterprises")
    entered_on = DateField(null=True)
    left_on = DateField(null=True)
    scale_on = DateField(null=True)
    note = TextField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        """The list is sorted by name, of one unit or of all."""

        indexes = ((("pinyin", "id"), False), (("unit", "pinyin", "id"), False))


class EnterpriseFact(Table):
    """One value that a fact of an enterprise had: since when, learned when, from whom, why."""

    id = BigAutoField()
    enterprise = ForeignKeyField(Enterprise, backref="facts")
    fact = CharField(max_length=30)
    value = TextField(null=True)
    happened_on = DateField()
    recorded_at = DateTimeField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    reason = CharField(default="")

    class Meta:
        """Asked by enterprise in order, and by fact as of a day."""

        indexes = ((("enterprise", "id"), False), (("fact", "happened_on", "id"), False))


class MonthlyReturn(Table):
    """The figures of one enterprise for one month in one version; a correction ends the old one, which stays.

    NULL is unknown, not zero. `sources` names the source of those figures that do not come from `source`.
    """

    id = BigAutoField()
    enterprise = ForeignKeyField(Enterprise, backref="returns")
    month = CharField(max_length=7)
    revenue_fen = BigIntegerField(null=True)
    output_fen = BigIntegerField(null=True)
    electricity_kwh = BigIntegerField(null=True)
    tax_fen = BigIntegerField(null=True)
    sand_ct = BigIntegerField(null=True)
    investment_fen = BigIntegerField(null=True)
    source = CharField(max_length=30)
    sources = TextField(default="{}")
    statistician = CharField()
    note = CharField(default="")
    reason = CharField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    superseded_at = DateTimeField(null=True)
    door = CharField(max_length=10, default="page")

    class Meta:
        """Asked by enterprise and month with all versions, and by month over all enterprises."""

        indexes = ((("enterprise", "month", "id"), False), (("month", "superseded_at", "enterprise"), False))


# The database itself keeps one standing version of a month.
MonthlyReturn.add_index(
    MonthlyReturn.enterprise, MonthlyReturn.month, unique=True, name="monthly_return_one_standing",
    where=SQL("superseded_at IS NULL"),
)  # fmt: skip


class CityTotal(Table):
    """A total of the whole city for a year up to a month, with its source; a correction ends the old one."""

    id = BigAutoField()
    year = IntegerField()
    through = IntegerField()
    indicator = CharField(max_length=30)
    amount_fen = BigIntegerField()
    source = CharField()
    note = CharField(default="")
    reason = CharField(default="")
    recorded_by = ForeignKeyField(Person, null=True, backref="+")
    recorded_by_name = CharField(default="")
    recorded_at = DateTimeField()
    superseded_at = DateTimeField(null=True)

    class Meta:
        """Asked by year."""

        indexes = ((("year", "indicator", "through", "id"), False),)


CityTotal.add_index(
    CityTotal.year, CityTotal.indicator, CityTotal.through, unique=True, name="city_total_one_standing",
    where=SQL("superseded_at IS NULL"),
)  # fmt: skip


class Explanation(Table):
    """An answer to a question, for the figures it was given for; never changed, a later one counts."""

    id = BigAutoField()
    kind = CharField(max_length=20)
    enterprise = ForeignKeyField(Enterprise, null=True, backref="explanations")
    lead = ForeignKeyField(Lead, null=True, backref="explanations")
    month = CharField(max_length=7, default="")
    about = CharField(default="")
    text = TextField()
    by = ForeignKeyField(Person, null=True, backref="+")
    by_name = CharField(default="")
    at = DateTimeField()

    class Meta:
        """Asked by kind and thing."""

        indexes = ((("kind", "enterprise", "month", "id"), False), (("kind", "lead", "month", "id"), False))
