"""Pages on which landing is worked for: the local entity, evidence handed in, recognition and its end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, make_response, request, url_for
from wtforms import FileField

from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, offered
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.forms import EntityForm, EvidenceForm
from crm.landing.operations import save_entity, submit_evidence
from crm.landing.queries import EXPANSION, entity_of
from crm.landing.queries import evidence as one_evidence
from crm.landing.routes import same_file_sentences
from crm.landing.rules import EVIDENCE_KINDS, LEGS
from crm.leads.operations_papers import with_paper
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_move import entry_page
from crm.pipeline.routes_opened import opened
from crm.pipeline.routes_show_landing import leg_facts_shown, versions_shown

ENTITY_FIELDS = [
    ("kind", "", 4),
    ("name", "", 8),
    ("uscc", "", 6),
    ("registered_on", "", 3),
    ("capital_fen", "wan", 3),
    ("address", "", 8),
    ("registrar", "", 4),
    ("tax_office", "", 6),
    ("taxpayer_status", "", 3),
    ("taxed_on", "", 3),
    ("accounting", "", 4),
    ("books_kept_at", "", 8),
    ("statistics_relation", "", 12),
    ("increment_fen", "wan", 6),
    ("note", "", 12),
    ("reason", "", 12),
]
YES_NO = {True: "yes", False: "no", None: ""}
PREVIEW = (
    "default-src 'self'; base-uri 'none'; object-src 'self' blob:; frame-src 'self' blob:; img-src 'self' blob:; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""This page only: what was just chosen is shown from the browser's own memory before it is sent."""


class PaperForm(EvidenceForm):
    """Evidence with its file."""

    file = FileField(say("PDF, JPEG or PNG, up to 20 MB"))
    photo = FileField(say("Take a picture with this phone"))


@blueprint.route("/leads/<int:lead_id>/entity", methods=["GET", "POST"])
@needs("landing.submit")
def entity(lead_id: int) -> Any:
    """Enter or change the local entity."""
    row = opened(lead_id, "landing.submit")
    known = entity_of(lead_id)
    data = {**asdict(known), "accounting": YES_NO[known.accounting]} if known else {"name": "", "kind": "legal"}
    form = EntityForm(request.form, data=data)

    def act() -> None:
        values = check(form)
        version = int(values["version"]) if str(values.get("version") or "").isdigit() else None
        values["accounting"] = {"yes": True, "no": False}.get(values["accounting"])
        reason = values.pop("reason") or ""
        warnings = save_entity(lead_id, values, by=actor(), at=now(), version=version, reason=reason)
        if warnings:
            flash_refusal(Refusal(warnings))

    unit = _("10k yuan")
    left_out = set() if known else {"reason"}
    if row["build_nature"] != EXPANSION:
        left_out.add("increment_fen")
    fields = [(name, unit if mark else "", width) for name, mark, width in ENTITY_FIELDS if name not in left_out]
    return entry_page(
        lead_id,
        row,
        form,
        title=_("Local entity"),
        note=_(
            "Apart from the investor: the company or branch registered here. "
            "Changing a verified fact voids that verification."
        ),
        fields=[("version", "", 12), *fields] if known else fields,
        act=act,
        done=_("The entity is recorded."),
        save=_("Record"),
        anchor="landing",
    )


def _hand_in(lead_id: int, leg: str, values: dict[str, Any]) -> None:
    """Keep the paper that came along as a leg's evidence, and say where the same file stands already."""
    chosen = next((sent for sent in (request.files.get("file"), request.files.get("photo")) if sent), None)
    if chosen is None or not chosen.filename:
        raise refuse("file.none", say("Choose the file of the document."), "file")
    made = with_paper(
        lambda file_id: submit_evidence(
            lead_id, leg, file_id=file_id, kind=values["kind"], note=values["note"] or "",
            valid_until=values["valid_until"], by=actor(), at=now(),
        ),
        (chosen.filename, chosen.read()), action="landing.submit", lead_id=lead_id, by=actor(), at=now(),
    )  # fmt: skip
    kept = one_evidence(made)
    for sentence in same_file_sentences(kept.sha256, lead_id, leg) if kept else ():
        flash(sentence, "warning")


@blueprint.route("/leads/<int:lead_id>/evidence/<leg>", methods=["GET", "POST"])
@needs("landing.submit")
def evidence(lead_id: int, leg: str) -> Any:
    """Hand in a leg's evidence."""
    row = opened(lead_id, "landing.submit")
    if leg not in LEGS:
        raise refuse("leg.unknown", say("Choose one of the three legs."), status=404)
    form = PaperForm(request.form, data={"leg": leg})
    form.kind.choices = offered(EVIDENCE_KINDS[leg])
    form.leg.data = leg

    shown = entry_page(
        lead_id,
        row,
        form,
        title=_("Hand in evidence: %(leg)s", leg=render(LEGS[leg])),
        note=row["name"],
        fields=[("kind", "", 6), ("valid_until", "", 6), ("file", "", 12), ("note", "", 12)],
        act=lambda: _hand_in(lead_id, leg, check(form)),
        done=_("Handed in; a verifier of another unit looks at it."),
        save=_("Hand in"),
        anchor="landing",
        files=True,
        template="landing/evidence.html",
        more={
            "compare": leg_facts_shown(lead_id, leg),
            "versions": versions_shown(lead_id, leg),
            "entity_url": url_for(".entity", lead_id=lead_id),
        },
    )
    answer = make_response(shown)
    answer.headers["Content-Security-Policy"] = PREVIEW
    return answer
