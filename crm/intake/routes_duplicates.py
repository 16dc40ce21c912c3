"""The desk of doubtful projects: rows of ledgers that wait, and pairs on record; every decision is kept."""

from __future__ import annotations

from flask import Blueprint

from crm.accounts.rules import may
from crm.core.web import actor, needs, page
from crm.core.words import render
from crm.intake.queries_duplicates import pairs, waiting_rows
from crm.leads.rules import STAGE_LABELS

blueprint = Blueprint("duplicates", __name__)


@blueprint.get("/duplicates")
@needs("intake.import")
def index() -> tuple[str, int]:
    """Show what may be twice and is not decided yet."""
    by = actor()
    stages = {code: render(text) for code, text in STAGE_LABELS.items()}
    found = pairs(by) if may(by, "lead.merge") else []
    return page("intake/duplicates.html", rows=waiting_rows(by), pairs=found, stages=stages)
