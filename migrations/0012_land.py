"""Land: made by `python3 run.py schema`."""
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

    class LandQuota(Model):
        id = BigAutoField()
        park = CharField(max_length=10)
        year = IntegerField()
        area_cmu = BigIntegerField()
        basis = CharField()
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'land_quota'
            indexes = ((('year', 'park', 'id'), False),)
    db.create_tables([LandQuota])

    class Parcel(Model):
        id = BigAutoField()
        name = CharField()
        park = CharField(max_length=10)
        township = CharField()
        lead = ForeignKeyField(Lead, null=True)
        year = IntegerField()
        asked_cmu = BigIntegerField()
        asked_on = DateField()
        granted_cmu = BigIntegerField(null=True)
        granted_on = DateField(null=True)
        document = CharField(default='')
        over_reason = CharField(default='')
        dropped_on = DateField(null=True)
        note = TextField(default='')
        unit = ForeignKeyField(Unit, null=True)
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'parcel'
            indexes = ((('year', 'park', 'id'), False), (('township', 'id'), False))
    db.create_tables([Parcel])

    class ParcelStep(Model):
        id = BigAutoField()
        parcel = ForeignKeyField(Parcel)
        code = CharField(max_length=30)
        position = IntegerField(default=0)
        due_on = DateField()
        done_on = DateField(null=True)
        document = CharField(default='')
        reason = CharField(default='')
        changed_by = ForeignKeyField(Person, null=True)
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'parcel_step'
            indexes = ((('parcel', 'code'), True), (('done_on', 'due_on'), False))
    db.create_tables([ParcelStep])
