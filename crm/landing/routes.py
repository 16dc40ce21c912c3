"""The verifier's desk: what waits, the paper beside the facts, verify or send back; and the papers themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, shanghai_date
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.uscc import read_uscc
from crm.core.web import actor, flash_refusal, needs, page, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import read
from crm.files.queries import stored_file
from crm.landing.forms import RejectForm
from crm.landing.operations import reject_leg, verify_leg
from crm.landing.queries import EvidenceRow, entity_of, evidence, eyes_facts, same_file_elsewhere
from crm.landing.queries_desk import DeskRow, desk_counts, desk_queue
from crm.landing.rules import (
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    TAXPAYER_STATUSES,
    verifier_findings,
)
from crm.leads.queries import lead_row
from crm.leads.rules import STAGE_LABELS

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as Answer

blueprint = Blueprint("landing", __name__)
LATE_DAYS = 3
EMBEDDED = "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@blueprint.get("/verify")
@needs("landing.desk")
def desk() -> tuple[str, int]:
    """Show the queue, oldest first, and the chosen paper beside the facts."""
    by, leg = actor(), request.args.get("leg", "")
    leg = leg if leg in LEGS else ""
    rows = desk_queue(by, leg=leg).rows
    chosen = request.args.get("item", "")
    picked = next((row for row in rows if str(row.id) == chosen), rows[0] if rows else None)
    counts = desk_counts(by)
    filters = [(_("All"), url_for(".desk"), not leg, sum(counts.values()))]
    filters += [
        (render(text), url_for(".desk", leg=code), leg == code, counts.get(code, 0)) for code, text in LEGS.items()
    ]
    return page(
        "landing/desk.html",
        queue=[_entry(row, leg) for row in rows],
        chosen_id=picked.id if picked else None,
        filters=filters,
        item=_item(picked, rows, leg) if picked else None,
    )


def _entry(row: DeskRow, leg: str) -> dict[str, Any]:
    item = evidence(row.id)
    return {
        "id": row.id,
        "url": url_for(".desk", item=row.id, leg=leg or None),
        "title": row.name,
        "number": row.number,
        "leg_label": render(LEGS[row.leg]),
        "submitted_text": _("%(name)s handed it in", name=row.submitted_by or "—"),
        "age_days": row.age_days(now()),
        "late": row.age_days(now()) > LATE_DAYS,
        "barred": _barred(item) if item else "",
    }


def _barred(item: EvidenceRow) -> str:
    """Say why this verifier may not judge this paper; empty when free to."""
    if not may(actor(), "landing.verify"):
        return _("You may look, not decide.")
    findings = verifier_findings(eyes_facts(item.lead_id, item.submitted_by_id, actor()))
    return " ".join(render(finding.text) for finding in findings)


def _item(row: DeskRow, rows: tuple[DeskRow, ...], leg: str) -> dict[str, Any] | None:
    item, entity = evidence(row.id), entity_of(row.lead_id)
    lead = lead_row(row.lead_id, actor(), "landing.desk")
    if item is None or entity is None or lead is None:
        return None
    ids = [other.id for other in rows]
    at = ids.index(row.id)
    around = (ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
    previous_url, next_url = (url_for(".desk", item=other, leg=leg or None) if other else None for other in around)
    warnings = [
        _("The same file is handed in for %(number)s (%(leg)s).", number=number, leg=render(LEGS[other_leg]))
        for _lead_id, number, other_leg, _unit in same_file_elsewhere(item.sha256, item.lead_id)
    ]
    return {
        "lead_url": url_for("lead.show", lead_id=row.lead_id),
        "lead_name": row.name,
        "lead_number": row.number,
        "leg_label": render(LEGS[row.leg]),
        "stage_label": render(STAGE_LABELS[lead["stage"]]),
        "entity_name": entity.name,
        "submitted_text": _(
            "%(name)s handed it in on %(day)s", name=item.submitted_by or "—", day=shanghai_date(item.submitted_at)
        ),
        "note": item.note,
        "file": {
            "name": f"{render(EVIDENCE_LABELS.get(item.kind, say('File')))} · {item.file_name}",
            "url": url_for(".file", evidence_id=item.id),
            "is_image": item.media_type.startswith("image/"),
        },
        "facts": [_fact(name, getattr(entity, name), item.facts.get(name)) for name in LEG_FACTS[row.leg]],
        "warnings": warnings,
        "barred": _barred(item),
        "verify_url": url_for(".verify", evidence_id=item.id),
        "refuse_url": url_for(".send_back", evidence_id=item.id),
        "form": RejectForm(),
        "next_url": next_url,
        "previous_url": previous_url,
    }


def _fact(name: str, value: Any, then: Any) -> dict[str, Any]:
    words: str | None = str(value) if value not in (None, "") else None
    if name == "kind" and value in ENTITY_KINDS:
        words = render(ENTITY_KINDS[value])
    elif name == "taxpayer_status" and value in TAXPAYER_STATUSES:
        words = render(TAXPAYER_STATUSES[value])
    elif name == "accounting" and value is not None:
        words = render(say("yes") if value else say("no"))
    hint, tone = "", ""
    if name == "uscc" and value:
        odd = read_uscc(str(value)).findings
        hint, tone = (" ".join(render(item.text) for item in odd), "warn") if odd else ("", "")
    elif str(value if value is not None else "") != str(then if then is not None else ""):
        hint, tone = _("changed since it was handed in"), "warn"
    return {"label": render(FACT_LABELS[name]), "value": words or "—", "hint": hint, "tone": tone}


@blueprint.post("/verify/<int:evidence_id>")
@needs("landing.verify")
def verify(evidence_id: int) -> Answer:
    """Verify a leg."""
    item = evidence(evidence_id)
    entity = entity_of(item.lead_id) if item else None
    try:
        verify_leg(evidence_id, by=actor(), at=now(), entity_version=entity.version if entity else None)
        say_done(_("Verified."))
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        flash_refusal(refusal)
    return redirect(url_for(".desk"))


@blueprint.post("/verify/<int:evidence_id>/back")
@needs("landing.verify")
def send_back(evidence_id: int) -> Answer:
    """Send a leg back with a reason."""
    form = RejectForm(request.form)
    try:
        reject_leg(evidence_id, reason=check(form)["reason"], by=actor(), at=now())
        say_done(_("Sent back."))
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        flash_refusal(refusal)
        return redirect(url_for(".desk", item=evidence_id))
    return redirect(url_for(".desk"))


@blueprint.get("/evidence/<int:evidence_id>/file")
@needs("lead.view")
def file(evidence_id: int) -> Response:
    """Send a paper to whoever may open its lead."""
    item = evidence(evidence_id)
    row = lead_row(item.lead_id, actor()) if item else None
    kept = stored_file(item.file_id) if item else None
    if item is None or row is None or kept is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), status=404)
    answer = send_bytes(read(kept.stored_name), name=kept.original_name, media_type=kept.media_type, attach=False)
    answer.headers["Content-Security-Policy"] = EMBEDDED
    return answer
