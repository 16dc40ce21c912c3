"""The places of the shell, each for those whose role may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for

from crm.accounts.rules import may, scope
from crm.core.errors import Text, say
from crm.core.words import render

if TYPE_CHECKING:
    from crm.core.actor import Actor


@dataclass(frozen=True)
class Place:
    """One place: endpoint, label, icon, permission, and the blueprints whose pages belong to it."""

    endpoint: str
    label: Text
    icon: str
    permission: str
    rooms: tuple[str, ...]


PLACES = (
    Place("todo.index", say("To do"), "clipboard-check", "todo.view", ("todo",)),
    Place("leads.index", say("Projects"), "briefcase", "lead.view",
          ("leads", "lead", "capital", "scoring", "acceptance")),
    Place("landing.desk", say("Verify"), "shield-check", "landing.desk", ("landing",)),
    Place("support.index", say("Support"), "certificate", "support.view", ("support", "register", "old_papers")),
    Place("chains.index", say("Industry chains"), "stack-2", "chain.view", ("chains",)),
    Place("cadres.index", say("Seconded cadres"), "users", "posting.view", ("cadres",)),
    Place("intake.index", say("Import"), "file-import", "intake.import", ("intake", "partner")),
    Place("evaluation.index", say("Evaluation"), "scale", "evaluation.view", ("evaluation",)),
    Place("evaluation.mine", say("My evaluation"), "scale", "evaluation.own", ("evaluation",)),
    Place("reports.index", say("Reports"), "chart-bar", "report.view", ("reports",)),
    Place("rules.index", say("Rules"), "adjustments-horizontal", "rules.view", ("rules", "disagreements")),
    Place("audit.index", say("Trail"), "history", "audit.view", ("audit",)),
    Place("admin.index", say("Settings"), "settings", "account.manage", ("admin",)),
)


def places(actor: Actor) -> list[Place]:
    """Return the places that an actor may go to."""
    found = [place for place in PLACES if place.endpoint in current_app.view_functions and may(actor, place.permission)]
    if scope(actor, "posting.view") == "own":
        # A cadre begins where projects are reported.
        found.sort(key=lambda place: place.endpoint != "cadres.index")
    return found


COUNTED = {"todo.index": "todo.badge"}
"""Places with a figure beside them; it is asked for after the page, so that no page waits for it."""


def links(actor: Actor) -> list[tuple[str, str, str, bool, str]]:
    """Return the navigation of this request: endpoint, label, icon, active, where to ask how much waits there."""
    return [
        (place.endpoint, render(place.label), place.icon, _active(place), _counted(place)) for place in places(actor)
    ]


def _counted(place: Place) -> str:
    return url_for(COUNTED[place.endpoint]) if place.endpoint in COUNTED else ""


def _active(place: Place) -> bool:
    return (request.endpoint or "").partition(".")[0] in place.rooms
