"""Overview: made by `python3 run.py schema`."""
from peewee import *


def up(migrator, db):
    class Person(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'person'

    class MonthClose(Model):
        id = BigAutoField()
        month = CharField(unique=True, max_length=7)
        as_of = DateField()
        figures = TextField()
        projects = IntegerField()
        sha256 = CharField(max_length=64)
        closed_at = DateTimeField()
        closed_by = ForeignKeyField(Person, null=True)
        closed_by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'month_close'
    db.create_tables([MonthClose])

    class ParkLeader(Model):
        id = BigAutoField()
        park = CharField(max_length=10)
        duty = CharField(max_length=20)
        name = CharField()
        post = CharField(default='')
        from_on = DateField()
        reason = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'park_leader'
            indexes = ((('park', 'duty', 'from_on', 'id'), False),)
    db.create_tables([ParkLeader])

    class PartnerContact(Model):
        id = BigAutoField()
        unit = CharField()
        name = CharField()
        post = CharField(default='')
        phone = CharField(default='')
        field = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        ended_by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'partner_contact'
    db.create_tables([PartnerContact])

    class SharingAgreement(Model):
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
        legal_basis = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        voided_at = DateTimeField(null=True)
        voided_by_name = CharField(default='')
        void_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'sharing_agreement'
    db.create_tables([SharingAgreement])

    class StandardNote(Model):
        id = BigAutoField()
        standard = CharField(max_length=20)
        verdict = CharField(max_length=20)
        happened_on = DateField()
        evidence = TextField()
        next_step = CharField(default='')
        file_id = BigIntegerField(null=True)
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'standard_note'
            indexes = ((('standard', 'id'), False),)
    db.create_tables([StandardNote])

    class Works(Model):
        id = BigAutoField()
        name = CharField()
        kind = CharField(max_length=20)
        park = CharField(default='')
        total_fen = BigIntegerField()
        ours_fen = BigIntegerField(null=True)
        theirs_fen = BigIntegerField(null=True)
        basis = CharField(default='')
        planned_on = DateField(null=True)
        note = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'works'
    db.create_tables([Works])

    class WorksProgress(Model):
        id = BigAutoField()
        works = ForeignKeyField(Works)
        happened_on = DateField()
        percent = IntegerField()
        ours_paid_fen = BigIntegerField(null=True)
        theirs_paid_fen = BigIntegerField(null=True)
        note = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'works_progress'
            indexes = ((('works', 'happened_on', 'id'), False),)
    db.create_tables([WorksProgress])
