"""The page of the trail: everything that was done or refused, newest first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from crm.audit.queries import Entry, trail
from crm.audit.rules_words import ACTIONS, DOORS, OUTCOMES, action_words, field_words
from crm.core.clock import shanghai_time
from crm.core.errors import Text
from crm.core.web import needs, offered, render
from crm.core.words import gettext as _

blueprint = Blueprint("audit", __name__)
LONGEST = 200


def told(entry: Entry) -> dict[str, Any]:
    """Turn an entry into what the page shows."""
    changes = [
        {
            "name": field_words(str(change.get("name", ""))),
            "old": _short(change.get("old")),
            "new": _short(change.get("new")),
        }
        for change in entry.changes
    ]
    return {
        "when": shanghai_time(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        "who": entry.actor_name,
        "door": DOORS.get(entry.door, Text(entry.door)),
        "what": action_words(entry.action),
        "refused": entry.outcome == "refused",
        "thing": entry.thing_label,
        "changes": changes,
        "findings": [str(finding.get("text", "")) for finding in entry.findings],
    }


def _short(value: object) -> str:
    text = "—" if value is None or value == "" else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


@blueprint.get("/trail")
@needs("audit.view")
def index() -> str:
    """Show one page of the trail with its filters."""
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("action", "outcome", "who")}
    cursor = request.args.get("after")
    found = trail(action=asked["action"], outcome=asked["outcome"], actor_name=asked["who"], cursor=cursor)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    on = url_for("audit.index", **kept, after=found.next_cursor) if found.next_cursor else None
    actions = [("", _("everything")), *sorted(offered(ACTIONS), key=lambda pair: pair[1])]
    return render(
        "audit/index.html", entries=[told(entry) for entry in found.rows], asked=asked, actions=actions,
        outcomes=[("", _("done and refused")), *offered(OUTCOMES)], next_url=on,
        first_url=url_for("audit.index", **kept) if cursor else None,
    )  # fmt: skip
