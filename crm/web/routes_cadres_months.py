"""Pages of monthly reports: a cadre's month on one page, and who has not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.queries import person
from crm.accounts.rules import may
from crm.cadres.forms_reports import ExcuseForm, MonthForm
from crm.cadres.operations_reports import excuse_month, send_report, take_back_excuse
from crm.cadres.queries_reports import month_states, owed_months, report_of
from crm.cadres.routes import blueprint
from crm.cadres.rules_reports import MONTH, month_of, report_rules
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries_month import month_facts
from crm.leads.rules import CONTACT_KINDS, STAGE_LABELS

if TYPE_CHECKING:
    from crm.cadres.queries_reports import MonthState

STATE_WORDS = {
    "sent": say("sent"),
    "late": say("sent too late"),
    "excused": say("excused"),
    "open": say("not sent yet"),
    "due": say("overdue"),
    "missed": say("missed"),
}
TONES = {"sent": "good", "late": "bad", "excused": "calm", "open": "warn", "due": "bad", "missed": "bad"}


def told_month(one: MonthState) -> dict[str, Any]:
    """Return an owed month as lists show it."""
    state = one.state(today())
    return {"one": one, "state": state, "words": render(STATE_WORDS[state]), "tone": TONES[state]}


def _facts(kept: dict[str, Any]) -> dict[str, Any]:
    """Put the kept facts of a month into words."""
    return {
        "reported": [f"{number} {name}" for number, name in kept.get("reported", [])],
        "contacts": [
            f"{day} {render(CONTACT_KINDS[kind])} · {number} {name}" for number, name, day, kind in kept["contacts"]
        ],
        "stages": [f"{day} {render(STAGE_LABELS[stage])} · {number} {name}"
                   for number, name, day, stage in kept["stages"]],
        "visits": kept.get("visits", 0),
    }  # fmt: skip


@blueprint.route("/months/mine/<month>", methods=["GET", "POST"])
@needs("monthly.send")
def my_month(month: str) -> Any:
    """Complete and send the own report of a month; what happened is filled in."""
    who = actor().person_id or 0
    wanted = next((one for one in owed_months(today(), cadre_id=who) if one.month == month), None)
    sent = report_of(who, month) if MONTH.fullmatch(month) else None
    if wanted is None and sent is None:
        raise refuse("report.not_owed", say("No report is asked for this month, or it cannot be sent yet."), status=404)
    form: Any = MonthForm(request.form)
    facts = sent.facts if sent else month_facts(who, wanted.starts_on, wanted.ends_on).kept() if wanted else {}
    status = 200
    if request.method == "POST":
        try:
            check(form)
            send_report(month, form.data, facts, by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The report of %(month)s is sent.", month=month))
            return redirect(url_for("cadres.index"))
    elif not sent:
        form.work.data = _first_words(_facts(facts))
    return page("cadres/month.html", status, form=form, month=month, owed=wanted, sent=sent, facts=_facts(facts))


def _first_words(facts: dict[str, Any]) -> str:
    """Return a first draft of the month in words, from what happened."""
    lines = [_("Reported: %(what)s", what=one) for one in facts["reported"]]
    lines += facts["stages"]
    if facts["contacts"]:
        lines.append(_("%(n)s contacts, of them %(m)s visits", n=len(facts["contacts"]), m=facts["visits"]))
    return "\n".join(lines)[:1800]


@blueprint.get("/months")
@needs("monthly.view")
def months() -> tuple[str, int]:
    """Show who has sent the report of a month and who has not."""
    return _months(ExcuseForm(), 200)


def _months(form: Any, status: int) -> tuple[str, int]:
    everything = month_states(today())
    known = sorted({one.owed.month for one in everything}, reverse=True)
    asked = request.args.get("month", "")
    chosen = asked if asked in known else (known[0] if known else month_of(today()))
    rows = [told_month(one) for one in everything if one.owed.month == chosen]
    rows.sort(key=lambda item: (item["state"] in ("sent", "excused"), item["one"].cadre_name))
    missed: dict[str, int] = {}
    for one in everything:
        missed[one.cadre_name] = missed.get(one.cadre_name, 0) + (one.state(today()) in ("missed", "late"))
    return page(
        "cadres/months.html", status, form=form, chosen=chosen, known=known[:13], rows=rows,
        open_count=sum(item["state"] not in ("sent", "late", "excused") for item in rows),
        missed=sorted(((n, name) for name, n in missed.items() if n), reverse=True), rules=report_rules(),
        may_excuse=may(actor(), "monthly.excuse"),
    )  # fmt: skip


@blueprint.get("/months/<int:cadre_id>/<month>")
@needs("monthly.view")
def month_sent(cadre_id: int, month: str) -> tuple[str, int]:
    """Show the report that a cadre sent."""
    sent = report_of(cadre_id, month) if MONTH.fullmatch(month) else None
    if sent is None:
        raise refuse("report.unknown", say("There is no such report."), status=404)
    return page("cadres/month.html", form=MonthForm(), month=month, owed=None, sent=sent, facts=_facts(sent.facts))


@blueprint.post("/months/<int:cadre_id>/<month>/excuse")
@needs("monthly.excuse")
def excuse(cadre_id: int, month: str) -> Any:
    """Excuse a month, or take the excuse back."""
    try:
        if request.form.get("back"):
            take_back_excuse(cadre_id, month, by=actor(), at=now())
            say_done(_("The excuse is taken back."))
        else:
            excuse_month(cadre_id, month, request.form.get("reason", ""), by=actor(), at=now())
            who = person(cadre_id)
            say_done(_("%(name)s is excused for %(month)s.", name=who.name if who else "", month=month))
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - who may not gets the page that says so
            raise
        flash_refusal(refusal)
    return redirect(url_for("cadres.months", month=month))
