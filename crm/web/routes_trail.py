"""The page of the trail: everything that was done or refused, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from crm.accounts.queries import people, units
from crm.accounts.rules import may
from crm.audit.queries import Entry, trail
from crm.audit.rules_words import ACTIONS, DOORS, OUTCOMES, action_words
from crm.core.clock import shanghai_time
from crm.core.errors import Text
from crm.core.web import actor, needs, offered, render
from crm.core.words import gettext as _
from crm.web.trail import UNTOLD, name_of, thing_of, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

blueprint = Blueprint("audit", __name__)
OPENED: Mapping[str, tuple[str, str, str]] = {
    "lead": ("lead.show", "lead_id", "lead.view"),
    "support": ("support.show", "item_id", "support.view"),
    "matter": ("services.show", "matter_id", "matter.view"),
    "enterprise": ("statistics.show", "enterprise_id", "statistics.view"),
}
"""The page of what an entry is about: endpoint, what it calls the id, and who may go there."""


def told(entry: Entry, known: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Turn an entry into what the page shows; `known` turns ids into names."""
    changes = [
        {"name": name_of(name), "old": value_of(name, change.get("old"), known),
         "new": value_of(name, change.get("new"), known)}
        for change in entry.changes if (name := str(change.get("name", ""))) not in UNTOLD
    ]  # fmt: skip
    return {
        "when": shanghai_time(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        "who": entry.actor_name,
        "door": DOORS.get(entry.door, Text(entry.door)),
        "what": action_words(entry.action),
        "refused": entry.outcome == "refused",
        "thing": thing_of(entry.thing_kind, entry.thing_label),
        "url": _page_of(entry),
        "changes": changes,
        "findings": [str(finding.get("text", "")) for finding in entry.findings],
    }


def _page_of(entry: Entry) -> str | None:
    endpoint, key, permission = OPENED.get(entry.thing_kind, ("", "", ""))
    if not endpoint or not entry.thing_id or not may(actor(), permission):
        return None
    place: dict[str, Any] = {key: entry.thing_id}
    return url_for(endpoint, **place)


def _known() -> dict[str, dict[str, str]]:
    return {
        "owner_id": {str(one.id): one.name for one in people()},
        "unit_id": {str(one.id): one.name for one in units(active_only=False)},
    }


@blueprint.get("/trail")
@needs("audit.view")
def index() -> str:
    """Show one page of the trail with its filters."""
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("action", "outcome", "who")}
    cursor = request.args.get("after")
    found = trail(action=asked["action"], outcome=asked["outcome"], actor_name=asked["who"], cursor=cursor)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    on = url_for("audit.index", **kept, after=found.next_cursor) if found.next_cursor else None
    known = _known()
    actions = [("", _("everything")), *sorted(offered(ACTIONS), key=lambda pair: pair[1])]
    return render(
        "audit/index.html", entries=[told(entry, known) for entry in found.rows], asked=asked, actions=actions,
        outcomes=[("", _("done and refused")), *offered(OUTCOMES)], next_url=on,
        first_url=url_for("audit.index", **kept) if cursor else None,
    )  # fmt: skip
