"""How landing is shown on a lead's page: the three legs, the verdict in one line, what to do next, the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import EntityRow, current_legs, entity_of, evidence_of, recognition_of
from crm.landing.rules import (
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    STATE_LABELS,
    TAXPAYER_STATUSES,
)
from crm.leads.queries import within
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.pipeline.operations import advance_gaps
from crm.pipeline.queries import milestones_of
from crm.pipeline.routes_opened import gap_links
from crm.pipeline.rules import MILESTONE_KINDS

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.landing.queries import EvidenceRow
    from crm.landing.rules import GateVerdict

ICONS = {"registered": "building", "taxed": "receipt-tax", "accounted": "calculator"}
TONES = {"missing": "line", "submitted": "warn", "verified": "good", "rejected": "bad", "void": "bad"}
TEMPLATE_STATES = {"missing": "none", "rejected": "refused"}
NOTICE = say(
    "For internal statistics only; never a condition for policy, approval, land or funds (Regulation on Fair "
    "Competition Review)."
)


def landing(row: dict[str, Any], by: Actor, judged: GateVerdict) -> dict[str, Any]:
    """Return what the landing section shows."""
    entity = entity_of(row["id"])
    newest = current_legs(row["id"])
    may_submit = may(by, "landing.submit") and within(row, by, "landing.submit")
    standing = recognition_of(row["id"])
    return {
        "sentence": _sentence(judged, row),
        "tone": {"landed": "good", "ready": "info"}.get(judged.state, "warn"),
        "entity_facts": _entity_facts(entity),
        "entity_url": url_for("lead.entity", lead_id=row["id"]) if may_submit else None,
        "legs": [
            _leg(leg.leg, leg.state, newest[leg.leg], entity, row["id"], may_submit=may_submit) for leg in judged.legs
        ],
        "recognise_url": url_for("lead.recognise_page", lead_id=row["id"])
        if may(by, "landing.recognise") and judged.state == "ready"
        else None,
        "certificate_url": None,
        "end_url": url_for("lead.end_page", lead_id=row["id"]) if standing and may(by, "landing.recognise") else None,
        "notice": render(NOTICE),
    }


def _sentence(judged: GateVerdict, row: dict[str, Any]) -> str:
    if judged.state == "landed":
        return _("Recognised as landed on %(day)s. Three of three legs were verified by others.", day=row["landed_on"])
    if judged.state == "ready":
        return _("Everything is proved and verified: a leader can recognise the project as landed.")
    missing = [render(finding.text) for finding in judged.findings]
    return _("Not yet landed, %(n)s of 3 legs verified. Missing: %(gaps)s", n=judged.verified, gaps=" ".join(missing))


def fact_words(entity: EntityRow, name: str) -> str | None:
    """Return an entity's fact in words; None when unknown."""
    value = getattr(entity, name)
    if name == "kind":
        return render(ENTITY_KINDS.get(value, say("—")))
    if name == "taxpayer_status":
        return render(TAXPAYER_STATUSES[value]) if value in TAXPAYER_STATUSES else None
    if name == "accounting":
        return None if value is None else render(say("yes") if value else say("no"))
    return str(value) if value not in (None, "") else None


def _entity_facts(entity: EntityRow | None) -> list[dict[str, Any]]:
    if entity is None:
        return []
    return [
        {"label": render(FACT_LABELS[name]), "value": fact_words(entity, name)} for name in ("kind", "name", "uscc")
    ]


def _leg(
    leg: str, state: str, newest: EvidenceRow | None, entity: EntityRow | None, lead_id: int, *, may_submit: bool
) -> dict[str, Any]:
    facts = [
        {"label": render(FACT_LABELS[name]), "value": fact_words(entity, name)}
        for name in LEG_FACTS[leg]
        if entity is not None and name not in ("kind", "name", "uscc")
    ]
    image = newest is not None and newest.media_type.startswith("image/")
    address = url_for("landing.file", evidence_id=newest.id) if newest else ""
    to_do = may_submit and entity is not None and state != "verified"
    return {
        "code": leg,
        "label": render(LEGS[leg]),
        "icon": ICONS[leg],
        "state": TEMPLATE_STATES.get(state, state),
        "state_label": render(STATE_LABELS[state]),
        "tone": TONES[state],
        "facts": facts,
        "evidence": {
            "name": f"{render(EVIDENCE_LABELS.get(newest.kind, say('File')))} · {newest.file_name}",
            "url": address,
            "preview_url": address if image else None,
        }
        if newest
        else None,
        "submitted_text": _(
            "Handed in by %(name)s on %(day)s (version %(n)s)",
            name=newest.submitted_by,
            day=shanghai_date(newest.submitted_at),
            n=newest.version,
        )
        if newest
        else "",
        "verified_text": _(
            "Verified by %(name)s on %(day)s", name=newest.decided_by, day=shanghai_date(newest.decided_at)
        )
        if newest and state == "verified" and newest.decided_at
        else "",
        "reason": (newest.void_reason or newest.reason) if newest and state in ("rejected", "void") else "",
        "action_label": _("Hand in evidence") if newest is None else _("Hand in anew"),
        "action_url": url_for("lead.evidence", lead_id=lead_id, leg=leg) if to_do else None,
    }


