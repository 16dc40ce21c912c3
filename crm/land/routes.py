"""Pages of land: the parks' year with its parcels and townships, one parcel, quotas."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may, scope
from crm.core.charts import Line, columns
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.land.forms import GiveUpForm, GrantForm, ParcelForm, PlanForm, QuotaForm, StepForm
from crm.land.operations import enter_parcel, finish_step, give_up, grant, plan_step, set_quota
from crm.land.queries import ParcelRow, may_change, needs_without_parcel, parcel, parcels, park_years
from crm.land.rules import GROUPS, YEARS, light, milestones
from crm.leads.queries_typed import with_lead
from crm.profile.rules import dictionary, label

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("land", __name__, url_prefix="/land")
WIDTH = 100
CONFLICT = 409


def _chosen_year() -> int:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and int(text) in YEARS else today().year


def told(row: ParcelRow) -> dict[str, Any]:
    """Return what a page says of a parcel: its lights, what comes next in each of its two lines."""
    day, names = today(), {one.code: one for one in milestones()}
    steps: list[dict[str, Any]] = [
        {"row": step, "group": names[step.code].group, "label": _(names[step.code].label),
         "light": light(step.due_on, step.done_on, day)}
        for step in row.steps if step.code in names
    ]  # fmt: skip
    following = {
        group: next((step for step in steps if step["group"] == group and step["row"].done_on is None), None)
        for group in GROUPS
    }
    worst = next((colour for colour in ("red", "yellow", "green") if any(s["light"] == colour for s in steps)), "none")
    return {
        "row": row, "steps": steps, "light": "none" if row.dropped_on else worst, "next": following,
        "done": sum(step["row"].done_on is not None for step in steps),
        "light_label": {"red": _("late"), "yellow": _("due soon"), "green": _("in time"), "none": ""}[worst],
        "park": words_of(label("parks", row.park)), "url": url_for("land.show", parcel_id=row.id),
    }  # fmt: skip


@blueprint.get("/")
@needs("land.view")
def index() -> str:
    """Show a year: each park's quota against what was asked for and got, parcels with lights, townships."""
    year, park = _chosen_year(), request.args.get("park", "")
    figures = park_years(year)
    names = [words_of(label("parks", one.park)) for one in figures]
    rows = [told(row) for row in parcels(year, park if park in dictionary("parks") else "")]
    option = columns(
        names,
        [Line(_("Quota"), [one.quota / WIDTH if one.quota is not None else None for one in figures], colour="edge"),
         Line(_("Asked for"), [one.asked / WIDTH for one in figures], colour="warn"),
         Line(_("Granted"), [one.granted / WIDTH for one in figures], colour="act")],
        unit=_("mu"),
    )  # fmt: skip
    return render(
        "land/index.html", year=year, rows=rows, option=option, townships=_townships(rows),
        figures=[(name, one, url_for("land.index", year=year, park=one.park))
                 for name, one in zip(names, figures, strict=True)],
        needs=needs_without_parcel(park) if park in dictionary("parks") else [],
        may_record=may(actor(), "land.record"), may_quota=may(actor(), "land.quota"),
        may_leads=scope(actor(), "lead.view") == "all",
    )  # fmt: skip


def _townships(rows: list[dict[str, Any]]) -> list[tuple[str, int, int, int, int]]:
    """Return each township's parcels, milestones of acquisition done and in all, and those that are late."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["row"].dropped_on is None:
            found[row["row"].township].append(row)
    answer = []
    for name, theirs in found.items():
        steps = [step for row in theirs for step in row["steps"] if step["group"] == "acquisition"]
        done = sum(step["row"].done_on is not None for step in steps)
        answer.append((name, len(theirs), done, len(steps), sum(step["light"] == "red" for step in steps)))
    return sorted(answer, key=lambda row: (-row[4], row[0]))


@blueprint.route("/quota", methods=["GET", "POST"])
@needs("land.quota")
def quota() -> Any:
    """Set a park's quota of a year."""
    posted = request.method == "POST"
    form = QuotaForm(request.form if posted else None, data={"year": _chosen_year()})
    form.offer()

    def save(values: dict[str, Any]) -> None:
        set_quota(values["park"], values["year"], values["area_cmu"], values["basis"] or "", by=actor(), at=now())

    fields = [("park", "", 4), ("year", "", 4), ("area_cmu", _("mu"), 4), ("basis", "", 12)]
    return _filled(form, _("Quota of a park"), fields, save)


