"""A committee over one lead: convene, hand in marks (blind until then), decide with minutes, or dissolve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import actor_of, people
from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.queries import claims_of
from crm.scoring.models import Committee, CommitteeSeat
from crm.scoring.operations_acceptance import keep_decision, locked_lead
from crm.scoring.queries_versions import scorecard_in_force, scorecard_named
from crm.scoring.rules_acceptance import check_marks
from crm.scoring.rules_stored import unpack_marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crm.core.actor import Actor

FEWEST = 2


def convene(lead_id: int, person_ids: Sequence[int], *, question: str, by: Actor, at: datetime) -> int:
    """Let several people mark a lead by the card in force; whoever convenes is the chair and decides."""
    with deed("committee.convene", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "acceptance.chair")
        row = locked_lead(lead_id, by, "acceptance.chair")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        if Committee.select().where((Committee.lead == lead_id) & Committee.ended_at.is_null()).exists():
            raise refuse("committee.open", say("A committee sits on this project already."), status=409)
        seats = _seats(row, list(dict.fromkeys(person_ids)), by)
        made = Committee.create(
            lead=lead_id, version=scorecard_in_force(shanghai_date(at)).version, question=question.strip()[:2000],
            chair=by.person_id, chair_name=by.name, opened_at=at,
        )  # fmt: skip
        CommitteeSeat.insert_many(
            [{"committee": made.id, "person": person_id, "person_name": name} for person_id, name in seats]
        ).execute()
        doing.change("assessors", None, "、".join(name for _id, name in seats))
        return int(made.id)


def _seats(lead: Any, person_ids: list[int], by: Actor) -> list[tuple[int, str]]:
    """Return those who may sit, or refuse with everything that stands against it."""
    known = {row.id: row for row in people(active_only=True)}
    credited = {claim.cadre_id for claim in claims_of(lead.id)}
    findings, seats = [], []
    for person_id in person_ids:
        row = known.get(person_id)
        if row is None or not may(actor_of(row, posted=False), "acceptance.mark"):
            findings.append(Finding("committee.person", say("Choose people who may mark."), "people"))
        elif person_id == by.person_id:
            findings.append(Finding("committee.chair", say("The chair decides and gives no marks."), "people"))
        elif person_id == lead.owner_id or person_id in credited:
            text = say("%(name)s has a stake in this project and does not mark it.", name=row.name)
            findings.append(Finding("committee.stake", text, "people"))
        else:
            seats.append((person_id, row.name))
    if len(person_ids) < FEWEST:
        findings.append(Finding("committee.few", say("A committee has at least two assessors."), "people"))
    if findings:
        raise Refusal(findings)
    return seats


def _open_committee(committee_id: int) -> Any:
    found = Committee.get_or_none(Committee.id == committee_id)
    if found is not None:
        Lead.update(version=Lead.version).where(Lead.id == found.lead_id).execute()  # the row lock on PostgreSQL
        found = Committee.get_by_id(committee_id)
    if found is None:
        raise refuse("committee.unknown", say("There is no such committee, or you do not sit in it."), status=404)
    if found.ended_at is not None:
        raise refuse("committee.ended", say("This committee has ended."), status=409)
    return found


def hand_in(committee_id: int, marks: Mapping[str, int], *, note: str, by: Actor, at: datetime) -> None:
    """Hand in one's own marks for the judged criteria, once; the trail tells that, not what they are."""
    with deed("committee.mark", by=by, at=at) as doing:
        require(by, "acceptance.mark")
        committee = _open_committee(committee_id)
        lead = Lead.get_by_id(committee.lead_id)
        doing.on("lead", lead.id, f"{lead.number} {lead.name}")
        seat = CommitteeSeat.get_or_none(
            (CommitteeSeat.committee == committee_id) & (CommitteeSeat.person == by.person_id)
        )
        if seat is None:
            text = say("There is no such committee, or you do not sit in it.")
            raise refuse("committee.unknown", text, status=404)
        if seat.handed_in_at is not None:
            raise refuse("committee.handed_in", say("You have handed in your marks; they stand."), status=409)
        check_marks(marks, scorecard_named(committee.version, shanghai_date(at)), whole=True)
        CommitteeSeat.update(
            marks=json.dumps(dict(marks)), note=note.strip()[:2000], handed_in_at=at
        ).where(CommitteeSeat.id == seat.id).execute()  # fmt: skip


def decide_committee(committee_id: int, marks: Mapping[str, int], *, minutes: str, by: Actor, at: datetime) -> None:
    """Decide as the chair: final marks with minutes; the score is computed and every assessor's marks are kept."""
    with deed("acceptance.decide", by=by, at=at) as doing:
        require(by, "acceptance.decide")
        committee = _chaired(committee_id, by)
        row = locked_lead(committee.lead_id, by, "acceptance.decide")
        doing.on("lead", row.id, f"{row.number} {row.name}")
        seats = list(CommitteeSeat.select().where(CommitteeSeat.committee == committee_id).order_by(CommitteeSeat.id))
        card = scorecard_named(committee.version, shanghai_date(at))
        findings: list[Finding] = []
        if sum(seat.handed_in_at is not None for seat in seats) < FEWEST:
            text = say("At least two assessors have to hand in their marks first.")
            raise refuse("committee.few", text, status=409)
        try:
            check_marks(marks, card, whole=True)
        except Refusal as refusal:
            findings += refusal.findings
        if not minutes.strip():
            text = say("Write the minutes: what was weighed, what decided.")
            findings.append(Finding("reason.missing", text, "note"))
        if findings:
            raise Refusal(findings)
        kept = [
            {"name": seat.person_name, "person": seat.person_id, "marks": unpack_marks(seat.marks), "note": seat.note}
            for seat in seats
        ]
        kept.append({"name": by.name, "person": by.person_id, "marks": dict(marks), "note": "", "chair": True})
        old, new = keep_decision(
            row.id, marks, kept, card=card, note=minutes, committee=committee_id, by=by, at=at
        )  # fmt: skip
        Committee.update(ended_at=at).where(Committee.id == committee_id).execute()
        doing.change("acceptance", old, new)


def _chaired(committee_id: int, by: Actor) -> Any:
    committee = _open_committee(committee_id)
    if committee.chair_id != by.person_id:
        raise refuse("committee.not_chair", say("Only the chair of this committee may do this."), status=403)
    return committee


def dissolve(committee_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """End a committee without a decision; any leader may, when its chair cannot."""
    with deed("committee.dissolve", by=by, at=at) as doing:
        require(by, "acceptance.chair")
        committee = _open_committee(committee_id)
        lead = Lead.get_by_id(committee.lead_id)
        doing.on("lead", lead.id, f"{lead.number} {lead.name}")
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("reason", None, reason.strip())
        Committee.update(ended_at=at, dissolved_reason=reason.strip()[:255]).where(
            Committee.id == committee_id
        ).execute()
