"""Overview closes: made by `python3 run.py schema`."""
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
