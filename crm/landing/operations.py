"""What is done towards landing: the entity, evidence handed in, judged by other eyes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.uscc import read_uscc
from crm.files.models import StoredFile
from crm.files.operations_scan import scanning
from crm.files.rules import CLEAN
from crm.landing.models import Entity, EntityChange, Evidence
from crm.landing.queries import current_legs, leg_state, same_file_elsewhere
from crm.landing.queries_eyes import eyes_facts, self_granted
from crm.landing.rules import (
    EVIDENCE_KINDS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    entity_findings,
    fact_findings,
    leg_facts,
    verifier_findings,
)
from crm.landing.rules_times import valid_until as holds_until
from crm.leads.models import Lead
from crm.leads.operations import open_for
from crm.leads.operations_facts import record_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

ENTITY_FACTS = tuple(FACT_LABELS)
TRUTH = {"yes": True, "no": False, True: True, False: False}
DECIDES = "landing.recognise"
REPLACED = ("submitted", "verified", "expired")
LOCKED_WHILE_LANDED = ("kind", "uscc", "increment_fen")


def opened(lead_id: int, permission: str, by: Actor, doing: Deed) -> Any:
    """Return the lead's row when the permission reaches it, locked against anything else done to its landing."""
    require(by, permission)
    if permission == DECIDES and self_granted(by, "manager"):
        text = say("You gave yourself the role of leader; it decides nothing about landing.")
        raise refuse("eyes.self_granted", text, status=403)
    # The no-op update takes the row lock on PostgreSQL; SQLite's transaction is immediate already.
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
    row: Any = open_for(lead_id, by, permission)
    doing.on("lead", lead_id, f"{row.number} {row.name}")
    return row


def save_entity(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None,
                reason: str = "") -> tuple[Finding, ...]:  # fmt: skip
    """Enter or change the local entity; a changed fact voids the legs that rest on it. Returns warnings."""
    with deed("landing.entity", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, "landing.submit", by, doing)
        known: Any = Entity.get_or_none(Entity.lead == lead_id)
        if known and version is not None and version != known.version:
            raise refuse("edit.conflict", say("Somebody else changed the entity meanwhile; look again."), status=409)
        new = _clean(values, known)
        code = read_uscc(new["uscc"]) if new["uscc"] else None
        findings = entity_findings(new, today=shanghai_date(at))
        if code:
            findings += [finding for finding in code.findings if not finding.warning]
            new["uscc"] = code.code
        old = {name: getattr(known, name) for name in ENTITY_FACTS} if known else dict.fromkeys(ENTITY_FACTS)
        changed = [name for name in ENTITY_FACTS if new[name] != old[name] and (known or new[name] not in (None, ""))]
        if lead.recognised_on and set(changed) & set(LOCKED_WHILE_LANDED):
            text = say("The project is landed with this entity: end or revoke the recognition first.")
            findings.append(Finding("entity.landed", text, "uscc"))
        if findings:
            raise Refusal(findings)
        if changed:
            _store_entity(lead_id, known, new, old, changed, by=by, at=at, reason=reason)
            for name in changed:
                doing.change(f"entity.{name}", old[name], new[name])
            _void_changed(lead_id, changed, doing, by=by, at=at)
        warnings = [finding for finding in (code.findings if code else ()) if finding.warning]
        return (*warnings, *_clash(lead_id, new)) if code else ()


def _clash(lead_id: int, new: Mapping[str, Any]) -> list[Finding]:
    """Warn of a credit code that another lead has under another company's name: renamed, or a slip."""
    same = (Entity.uscc == new["uscc"]) & (Entity.lead != lead_id) & (Entity.name != new["name"])
    other: Any = Entity.get_or_none(same)
    if other is None:
        return []
    number = Lead.select(Lead.number).where(Lead.id == other.lead_id).scalar()
    text = say("%(number)s has this credit code under another name; compare both with the licence.", number=number)
    return [Finding("entity.code_used", text, "uscc", "entity#uscc", warning=True)]


def _clean(values: Mapping[str, Any], known: Any) -> dict[str, Any]:
    """Return every fact: given ones trimmed, the others as they stand."""
    new: dict[str, Any] = {}
    for name in ENTITY_FACTS:
        field = getattr(Entity, name)
        value = values[name] if name in values else getattr(known, name) if known else field.default
        if name == "accounting":
            value = TRUTH.get(value) if value is not None else None
        elif isinstance(value, str):
            value = value.strip()
        elif value is None and not field.null:
            value = ""
        new[name] = value
    return new


