"""The places of the shell, each for those whose role may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for

from crm.accounts.rules import may, scope
from crm.core.errors import Text, say
from crm.core.words import locale, render

if TYPE_CHECKING:
    from crm.core.actor import Actor


@dataclass(frozen=True)
class Place:
    """One place: endpoint, label, icon, permission, the blueprints whose pages belong to it, and its group."""

    endpoint: str
    label: Text
    icon: str
    permission: str
    rooms: tuple[str, ...]
    group: str


GROUPS = {
    "work": say("Work"),
    "projects": say("Projects"),
    "parks": say("Parks and cooperation"),
    "people": say("Seconded cadres"),
    "services": say("Services"),
    "reports": say("Reports"),
    "rules": say("Rules and settings"),
}
"""The headings of the navigation in their order; a heading without a place for the role is not shown."""

PLACES = (
    Place("overview.index", say("Overview"), "layout-dashboard", "overview.view", ("overview",), "work"),
    Place("todo.index", say("To do"), "clipboard-check", "todo.view", ("todo",), "work"),
    Place("landing.desk", say("Verify"), "shield-check", "landing.desk", ("landing",), "work"),
    Place("leads.index", say("Projects"), "briefcase", "lead.view",
          ("leads", "lead", "capital", "scoring", "acceptance"), "projects"),
    Place("support.index", say("Support"), "certificate", "support.view", ("support", "register", "old_papers"),
          "projects"),
    Place("chains.index", say("Industry chains"), "stack-2", "chain.view", ("chains",), "projects"),
    Place("intake.index", say("Import"), "file-import", "intake.import",
          ("intake", "sitting", "partner", "duplicates", "proofs"), "projects"),
    Place("parks.index", say("Parks"), "building-factory-2", "park.view", ("parks",), "parks"),
    Place("cooperation.index", say("Chengdu-Liangshan cooperation"), "heart-handshake", "cooperation.view",
          ("cooperation",), "parks"),
    Place("statistics.index", say("Enterprise figures"), "chart-line", "statistics.view",
          ("statistics", "monthly"), "parks"),
    Place("cadres.index", say("Seconded cadres"), "users", "posting.view", ("cadres",), "people"),
    Place("evaluation.index", say("Evaluation"), "scale", "evaluation.view", ("evaluation",), "people"),
    Place("evaluation.mine", say("My evaluation"), "scale", "evaluation.own", ("evaluation",), "people"),
    Place("approvals.index", say("Approvals"), "list-check", "approval.view", ("approvals",), "services"),
    Place("land.index", say("Land"), "map-pin", "land.view", ("land",), "services"),
    Place("services.index", say("Matters"), "message-report", "matter.view", ("services",), "services"),
    Place("reports.index", say("Reports"), "chart-bar", "report.view", ("reports",), "reports"),
    Place("rules.index", say("Rules"), "adjustments-horizontal", "rules.view", ("rules", "disagreements"), "rules"),
    Place("audit.index", say("Trail"), "history", "audit.view", ("audit",), "rules"),
    Place("admin.index", say("Settings"), "settings", "account.manage", ("admin",), "rules"),
)
"""Every place, in the order of the navigation; the first that a role may see is where it begins."""

DOCK = ("overview.index", "todo.index", "leads.index", "landing.desk", "cadres.index", "reports.index", "rules.index")
"""Who comes first into the bar at the foot of a phone, which has five places; the last one opens the others."""
CADRES_DOCK = ("cadres.index", "todo.index", "leads.index", "evaluation.mine")
DOCK_SIZE = 5
COUNTED = {"todo.index": "todo.badge"}
"""Places with a figure beside them; it is asked for after the page, so that no page waits for it."""


@dataclass(frozen=True)
class Link:
    """One place as a page shows it: where it leads, its words, whether we are there, where to ask what waits."""

    href: str
    label: str
    icon: str
    active: bool
    waiting: str
    group: str
    endpoint: str


@dataclass(frozen=True)
class Navigation:
    """The places of one person: by heading for the side, few and the rest by heading for the phone."""

    home: str
    side: tuple[tuple[str, tuple[Link, ...]], ...]
    dock: tuple[Link, ...]
    more: tuple[tuple[str, tuple[Link, ...]], ...]


NOWHERE = Navigation("/", (), (), ())


def places(actor: Actor) -> list[Place]:
    """Return the places that an actor may go to."""
    found = [place for place in PLACES if place.endpoint in current_app.view_functions and may(actor, place.permission)]
    if _begins_at_cadres(actor):
        found.sort(key=lambda place: place.endpoint != "cadres.index")
    return found


def navigation(actor: Actor) -> Navigation:
    """Return the navigation of this request."""
    links = [_link(place) for place in places(actor)]
    if not links:
        return NOWHERE
    wanted = CADRES_DOCK if _begins_at_cadres(actor) else DOCK
    ranked = sorted(links, key=lambda link: wanted.index(link.endpoint) if link.endpoint in wanted else len(wanted))
    dock = ranked if len(links) <= DOCK_SIZE else ranked[: DOCK_SIZE - 1]
    return Navigation(links[0].href, _grouped(links), tuple(dock), _grouped([one for one in links if one not in dock]))


def _grouped(links: list[Link]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    held = {group: tuple(link for link in links if link.group == group) for group in GROUPS}
    order = sorted((group for group in GROUPS if held[group]), key=lambda group: links.index(held[group][0]))
    return tuple((render(GROUPS[group]), held[group]) for group in order)


def _link(place: Place) -> Link:
    # Kept by the browser for a while: of another language it is another address.
    waiting = url_for(COUNTED[place.endpoint], lang=locale()) if place.endpoint in COUNTED else ""
    active = (request.endpoint or "").partition(".")[0] in place.rooms
    return Link(url_for(place.endpoint), render(place.label), place.icon, active, waiting, place.group, place.endpoint)


def _begins_at_cadres(actor: Actor) -> bool:
    # A cadre begins where projects are reported.
    return scope(actor, "posting.view") == "own"
