"""Pages of the register: the list with a month's figures, one enterprise with its charts, a new one, its facts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.queries import units
from crm.accounts.rules import may, scope
from crm.core.clock import now, shanghai_date, shanghai_time, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.profile.rules import dictionary, label
from crm.profile.rules_industries import industry_name
from crm.statistics.forms import EnterpriseForm, ExplanationForm
from crm.statistics.operations import ENTER, WEIGHTY, add_enterprise, edit_enterprise
from crm.statistics.queries import (
    Asked,
    EnterpriseRow,
    FactRow,
    enterprise,
    history,
    list_counts,
    list_page,
    returns_of,
)
from crm.statistics.queries_checks import asked
from crm.statistics.queries_returns import came_on
from crm.statistics.rules import MEASURES, last_over, months_between, read_month, shift, statistics_rules
from crm.statistics.rules_returns import state_of
from crm.statistics.rules_sentences import show_measure
from crm.statistics.views import heads, month_rows, pair_view, told_question, told_state

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")
MONTHS_OFFERED = 6
HIDDEN = "•••"
MONTHS_SHOWN, MONTHS_FIRST = 36, 12
FACT_LABELS = {
    "name": say("Name of the enterprise"), "uscc": say("Unified social credit code"), "park": say("Park"),
    "industry_code": say("Industry"), "unit_id": say("Responsible unit"), "statistician": say("Named statistician"),
    "statistician_phone": say("Statistician's work phone"), "lead_id": say("Project"),
    "entered_on": say("In the park since"), "left_on": say("Left the park on"),
    "scale_on": say("In the statistics of industry since"), "note": say("Note"),
}  # fmt: skip


def tabs(active: str) -> list[tuple[str, str, bool]]:
    """Return the pages of statistics as chips: words, address, whether we are there."""
    places = (
        ("index", say("Register of enterprises")), ("missing", say("Missing returns")), ("questions", say("Questions")),
        ("uncounted", say("Not counted")), ("vouchers", say("Money and activity")), ("city", say("Totals of the city")),
    )  # fmt: skip
    return [(words_of(text), url_for(f"statistics.{code}"), code == active) for code, text in places]


def asked_month(default: str = "") -> str:
    """Return the month that the address asks for; anything unreadable is the last month that is over."""
    try:
        return read_month(request.args.get("month", ""))
    except ValueError:
        return default or last_over(today())


def own_enterprise(enterprise_id: int, permission: str = "statistics.view") -> EnterpriseRow:
    """Return an enterprise in reach, or refuse."""
    found = enterprise(enterprise_id, actor(), permission)
    if found is None:
        raise refuse("enterprise.unknown", say("There is no such enterprise, or it is not your unit's."), status=404)
    return found


def may_change(row: EnterpriseRow, permission: str = ENTER) -> bool:
    """Tell whether the one who looks may change this enterprise."""
    reach = scope(actor(), permission)
    return reach == "all" or (reach == "unit" and row.unit_id == actor().unit_id)


@blueprint.get("")
@needs("statistics.view")
def index() -> str:
    """Show the register with the figures of a month."""
    by, month = actor(), asked_month()
    parks = dictionary("parks")
    park = request.args.get("park", "") if request.args.get("park", "") in parks else ""
    state = request.args.get("state", "")
    words = request.args.get("q", "")[:80]
    wanted = Asked(month, park, words, state, request.args.get("at", ""))
    found, counts = list_page(by, wanted), list_counts(by, wanted)
    kept = {"month": month, "park": park, "state": state, "q": words}

    def there(**changes: Any) -> str:
        return url_for(".index", **{key: value for key, value in {**kept, **changes}.items() if value})

    last = last_over(today())
    return render(
        "statistics/index.html", tabs=tabs("index"), rows=[_line(row, month) for row in found.rows], heads=heads(),
        month=month, words=words, counts=counts, kept=kept,
        months=[(one, there(month=one), one == month)
                for one in months_between(shift(last, 1 - MONTHS_OFFERED), last)][::-1],
        parks=[("", _("All parks"), there(park=""), not park),
               *((code, _(name), there(park=code), code == park) for code, name in parks.items())],
        states=[(_("All"), there(state=""), not state, counts.all),
                (_("Figures in"), there(state="returned"), state == "returned", counts.returned),
                (_("Missing"), there(state="missing"), state == "missing", counts.owing - counts.returned),
                (_("Left the park"), there(state="left"), state == "left", None)],
        next_url=there(at=found.next_cursor) if found.next_cursor else None,
        prev_url=there(at=found.previous_cursor) if found.previous_cursor else None,
        may_enter=may(by, ENTER),
    )  # fmt: skip


def _line(row: Any, month: str) -> dict[str, Any]:
    one = row.enterprise
    came = shanghai_date(row.recorded_at) if row.recorded_at else None
    state = state_of(month, came, today(), entered_on=one.entered_on, left_on=one.left_on)
    return {
        "id": one.id, "name": one.name, "uscc": one.uscc, "park": words_of(label("parks", one.park)),
        "industry": industry_name(one.industry_code), "statistician": one.statistician, "unit": one.unit_name,
        "left": one.left_on, "lead": one.lead_number, "state": told_state(state),
        "figures": [show_measure(measure.name, row.figures.get(measure.name)) for measure in MEASURES],
    }  # fmt: skip


@blueprint.get("/enterprises/<int:enterprise_id>")
@needs("statistics.view")
def show(enterprise_id: int) -> str:
    """Show one enterprise: facts, what its figures ask, both series of each pair, its months, its history."""
    by, row, day = actor(), own_enterprise(enterprise_id), today()
    last = last_over(day)
    versions = returns_of(enterprise_id)
    figures = {one.month: one.figures for one in versions if one.superseded_at is None}
    first = min([*figures, last])
    known = list(months_between(max(first, shift(last, 1 - MONTHS_SHOWN)), last))[::-1]
    months = known if "all" in request.args else known[:MONTHS_FIRST]
    came = {month: when for (_id, month), when in came_on([enterprise_id], months).items()}
    states = {
        month: state_of(month, came.get(month), day, entered_on=row.entered_on, left_on=row.left_on)
        for month in months
    }
    found = [told_question(one) for one in asked(by, day, enterprise_id=enterprise_id)]
    drawn = [pair_view(pair, figures, last) for pair in statistics_rules().pairs]
    return render(
        "statistics/show.html", row=row, tabs=tabs(""), heads=heads(), park=words_of(label("parks", row.park)),
        industry=industry_name(row.industry_code), months=month_rows(versions, came, day, months, states),
        pairs=[{**one, "questions": [each for each in found if each["kind"] == one["code"]]} for one in drawn],
        history=_history(history(enterprise_id)), may_enter=may_change(row), form=ExplanationForm(),
        may_explain=may_change(row, "statistics.explain"), may_lead=may(by, "lead.view"),
        shows_phone=may(by, "lead.phone"), last=last,
        more_url=url_for(".show", enterprise_id=row.id, all="") + "#months" if len(months) < len(known) else None,
    )  # fmt: skip


def _history(rows: list[FactRow]) -> list[dict[str, Any]]:
    """Return the history as the timeline shows it: what was recorded at once is one entry."""
    unit_names = {str(unit.id): unit.name for unit in units(active_only=False)}
    before: dict[str, str] = {}
    told: dict[tuple[Any, str, Any, str], list[dict[str, str]]] = {}
    for row in reversed(rows):
        key = (row.recorded_at, row.by_name, row.happened_on, row.reason)
        value = _value(row, unit_names)
        told.setdefault(key, []).append(
            {"name": words_of(FACT_LABELS.get(row.fact, say("Fact"))), "old": before.get(row.fact, ""), "new": value}
        )
        before[row.fact] = value
    return [
        {"when": f"{shanghai_time(at):%Y-%m-%d %H:%M}", "who": who, "tone": "", "changes": changes,
         "text": _("So since %(day)s.", day=since) + (f" {reason}" if reason else "")}
        for (at, who, since, reason), changes in reversed(told.items())
    ]  # fmt: skip


def _value(row: FactRow, unit_names: dict[str, str]) -> str:
    value = row.value or "—"
    if row.fact == "park":
        return words_of(label("parks", row.value))
    if row.fact == "unit_id":
        return unit_names.get(value, value)
    if row.fact == "statistician_phone" and row.value and not may(actor(), "lead.phone"):
        return HIDDEN
    return industry_name(value) if row.fact == "industry_code" else value


@blueprint.route("/enterprises/new", methods=["GET", "POST"])
@needs("statistics.enter")
def new() -> Any:
    """Enter an enterprise."""
    form = _offered(EnterpriseForm(request.form, data={"unit_id": str(actor().unit_id or "")}))
    status = 200
    if request.method == "POST":
        try:
            made = add_enterprise(check(form), by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The enterprise stands in the register."))
            return redirect(url_for(".show", enterprise_id=made))
    return _form_page(form, status, None)


@blueprint.route("/enterprises/<int:enterprise_id>/edit", methods=["GET", "POST"])
@needs("statistics.enter")
def edit(enterprise_id: int) -> Any:
    """Change an enterprise's facts."""
    row = own_enterprise(enterprise_id, ENTER)
    known = {**row.__dict__, "unit_id": str(row.unit_id)}
    form = _offered(EnterpriseForm(request.form, data=known))
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            version = int(values["version"]) if str(values["version"]).isdigit() else 0
            edit_enterprise(enterprise_id, values, version=version, reason=values["reason"] or "",
                            happened_on=values["happened_on"], by=actor(), at=now())  # fmt: skip
        except Refusal as refusal:
            if refusal.status == 404:  # noqa: PLR2004 - not there to be changed
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The register is changed; what was known before stays in the history."))
            return redirect(url_for(".show", enterprise_id=enterprise_id))
    return _form_page(form, status, row)


def _offered(form: EnterpriseForm) -> EnterpriseForm:
    by = actor()
    wide = scope(by, ENTER) == "all"
    form.offer([(unit.id, unit.name) for unit in units() if wide or unit.id == by.unit_id])
    return form


def _form_page(form: EnterpriseForm, status: int, row: EnterpriseRow | None) -> tuple[str, int]:
    return page(
        "statistics/enterprise_form.html", status=status, form=form, row=row,
        weighty=[words_of(FACT_LABELS[name]) for name in WEIGHTY],
        back_url=url_for(".show", enterprise_id=row.id) if row else url_for(".index"),
    )  # fmt: skip
