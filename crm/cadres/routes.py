"""Pages of seconded cadres: who is posted where, a new posting, an extension or early return."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.queries import people, person, units
from crm.accounts.rules import may, scope
from crm.cadres.forms import EndForm, PostingForm
from crm.cadres.operations import change_end, post_cadre
from crm.cadres.queries import PostingRow, changes_of, posting, postings
from crm.cadres.rules import DIRECTIONS, POST_KINDS
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.web import actor, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _

blueprint = Blueprint("cadres", __name__, url_prefix="/cadres")
CHANGE_WORDS = {"extension": say("extended"), "early_return": say("ended early")}
ENDING_SOON_DAYS = 60


def _shown(row: PostingRow) -> dict[str, Any]:
    day = today()
    left = (row.ends_on - day).days
    state = "running" if row.running(day) else "future" if row.starts_on > day else "over"
    return {"row": row, "state": state, "days_left": left, "soon": state == "running" and left <= ENDING_SOON_DAYS}


def _reachable() -> int | None:
    """Return whose postings may be seen: everybody's (None) or only the own ones."""
    return None if scope(actor(), "posting.view") == "all" else actor().person_id


@blueprint.get("/<int:person_id>")
@needs("posting.view")
def show(person_id: int) -> str:
    """Show one cadre: the postings with every change of their ends."""
    only = _reachable()
    who = person(person_id)
    rows = postings(cadre_id=person_id)
    if who is None or (only is not None and only != person_id) or ("cadre" not in who.roles and not rows):
        raise refuse("cadre.unknown", say("There is no such cadre, or you may not see them."), status=404)
    told = [{**_shown(row), "changes": changes_of(row.id)} for row in rows]
    return render(
        "cadres/show.html", who=who, postings=told, directions=DIRECTIONS, change_words=CHANGE_WORDS,
        post_kinds=POST_KINDS, may_manage=may(actor(), "posting.manage"), may_leads=may(actor(), "lead.view"),
    )  # fmt: skip


@blueprint.route("/postings/new", methods=["GET", "POST"])
@needs("posting.manage")
def new() -> Any:
    """Post a cadre."""
    form = PostingForm(
        request.form if request.method == "POST" else None, data={"cadre_id": request.args.get("cadre", "")}
    )
    cadres = people(role="cadre", active_only=True)
    form.offer(((row.id, row.name) for row in cadres), ((unit.id, unit.name) for unit in units()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                _post(form)
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                say_done(_("The posting is recorded; access follows it."))
                return redirect(url_for("cadres.show", person_id=int(form.cadre_id.data)))
    return page("cadres/new.html", status, form=form, cadres=cadres)


def _post(form: PostingForm) -> None:
    home = form.home_unit_id.data
    post_cadre(
        int(form.cadre_id.data), host_place=form.host_place.data or "", host_unit=form.host_unit.data or "",
        post=form.post.data or "", home_unit_id=int(home) if home else None, starts_on=form.starts_on.data,
        ends_on=form.ends_on.data, direction=form.direction.data, post_kind=form.post_kind.data or "",
        home_elsewhere=form.home_elsewhere.data or "", offline=bool(form.offline.data), by=actor(), at=now(),
    )  # fmt: skip


@blueprint.route("/postings/<int:posting_id>/end", methods=["GET", "POST"])
@needs("posting.manage")
def end(posting_id: int) -> Any:
    """Extend a posting or end it early."""
    row = posting(posting_id)
    if row is None:
        raise refuse("posting.unknown", say("There is no such posting."), status=404)
    form = EndForm(request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                change_end(posting_id, form.new_end.data, form.reason.data or "", by=actor(), at=now())
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                say_done(_("The posting now ends on %(day)s.", day=form.new_end.data))
                # Who returns leaves open projects behind: the list comes at once.
                ended = form.new_end.data < row.ends_on
                return redirect(
                    url_for("cadres.handover", posting_id=row.id) if ended
                    else url_for("cadres.show", person_id=row.cadre_id)
                )  # fmt: skip
    return page("cadres/end.html", status, form=form, row=row)
