"""Pages of long work: my jobs, one job with its progress, its file; and for the administrator everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import refuse, say
from crm.core.web import actor, needs, render, say_done, send_bytes, wants_part
from crm.core.words import gettext as _
from crm.jobs.operations import cancel
from crm.jobs.operations_results import read
from crm.jobs.queries import JobRow, job, jobs_page, schedules, stuck
from crm.jobs.registry import may_run, today_as
from crm.jobs.rules import OVER, STATES, percent

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")
TONES = {"queued": "calm", "running": "act", "done": "good", "failed": "bad", "cancelled": "calm"}


def shown(row: JobRow) -> dict[str, Any]:
    """Return a job as templates show it."""
    return {
        "row": row,
        "state": STATES[row.state],
        "tone": TONES[row.state],
        "over": row.state in OVER,
        "stopping": row.cancel_asked and row.state not in OVER,
        "percent": 100 if row.state == "done" else percent(row.done, row.total),
        "has_file": bool(row.file_stored) and row.state == "done",
    }


def _mine(job_id: int) -> JobRow:
    found = job(job_id)
    if found is None or found.person_id is None or found.person_id != actor().person_id:
        raise refuse("job.unknown", say("There is no such work, or it is not yours."), status=404)
    return found


@blueprint.get("")
@needs("self")
def index() -> str:
    """List my own jobs, the newest first."""
    rows = jobs_page(actor().person_id or 0, request.args.get("cursor"))
    return render(
        "jobs/index.html",
        rows=[shown(row) for row in rows.rows],
        everybody=False,
        schedules=[],
        stuck=[],
        next_url=url_for(".index", cursor=rows.next_cursor) if rows.next_cursor else None,
        previous_url=url_for(".index", cursor=rows.previous_cursor) if rows.previous_cursor else None,
    )


@blueprint.get("/all")
@needs("account.manage")
def everybody() -> str:
    """List everybody's jobs (what they are, not what came out), what is stuck, and what comes again."""
    rows = jobs_page(None, request.args.get("cursor"))
    return render(
        "jobs/index.html",
        rows=[shown(row) for row in rows.rows],
        everybody=True,
        schedules=schedules(),
        stuck=[row.id for row in stuck(now())],
        next_url=url_for(".everybody", cursor=rows.next_cursor) if rows.next_cursor else None,
        previous_url=url_for(".everybody", cursor=rows.previous_cursor) if rows.previous_cursor else None,
    )


@blueprint.get("/<int:job_id>")
@needs("self")
def show(job_id: int) -> str:
    """Show how far a job is; htmx asks for the part alone until the job is over."""
    values = shown(_mine(job_id))
    return render("jobs/_progress.html" if wants_part() else "jobs/show.html", **values)


@blueprint.post("/<int:job_id>/cancel")
@needs("self")
def stop(job_id: int) -> Any:
    """Stop one of my jobs."""
    cancel(job_id, by=actor(), at=now())
    say_done(_("The work stops with its present step."))
    return redirect(url_for(".show", job_id=job_id))


@blueprint.post("/all/<int:job_id>/cancel")
@needs("account.manage")
def stop_anyones(job_id: int) -> Any:
    """Stop anybody's job."""
    cancel(job_id, by=actor(), at=now(), anyones=True)
    say_done(_("The work stops with its present step."))
    return redirect(url_for(".everybody"))


@blueprint.get("/<int:job_id>/file")
@needs("self")
def file(job_id: int) -> Response:
    """Send the file that a job produced, to its owner while the role still allows it."""
    row = _mine(job_id)
    if row.state != "done" or not row.file_name:
        raise refuse("job.no_file", say("This work has no file (yet)."), status=404)
    if not may_run(today_as(actor()), row.kind):
        raise refuse(
            "permission.missing", say("Your role may not do this. Ask an administrator if it should."), status=403
        )
    return send_bytes(read(row.file_stored), name=row.file_name, media_type=row.file_type)
