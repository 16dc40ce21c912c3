"""Pages of what holds for all projects: the catalogue, closed operation, powers handed down, the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.approvals.forms import CalendarForm, ClosedForm, PowerForm, StepForm, TakeBackForm
from crm.approvals.operations_rules import close_park, hand_down, set_day, set_procedure, take_back
from crm.approvals.queries import catalogue, closed_parks, edited_days, powers
from crm.approvals.routes import blueprint
from crm.approvals.rules import Step, book
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.core.workdays import known_years
from crm.profile.rules import dictionary, label

if TYPE_CHECKING:
    from collections.abc import Callable

STEP_FIELDS = [("name", "", 12), ("unit_before", "", 6), ("unit_after", "", 6), ("promised_days", "", 4),
               ("position", "", 4), ("basis", "", 12), ("active", "", 12)]  # fmt: skip
POWER_FIELDS = [("park", "", 6), ("procedure_code", "", 6), ("name", "", 12), ("from_unit", "", 6),
                ("handed_on", "", 6), ("basis", "", 12), ("seal", "", 12), ("note", "", 12)]  # fmt: skip
CLOSED_FIELDS = [("park", "", 6), ("closed_on", "", 6), ("basis", "", 12)]
PLACES = 10
"""The file's procedures stand ten apart on the page, so that one can be put between two."""


def filled(form: Any, title: str, fields: list[tuple[str, str, int]], do: Callable[[dict[str, Any]], object],
           done: str, back: str) -> Any:  # fmt: skip
    """Show a form on a page of its own, or do what it says and go back."""
    status = 200
    if request.method == "POST":
        try:
            do(check(form))
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(back)
    return page("_form_page.html", status, title=title, note="", form=form, fields=fields, save=_("Save"),
                back_url=back, crumb=_("Approvals"), files=False)  # fmt: skip


@blueprint.get("/procedures")
@needs("approval.view")
def procedures() -> str:
    """Show the catalogue, the parks that operate closed, and the powers handed down."""
    closed = closed_parks()
    return render(
        "approvals/procedures.html",
        steps=catalogue(all_of_them=True),
        parks=[(words_of(label("parks", code)), closed.get(code)) for code in dictionary("parks")],
        powers=[(words_of(label("parks", row.park)), row) for row in powers()],
        file=book(), may_manage=may(actor(), "approval.manage"), today=today(),
    )  # fmt: skip


@blueprint.route("/procedures/new", methods=["GET", "POST"])
@needs("approval.manage")
def new_procedure() -> Any:
    """Enter a procedure that the file does not have."""
    form = StepForm(request.form if request.method == "POST" else None)
    taken = {step.code for step in catalogue(all_of_them=True)}
    code = next(f"own{n}" for n in range(1, len(taken) + 2) if f"own{n}" not in taken)
    return _procedure(form, code, _("New procedure"))


@blueprint.route("/procedures/<code>", methods=["GET", "POST"])
@needs("approval.manage")
def procedure(code: str) -> Any:
    """Change a procedure of the catalogue."""
    step = next((one for one in catalogue(all_of_them=True) if one.code == code), None)
    if step is None:
        raise refuse("procedure.unknown", say("The catalogue has no procedure %(codes)s.", codes=code), status=404)
    form = StepForm(request.form) if request.method == "POST" else StepForm(obj=step)
    return _procedure(form, code, step.name)


def _procedure(form: Any, code: str, title: str) -> Any:
    def save(values: dict[str, Any]) -> None:
        step = Step(
            code, values["name"] or "", values["unit_before"] or "", values["unit_after"] or "",
            values["promised_days"] or 0, values["position"] if values["position"] is not None else 99,
            values["basis"] or "", bool(values["active"]),
        )  # fmt: skip
        set_procedure(step, by=actor(), at=now())

    done = _("The procedure is saved; cases that run keep what was promised to them.")
    return filled(form, title, STEP_FIELDS, save, done, url_for("approvals.procedures"))


@blueprint.route("/closed-parks", methods=["GET", "POST"])
@needs("approval.manage")
def closed_park() -> Any:
    """Say since when a park operates closed."""
    form = ClosedForm(request.form if request.method == "POST" else None)
    form.offer()
    return filled(
        form, _("Closed operation of a park"), CLOSED_FIELDS,
        lambda values: close_park(values["park"], values["closed_on"], values["basis"] or "", by=actor(), at=now()),
        _("Saved; procedures listed from now on go to the park."), url_for("approvals.procedures"),
    )  # fmt: skip


@blueprint.route("/powers/new", methods=["GET", "POST"])
@needs("approval.manage")
def new_power() -> Any:
    """Record a power handed down."""
    form = PowerForm(request.form if request.method == "POST" else None)
    form.offer(catalogue())
    return filled(form, _("A power handed down"), POWER_FIELDS, lambda values: hand_down(values, by=actor(), at=now()),
                  _("The power is recorded."), url_for("approvals.procedures"))  # fmt: skip


@blueprint.route("/powers/<int:power_id>/end", methods=["GET", "POST"])
@needs("approval.manage")
def end_power(power_id: int) -> Any:
    """End a power that was handed down."""
    return filled(
        TakeBackForm(request.form if request.method == "POST" else None), _("End a power"), [("day", "", 6)],
        lambda values: take_back(power_id, values["day"], by=actor(), at=now()), _("It is recorded."),
        url_for("approvals.procedures"),
    )  # fmt: skip


@blueprint.route("/calendar", methods=["GET", "POST"])
@needs("approval.view")
def calendar() -> Any:
    """Show and change the bureau's calendar of working days."""
    year = request.args.get("year", "")
    chosen = int(year) if year.isascii() and year.isdigit() and 2000 < int(year) < 2100 else today().year  # noqa: PLR2004
    form = CalendarForm(request.form if request.method == "POST" else None)
    form.offer()
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            works = {"work": True, "off": False}.get(values["kind"])
            moved = set_day(values["day"], works, values["note"] or "", by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The day is saved; %(n)s open procedures got another last day.", n=moved))
            return redirect(url_for("approvals.calendar", year=values["day"].year))
    return page(
        "approvals/calendar.html", status, year=chosen, days=edited_days(chosen), form=form,
        official=chosen in known_years(), may_manage=may(actor(), "approval.manage"),
    )  # fmt: skip