def actions(row: dict[str, Any], by: Actor) -> list[dict[str, str]]:
    """Return the buttons beside a lead's title."""
    found = []
    lead_id = row["id"]
    if may(by, "lead.contact") and within(row, by, "lead.contact"):
        found.append({"label": _("Record a contact"), "href": "#contacts", "icon": "message-circle", "tone": "plain"})
    if may(by, "status.change") and within(row, by, "status.change"):
        found.append(
            {
                "label": _("Status"),
                "href": url_for("lead.status", lead_id=lead_id),
                "icon": "player-pause",
                "tone": "plain",
            }
        )
    if may(by, "lead.edit") and within(row, by, "lead.edit"):
        found.append(
            {"label": _("Edit"), "href": url_for("lead.edit", lead_id=lead_id), "icon": "pencil", "tone": "plain"}
        )
    return found


def next_card(row: dict[str, Any], by: Actor, judged: GateVerdict) -> dict[str, Any]:
    """Return what the rail says: the next stage, what is missing for it, and who else is waited for."""
    at = STAGES.index(row["stage"])
    waiting = _waiting(judged)
    if row["status"] != "active":
        return {
            "title": _("What next"),
            "findings": [],
            "ready_text": _("The project is not active; nothing is due."),
            "advance_url": None,
            "advance_label": "",
            "waiting": waiting,
        }
    if at + 1 == len(STAGES):
        return {
            "title": _("What next"),
            "findings": [],
            "ready_text": _("The project has come all the way."),
            "advance_url": None,
            "advance_label": "",
            "waiting": waiting,
        }
    to = STAGES[at + 1]
    missing = advance_gaps(row["id"], to)
    word = render(STAGE_LABELS[to])
    may_move = may(by, "stage.move") and within(row, by, "stage.move")
    title = (
        _("Missing to reach %(stage)s: %(n)s", stage=word, n=len(missing))
        if missing
        else _("Ready for %(stage)s", stage=word)
    )
    return {
        "title": title,
        "findings": gap_links(row["id"], missing),
        "ready_text": _("Everything this stage asks for is on record."),
        "advance_url": url_for("lead.advance", lead_id=row["id"], to=to) if may_move else None,
        "advance_label": _("Move to %(stage)s", stage=word),
        "waiting": waiting,
    }


def _waiting(judged: GateVerdict) -> list[str]:
    return [
        _("%(leg)s: %(who)s", leg=render(LEGS[leg.leg]), who=render(leg.who))
        for leg in judged.legs
        if leg.state == "submitted" and leg.who
    ]


def files(row: dict[str, Any], by: Actor) -> list[dict[str, Any]]:
    """Return the files and dated proofs of a lead."""
    del by
    papers = [
        {
            "name": item.file_name,
            "url": url_for("landing.file", evidence_id=item.id),
            "by": item.submitted_by,
            "kind_label": f"{render(LEGS[item.leg])} · {render(EVIDENCE_LABELS.get(item.kind, say('File')))} · "
            f"{render(STATE_LABELS.get(item.state, say('—')))}",
            "size_text": _("version %(n)s", n=item.version),
            "at": item.submitted_at,
        }
        for item in evidence_of(row["id"])
    ]
    proofs = [
        {
            "name": f"{render(MILESTONE_KINDS[item.kind])} {item.document_no}",
            "url": "#files",
            "by": item.by_name,
            "kind_label": _("Dated %(day)s", day=item.happened_on) + (_(" (voided)") if item.voided_at else ""),
            "size_text": "—",
            "at": item.recorded_at,
        }
        for item in milestones_of(row["id"])
    ]
    return papers + proofs
