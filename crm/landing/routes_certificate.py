"""The certificate of recognition: on the screen and on paper, as a Word form, with a code that opens the lead."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from crm.accounts.rules import may
from crm.audit.operations import deed
from crm.core.clock import now, shanghai_date, shanghai_time
from crm.core.errors import refuse, say
from crm.core.money import show_wan
from crm.core.web import actor, needs, page, send_bytes, settings
from crm.core.words import gettext as _
from crm.core.words import render, speaking
from crm.landing.queries import EntityRow, RecognitionRow, entity_of, recognition
from crm.landing.queries_after import events_of
from crm.landing.routes import blueprint
from crm.landing.rules import ENTITY_KINDS, EVENTS, EVIDENCE_LABELS, FACT_LABELS, LEGS, TAXPAYER_STATUSES
from crm.leads.queries import lead_row
from crm.profile.queries import bureau
from exports.qr import qr_png, qr_svg
from exports.word import Picture, fill

if TYPE_CHECKING:
    from flask import Response

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMED_ABOVE = ("name", "uscc", "address", "registrar", "registered_on", "kind")
"""Facts of the registered leg that the head of the certificate says already."""


def _opened(recognition_id: int) -> tuple[RecognitionRow, dict[str, Any], EntityRow]:
    item = recognition(recognition_id)
    row = lead_row(item.lead_id, actor()) if item else None
    entity = entity_of(item.lead_id) if item else None
    if item is None or row is None or entity is None:
        raise refuse("recognition.unknown", say("There is no such recognition, or it is not yours to see."), status=404)
    return item, row, entity


def intranet_address(lead_id: int) -> str:
    """Return the address that opens a lead from a sheet of paper: the bureau's setting, else that of this request."""
    base = settings().public_url or request.url_root.rstrip("/")
    return base + url_for("lead.show", lead_id=lead_id)


def certificate_values(item: RecognitionRow, row: dict[str, Any], entity: EntityRow) -> dict[str, Any]:
    """Return what the certificate says, from what the recognition rested on and not from what changed since."""
    facts = (item.legs.get("registered") or {}).get("facts") or {}
    here = bureau()
    counted = None if item.counted_fen is None else f"{show_wan(item.counted_fen)} {_('10k yuan')}"
    if counted and item.expansion:
        counted = _("%(amount)s (increment of an expansion)", amount=counted)
    return {
        "bureau": here.name if here else None,
        "number": row["number"],
        "lead": row["name"],
        "serial": _("Recognition No. %(n)s", n=item.id),
        "state": _state(item),
        "investor": row["investor"],
        "entity": facts.get("name") or entity.name,
        "entity_kind": render(ENTITY_KINDS.get(facts.get("kind") or entity.kind, say("—"))),
        "uscc": item.uscc,
        "registrar": facts.get("registrar") or entity.registrar,
        "registered_on": facts.get("registered_on") or entity.registered_on,
        "address": facts.get("address") or entity.address,
        "counted": counted,
        "recognised_on": item.recognised_on,
        "legs": [_leg(leg, item.legs.get(leg) or {}) for leg in LEGS],
        "recognised_by": item.recognised_by,
        "recheck": str(item.recheck_due) if item.standing and item.recheck_due else None,
        "history": "\n".join(_story(item)) or _("Nothing was changed since."),
    }


def _state(item: RecognitionRow) -> str:
    if item.standing:
        return _("Suspended since %(day)s", day=item.suspended_on) if item.suspended_on else _("In force")
    words = say("Revoked on %(day)s") if item.end_kind == "revoked" else say("Ended on %(day)s")
    return render(say(words.msgid, day=item.ended_on))


def _story(item: RecognitionRow) -> list[str]:
    return [
        f"{event.happened_on} {render(EVENTS.get(event.kind, say('—')))} · {event.by_name}"
        for event in events_of(item.lead_id)
        if event.recognition_id == item.id
    ]


