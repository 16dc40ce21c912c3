"""A cadre's report on the phone, reports that officers enter for cadres, and the cadre's word on them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, redirect, request, url_for
from flask_wtf.csrf import generate_csrf

from crm.cadres.queries import offline_cadres
from crm.cadres.routes import blueprint
from crm.core.clock import now, shanghai_time, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import read_cleared
from crm.files.queries import stored_file
from crm.leads.forms_report import ProxyForm, ReportForm
from crm.leads.queries import lead_row
from crm.leads.queries_claims import lead_reports, look_alikes
from crm.leads.rules_claims import PROTECTION_WORDS
from crm.pipeline.operations_report import LookAlikes, confirm_report, disown_report, report_for, report_project
from crm.web import assets

if TYPE_CHECKING:
    from crm.leads.queries_claims import LeadReportRow, LookAlike
    from crm.pipeline.operations_report import Upload


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _upload(name: str) -> Upload | None:
    sent = request.files.get(name)
    return (sent.read(), sent.filename or "photo") if sent and sent.filename else None


def told_alike(row: LookAlike, name: str, investor: str) -> dict[str, Any]:
    """Return a look-alike as a page shows it: masked to its number, its unit, whom to ask, and its protection.

    Who objects has to know the project by what made it alike: its name, or its investor.
    """
    known_by = investor if row.by == "investor" else name
    return {
        "number": row.number, "unit": row.unit_name, "ask": row.owner_name, "mine": row.mine,
        "by": _("same investor") if row.by == "investor" else _("same name"),
        "protection": render(PROTECTION_WORDS[row.protection.state]),
        "url": url_for("lead.show", lead_id=row.id) if row.mine else "",
        "object_url": "" if row.mine else url_for("cadres.objection", lead_id=row.id, known=known_by),
    }  # fmt: skip


@blueprint.route("/report", methods=["GET", "POST"])
@needs("lead.report")
def report() -> Any:
    """Report a project: the form for the phone, and its answer as a page or, to the script, as JSON."""
    by = actor()
    form: Any = ReportForm(request.form, data={"client_key": str(uuid.uuid4())})
    found: list[Any] = []
    status = 200
    if request.method == "POST":
        try:
            check(form)
            lead_id = report_project(
                form.values(), client_key=form.client_key.data, by=by, at=now(), photo=_upload("photo"),
                device_at=form.noted_at(), another=bool(form.another_project.data),
            )  # fmt: skip
        except LookAlikes as refusal:
            status = refusal.status
            found = look_alikes(form.name.data or "", form.investor.data or "", by, day=today())
        except Refusal as refusal:
            if refusal.status in (403, 404) and not _wants_json():
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            return _reported(lead_id)
    alike = [told_alike(row, form.name.data or "", form.investor.data or "") for row in found]
    if _wants_json():
        return _json_answer(form, alike, status)
    return page("cadres/report.html", status, form=form, alike=alike)


def _json_answer(form: Any, alike: list[dict[str, Any]], status: int) -> tuple[Response, int]:
    names = {name: render(form[name].label.text) for name in form.errors if name}
    errors = [
        f"{names[name]}：{render(text)}" if name else render(text) for name, texts in form.errors.items()
        for text in texts
    ]  # fmt: skip
    return jsonify(alike=alike, errors=errors), status


def _reported(lead_id: int) -> Any:
    row = lead_row(lead_id, actor())
    number = row["number"] if row else ""
    said = _("Reported: %(number)s, by the server's clock at %(when)s. That time counts.", number=number,
             when=shanghai_time(now()).strftime("%m-%d %H:%M:%S"))  # fmt: skip
    where = url_for("cadres.index")
    if _wants_json():
        if request.form.get("shown") == "next":
            say_done(said)  # the form goes on to the first page, which says it
        return jsonify(number=number, said=said, url=where), 201
    say_done(said)
    return redirect(where)


@blueprint.get("/report/state")
@needs("lead.report")
def report_state() -> Response:
    """Tell the script who is signed in and give it a fresh token, before it sends what was kept."""
    return jsonify(person=str(actor().person_id), token=generate_csrf())


@blueprint.get("/report/alike")
@needs("lead.report")
def report_alike() -> tuple[str, int]:
    """Hint at once that a name or an investor is on record, masked."""
    name, investor = request.args.get("name", "")[:120], request.args.get("investor", "")[:120]
    found = look_alikes(name, investor, actor(), day=today())
    return page("cadres/_alike.html", alike=[told_alike(row, name, investor) for row in found])


@blueprint.get("/offline.js")
@needs("lead.report")
def offline_worker() -> Response:
    """Give the worker that opens the form without a network; it may answer for the report's page only."""
    answer = assets.deliver("js/cadre-offline.js")
    answer.headers["Service-Worker-Allowed"] = url_for("cadres.report")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/report/blank")
