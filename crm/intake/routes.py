"""Pages of intake: choose a file, see every row by its verdict, take the good ones in, decide the doubtful ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, own_path, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import store
from crm.files.queries import FileRow, stored_file
from crm.files.rules import MAX_LEDGER_BYTES
from crm.intake.operations import read_stored, settle_duplicate, stops, take_in
from crm.intake.queries import import_entry, imports, rows_of
from crm.intake.rules_reading import reading_to_json
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("intake", __name__)


@blueprint.get("/import")
@needs("intake.import")
def index() -> tuple[str, int]:
    """Show the place for a ledger file and what came in before."""
    return page("intake/index.html", imports=imports(actor()), limit_mb=MAX_LEDGER_BYTES // 1024 // 1024)


@blueprint.post("/import")
@needs("intake.import")
def upload() -> Response:
    """Keep the chosen file and go on to its reading."""
    chosen = request.files.get("file")
    data = chosen.read() if chosen else b""
    if chosen is None or not chosen.filename or not data:
        flash_refusal(refuse("file.none", say("Choose a ledger file (.xlsx .xls .ods .et .csv) that is not empty.")))
        return redirect(url_for(".index"))
    if len(data) > MAX_LEDGER_BYTES:
        limit = MAX_LEDGER_BYTES // 1024 // 1024
        flash_refusal(refuse("file.large", say("The file is larger than %(limit)s MB.", limit=limit)))
        return redirect(url_for(".index"))
    file_id = store(data, name=chosen.filename, purpose="ledger", by=actor(), at=now())
    return redirect(url_for(".preview", file_id=file_id))


def _ledger(file_id: int) -> FileRow:
    found = stored_file(file_id)
    if found is None or found.purpose != "ledger" or found.uploaded_by != actor().person_id:
        raise refuse("file.unknown", say("There is no such uploaded ledger of yours."), status=404)
    return found


@blueprint.get("/import/<int:file_id>")
@needs("intake.import")
def preview(file_id: int) -> tuple[str, int]:
    """Show every row of the file by its verdict; nothing is stored yet."""
    file = _ledger(file_id)
    try:
        reading = read_stored(file, by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - forbidden
            raise
        sentences = [render(item.text) for item in refusal.findings]
        return page("intake/unreadable.html", status=422, file=file, sentences=sentences)
    shown = reading_to_json(reading, render)
    stages = {code: render(text) for code, text in STAGE_LABELS.items()}
    statuses = {code: render(text) for code, text in STATUS_LABELS.items()}
    return page(
        "intake/preview.html", file=file, reading=shown, counts=reading.counts(), stages=stages, statuses=statuses,
        stops=stops(reading),
    )  # fmt: skip


@blueprint.post("/import/<int:file_id>")
@needs("intake.import")
def take(file_id: int) -> Response:
    """Take the good rows in."""
    file = _ledger(file_id)
    reading = read_stored(file, by=actor(), at=now())
    if stops(reading):
        flash_refusal(Refusal(Finding(remark.code, remark.text) for remark in reading.errors))
        return redirect(url_for(".preview", file_id=file_id))
    made = take_in(reading, file_id=file.id, sha256=file.sha256, by=actor(), at=now())
    say_done(_("%(n)s projects came in.", n=reading.counts()["create"]))
    return redirect(url_for(".result", import_id=made))


@blueprint.get("/import/result/<int:import_id>")
@needs("intake.import")
def result(import_id: int) -> tuple[str, int]:
    """Show what an import did and which rows wait for a decision."""
    entry = import_entry(import_id, actor())
    if entry is None:
        raise refuse("import.unknown", say("There is no such import."), status=404)
    return page("intake/result.html", entry=entry, rows=rows_of(import_id))


@blueprint.post("/import/rows/<int:row_id>")
@needs("intake.import")
def decide(row_id: int) -> Response:
    """Decide a row that may be a duplicate."""
    try:
        settle_duplicate(row_id, request.form.get("verdict", ""), by=actor(), at=now())
        say_done(_("The decision is kept."))
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(own_path(request.form.get("back")) or url_for(".index"))
