"""Pages of intake: choose a file, see every row by its verdict, take the good ones in, decide the doubtful ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, own_path, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import store
from crm.files.rules import MAX_LEDGER_BYTES
from crm.intake.jobs import LONG, order
from crm.intake.operations import settle_duplicate, stops, take_in
from crm.intake.queries import import_entry, imports, rows_of, sitting_of
from crm.intake.routes_sitting import own_ledger, reading_of
from crm.intake.rules_edits import columns_by_label, key_of
from crm.intake.rules_reading import reading_to_json
from crm.intake.rules_refused import place_of
from crm.intake.rules_roundtrip import conflicts_in
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from crm.intake.rules_reading import Reading

blueprint = Blueprint("intake", __name__)
LOCKED = frozenset({"file.encrypted", "file.password_wrong"})
CHIPS = ("", "look", "changed", "create", "update", "unchanged", "duplicate", "refuse", "other")
"""Which rows the page may show: all, those to look at, by verdict, and what is no project."""
MOST_SHOWN = 1000
"""Rows of a ledger that the page shows; refused rows of a longer one come as a workbook."""


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


@blueprint.get("/import/<int:file_id>")
@needs("intake.import")
def preview(file_id: int) -> tuple[str, int]:
    """Show every row of the file by its verdict; nothing is stored yet."""
    file = own_ledger(file_id)
    try:
        reading = reading_of(file)
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - forbidden
            raise
        sentences = [render(item.text) for item in refusal.findings]
        locked = any(item.code in LOCKED for item in refusal.findings)
        return page("intake/unreadable.html", status=422, file=file, sentences=sentences, locked=locked)
    shown = reading_to_json(reading, render)
    _name_cells(reading, shown["rows"])
    returned = any(sheet.ours() for sheet in reading.sheets)
    show = request.args.get("show", "changed" if returned else "")
    rows = [row for row in shown["rows"] if row["kind"] != "blank" and _shows(show, row)]
    stages = {code: render(text) for code, text in STAGE_LABELS.items()}
    statuses = {code: render(text) for code, text in STATUS_LABELS.items()}
    return page(
        "intake/preview.html", file=file, reading=shown, counts=reading.counts(), stages=stages, statuses=statuses,
        returned=returned, conflicts=conflicts_in(reading),
        stops=stops(reading), mode=sitting_of(file_id).mode, rows=rows[:MOST_SHOWN], show=show if show in CHIPS else "",
        left=max(0, len(rows) - MOST_SHOWN),
    )  # fmt: skip


def _shows(chip: str, row: dict[str, Any]) -> bool:
    if chip == "look":
        asks = any(one["verdict"] in ("conflict", "shut", "elsewhere") for one in row.get("changes", ()))
        return asks or bool(row["warnings"]) or row["action"] in ("duplicate", "refuse")
    if chip == "changed":
        return bool(row.get("changes")) or row["action"] in ("create", "duplicate", "refuse")
    if chip == "other":
        return bool(row["kind"] != "data")
    return chip not in CHIPS[3:] or (row["kind"] == "data" and row["action"] == chip)


def _name_cells(reading: Reading, rows: list[dict[str, Any]]) -> None:
    """Name the cell of every error, so that it can be mended in place."""
    labels = columns_by_label(reading)
    for row, shown in zip(reading.rows, rows, strict=True):
        for remark, error in zip(row.errors, shown["errors"], strict=True):
            error["cell"] = key_of(row.sheet, row.row, place_of(remark, row.sheet, labels))


@blueprint.post("/import/<int:file_id>")
@needs("intake.import")
def take(file_id: int) -> Response:
    """Take the good rows in."""
    file = own_ledger(file_id)
    reading = reading_of(file)
    if stops(reading):
        flash_refusal(Refusal(Finding(remark.code, remark.text) for remark in reading.errors))
        return redirect(url_for(".preview", file_id=file_id))
    counts = reading.counts()
    if counts["read"] >= LONG:
        return redirect(url_for("jobs.show", job_id=order(file, rows=counts["read"], by=actor(), at=now())))
    mode = sitting_of(file_id).mode
    made = take_in(reading, file_id=file.id, sha256=file.sha256, by=actor(), at=now(), mode=mode)
    say_done(_("%(n)s projects came in, %(m)s were updated.", n=counts["create"], m=counts["update"]))
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