@needs("lead.report")
def report_blank() -> tuple[str, int]:
    """Give the form without anything of anybody, for the telephone to keep; it can only write drafts."""
    return page("cadres/report_blank.html", form=ReportForm())


@blueprint.get("/reports/<int:report_id>/file")
@needs("lead.view")
def report_file(report_id: int) -> Response:
    """Show the photo or the original message of a report, to those who may see the project."""
    rows = lead_reports(report_id=report_id)
    row = rows[0] if rows else None
    mine = row is not None and row.cadre_id == actor().person_id
    if row is None or row.file_id is None or not (mine or lead_row(row.lead_id, actor())):
        raise refuse("file.unknown", say("There is no such file."), status=404)
    file = stored_file(row.file_id)
    if file is None:
        raise refuse("file.unknown", say("There is no such file."), status=404)
    return send_bytes(read_cleared(file), name=file.original_name, media_type=file.media_type, attach=False)


@blueprint.route("/report-for", methods=["GET", "POST"])
@needs("lead.report_for")
def report_for_cadre() -> Any:
    """Enter a report for a cadre whose host place cannot reach this network."""
    by = actor()
    form: Any = ProxyForm(request.form, data={"client_key": str(uuid.uuid4())})
    offline = offline_cadres(today())
    form.offer((row.cadre_id, f"{row.cadre_name} · {row.host_place}") for row in offline)
    found: list[Any] = []
    status = 200
    if request.method == "POST":
        try:
            check(form)
            lead_id = report_for(
                int(form.cadre_id.data), form.values(), message_kind=form.message_kind.data,
                message_at=form.message_at.data, message_text=form.message_text.data or "", by=by, at=now(),
                client_key=form.client_key.data, original=_upload("original"),
                another=bool(form.another_project.data),
            )  # fmt: skip
        except LookAlikes as refusal:
            status = refusal.status
            found = look_alikes(form.name.data or "", form.investor.data or "", by, day=today())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("Entered. The credit stands once the cadre has confirmed it."))
            return redirect(url_for("lead.show", lead_id=lead_id))
    return page(
        "cadres/report_for.html", status, form=form, offline=offline,
        alike=[{**told_alike(row, "", ""), "object_url": ""} for row in found],
    )  # fmt: skip


@blueprint.post("/reports/<int:report_id>/confirm")
@needs("lead.confirm")
def confirm(report_id: int) -> Any:
    """Confirm a report that an officer entered."""
    confirm_report(report_id, by=actor(), at=now())
    say_done(_("Confirmed. Its time is that of the original message."))
    return redirect(url_for("cadres.index"))


@blueprint.post("/reports/<int:report_id>/disown")
@needs("lead.confirm")
def disown(report_id: int) -> Any:
    """Refuse a report that an officer entered."""
    try:
        disown_report(report_id, request.form.get("reason", "")[:200], by=actor(), at=now())
        say_done(_("The report is refused; the officer sees your reason."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("cadres.index"))


def told_report(row: LeadReportRow) -> dict[str, Any]:
    """Return a report as pages show it."""
    return {"row": row, "file_url": url_for("cadres.report_file", report_id=row.id) if row.file_id else ""}
