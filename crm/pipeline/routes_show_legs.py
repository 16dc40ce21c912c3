"""How landing is shown on a lead's page: what is missing and who must act, the entity, the three legs with versions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date, today
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.web import actor
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import EXPANSION, EntityRow, entity_of, evidence_of, same_files
from crm.landing.routes import told_twins
from crm.landing.rules import (
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    STATE_LABELS,
    TAXPAYER_STATUSES,
)
from crm.landing.rules_times import times
from crm.leads.queries import within
from crm.pipeline.gate import verdict
from crm.pipeline.routes_show_after import after, recognition_acts, recognitions
from crm.pipeline.routes_show_gate import card, checklist

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.landing.queries import EvidenceRow
    from crm.landing.rules import GateVerdict, LegVerdict

ICONS = {"registered": "building", "taxed": "receipt-tax", "accounted": "calculator"}
TONES = {"missing": "line", "submitted": "warn", "verified": "good", "unscanned": "warn"}
TEMPLATE_STATES = {
    "missing": "none", "rejected": "refused", "expired": "void", "infected": "refused", "unscanned": "submitted",
}  # fmt: skip
NOTICE = say(
    "For internal statistics only; never a condition for policy, approval, land or funds (Regulation on Fair "
    "Competition Review)."
)


def landing(row: dict[str, Any], by: Actor, judged: GateVerdict) -> dict[str, Any]:
    """Return what the landing section shows."""
    entity, papers, known = entity_of(row["id"]), evidence_of(row["id"]), recognitions(row["id"])
    may_submit = may(by, "landing.submit") and within(row, by, "landing.submit")
    twins = same_files({item.sha256 for item in papers}, row["id"]) if papers else {}
    shown = {
        "sentence": _sentence(judged, row, doubted=known.doubted),
        "tone": _tone(judged, row, doubted=known.doubted),
        "checklist": checklist(row, judged, by, may_submit=may_submit) if judged.state != "landed" else [],
        "entity_facts": _entity_facts(entity, row),
        "entity_url": url_for("lead.entity", lead_id=row["id"]) if may_submit else None,
        "legs": [
            {
                **_leg(leg, [item for item in papers if item.leg == leg.leg], entity, row["id"], may_submit=may_submit),
                "twins": _twins(leg.leg, papers, twins),
            }
            for leg in judged.legs
        ],
        "recognise_url": url_for("lead.recognise_page", lead_id=row["id"])
        if may(by, "landing.recognise") and judged.state == "ready"
        else None,
        "notice": render(NOTICE),
        "after": after(known),
        **recognition_acts(row["id"], known.standing, by),
    }
    return {**shown, "card": card(row, judged, shown, known)}


def _twins(leg: str, papers: list[EvidenceRow], elsewhere: dict[str, list[tuple[int, str, str, str]]]) -> list[str]:
    """Say where else the paper of a leg is handed in: for other projects, or for another leg of this one."""
    newest = next((item for item in papers if item.leg == leg), None)
    if newest is None:
        return []
    inside = {item.leg for item in papers if item.sha256 == newest.sha256 and item.leg != leg}
    said = [_("The same file is handed in for another leg: %(leg)s.", leg=render(LEGS[one])) for one in sorted(inside)]
    return [*told_twins(elsewhere.get(newest.sha256, ())), *said]


def recognising(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a leader sees before recognising: the checklist, the entity, and what would be counted."""
    judged, entity = verdict(row["id"]), entity_of(row["id"])
    counted = entity.increment_fen if entity and row["build_nature"] == EXPANSION else row["investment_fen"]
    amount = None if counted is None else f"{show_wan(counted)} {_('10k yuan')}"
    return {
        "checklist": checklist(row, judged, actor(), may_submit=True),
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
