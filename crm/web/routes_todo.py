"""The page 待办: what waits for me, until when, and one click to do it; every room supplies its own lines."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, request, url_for

from config import ROOT
from crm.accounts.rules import may
from crm.core.clock import today
from crm.core.due import LIGHT_TITLES, LIGHTS, MOST, Answer, Due, Source, gather
from crm.core.web import actor, needs, page, render
from crm.core.words import render as words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

blueprint = Blueprint("todo", __name__)
PAGE_LINES = 50
BADGE_SECONDS = 60
LONGEST_PAGE = 6


@lru_cache
def sources() -> tuple[Source, ...]:
    """Return what every room asks: the tuples DUE of the files queries_due*.py."""
    paths = sorted((ROOT / "crm").glob("*/queries_due*.py"))
    modules = [importlib.import_module(f"crm.{path.parent.name}.{path.stem}") for path in paths]
    return tuple(source for module in modules for source in module.DUE)


@blueprint.get("/todo")
@needs("todo.view")
def index() -> tuple[str, int]:
    """Show what waits for the person who looks, the most urgent first."""
    by, kind = actor(), request.args.get("kind", "")
    open_to = [source for source in sources() if may(by, source.permission)]
    answer = gather(open_to, by, today(), may)
    told = [line for line in answer.lines if not kind or line.kind == kind]
    at = min(_number(request.args.get("page", "")), max(1, -(-len(told) // PAGE_LINES)))
    shown = told[(at - 1) * PAGE_LINES : at * PAGE_LINES]
    return page(
        "web/todo.html",
        groups=_groups(shown, told),
        kinds=_kinds(open_to, answer, kind),
        total=len(told),
        urgent=answer.urgent,
        cut=bool(answer.cut),
        most=MOST,
        previous_url=_to(kind, at - 1) if at > 1 else None,
        next_url=_to(kind, at + 1) if at * PAGE_LINES < len(told) else None,
        shown_from=(at - 1) * PAGE_LINES + 1,
        shown_to=(at - 1) * PAGE_LINES + len(shown),
    )


@blueprint.get("/todo/count")
@needs("todo.view")
def badge() -> Response:
    """Give the figure beside the place: what is overdue or due soon; asked after the page, so that no page waits."""
    answer = gather(sources(), actor(), today(), may)
    found = make_response(render("web/_todo_count.html", urgent=answer.urgent))
    found.headers["Cache-Control"] = f"private, max-age={BADGE_SECONDS}"
    found.headers["Vary"] = "Cookie"
    return found


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= LONGEST_PAGE else 1


def _to(kind: str, at: int) -> str:
    return url_for(".index", kind=kind or None, page=at if at > 1 else None)


def _groups(shown: Sequence[Due], told: Sequence[Due]) -> list[dict[str, Any]]:
    return [
        {
            "light": light,
            "title": words_of(LIGHT_TITLES[light]),
            "count": sum(line.light == light for line in told),
            "lines": [_line(line) for line in shown if line.light == light],
        }
        for light in LIGHTS
        if any(line.light == light for line in shown)
    ]


def _line(line: Due) -> dict[str, Any]:
    arguments: dict[str, Any] = {**line.args, "_anchor": line.anchor or None}
    late = (today() - line.due_on).days
    return {
        "label": line.label,
        "sentence": words_of(line.sentence),
        "url": url_for(line.endpoint, **arguments),
        "due_on": line.due_on if line.light != "calm" or late < 0 else None,
        "late": late if line.light == "red" and late > 0 else 0,
        "kind": line.kind,
        "title": _titles()[line.kind],
        "who": line.who,
    }


def _titles() -> dict[str, str]:
    return {source.kind: words_of(source.title) for source in sources()}


def _kinds(open_to: Sequence[Source], answer: Answer, chosen: str) -> list[tuple[str, str, bool, str]]:
    titles = {source.kind: words_of(source.title) for source in open_to}
    return [
        (title, _to(code, 1), code == chosen, f"{answer.counts[code]}{'+' if code in answer.cut else ''}")
        for code, title in titles.items()
        if answer.counts.get(code)
    ]
