"""The verifier's desk: what waits, the paper beside the facts, verify or send back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, shanghai_date
from crm.core.errors import Refusal, say
from crm.core.forms import check
from crm.core.uscc import read_uscc
from crm.core.web import actor, flash_refusal, needs, page, say_done, wants_part
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations_scan import scanning
from crm.files.rules import CLEAN
from crm.landing.forms import RejectForm
from crm.landing.operations import reject_leg, verify_leg
from crm.landing.queries import entity_of, evidence_of, same_file_elsewhere
from crm.landing.queries_desk import DeskRow, desk_counts, desk_item, desk_queue, eyes_of
from crm.landing.rules import (
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEG_FACTS,
    LEGS,
    STATE_LABELS,
    TAXPAYER_STATUSES,
    EyesFacts,
    verifier_findings,
)
from crm.landing.rules_times import valid_until
from crm.leads.rules import STAGE_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.wrappers import Response as Answer

    from crm.landing.queries import EvidenceRow

blueprint = Blueprint("landing", __name__)
LATE_DAYS = 3
SCREENFUL = 20
"""The queue stands beside the paper: as many lines as a verifier sees at once."""
NOT_FOUND = 404
LONGEST = 10


@blueprint.get("/verify")
@needs("landing.desk")
def desk() -> tuple[str, int]:
    """Show the queue, oldest first, and the chosen paper beside the facts."""
    by, leg, cursor = actor(), request.args.get("leg", ""), request.args.get("cursor")
    leg = leg if leg in LEGS else ""
    if wants_part():
        # Counting all that wait costs as much as a screenful of them: the figures follow the page.
        return page("landing/_desk_counts.html", filters=_filters(leg, desk_counts(by)))
    queue = desk_queue(by, leg=leg, cursor=cursor, size=SCREENFUL)
    rows, chosen = queue.rows, request.args.get("item", "")
    picked = next((row for row in rows if str(row.id) == chosen), None)
    if picked is None and chosen.isdigit():
        picked = desk_item(by, int(chosen[:18]))
    eyes = eyes_of([*rows, *([picked] if picked else [])], by)
    if picked is None and rows:
        # What this verifier may sign comes first; what is barred stays in the queue for others.
        picked = next((row for row in rows if not _barred(row, eyes[row.id])), rows[0])
    return page(
        "landing/desk.html",
        queue=_entries(rows, url_for(".desk", item=0, leg=leg or None, cursor=cursor), eyes),
        more_url=url_for(".desk", leg=leg or None, cursor=queue.next_cursor) if queue.next_cursor else None,
        chosen_id=picked.id if picked else None,
        filters=_filters(leg, {}),
        counts_url=url_for(".desk", leg=leg or None),
        item=_item(picked, rows, leg, eyes[picked.id]) if picked else None,
    )


def _filters(leg: str, counts: Mapping[str, int]) -> list[tuple[str, str, bool, int | None]]:
    """Return the choices of legs, each with how many papers wait for it once that is counted."""
    whole = sum(counts.values()) if counts else None
    found = [(_("All"), url_for(".desk"), not leg, whole)]
    return found + [
        (render(text), url_for(".desk", leg=code), leg == code, counts.get(code, 0) if counts else None)
        for code, text in LEGS.items()
    ]


def _entries(rows: Sequence[DeskRow], address: str, eyes: Mapping[int, EyesFacts]) -> list[dict[str, Any]]:
    """Return the lines of the queue; the address is built once, for it differs by the paper alone."""
    moment, labels = now(), {leg: render(text) for leg, text in LEGS.items()}
    before, _mark, after = address.partition("item=0")
    return [
        {
            "id": row.id,
            "url": f"{before}item={row.id}{after}",
            "title": row.name,
            "number": row.number,
            "leg_label": labels[row.leg],
            "submitted_text": _("%(name)s handed it in", name=row.submitted_by or "—"),
            "age_days": row.age_days(moment),
            "late": row.age_days(moment) > LATE_DAYS,
            "barred": _barred(row, eyes[row.id]),
        }
        for row in rows
    ]


def _barred(row: DeskRow, eyes: EyesFacts) -> str:
    """Say why this verifier may not judge this paper; empty when free to."""
    if not may(actor(), "landing.verify"):
        return _("You may look, not decide.")
    findings = [render(finding.text) for finding in verifier_findings(eyes)]
    if scanning() and row.scan_state != CLEAN:
        findings.append(_("The file waits for the virus scanner; nothing is verified before it is cleared."))
    return " ".join(findings)


def _item(row: DeskRow, rows: tuple[DeskRow, ...], leg: str, eyes: EyesFacts) -> dict[str, Any] | None:
    papers, entity = evidence_of(row.lead_id), entity_of(row.lead_id)
    item = next((paper for paper in papers if paper.id == row.id), None)
    if item is None or entity is None:
        return None
    ids = [other.id for other in rows]
    at = ids.index(row.id) if row.id in ids else 0
    around = (ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
    cursor = request.args.get("cursor")
    previous_url, next_url = (
        url_for(".desk", item=other, leg=leg or None, cursor=cursor) if other else None for other in around
    )
    return {
        "lead_url": url_for("lead.show", lead_id=row.lead_id),
        "lead_name": row.name,
        "lead_number": row.number,
        "leg_label": render(LEGS[row.leg]),
        "stage_label": render(STAGE_LABELS[row.stage]),
        "entity_name": entity.name,
        "submitted_text": _(
            "%(name)s handed it in on %(day)s", name=item.submitted_by or "—", day=shanghai_date(item.submitted_at)
        ),
        "note": item.note,
        "file": {
            "name": f"{render(EVIDENCE_LABELS.get(item.kind, say('File')))} · {item.file_name}",
            "url": url_for(".file", evidence_id=item.id),
            "is_image": item.media_type.startswith("image/"),
            "locked": scanning() and item.scan_state != CLEAN,
        },
        "facts": [_fact(name, getattr(entity, name), item.facts.get(name)) for name in LEG_FACTS[row.leg]],
        "validity": _validity(item),
        "earlier": _earlier(item, papers),
        "warnings": same_file_sentences(item.sha256, item.lead_id, item.leg),
        "barred": _barred(row, eyes),
        "verify_url": url_for(".verify", evidence_id=item.id),
        "refuse_url": url_for(".send_back", evidence_id=item.id),
        "version": entity.version,
        "leg": leg,
        "next_id": around[1] or around[0] or "",
        "form": RejectForm(),
        "next_url": next_url,
        "previous_url": previous_url,
    }


def same_file_sentences(sha256: str, lead_id: int, leg: str) -> list[str]:
    """Say which other projects, or which other leg, rest on the very same file, and whom to ask; not what they are."""
    return told_twins(same_file_elsewhere(sha256, lead_id, leg))


def told_twins(twins: Sequence[tuple[int, str, str, str]]) -> list[str]:
    """Put into words where else the very same file is handed in."""
    return [
        _(
            "The same file is handed in for %(number)s (%(leg)s, %(unit)s).",
            number=number, leg=render(LEGS[leg]), unit=unit,
        )
        for _lead_id, number, leg, unit in twins
    ]  # fmt: skip


def _validity(item: EvidenceRow) -> str:
    if item.valid_until:
        return _("The paper itself holds until %(day)s.", day=item.valid_until)
    until = valid_until(item.kind, shanghai_date(now()), None)
    if until:
        return _("Verified today it holds until %(day)s.", day=until)
    return _("This document has no end of its own.")


def _earlier(item: EvidenceRow, papers: Sequence[EvidenceRow]) -> list[str]:
    """Say what became of the versions before this one."""
    rows = [row for row in papers if row.leg == item.leg and row.version < item.version]
    return [
        _("Version %(n)s: %(state)s", n=row.version, state=render(STATE_LABELS.get(row.state, say("—"))))
        + (f"（{row.reason}）" if row.reason else "")
        for row in rows
    ]


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


def _onward() -> Answer:
    """Go on to the next paper of the queue that was being worked through."""
    leg, following = request.form.get("leg", ""), request.form.get("next", "")
    return redirect(url_for(".desk", item=following or None, leg=leg if leg in LEGS else None))


@blueprint.post("/verify/<int:evidence_id>")
@needs("landing.verify")
def verify(evidence_id: int) -> Answer:
    """Verify a leg by the facts that the verifier saw."""
    seen = request.form.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < LONGEST else None
    try:
        verify_leg(evidence_id, by=actor(), at=now(), entity_version=version)
        say_done(_("Verified."))
    except Refusal as refusal:
        return _refused(refusal, evidence_id)
    return _onward()


@blueprint.post("/verify/<int:evidence_id>/back")
@needs("landing.verify")
def send_back(evidence_id: int) -> Answer:
    """Send a leg back with a reason."""
    form = RejectForm(request.form)
    try:
        reject_leg(evidence_id, reason=check(form)["reason"], by=actor(), at=now())
        say_done(_("Sent back."))
    except Refusal as refusal:
        return _refused(refusal, evidence_id)
    return _onward()


def _refused(refusal: Refusal, evidence_id: int) -> Answer:
    if refusal.status == NOT_FOUND:
        raise refusal
    flash_refusal(refusal)
    return redirect(url_for(".desk", item=evidence_id, leg=request.form.get("leg") or None))
