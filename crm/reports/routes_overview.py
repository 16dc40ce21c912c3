"""Pages of the overview: where we are, the projects behind each figure, and the screen of a meeting room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from crm.accounts.rules import may
from crm.core.clock import end_of_day, today
from crm.core.days import read_days
from crm.core.errors import refuse, say
from crm.core.web import actor, gaps, needs, page
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.reports.queries_overview import named
from crm.reports.queries_standing import standing
from crm.reports.routes_figures import LIGHT_KINDS, Asked, Words, describe, link
from crm.reports.routes_overview_shown import (
    all_rates,
    cuts,
    five,
    forecast,
    funnel,
    landed_against_signed,
    lights,
    matrix,
    way,
)
from crm.reports.routes_targets import targets
from crm.reports.rules_standing import lights_of, weights
from crm.services.queries import MatterAsk, board, counts
from crm.services.routes import told
from crm.services.rules import CATEGORIES

if TYPE_CHECKING:
    from datetime import date

    from crm.core.errors import Finding
    from crm.reports.rules_day import Standing
    from crm.reports.rules_standing import State

blueprint = Blueprint("overview", __name__)
PAGE = 50
LONGEST_KEY = 120


def question() -> tuple[Asked, list[Finding]]:
    """Read which day a page asks for; what cannot be is told beside the page of today."""
    as_of, known, findings = read_days(request.args, today())
    return (Asked() if findings else Asked(as_of, known)), findings


def stand(asked: Asked, *, day: date | None = None) -> Standing:
    """Return where everything stands for a page's question, or on another day as known by it."""
    known = end_of_day(asked.known) if asked.known else None
    return standing(today(), as_of=day or asked.as_of, known=known)


def last_month_end(day: date) -> date:
    """Return the last day of the month before a day."""
    return day.replace(day=1) - timedelta(days=1)


def shown_day(asked: Asked, findings: list[Finding]) -> dict[str, Any]:
    """Return what the banner and the date fields of a page show."""
    return {
        "as_of": asked.as_of, "known": asked.known, "past": asked.as_of is not None or asked.known is not None,
        "day": asked.as_of or today(), "findings": gaps(findings),
        "typed": {name: request.args.get(name, "")[:20] for name in ("as_of", "known")},
    }  # fmt: skip


@blueprint.get("/overview")
@needs("overview.view")
def index() -> tuple[str, int]:
    """Show where we are, what is stuck and what to expect; of today or of any past day."""
    asked, findings = question()
    now = stand(asked)
    before = stand(asked, day=last_month_end(now.day))
    words = Words()
    return page(
        "reports/overview.html", 422 if findings else 200, shown=shown_day(asked, findings), before=before.day,
        five=five(now, before, asked), funnel=funnel(now.cube, asked), cuts=cuts(now.cube, asked, words),
        matrix=matrix(now.cube, asked, words), way=way(now.cube, asked), rates=all_rates(now.cube, asked),
        against=landed_against_signed(now.cube, asked, words), forecast=forecast(now.cube, now.day, asked),
        lights=lights(now.cube, asked), worst=_worst(now, asked), targets=targets(now.day, asked),
        may_close=may(actor(), "month.close"), address=asked.address, followed=_followed(asked),
    )  # fmt: skip


def _followed(asked: Asked) -> dict[str, Any] | None:
    """Return what was decided or asked for and is late, with how much is open; only of today, for who may see it."""
    if asked.address or not may(actor(), "matter.view"):
        return None
    rows = counts(actor(), today())
    late = board(MatterAsk(show="late"), actor(), today()).rows[: weights().lines]
    return {
        "rows": [told(row) for row in late], "late": sum(row.late for row in rows),
        "open": [(render(CATEGORIES[row.category]), row.open, url_for("services.index", category=row.category))
                 for row in rows if row.open],
        "url": url_for("services.index", show="late"),
    }  # fmt: skip


def _worst(now: Standing, asked: Asked) -> list[dict[str, Any]]:
    """Return the first lines of the lists that ask for action: stuck, without update, start overdue, behind plan."""
    wanted = (("stuck",), ("light", "update", "red"), ("light", "start", "red"), ("light", "plan", "red"))
    picked = [(key, *now.longest(key, weights().lines)) for key in wanted]
    names = named(state.id for _, states, _ in picked for state in states)
    return [
        {
            "title": describe(key, Words()), "total": total, "url": link(key, asked) if total else "",
            "rows": [_line(state, names[state.id], now.day) for state in states],
        }
        for key, states, total in picked
    ]  # fmt: skip


def _line(state: State, known: Any, day: date) -> dict[str, Any]:
    return {
        "id": state.id, "named": known, "stage": state.stage, "stage_label": render(STAGE_LABELS[state.stage]),
        "days": (day - state.since).days, "silent": max(0, (day - state.sign_on).days),
        "status": state.status, "status_label": render(STATUS_LABELS[state.status]), "opening": state.opening,
        "investment": state.investment, "contracted": state.contracted, "paid": state.paid,
        "landed_on": state.landed_on, "since": state.since,
        "lights": [
            {"label": render(LIGHT_KINDS[kind]), "light": light}
            for kind, light in (lights_of(state, day) if state.status == "active" and not state.opening else [])
        ],
    }  # fmt: skip


@blueprint.get("/overview/leads")
@needs("overview.view")
def leads() -> tuple[str, int]:
    """List exactly the projects that a figure counts, on the day it counts them."""
    asked, findings = question()
    key = tuple(request.args.get("key", "")[:LONGEST_KEY].split("."))
    words = Words()
    title = describe(key, words)
    if title is None:
        raise refuse("figure.unknown", say("There is no such figure."), status=404)
    now = stand(asked)
    at = _page_number(now.cube.cell(*key).n)
    found = now.page(key, at * PAGE, PAGE)
    names = named(state.id for state in found.states)
    kept: dict[str, Any] = {"key": ".".join(key), **asked.address}
    return page(
        "reports/overview_leads.html", 422 if findings else 200, shown=shown_day(asked, findings), title=title,
        rows=[_line(state, names[state.id], now.day) for state in found.states], total=found.total,
        first=at * PAGE + 1, investment=found.investment, contracted=found.contracted, paid=found.paid,
        previous_url=url_for(".leads", **kept, page=at) if at else None, key=".".join(key),
        next_url=url_for(".leads", **kept, page=at + 2) if (at + 1) * PAGE < found.total else None,
        back=url_for(".index", **asked.address),
    )  # fmt: skip


def _page_number(total: int) -> int:
    text = request.args.get("page", "1")
    wanted = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < len("1000000") else 0
    return max(0, min(wanted, (total - 1) // PAGE if total else 0))


@blueprint.get("/overview/screen")
@needs("overview.view")
def screen() -> tuple[str, int]:
    """Show the overview in large figures for a meeting room, one matter a screen, moved by the arrow keys."""
    asked, findings = question()
    now = stand(asked)
    before = stand(asked, day=last_month_end(now.day))
    words = Words()
    return page(
        "reports/screen.html", 422 if findings else 200, shown=shown_day(asked, findings), before=before.day,
        five=five(now, before, asked), funnel=funnel(now.cube, asked), matrix=matrix(now.cube, asked, words),
        against=landed_against_signed(now.cube, asked, words), forecast=forecast(now.cube, now.day, asked),
        worst=_worst(now, asked), targets=targets(now.day, asked), rates=all_rates(now.cube, asked),
        back=url_for(".index", **asked.address),
    )  # fmt: skip
