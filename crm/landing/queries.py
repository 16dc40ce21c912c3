"""Questions about landing: the entity, the evidence, the legs, the gate's facts, the recognition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.core.look import once_a_look
from crm.files.models import StoredFile
from crm.files.operations_scan import scanning
from crm.files.rules import CLEAN, INFECTED, UNSCANNED
from crm.landing.models import Entity, EntityChange, Evidence, Recognition
from crm.landing.queries_eyes import involved_since
from crm.landing.rules import LEGS, GateFacts, leg_facts
from crm.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

EXPANSION = "expansion"


@dataclass(frozen=True)
class EntityRow:
    """The local entity of a lead as it stands now."""

    id: int
    lead_id: int
    version: int
    kind: str
    name: str
    uscc: str
    address: str
    registrar: str
    registered_on: date | None
    capital_fen: int | None
    tax_office: str
    taxpayer_status: str
    taxed_on: date | None
    accounting: bool | None
    books_kept_at: str
    statistics_relation: str
    increment_fen: int | None
    note: str
    recorded_by: str
    recorded_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class EntityChangeRow:
    """One change of an entity's fact."""

    version: int
    fact: str
    old: str | None
    new: str | None
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class EvidenceRow:
    """One version of evidence with its file's name; `facts` is what the entity said when it was handed in."""

    id: int
    lead_id: int
    leg: str
    version: int
    kind: str
    file_id: int
    file_name: str
    media_type: str
    sha256: str
    note: str
    facts: dict[str, Any]
    valid_until: date | None
    state: str
    submitted_by_id: int | None
    submitted_by: str
    submitted_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_by_id: int | None
    decided_unit_id: int | None
    reason: str
    void_reason: str
    voided_at: datetime | None
    scan_state: str

    def state_on(self, day: date) -> str:
        """Return how this evidence stands on a day: its validity may have run out, its file may wait for a scan."""
        if self.state not in ("submitted", "verified"):
            return self.state
        if scanning() and self.scan_state != CLEAN:
            return INFECTED if self.scan_state == INFECTED else UNSCANNED
        if self.state == "verified" and self.valid_until is not None and self.valid_until < day:
            return "expired"
        return self.state

    @property
    def why(self) -> str:
        """Return what is told beside the state: why it was sent back, or until when it held."""
        return self.reason or str(self.valid_until or "")


@dataclass(frozen=True)
class RecognitionRow:
    """A recognition with the legs it rested on, and how it ended."""

    id: int
    lead_id: int
    entity_name: str
    uscc: str
    expansion: bool
    legs: dict[str, Any]
    recognised_by: str
    recognised_on: date
    counted_fen: int | None
    recheck_due: date | None
    suspended_on: date | None
    at: datetime
    ended_on: date | None
    end_kind: str
    end_reason: str
    ended_by: str
    ended_at: datetime | None

    @property
    def standing(self) -> bool:
        """True until it ends or is revoked."""
        return self.ended_at is None


@once_a_look
def entity_of(lead_id: int) -> EntityRow | None:
    """Return a lead's local entity."""
    query: Any = (
        Entity.select(Entity, Person.name.alias("recorder"))
        .left_outer_join(Person, on=(Entity.recorded_by == Person.id))
        .where(Entity.lead == lead_id)
    )
    for row in query.dicts():
        return EntityRow(
            row["id"], row["lead"], row["version"], row["kind"], row["name"], row["uscc"], row["address"],
            row["registrar"], row["registered_on"], row["capital_fen"], row["tax_office"], row["taxpayer_status"],
            row["taxed_on"], row["accounting"], row["books_kept_at"], row["statistics_relation"],
            row["increment_fen"], row["note"], row["recorder"] or "", row["recorded_at"], row["updated_at"],
        )  # fmt: skip
    return None


def entity_changes(lead_id: int) -> list[EntityChangeRow]:
    """Return the changes of a lead's entity, the newest first."""
    query: Any = (
        EntityChange.select()
        .join(Entity, on=(EntityChange.entity == Entity.id))
        .where(Entity.lead == lead_id)
        .order_by(EntityChange.id.desc())
    )
    return [EntityChangeRow(row.version, row.fact, row.old, row.new, row.reason, row.by_name, row.at) for row in query]


def _evidence_rows(where: Any, *order: Any) -> list[EvidenceRow]:
    query: Any = (
        Evidence.select(Evidence, StoredFile.original_name, StoredFile.media_type, StoredFile.scan_state)
        .left_outer_join(StoredFile, on=(Evidence.file_id == StoredFile.id))
        .where(where)
        .order_by(*order)
    )
    return [
        EvidenceRow(
            row["id"], row["lead"], row["leg"], row["version"], row["kind"], row["file_id"],
            row["original_name"] or "", row["media_type"] or "", row["sha256"], row["note"],
            json.loads(row["facts"]), row["valid_until"], row["state"], row["submitted_by"], row["submitted_by_name"],
            row["submitted_at"], row["decided_by_name"], row["decided_at"], row["decided_by"], row["decided_unit"],
            row["reason"], row["void_reason"], row["voided_at"], row["scan_state"] or "",
        )
        for row in query.dicts()
    ]  # fmt: skip


