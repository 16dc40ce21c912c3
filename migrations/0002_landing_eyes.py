"""The unit in which a verifier decided, kept with the evidence: people change units, their verification does not."""
from peewee import *


def up(migrator, db):
    class Unit(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'unit'

    migrator.migrate(migrator.add_column('evidence', 'decided_unit_id', ForeignKeyField(Unit, field=Unit.id, null=True)))
    # What was decided before is taken to have been decided in the unit of today.
    db.execute_sql(
        "UPDATE evidence SET decided_unit_id = (SELECT unit_id FROM person WHERE person.id = evidence.decided_by_id) "
        "WHERE decided_by_id IS NOT NULL"
    )
