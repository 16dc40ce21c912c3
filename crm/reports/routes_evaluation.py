"""Pages of the organisation department: periods, people with a form behind each, closing, fairness, the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, render, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.credit.forms import AnswerForm, BaseForm, PeriodForm, PersonForm, TemplateForm
from crm.credit.operations_evaluation import (
    answer_objection,
    open_period,
    set_base,
    withdraw_template,
    write_form,
)
from crm.credit.queries_evaluation import (
    PeriodRow,
    bases,
    cases,
    forms,
    objections,
    own_template,
    period,
    periods,
)
from crm.credit.queries_points import uncounted_of
from crm.credit.rules import show_points
from crm.credit.rules_evaluation import GRADES, STAFF
from crm.reports.books_evaluation import capped_words, evidence_words, item_words, kind_words, reason_words
from crm.reports.books_forms import person_of, signed
from crm.reports.operations import evaluation_figures
from crm.reports.operations_evaluation import (
    ANNEX,
    change_template,
    close,
    export_annex,
    export_dossier,
)
from crm.reports.queries_fairness import divisions_of
from crm.reports.rules_fairness import arranged_shares, fairness_rules, grouped, late_claims, own_dealing
from crm.reports.rules_period import Period
from exports.word import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from wtforms import Form

blueprint = Blueprint("evaluation", __name__, url_prefix="/evaluation")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HELPERS = {
    "points": show_points, "signed": signed, "item_words": item_words, "capped_words": capped_words,
    "reason_words": reason_words, "evidence_words": evidence_words, "kind_words": kind_words,
}  # fmt: skip
"""What the templates of this room say about figures."""


def told(template: str, /, **values: Any) -> str:
    """Render a page of this room."""
    return render(template, **HELPERS, **values)


def done(form: Form, act: Callable[[], object], sentence: str, target: str) -> Any:
    """Do what a form asks for and go on; None when it is shown again with everything that is wrong."""
    if request.method != "POST" or not form.validate():
        return None
    try:
        act()
    except Refusal as refusal:
        refuse_into(form, refusal)
        return None
    say_done(sentence)
    return redirect(target)


def answered() -> int:
    """Return the status of a form that is shown again."""
    return 422 if request.method == "POST" else 200


def found_period(period_id: int) -> PeriodRow:
    """Return a period or refuse as if it did not exist."""
    row = period(period_id)
    if row is None:
        raise refuse("period.unknown", say("There is no such evaluation period."), status=404)
    return row


def wanted(row: PeriodRow) -> Period:
    """Return the stretch of days of an opened period."""
    return Period(row.name, row.starts_on, row.ends_on)


@blueprint.get("")
@needs("evaluation.view")
def index() -> str:
    """Show the periods, and what waits: objections and cases."""
    rows = [
        {"row": row, "waiting": sum(one.answered_at is None for one in objections(row.id)) if row.open else 0}
        for row in periods()
    ]
    return told(
        "evaluation/index.html", periods=rows, may_manage=may(actor(), "evaluation.manage"),
        cases=sum(one.closed_at is None for one in cases()), template=own_template(ANNEX),
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@needs("evaluation.manage")
def new() -> Any:
    """Open a period."""
    year = today().year
    form = PeriodForm(
        request.form if request.method == "POST" else None,
        data={"name": str(year), "starts_on": today().replace(year, 1, 1), "ends_on": today().replace(year, 12, 31)},
    )

    def act() -> None:
        open_period(
            form.name.data or "", starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            objections_until=form.objections_until.data, by=actor(), at=now(),
        )  # fmt: skip

    went = done(form, act, _("The period is open: every cadre sees the own draft."), url_for("evaluation.index"))
    return went or page("evaluation/new.html", answered(), form=form)


@blueprint.get("/<int:period_id>")
@needs("evaluation.view")
def show(period_id: int) -> str:
    """Show one period: the people with points and ranks, the quota, the objections."""
    row = found_period(period_id)
    figures, frozen = evaluation_figures(wanted(row), at=now())
    kind = request.args.get("kind", "")
    people = [one for one in figures["people"] if not kind or one["kind"] == kind]
    return told(
        "evaluation/show.html", row=row, figures=figures, people=people, frozen=frozen, kind=kind,
        kinds=sorted({one["kind"] for one in figures["people"] if one["direction"]}),
        objections=objections(period_id), forms=forms(period_id), grades=GRADES, staff=STAFF,
        may_manage=may(actor(), "evaluation.manage"), may_export=may(actor(), "evaluation.export"),
    )  # fmt: skip


@blueprint.route("/<int:period_id>/quota", methods=["GET", "POST"])
@needs("evaluation.manage")
def quota(period_id: int) -> Any:
    """Enter the base of the quota."""
    row = found_period(period_id)
    form = BaseForm(request.form if request.method == "POST" else None)
    form.offer()

    def act() -> None:
        set_base(period_id, form.staff.data, form.base.data, note=form.note.data or "", by=actor(), at=now())

    went = done(form, act, _("The base is entered."), url_for("evaluation.show", period_id=period_id))
    return went or page("evaluation/quota.html", answered(), form=form, row=row, bases=bases(period_id), staff=STAFF)


@blueprint.post("/<int:period_id>/close")
@needs("evaluation.manage")
def shut(period_id: int) -> Any:
    """Close a period."""
    found_period(period_id)
    try:
        close(period_id, by=actor(), at=now())
    except Refusal as refusal:
        flash_refusal(refusal)
    else:
        say_done(_("The period is closed; its figures are frozen."))
    return redirect(url_for("evaluation.show", period_id=period_id))


@blueprint.route("/objections/<int:period_id>/<int:objection_id>", methods=["GET", "POST"])
@needs("evaluation.manage")
def answer(period_id: int, objection_id: int) -> Any:
    """Answer one objection."""
    row = found_period(period_id)
    one = next((item for item in objections(period_id) if item.id == objection_id), None)
    if one is None:
        raise refuse("objection.unknown", say("There is no such objection."), status=404)
    form = AnswerForm(request.form if request.method == "POST" else None)
    form.offer()

    def act() -> None:
        answer_objection(
            objection_id, form.answer.data or "", upheld=form.upheld.data == "upheld", by=actor(), at=now()
        )

    went = done(form, act, _("The answer is entered."), url_for("evaluation.show", period_id=period_id))
    return went or page("evaluation/answer.html", answered(), form=form, row=row, one=one)


@blueprint.route("/<int:period_id>/people/<int:cadre_id>", methods=["GET", "POST"])
@needs("evaluation.view")
def person(period_id: int, cadre_id: int) -> Any:
    """Show one person's form with every figure behind it; the organisation department writes on it."""
    row = found_period(period_id)
    figures, frozen = evaluation_figures(wanted(row), at=now())
    one = person_of(figures, cadre_id)
    if one is None:
        raise refuse("evaluation.nobody", say("This person has no posting, project or points in the period."),
                     status=404)  # fmt: skip
    form = PersonForm(request.form if request.method == "POST" else None, data=one["form"])
    form.offer()

    def act() -> None:
        values = {name: form[name].data or "" for name in one["form"] if name != "summary"}
        write_form(period_id, cadre_id, values, by=actor(), at=now())

    target = url_for("evaluation.person", period_id=period_id, cadre_id=cadre_id)
    went = done(form, act, _("The form is saved."), target)
    return went or page(
        "evaluation/person.html", answered(), row=row, figures=figures, person=one, frozen=frozen, form=form,
        nothing=uncounted_of(cadre_id, row.starts_on, row.ends_on) if row.open else [], grades=GRADES, staff=STAFF,
        may_manage=may(actor(), "evaluation.manage") and row.open,
        may_export=may(actor(), "evaluation.export"), **HELPERS,
    )  # fmt: skip