@blueprint.route("/parcels/new", methods=["GET", "POST"])
@needs("land.record")
def new() -> Any:
    """Enter a parcel."""
    posted = request.method == "POST"
    start = {"year": today().year, "asked_on": today(), "lead_number": request.args.get("lead", "")}
    form = ParcelForm(request.form if posted else None, data=start)
    form.offer()

    def save(values: dict[str, Any]) -> None:
        enter_parcel(with_lead(values, actor()), by=actor(), at=now())

    fields = [("name", "", 12), ("park", "", 4), ("township", "", 4), ("year", "", 4), ("lead_number", "", 4),
              ("asked_cmu", _("mu"), 4), ("asked_on", "", 4), ("note", "", 12)]  # fmt: skip
    return _filled(form, _("New parcel"), fields, save)


def _filled(form: Any, title: str, fields: list[tuple[str, str, int]], save: Callable[[dict[str, Any]], None]) -> Any:
    status = 200
    if request.method == "POST":
        try:
            save(check(form))
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("It is recorded."))
            return redirect(url_for("land.index", year=form.year.data))
    return page("_form_page.html", status, title=title, note="", form=form, fields=fields, save=_("Save"), files=False,
                back_url=url_for("land.index"), crumb=_("Land"))  # fmt: skip


FORMS: dict[str, Any] = {"done": StepForm, "grant": GrantForm, "plan": PlanForm, "give_up": GiveUpForm}


@blueprint.get("/parcels/<int:parcel_id>")
@needs("land.view")
def show(parcel_id: int) -> tuple[str, int]:
    """Show one parcel with its milestones and what can be done to it."""
    return _parcel_page(parcel_id, {})


def _parcel_page(parcel_id: int, refused: dict[str, Any], status: int = 200) -> tuple[str, int]:
    row = parcel(parcel_id)
    if row is None:
        raise refuse("parcel.unknown", say("There is no such parcel, or it is not yours."), status=404)
    shown = told(row)
    forms = {}
    if row.dropped_on is None and may_change(parcel_id, actor()):
        forms = {deed: refused.get(deed) or _form(deed, shown, None) for deed in FORMS}
        if not any(step["row"].done_on is None for step in shown["steps"]):
            del forms["done"], forms["plan"]
    groups = [(words_of(text), [step for step in shown["steps"] if step["group"] == code])
              for code, text in GROUPS.items()]  # fmt: skip
    return page("land/show.html", status, **shown, forms=forms, groups=groups, may_lead=may(actor(), "lead.view"))


def _form(deed: str, shown: dict[str, Any], sent: Any) -> Any:
    form = FORMS[deed](sent, data={"day": today(), "granted_on": today()})
    if deed in ("done", "plan"):
        form.code.choices = [(s["row"].code, s["label"]) for s in shown["steps"] if s["row"].done_on is None]
    return form


@blueprint.post("/parcels/<int:parcel_id>/<deed>")
@needs("land.record")
def act(parcel_id: int, deed: str) -> Any:
    """Do one thing to a parcel: a milestone done or planned anew, land granted, the parcel given up."""
    row = parcel(parcel_id)
    if deed not in FORMS or row is None:
        raise refuse("parcel.unknown", say("There is no such parcel, or it is not yours."), status=404)
    who: dict[str, Any] = {"by": actor(), "at": now()}
    deeds: dict[str, Callable[[dict[str, Any]], None]] = {
        "done": lambda said: finish_step(parcel_id, said["code"], said["day"], said["document"] or "", **who),
        "plan": lambda said: plan_step(parcel_id, said["code"], said["due_on"], said["reason"] or "", **who),
        "grant": lambda said: grant(parcel_id, said, **who),
        "give_up": lambda said: give_up(parcel_id, said["reason"] or "", **who),
    }
    form = _form(deed, told(row), request.form)
    try:
        deeds[deed](check(form))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        if refusal.status == CONFLICT:
            flash_refusal(refusal)
            return redirect(url_for("land.show", parcel_id=parcel_id))
        refuse_into(form, refusal)
        return _parcel_page(parcel_id, {deed: form}, refusal.status)
    say_done(_("It is recorded."))
    return redirect(url_for("land.show", parcel_id=parcel_id))
