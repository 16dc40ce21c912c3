"""A named cast for tests of rules that depend on who acts: units, people in every role, and what they bring."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crm.core.actor import CLI, Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 6, 1, 4, 0)
"""Noon in Shanghai on the day on which the tests' story happens."""
DAY = date(2026, 6, 1)
USCC = "91513401MA62B00G1P"
OTHER_USCC = "91513401MA62B00H0M"


@dataclass(frozen=True)
class Cast:
    """The people of the story as actors; zhang of 招商 owns the leads, wang of the tax office verifies."""

    zhang: Actor
    li: Actor
    chen: Actor
    wang: Actor
    zhou: Actor
    gu: Actor
    sun: Actor
    liu: Actor
    he: Actor
    luo: Actor
    ma: Actor
    cli: Actor

    def people(self) -> Iterator[tuple[str, Actor]]:
        """Give everybody by name."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)


def unit(code: str, name: str, office: str = "other") -> int:
    """Enter a unit."""
    from crm.accounts.models import Unit

    row: Any = Unit.create(code=code, name=name, pinyin=code, office=office)
    return int(row.id)


def person(login: str, name: str, role: str, unit_id: int | None, *, granted_by: int | None = None) -> Actor:
    """Enter somebody with one role (without the cost of a password) and return them as an actor."""
    from crm.accounts.models import Person, RoleGrant

    row: Any = Person.create(login=login, name=name, pinyin=login, unit=unit_id, password_hash="-", created_at=AT)
    RoleGrant.create(person=row.id, role=role, granted_by=granted_by, granted_at=AT)
    return Actor(int(row.id), name, frozenset({role}), unit_id, posted=role == "cadre")


def assemble() -> Cast:
    """Enter the whole cast into an empty house."""
    from crm.cadres.models import Posting

    invest = unit("invest", "投资促进局", "investment")
    park = unit("park", "北园区管委会")
    tax = unit("tax", "税务局", "finance")
    hall = unit("hall", "市政府办公室")
    cast = Cast(
        zhang=person("zhang", "张招商", "officer", invest),
        li=person("li", "李园区", "officer", park),
        chen=person("chen", "陈局", "manager", hall),
        wang=person("wang", "王税务", "verifier", tax),
        zhou=person("zhou", "周统计", "verifier", hall),
        gu=person("gu", "顾同科", "verifier", invest),
        sun=person("sun", "孙挂职", "cadre", hall),
        liu=person("liu", "刘联络", "liaison", hall),
        he=person("he", "何组织", "organiser", hall),
        luo=person("luo", "罗审计", "auditor", hall),
        ma=person("ma", "马管理", "admin", hall),
        cli=CLI,
    )
    Posting.create(
        cadre=cast.sun.person_id, home_unit=hall, host_place="双流区", host_unit="双流区投促局",
        starts_on=DAY - timedelta(days=100), ends_on=DAY + timedelta(days=265), created_at=AT,
    )  # fmt: skip
    return cast


# --- what the story is made of


def facts(cast: Cast, **others: Any) -> dict[str, Any]:
    """Return the facts of a lead that lacks nothing for being judged."""
    return {
        "name": "石榴精深加工项目", "investor": "成都榴光食品有限公司",
        "content": "年加工石榴2万吨，建设两条果汁生产线",
        "investment_fen": 5_000 * 1_000_000, "contact_name": "阿果", "contact_phone": "13800000000",
        "source": "other", "unit_id": cast.zhang.unit_id, "owner_id": cast.zhang.person_id, **others,
    }  # fmt: skip


def contract(**others: Any) -> dict[str, Any]:
    """Return a formal contract that lacks nothing."""
    return {
        "kind": "formal", "signed_on": DAY - timedelta(days=20), "amount_fen": 5_000 * 1_000_000,
        "counterpart": "西昌市人民政府", "agreed_start_on": date(2026, 9, 1),
        "agreed_completion_on": date(2027, 9, 1), "agreed_production_on": date(2027, 12, 1),
        "yearly_plan": {2026: 2_000 * 1_000_000, 2027: 3_000 * 1_000_000},
        **others,
    }  # fmt: skip


def entity(**others: Any) -> dict[str, Any]:
    """Return a local entity that lacks nothing."""
    return {
        "kind": "legal", "name": "西昌榴光食品有限公司", "uscc": USCC, "address": "西昌市北工业园区1号",
        "registrar": "西昌市市场监督管理局", "registered_on": DAY - timedelta(days=10),
        "tax_office": "西昌市税务局", "taxpayer_status": "general", "taxed_on": DAY - timedelta(days=5),
        "accounting": True, "books_kept_at": "西昌市北工业园区1号", "statistics_relation": "西昌市统计局", **others,
    }  # fmt: skip


DOCUMENTS = {"registered": "business_licence", "taxed": "tax_certificate", "accounted": "accounting_declaration"}


def lead(cast: Cast, *, stage: str = "lead", **others: Any) -> int:
    """Enter a lead of zhang's; with a stage, as an opening entry from a ledger."""
    from crm.leads.operations import create_lead

    since = None if stage == "lead" else DAY - timedelta(days=60)
    values = facts(cast, **others)
    at = AT - timedelta(days=90)
    return create_lead(values, by=cast.zhang, at=at, stage=stage, since=since, despite_similar=True)


