"""The first page of seconded cadres: for a cadre the own projects, for everybody else who is posted where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from crm.accounts.rules import may, scope
from crm.cadres.queries import PostingRow, posting_on, postings
from crm.cadres.routes import blueprint
from crm.core.clock import today
from crm.core.money import show_hundredths
from crm.core.web import actor, needs, render
from crm.core.words import gettext as _
from crm.leads.queries_list import Ask, list_page
from crm.leads.rules import STAGES
from crm.leads.views import shown
from crm.web.queries import projects_of_cadres, shares_of

if TYPE_CHECKING:
    from crm.core.actor import Actor


@blueprint.get("")
@needs("posting.view")
def index() -> str:
    """Show the postings; a cadre sees the own ones below the own projects."""
    by = actor()
    own = scope(by, "posting.view") == "own"
    everything = own or request.args.get("show") == "all"
    counts = projects_of_cadres()
    rows = [row for row in postings(cadre_id=by.person_id if own else None) if everything or row.running(today())]
    return render(
        "cadres/index.html", postings=[_told(row, counts) for row in rows], mine=_mine(by) if own else None,
        new_url=url_for("cadres.new") if may(by, "posting.manage") else None, running_only=not everything,
        all_url=url_for("cadres.index", show="all"), running_url=url_for("cadres.index"),
    )  # fmt: skip


def _told(row: PostingRow, counts: dict[int, int]) -> dict[str, Any]:
    running = row.running(today())
    return {
        "id": row.id, "url": url_for("cadres.show", person_id=row.cadre_id), "cadre_name": row.cadre_name,
        "home_unit": row.home_unit, "host_place": row.host_place, "host_unit": row.host_unit, "post": row.post,
        "starts_on": row.starts_on, "ends_on": row.ends_on, "running": running,
        "left_text": _("%(n)s days left", n=(row.ends_on - today()).days) if running else "",
        "projects": counts.get(row.cadre_id, 0), "projects_url": url_for("leads.index", cadre=row.cadre_id),
    }  # fmt: skip


def _mine(by: Actor) -> dict[str, Any]:
    here = posting_on(by.person_id or 0, today())
    shares = shares_of(by.person_id or 0)
    projects = [
        {
            "url": url_for("lead.show", lead_id=item.row.id), "name": item.row.name, "number": item.row.number,
            "stage_label": item.stage_label, "reached": STAGES.index(item.row.stage) + 1, "next_text": item.next_action,
            "light": item.light, "light_label": item.light_label,
            "share_text": _("share %(n)s %%", n=show_hundredths(shares[item.row.id])) if item.row.id in shares
            else _("reported, not yet shared out"),
        }
        for item in shown(list_page(Ask(), by).rows, today())
    ]  # fmt: skip
    text = ""
    if here:
        text = _("%(place)s, %(unit)s, until %(day)s", place=here.host_place, unit=here.host_unit, day=here.ends_on)
    return {"report_url": url_for("lead.new"), "posting_text": text, "projects": projects}
