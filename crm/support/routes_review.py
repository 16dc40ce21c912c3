"""Pages of the review: the reviewer's desk, hearing, handing in, concluding, confirming; and a text looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, request

from crm.core.clock import now, shanghai_date, today
from crm.core.due import LIGHT_TITLES, light_on
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.core.workdays import later
from crm.files.operations import read_cleared, store_evidence
from crm.files.queries import stored_file
from crm.support.forms import ConclusionPageForm, HearingForm, SendForm, TextForm
from crm.support.operations_review import conclude, confirm, hear, send
from crm.support.queries import item
from crm.support.queries_list import desk as on_the_desk
from crm.support.queries_list import expiring, review
from crm.support.routes import blueprint, form_page, here, opened, typed_edition
from crm.support.rules_marks import current
from crm.support.rules_measures import days
from crm.support.rules_review import conclusion_findings, document_findings
from crm.support.views import marked, shown

CONCLUSION_FIELDS = (
    ("conclusion", 4), ("concluded_on", 4), ("document_no", 4), ("opinion", 12), ("asked_change", 12), ("ground", 8),
    ("exception_until", 4), ("no_milder", 12), ("end_conditions", 12),
)  # fmt: skip


@blueprint.get("/support/desk")
@needs("support.review")
def desk() -> Any:
    """Show what waits for the reviewer, the longest waiting first, and which exceptions end."""
    by, now_ = actor(), today()
    rows = []
    for row in on_the_desk(by):
        until = later(shanghai_date(row.sent_at), days("review", "days")) if row.sent_at else now_
        light = light_on(until, now_, days("review", "remind_days"))
        rows.append((shown(row), until, light, render(LIGHT_TITLES[light]),
                     row.unit_id == by.unit_id or row.proposed_by_id == by.person_id))  # fmt: skip
    until = now_ + timedelta(days=days("exception", "remind_days"))
    ends = [shown(row) for row in expiring(by, "support.review", until)]
    return page("support/desk.html", rows=rows, ends=ends, today=now_)


@blueprint.route("/support/<int:item_id>/heard", methods=["GET", "POST"])
@needs("support.hear")
def hearing(item_id: int) -> Any:
    """Record somebody who was heard."""
    row = opened(item_id, "support.hear")

    def act(values: dict[str, Any]) -> str:
        hear(item_id, values, by=actor(), at=now())
        return here(item_id, "#review")

    note = _("Enterprises concerned, associations and, where the public is concerned, the public are heard (art. 16).")
    return form_page(
        HearingForm(request.form, data={"heard_on": today(), "how": "meeting"}), act, title=_("Record a hearing"),
        fields=[("who", "", 6), ("heard_on", "", 3), ("how", "", 3), ("said", "", 12)], save=_("Record"),
        done=_("The hearing is recorded."), back=here(item_id), crumb=row.title, note=note,
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/send", methods=["GET", "POST"])
@needs("support.edit")
def hand_in(item_id: int) -> Any:
    """Hand an item to the reviewer with the drafting unit's first opinion."""
    row = opened(item_id, "support.edit")

    def act(values: dict[str, Any]) -> str:
        send(item_id, first_opinion=values["first_opinion"], unheard_reason=values["unheard_reason"] or "", by=actor(),
             at=now())  # fmt: skip
        return here(item_id, "#review")

    note = _("The drafting unit looks first, hears those concerned, and hands the draft with its opinion to the market "
             "regulator (arts. 14 and 16).")  # fmt: skip
    return form_page(
        SendForm(request.form, data={"first_opinion": row.first_opinion}), act, title=_("Hand in for review"),
        fields=[("first_opinion", "", 12), ("unheard_reason", "", 12)], save=_("Hand in for review"),
        done=_("The item is with the reviewer."), back=here(item_id), crumb=row.title, note=note,
    )  # fmt: skip


def _sent_file() -> int | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    return store_evidence(sent.read(), name=sent.filename, by=actor(), at=now())


def _also(form: ConclusionPageForm) -> list[Finding]:
    """Say what a conclusion lacks beside its empty fields, so that a reviewer is told everything at once."""
    has_file = bool(request.files.get("file"))
    return [
        *conclusion_findings(form.data, today=today()),
        *document_findings(form.document_no.data or "", has_file=has_file),
    ]


@blueprint.route("/support/<int:item_id>/conclude", methods=["GET", "POST"])
@needs("support.review")
def concluding(item_id: int) -> Any:
    """Conclude a review; the text with its marks stands beside the form."""
    row = opened(item_id, "support.review")
    form = ConclusionPageForm(request.form, data={"concluded_on": today(), "edition": row.edition})
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            conclude(item_id, values, edition=typed_edition(values), file_id=_sent_file(), by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            more = [*refusal.findings, *_also(form)] if form.errors else refusal.findings
            refuse_into(form, Refusal([one for one in more if one.field not in form.errors]))
            status = refusal.status
        else:
            say_done(_("The conclusion is recorded."))
            return redirect(here(item_id, "#review"))
    return page(
        "support/conclude.html", status=status, one=shown(row), text=marked(row.condition), form=form,
        fields=CONCLUSION_FIELDS, back_url=here(item_id),
    )  # fmt: skip


@blueprint.post("/support/<int:item_id>/confirm")
@needs("support.review")
def confirming(item_id: int) -> Any:
    """Confirm that the new text is what the review asked for."""
    opened(item_id, "support.review")
    try:
        confirm(item_id, edition=typed_edition(request.form), by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    else:
        say_done(_("The new text is confirmed; a contract may carry it."))
    return redirect(here(item_id, "#review"))


@blueprint.get("/support/reviews/<int:review_id>/file")
@needs("support.view")
def file(review_id: int) -> Any:
    """Send the document of a conclusion to whoever may see the item."""
    found = review(review_id)
    kept = stored_file(found.file_id) if found and item(found.item_id, actor()) else None
    if kept is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), status=404)
    return send_bytes(read_cleared(kept), name=kept.original_name, media_type=kept.media_type)


@blueprint.route("/support/check", methods=["GET", "POST"])
@needs("support.view")
def check_text() -> Any:
    """Look at a text: what the patterns mark in it, and which article each mark comes from; nothing is kept."""
    form = TextForm(request.form)
    status, text = 200, None
    if request.method == "POST":
        try:
            text = marked(check(form)["text"])
        except Refusal as refusal:
            refuse_into(form, Refusal([one for one in refusal.findings if one.field not in form.errors]))
            status = refusal.status
    return page("support/check.html", status=status, form=form, text=text, book=current())
