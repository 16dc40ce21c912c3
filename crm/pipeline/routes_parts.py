"""The later parts of a lead's page: fetched when the reader reaches them, or opened as pages of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from crm.accounts.queries import people, units
from crm.accounts.rules import may
from crm.approvals.queries import cases_of
from crm.approvals.routes_shown import told
from crm.audit.queries import entries_of
from crm.core.errors import refuse, say
from crm.core.look import look
from crm.core.paging import pack, unpack
from crm.core.web import actor, needs, page, wants_part
from crm.core.words import render
from crm.pipeline import routes_show_capital as views_capital
from crm.pipeline import routes_show_history as views_history
from crm.pipeline import routes_show_landing as views_landing
from crm.pipeline import routes_show_parts as views_parts
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_opened import opened
from crm.services.queries import matters_of
from crm.services.routes import told as told_matter
from crm.services.rules import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.core.errors import Text

HISTORY_SHOWN = 40
"""Entries of the trail at once; the older ones follow on request, to the very first."""


@blueprint.get("/leads/<int:lead_id>/parts/<part>")
@needs("lead.view")
def part(lead_id: int, part: str) -> tuple[str, int]:
    """Show one part of a lead's page: as a piece of it, or alone for who runs no scripts."""
    if part not in PARTS:
        raise refuse("part.unknown", say("A lead's page has no such part."), status=404)
    title, template, answer = PARTS[part]
    with look():
        row = opened(lead_id)
        piece = wants_part()
        return page(
            "leads/part.html", whole=not piece, part=template, title=render(title), number=row["number"],
            name=row["name"], lead_url=url_for("lead.show", lead_id=lead_id) + f"#{part}", **answer(row),
        )  # fmt: skip


def _assessment(row: dict[str, Any]) -> dict[str, Any]:
    return {"assessment": views_parts.assessment(row, actor())}


def _credit(row: dict[str, Any]) -> dict[str, Any]:
    cadres = [(person.id, person.name) for person in people(active_only=True) if "cadre" in person.roles]
    return {"credit": views_parts.credit(row, actor(), cadres)}


def _history(row: dict[str, Any]) -> dict[str, Any]:
    mark = unpack(request.args.get("before"), 1)
    before = mark[1][0] if mark and isinstance(mark[1][0], int) else None
    entries = entries_of("lead", row["id"], HISTORY_SHOWN + 1, before=before)
    shown = entries[:HISTORY_SHOWN]
    older = pack([shown[-1].id]) if len(entries) > HISTORY_SHOWN else None
    names = {
        "unit_id": {str(unit.id): unit.name for unit in units(active_only=False)},
        "owner_id": {str(person.id): person.name for person in people()},
    }
    return {
        "history": views_history.history(shown, names),
        "going_on": before is not None,
        "older_url": url_for(".part", lead_id=row["id"], part="history", before=older) if older else None,
    }


def _capital(row: dict[str, Any]) -> dict[str, Any]:
    return {"capital": views_capital.capital(row, actor())}


def _files(row: dict[str, Any]) -> dict[str, Any]:
    return {"files": views_landing.files(row, actor()), "upload_url": None}


def _approvals(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rows": [told(case) for case in cases_of(row["id"])],
        "list_url": url_for("approvals.project", lead_id=row["id"]),
        "may_record": may(actor(), "approval.record"),
        "matters": [told_matter(one) for one in matters_of(row["id"], actor())],
        "new_matters": [(render(text), url_for("services.new", category=code, lead=row["number"]))
                        for code, text in CATEGORIES.items()] if may(actor(), "matter.record") else [],
    }


PARTS: dict[str, tuple[Text, str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "assessment": (say("Assessment"), "leads/_assessment.html", _assessment),
    "capital": (say("Capital"), "leads/_capital.html", _capital),
    "files": (say("Files"), "leads/_files.html", _files),
    "approvals": (say("Approvals"), "leads/_approvals.html", _approvals),
    "credit": (say("Credit"), "leads/_credit.html", _credit),
    "history": (say("History"), "leads/_history.html", _history),
}
"""What is fetched later: its title, template, and what it shows. The costly parts, seldom the reason for a visit."""


def later(lead_id: int) -> list[tuple[str, str, str]]:
    """Return the later parts of a lead's page as code, title and address."""
    return [(code, render(title), url_for(".part", lead_id=lead_id, part=code)) for code, (title, *_) in PARTS.items()]
