"""Pages of the workbooks: what can be taken away, the files themselves, and what is ready in the download list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.forms import check
from crm.core.web import XLSX, actor, needs, page, send_bytes
from crm.core.words import locale
from crm.jobs.queries import jobs_page
from crm.jobs.routes import shown
from crm.leads.queries_list import Ask, count
from crm.reports.forms import BookForm, order_of
from crm.reports.jobs import order_book
from crm.reports.operations_books import ask_of, export_book
from crm.reports.queries_layouts import layouts, standing_orders
from crm.reports.rules_books import KINDS, LEDGERS, BookOrder

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("reports", __name__)
LARGE = 3_000
"""More projects than this are written as long work: nobody waits before a page that does not move."""
DOWNLOADS = 12
OWN_KINDS = ("report.book", "report.evaluation")


@blueprint.get("/reports")
@needs("report.view")
def index() -> tuple[str, int]:
    """Show the workbooks that can be taken away, each with what it holds, and what is ready."""
    by = actor()
    return page(
        "reports/index.html", kinds=[(kind, may(by, kind.permission)) for kind in KINDS],
        rows=count(Ask(), by), year=today().year, may_export=may(by, "report.export"), downloads=_downloads(),
        layouts=layouts(by) if may(by, "report.export") else [], standing=standing_orders(by),
    )  # fmt: skip


def _downloads() -> list[dict[str, Any]]:
    rows = jobs_page(actor().person_id or 0, size=60).rows
    return [shown(row) for row in rows if row.kind in OWN_KINDS][:DOWNLOADS]


@blueprint.get("/reports/<code>.xlsx")
@needs("report.view")
def book(code: str) -> Response:
    """Send a workbook of the list's own question; a large one becomes long work with its own page."""
    order = _order(code)
    if code in LEDGERS and count(ask_of(order), actor()) > LARGE:
        made = order_book(order, by=actor(), at=now(), locale=locale())
        return redirect(url_for("jobs.show", job_id=made))
    done = export_book(order, by=actor(), at=now())
    return send_bytes(done.data, name=done.file_name, media_type=XLSX)


@blueprint.post("/reports/<code>/order")
@needs("report.view")
def order(code: str) -> Response:
    """Let a workbook be made in the background; it appears in the download list."""
    made = order_book(_order(code), by=actor(), at=now(), locale=locale())
    return redirect(url_for("jobs.show", job_id=made))


def _order(code: str) -> BookOrder:
    given = {name: text for name, text in request.values.items() if text.strip()}
    form = BookForm(MultiDict({**given, "book": code}))
    return order_of(check(form))
