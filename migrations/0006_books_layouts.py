"""Books: made by `python3 run.py schema`."""
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

    class MeetingItem(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead, unique=True)
        code_name = CharField(max_length=60, default='')
        matter = TextField(default='')
        version = IntegerField(default=1)
        updated_by = ForeignKeyField(Person, null=True)
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'meeting_item'
    db.create_tables([MeetingItem])

    class ReportLayout(Model):
        id = BigAutoField()
        owner = ForeignKeyField(Person)
        name = CharField(max_length=60)
        columns = TextField()
        group_by = CharField(max_length=40, default='')
        filters = TextField(default='{}')
        words = CharField(max_length=100, default='')
        sort = CharField(max_length=20, default='updated')
        shared = BooleanField(default=False)
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        deleted_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'report_layout'
            indexes = ((('owner', 'deleted_at', 'id'), False), (('shared', 'deleted_at', 'id'), False))
    db.create_tables([ReportLayout])
