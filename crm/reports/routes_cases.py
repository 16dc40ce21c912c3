"""Pages around the ledger: the own draft of a cadre, cases of false reports, the tariff with its own review."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from crm.accounts.queries import people
from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import refuse, say
from crm.core.web import actor, needs, page, send_bytes
from crm.core.words import gettext as _
from crm.credit import operations_false as false
from crm.credit.forms import (
    CaseForm,
    DecisionForm,
    HeardForm,
    HonourForm,
    ObjectionForm,
    SummaryForm,
)
from crm.credit.operations_evaluation import object_to, write_summary
from crm.credit.operations_false import DECISIONS
from crm.credit.operations_review import confirm_honour
from crm.credit.queries import tariffs_or_shipped
from crm.credit.queries_evaluation import CaseRow, cases, objections, periods
from crm.credit.queries_points import points_of, uncounted_of
from crm.credit.rules_tariff import COEFFICIENTS, LABELS, in_force
from crm.leads.queries import lead_numbered
from crm.reports.books_forms import person_of
from crm.reports.operations import evaluation_figures
from crm.reports.operations_evaluation import export_annex
from crm.reports.queries_rules import tariff_versions
from crm.reports.routes_evaluation import DOCX, HELPERS, answered, blueprint, done, found_period, told, wanted
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS


@blueprint.route("/mine", methods=["GET", "POST"])
@needs("evaluation.own")
def mine() -> Any:
    """Show a cadre the own draft, and let them write the summary and object."""
    by = actor()
    rows = periods()
    asked = request.args.get("period", "")
    row = next((one for one in rows if str(one.id) == asked), rows[0] if rows else None)
    posted = request.form if request.method == "POST" else None
    which = request.form.get("which", "") if posted else ""
    objection = ObjectionForm(posted if which == "objection" else None)
    one, frozen = None, False
    figures: dict[str, Any] = {}
    if row is not None:
        figures, frozen = evaluation_figures(wanted(row), at=now(), only=by.person_id)
        one = person_of(figures, by.person_id or 0)
    summary = SummaryForm(
        posted if which == "summary" else None, data={"summary": one["form"]["summary"] if one else ""}
    )
    went = None
    if row is not None and posted:
        target = url_for("evaluation.mine", period=row.id)
        if which == "summary":
            went = done(
                summary, lambda: write_summary(row.id, summary.summary.data or "", by=by, at=now()),
                _("Your summary is saved."), target,
            )  # fmt: skip
        else:
            went = done(
                objection, lambda: object_to(row.id, objection.text.data or "", by=by, at=now()),
                _("Your objection is on record; the organisation department answers it in writing."), target,
            )  # fmt: skip
    return went or page(
        "evaluation/mine.html", answered(), row=row, periods=rows, figures=figures, person=one, frozen=frozen,
        summary=summary, objection=objection, objections=objections(row.id, by.person_id) if row else [],
        now=points_of(by.person_id or 0, today=today(), leads=()), may_leads=may(by, "lead.view"),
        nothing=uncounted_of(by.person_id or 0, row.starts_on, row.ends_on) if row and row.open else [],
        cases=cases(cadre_id=by.person_id), decisions=DECISIONS,
        may_manage=False, may_export=False, **HELPERS,
    )  # fmt: skip


@blueprint.get("/mine/<int:period_id>/form.docx")
@needs("evaluation.own")
def own_annex(period_id: int) -> Any:
    """Send a cadre the own form."""
    made = export_annex(wanted(found_period(period_id)), actor().person_id or 0, by=actor(), at=now())
    return send_bytes(made.data, name=made.file_name, media_type=DOCX)


@blueprint.get("/cases")
@needs("evaluation.view")
def case_list() -> str:
    """Show the cases of suspected false reports."""
    return told(
        "evaluation/cases.html", cases=cases(), decisions=DECISIONS, may_confirm=may(actor(), "credit.confirm")
    )


@blueprint.route("/cases/new", methods=["GET", "POST"])
@needs("credit.confirm")
def case_new() -> Any:
    """Open a case."""
    form = CaseForm(request.form if request.method == "POST" else None)
    form.offer([(row.id, row.name) for row in people(role="cadre")])

    def act() -> None:
        lead_id = _lead(form.number.data or "")
        false.open_case(lead_id, int(form.cadre_id.data), form.grounds.data or "", by=actor(), at=now())

    went = done(form, act, _("The case is open; the cadre is heard next."), url_for("evaluation.case_list"))
    return went or page("evaluation/case_new.html", answered(), form=form)


def _lead(number: str) -> int:
    found = lead_numbered(number, actor())
    if found is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), "number")
    return found


def _case(case_id: int) -> CaseRow:
    found = cases(case_id=case_id)
    if not found or not (may(actor(), "evaluation.view") or found[0].cadre_id == actor().person_id):
        raise refuse("case.unknown", say("There is no such case."), status=404)
    return found[0]


@blueprint.route("/cases/<int:case_id>", methods=["GET", "POST"])
@needs("case.view")
def case(case_id: int) -> Any:
    """Show one case with the one step that comes next."""
    one, by = _case(case_id), actor()
    posted = request.form if request.method == "POST" else None
    heard, decision = HeardForm(posted), DecisionForm(posted)
    decision.offer()
    step = _step(one)
    target = url_for("evaluation.case", case_id=case_id)
    went = None
    if posted and step == "state":
        went = done(heard, lambda: false.state(case_id, heard.text.data or "", by=by, at=now()),
                    _("The statement is on record."), target)  # fmt: skip
    elif posted and step == "decide":
        went = done(
            decision,
            lambda: false.decide(case_id, decision.decision.data, decision.reason.data or "", by=by, at=now()),
            _("The decision is entered."), target,
        )  # fmt: skip
    elif posted and step == "end" and request.form.get("which") == "appeal":
        went = done(heard, lambda: false.appeal(case_id, heard.text.data or "", by=by, at=now()),
                    _("The appeal is on record."), target)  # fmt: skip
    elif posted and step == "end":
        went = done(
            decision,
            lambda: false.close_case(case_id, decision.decision.data, decision.reason.data or "", by=by, at=now()),
            _("The case is closed."), target,
        )  # fmt: skip
    own = one.cadre_id == by.person_id
    return went or page(
        "evaluation/case.html", answered(), one=one, step=step, heard=heard, decision=decision, decisions=DECISIONS,
        may_confirm=may(by, "credit.confirm"), own=own, may_hear=own or may(by, "credit.confirm"),
    )  # fmt: skip


def _step(one: CaseRow) -> str:
    if one.closed_at is not None:
        return ""
    if one.decided_at is not None:
        return "end"
    return "decide" if one.stated_at is not None else "state"


@blueprint.get("/tariff")
@needs("tariff.view")
def tariff() -> str:
    """Show the tariff in force with its basis, and how the review of every version stands."""
    by, known = actor(), tariffs_or_shipped()
    return told(
        "evaluation/tariff.html", tariff=in_force(known.values(), today()), versions=tariff_versions(),
        labels=LABELS, coefficients=COEFFICIENTS, conclusions=CONCLUSIONS, tones=CONCLUSION_TONES,
        sees_items=may(by, "support.view"), may_hand_in=may(by, "rules.edit"),
    )  # fmt: skip


@blueprint.route("/top500", methods=["GET", "POST"])
@needs("credit.confirm")
def honour() -> Any:
    """Confirm that an investor stands on a list of the 500 largest."""
    form = HonourForm(request.form if request.method == "POST" else None)
    form.offer()

    def act() -> None:
        confirm_honour(
            _lead(form.number.data or ""), list_name=form.list_name.data, year=form.year.data,
            document=form.document.data or "", by=actor(), at=now(),
        )  # fmt: skip

    went = done(form, act, _("It is confirmed; points come with the formal contract."), url_for("evaluation.index"))
    return went or page("evaluation/honour.html", answered(), form=form)
