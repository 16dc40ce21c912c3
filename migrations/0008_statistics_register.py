"""Statistics: made by `python3 run.py schema`."""
from peewee import *


def up(migrator, db):
    class Lead(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'lead'

    class Person(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'person'

    class Unit(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'unit'

    class CityTotal(Model):
        id = BigAutoField()
        year = IntegerField()
        through = IntegerField()
        indicator = CharField(max_length=30)
        amount_fen = BigIntegerField()
        source = CharField()
        note = CharField(default='')
        reason = CharField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        recorded_at = DateTimeField()
        superseded_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'city_total'
            indexes = ((('year', 'indicator', 'through', 'id'), False),)
    db.create_tables([CityTotal])

    class Enterprise(Model):
        id = BigAutoField()
        version = IntegerField(default=1)
        name = CharField()
        name_key = CharField(index=True)
        pinyin = CharField(default='')
        uscc = CharField(unique=True, null=True, max_length=18)
        park = CharField(index=True, max_length=10)
        industry_code = CharField(max_length=4, default='')
        unit = ForeignKeyField(Unit)
        statistician = CharField(default='')
        statistician_phone = CharField(default='')
        lead = ForeignKeyField(Lead, null=True)
        entered_on = DateField(null=True)
        left_on = DateField(null=True)
        scale_on = DateField(null=True)
        note = TextField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'enterprise'
            indexes = ((('pinyin', 'id'), False), (('unit', 'pinyin', 'id'), False))
    db.create_tables([Enterprise])

    class EnterpriseFact(Model):
        id = BigAutoField()
        enterprise = ForeignKeyField(Enterprise)
        fact = CharField(max_length=30)
        value = TextField(null=True)
        happened_on = DateField()
        recorded_at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'enterprise_fact'
            indexes = ((('enterprise', 'id'), False), (('fact', 'happened_on', 'id'), False))
    db.create_tables([EnterpriseFact])

    class Explanation(Model):
        id = BigAutoField()
        kind = CharField(max_length=20)
        enterprise = ForeignKeyField(Enterprise, null=True)
        lead = ForeignKeyField(Lead, null=True)
        month = CharField(max_length=7, default='')
        about = CharField(default='')
        text = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'explanation'
            indexes = ((('kind', 'enterprise', 'month', 'id'), False), (('kind', 'lead', 'month', 'id'), False))
    db.create_tables([Explanation])

    class MonthlyReturn(Model):
        id = BigAutoField()
        enterprise = ForeignKeyField(Enterprise)
        month = CharField(max_length=7)
        revenue_fen = BigIntegerField(null=True)
        output_fen = BigIntegerField(null=True)
        electricity_kwh = BigIntegerField(null=True)
        tax_fen = BigIntegerField(null=True)
        sand_ct = BigIntegerField(null=True)
        investment_fen = BigIntegerField(null=True)
        source = CharField(max_length=30)
        sources = TextField(default='{}')
        statistician = CharField()
        note = CharField(default='')
        reason = CharField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        recorded_at = DateTimeField()
        superseded_at = DateTimeField(null=True)
        door = CharField(max_length=10, default='page')
        class Meta:
            database = db
            table_name = 'monthly_return'
            indexes = ((('enterprise', 'month', 'id'), False), (('month', 'superseded_at', 'enterprise'), False))
    db.create_tables([MonthlyReturn])
    db.execute_sql('CREATE UNIQUE INDEX "city_total_one_standing" ON "city_total" ("year", "indicator", "through") WHERE superseded_at IS NULL')
    db.execute_sql('CREATE UNIQUE INDEX "monthly_return_one_standing" ON "monthly_return" ("enterprise_id", "month") WHERE superseded_at IS NULL')
