"""Pages of the cooperation: what it has come to, and the forms that enter it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.cooperation import operations
from crm.cooperation.forms import AgreementForm, PartnerForm, ProgressForm, StandardForm, VoidForm, WorksForm
from crm.cooperation.queries import agreements, all_works, own_file, partner_contacts, standard_notes, works_named
from crm.cooperation.rules import SHARED_ITEMS, VERDICTS, WORKS_KINDS, cooperation
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import read_cleared, store_evidence
from crm.files.queries import stored_file
from crm.leads.queries_list import Ask, list_page
from crm.leads.views import shown
from crm.profile.rules import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from werkzeug.wrappers import Response as Redirect
    from wtforms import Form

blueprint = Blueprint("cooperation", __name__)
PROJECTS = 12
TONES = {"met": "good", "partly": "warn", "open": "calm"}


@blueprint.get("/cooperation")
@needs("cooperation.view")
def index() -> tuple[str, int]:
    """Show what the cooperation has come to, by the six standards."""
    by = actor()
    notes, table = standard_notes(), cooperation()
    ask = Ask({"source": table.source})
    may_see = may(by, "lead.view")
    works = all_works()
    return page(
        "cooperation/index.html",
        standards=[
            {"code": one.code, "label": render(one.label), "meaning": render(one.meaning),
             "notes": notes.get(one.code, [])} for one in table.standards.values()
        ],
        verdicts={code: (render(text), TONES[code]) for code, text in VERDICTS.items()},
        contacts=partner_contacts(), phones=may(by, "lead.phone"),
        works=[{"row": one, "kind": render(WORKS_KINDS[one.kind]), "park": render(label("parks", one.park)),
                "now": one.progress[0] if one.progress else None} for one in works],
        totals=_totals(works),
        agreements=[{"row": one, "item": render(SHARED_ITEMS[one.item])} for one in agreements()],
        projects=shown(list_page(ask, by, size=PROJECTS).rows, today()) if may_see else [],
        projects_url=url_for("leads.index", source=table.source) if may_see else "",
        may_edit=may(by, operations.EDIT), version=table.version, basis=table.basis,
    )  # fmt: skip


def _totals(works: list[Any]) -> dict[str, int]:
    last = [one.progress[0] for one in works if one.progress]
    return {
        "total": sum(one.total_fen for one in works),
        "ours": sum(one.ours_fen or 0 for one in works), "theirs": sum(one.theirs_fen or 0 for one in works),
        "unknown": sum(one.ours_fen is None or one.theirs_fen is None for one in works),
        "ours_paid": sum(one.ours_paid_fen or 0 for one in last),
        "theirs_paid": sum(one.theirs_paid_fen or 0 for one in last),
    }  # fmt: skip


def _entry(form: Form, title: str, fields: list[tuple[str, str, int]], record: Callable[[dict[str, Any]], Any],
           done: str, anchor: str) -> Any:  # fmt: skip
    """Show one form, or record what it says and go back to its part of the page."""
    back = url_for(".index") + f"#{anchor}"
    status = 200
    if request.method == "POST":
        try:
            record(check(form))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(back)
    return page(
        "_form_page.html", status=status, title=title, note="", form=form, save=_("Record"), back_url=back,
        crumb=_("Chengdu-Liangshan cooperation"), files="file" in form,
        fields=[(name, _("10k yuan") if unit == "wan" else unit, width) for name, unit, width in fields],
    )  # fmt: skip


def _sent_file() -> int | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    return store_evidence(sent.read(), name=sent.filename, by=actor(), at=now())


@blueprint.route("/cooperation/standards/<code>", methods=["GET", "POST"])
@needs("cooperation.edit")
def standard(code: str) -> Any:
    """Judge a standard."""
    if code not in cooperation().standards:
        raise refuse("standard.unknown", say("There is no such standard."), status=404)
    form = StandardForm(request.form, standard=code, happened_on=today())
    fields = [("standard", "", 6), ("verdict", "", 3), ("happened_on", "", 3), ("evidence", "", 12),
              ("next_step", "", 12), ("file", "", 12)]  # fmt: skip
    return _entry(
        form, _("Judge a standard"), fields,
        lambda values: operations.judge_standard(values, file_id=_sent_file(), by=actor(), at=now()),
        _("The judgement is recorded."), f"standard-{code}",
    )  # fmt: skip


@blueprint.route("/cooperation/contacts/new", methods=["GET", "POST"])
@needs("cooperation.edit")
def contact() -> Any:
    """Enter somebody of the partner side."""
    fields = [("unit", "", 6), ("name", "", 6), ("post", "", 6), ("phone", "", 6), ("field", "", 12)]
    return _entry(PartnerForm(request.form), _("Enter a contact of the partner"), fields,
                  lambda values: operations.add_contact(values, by=actor(), at=now()),
                  _("The contact is recorded."), "contacts")  # fmt: skip


@blueprint.post("/cooperation/contacts/<int:contact_id>/end")
@needs("cooperation.edit")
def contact_end(contact_id: int) -> Redirect:
    """End a contact of the partner side."""
    try:
        operations.end_contact(contact_id, by=actor(), at=now())
        say_done(_("The contact is ended."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for(".index") + "#contacts")


@blueprint.route("/cooperation/works/new", methods=["GET", "POST"])
@needs("cooperation.edit")
def works() -> Any:
    """Enter a piece of infrastructure."""
    fields = [("name", "", 12), ("kind", "", 6), ("park", "", 6), ("total_fen", "wan", 4), ("ours_fen", "wan", 4),
              ("theirs_fen", "wan", 4), ("basis", "", 8), ("planned_on", "", 4), ("note", "", 12)]  # fmt: skip
    return _entry(WorksForm(request.form), _("Enter works paid for together"), fields,
                  lambda values: operations.add_works(values, by=actor(), at=now()),
                  _("The works are recorded."), "works")  # fmt: skip


@blueprint.route("/cooperation/works/<int:works_id>/progress", methods=["GET", "POST"])
@needs("cooperation.edit")
def progress(works_id: int) -> Any:
    """Record how far works have come."""
    name = works_named(works_id)
    if name is None:
        raise refuse("works.unknown", say("There are no such works."), status=404)
    fields = [("happened_on", "", 6), ("percent", "%", 6), ("ours_paid_fen", "wan", 6), ("theirs_paid_fen", "wan", 6),
              ("note", "", 12)]  # fmt: skip
    return _entry(ProgressForm(request.form, happened_on=today()), _("Progress of %(name)s", name=name), fields,
                  lambda values: operations.record_progress(works_id, values, by=actor(), at=now()),
                  _("The progress is recorded."), "works")  # fmt: skip


@blueprint.route("/cooperation/agreements/new", methods=["GET", "POST"])
@needs("cooperation.edit")
def agreement() -> Any:
    """Enter a sharing agreement with its document."""
    fields = [("title", "", 12), ("ours", "", 6), ("theirs", "", 6), ("item", "", 4), ("ours_bps", "%", 4),
              ("theirs_bps", "%", 4), ("starts_on", "", 4), ("ends_on", "", 4), ("document_no", "", 4),
              ("legal_basis", "", 12), ("file", "", 12)]  # fmt: skip
    return _entry(AgreementForm(request.form), _("Enter a sharing agreement"), fields,
                  lambda values: operations.add_agreement(values, file_id=_sent_file(), by=actor(), at=now()),
                  _("The agreement is recorded."), "agreements")  # fmt: skip


@blueprint.route("/cooperation/agreements/<int:agreement_id>/void", methods=["GET", "POST"])
@needs("cooperation.edit")
def agreement_void(agreement_id: int) -> Any:
    """Void a sharing agreement."""
    return _entry(VoidForm(request.form), _("Void a sharing agreement"), [("reason", "", 12)],
                  lambda values: operations.void_agreement(agreement_id, values["reason"], by=actor(), at=now()),
                  _("The agreement is void and stays on record."), "agreements")  # fmt: skip


@blueprint.get("/cooperation/files/<int:file_id>")
@needs("cooperation.view")
def file(file_id: int) -> Response:
    """Send a paper of the cooperation."""
    kept = stored_file(file_id) if own_file(file_id) else None
    if kept is None:
        raise refuse("file.unknown", say("There is no such file, or it is not yours to open."), status=404)
    return send_bytes(read_cleared(kept), name=kept.original_name, media_type=kept.media_type)
