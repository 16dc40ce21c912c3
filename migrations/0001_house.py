"""The first tables of the house, made by `python3 run.py schema` from every room's models.py."""
from peewee import *


def up(migrator, db):
    class Unit(Model):
        id = BigAutoField()
        code = CharField(unique=True)
        name = CharField(unique=True)
        pinyin = CharField(index=True, default='')
        office = CharField(default='other')
        active = BooleanField(default=True)
        class Meta:
            database = db
            table_name = 'unit'
    db.create_tables([Unit])

    class Person(Model):
        id = BigAutoField()
        login = CharField(unique=True)
        name = CharField()
        pinyin = CharField(index=True, default='')
        unit = ForeignKeyField(Unit, null=True)
        title = CharField(default='')
        phone = CharField(default='')
        password_hash = CharField()
        must_change_password = BooleanField(default=False)
        active = BooleanField(default=True)
        locale = CharField(default='zh_CN')
        failures = IntegerField(default=0)
        locked_until = DateTimeField(null=True)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'person'
    db.create_tables([Person])

    class Lead(Model):
        id = BigAutoField()
        number = CharField(unique=True)
        client_key = CharField(unique=True, null=True)
        version = IntegerField(default=1)
        name = CharField()
        name_key = CharField(index=True)
        name_pinyin = CharField(default='')
        investor = CharField(default='')
        investor_key = CharField(index=True, default='')
        investor_place = CharField(default='')
        investor_profile = TextField(default='')
        content = TextField(default='')
        products = TextField(default='')
        industry = CharField(default='')
        industry_code = CharField(default='')
        build_nature = CharField(default='')
        currency = CharField(default='CNY')
        investment_fen = BigIntegerField(null=True)
        investment_max_fen = BigIntegerField(null=True)
        foreign_amount_cents = BigIntegerField(null=True)
        fixed_assets_fen = BigIntegerField(null=True)
        land_cmu = BigIntegerField(null=True)
        annual_output_fen = BigIntegerField(null=True)
        annual_tax_fen = BigIntegerField(null=True)
        energy_tce = BigIntegerField(null=True)
        jobs = IntegerField(null=True)
        site = CharField(default='')
        park = CharField(default='')
        source = CharField(default='other')
        recommender = CharField(default='')
        unit = ForeignKeyField(Unit)
        owner = ForeignKeyField(Person, null=True)
        contact_name = CharField(default='')
        contact_phone = CharField(default='')
        leader = CharField(default='')
        first_contact_on = DateField(null=True)
        statistics_on = DateField(null=True)
        progress = TextField(default='')
        problems = TextField(default='')
        requests = TextField(default='')
        next_steps = TextField(default='')
        remark = TextField(default='')
        extra = TextField(default='{}')
        stage = CharField(default='lead')
        stage_since = DateField()
        opening = BooleanField(default=False)
        status = CharField(default='active')
        status_since = DateField()
        status_reason = CharField(default='')
        themes = CharField(default='')
        clusters = CharField(default='')
        theme = CharField(default='')
        cluster = CharField(default='')
        fit_reason = TextField(default='')
        fit_version = CharField(default='')
        contracted_fen = BigIntegerField(null=True)
        paid_in_fen = BigIntegerField(null=True)
        paid_in_recorded_fen = BigIntegerField(null=True)
        legs_verified = IntegerField(default=0)
        landed_on = DateField(null=True)
        landed_fen = BigIntegerField(null=True)
        recognised_on = DateField(null=True)
        last_contact_on = DateField(null=True)
        created_at = DateTimeField()
        created_by = ForeignKeyField(Person, null=True)
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'lead'
            indexes = ((('updated_at', 'id'), False), (('unit', 'updated_at', 'id'), False), (('owner', 'updated_at', 'id'), False), (('stage', 'updated_at', 'id'), False), (('status', 'updated_at', 'id'), False), (('source', 'updated_at', 'id'), False), (('park', 'updated_at', 'id'), False), (('theme', 'updated_at', 'id'), False), (('cluster', 'updated_at', 'id'), False), (('landed_on', 'updated_at', 'id'), False), (('investment_fen', 'id'), False), (('name_pinyin', 'id'), False), (('stage_since', 'id'), False))
    db.create_tables([Lead])

    class Committee(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        version = CharField()
        question = TextField(default='')
        chair = ForeignKeyField(Person, null=True)
        chair_name = CharField(default='')
        opened_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        dissolved_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'committee'
            indexes = ((('lead', 'ended_at'), False),)
    db.create_tables([Committee])

    class Acceptance(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        score = IntegerField()
        high = IntegerField()
        version = CharField()
        lines = TextField(default='[]')
        marks = TextField(default='[]')
        committee = ForeignKeyField(Committee, null=True)
        decided = BooleanField(default=True)
        note = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        superseded_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'acceptance'
            indexes = ((('lead', 'superseded_at'), False),)
    db.create_tables([Acceptance])

    class ApiAnswer(Model):
        id = BigAutoField()
        token_id = BigIntegerField()
        key = CharField()
        request_hash = CharField(max_length=64)
        status = IntegerField(default=0)
        headers = TextField(default='{}')
        body = TextField(default='')
        created_at = DateTimeField(index=True)
        class Meta:
            database = db
            table_name = 'api_answer'
            indexes = ((('token_id', 'key'), True),)
    db.create_tables([ApiAnswer])

    class ApiToken(Model):
        id = BigAutoField()
        person = ForeignKeyField(Person)
        name = CharField(max_length=60)
        token_hash = CharField(unique=True, max_length=64)
        hint = CharField(max_length=8)
        scopes = CharField()
        created_at = DateTimeField()
        expires_on = DateField()
        last_used_at = DateTimeField(null=True)
        last_address = CharField(max_length=64, default='')
        window_at = DateTimeField(null=True)
        window_count = IntegerField(default=0)
        revoked_at = DateTimeField(null=True)
        revoked_by = BigIntegerField(null=True)
        class Meta:
            database = db
            table_name = 'api_token'
    db.create_tables([ApiToken])

    class Assessment(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        version = CharField()
        result = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        current = BooleanField(default=True)
        class Meta:
            database = db
            table_name = 'assessment'
            indexes = ((('lead', 'current'), False), (('current', 'version'), False))
    db.create_tables([Assessment])

    class AuditEntry(Model):
        id = BigAutoField()
        at = DateTimeField()
        actor_id = BigIntegerField(null=True)
        actor_name = CharField()
        door = CharField()
        action = CharField()
        outcome = CharField()
        thing_kind = CharField(default='')
        thing_id = BigIntegerField(null=True)
        thing_label = CharField(default='')
        changes = TextField(default='[]')
        findings = TextField(default='[]')
        previous_hash = CharField(max_length=64)
        entry_hash = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'audit_entry'
            indexes = ((('thing_kind', 'thing_id', 'id'), False), (('actor_id', 'id'), False), (('action', 'id'), False))
    db.create_tables([AuditEntry])

    class AuditHead(Model):
        id = IntegerField(primary_key=True)
        last_hash = CharField(max_length=64)
        entries = BigIntegerField(default=0)
        class Meta:
            database = db
            table_name = 'audit_head'
    db.create_tables([AuditHead])

    class Bureau(Model):
        id = IntegerField(primary_key=True)
        name = CharField()
        kind = CharField()
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'bureau'
    db.create_tables([Bureau])

    class ChainEnterprise(Model):
        id = BigAutoField()
        link = CharField(max_length=60)
        name = CharField()
        source = CharField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        ended_at = DateTimeField(null=True)
        end_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'chain_enterprise'
            indexes = ((('link', 'ended_at'), False),)
    db.create_tables([ChainEnterprise])

    class ChainPlace(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        link = CharField(max_length=60)
        class Meta:
            database = db
            table_name = 'chain_place'
            indexes = ((('link', 'lead'), True), (('lead',), False))
    db.create_tables([ChainPlace])

    class Claim(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        cadre = ForeignKeyField(Person)
        posting_id = BigIntegerField(null=True)
        share_bps = IntegerField()
        reported_at = DateTimeField()
        reason = CharField(default='')
        counts_from = DateField(null=True)
        recorded_at = DateTimeField()
        recorded_by = ForeignKeyField(Person, null=True)
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'claim'
            indexes = ((('lead', 'ended_at'), False), (('cadre', 'ended_at', 'lead'), False))
    db.create_tables([Claim])

    class ClaimCase(Model):
        id = BigAutoField()
        client_key = CharField(unique=True, null=True, max_length=64)
        lead = ForeignKeyField(Lead)
        kind = CharField(max_length=20)
        cadre = ForeignKeyField(Person)
        other = ForeignKeyField(Person, null=True)
        report_id = BigIntegerField(null=True)
        asked_bps = IntegerField(null=True)
        grounds = TextField()
        file_id = BigIntegerField(null=True)
        protection = CharField(max_length=20, default='')
        protected_until = DateField(null=True)
        opened_at = DateTimeField()
        opened_by = ForeignKeyField(Person, null=True)
        opened_by_name = CharField(default='')
        answer = TextField(default='')
        answered_at = DateTimeField(null=True)
        answered_by_name = CharField(default='')
        decision = CharField(max_length=20, default='')
        decision_shares = CharField(default='')
        decision_reason = TextField(default='')
        decided_at = DateTimeField(null=True)
        decided_by = ForeignKeyField(Person, null=True)
        decided_by_name = CharField(default='')
        appeal = TextField(default='')
        appealed_at = DateTimeField(null=True)
        appealed_by = ForeignKeyField(Person, null=True)
        appealed_by_name = CharField(default='')
        outcome = CharField(max_length=20, default='')
        outcome_shares = CharField(default='')
        outcome_reason = TextField(default='')
        closed_at = DateTimeField(null=True)
        closed_by = ForeignKeyField(Person, null=True)
        closed_by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'claim_case'
            indexes = ((('lead', 'id'), False), (('cadre', 'id'), False), (('decision', 'outcome', 'id'), False))
    db.create_tables([ClaimCase])

    class CommitteeSeat(Model):
        id = BigAutoField()
        committee = ForeignKeyField(Committee)
        person = ForeignKeyField(Person)
        person_name = CharField(default='')
        marks = TextField(default='')
        note = TextField(default='')
        handed_in_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'committee_seat'
            indexes = ((('committee', 'person'), True), (('person', 'handed_in_at'), False))
    db.create_tables([CommitteeSeat])

    class Contact(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        happened_on = DateField()
        kind = CharField()
        two_way = BooleanField(default=False)
        text = TextField()
        next_step = CharField(default='')
        next_on = DateField(null=True)
        by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        client_key = CharField(unique=True, null=True)
        class Meta:
            database = db
            table_name = 'contact'
            indexes = ((('lead', 'happened_on', 'id'), False),)
    db.create_tables([Contact])

    class Contract(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        kind = CharField(max_length=20)
        signed_on = DateField()
        amount_fen = BigIntegerField()
        counterpart = CharField(default='')
        agreed_start_on = DateField(null=True)
        agreed_completion_on = DateField(null=True)
        agreed_production_on = DateField(null=True)
        yearly_plan = TextField(default='{}')
        note = TextField(default='')
        file_id = BigIntegerField(null=True)
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        recorded_at = DateTimeField()
        voided_at = DateTimeField(null=True)
        voided_by = ForeignKeyField(Person, null=True)
        void_reason = CharField(null=True)
        class Meta:
            database = db
            table_name = 'contract'
            indexes = ((('lead', 'voided_at', 'signed_on'), False),)
    db.create_tables([Contract])

    class CreditEvent(Model):
        id = BigAutoField()
        batch = BigIntegerField(index=True)
        key = CharField()
        enterprise = CharField(default='')
        lead = ForeignKeyField(Lead, null=True)
        cadre = ForeignKeyField(Person, null=True)
        kind = CharField(max_length=20)
        stands = BooleanField()
        happened_on = DateField()
        body = TextField()
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'credit_event'
            indexes = ((('key', 'id'), False), (('enterprise', 'id'), False), (('lead', 'id'), False))
    db.create_tables([CreditEvent])

    class CreditEntry(Model):
        id = BigAutoField()
        batch = BigIntegerField(index=True)
        event = ForeignKeyField(CreditEvent)
        cadre = ForeignKeyField(Person)
        lead = ForeignKeyField(Lead, null=True)
        item = CharField(max_length=20)
        part = CharField(max_length=20, default='')
        event_key = CharField()
        points = BigIntegerField()
        base = BigIntegerField()
        coefficient = IntegerField()
        share_bps = IntegerField()
        counted_on = DateField()
        happened_on = DateField()
        posting_id = BigIntegerField(null=True)
        tariff = CharField(max_length=40)
        reverses = ForeignKeyField('self', null=True)
        reason = CharField(max_length=40, default='')
        recorded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'credit_entry'
            indexes = ((('cadre', 'counted_on', 'id'), False), (('counted_on', 'id'), False), (('lead', 'id'), False), (('event_key', 'id'), False))
    db.create_tables([CreditEntry])

    class CreditHonour(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        list_name = CharField()
        year = IntegerField()
        place = IntegerField(null=True)
        document = CharField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        voided_at = DateTimeField(null=True)
        void_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'credit_honour'
            indexes = ((('lead', 'voided_at'), False),)
    db.create_tables([CreditHonour])

    class CreditMark(Model):
        id = IntegerField(primary_key=True)
        last_audit_id = BigIntegerField(default=0)
        last_batch = BigIntegerField(default=0)
        reports_on = DateField(null=True)
        class Meta:
            database = db
            table_name = 'credit_mark'
    db.create_tables([CreditMark])

    class CreditTariff(Model):
        id = BigAutoField()
        version = CharField(unique=True, max_length=40)
        in_force_from = DateField()
        body = TextField()
        sha256 = CharField(max_length=64)
        adopted_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'credit_tariff'
    db.create_tables([CreditTariff])

    class CreditTariffReview(Model):
        id = BigAutoField()
        tariff = ForeignKeyField(CreditTariff)
        conclusion = CharField(max_length=20)
        document = CharField()
        concluded_on = DateField()
        recorded_at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'credit_tariff_review'
    db.create_tables([CreditTariffReview])

    class Entity(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead, unique=True)
        version = IntegerField(default=1)
        kind = CharField(max_length=20)
        name = CharField()
        uscc = CharField(index=True, max_length=18, default='')
        address = CharField(default='')
        registrar = CharField(default='')
        registered_on = DateField(null=True)
        capital_fen = BigIntegerField(null=True)
        tax_office = CharField(default='')
        taxpayer_status = CharField(default='')
        taxed_on = DateField(null=True)
        accounting = BooleanField(null=True)
        books_kept_at = CharField(default='')
        statistics_relation = CharField(default='')
        increment_fen = BigIntegerField(null=True)
        note = TextField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_at = DateTimeField()
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'entity'
    db.create_tables([Entity])

    class EntityChange(Model):
        id = BigAutoField()
        entity = ForeignKeyField(Entity)
        version = IntegerField()
        fact = CharField()
        old = TextField(null=True)
        new = TextField(null=True)
        reason = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'entity_change'
            indexes = ((('entity', 'id'), False),)
    db.create_tables([EntityChange])

    class EvaluationPeriod(Model):
        id = BigAutoField()
        name = CharField(unique=True, max_length=40)
        starts_on = DateField()
        ends_on = DateField()
        objections_until = DateField()
        opened_at = DateTimeField()
        opened_by = ForeignKeyField(Person, null=True)
        opened_by_name = CharField(default='')
        closed_at = DateTimeField(null=True)
        closed_by = ForeignKeyField(Person, null=True)
        closed_by_name = CharField(default='')
        last_entry = BigIntegerField(null=True)
        frozen = TextField(default='')
        sha256 = CharField(max_length=64, default='')
        class Meta:
            database = db
            table_name = 'evaluation_period'
    db.create_tables([EvaluationPeriod])

    class EvaluationForm(Model):
        id = BigAutoField()
        period = ForeignKeyField(EvaluationPeriod)
        cadre = ForeignKeyField(Person)
        summary = TextField(default='')
        host_opinion = TextField(default='')
        home_opinion = TextField(default='')
        department_opinion = TextField(default='')
        staff = CharField(max_length=20, default='')
        grade = CharField(max_length=20, default='')
        version = IntegerField(default=1)
        updated_at = DateTimeField()
        updated_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            table_name = 'evaluation_form'
            indexes = ((('period', 'cadre'), True),)
    db.create_tables([EvaluationForm])

    class EvaluationObjection(Model):
        id = BigAutoField()
        period = ForeignKeyField(EvaluationPeriod)
        cadre = ForeignKeyField(Person)
        text = TextField()
        at = DateTimeField()
        answer = TextField(default='')
        upheld = BooleanField(null=True)
        answered_at = DateTimeField(null=True)
        answered_by = ForeignKeyField(Person, null=True)
        answered_by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'evaluation_objection'
            indexes = ((('period', 'id'), False),)
    db.create_tables([EvaluationObjection])

    class EvaluationQuota(Model):
        id = BigAutoField()
        period = ForeignKeyField(EvaluationPeriod)
        staff = CharField(max_length=20)
        base = IntegerField()
        note = CharField(default='')
        at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'evaluation_quota'
            indexes = ((('period', 'staff'), True),)
    db.create_tables([EvaluationQuota])

    class Evidence(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        leg = CharField(max_length=20)
        version = IntegerField()
        kind = CharField(max_length=30)
        file_id = BigIntegerField()
        sha256 = CharField(index=True, max_length=64)
        note = TextField(default='')
        facts = TextField(default='{}')
        valid_until = DateField(null=True)
        state = CharField(max_length=20, default='submitted')
        submitted_by = ForeignKeyField(Person, null=True)
        submitted_by_name = CharField(default='')
        submitted_at = DateTimeField()
        decided_by = ForeignKeyField(Person, null=True)
        decided_by_name = CharField(default='')
        decided_at = DateTimeField(null=True)
        reason = CharField(default='')
        void_reason = CharField(default='')
        voided_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'evidence'
            indexes = ((('lead', 'leg', 'version'), True), (('state', 'submitted_at', 'id'), False), (('state', 'valid_until', 'id'), False))
    db.create_tables([Evidence])

    class FalseReport(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        cadre = ForeignKeyField(Person)
        grounds = TextField()
        opened_at = DateTimeField()
        opened_by = ForeignKeyField(Person, null=True)
        opened_by_name = CharField(default='')
        statement = TextField(default='')
        stated_at = DateTimeField(null=True)
        decision = CharField(max_length=20, default='')
        decision_reason = TextField(default='')
        decided_at = DateTimeField(null=True)
        decided_by = ForeignKeyField(Person, null=True)
        decided_by_name = CharField(default='')
        appeal = TextField(default='')
        appealed_at = DateTimeField(null=True)
        outcome = CharField(max_length=20, default='')
        outcome_reason = TextField(default='')
        closed_at = DateTimeField(null=True)
        closed_by = ForeignKeyField(Person, null=True)
        closed_by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'false_report'
            indexes = ((('lead', 'outcome'), False), (('cadre', 'outcome'), False))
    db.create_tables([FalseReport])

    class FitOverride(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        themes = CharField(default='')
        clusters = CharField(default='')
        reason = CharField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'fit_override'
            indexes = ((('lead', 'ended_at'), False),)
    db.create_tables([FitOverride])

    class FormTemplate(Model):
        id = BigAutoField()
        kind = CharField(max_length=20)
        file_id = BigIntegerField()
        sha256 = CharField(max_length=64)
        name = CharField()
        at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        withdrawn_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'form_template'
    db.create_tables([FormTemplate])

    class Import(Model):
        id = BigAutoField()
        file_id = BigIntegerField()
        file_name = CharField()
        sha256 = CharField(index=True, max_length=64)
        content_hash = CharField(max_length=64, default='')
        mode = CharField(max_length=10, default='add')
        state = CharField(max_length=10, default='done')
        imported_by = BigIntegerField(null=True)
        imported_by_name = CharField(default='')
        at = DateTimeField()
        counts = TextField(default='{}')
        undone_at = DateTimeField(null=True)
        undone_by_name = CharField(default='')
        kept = TextField(default='[]')
        class Meta:
            database = db
            table_name = 'import'
    db.create_tables([Import])

    class ImportRow(Model):
        id = BigAutoField()
        intake = ForeignKeyField(Import)
        sheet = CharField()
        row = IntegerField()
        fingerprint = CharField(index=True, max_length=64)
        action = CharField(max_length=20)
        values = TextField(default='{}')
        findings = TextField(default='[]')
        duplicate_of = CharField(default='')
        lead_id = BigIntegerField(index=True, null=True)
        lead_version = BigIntegerField(null=True)
        before = TextField(default='{}')
        after = TextField(default='{}')
        settled = BooleanField(default=False)
        decision = CharField(default='')
        decided_by_name = CharField(default='')
        decided_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'import_row'
            indexes = ((('action', 'decision', 'id'), False), (('intake', 'settled', 'id'), False))
    db.create_tables([ImportRow])

    class Job(Model):
        id = BigAutoField()
        kind = CharField(max_length=60)
        title = TextField()
        person_id = BigIntegerField(null=True)
        person_name = CharField(default='')
        unit_id = BigIntegerField(null=True)
        actor = TextField()
        arguments = TextField(default='{}')
        cursor = TextField(default='null')
        state = CharField(max_length=20, default='queued')
        order_key = CharField(unique=True, null=True, max_length=120)
        lease = CharField(max_length=64, default='')
        worker = CharField(max_length=120, default='')
        lease_until = DateTimeField(null=True)
        heartbeat_at = DateTimeField(null=True)
        not_before = DateTimeField()
        attempts = IntegerField(default=0)
        most_attempts = IntegerField(default=5)
        done = BigIntegerField(default=0)
        total = BigIntegerField(null=True)
        errors = BigIntegerField(default=0)
        message = TextField(default='[]')
        result = TextField(default='null')
        link = CharField(max_length=500, default='')
        file_stored = CharField(max_length=80, default='')
        file_name = CharField(default='')
        file_type = CharField(default='')
        cancel_asked = BooleanField(default=False)
        created_at = DateTimeField()
        started_at = DateTimeField(null=True)
        ended_at = DateTimeField(index=True, null=True)
        class Meta:
            database = db
            table_name = 'job'
            indexes = ((('state', 'not_before', 'id'), False), (('person_id', 'id'), False))
    db.create_tables([Job])

    class JobSchedule(Model):
        id = BigAutoField()
        code = CharField(unique=True, max_length=80)
        kind = CharField(max_length=60)
        title = TextField()
        actor = TextField()
        arguments = TextField(default='{}')
        rule = CharField(max_length=40)
        every_missed = BooleanField(default=False)
        next_due = DateTimeField(index=True)
        last_due = DateTimeField(null=True)
        active = BooleanField(default=True)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'job_schedule'
    db.create_tables([JobSchedule])

    class LeadFact(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        fact = CharField()
        value = TextField(null=True)
        happened_on = DateField()
        recorded_at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        reason = TextField(default='')
        opening = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'lead_fact'
            indexes = ((('lead', 'fact', 'happened_on', 'id'), False), (('fact', 'happened_on', 'id'), False))
    db.create_tables([LeadFact])

    class LeadHandover(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        posting_id = BigIntegerField()
        cadre = ForeignKeyField(Person)
        taker = ForeignKeyField(Person)
        reason = CharField(default='')
        at = DateTimeField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        class Meta:
            database = db
            table_name = 'lead_handover'
            indexes = ((('posting_id', 'id'), False), (('lead', 'id'), False))
    db.create_tables([LeadHandover])

    class LeadMerge(Model):
        id = BigAutoField()
        gone = ForeignKeyField(Lead)
        kept = ForeignKeyField(Lead)
        reason = TextField(default='')
        moved = TextField(default='{}')
        before = TextField(default='{}')
        kept_version = BigIntegerField()
        by_name = CharField(default='')
        at = DateTimeField()
        undone_by_name = CharField(default='')
        undone_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'lead_merge'
            indexes = ((('gone', 'undone_at'), False),)
    db.create_tables([LeadMerge])

    class LeadParty(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        role = CharField(max_length=20)
        person = ForeignKeyField(Person, null=True)
        unit = ForeignKeyField(Unit, null=True)
        name = CharField(default='')
        happened_on = DateField()
        reason = CharField(default='')
        recorded_at = DateTimeField()
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'lead_party'
            indexes = ((('lead', 'role', 'ended_at'), False),)
    db.create_tables([LeadParty])

    class LeadReport(Model):
        id = BigAutoField()
        client_key = CharField(unique=True, null=True, max_length=64)
        lead = ForeignKeyField(Lead)
        cadre = ForeignKeyField(Person)
        posting_id = BigIntegerField(null=True)
        mode = CharField(max_length=20)
        state = CharField(max_length=20)
        reported_at = DateTimeField()
        device_at = DateTimeField(null=True)
        proved_at = DateTimeField()
        company_key = CharField(index=True, default='')
        message_kind = CharField(max_length=20, default='')
        message_text = TextField(default='')
        file_id = BigIntegerField(null=True)
        note = TextField(default='')
        look_alikes = CharField(default='')
        entered_by = ForeignKeyField(Person, null=True)
        entered_by_name = CharField(default='')
        answered_at = DateTimeField(null=True)
        refusal = CharField(default='')
        class Meta:
            database = db
            table_name = 'lead_report'
            indexes = ((('lead', 'id'), False), (('cadre', 'id'), False), (('company_key', 'proved_at'), False))
    db.create_tables([LeadReport])

    class Mapping(Model):
        id = BigAutoField()
        unit_id = BigIntegerField(default=0)
        layout = CharField(max_length=64)
        choices = TextField(default='{}')
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'mapping'
            indexes = ((('unit_id', 'layout'), True),)
    db.create_tables([Mapping])

    class Milestone(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        kind = CharField(max_length=30)
        happened_on = DateField()
        document_no = CharField(default='')
        file_id = BigIntegerField(null=True)
        note = CharField(default='')
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        recorded_at = DateTimeField()
        voided_at = DateTimeField(null=True)
        voided_by = ForeignKeyField(Person, null=True)
        void_reason = CharField(null=True)
        class Meta:
            database = db
            table_name = 'milestone'
            indexes = ((('lead', 'voided_at', 'kind'), False),)
    db.create_tables([Milestone])

    class MonthlyReport(Model):
        id = BigAutoField()
        cadre = ForeignKeyField(Person)
        month = CharField(max_length=7)
        facts = TextField(default='{}')
        work = TextField(default='')
        difficulties = TextField(default='')
        plan = TextField(default='')
        sent_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'monthly_report'
            indexes = ((('cadre', 'month'), True), (('month', 'cadre'), False))
    db.create_tables([MonthlyReport])

    class NumberSequence(Model):
        year = IntegerField(primary_key=True)
        last = IntegerField()
        class Meta:
            database = db
            table_name = 'number_sequence'
    db.create_tables([NumberSequence])

    class Opportunity(Model):
        id = BigAutoField()
        link = CharField(max_length=60)
        edition = IntegerField(default=1)
        title = CharField()
        brief = TextField()
        market = TextField(default='')
        park = CharField(default='')
        site = CharField(default='')
        land_cmu = BigIntegerField(null=True)
        investment_fen = BigIntegerField(null=True)
        conditions = TextField(default='')
        contact = CharField(default='')
        state = CharField(max_length=20, default='open')
        state_reason = CharField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'opportunity'
            indexes = ((('link', 'state'), False), (('state', 'id'), False))
    db.create_tables([Opportunity])

    class OpportunityLead(Model):
        id = BigAutoField()
        opportunity = ForeignKeyField(Opportunity)
        lead = ForeignKeyField(Lead)
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'opportunity_lead'
            indexes = ((('opportunity', 'ended_at'), False), (('lead', 'ended_at'), False))
    db.create_tables([OpportunityLead])

    class PaidIn(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        paid_on = DateField()
        amount_fen = BigIntegerField()
        kind = CharField(max_length=20)
        outside_bps = IntegerField(null=True)
        voucher_no = CharField(index=True, default='')
        file_id = BigIntegerField(index=True, null=True)
        note = TextField(default='')
        excess_reason = CharField(default='')
        reverses = ForeignKeyField('self', unique=True, null=True)
        recognised_at = DateTimeField(null=True)
        recorded_by = ForeignKeyField(Person, null=True)
        recorded_by_name = CharField(default='')
        recorded_at = DateTimeField()
        voided_at = DateTimeField(null=True)
        voided_by = ForeignKeyField(Person, null=True)
        void_reason = CharField(null=True)
        class Meta:
            database = db
            table_name = 'paid_in'
            indexes = ((('lead', 'voided_at', 'paid_on'), False), (('recognised_at', 'voided_at', 'recorded_at'), False))
    db.create_tables([PaidIn])

    class PaidInCheck(Model):
        id = BigAutoField()
        paid_in = ForeignKeyField(PaidIn)
        by = ForeignKeyField(Person)
        by_name = CharField()
        unit = ForeignKeyField(Unit, null=True)
        office = CharField(max_length=20)
        verdict = CharField(max_length=20)
        reason = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'paid_in_check'
            indexes = ((('paid_in', 'id'), False),)
    db.create_tables([PaidInCheck])

    class Partner(Model):
        id = BigAutoField()
        name = CharField(unique=True, max_length=60)
        code_hash = CharField(unique=True, max_length=64)
        hint = CharField(max_length=8)
        created_at = DateTimeField()
        closed_at = DateTimeField(null=True)
        window_at = DateTimeField(null=True)
        window_count = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'partner'
    db.create_tables([Partner])

    class PartnerHint(Model):
        id = BigAutoField()
        partner = ForeignKeyField(Partner)
        received_at = DateTimeField()
        fingerprint = CharField(max_length=64)
        values = TextField()
        state = CharField(max_length=20, default='waiting')
        decided_by = BigIntegerField(null=True)
        decided_by_name = CharField(default='')
        decided_at = DateTimeField(null=True)
        reason = CharField(default='')
        lead_id = BigIntegerField(null=True)
        class Meta:
            database = db
            table_name = 'partner_hint'
            indexes = ((('state', 'id'), False), (('partner', 'fingerprint'), True))
    db.create_tables([PartnerHint])

    class PartnerSwitch(Model):
        id = IntegerField(primary_key=True)
        is_open = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'partner_switch'
    db.create_tables([PartnerSwitch])

    class Posting(Model):
        id = BigAutoField()
        cadre = ForeignKeyField(Person)
        home_unit = ForeignKeyField(Unit, null=True)
        host_place = CharField()
        host_unit = CharField()
        post = CharField(default='')
        post_kind = CharField(max_length=20, default='')
        home_elsewhere = CharField(default='')
        offline = BooleanField(default=False)
        closed_at = DateTimeField(null=True)
        direction = CharField(default='out')
        starts_on = DateField()
        ends_on = DateField()
        created_at = DateTimeField()
        created_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            table_name = 'posting'
            indexes = ((('cadre', 'starts_on', 'ends_on'), False),)
    db.create_tables([Posting])

    class PostingChange(Model):
        id = BigAutoField()
        posting = ForeignKeyField(Posting)
        kind = CharField()
        old_end = DateField()
        new_end = DateField()
        reason = CharField()
        by = ForeignKeyField(Person, null=True)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'posting_change'
    db.create_tables([PostingChange])

    class Recognition(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        entity = ForeignKeyField(Entity)
        uscc = CharField(max_length=18)
        expansion = BooleanField(default=False)
        legs = TextField(default='{}')
        recognised_by = ForeignKeyField(Person, null=True)
        recognised_by_name = CharField(default='')
        recognised_on = DateField(index=True)
        counted_fen = BigIntegerField(null=True)
        recheck_due = DateField(index=True, null=True)
        suspended_on = DateField(null=True)
        at = DateTimeField()
        ended_on = DateField(null=True)
        end_kind = CharField(max_length=20, default='')
        end_reason = TextField(default='')
        ended_by = ForeignKeyField(Person, null=True)
        ended_by_name = CharField(default='')
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'recognition'
    db.create_tables([Recognition])

    class RecognitionEvent(Model):
        id = BigAutoField()
        recognition = ForeignKeyField(Recognition)
        kind = CharField(max_length=20)
        happened_on = DateField()
        reason = TextField(default='')
        next_due = DateField(null=True)
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'recognition_event'
            indexes = ((('recognition', 'id'), False),)
    db.create_tables([RecognitionEvent])

    class ReportExcuse(Model):
        id = BigAutoField()
        cadre = ForeignKeyField(Person)
        month = CharField(max_length=7)
        reason = CharField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        taken_back_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'report_excuse'
            indexes = ((('cadre', 'month'), False),)
    db.create_tables([ReportExcuse])

    class RoleGrant(Model):
        id = BigAutoField()
        person = ForeignKeyField(Person)
        role = CharField()
        granted_by = ForeignKeyField(Person, null=True)
        granted_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'role_grant'
            indexes = ((('person', 'role', 'ended_at'), False),)
    db.create_tables([RoleGrant])

    class RuleDraft(Model):
        id = BigAutoField()
        kind = CharField(unique=True, max_length=20)
        based_on = CharField()
        text = TextField()
        edition = IntegerField(default=1)
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        updated_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'rule_draft'
    db.create_tables([RuleDraft])

    class RuleReview(Model):
        id = BigAutoField()
        kind = CharField(max_length=20)
        version = CharField(max_length=40)
        text_hash = CharField(max_length=64)
        conclusion = CharField(max_length=20)
        document_no = CharField(default='')
        opinion = TextField(default='')
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'rule_review'
            indexes = ((('kind', 'text_hash'), False),)
    db.create_tables([RuleReview])

    class RuleVersion(Model):
        id = BigAutoField()
        kind = CharField(max_length=20)
        version = CharField(max_length=40)
        based_on = CharField()
        in_force_from = DateField()
        text = TextField()
        text_hash = CharField(max_length=64)
        reason = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'rule_version'
            indexes = ((('kind', 'version'), True), (('kind', 'in_force_from', 'id'), False))
    db.create_tables([RuleVersion])

    class SetupCode(Model):
        id = IntegerField(primary_key=True)
        code_hash = CharField()
        failures = IntegerField(default=0)
        made_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'setup_code'
    db.create_tables([SetupCode])

    class SignIn(Model):
        id = BigAutoField()
        token_hash = CharField(unique=True)
        person = ForeignKeyField(Person, null=True, on_delete='CASCADE')
        payload = TextField(default='{}')
        created_at = DateTimeField()
        seen_at = DateTimeField(index=True)
        address = CharField(default='')
        agent = CharField(default='')
        class Meta:
            database = db
            table_name = 'sign_in'
    db.create_tables([SignIn])

    class Sitting(Model):
        id = BigAutoField()
        file_id = BigIntegerField(unique=True)
        mode = CharField(max_length=10, default='add')
        choices = TextField(default='{}')
        edits = TextField(default='{}')
        touched_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'sitting'
    db.create_tables([Sitting])

    class StoredFile(Model):
        id = BigAutoField()
        purpose = CharField()
        sha256 = CharField(index=True, max_length=64)
        size = BigIntegerField()
        media_type = CharField()
        original_name = CharField()
        stored_name = CharField(unique=True)
        uploaded_by = BigIntegerField(null=True)
        uploaded_at = DateTimeField()
        scan_state = CharField(max_length=20, default='')
        scan_note = CharField(default='')
        scanned_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'stored_file'
    db.create_tables([StoredFile])

    class Veto(Model):
        id = BigAutoField()
        lead = ForeignKeyField(Lead)
        rule = CharField()
        text = TextField()
        by = ForeignKeyField(Person, null=True)
        by_name = CharField(default='')
        at = DateTimeField()
        lifted_at = DateTimeField(null=True)
        lifted_by = ForeignKeyField(Person, null=True)
        lift_reason = CharField(default='')
        class Meta:
            database = db
            table_name = 'veto'
            indexes = ((('lead', 'lifted_at'), False),)
    db.create_tables([Veto])
    db.execute_sql('CREATE UNIQUE INDEX "recognition_one_per_lead" ON "recognition" ("lead_id") WHERE ended_at IS NULL')
    db.execute_sql('CREATE UNIQUE INDEX "recognition_one_per_uscc" ON "recognition" ("uscc") WHERE ended_at IS NULL AND NOT expansion')
    search_table(db)
    append_only(db, 'audit_entry')
    append_only(db, 'lead_fact')
    append_only(db, 'credit_tariff')
    append_only(db, 'credit_event')
    append_only(db, 'credit_entry')
    append_only(db, 'rule_version')
    append_only(db, 'rule_review')
    append_only(db, 'paid_in_check')


def search_table(db):
    """Make the table that words are searched in: FTS5 on SQLite, tsvector on PostgreSQL (no extension needed)."""
    if 'Sqlite' in type(db).__name__:
        db.execute_sql("CREATE VIRTUAL TABLE lead_search USING fts5(body, tokenize='unicode61', detail='none')")
        return
    db.execute_sql('CREATE TABLE lead_search (lead_id BIGINT PRIMARY KEY REFERENCES lead(id), body tsvector NOT NULL)')
    db.execute_sql('CREATE INDEX lead_search_body ON lead_search USING gin (body)')


def append_only(db, table):
    """Refuse every change and removal of a table's rows, whoever asks."""
    if 'Sqlite' in type(db).__name__:
        for verb in ('UPDATE', 'DELETE'):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    db.execute_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$")
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
