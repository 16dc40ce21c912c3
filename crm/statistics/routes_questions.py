"""Pages of questions: what figures ask, what statistics do not have, money that does not fit; answers; city totals."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from crm.accounts.rules import may, scope
from crm.core.clock import now, today
from crm.core.days import read_days
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.money import show_wan
from crm.core.web import actor, flash_refusal, gaps, needs, own_path, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.leads.queries import lead_row
from crm.leads.rules_clocks import clocks
from crm.profile.rules import label
from crm.statistics.forms import CityForm, ExplanationForm
from crm.statistics.operations import explain, record_total
from crm.statistics.queries import city_totals
from crm.statistics.queries_checks import asked, asked_months
from crm.statistics.queries_uncounted import uncounted_enterprises, uncounted_projects, voucher_questions
from crm.statistics.queries_uncounted_past import uncounted_projects_on
from crm.statistics.routes import blueprint, tabs
from crm.statistics.rules import INDICATORS, last_over, statistics_rules
from crm.statistics.rules_sentences import BASES, definitions
from crm.statistics.views import pairs, told_answers, told_question

LIGHTS = {"red": "red", "yellow": "yellow", "calm": "none"}
LIGHT_WORDS = {"red": say("Two months or more"), "yellow": say("One month or more"), "calm": say("Not a month yet")}
WAYS = ("paid_quiet", "active_unpaid")


@blueprint.get("/questions")
@needs("statistics.view")
def questions() -> str:
    """Show what figures ask, the furthest from usual first."""
    day = today()
    month = request.args.get("month", "")
    kind, show = request.args.get("kind", ""), request.args.get("show", "open")
    found = asked(actor(), day)
    counts = {"open": sum(one.open for one in found), "all": len(found)}
    kept = {"month": month, "kind": kind, "show": show if show == "all" else ""}

    def there(**changes: Any) -> str:
        asked_for: dict[str, Any] = {**kept, **changes}
        return url_for(".questions", **{key: value for key, value in asked_for.items() if value})

    chosen = [
        one
        for one in found
        if (show == "all" or one.open) and (not month or one.question.month == month)
        and (not kind or one.question.kind == kind)
    ]  # fmt: skip
    return render(
        "statistics/questions.html", tabs=tabs("questions"), rows=[told_question(one) for one in chosen],
        shows=[(_("Not explained yet"), there(show=""), show != "all", counts["open"]),
               (_("All"), there(show="all"), show == "all", counts["all"])],
        kinds=[(_("All pairs"), there(kind=""), not kind),
               *((words, there(kind=code), code == kind) for code, words in pairs())],
        months=[(_("All months"), there(month=""), not month),
                *((one, there(month=one), one == month) for one in asked_months(day)[::-1][:6])],
        definitions=[words_of(text) for text in definitions(statistics_rules())], rules=statistics_rules(),
        bases={code: words_of(text) for code, text in BASES.items()},
    )  # fmt: skip


@blueprint.get("/uncounted")
@needs("statistics.view")
def uncounted() -> str:
    """List the projects and enterprises that statistics should have and do not."""
    by = actor()
    as_of, known, findings = read_days(request.args, today())
    past = not findings and (as_of is not None or known is not None)
    as_of, known = (as_of, known) if past else (None, None)
    day = as_of or today()
    listed = uncounted_projects_on(by, day, known) if past else uncounted_projects(by, day)
    lights = {code: words_of(text) for code, text in LIGHT_WORDS.items()}
    projects = [
        {"row": one, "park": words_of(label("parks", one.park)), "light": LIGHTS[one.light],
         "light_words": _("as the ledger says; no clock runs") if one.opening else lights[one.light],
         "amount": show_wan(one.investment_fen), "answers": told_answers(one.answers, None)}
        for one in listed
    ]  # fmt: skip
    enterprises = [
        {"row": one, "park": words_of(label("parks", one.park)), "light": LIGHTS[one.light],
         "light_words": lights[one.light], "amount": show_wan(one.revenue_fen),
         "answers": told_answers(one.answers, None)}
        for one in uncounted_enterprises(by, day, known=known)
    ]  # fmt: skip
    return render(
        "statistics/uncounted.html", tabs=tabs("uncounted"), projects=projects, enterprises=enterprises,
        from_project=show_wan(clocks().statistics_from_fen), from_enterprise=show_wan(statistics_rules().scale_fen),
        rules=statistics_rules(), clocks=clocks(), may_lead=may(by, "lead.view"), today=today().isoformat(),
        shown={"past": past, "day": day, "known": known, "findings": gaps(findings),
               "typed": {name: request.args.get(name, "")[:20] for name in ("as_of", "known")}},
    )  # fmt: skip


@blueprint.get("/vouchers")
@needs("statistics.view")
def vouchers() -> str:
    """List vouchers without activity and activity without vouchers."""
    found = voucher_questions(actor(), today())
    show_all = request.args.get("show") == "all"
    rows: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for one in found:
        if show_all or one.open:
            rows[one.kind].append({"row": one, "text": words_of(one.text),
                                   "answers": told_answers(one.answers, one.about)})  # fmt: skip
    return render(
        "statistics/vouchers.html", tabs=tabs("vouchers"), paid_quiet=rows["paid_quiet"],
        active_unpaid=rows["active_unpaid"], rules=statistics_rules(), limit=show_wan(statistics_rules().voucher_fen),
        shows=[(_("Not explained yet"), url_for(".vouchers"), not show_all, sum(one.open for one in found)),
               (_("All"), url_for(".vouchers", show="all"), show_all, len(found))],
        may_explain=may(actor(), "statistics.explain"),
    )  # fmt: skip


@blueprint.post("/explanations")
@needs("statistics.explain")
def answer() -> Any:
    """Take an answer to a question and go back to where it was asked."""
    sent = request.form
    try:
        values = check(ExplanationForm(sent))
        explain(
            sent.get("kind", ""), text=values["text"] or "", about=sent.get("about", "")[:255],
            month=sent.get("month", "")[:7], enterprise_id=_id(sent.get("enterprise_id")),
            lead_id=_id(sent.get("lead_id")), by=actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    else:
        say_done(_("The explanation is on record."))
    return redirect(own_path(sent.get("back")) or url_for(".questions"))


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - BIGINT


@blueprint.route("/leads/<int:lead_id>", methods=["GET", "POST"])
@needs("statistics.explain")
def lead_reason(lead_id: int) -> Any:
    """Say why a project is not in statistics, or see what was said; the requirement of production asks for it."""
    row = lead_row(lead_id, actor(), "statistics.explain")
    if row is None:
        raise refuse("lead.unknown", say("There is no such project, or it is not yours to see."), status=404)
    form = ExplanationForm(request.form)
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            explain("uncounted", text=values["text"] or "", about="", lead_id=lead_id, by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The reason is on record."))
            return redirect(url_for("lead.show", lead_id=lead_id))
    found = uncounted_projects(actor(), today(), lead_id)
    return page(
        "statistics/lead.html", status=status, lead=row, form=form, limit=show_wan(clocks().statistics_from_fen),
        asked=found[0] if found else None, answers=told_answers(found[0].answers if found else (), None),
        may_edit=may(actor(), "lead.edit"),
    )  # fmt: skip


@blueprint.route("/city", methods=["GET", "POST"])
@needs("statistics.view")
def city() -> Any:
    """Show the totals of the city with their sources; whoever may records one."""
    last = last_over(today())
    may_record = scope(actor(), "statistics.city") == "all"
    form = CityForm(request.form, data={"year": int(last[:4]), "through": int(last[5:])})
    status = 200
    if request.method == "POST":
        try:
            record_total(check(form), by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status == 403:  # noqa: PLR2004 - forbidden
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The total is on record."))
            return redirect(url_for(".city"))
    rows = [
        {"row": one, "indicator": words_of(INDICATORS.get(one.indicator, say("City total"))),
         "amount": show_wan(one.amount_fen), "old": one.superseded_at is not None}
        for one in city_totals()
    ]  # fmt: skip
    return page(
        "statistics/city.html", status=status, tabs=tabs("city"), rows=rows, form=form, may_record=may_record,
    )  # fmt: skip
