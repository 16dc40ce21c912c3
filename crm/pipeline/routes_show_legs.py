"""How landing is shown on a lead's page: what is missing and who must act, the entity, the three legs with versions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date, today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import EXPANSION, EntityRow, entity_of, evidence_of
from crm.landing.rules import (
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    OFFICER,
    STATE_LABELS,
    TAXPAYER_STATUSES,
)
from crm.landing.rules_times import times
from crm.leads.queries import within
from crm.pipeline.gate import verdict
from crm.pipeline.routes_opened import place
from crm.pipeline.routes_show_after import after, recognition_acts, recognitions

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.core.errors import Finding
    from crm.landing.queries import EvidenceRow
    from crm.landing.rules import GateVerdict, LegVerdict

ICONS = {"registered": "building", "taxed": "receipt-tax", "accounted": "calculator"}
TONES = {"missing": "line", "submitted": "warn", "verified": "good", "unscanned": "warn"}
TEMPLATE_STATES = {
    "missing": "none", "rejected": "refused", "expired": "void", "infected": "refused", "unscanned": "submitted",
}  # fmt: skip
VERBS = {
    "entity": say("Enter it"),
    "contract": say("Enter the contract"),
    "evidence": say("Hand in evidence"),
    "#leg": say("Look at it"),
    "status": say("Change the status"),
    "#progress": say("Look at the stage"),
}
NOTICE = say(
    "For internal statistics only; never a condition for policy, approval, land or funds (Regulation on Fair "
    "Competition Review)."
)


def landing(row: dict[str, Any], by: Actor, judged: GateVerdict) -> dict[str, Any]:
    """Return what the landing section shows."""
    entity, papers, known = entity_of(row["id"]), evidence_of(row["id"]), recognitions(row["id"])
    may_submit = may(by, "landing.submit") and within(row, by, "landing.submit")
    return {
        "sentence": _sentence(judged, row, doubted=known.doubted),
        "tone": _tone(judged, row, doubted=known.doubted),
        "checklist": _checklist(row, judged, may_submit=may_submit) if judged.state != "landed" else [],
        "entity_facts": _entity_facts(entity, row),
        "entity_url": url_for("lead.entity", lead_id=row["id"]) if may_submit else None,
        "legs": [
            _leg(leg, [item for item in papers if item.leg == leg.leg], entity, row["id"], may_submit=may_submit)
            for leg in judged.legs
        ],
        "recognise_url": url_for("lead.recognise_page", lead_id=row["id"])
        if may(by, "landing.recognise") and judged.state == "ready"
        else None,
        "notice": render(NOTICE),
        "after": after(known),
        **recognition_acts(row["id"], known.standing, by),
    }


def recognising(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a leader sees before recognising: the checklist, the entity, and what would be counted."""
    judged, entity = verdict(row["id"]), entity_of(row["id"])
    counted = entity.increment_fen if entity and row["build_nature"] == EXPANSION else row["investment_fen"]
    amount = None if counted is None else f"{show_wan(counted)} {_('10k yuan')}"
    return {
        "checklist": _checklist(row, judged, may_submit=True),
        "ready": judged.state == "ready",
        "facts": [*_entity_facts(entity, row), {"label": _("Counts with"), "value": amount}] if entity else [],
    }


def _tone(judged: GateVerdict, row: dict[str, Any], *, doubted: bool) -> str:
    if row["recognised_on"] and (not row["landed_on"] or judged.verified < len(LEGS) or doubted):
        return "warn"
    return TONE_OF.get(judged.state, "warn")


TONE_OF = {"landed": "good", "ready": "info"}


def _sentence(judged: GateVerdict, row: dict[str, Any], *, doubted: bool) -> str:
    if judged.state == "landed" and row["landed_on"]:
        if doubted:
            return _(
                "Recognised as landed on %(day)s; a re-check had doubts. A leader decides: suspend, end or revoke.",
                day=row["landed_on"],
            )
        if judged.verified == len(LEGS):
            return _("Recognised as landed on %(day)s. Three of three legs were verified by others.",
                     day=row["landed_on"])  # fmt: skip
        return _("Recognised as landed on %(day)s; meanwhile only %(n)s of 3 legs stand. A re-check asks for the rest.",
                 day=row["landed_on"], n=judged.verified)  # fmt: skip
    if judged.state == "landed" and row["landed_on"] is None:
        return _("Recognised on %(day)s, suspended at present: it does not count.", day=row["recognised_on"])
    if judged.state == "ready":
        return _("Everything is proved and verified: a leader can recognise the project as landed.")
    return _("Not yet landed: %(n)s of 3 legs verified, %(gaps)s still open.",
             n=judged.verified, gaps=len(judged.findings))  # fmt: skip


def _checklist(row: dict[str, Any], judged: GateVerdict, *, may_submit: bool) -> list[dict[str, Any]]:
    """Return the gate as a checklist: the three legs, then everything else that is missing, each with who must act."""
    lines = [
        {
            "done": leg.gap is None,
            "text": render(leg.gap.text) if leg.gap else _("%(leg)s: verified.", leg=render(LEGS[leg.leg])),
            "who": render(leg.who) if leg.who else "",
            **_closing(row["id"], leg.gap, may_act=may_submit or leg.state == "submitted"),
        }
        for leg in judged.legs
    ]
    officer = render(OFFICER)
    lines += [
        {"done": False, "text": render(gap.text), "who": officer, **_closing(row["id"], gap, may_act=may_submit)}
        for gap in judged.gaps
    ]
    return lines


