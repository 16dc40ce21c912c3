"""The list of proofs to bring: each opening entry with what it lacks, each gap leading to the place that closes it."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from crm.core.web import actor, needs, page
from crm.core.words import render
from crm.leads.queries_list import number_of
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.pipeline.queries_proofs import opening_count, proofs_to_bring
from crm.pipeline.routes_opened import gap_links

blueprint = Blueprint("proofs", __name__)


@blueprint.get("/proofs")
@needs("lead.view")
def index() -> tuple[str, int]:
    """Show what ledgers claimed and nobody has proved yet."""
    by = actor()
    rows, following = proofs_to_bring(by, after=number_of(request.args.get("after", "")))
    shown = [
        {
            "row": row, "gaps": gap_links(row.id, row.gaps), "stage": render(STAGE_LABELS[row.stage]),
            "status": render(STATUS_LABELS[row.status]), "url": url_for("lead.show", lead_id=row.id),
        }
        for row in rows
    ]  # fmt: skip
    more = url_for(".index", after=following) if following else None
    return page("pipeline/proofs.html", rows=shown, total=opening_count(by), more=more)
