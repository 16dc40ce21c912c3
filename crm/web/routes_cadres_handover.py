"""The page that hands a cadre's open projects over when a posting ends, and whether a host place is reached."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from crm.accounts.queries import people
from crm.cadres.operations import set_reach
from crm.cadres.queries import PostingRow, posting
from crm.cadres.routes import blueprint
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.operations_handover import hand_over
from crm.leads.queries_handover import handovers_of, open_leads_of
from crm.leads.rules import STAGE_LABELS

LONGEST_ID = 18


def _posting(posting_id: int) -> PostingRow:
    row = posting(posting_id)
    if row is None:
        raise refuse("posting.unknown", say("There is no such posting."), status=404)
    return row


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID]


@blueprint.route("/postings/<int:posting_id>/handover", methods=["GET", "POST"])
@needs("posting.manage")
def handover(posting_id: int) -> Any:
    """Show the open projects of a posting's cadre, and hand the chosen ones over in one step."""
    row = _posting(posting_id)
    status, refused, chosen, taker = 200, None, None, ""
    if request.method == "POST":
        chosen, taker = _ids(request.form.getlist("lead_ids")), request.form.get("taker_id", "")
        takers = _ids([taker])
        try:
            n = hand_over(posting_id, chosen, takers[0] if takers else None, request.form.get("reason", "")[:200],
                          by=actor(), at=now())  # fmt: skip
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            status, refused = refusal.status, [render(finding.text) for finding in refusal.findings]
        else:
            say_done(_("%(n)s projects are handed over; the credit stays where it is.", n=n))
            return redirect(url_for("cadres.show", person_id=row.cadre_id))
    leads = open_leads_of(row.cadre_id)
    return page(
        "cadres/handover.html", status, row=row, refused=refused, taker=taker, done=handovers_of(posting_id),
        reason=request.form.get("reason", ""),
        leads=[
            {"lead": one, "stage": render(STAGE_LABELS[one.stage]),
             "chosen": one.id in chosen if chosen is not None else not one.held}
            for one in leads
        ],
        takers=[who for who in people(role="officer", active_only=True) if who.unit_id],
    )  # fmt: skip


@blueprint.post("/postings/<int:posting_id>/reach")
@needs("posting.manage")
def reach(posting_id: int) -> Any:
    """Say whether the host place reaches this network."""
    row = _posting(posting_id)
    try:
        set_reach(posting_id, offline=request.form.get("offline") == "yes", reason=request.form.get("reason", "")[:200],
                  by=actor(), at=now())  # fmt: skip
        say_done(_("Recorded. Only where a place does not reach this network may an officer enter reports."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("cadres.show", person_id=row.cadre_id))