def _store_entity(lead_id: int, known: Any, new: dict[str, Any], old: dict[str, Any], changed: list[str], *,
                  by: Actor, at: datetime, reason: str) -> None:  # fmt: skip
    if known is None:
        known = Entity.create(lead=lead_id, **new, recorded_by=by.person_id, recorded_at=at, updated_at=at)
        version = 1
    else:
        version = known.version + 1
        Entity.update(**{name: new[name] for name in changed}, version=version, updated_at=at).where(
            Entity.id == known.id
        ).execute()
    for name in changed:
        EntityChange.create(
            entity=known.id, version=version, fact=name, old=_plain(old[name]), new=_plain(new[name]),
            reason=reason.strip()[:255], by=by.person_id, by_name=by.name, at=at,
        )  # fmt: skip


def _plain(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _void_changed(lead_id: int, changed: list[str], doing: Deed, *, by: Actor, at: datetime) -> None:
    """Void the verification of every leg that rests on a changed fact."""
    touched = [leg for leg, names in LEG_FACTS.items() if set(names) & set(changed)]
    voided = 0
    for leg in touched:
        words = ", ".join(name for name in LEG_FACTS[leg] if name in changed)
        hit = (
            Evidence.update(state="void", void_reason=words[:255], voided_at=at)
            .where((Evidence.lead == lead_id) & (Evidence.leg == leg) & (Evidence.state == "verified"))
            .execute()
        )
        if hit:
            doing.change(f"leg.{leg}", "verified", "void")
            voided += hit
    if voided:
        count_legs(lead_id, happened_on=shanghai_date(at), by=by, at=at)


def count_legs(lead_id: int, *, happened_on: date, by: Actor, at: datetime) -> None:
    """Write how many legs are verified."""
    today = shanghai_date(at)
    verified = sum(leg_state(newest, today) == "verified" for newest in current_legs(lead_id).values())
    record_value(lead_id, "legs_verified", verified, happened_on=happened_on, by=by, at=at)


def submit_evidence(lead_id: int, leg: str, *, file_id: int, kind: str, by: Actor, at: datetime, note: str = "",
                    valid_until: date | None = None) -> int:  # fmt: skip
    """Hand in a new version of a leg's evidence; the version before it stays on record and no longer counts.

    `valid_until` is the end that the paper itself names; without one the period of its kind counts (landing.toml).
    """
    with deed("landing.submit", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        opened(lead_id, "landing.submit", by, doing)
        file: Any = StoredFile.get_or_none(StoredFile.id == file_id)
        findings = _submission_findings(lead_id, leg, kind, note, file)
        if valid_until and valid_until < shanghai_date(at):
            text = say("The paper ran out on %(day)s; hand in one that holds.", day=valid_until)
            findings.append(Finding("evidence.expired", text, "valid_until"))
        if findings:
            raise Refusal(findings)
        entity: Any = Entity.get(Entity.lead == lead_id)
        before = Evidence.select(fn.MAX(Evidence.version)).where((Evidence.lead == lead_id) & (Evidence.leg == leg))
        last = before.scalar() or 0
        replaced = (
            Evidence.update(state="void", void_reason="new version", voided_at=at)
            .where((Evidence.lead == lead_id) & (Evidence.leg == leg) & Evidence.state.in_(REPLACED))
            .execute()
        )
        made: Any = Evidence.create(
            lead=lead_id, leg=leg, version=last + 1, kind=kind, file_id=file_id, sha256=file.sha256,
            note=note.strip(), facts=_snapshot(entity, leg), valid_until=valid_until, submitted_by=by.person_id,
            submitted_by_name=by.name, submitted_at=at,
        )  # fmt: skip
        doing.change(f"leg.{leg}", None, "submitted")
        doing.change("file", None, file.original_name)
        doing.change("sha256", None, file.sha256)
        doing.change("valid_until", None, valid_until)
        twins = same_file_elsewhere(file.sha256, lead_id, leg)
        doing.change("same_file", None, ", ".join(row[1] for row in twins) or None)
        if replaced:
            count_legs(lead_id, happened_on=shanghai_date(at), by=by, at=at)
        return int(made.id)


def _submission_findings(lead_id: int, leg: str, kind: str, note: str, file: Any) -> list[Finding]:
    found = []
    if leg not in LEGS:
        found.append(Finding("leg.unknown", say("Choose one of the three legs."), "leg"))
    elif kind not in EVIDENCE_KINDS[leg]:
        found.append(Finding("evidence.kind", say("This document does not prove this leg."), "kind"))
    if kind == "zero_return" and not note.strip():
        found.append(Finding("evidence.zero", say("Explain in the note why the return lawfully says zero."), "note"))
    if file is None or file.purpose != "evidence":
        found.append(Finding("evidence.file", say("Choose the file again."), "file"))
    if not Entity.select().where(Entity.lead == lead_id).exists():
        found.append(Finding("gate.entity", say("The local entity is missing."), "entity", "entity"))
    return found


def _snapshot(entity: Any, leg: str) -> str:
    facts = {name: _plain(getattr(entity, name)) for name in LEG_FACTS[leg]}
    return json.dumps(facts, ensure_ascii=False)


def verify_leg(evidence_id: int, *, by: Actor, at: datetime, entity_version: int | None = None) -> None:
    """Verify a leg as a person who has nothing to do with the project; of two at once, one is told it is done.

    `entity_version` is what the verifier saw: a fact changed meanwhile is looked at again before it is verified.
    """
    with deed("landing.verify", by=by, at=at, kind="evidence", thing_id=evidence_id) as doing:
        item, entity = _judged(evidence_id, by, doing)
        findings = _eyes(item, by) + _scan_findings(item)
        findings += fact_findings(item.leg, leg_facts(item.leg, entity.__data__, item.state))
        if findings:
            raise Refusal(findings)
        if entity_version is not None and entity_version != entity.version:
            raise refuse("verify.changed", say("A fact changed while you were looking: compare again."), status=409)
        until = holds_until(item.kind, shanghai_date(at), item.valid_until)
        _decide(item.id, by=by, at=at, state="verified", facts=_snapshot(entity, item.leg), valid_until=until)
        doing.change("valid_until", item.valid_until, until)
        doing.change(f"leg.{item.leg}", "submitted", "verified")
        count_legs(item.lead_id, happened_on=shanghai_date(at), by=by, at=at)


def reject_leg(evidence_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Send a leg back with the reason; whoever handed it in hands it in anew."""
    with deed("landing.reject", by=by, at=at, kind="evidence", thing_id=evidence_id) as doing:
        item, _entity = _judged(evidence_id, by, doing)
        findings = _eyes(item, by)
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        _decide(item.id, by=by, at=at, state="rejected", reason=reason.strip()[:255])
        doing.change(f"leg.{item.leg}", "submitted", "rejected")
        doing.change("reason", None, reason.strip())


def _judged(evidence_id: int, by: Actor, doing: Deed) -> tuple[Any, Any]:
    require(by, "landing.verify")
    item: Any = Evidence.get_or_none(Evidence.id == evidence_id)
    if item is None:
        raise refuse("evidence.unknown", say("There is no such evidence."), status=404)
    opened(item.lead_id, "landing.verify", by, doing)
    return item, Entity.get(Entity.lead == item.lead_id)


def _decide(evidence_id: int, *, by: Actor, at: datetime, **values: Any) -> None:
    """Write the answer only while the evidence still waits, so that one of two verifiers wins."""
    won = (
        Evidence.update(
            decided_by=by.person_id,
            decided_by_name=by.name,
            decided_unit=by.unit_id,
            decided_at=at,
            **values,
        )
        .where((Evidence.id == evidence_id) & (Evidence.state == "submitted"))
        .execute()
    )
    if not won:
        raise _too_late(Evidence.get_by_id(evidence_id))


def _too_late(item: Any) -> Refusal:
    """Tell who was faster: another verifier, or somebody who handed it in anew."""
    if item.decided_by_name and item.state in ("verified", "rejected"):
        words = {
            "verified": say("%(name)s verified this meanwhile.", name=item.decided_by_name),
            "rejected": say("%(name)s sent this back meanwhile.", name=item.decided_by_name),
        }
        return refuse("evidence.decided", words[item.state], status=409)
    text = say("This evidence no longer waits: it was handed in anew, or a fact changed.")
    return refuse("evidence.decided", text, status=409)


def _eyes(item: Any, by: Actor) -> list[Finding]:
    facts = eyes_facts(item.lead_id, item.submitted_by_id, by, leg=item.leg, file_id=item.file_id)
    return verifier_findings(facts)


def _scan_findings(item: Any) -> list[Finding]:
    file: Any = StoredFile.get_or_none(StoredFile.id == item.file_id)
    if not scanning() or (file and file.scan_state == CLEAN):
        return []
    text = say("The file waits for the virus scanner; nothing is verified before it is cleared.")
    return [Finding("evidence.unscanned", text, "file")]
