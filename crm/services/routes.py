"""Pages of matters: the board by category, a new matter, one matter with everything that happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.queries import units
from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.due import light_on
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.leads.queries_typed import with_lead
from crm.services.forms import (
    AnswerForm,
    CloseForm,
    DeadlineForm,
    MatterForm,
    OwnerForm,
    ProgressForm,
    ReopenForm,
)
from crm.services.operations import answer, close, hand_on, move_deadline, raise_matter, reopen, tell_progress
from crm.services.queries import MatterAsk, MatterRow, board, counts, matter_reached, steps_of
from crm.services.rules import CATEGORIES, RATINGS, STATES, STEPS, due_warnings, kinds, remind_days

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("services", __name__, url_prefix="/services")
SHOWN = ("open", "late", "answered", "closed")
CONFLICT = 409


def told(row: MatterRow) -> dict[str, Any]:
    """Return what a page says of a matter."""
    lamp = light_on(row.due_on, today(), remind_days()) if row.state == "open" else ""
    return {
        "row": row,
        "category": words_of(CATEGORIES[row.category]),
        "kind": _(kinds(row.category).get(row.kind, row.kind)),
        "state": words_of(STATES[row.state]),
        "light": {"red": "red", "yellow": "yellow", "calm": "green"}.get(lamp, "none"),
        "light_label": {"red": _("late"), "yellow": _("due soon"), "calm": _("in time")}.get(lamp, ""),
        "waiting": _waiting(row),
        "url": url_for("services.show", matter_id=row.id),
    }


def _waiting(row: MatterRow) -> str:
    if row.state == "open":
        who = f"{row.owner_unit} {row.owner}".strip()
        days = (today() - row.due_on).days
        if days > 0:
            return _("Waits for %(who)s, %(days)s days late", who=who, days=days)
        return _("Waits for %(who)s until %(day)s", who=who, day=row.due_on)
    if row.state == "answered":
        return _("Answered on %(day)s; whoever raised it is still to be heard", day=row.answered_on)
    return _("Closed on %(day)s: %(rating)s", day=row.closed_on, rating=RATINGS[row.rating])


@blueprint.get("/")
@needs("matter.view")
def index() -> str:
    """Show the board: what waits for whom, the most urgent first."""
    by, day = actor(), today()
    category, shown = request.args.get("category", ""), request.args.get("show", "open")
    unit = request.args.get("unit", "")
    ask = MatterAsk(
        category if category in CATEGORIES else "", shown if shown in SHOWN else "open",
        int(unit) if unit.isascii() and unit.isdigit() else None, request.args.get("cursor"),
    )  # fmt: skip
    rows = board(ask, by, day)
    figures = {row.category: row for row in counts(by, day)}
    kept: dict[str, Any] = {"category": ask.category or None, "show": ask.show, "unit": ask.unit_id}
    chosen = [figures[ask.category]] if ask.category in figures else [] if ask.category else list(figures.values())
    sums = {name: sum(getattr(row, name) for row in chosen) for name in SHOWN}
    words = {"open": _("Still open"), "late": _("Past its day"), "answered": _("Answered"), "closed": _("Settled")}
    return render(
        "services/index.html",
        rows=[told(row) for row in rows.rows],
        chips=[(words[code], url_for("services.index", **{**kept, "show": code}), code == ask.show, sums[code])
               for code in SHOWN],
        categories=[(words_of(text), url_for("services.index", **{**kept, "category": code}), code == ask.category,
                     figures[code].open if code in figures else 0) for code, text in CATEGORIES.items()],
        all_url=url_for("services.index", **{**kept, "category": None}), all_on=not ask.category,
        figures=[(words_of(CATEGORIES[code]), figures[code]) for code in CATEGORIES if code in figures],
        next_url=url_for("services.index", **{**kept, "cursor": rows.next_cursor}) if rows.next_cursor else None,
        new_urls=[(words_of(text), url_for("services.new", category=code)) for code, text in CATEGORIES.items()]
        if may(by, "matter.record") else [],
    )  # fmt: skip


def _units() -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units()]


@blueprint.route("/new/<category>", methods=["GET", "POST"])
@needs("matter.record")
def new(category: str) -> Any:
    """Enter a matter of a category."""
    if category not in CATEGORIES:
        raise refuse("matter.category", say("There is no such page."), status=404)
    posted = request.method == "POST"
    form = MatterForm(
        request.form if posted else None,
        data={"raised_on": today(), "lead_number": request.args.get("lead", ""), "kind": next(iter(kinds(category)))},
    )
    form.offer(category, _units())
    status = 200
    if posted:
        try:
            matter_id = raise_matter(_values(form, category), by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("It is on the list; the unit that answers finds it among its things to do."))
            for warning in due_warnings(category, form.raised_on.data, form.due_on.data):
                say_done(words_of(warning.text))
            return redirect(url_for("services.show", matter_id=matter_id))
    fields = [("kind", "", 6), ("raised_on", "", 6), ("title", "", 12), ("source", "", 6), ("lead_number", "", 6)]
    fields += [("about_unit_id", "", 6)] if category == "complaint" else []
    fields += [("owner_unit_id", "", 6), ("due_on", "", 6), ("detail", "", 12)]
    return page(
        "_form_page.html", status, title=words_of(CATEGORIES[category]), note="", form=form, fields=fields, files=False,
        save=_("Put on the list"), back_url=url_for("services.index"), crumb=_("Matters"),
    )  # fmt: skip


def _values(form: MatterForm, category: str) -> dict[str, Any]:
    values = with_lead(check(form), actor())
    for name in ("about_unit_id", "owner_unit_id"):
        values[name] = int(values[name]) if values[name] else None
    return {**values, "category": category}


NEXT = {"open": ("answer", "progress", "hand_on", "deadline"), "answered": ("close", "reopen"), "closed": ("reopen",)}
PERMISSIONS = {"answer": "matter.answer", "progress": "matter.answer", "hand_on": "matter.answer",
               "deadline": "matter.close", "close": "matter.close", "reopen": "matter.close"}  # fmt: skip
FORMS: dict[str, Any] = {"answer": AnswerForm, "progress": ProgressForm, "hand_on": OwnerForm, "deadline": DeadlineForm,
                         "close": CloseForm, "reopen": ReopenForm}  # fmt: skip


@blueprint.get("/<int:matter_id>")
@needs("matter.view")
def show(matter_id: int) -> tuple[str, int]:
    """Show one matter and what can be done to it."""
    return _matter_page(matter_id, {})


def _matter_page(matter_id: int, refused: dict[str, Any], status: int = 200) -> tuple[str, int]:
    by = actor()
    row = matter_reached(matter_id, by)
    if row is None:
        raise refuse("matter.unknown", say("There is no such matter, or it is not yours."), status=404)
    deeds = [deed for deed in NEXT[row.state] if may(by, PERMISSIONS[deed])]
    forms = {deed: refused.get(deed) or _form(deed, None) for deed in deeds}
    steps = [{"when": step.at, "who": step.by_name, "what": words_of(STEPS[step.kind]), "text": step.text,
              "old": step.old, "new": words_of(RATINGS[step.new]) if step.new in RATINGS else step.new}
             for step in steps_of(matter_id)]  # fmt: skip
    return page("services/show.html", status, **told(row), forms=forms, steps=steps, may_lead=may(by, "lead.view"))


def _form(deed: str, sent: Any) -> Any:
    form = FORMS[deed](sent)
    if deed == "hand_on":
        form.offer(_units())
    return form


@blueprint.post("/<int:matter_id>/<deed>")
@needs("matter.view")
def act(matter_id: int, deed: str) -> Any:
    """Do one thing to a matter; each deed asks for its own permission."""
    deeds: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
        "answer": lambda values, who: answer(matter_id, values["answer"], **who),
        "progress": lambda values, who: tell_progress(matter_id, values["text"], **who),
        "hand_on": lambda values, who: hand_on(matter_id, int(values["owner_unit_id"]), None, values["reason"], **who),
        "deadline": lambda values, who: move_deadline(matter_id, values["due_on"], values["reason"], **who),
        "close": lambda values, who: close(matter_id, values["rating"], values["note"] or "", **who),
        "reopen": lambda values, who: reopen(matter_id, values["due_on"], values["reason"], **who),
    }
    if deed not in deeds:
        raise refuse("matter.deed", say("There is no such page."), status=404)
    form = _form(deed, request.form)
    try:
        deeds[deed](check(form), {"by": actor(), "at": now()})
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        if refusal.status == CONFLICT:  # somebody else was faster: show what stands now
            flash_refusal(refusal)
            return redirect(url_for("services.show", matter_id=matter_id))
        refuse_into(form, refusal)
        return _matter_page(matter_id, {deed: form}, refusal.status)
    say_done(_("It is recorded."))
    return redirect(url_for("services.index") if deed == "hand_on" else url_for("services.show", matter_id=matter_id))
