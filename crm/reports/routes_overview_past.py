"""Pages of past days: two days compared, months closed, and what was corrected after a month was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import end_of_day, now, shanghai_date, today
from crm.core.days import read_day
from crm.core.errors import Refusal, refuse, say
from crm.core.money import show_wan
from crm.core.web import actor, flash_refusal, gaps, needs, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.rules import BY_NAME, HISTORY_LABELS, STAGE_LABELS, STATUS_LABELS
from crm.reports.operations_closes import close_month
from crm.reports.queries_closes import closed_month, closed_months
from crm.reports.queries_overview import named, recorded_since
from crm.reports.queries_standing import standing
from crm.reports.routes_figures import DIMENSION_LABELS, Words
from crm.reports.routes_overview import blueprint, last_month_end
from crm.reports.routes_overview_shown import FIVE_LABELS
from crm.reports.rules_closes import unpacked
from crm.reports.rules_compare import changes, differences_of, moved
from crm.reports.rules_overview import EMPTY, FIVE
from crm.reports.rules_standing import DIMENSIONS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from crm.core.errors import Finding
    from crm.reports.rules_day import Standing
    from crm.reports.rules_standing import State

MOST = 100
MONEY = ("investment", "contracted", "paid")
CHANGE_LABELS = {
    "stage": say("Stage"), "status": say("Status"), "opening": say("Ledger entry without proof"),
    "investment": say("Total investment"), "contracted": say("Contracted"), "paid": say("Paid in, recognised"),
    "landed_on": say("Landed"), **DIMENSION_LABELS,
}  # fmt: skip


@blueprint.get("/overview/compare")
@needs("overview.view")
def compare() -> tuple[str, int]:
    """Show what moved between two days: in and out of each number, with the projects."""
    findings: list[Finding] = []
    second = read_day(request.args.get("second"), "second", today(), findings) or today()
    first = read_day(request.args.get("first"), "first", today(), findings) or last_month_end(second)
    known = read_day(request.args.get("known"), "known", today(), findings)
    if not findings and first >= second:
        findings.append(refuse("compare.order", say("The first day must lie before the second."), "first").findings[0])
        first = last_month_end(second)
    moment = end_of_day(known) if known else None
    one, other = (standing(today(), as_of=day, known=moment) for day in (first, second))
    found, ids = moved(one, other), differences_of(one, other)
    first_states, second_states = one.states, other.states
    listed = {lead_id for part in found for lead_id in (*part.entered[:MOST], *part.left[:MOST])}
    listed |= {lead_id for part in found for lead_id, _fen in part.changed[:MOST]} | set(ids[:MOST])
    names = named(listed)
    words = Words()
    return page(
        "reports/compare.html", 422 if findings else 200, first=first, second=second, known=known,
        findings=gaps(findings), most=MOST, total=len(ids),
        figures=[_figure(part, one, other, names) for part in found],
        rows=[{"named": names[lead_id], "changes": _told(first_states.get(lead_id), second_states.get(lead_id), words)}
              for lead_id in ids[:MOST]],
        typed={name: request.args.get(name, "")[:20] for name in ("first", "second", "known")},
    )  # fmt: skip


def _figure(part: Any, one: Standing, other: Standing, names: dict[int, Any]) -> dict[str, Any]:
    money = part.name == "paid"
    old, new = (stand.cube.cell(part.name) for stand in (one, other))
    return {
        "name": part.name, "label": render(FIVE_LABELS[part.name]), "money": money,
        "old": old.paid if money else old.n, "new": new.paid if money else new.n,
        "entered": len(part.entered), "left": len(part.left), "changed": len(part.changed),
        "parts": [
            (render(title), [{"named": names[lead_id], "fen": fen} for lead_id, fen in lines])
            for title, lines in (
                (say("came in"), [(lead_id, None) for lead_id in part.entered[:MOST]]),
                (say("left"), [(lead_id, None) for lead_id in part.left[:MOST]]),
                (say("money changed"), list(part.changed[:MOST])),
            ) if lines
        ],
    }  # fmt: skip


def _told(old: State | None, new: State | None, words: Words) -> list[dict[str, str]]:
    if old is None or new is None:
        text = render(say("was not there") if old is None else say("is no longer there"))
        stage = (new or old).stage  # type: ignore[union-attr]
        return [{"name": render(CHANGE_LABELS["stage"]), "old": text if old is None else _word("stage", stage, words),
                 "new": _word("stage", stage, words) if old is None else text}]  # fmt: skip
    return [
        {"name": render(CHANGE_LABELS[name]), "old": _word(name, before, words), "new": _word(name, after, words)}
        for name, before, after in changes(old, new)
    ]


def _word(name: str, value: object, words: Words) -> str:
    if name == "opening":
        return render(say("yes") if value else say("no"))
    if value is None or value == "":
        return "—"
    if name in MONEY and isinstance(value, int):
        return f"{show_wan(value)} {render(say('10k yuan'))}"
    if name in DIMENSIONS:
        return words.of(name, str(value))
    known = {"stage": STAGE_LABELS, "status": STATUS_LABELS}.get(name, {})
    return render(known.get(str(value), str(value)))


# --- closed months


@blueprint.get("/overview/months")
@needs("overview.view")
def months() -> tuple[str, int]:
    """List the closed months, and offer to close the latest one that is over."""
    found = closed_months()
    over = last_month_end(today())
    month = f"{over:%Y-%m}"
    return page(
        "reports/months.html", months=[(one, unpacked(one.figures)) for one in found], empty=EMPTY,
        five=[(name, render(FIVE_LABELS[name])) for name in FIVE],
        to_close=month if may(actor(), "month.close") and all(one.month != month for one in found) else "",
    )  # fmt: skip


@blueprint.post("/overview/months")
@needs("month.close")
def close() -> Response:
    """Close a month."""
    try:
        close_month(request.form.get("month", ""), by=actor(), at=now())
        say_done(_("The month is closed; its figures and their hash are on record."))
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - HTTP's own number
            raise
        flash_refusal(refusal)
    return redirect(url_for(".months"))


@blueprint.get("/overview/months/<month>")
@needs("overview.view")
def month(month: str) -> tuple[str, int]:
    """Show a closed month: its frozen figures, what they would be as known now, and the late entries between."""
    closed = closed_month(month)
    if closed is None:
        raise refuse("month.open", say("This month is not closed."), status=404)
    frozen = unpacked(closed.figures)
    then = standing(today(), as_of=closed.as_of, known=closed.closed_at)
    later = standing(today(), as_of=closed.as_of)
    ids, then_states, later_states = differences_of(then, later), then.states, later.states
    corrections = recorded_since(ids, until=closed.as_of, since=closed.closed_at)
    names, words = named(ids), Words()
    figures = []
    for name in FIVE[:-1]:  # lights are counted anew each day by the clocks; nobody enters or corrects them
        old, new = frozen.get(name, EMPTY), later.cube.cell(name)
        money = name == "paid"
        figures.append({"label": render(FIVE_LABELS[name]), "money": money,
                        "old": old.paid if money else old.n, "new": new.paid if money else new.n})  # fmt: skip
    return page(
        "reports/month.html", closed=closed, closed_on=shanghai_date(closed.closed_at), figures=figures,
        rows=[
            {"named": names[lead_id], "changes": _told(then_states.get(lead_id), later_states.get(lead_id), words),
             "entries": [_entry(one) for one in corrections if one.lead_id == lead_id]}
            for lead_id in ids
        ],
    )  # fmt: skip


def _entry(one: Any) -> dict[str, Any]:
    fact = HISTORY_LABELS.get(one.fact) or (BY_NAME[one.fact].label if one.fact in BY_NAME else one.fact)
    return {"fact": render(fact), "happened_on": one.happened_on, "recorded_at": one.recorded_at, "by": one.by_name,
            "reason": one.reason}  # fmt: skip
