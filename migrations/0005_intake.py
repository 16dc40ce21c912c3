"""Intake: made by `python3 run.py schema`."""
from peewee import *


def up(migrator, db):
    class Lead(Model):
        id = BigAutoField()
        class Meta:
            database = db
            table_name = 'lead'

    class LeadChange(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        version = BigIntegerField()
        fact = CharField(max_length=40)
        old = TextField(default='null')
        class Meta:
            database = db
            table_name = 'lead_change'
            indexes = ((('lead', 'version'), False),)
    db.create_tables([LeadChange])

    class LeadPair(Model):
        id = BigAutoField()
        one = ForeignKeyField(Lead)
        other = ForeignKeyField(Lead)
        reason = TextField(default='')
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'lead_pair'
            indexes = ((('one', 'other'), True),)
    db.create_tables([LeadPair])

    migrator.migrate(migrator.add_column('sitting', 'answers', TextField(default='{}')))
    compare_anew(db)


def compare_anew(db):
    """Write the keys of names by the one rule that compares them at every door."""
    from crm.leads.rules_names import company_key, name_key

    leads = db.execute_sql('SELECT id, name, investor FROM lead').fetchall()
    mark = '?' if 'Sqlite' in type(db).__name__ else '%s'
    for lead_id, name, investor in leads:
        db.execute_sql(
            f'UPDATE lead SET name_key = {mark}, investor_key = {mark} WHERE id = {mark}',
            (name_key(name)[:255], company_key(investor or '')[:255], lead_id))
    reports = db.execute_sql(
        'SELECT r.id, l.investor FROM lead_report r JOIN lead l ON l.id = r.lead_id').fetchall()
    for report_id, investor in reports:
        db.execute_sql(
            f'UPDATE lead_report SET company_key = {mark} WHERE id = {mark}', (company_key(investor or '')[:255], report_id))