def evidence_file(by: Actor, content: str = "scan") -> int:
    """Enter the row of a stored evidence file."""
    import hashlib
    import secrets

    from crm.files.models import StoredFile

    row: Any = StoredFile.create(
        purpose="evidence", sha256=hashlib.sha256(content.encode()).hexdigest(), size=len(content),
        media_type="application/pdf", original_name=f"{content}.pdf", stored_name=secrets.token_hex(8),
        uploaded_by=by.person_id, uploaded_at=AT,
    )  # fmt: skip
    return int(row.id)


def submitted(lead_id: int, leg: str, by: Actor, *, at: datetime = AT) -> int:
    """Hand in evidence of one leg."""
    from crm.landing.operations import submit_evidence

    file_id = evidence_file(by, f"{lead_id}-{leg}")
    return submit_evidence(lead_id, leg, file_id=file_id, kind=DOCUMENTS[leg], by=by, at=at)


def ready(cast: Cast, **others: Any) -> int:
    """Bring a lead to the gate with everything proved: signed, contract, entity, three legs verified by wang."""
    from crm.capital.operations import record_contract
    from crm.landing.operations import save_entity, verify_leg

    uscc = others.pop("uscc", USCC)
    lead_id = lead(cast, stage="signed", **others)
    record_contract(lead_id, contract(), by=cast.zhang, at=AT)
    save_entity(lead_id, entity(uscc=uscc), by=cast.zhang, at=AT)
    for leg in DOCUMENTS:
        verify_leg(submitted(lead_id, leg, cast.zhang), by=cast.wang, at=AT)
    return lead_id


def full_marks() -> dict[str, int]:
    """Return the best mark for everything that an assessor judges."""
    from crm.scoring.rules_scorecard import current

    return {item.code: item.most for item in current().judged}


# --- what a test asks afterwards


def codes(refused: Any) -> set[str]:
    """Return the codes of a refusal (of pytest.raises)."""
    return {finding.code for finding in refused.value.findings}


def trail(outcome: str) -> list[str]:
    """Return the actions on the trail with one outcome, in order."""
    from crm.audit.models import AuditEntry

    query: Any = AuditEntry.select(AuditEntry.action).where(AuditEntry.outcome == outcome).order_by(AuditEntry.id)
    return [row.action for row in query]


def business() -> dict[str, list[Any]]:
    """Return everything in the tables of the trade, to show that a refusal left them alone."""
    from crm.capital.models import Contract, PaidIn, PaidInCheck
    from crm.landing.models import Entity, EntityChange, Evidence, Recognition
    from crm.leads.models import Claim, Contact, Lead, LeadFact
    from crm.pipeline.models import Milestone

    tables: tuple[Any, ...] = (
        Contract, PaidIn, PaidInCheck, Entity, EntityChange, Evidence, Recognition, Claim, Contact, Lead, LeadFact, Milestone,
    )  # fmt: skip
    return {table.__name__: list(table.select().order_by(table.id).tuples()) for table in tables}


def entered(app: Any, actor: Actor, password: str = "sunflower 2026 x") -> Any:  # noqa: S107 - a test's own word
    """Sign somebody of the cast in by the page and return the client."""
    from argon2 import PasswordHasher

    from crm.accounts.models import Person
    from crm.core.actor import SYSTEM
    from crm.profile.operations import found_bureau
    from crm.profile.queries import bureau

    if bureau() is None:
        found_bureau("西昌市投资促进局", "real", by=SYSTEM, at=AT)
    row: Any = Person.get_by_id(actor.person_id)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Person.update(password_hash=quick.hash(password)).where(Person.id == row.id).execute()
    client = app.test_client()
    client.post("/login", data={"username": row.login, "password": password})
    return client
