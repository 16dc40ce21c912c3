"""What is decided about a lead's acceptance score by one assessor: marks in, the score computed and kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.operations import open_for
from crm.scoring.models import Acceptance, Committee
from crm.scoring.queries_facts import facts_of
from crm.scoring.queries_versions import scorecard_in_force
from crm.scoring.rules_acceptance import acceptance, check_marks, codes_by_criterion
from crm.scoring.rules_stored import pack_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.scoring.rules_scorecard import Scorecard


def locked_lead(lead_id: int, by: Actor, permission: str) -> Any:
    """Open a lead under its row lock, so that two decisions come one after the other."""
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()  # the row lock on PostgreSQL
    return open_for(lead_id, by, permission)


def decide_acceptance(lead_id: int, marks: Mapping[str, int], *, note: str, by: Actor, at: datetime) -> None:
    """Decide the acceptance score: facts score by the card in force, the given marks for what people judge."""
    with deed("acceptance.decide", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "acceptance.decide")
        row = locked_lead(lead_id, by, "acceptance.decide")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        card = scorecard_in_force(shanghai_date(at))
        findings: list[Finding] = []
        try:
            check_marks(marks, card, whole=True)
        except Refusal as refusal:
            findings += refusal.findings
        if not note.strip():
            findings.append(Finding("reason.missing", say("Say in a sentence on what the marks rest."), "note"))
        if Committee.select().where((Committee.lead == lead_id) & Committee.ended_at.is_null()).exists():
            sentence = say("A committee sits on this project; its chair decides.")
            raise refuse("acceptance.committee", sentence, status=409)
        if findings:
            raise Refusal(findings)
        kept = [{"name": by.name, "person": by.person_id, "marks": dict(marks), "note": note.strip()}]
        old, new = keep_decision(lead_id, marks, kept, card=card, note=note, committee=None, by=by, at=at)
        doing.change("acceptance", old, new)


def keep_decision(lead_id: int, marks: Mapping[str, int], seats: Sequence[Mapping[str, Any]], *, card: Scorecard,
                  note: str, committee: int | None, by: Actor, at: datetime) -> tuple[str | None, str]:  # fmt: skip
    """Compute and store a decided score with every line and mark; returns the old and the new score in words."""
    facts = facts_of(lead_id)
    result = acceptance(facts, marks, card)
    old = Acceptance.get_or_none((Acceptance.lead == lead_id) & Acceptance.superseded_at.is_null())
    Acceptance.update(superseded_at=at).where(
        (Acceptance.lead == lead_id) & Acceptance.superseded_at.is_null()
    ).execute()
    lines = pack_lines(result.lines, codes_by_criterion(facts, card))
    Acceptance.create(
        lead=lead_id, score=result.low, high=result.high, version=result.version, lines=lines,
        marks=json.dumps(list(seats), ensure_ascii=False), committee=committee, note=note.strip()[:4000],
        by=by.person_id, by_name=by.name, at=at,
    )  # fmt: skip
    return (span(old.score, old.high) if old else None), span(result.low, result.high)


def span(low: int, high: int) -> str:
    """Write a score: one number, or the range while facts are unknown."""
    return str(low) if low == high else f"{low}–{high}"
