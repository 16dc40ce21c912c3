"""Pages of the clean-up: older agreements that were read in, and what became of each marked clause."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.paging import PAGE, pack, unpack
from crm.core.web import actor, flash_refusal, needs, page, say_done
from crm.core.words import gettext as _
from crm.support.forms import DecideForm
from crm.support.operations_old import CLEANUP, decide
from crm.support.queries_old import clauses_of, papers
from crm.support.routes import blueprint
from crm.support.rules_old import STATES, TONES
from crm.support.views import marked


@blueprint.get("/support/old")
@needs("support.old")
def old() -> Any:
    """Show the older agreements that were read in, and how far their clean-up is."""
    after = unpack(request.args.get("cursor"), 1)
    before = after[1][0] if after and isinstance(after[1][0], int) else None
    rows = papers(actor(), before=before)
    more = len(rows) > PAGE
    return page(
        "support/old.html", rows=rows[:PAGE], editor=may(actor(), CLEANUP),
        next_url=url_for(".old", cursor=pack([rows[PAGE - 1].id])) if more else None,
    )  # fmt: skip


@blueprint.get("/support/old/<int:paper_id>")
@needs("support.old")
def old_paper(paper_id: int) -> Any:
    """Show one older agreement: its marked clauses with what was decided about each."""
    found = papers(actor(), paper_id=paper_id)
    if not found:
        raise refuse("old.unknown", say("There is no such agreement, or it is not yours to open."), status=404)
    form = DecideForm()
    form.state.choices = list(STATES.items())
    return page(
        "support/old_paper.html", paper=found[0], states=STATES, tones=TONES, form=form, editor=may(actor(), CLEANUP),
        clauses=[(row, marked(row.text)) for row in clauses_of(paper_id)],
    )  # fmt: skip


@blueprint.post("/support/old/<int:paper_id>/<int:clause_id>")
@needs("support.cleanup")
def old_decide(paper_id: int, clause_id: int) -> Any:
    """Say what became of a clause."""
    try:
        values = check(DecideForm(request.form))
        decide(clause_id, values["state"], note=values["note"], by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    else:
        say_done(_("The decision is recorded."))
    return redirect(url_for(".old_paper", paper_id=paper_id) + f"#clause-{clause_id}")