@once_a_look
def evidence_of(lead_id: int) -> list[EvidenceRow]:
    """Return every version of a lead's evidence, leg by leg, the newest first."""
    return _evidence_rows(Evidence.lead == lead_id, Evidence.leg, Evidence.version.desc())


def evidence(evidence_id: int) -> EvidenceRow | None:
    """Return one version of evidence."""
    rows = _evidence_rows(Evidence.id == evidence_id, Evidence.id)
    return rows[0] if rows else None


def current_legs(lead_id: int) -> dict[str, EvidenceRow | None]:
    """Return the newest evidence of each leg, or None where nothing was ever handed in."""
    newest: dict[str, EvidenceRow | None] = dict.fromkeys(LEGS)
    for row in evidence_of(lead_id):
        if newest[row.leg] is None:
            newest[row.leg] = row
    return newest


def same_file_elsewhere(sha256: str, but_lead: int, but_leg: str = "") -> list[tuple[int, str, str, str]]:
    """Return the other leads (id, number), legs and units whose evidence is the very same file.

    With a leg, the other legs of the same lead count too: one paper seldom proves two things.
    """
    return same_files({sha256}, but_lead, but_leg).get(sha256, [])


def same_files(hashes: Collection[str], but_lead: int, but_leg: str = "") -> dict[str, list[tuple[int, str, str, str]]]:
    """Return, by hash, where else these very files are handed in."""
    elsewhere: Any = Evidence.lead != but_lead
    if but_leg:
        elsewhere |= Evidence.leg != but_leg
    query: Any = (
        Evidence.select(Evidence.sha256, Lead.id, Lead.number, Evidence.leg, Unit.name)
        .join(Lead, on=(Evidence.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .where(Evidence.sha256.in_(list(hashes)) & elsewhere)
        .distinct()
        .order_by(Lead.id)
    )
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for sha256, lead_id, number, leg, unit in query.tuples():
        found.setdefault(str(sha256), []).append((int(lead_id), str(number), str(leg), str(unit)))
    return found


def recognitions_of(lead_id: int) -> list[RecognitionRow]:
    """Return a lead's recognitions, the newest first, ended ones among them."""
    return _recognitions(Recognition.lead == lead_id)


def recognition(recognition_id: int) -> RecognitionRow | None:
    """Return one recognition."""
    return next(iter(_recognitions(Recognition.id == recognition_id)), None)


def _recognitions(where: Any) -> list[RecognitionRow]:
    query: Any = (
        Recognition.select(Recognition, Entity.name.alias("entity_name"))
        .join(Entity, on=(Recognition.entity == Entity.id))
        .where(where)
        .order_by(Recognition.id.desc())
    )
    return [
        RecognitionRow(
            row["id"], row["lead"], row["entity_name"], row["uscc"], row["expansion"], json.loads(row["legs"]),
            row["recognised_by_name"], row["recognised_on"], row["counted_fen"], row["recheck_due"],
            row["suspended_on"], row["at"], row["ended_on"], row["end_kind"],
            row["end_reason"], row["ended_by_name"], row["ended_at"],
        )
        for row in query.dicts()
    ]  # fmt: skip


def recognition_of(lead_id: int) -> RecognitionRow | None:
    """Return the recognition that stands."""
    return next((row for row in recognitions_of(lead_id) if row.standing), None)


def landed_with(uscc: str, but_lead: int) -> str:
    """Return the number of another landed lead that the same credit code carries, or nothing."""
    if not uscc:
        return ""
    query: Any = (
        Recognition.select(Lead.number)
        .join(Lead, on=(Recognition.lead == Lead.id))
        .where((Recognition.uscc == uscc) & Recognition.ended_at.is_null() & (Recognition.lead != but_lead))
        .order_by(Recognition.id)
        .limit(1)
    )
    return str(query.scalar() or "")


def leg_state(newest: EvidenceRow | None, on: date) -> str:
    """Return the state of a leg on a day from its newest evidence."""
    return newest.state_on(on) if newest else "missing"


def gate_facts(lead_id: int, *, has_formal_contract: bool, on: date) -> GateFacts:
    """Gather what the gate looks at; the contract is the pipeline's to say."""
    lead: Any = Lead.get_by_id(lead_id)
    entity, newest = entity_of(lead_id), current_legs(lead_id)
    facts = vars(entity) if entity else None
    states = {leg: leg_state(row, on) for leg, row in newest.items()}
    verified = {
        leg: (row.decided_by_id, row.decided_unit_id)
        for leg, row in newest.items()
        if row and states[leg] == "verified"
    }
    since = involved_since(lead, verified)
    legs = {
        leg: leg_facts(leg, facts, states[leg], row.why if row else "", row.decided_by if row and leg in since else "")
        for leg, row in newest.items()
    }
    return GateFacts(
        stage=lead.stage,
        status=lead.status,
        formal_contract=has_formal_contract,
        entity=entity is not None,
        legs=legs,
        entity_used_by=landed_with(entity.uscc, lead_id) if entity else "",
        expansion=lead.build_nature == EXPANSION,
        increment_fen=entity.increment_fen if entity else None,
        investment_fen=lead.investment_fen,
        landed_on=lead.recognised_on,
    )
