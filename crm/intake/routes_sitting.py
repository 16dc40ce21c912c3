"""What a person settles between upload and storing: password, mode, columns and words, cells; and the workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.queries import units
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.web import XLSX, actor, flash_refusal, needs, page, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render
from crm.files.operations import path_of
from crm.files.queries import FileRow, stored_file
from crm.intake.operations import read_stored
from crm.intake.operations_sitting import answer_conflicts, choose, mend_cells, set_mode, settled_for, unlock
from crm.intake.operations_undo import undo_import
from crm.intake.queries import sitting_of
from crm.intake.reader import read_file
from crm.intake.rules_columns import asked_columns, asked_words, sent_choices
from crm.intake.rules_edits import mend
from crm.intake.rules_headers import header_table
from crm.intake.rules_refused import returned
from crm.intake.rules_template import COLUMNS, EXAMPLE, choices_of
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.profile.rules import dictionary
from exports.ledger_books import RefusedSheet, TemplateColumn, refused_book, template_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from crm.intake.rules_reading import Reading

blueprint = Blueprint("sitting", __name__)


def own_ledger(file_id: int) -> FileRow:
    """Return an uploaded ledger of the one who acts."""
    found = stored_file(file_id)
    if found is None or found.purpose != "ledger" or found.uploaded_by != actor().person_id:
        raise refuse("file.unknown", say("There is no such uploaded ledger of yours."), status=404)
    return found


def reading_of(file: FileRow) -> Reading:
    """Read a ledger with all that is settled about it."""
    return read_stored(file, by=actor(), at=now(), settled=settled_for(file.id))


def _back(file_id: int, what: Callable[[], Any], done: str) -> Response:
    """Do one thing and show the reading again; a refusal is shown there, too."""
    try:
        what()
        say_done(done)
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(url_for("intake.preview", file_id=file_id))


@blueprint.post("/import/<int:file_id>/password")
@needs("intake.import")
def password(file_id: int) -> Response:
    """Open a protected workbook; the password is kept nowhere, the open copy takes the file's place."""
    file = own_ledger(file_id)
    try:
        opened = unlock(file, request.form.get("password", ""), by=actor(), at=now())
    except Refusal as refusal:
        flash_refusal(refusal)
        return redirect(url_for("intake.preview", file_id=file_id))
    return redirect(url_for("intake.preview", file_id=opened))


@blueprint.post("/import/<int:file_id>/mode")
@needs("intake.import")
def mode(file_id: int) -> Response:
    """Settle whether rows add, update or both."""
    file = own_ledger(file_id)
    chosen = request.form.get("mode", "")
    return _back(file.id, lambda: set_mode(file.id, chosen, by=actor(), at=now()), _("Read again."))


@blueprint.post("/import/<int:file_id>/cells")
@needs("intake.import")
def cells(file_id: int) -> Response:
    """Keep mended cells and judge the ledger again."""
    file = own_ledger(file_id)
    sent = {
        name.removeprefix("cell:"): text
        for name, text in request.form.items()
        if name.startswith("cell:") and text != request.form.get(f"was:{name.removeprefix('cell:')}")
    }
    sides = {
        name.removeprefix("answer:"): side for name, side in request.form.items() if name.startswith("answer:")
    }

    def keep() -> None:
        mend_cells(file.id, sent, by=actor(), at=now())
        answer_conflicts(file.id, sides, by=actor(), at=now())

    return _back(file.id, keep, _("Read again."))


@blueprint.get("/import/<int:file_id>/columns")
@needs("intake.import")
def columns(file_id: int) -> tuple[str, int]:
    """Show which field each column fills and what each of their words means to us."""
    file = own_ledger(file_id)
    reading = reading_of(file)
    stages = {code: render(text) for code, text in STAGE_LABELS.items()}
    offered = {
        "stage": [*stages.items(), *((f"/{code}", render(STATUS_LABELS[code])) for code in ("paused", "lost"))],
        "responsible_unit": [(unit.name, unit.name) for unit in units()],
        "park": [(code, _(word)) for code, word in dictionary("parks").items()],
        "source": [(code, _(word)) for code, word in dictionary("sources").items()],
    }
    fields = sorted(((code, _word_of(code)) for code in header_table().kinds), key=lambda pair: pair[1])
    kept = sitting_of(file.id).choices
    return page(
        "intake/columns.html", file=file, columns=asked_columns(reading), words=asked_words(reading, kept or {}),
        fields=fields, offered=offered, sheets=[sheet.name for sheet in reading.sheets],
    )  # fmt: skip


def _word_of(code: str) -> str:
    """Return the first heading that means a field."""
    ranks = header_table().ranks
    words = [word for word, found in header_table().words.items() if found == code]
    return min(words, key=lambda word: ranks[word]) if words else code


@blueprint.post("/import/<int:file_id>/columns")
@needs("intake.import")
def settle(file_id: int) -> Response:
    """Settle columns and words, remember them for ledgers of this layout, and read again."""
    file = own_ledger(file_id)
    sent = sent_choices(request.form.items(multi=True))
    return _back(
        file.id, lambda: choose(file, sent, reading_of(file), by=actor(), at=now()), _("Kept for ledgers of this kind.")
    )


@blueprint.get("/import/<int:file_id>/refused.xlsx")
@needs("intake.import")
def refused(file_id: int) -> Response:
    """Hand the refused rows back as the same ledger, red and commented where they are wrong."""
    file = own_ledger(file_id)
    reading = reading_of(file)
    sheets = mend(read_file(path_of(file.stored_name), name=file.original_name), settled_for(file.id).edits)
    found = [
        RefusedSheet(one.name, one.head, one.rows, one.merges, one.heading, one.wrong)
        for one in returned(sheets, reading, render)
    ]
    if not found:
        raise refuse("import.none_refused", say("No row of this ledger was refused."), status=404)
    name = _("%(name)s, refused rows.xlsx", name=file.original_name.rpartition(".")[0] or file.original_name)
    return send_bytes(refused_book(found, author="Luodi"), name=name, media_type=XLSX)


@blueprint.get("/import/template.xlsx")
@needs("intake.import")
def template() -> Response:
    """Hand out an empty ledger with lists to choose from."""
    dictionaries = {
        "stages": [render(text) for text in STAGE_LABELS.values()],
        "units": [unit.name for unit in units()],
        **{
            key: [_(word) for word in dictionary(name).values()]
            for key, name in (("parks", "parks"), ("sources", "sources"), ("natures", "build_natures"))
        },
    }
    made = [
        TemplateColumn(column.heading, render(column.note), column.example, choices_of(column, dictionaries),
                       column.needed, column.number_format, column.width)
        for column in COLUMNS
    ]  # fmt: skip
    notes = [_("Columns with * are needed."), _("The example row is not read."), _("Amounts in 10k yuan.")]
    data = template_book(
        made, title=_("Ledger of projects"), lists=_("Lists"), author="Luodi", example=EXAMPLE, notes=notes
    )
    return send_bytes(data, name=_("Ledger of projects.xlsx"), media_type=XLSX)


@blueprint.post("/import/result/<int:import_id>/undo")
@needs("intake.import")
def undo(import_id: int) -> Response:
    """Undo an import as a whole and say what was kept."""
    try:
        kept = undo_import(import_id, by=actor(), at=now())
        say_done(_("The import is undone; %(n)s projects stay because something was built on them.", n=len(kept)))
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(url_for("intake.result", import_id=import_id))
