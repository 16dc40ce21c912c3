"""Rules under review: short conclusions on scorecard, lexicon and tariff move into the register, as what they are.

Nothing is made up on the way: no first opinion, nobody heard, no paper (file 0). What is in force stays in force; a draft or
a later version that had only a short conclusion goes through the whole review before it counts.
"""
import hashlib
import re
from datetime import datetime, timedelta, timezone

from peewee import *

NAMES = {'scorecard': '准入评分表', 'lexicon': '研判词库', 'tariff': '积分标准'}
CODES = {'amend': 'changed', 'pass': 'allowed'}
BASIS = '本版本的审查结论记于审查台账建立之前，当时未记载依据、初审意见和听取意见情况'
DATE_LINE = re.compile(r'^in_force_from\s*=\s*.*$', re.MULTILINE)
VERSION_LINE = re.compile(r'^version\s*=\s*"([^"]*)"', re.MULTILINE)


def up(migrator, db):
    migrator.migrate(migrator.add_column('support_item', 'fingerprint', CharField(max_length=64, default='')))
    migrator.migrate(migrator.add_column('rule_draft', 'hands', TextField(default='')))
    tables = Tables(db)
    moment = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    for row in tables.item.select().where(tables.item.subject == 'rule').dicts():
        mark = hashlib.sha256(row['condition'].encode()).hexdigest()
        tables.item.update(fingerprint=mark).where(tables.item.id == row['id']).execute()
    move_versions(tables, moment)
    move_tariffs(tables, moment)
    # Append-only triggers go with their tables; on PostgreSQL the checks of foreign keys must not wait any longer.
    if 'Sqlite' not in type(db).__name__:
        db.execute_sql('SET CONSTRAINTS ALL IMMEDIATE')
    db.execute_sql('DROP TABLE rule_review')
    db.execute_sql('DROP TABLE credit_tariff_review')


def shanghai(moment):
    return (moment + timedelta(hours=8)).date()


def move_versions(tables, moment):
    """Enter the versions of scorecard and lexicon that are in force or were reviewed."""
    today = shanghai(moment)
    versions = list(tables.version.select().dicts())
    drafts = {row['kind']: VERSION_LINE.search(row['text']) for row in tables.draft.select().dicts()}
    named = {(row['kind'], row['version']) for row in versions}
    named |= {(kind, found[1]) for kind, found in drafts.items() if found}
    reviews = list(tables.review.select().order_by(tables.review.id).dicts())
    left = {}
    for row in reviews:
        left.setdefault((row['kind'], row['version'], row['text_hash']), []).append(row)
    for row in sorted(versions, key=lambda one: one['id']):
        mark = hashlib.sha256(DATE_LINE.sub('', row['text'], count=1).encode()).hexdigest()
        told = left.pop((row['kind'], row['version'], mark), [])
        begun = row['in_force_from'] <= today
        if told or (begun and row['kind'] == 'scorecard'):
            enter(tables, row['kind'], row['version'], mark, told, moment, text=row['text'],
                  since=row['in_force_from'] if begun else None, by=row)
    for (kind, version, mark), told in left.items():
        # A text of a name that stands elsewhere was a draft; a name of no version and no draft came with the product.
        came = (kind, version) not in named
        enter(tables, kind, version, mark, told, moment, since=shanghai(told[0]['at']) if came else None)


def move_tariffs(tables, moment):
    """Enter the conclusions on tariffs, and the later tariffs that count already without one."""
    today = shanghai(moment)
    for place, row in enumerate(tables.tariff.select().order_by(tables.tariff.id).dicts()):
        told = [
            {'conclusion': one['conclusion'], 'document_no': one['document'], 'opinion': '', 'by': one['by'],
             'by_name': one['by_name'], 'at': one['recorded_at'], 'on': one['concluded_on']}
            for one in tables.tariff_review.select().where(tables.tariff_review.tariff == row['id']).order_by(
                tables.tariff_review.id).dicts()
        ]
        begun = row['in_force_from'] <= today
        if told or (begun and place):
            enter(tables, 'tariff', row['version'], row['sha256'], told, moment, text=row['body'],
                  since=row['in_force_from'] if begun else None)


