"""The page on which older agreements are read in: pasted, or as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Refusal
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.intake.forms_papers import ReadForm
from crm.intake.operations_papers import read_file_in
from crm.support.operations_old import read_in

blueprint = Blueprint("old_papers", __name__)
FIELDS = [("title", "", 6), ("counterpart", "", 3), ("signed_on", "", 3), ("text", "", 12), ("file", "", 12)]


@blueprint.route("/support/old/read", methods=["GET", "POST"])
@needs("support.cleanup")
def read() -> Any:
    """Read older agreements in: the pasted text, or every agreement of a file."""
    form, status = ReadForm(request.form), 200
    if request.method == "POST":
        try:
            made, clauses = _read(form)
        except Refusal as refusal:
            refuse_into(form, Refusal([one for one in refusal.findings if one.field not in form.errors]))
            status = refusal.status
        else:
            say_done(_("Agreements read in: %(n)s; marked clauses: %(clauses)s.", n=len(made), clauses=clauses))
            one = len(made) == 1
            return redirect(url_for("support.old_paper", paper_id=made[0]) if one else url_for("support.old"))
    return page(
        "_form_page.html", status=status, form=form, title=_("Read an older agreement in"), save=_("Read in"),
        back_url=url_for("support.old"), crumb=_("Older agreements"), files=True, fields=FIELDS,
        note=_("Paste the text, or send a file: .docx or .txt is one agreement; a workbook has a column with the "
               "agreement's name and one with its clauses."),
    )  # fmt: skip


def _read(form: ReadForm) -> tuple[list[int], int]:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return read_file_in(sent.read(), sent.filename, check(form), by=actor(), at=now())
    made, clauses = read_in(check(form), by=actor(), at=now())
    return [made], clauses
