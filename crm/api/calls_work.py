"""Calls about long work: order a workbook, see how far it is, fetch it, stop it; cadres; and who one is."""

from __future__ import annotations

from crm.accounts.rules import require, scope
from crm.api.calls_leads import opened, page_mark
from crm.api.calls_moves import DONE
from crm.api.endpoints import PAGING, Call, endpoint
from crm.api.operations import Answer
from crm.api.rules import limit
from crm.api.shapes import JOB, POSTING, SHARE
from crm.cadres.queries import postings
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.jobs.operations import cancel
from crm.jobs.operations_results import read
from crm.jobs.queries import JobRow, job, jobs_page
from crm.jobs.registry import may_run
from crm.leads.queries import claims_of
from crm.pipeline.forms import RecogniseForm
from crm.reports.forms import BookForm, order_of
from crm.reports.jobs import order_book
from crm.reports.rules_books import kind_of

FILE = "file"


@endpoint("POST", "/exports", permission="report.export", scope="exports", gives="Job", form=BookForm, status=202,
          summary=say("Order a workbook as long work"), group="work")  # fmt: skip
def order_export(call: Call) -> Answer:
    """Order a workbook; the job tells when it is there."""
    order = order_of(check(call.form))
    require(call.by, kind_of(order.code).permission)
    made = order_book(order, by=call.by, at=call.at, locale=call.locale)
    return Answer(JOB.of(_mine(call, made)), 202, {"Location": f"/api/v1/jobs/{made}"})


def _mine(call: Call, job_id: int) -> JobRow:
    found = job(job_id)
    if found is None or found.person_id != call.by.person_id:
        raise refuse("job.unknown", say("There is no such work, or it is not yours."), status=404)
    return found


@endpoint("GET", "/jobs", permission="self", scope="exports", gives="Job", many=True, query=PAGING,
          summary=say("My long work, the newest first"), group="work")  # fmt: skip
def list_jobs(call: Call) -> Answer:
    """Answer with one page of the caller's jobs."""
    found = jobs_page(call.by.person_id or 0, page_mark(call, 1), call.number("limit", limit("page_default")))
    return Answer({"items": [JOB.of(row) for row in found.rows], "next": found.next_cursor})


@endpoint("GET", "/jobs/<int:job_id>", permission="self", scope="exports", gives="Job", group="work",
          summary=say("How far a piece of work is"))  # fmt: skip
def show_job(call: Call) -> Answer:
    """Answer with one job."""
    return Answer(JOB.of(_mine(call, call.ids["job_id"])))


@endpoint("GET", "/jobs/<int:job_id>/file", permission="self", scope="exports", gives=FILE, group="work",
          summary=say("Fetch the file that a piece of work produced"))  # fmt: skip
def job_file(call: Call) -> Answer:
    """Answer with the produced file."""
    row = _mine(call, call.ids["job_id"])
    if row.state != "done" or not row.file_name:
        raise refuse("job.no_file", say("This work has no file (yet)."), status=404)
    if not may_run(call.by, row.kind):
        raise refuse(
            "permission.missing", say("Your role may not do this. Ask an administrator if it should."), status=403
        )
    return Answer(read(row.file_stored), headers={"Content-Type": row.file_type, "X-File-Name": row.file_name})


@endpoint("POST", "/jobs/<int:job_id>/cancel", permission="self", scope="exports", gives="Done", form=RecogniseForm,
          summary=say("Stop a piece of work"), group="work")  # fmt: skip
def cancel_job(call: Call) -> Answer:
    """Stop a job."""
    cancel(call.ids["job_id"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("GET", "/cadres/postings", permission="posting.view", scope="cadres.read", gives="Posting", many=True,
          summary=say("Postings of cadres, the latest first"), group="cadres")  # fmt: skip
def list_postings(call: Call) -> Answer:
    """Answer with the postings that the caller may see."""
    only = None if scope(call.by, "posting.view") == "all" else call.by.person_id
    return Answer({"items": [POSTING.of(row) for row in postings(cadre_id=only)], "next": None})


@endpoint("GET", "/leads/<int:lead_id>/shares", permission="lead.view", scope="leads.read", gives="Share", many=True,
          summary=say("Which cadres a project counts for"), group="cadres")  # fmt: skip
def list_shares(call: Call) -> Answer:
    """Answer with the shares that stand."""
    row = opened(call)
    return Answer({"items": [SHARE.of(item) for item in claims_of(row["id"])], "next": None})


@endpoint("GET", "/me", permission="self", scope="", gives="Me", group="self",
          summary=say("Whose token this is, and what it may do"))  # fmt: skip
def me(call: Call) -> Answer:
    """Answer with the person behind the token."""
    return Answer(
        {
            "person_id": call.by.person_id, "name": call.owner, "roles": sorted(call.by.roles),
            "unit_id": call.by.unit_id, "scopes": list(call.scopes), "expires_on": call.expires_on,
        }
    )  # fmt: skip
