"""Pages of the workbooks: what can be taken away, and the files themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, request

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import refuse, say
from crm.core.web import XLSX, actor, needs, page, send_bytes
from crm.leads.queries_list import Ask, count
from crm.reports.operations import Produced, export_evaluation, export_pipeline, wanted_period

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
@needs("report.view")
def index() -> tuple[str, int]:
    """Show the workbooks that can be taken away, each with what it holds."""
    by = actor()
    return page(
        "reports/index.html", rows=count(Ask(), by), may_evaluate=may(by, "evaluation.export"), year=today().year,
        may_export=may(by, "report.export"),
    )  # fmt: skip


@blueprint.get("/reports/pipeline.xlsx")
@needs("report.export")
def pipeline() -> Response:
    """Send the pipeline workbook of the list's own question."""
    made = export_pipeline(Ask.of(request.args), by=actor(), at=now(), as_of=_day("as_of"), known=_day("known"))
    return _send(made)


@blueprint.get("/reports/evaluation.xlsx")
@needs("evaluation.export")
def evaluation() -> Response:
    """Send the evaluation workbook of a period."""
    return _send(export_evaluation(wanted_period(request.args.get("period", str(today().year))), by=actor(), at=now()))


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = say("“%(text)s” is no day; write it like 2026-11-23.", text=text[:40])
        raise refuse("date.unreadable", sentence, name) from None


def _send(made: Produced) -> Response:
    return send_bytes(made.data, name=made.file_name, media_type=XLSX)