def _closing(lead_id: int, gap: Finding | None, *, may_act: bool) -> dict[str, Any]:
    """Return the link that closes a gap, for those who may follow it, and what it is called."""
    link = gap.link if gap else None
    if not link or not may_act:
        return {"url": None, "verb": ""}
    name = link.partition("#")[0] or f"#{link.partition('#')[2]}"
    verb = VERBS.get(name) or VERBS.get(name.partition("-")[0]) or say("Go there")
    url = url_for("lead.status", lead_id=lead_id) if name == "status" else place(lead_id, link)
    return {"url": url, "verb": render(verb)}


def fact_words(entity: EntityRow, name: str) -> str | None:
    """Return an entity's fact in words; None when unknown."""
    value = getattr(entity, name)
    if name == "kind":
        return render(ENTITY_KINDS.get(value, say("—")))
    if name == "taxpayer_status":
        return render(TAXPAYER_STATUSES[value]) if value in TAXPAYER_STATUSES else None
    if name == "accounting":
        return None if value is None else render(say("yes") if value else say("no"))
    if name.endswith("_fen"):
        return None if value is None else f"{show_wan(value)} {_('10k yuan')}"
    return str(value) if value not in (None, "") else None


def _entity_facts(entity: EntityRow | None, row: dict[str, Any]) -> list[dict[str, Any]]:
    if entity is None:
        return []
    names = ["kind", "name", "uscc", "capital_fen"]
    if row["build_nature"] == EXPANSION or entity.increment_fen is not None:
        names.append("increment_fen")
    return [{"label": render(FACT_LABELS[name]), "value": fact_words(entity, name)} for name in names]


def leg_facts_shown(lead_id: int, leg: str) -> list[dict[str, Any]]:
    """Return the facts that a leg's paper has to bear out, as they stand now."""
    entity = entity_of(lead_id)
    if entity is None:
        return []
    return [{"label": render(FACT_LABELS[name]), "value": fact_words(entity, name)} for name in LEG_FACTS[leg]]


def versions_shown(lead_id: int, leg: str) -> list[dict[str, Any]]:
    """Return every version of a leg's evidence, the newest first, with what became of it."""
    return [_version(item) for item in evidence_of(lead_id) if item.leg == leg]


def _version(item: EvidenceRow) -> dict[str, Any]:
    state = item.state_on(today())
    told = _("Handed in by %(name)s on %(day)s", name=item.submitted_by, day=shanghai_date(item.submitted_at))
    if item.decided_at:
        told += " · " + _("%(name)s decided on %(day)s", name=item.decided_by, day=shanghai_date(item.decided_at))
    if item.valid_until:
        told += " · " + _("holds until %(day)s", day=item.valid_until)
    return {
        "n": item.version,
        "name": f"{render(EVIDENCE_LABELS.get(item.kind, say('File')))} · {item.file_name}",
        "url": url_for("landing.file", evidence_id=item.id),
        "state_label": render(STATE_LABELS[state]),
        "tone": TONES.get(state, "bad"),
        "told": told,
        "reason": _why(item),
        "sha256": item.sha256,
    }


def _why(item: EvidenceRow) -> str:
    """Say why evidence does not count any more, in words."""
    if item.state == "void":
        if item.void_reason == "new version":
            return _("Replaced by a newer version.")
        names = [name.strip() for name in item.void_reason.split(",")]
        return _("Changed since: %(facts)s", facts=[FACT_LABELS.get(name, say("Note")) for name in names])
    return item.reason if item.state == "rejected" else ""


def _leg(
    leg: LegVerdict, papers: list[EvidenceRow], entity: EntityRow | None, lead_id: int, *, may_submit: bool
) -> dict[str, Any]:
    newest = papers[0] if papers else None
    facts = [
        {"label": render(FACT_LABELS[name]), "value": fact_words(entity, name)}
        for name in LEG_FACTS[leg.leg]
        if entity is not None and name not in ("kind", "name", "uscc")
    ]
    image = newest is not None and newest.media_type.startswith("image/")
    address = url_for("landing.file", evidence_id=newest.id) if newest else ""
    return {
        "code": leg.leg,
        "label": render(LEGS[leg.leg]),
        "icon": ICONS[leg.leg],
        "state": TEMPLATE_STATES.get(leg.state, leg.state),
        "state_label": render(STATE_LABELS[leg.state]),
        "tone": TONES.get(leg.state, "bad"),
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
        "verified_text": _verified_text(newest) if newest and leg.state in ("verified", "expired") else "",
        "reason": _why(newest) if newest else "",
        "versions": [_version(item) for item in papers[1:]],
        "action_label": _("Hand in evidence") if newest is None else _("Hand in anew"),
        "action_url": url_for("lead.evidence", lead_id=lead_id, leg=leg.leg)
        if may_submit and entity is not None and _wanted(leg.state, newest)
        else None,
    }


def _wanted(state: str, newest: EvidenceRow | None) -> bool:
    """Tell whether newer evidence is wanted: what stands and holds on needs none."""
    if state == "submitted":
        return False
    soon = today() + timedelta(days=times().validity_remind_days)
    return state != "verified" or bool(newest and newest.valid_until and newest.valid_until <= soon)


def _verified_text(newest: EvidenceRow) -> str:
    if newest.decided_at is None:
        return ""
    told = _("Verified by %(name)s on %(day)s", name=newest.decided_by, day=shanghai_date(newest.decided_at))
    return told + (" · " + _("holds until %(day)s", day=newest.valid_until) if newest.valid_until else "")
