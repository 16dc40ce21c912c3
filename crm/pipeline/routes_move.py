"""Pages on which a lead moves: the next stage with everything missing, a change of status, dated proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, offered, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import history_of
from crm.leads.rules import STAGE_LABELS, STAGES, STATUS_LABELS
from crm.pipeline import routes_show as views
from crm.pipeline.forms import MilestoneForm, MoveForm, StatusForm
from crm.pipeline.operations import advance_gaps, change_status, move, record_milestone, void_milestone
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_opened import gap_links, opened
from crm.pipeline.rules import NEXT_STATUSES, crossed, requirements

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


@blueprint.route("/leads/<int:lead_id>/move/<to>", methods=["GET", "POST"])
@needs("stage.move")
def advance(lead_id: int, to: str) -> Any:
    """Show what a stage asks for and what is missing, or move there."""
    row = opened(lead_id, "stage.move")
    if to not in STAGES or to == row["stage"]:
        raise refuse("stage.unknown", say("Choose another stage than the present one."), status=404)
    form = MoveForm(request.form, data={"happened_on": today()})
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            move(lead_id, to, happened_on=values["happened_on"], note=values["reason"] or "", by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            status = refusal.status
            refuse_into(form, Refusal([item for item in refusal.findings if not item.code.startswith("gap.")]))
        else:
            say_done(_("The project is now at: %(stage)s.", stage=render(STAGE_LABELS[to])))
            return redirect(url_for(".show", lead_id=lead_id))
    forward = STAGES.index(to) > STAGES.index(row["stage"])
    stages = [
        code
        for code in STAGES
        if code != row["stage"] and (may(actor(), "status.withdraw") or _ahead(row["stage"], code))
    ]
    return page(
        "pipeline/move.html",
        status=status,
        lead=views.head(row),
        stages=views.stage_choices(),
        stage_dates=views.stage_dates(history_of(lead_id, "stage")),
        target=to,
        target_label=render(STAGE_LABELS[to]),
        gaps=gap_links(lead_id, advance_gaps(lead_id, to)) if forward else [],
        warnings=[],
        asks=[{"label": render(item.label), "basis": item.basis} for item in requirements(*crossed(row["stage"], to))],
        form=form,
        back_url=url_for(".show", lead_id=lead_id),
        targets=[
            (render(STAGE_LABELS[code]), url_for(".advance", lead_id=lead_id, to=code), code == to) for code in stages
        ],
    )


def _ahead(now_at: str, code: str) -> bool:
    return STAGES.index(code) > STAGES.index(now_at)


def entry_page(
    lead_id: int,
    row: dict[str, Any],
    form: Any,
    *,
    title: str,
    note: str,
    fields: list[tuple[str, str, int]],
    act: Callable[[], object],
    done: str,
    save: str,
    anchor: str,
    files: bool = False,
    template: str = "_form_page.html",
    more: dict[str, Any] | None = None,
) -> Any:
    """Show a form on a page of its own, or do what it says and go back to the lead."""
    back = url_for("lead.show", lead_id=lead_id) + f"#{anchor}"
    status = 200
    if request.method == "POST":
        try:
            act()
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(back)
    return page(
        template,
        status=status,
        title=title,
        note=note,
        form=form,
        fields=fields,
        save=save,
        back_url=back,
        crumb=row["number"],
        files=files,
        **(more or {}),
    )


@blueprint.route("/leads/<int:lead_id>/status", methods=["GET", "POST"])
@needs("status.change")
def status(lead_id: int) -> Any:
    """Pause, lose, terminate, withdraw or reactivate a lead."""
    row = opened(lead_id, "status.change")
    form = StatusForm(request.form, data={"happened_on": today(), "status": request.args.get("to", "")})
    allowed = [code for code in NEXT_STATUSES[row["status"]] if code != "withdrawn" or may(actor(), "status.withdraw")]
    form.status.choices = offered({code: STATUS_LABELS[code] for code in allowed})

    def act() -> None:
        values = check(form)
        change_status(
            lead_id,
            values["status"],
            reason=values["reason"],
            lost_to=values["lost_to"] or "",
            happened_on=values["happened_on"],
            by=actor(),
            at=now(),
        )

    fields = [("status", "", 4), ("happened_on", "", 4), ("lost_to", "", 12), ("reason", "", 12)]
    return entry_page(
        lead_id,
        row,
        form,
        title=_("Change the status"),
        note=row["name"],
        fields=fields,
        act=act,
        done=_("The status is changed."),
        save=_("Change"),
        anchor="progress",
    )


@blueprint.route("/leads/<int:lead_id>/milestones/new", methods=["GET", "POST"])
@needs("stage.move")
def milestone(lead_id: int) -> Any:
    """Record a dated proof of works."""
    row = opened(lead_id, "stage.move")
    form = MilestoneForm(request.form, data={"kind": request.args.get("kind", "")})

    def act() -> None:
        values = check(form)
        record_milestone(
            lead_id,
            values["kind"],
            happened_on=values["happened_on"],
            document_no=values["document_no"],
            note=values["note"] or "",
            by=actor(),
            at=now(),
        )

    fields = [("kind", "", 4), ("happened_on", "", 4), ("document_no", "", 12), ("note", "", 12)]
    return entry_page(
        lead_id,
        row,
        form,
        title=_("Record a dated proof"),
        note=row["name"],
        fields=fields,
        act=act,
        done=_("The proof is recorded."),
        save=_("Record"),
        anchor="files",
    )


@blueprint.post("/leads/<int:lead_id>/milestones/<int:milestone_id>/void")
@needs("stage.move")
def void_proof(lead_id: int, milestone_id: int) -> Response:
    """Void a proof with a reason."""
    opened(lead_id, "stage.move")
    try:
        void_milestone(milestone_id, reason=request.form.get("reason", ""), by=actor(), at=now())
        say_done(_("The entry is voided; it stays on record."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for(".show", lead_id=lead_id) + "#files")