def _leg(leg: str, kept: dict[str, Any]) -> dict[str, Any]:
    facts = kept.get("facts") or {}
    shown = [
        f"{render(FACT_LABELS[name])}：{_fact(name, value)}"
        for name, value in facts.items()
        if name in FACT_LABELS and not (leg == "registered" and name in NAMED_ABOVE)
    ]
    kind = render(EVIDENCE_LABELS.get(str(kept.get("kind")), say("File")))
    return {
        "label": render(LEGS[leg]),
        "facts": "\n".join(shown) if leg != "registered" else _("As above."),
        "paper": _("%(kind)s (version %(n)s)", kind=kind, n=kept.get("version", "—")),
        "sha256": kept.get("sha256"),
        "eyes": "\n".join(
            [
                _("%(name)s handed it in%(day)s", name=kept.get("submitted_by") or "—", day=_day(kept, "submitted_at")),
                _("%(name)s verified it%(day)s", name=kept.get("verified_by") or "—", day=_day(kept, "verified_at")),
            ]
        ),
    }


def _day(kept: dict[str, Any], name: str) -> str:
    """Return the Shanghai day of a stored moment, with a blank before it; empty when it was not kept."""
    try:
        return f" {shanghai_date(datetime.fromisoformat(str(kept.get(name))))}"
    except ValueError:
        return ""


def _fact(name: str, value: Any) -> str:
    if name == "accounting":
        return render(say("yes") if value in ("True", True) else say("no"))
    if name == "taxpayer_status":
        return render(TAXPAYER_STATUSES.get(str(value), say("—")))
    return str(value) if value not in (None, "") else "—"


def _opening(values: dict[str, Any], item: RecognitionRow) -> dict[str, Any]:
    """Let each paper that the recognition rests on be opened from the screen, however many newer ones came since."""
    papers = [(item.legs.get(leg) or {}).get("evidence") for leg in LEGS]
    legs = [
        {**leg, "url": url_for(".file", evidence_id=paper) if paper else None}
        for leg, paper in zip(values["legs"], papers, strict=True)
    ]
    return {**values, "legs": legs}


@blueprint.get("/recognitions/<int:recognition_id>")
@needs("lead.view")
def certificate(recognition_id: int) -> tuple[str, int]:
    """Show the certificate as it prints."""
    item, row, entity = _opened(recognition_id)
    return page(
        "landing/certificate.html",
        values=_opening(certificate_values(item, row, entity), item),
        standing=item.standing and not item.suspended_on,
        lead_url=url_for("lead.show", lead_id=item.lead_id) + "#landing",
        docx_url=url_for(".certificate_docx", recognition_id=item.id) if may(actor(), "landing.certificate") else None,
        code_url=url_for(".certificate_code", recognition_id=item.id),
        address=intranet_address(item.lead_id),
        printed=shanghai_time(now()).strftime("%Y-%m-%d %H:%M"),
    )


@blueprint.get("/recognitions/<int:recognition_id>/code.svg")
@needs("lead.view")
def certificate_code(recognition_id: int) -> Response:
    """Draw the code that opens the lead on the intranet."""
    item, _row, _entity = _opened(recognition_id)
    return send_bytes(qr_svg(intranet_address(item.lead_id)), name="code.svg", media_type="image/svg+xml", attach=False)


@blueprint.get("/recognitions/<int:recognition_id>/certificate.docx")
@needs("landing.certificate")
def certificate_docx(recognition_id: int) -> Response:
    """Fill the Word form of the certificate; who took it stands in the trail."""
    item, row, entity = _opened(recognition_id)
    at = now()
    with deed("landing.certificate", by=actor(), at=at, kind="lead", thing_id=item.lead_id) as doing:
        doing.on("lead", item.lead_id, f"{row['number']} {row['name']}")
        address = intranet_address(item.lead_id)
        with speaking("zh_CN"):  # the form itself is written in Chinese
            said = certificate_values(item, row, entity)
        values = {
            **said,
            "code": Picture(qr_png(address), 26),
            "address_text": address,
            "printed": shanghai_time(at).strftime("%Y-%m-%d %H:%M"),
        }
        data = fill("certificate", values, stamp=at, own=settings().instance / "forms")
    return send_bytes(data, name=f"落地认定书_{row['number']}.docx", media_type=DOCX)
