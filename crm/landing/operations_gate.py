"""Recognising a lead as landed, and how a recognition ends; pipeline's gate is the only door to the first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.db import database
from crm.core.errors import Finding, Refusal, refuse, say
from crm.landing.models import Entity, Recognition, RecognitionEvent
from crm.landing.operations import opened
from crm.landing.queries import current_legs, gate_facts
from crm.landing.rules import END_KINDS, gate
from crm.landing.rules_times import recheck_due
from crm.leads.operations_facts import record_landing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from crm.core.actor import Actor


def recognise(lead_id: int, *, has_formal_contract: Callable[[int], bool], by: Actor, at: datetime) -> int:
    """Recognise a lead as landed; refused with everything that is missing. Nobody has a way round it.

    The contract is asked after the lead is locked, so that none is voided between question and answer.
    """
    with deed("landing.recognise", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, "landing.recognise", by, doing)
        if by.person_id is None:
            raise refuse("eyes.nobody", say("Only a person who signed in recognises."), status=403)
        day = shanghai_date(at)
        facts = gate_facts(lead_id, has_formal_contract=has_formal_contract(lead_id), on=day)
        verdict = gate(facts)
        if verdict.state == "landed":
            raise refuse("gate.landed", say("This project is recognised already."), status=409)
        if verdict.state != "ready":
            raise Refusal(verdict.findings)
        entity: Any = Entity.get(Entity.lead == lead_id)
        made = _insert(
            lead=lead_id, entity=entity.id, uscc=entity.uscc, expansion=facts.expansion, legs=_legs(lead_id),
            counted_fen=facts.counted_fen, recheck_due=recheck_due(day), recognised_by=by.person_id,
            recognised_by_name=by.name, recognised_on=day, at=at,
        )  # fmt: skip
        doing.change("landed_on", lead.landed_on, day)
        doing.change("counted_fen", None, facts.counted_fen)
        doing.change("recheck_due", None, recheck_due(day))
        record_landing(
            lead_id, landed_on=day, landed_fen=facts.counted_fen, recognised_on=day, happened_on=day, by=by, at=at
        )
        return made


def _insert(**values: Any) -> int:
    try:
        with database.atomic():
            return int(Recognition.insert(**values).execute())
    except IntegrityError as error:
        text = say("Somebody else recognised this project, or one with the same entity, at the same moment.")
        raise refuse("gate.taken", text, status=409) from error


def _legs(lead_id: int) -> str:
    """Return what the recognition rests on: each leg's evidence, its hash, who verified it and when."""
    kept = {
        leg: {
            "evidence": row.id, "version": row.version, "kind": row.kind, "sha256": row.sha256,
            "submitted_by": row.submitted_by, "submitted_at": str(row.submitted_at), "verified_by": row.decided_by,
            "verified_at": str(row.decided_at), "facts": row.facts,
        }
        for leg, row in current_legs(lead_id).items()
        if row
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False)


def end_recognition(lead_id: int, *, ended_on: date, reason: str, by: Actor, at: datetime) -> None:
    """End a recognition lawfully from a day on; what was counted before that day stands."""
    with deed("landing.end", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, "landing.recognise", by, doing)
        findings = _end_findings(reason)
        if ended_on > shanghai_date(at):
            findings.append(Finding("date.future", say("This day lies in the future."), "ended_on"))
        if lead.recognised_on and ended_on < lead.recognised_on:
            text = say("The recognition began on %(day)s; it cannot end before.", day=lead.recognised_on)
            findings.append(Finding("date.before", text, "ended_on"))
        if findings:
            raise Refusal(findings)
        _close(lead_id, "ended", ended_on, reason, by=by, at=at)
        doing.change("landed_on", lead.recognised_on, None)
        doing.change("ended_on", None, ended_on)
        doing.change("reason", None, reason.strip())
        _no_longer(lead_id, ended_on, reason, by=by, at=at)


def revoke(lead_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Revoke a false or mistaken recognition: a new entry says that it never held, the old ones stay."""
    with deed("landing.revoke", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, "landing.recognise", by, doing)
        findings = _end_findings(reason)
        if findings:
            raise Refusal(findings)
        _close(lead_id, "revoked", shanghai_date(at), reason, by=by, at=at)
        doing.change("landed_on", lead.recognised_on, None)
        doing.change("reason", None, reason.strip())
        _no_longer(lead_id, lead.recognised_on or shanghai_date(at), reason, by=by, at=at)


def _no_longer(lead_id: int, since: date, reason: str, *, by: Actor, at: datetime) -> None:
    """Write that the lead counts no more since a day; the entries before stay for what was counted by then."""
    record_landing(
        lead_id, landed_on=None, landed_fen=None, recognised_on=None, happened_on=since, by=by, at=at,
        reason=reason.strip(),
    )  # fmt: skip


def _end_findings(reason: str) -> list[Finding]:
    return [] if reason.strip() else [Finding("reason.missing", say("Give a reason."), "reason")]


def _close(lead_id: int, kind: str, day: date, reason: str, *, by: Actor, at: datetime) -> None:
    standing: Any = standing_recognition(lead_id)
    if standing is None or kind not in END_KINDS:
        raise refuse("gate.not_landed", say("This project is not recognised as landed."), status=409)
    note_event(standing.id, kind, happened_on=day, reason=reason, by=by, at=at)
    (
        Recognition.update(
            ended_on=day, end_kind=kind, end_reason=reason.strip(), ended_by=by.person_id, ended_by_name=by.name,
            ended_at=at,
        )
        .where(Recognition.id == standing.id)
        .execute()
    )  # fmt: skip


def standing_recognition(lead_id: int) -> Any:
    """Return the row of the recognition that stands, or None."""
    return Recognition.get_or_none((Recognition.lead == lead_id) & Recognition.ended_at.is_null())


def note_event(recognition_id: int, kind: str, *, happened_on: date, reason: str, by: Actor, at: datetime,
               next_due: date | None = None) -> None:  # fmt: skip
    """Write down what happened to a recognition."""
    RecognitionEvent.create(
        recognition=recognition_id, kind=kind, happened_on=happened_on, reason=reason.strip(), next_due=next_due,
        by=by.person_id, by_name=by.name, at=at,
    )  # fmt: skip
