"""Approvals: made by `python3 run.py schema`."""
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

    class ApprovalCase(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        code = CharField(max_length=40)
        name = CharField()
        position = IntegerField(default=0)
        unit_name = CharField()
        unit = ForeignKeyField(Unit, null=True)
        promised_days = IntegerField()
        by_park = BooleanField(default=False)
        state = CharField(max_length=20, default='planned')
        accepted_on = DateField(null=True)
        due_on = DateField(null=True)
        sort_on = DateField()
        estimated = BooleanField(default=False)
        ended_on = DateField(null=True)
        used_days = IntegerField(null=True)
        document = CharField(default='')
        note = TextField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'approval_case'
            indexes = ((('lead', 'position', 'id'), False), (('state', 'sort_on', 'id'), False), (('state', 'ended_on'), False), (('unit', 'state', 'due_on'), False))
    db.create_tables([ApprovalCase])

    class CalendarDay(Model):
        id = BigAutoField()
        day = DateField(unique=True)
        works = BooleanField()
        note = CharField()
        changed_by = ForeignKeyField(Person, null=True)
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'calendar_day'
    db.create_tables([CalendarDay])

    class CaseStop(Model):
        id = BigAutoField()
        case = ForeignKeyField(ApprovalCase)
        from_on = DateField()
        to_on = DateField(null=True)
        reason = CharField()
        by = ForeignKeyField(Person, null=True)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'case_stop'
            indexes = ((('case', 'id'), False),)
    db.create_tables([CaseStop])

    class ClosedPark(Model):
        id = BigAutoField()
        park = CharField(max_length=10)
        closed_on = DateField(null=True)
        basis = CharField()
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'closed_park'
            indexes = ((('park', 'id'), False),)
    db.create_tables([ClosedPark])

    class HandedPower(Model):
        id = BigAutoField()
        park = CharField(max_length=10)
        name = CharField()
        procedure_code = CharField(max_length=40, default='')
        from_unit = CharField()
        basis = CharField()
        seal = BooleanField(default=False)
        handed_on = DateField()
        ended_on = DateField(null=True)
        note = TextField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'handed_power'
            indexes = ((('park', 'handed_on', 'id'), False),)
    db.create_tables([HandedPower])

    class Procedure(Model):
        id = BigAutoField()
        code = CharField(unique=True, max_length=40)
        name = CharField()
        unit_before = CharField()
        unit_after = CharField()
        promised_days = IntegerField()
        position = IntegerField(default=0)
        basis = CharField(default='')
        active = BooleanField(default=True)
        changed_by = ForeignKeyField(Person, null=True)
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'procedure'
    db.create_tables([Procedure])
    db.execute_sql('CREATE UNIQUE INDEX "approval_case_open" ON "approval_case" ("lead_id", "code") WHERE ended_on IS NULL')
