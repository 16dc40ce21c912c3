"""What goes to a leaders' meeting: code names of confidential projects and what is to be decided."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.leads.queries import lead_row, within
from crm.leads.rules import STAGE_LABELS
from crm.reports.forms import MeetingForm
from crm.reports.operations_layouts import keep_meeting_item
from crm.reports.queries_layouts import meeting_list, meeting_of
from crm.reports.routes import blueprint


@blueprint.get("/reports/meeting")
@needs("report.meeting")
def meeting() -> tuple[str, int]:
    """List the projects that a meeting looks at, those with a matter or a code name first."""
    rows = meeting_list(actor())
    return page("reports/meeting.html", rows=rows, stages=STAGE_LABELS, may_export=may(actor(), "report.export"))


def _lead(lead_id: int) -> dict[str, Any]:
    row = lead_row(lead_id, actor())
    if row is None or not within(row, actor(), "report.meeting"):
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


@blueprint.get("/reports/meeting/<int:lead_id>")
@needs("report.meeting")
def meeting_item(lead_id: int) -> tuple[str, int]:
    """Show what is kept of a project for meetings."""
    row, kept = _lead(lead_id), meeting_of(lead_id)
    form = MeetingForm(data={"code_name": kept.code_name, "matter": kept.matter, "version": kept.version})
    return page("reports/meeting_item.html", form=form, lead=row)


@blueprint.post("/reports/meeting/<int:lead_id>")
@needs("report.meeting")
def meeting_save(lead_id: int) -> Any:
    """Keep a project's code name and matter."""
    row, form = _lead(lead_id), MeetingForm(request.form)
    try:
        keep_meeting_item(lead_id, check(form), by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(form, refusal)
        return page("reports/meeting_item.html", status=422, form=form, lead=row)
    say_done(_("Kept for the meeting edition."))
    return redirect(url_for("reports.meeting"))