def enter(tables, kind, version, mark, told, moment, *, text='', since=None, by=None):
    """Enter one version with its short conclusions; without a day it is over and must be handed in anew."""
    last = CODES.get(told[-1]['conclusion'], told[-1]['conclusion']) if told else ''
    lets_out = since is not None and last in ('allowed', 'exception')
    words = text if 0 < len(text) <= 6000 else f'{NAMES[kind]} {version} 版，文本指纹（SHA-256）：{mark}'
    item = tables.item.insert(
        subject='rule', rule_version=f'{kind} {version}', fingerprint=mark, title=f'{NAMES[kind]}，{version} 版',
        legal_basis=BASIS, beneficiary='—', condition=words, state='in_force' if since else 'ended', edition=1,
        conclusion=last, cleared_edition=1 if lets_out else None, agreed_on=since,
        proposed_by=by['by'] if by else None, proposed_by_name=by['by_name'] if by else '',
        proposed_at=told[0]['at'] if told else moment, updated_at=moment,
    ).execute()
    tables.text.insert(item=item, edition=1, body='{}', at=moment).execute()
    for place, one in enumerate(told):
        if one['by'] is None:
            continue
        standing = place == len(told) - 1
        tables.concluded.insert(
            item=item, edition=1, conclusion=CODES.get(one['conclusion'], one['conclusion']), opinion=one['opinion'],
            document_no=one['document_no'], file_id=0, concluded_on=one.get('on') or shanghai(one['at']), by=one['by'],
            by_name=one['by_name'], at=one['at'], voided_at=None if standing else told[place + 1]['at'],
            void_reason='' if standing else 'later',
        ).execute()
    tables.event.insert(
        item=item, what='in_force' if since else 'ended', note='审查台账建立之前的版本，迁入台账', at=moment,
        happened_on=since or shanghai(moment),
    ).execute()


class Tables:
    """The tables that this migration reads and fills, as they stand at this number."""

    def __init__(self, db):
        class Base(Model):
            id = BigAutoField()
            class Meta:
                database = db

        class SupportItem(Base):
            subject = CharField()
            park = CharField(default='')
            kind = CharField(default='')
            measure = CharField(default='')
            rule_version = CharField()
            fingerprint = CharField()
            title = CharField()
            legal_basis = TextField()
            beneficiary = TextField()
            condition = TextField()
            facts = TextField(default='{}')
            step = CharField(default='')
            state = CharField()
            edition = IntegerField()
            first_opinion = TextField(default='')
            unheard_reason = TextField(default='')
            sent_by_name = CharField(default='')
            conclusion = CharField()
            cleared_edition = IntegerField(null=True)
            agreed_on = DateField(null=True)
            proposed_by = BigIntegerField(null=True, column_name='proposed_by_id')
            proposed_by_name = CharField()
            proposed_at = DateTimeField()
            updated_at = DateTimeField()
            class Meta:
                table_name = 'support_item'

        class SupportText(Base):
            item = BigIntegerField(column_name='item_id')
            edition = IntegerField()
            body = TextField()
            reason = TextField(default='')
            by_name = CharField(default='')
            at = DateTimeField()
            class Meta:
                table_name = 'support_text'

        class SupportReview(Base):
            item = BigIntegerField(column_name='item_id')
            edition = IntegerField()
            drafting_unit = CharField(default='')
            first_opinion = TextField(default='')
            heard = IntegerField(default=0)
            conclusion = CharField()
            opinion = TextField()
            asked_change = TextField(default='')
            document_no = CharField()
            file_id = BigIntegerField()
            concluded_on = DateField()
            ground = CharField(default='')
            no_milder = TextField(default='')
            end_conditions = TextField(default='')
            by = BigIntegerField(column_name='by_id')
            by_name = CharField()
            at = DateTimeField()
            confirmed_by_name = CharField(default='')
            voided_at = DateTimeField(null=True)
            void_reason = CharField(default='')
            class Meta:
                table_name = 'support_review'

        class SupportEvent(Base):
            item = BigIntegerField(column_name='item_id')
            what = CharField()
            note = TextField()
            happened_on = DateField()
            by_name = CharField(default='')
            at = DateTimeField()
            class Meta:
                table_name = 'support_event'

        class RuleDraft(Base):
            kind = CharField()
            text = TextField()
            class Meta:
                table_name = 'rule_draft'

        class RuleVersion(Base):
            kind = CharField()
            version = CharField()
            in_force_from = DateField()
            text = TextField()
            by = BigIntegerField(null=True, column_name='by_id')
            by_name = CharField()
            class Meta:
                table_name = 'rule_version'

        class RuleReview(Base):
            kind = CharField()
            version = CharField()
            text_hash = CharField()
            conclusion = CharField()
            document_no = CharField()
            opinion = TextField()
            by = BigIntegerField(null=True, column_name='by_id')
            by_name = CharField()
            at = DateTimeField()
            class Meta:
                table_name = 'rule_review'

        class CreditTariff(Base):
            version = CharField()
            in_force_from = DateField()
            body = TextField()
            sha256 = CharField()
            class Meta:
                table_name = 'credit_tariff'

        class CreditTariffReview(Base):
            tariff = BigIntegerField(column_name='tariff_id')
            conclusion = CharField()
            document = CharField()
            concluded_on = DateField()
            recorded_at = DateTimeField()
            by = BigIntegerField(null=True, column_name='by_id')
            by_name = CharField()
            class Meta:
                table_name = 'credit_tariff_review'

        self.item, self.text, self.concluded, self.event = SupportItem, SupportText, SupportReview, SupportEvent
        self.draft, self.version, self.review = RuleDraft, RuleVersion, RuleReview
        self.tariff, self.tariff_review = CreditTariff, CreditTariffReview
