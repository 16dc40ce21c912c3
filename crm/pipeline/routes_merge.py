"""Pages on which two leads become one: what would move is shown first, and a merge can be taken back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from wtforms import Form

from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import LongField, at_most, check, required
from crm.core.web import actor, flash_refusal, needs, own_path, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import lead_numbered, lead_row
from crm.leads.rules import label_of, show
from crm.pipeline.operations_merge import look_at_merge, merge_leads, part, unmerge
from crm.pipeline.queries_merge import merge_of
from crm.pipeline.routes_blueprint import blueprint
from crm.profile.rules import label

DICTIONARIES = {"park": "parks", "build_nature": "build_natures"}


class MergeForm(Form):
    """Why two projects are one."""

    reason = LongField(say("Why they are one project"), [required, at_most(200)])


@blueprint.route("/leads/<int:lead_id>/merge/<int:kept_id>", methods=["GET", "POST"])
@needs("lead.merge")
def merge(lead_id: int, kept_id: int) -> Any:
    """Show what a merge would move, and do it."""
    by, status = actor(), 200
    form = MergeForm(request.form)
    if request.method == "POST":
        try:
            values = check(form)
            merge_leads(lead_id, kept_id, fill=request.form.getlist("fill"), reason=values["reason"], by=by, at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            status = refusal.status
            refuse_into(form, refusal)
        else:
            say_done(_("They are one project now; the old number leads here."))
            return redirect(url_for("lead.show", lead_id=kept_id))
    seen = look_at_merge(lead_id, kept_id, by=by)
    fills = [(name, render(label_of(name)), _shown(name, value)) for name, value in seen.fills]
    moves = [(render(text), count) for text, count in seen.moves]
    return page(
        "pipeline/merge.html", status=status, gone=_side(seen.gone), kept=_side(seen.kept), moves=moves, fills=fills,
        findings=[render(item.text) for item in seen.findings], form=form,
        swap_url=url_for("lead.merge", lead_id=kept_id, kept_id=lead_id),
    )  # fmt: skip


def _side(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "name": row.name, "investor": row.investor, "unit": row.unit.name,
        "owner": row.owner.name if row.owner else "", "amount": row.investment_fen,
        "url": url_for("lead.show", lead_id=row.id),
    }  # fmt: skip


def _shown(name: str, value: Any) -> str:
    return render(label(DICTIONARIES[name], value)) if name in DICTIONARIES else show(name, value)


@blueprint.post("/merges/<int:merge_id>/undo")
@needs("lead.merge")
def undo_merge(merge_id: int) -> Any:
    """Take a merge back while nothing rests on it."""
    back = own_path(request.form.get("back")) or url_for("leads.index")
    try:
        unmerge(merge_id, by=actor(), at=now())
        say_done(_("The merge is taken back: both are projects of their own again."))
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(back)


@blueprint.post("/leads/<int:lead_id>/differs/<int:other_id>")
@needs("lead.merge")
def differs(lead_id: int, other_id: int) -> Any:
    """Keep that two leads are different projects, so that nobody is asked again."""
    back = own_path(request.form.get("back")) or url_for("leads.index")
    try:
        part(lead_id, other_id, by=actor(), at=now())
        say_done(_("The decision is kept."))
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(back)


@blueprint.get("/leads/number/<number>")
@needs("lead.view")
def numbered(number: str) -> Any:
    """Lead from a number, also one that was merged away, to its project."""
    found = lead_numbered(number, actor())
    if found is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return redirect(url_for("lead.show", lead_id=found))


def led_on(lead_id: int) -> Any:
    """Return the way from a lead that was merged away to the one that was kept, where the reader may open it."""
    gone = merge_of(lead_id)
    if gone is None or request.args.get("own") or lead_row(gone.kept_id, actor()) is None:
        return None
    say_done(_("%(old)s was merged into this project.", old=gone.gone_number))
    return redirect(url_for("lead.show", lead_id=gone.kept_id))
