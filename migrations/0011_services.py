"""Services: made by `python3 run.py schema`."""
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

    class Matter(Model):
        id = BigAutoField()
        category = CharField(max_length=20)
        kind = CharField(max_length=30)
        title = CharField()
        detail = TextField(default='')
        source = CharField(default='')
        lead = ForeignKeyField(Lead, null=True)
        about_unit = ForeignKeyField(Unit, null=True)
        owner_unit = ForeignKeyField(Unit)
        owner = ForeignKeyField(Person, null=True)
        raised_on = DateField()
        due_on = DateField()
        state = CharField(max_length=20, default='open')
        answer = TextField(default='')
        answered_on = DateField(null=True)
        answered_by = ForeignKeyField(Person, null=True)
        closed_on = DateField(null=True)
        rating = CharField(max_length=20, default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_unit = ForeignKeyField(Unit, null=True)
        recorded_at = DateTimeField()
        changed_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'matter'
            indexes = ((('state', 'due_on', 'id'), False), (('owner_unit', 'state', 'due_on'), False), (('lead', 'id'), False))
    db.create_tables([Matter])

    class MatterStep(Model):
        id = BigAutoField()
        matter = ForeignKeyField(Matter)
        kind = CharField(max_length=20)
        text = TextField(default='')
        old = CharField(default='')
        new = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'matter_step'
            indexes = ((('matter', 'id'), False),)
    db.create_tables([MatterStep])
