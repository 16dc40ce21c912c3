"""Support: made by `python3 run.py schema`."""
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

    class SupportItem(Model):
        id = BigAutoField()
        subject = CharField(max_length=20, default='support')
        lead = ForeignKeyField(Lead, null=True)
        park = CharField(max_length=20, default='')
        unit = ForeignKeyField(Unit, null=True)
        kind = CharField(max_length=20, default='')
        measure = CharField(max_length=40, default='')
        rule_version = CharField(max_length=60, default='')
        title = CharField()
        legal_basis = TextField()
        beneficiary = TextField()
        condition = TextField()
        amount_fen = BigIntegerField(null=True)
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)
        facts = TextField(default='{}')
        step = CharField(max_length=20, default='')
        state = CharField(max_length=20, default='proposed')
        edition = IntegerField(default=1)
        first_opinion = TextField(default='')
        unheard_reason = TextField(default='')
        sent_at = DateTimeField(null=True)
        sent_by_name = CharField(default='')
        conclusion = CharField(max_length=20, default='')
        cleared_edition = IntegerField(null=True)
        cleared_until = DateField(null=True)
        contract_id = BigIntegerField(null=True)
        agreed_on = DateField(null=True)
        proposed_by = ForeignKeyField(Person, null=True)
        proposed_by_name = CharField(default='')
        proposed_at = DateTimeField()
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'support_item'
            indexes = ((('lead', 'subject', 'state'), False), (('park', 'subject', 'state'), False), (('subject', 'state', 'updated_at', 'id'), False), (('unit', 'updated_at', 'id'), False), (('cleared_until',), False), (('contract_id',), False))
    db.create_tables([SupportItem])

    class KeyEnterprise(Model):
        id = BigAutoField()
        item = ForeignKeyField(SupportItem)
        edition = IntegerField()
        position = IntegerField()
        name = CharField()
        uscc = CharField(max_length=18, default='')
        reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'key_enterprise'
            indexes = ((('item', 'edition', 'position'), True),)
    db.create_tables([KeyEnterprise])

    class OldPaper(Model):
        id = BigAutoField()
        title = CharField()
        counterpart = CharField(default='')
        signed_on = DateField(null=True)
        source = CharField(default='')
        sha256 = CharField(index=True, max_length=64)
        text = TextField()
        marks_version = CharField(max_length=40, default='')
        unit = ForeignKeyField(Unit, null=True)
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'old_paper'
    db.create_tables([OldPaper])

    class OldClause(Model):
        id = BigAutoField()
        paper = ForeignKeyField(OldPaper)
        position = IntegerField()
        text = TextField()
        marks = CharField(default='')
        state = CharField(max_length=20, default='open')
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'old_clause'
            indexes = ((('paper', 'position'), True), (('state', 'id'), False))
    db.create_tables([OldClause])

    class OldClauseStep(Model):
        id = BigAutoField()
        clause = ForeignKeyField(OldClause)
        state = CharField(max_length=20)
        note = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'old_clause_step'
            indexes = ((('clause', 'id'), False),)
    db.create_tables([OldClauseStep])

    class ParkIndustries(Model):
        id = BigAutoField()
        park = CharField(max_length=20)
        industries = TextField()
        reason = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'park_industries'
            indexes = ((('park', 'id'), False),)
    db.create_tables([ParkIndustries])

    class SupportEvent(Model):
        id = BigAutoField()
        item = ForeignKeyField(SupportItem)
        what = CharField(max_length=30)
        note = TextField(default='')
        happened_on = DateField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'support_event'
            indexes = ((('item', 'id'), False),)
    db.create_tables([SupportEvent])

    class SupportHearing(Model):
        id = BigAutoField()
        item = ForeignKeyField(SupportItem)
        edition = IntegerField()
        who = CharField()
        heard_on = DateField()
        how = CharField(max_length=20)
        said = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'support_hearing'
            indexes = ((('item', 'id'), False),)
    db.create_tables([SupportHearing])

    class SupportReview(Model):
        id = BigAutoField()
        item = ForeignKeyField(SupportItem)
        edition = IntegerField()
        drafting_unit = CharField(default='')
        first_opinion = TextField(default='')
        heard = IntegerField(default=0)
        conclusion = CharField(max_length=20)
        opinion = TextField()
        asked_change = TextField(default='')
        document_no = CharField()
        file_id = BigIntegerField()
        concluded_on = DateField()
        ground = CharField(max_length=20, default='')
        no_milder = TextField(default='')
        exception_until = DateField(null=True)
        end_conditions = TextField(default='')
        by = ForeignKeyField(Person)
        by_name = CharField()
        unit = ForeignKeyField(Unit, null=True)
        at = DateTimeField()
        confirmed_edition = IntegerField(null=True)
        confirmed_at = DateTimeField(null=True)
        confirmed_by = ForeignKeyField(Person, null=True)
        confirmed_by_name = CharField(default='')
        voided_at = DateTimeField(null=True)
        void_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'support_review'
            indexes = ((('item', 'id'), False), (('concluded_on', 'id'), False))
    db.create_tables([SupportReview])

    class SupportText(Model):
        id = BigAutoField()
        item = ForeignKeyField(SupportItem)
        edition = IntegerField()
        body = TextField()
        reason = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        unit = ForeignKeyField(Unit, null=True)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'support_text'
            indexes = ((('item', 'edition'), True),)
    db.create_tables([SupportText])