@blueprint.get("/<int:period_id>/people/<int:cadre_id>/print")
@needs("evaluation.view")
def printed(period_id: int, cadre_id: int) -> str:
    """Show one person's form as it goes to paper."""
    row = found_period(period_id)
    figures, frozen = evaluation_figures(wanted(row), at=now())
    one = person_of(figures, cadre_id)
    if one is None:
        raise refuse("evaluation.nobody", say("This person has no posting, project or points in the period."),
                     status=404)  # fmt: skip
    return told("evaluation/print.html", row=row, figures=figures, person=one, frozen=frozen, grades=GRADES)


@blueprint.get("/<int:period_id>/people/<int:cadre_id>/form.docx")
@needs("evaluation.export")
def annex(period_id: int, cadre_id: int) -> Any:
    """Send one person's form."""
    made = export_annex(wanted(found_period(period_id)), cadre_id, by=actor(), at=now())
    return send_bytes(made.data, name=made.file_name, media_type=DOCX)


@blueprint.get("/<int:period_id>/people/<int:cadre_id>/dossier.zip")
@needs("evaluation.export")
def dossier(period_id: int, cadre_id: int) -> Any:
    """Send one person's dossier."""
    made = export_dossier(wanted(found_period(period_id)), cadre_id, by=actor(), at=now())
    return send_bytes(made.data, name=made.file_name, media_type="application/zip")


@blueprint.get("/<int:period_id>/fairness")
@needs("evaluation.view")
def fairness(period_id: int) -> str:
    """Show what deserves a look: points by place and kind of post, late claims, arranged shares, own dealing."""
    row = found_period(period_id)
    figures, _frozen = evaluation_figures(wanted(row), at=now())
    people = figures["people"]
    lines = [line for one in people for line in one["lines"]]
    held = divisions_of({item["lead"] for one in people for item in one["projects"]})
    for one in people:
        one["kind"] = kind_words(one["kind"])
    return told(
        "evaluation/fairness.html", row=row, by_place=grouped(people, "host_place"), by_kind=grouped(people, "kind"),
        by_home=grouped(people, "home_unit"), late=late_claims(held, lines), arranged=arranged_shares(held, lines),
        own=own_dealing(held), rules=fairness_rules(),
    )  # fmt: skip


@blueprint.route("/template", methods=["GET", "POST"])
@needs("evaluation.manage")
def template() -> Any:
    """Replace the annex's template, after it was looked over."""
    form = TemplateForm(request.form if request.method == "POST" else None)

    def act() -> None:
        given = request.files.get("file")
        if given is None or not given.filename:
            raise refuse("template.none", say("Choose a file."), "file")
        left_out = change_template(given.read(), given.filename, by=actor(), at=now())
        if left_out:
            say_done(_("The template leaves out: %(names)s.", names=words_of(list(left_out))))

    went = done(form, act, _("The template is in use."), url_for("evaluation.template"))
    return went or page("evaluation/template.html", answered(), form=form, own=own_template(ANNEX))


@blueprint.get("/template/shipped.docx")
@needs("evaluation.manage")
def shipped_template() -> Any:
    """Send the shipped template, to be changed in Word."""
    return send_bytes(source(ANNEX), name=f"{ANNEX}.docx", media_type=DOCX)


@blueprint.post("/template/withdraw")
@needs("evaluation.manage")
def unset_template() -> Any:
    """Go back to the shipped template."""
    try:
        withdraw_template(ANNEX, by=actor(), at=now())
    except Refusal as refusal:
        flash_refusal(refusal)
    else:
        say_done(_("The shipped template is in use again."))
    return redirect(url_for("evaluation.template"))
