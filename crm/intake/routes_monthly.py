"""Pages of a sheet of monthly figures: choose it, see every row judged, take it in whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import store
from crm.files.queries import FileRow, stored_file
from crm.files.rules import MAX_LEDGER_BYTES
from crm.intake.operations_monthly import read_stored_monthly
from crm.statistics.operations_sheet import Judged, take

blueprint = Blueprint("monthly", __name__, url_prefix="/statistics/import")
PURPOSE = "monthly"
VERDICTS = {
    "new": (say("new"), "good"),
    "completed": (say("completed"), "act"),
    "corrected": (say("corrected"), "warn"),
    "unchanged": (say("unchanged"), "calm"),
    "blank": (say("no figures"), "line"),
    "wrong": (say("to mend"), "bad"),
}
MOST_SHOWN = 1000


@blueprint.route("", methods=["GET", "POST"])
@needs("statistics.enter")
def upload() -> Any:
    """Keep the chosen sheet and go on to its reading."""
    if request.method == "GET":
        return page("statistics/import.html", limit_mb=MAX_LEDGER_BYTES // 1024 // 1024)
    chosen = request.files.get("file")
    data = chosen.read() if chosen else b""
    if chosen is None or not chosen.filename or not data:
        flash_refusal(refuse("file.none", say("Choose a sheet (.xlsx .xls .ods .et .csv) that is not empty.")))
        return redirect(url_for(".upload"))
    if len(data) > MAX_LEDGER_BYTES:
        limit = MAX_LEDGER_BYTES // 1024 // 1024
        flash_refusal(refuse("file.large", say("The file is larger than %(limit)s MB.", limit=limit)))
        return redirect(url_for(".upload"))
    file_id = store(data, name=chosen.filename, purpose=PURPOSE, by=actor(), at=now())
    return redirect(url_for(".preview", file_id=file_id))


def _own(file_id: int) -> FileRow:
    found = stored_file(file_id)
    if found is None or found.purpose != PURPOSE or found.uploaded_by != actor().person_id:
        raise refuse("file.unknown", say("There is no such uploaded sheet of yours."), status=404)
    return found


@blueprint.get("/<int:file_id>")
@needs("statistics.enter")
def preview(file_id: int) -> Any:
    """Show every row by its verdict; nothing is stored yet."""
    file = _own(file_id)
    try:
        reading = read_stored_monthly(file, by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - forbidden
            raise
        flash_refusal(refusal)
        return redirect(url_for(".upload"))
    counts = reading.counts()
    return page(
        "statistics/import_preview.html", file=file, counts=counts,
        rows=[_told(row) for row in reading.rows[:MOST_SHOWN]],
        left=max(0, len(reading.rows) - MOST_SHOWN), wrong=[render(one.text) for one in reading.wrong],
        stops=bool(reading.all_wrong), changes=counts["new"] + counts["completed"] + counts["corrected"],
        verdicts=[(code, render(text)) for code, (text, _tone) in VERDICTS.items()],
    )  # fmt: skip


def _told(row: Judged) -> dict[str, Any]:
    words, tone = VERDICTS[row.verdict]
    return {
        "row": row.row, "name": row.name, "month": row.month, "verdict": render(words), "tone": tone,
        "wrong": [{"column": one.column, "value": one.value, "text": render(one.text)} for one in row.wrong],
    }  # fmt: skip


@blueprint.post("/<int:file_id>")
@needs("statistics.enter")
def take_in(file_id: int) -> Any:
    """Take the sheet in as a whole, or nothing of it."""
    file = _own(file_id)
    try:
        counts = take(read_stored_monthly(file, by=actor(), at=now()), by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(Refusal(refusal.findings[:20]))
        return redirect(url_for(".preview", file_id=file_id))
    say_done(
        _("%(new)s new, %(completed)s completed, %(corrected)s corrected, %(unchanged)s unchanged.", **counts)
    )
    return redirect(url_for("statistics.index"))
