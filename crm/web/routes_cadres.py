"""The first page of seconded cadres: for a cadre the own projects, for everybody else who is posted where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from crm.accounts.rules import may, scope
from crm.cadres.queries import PostingRow, own_postings, postings
from crm.cadres.queries_reports import own_months
from crm.cadres.routes import blueprint
from crm.cadres.rules import DIRECTIONS, POST_KINDS
from crm.core.clock import today
from crm.core.money import show_hundredths
from crm.core.web import actor, needs, render
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.credit.queries_points import points_of
from crm.credit.rules import Term, show_points
from crm.leads.queries_claims import asked_of, cases, cases_waiting, kept_and_lapsing, lead_reports
from crm.leads.queries_list import own_latest
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.leads.rules_claims import Protection
from crm.leads.views import shown
from crm.pipeline.queries_gaps import next_gaps
from crm.pipeline.routes_opened import place
from crm.web.queries import projects_of_cadres
from crm.web.routes_cadres_disputes import told_case
from crm.web.routes_cadres_months import told_month
from crm.web.routes_cadres_report import told_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor
    from crm.core.errors import Finding
    from crm.credit.queries_points import Points
    from crm.leads.queries_claims import Lapsing
    from crm.leads.views import Shown

PROJECTS = 6
GAPS = 3
MONTHS = 4
UNPROTECTED = Protection("none")


@blueprint.get("")
@needs("posting.view")
def index() -> str:
    """Show the postings; a cadre sees the own page, made for the phone."""
    by = actor()
    if scope(by, "posting.view") == "own":
        return _mine(by)
    everything = request.args.get("show") == "all"
    way = request.args.get("way", "")
    counts = projects_of_cadres()
    rows = [
        row
        for row in postings()
        if (everything or row.running(today())) and (way not in DIRECTIONS or row.direction == way)
    ]
    more: dict[str, Any] = {"show": "all"} if everything else {}
    ways = [("", _("Both ways")), ("out", _("Sent out")), ("in", _("Received here"))]
    return render(
        "cadres/index.html", postings=[_told(row, counts) for row in rows], running_only=not everything,
        new_url=url_for("cadres.new") if may(by, "posting.manage") else None,
        all_url=url_for("cadres.index", show="all", way=way or None),
        running_url=url_for("cadres.index", way=way or None),
        ways=[(label, url_for("cadres.index", way=code or None, **more), code == way) for code, label in ways],
        months_url=url_for("cadres.months") if may(by, "monthly.view") else None,
        disputes_url=url_for("cadres.disputes") if may(by, "credit.cases") else None,
        waiting=cases_waiting() if may(by, "credit.decide") else 0,
        for_url=url_for("cadres.report_for_cadre") if may(by, "lead.report_for") else None,
    )  # fmt: skip


def _told(row: PostingRow, counts: dict[int, int]) -> dict[str, Any]:
    running = row.running(today())
    return {
        "id": row.id, "url": url_for("cadres.show", person_id=row.cadre_id), "cadre_name": row.cadre_name,
        "home_unit": row.home_unit, "host_place": row.host_place, "host_unit": row.host_unit, "post": row.post,
        "kind": words_of(POST_KINDS[row.post_kind]) if row.post_kind else "", "direction": row.direction,
        "starts_on": row.starts_on, "ends_on": row.ends_on, "running": running, "offline": row.offline,
        "left_text": _("%(n)s days left", n=(row.ends_on - today()).days) if running else "",
        "projects": counts.get(row.cadre_id, 0), "projects_url": url_for("leads.index", cadre=row.cadre_id),
    }  # fmt: skip


def _mine(by: Actor) -> str:
    # Each table is asked once: postings serve the head, the points and the months, protection serves cards and alarms.
    who, day = by.person_id or 0, today()
    posted = own_postings(who)
    here = next((row for row in posted if row.running(day)), None)
    text = ""
    if here:
        text = _("%(place)s, %(unit)s, until %(day)s", place=here.host_place, unit=here.host_unit, day=here.ends_on)
    found, more = own_latest(who, PROJECTS)
    rows = shown(tuple(found), day)
    terms = [Term(row.id, row.cadre_id, row.starts_on, row.ends_on) for row in posted]
    points = points_of(who, today=day, leads=[item.row.id for item in rows], terms=terms)
    months = own_months(day, posted)
    kept, soon = kept_and_lapsing(day, cadre_id=who)
    disputed, asked = asked_of(who)
    own_cases = [told_case(row) for row in cases(cadre_id=who, limit=PROJECTS)] if disputed else []
    waiting = [told_report(row) for row in lead_reports(cadre_id=who, state="waiting")] if asked else []
    return render(
        "cadres/mine.html", posting_text=text, report_url=url_for("cadres.report"), person_id=who,
        ring=_ring(points, rows), todo=_todo(who, months, own_cases, soon), waiting=waiting,
        projects=_projects(rows, points, kept),
        more_url=url_for("leads.index") if more else None, mine_url=url_for("evaluation.mine"),
        cases=own_cases, postings=posted, months=[told_month(one) for one in months[:MONTHS]],
    )  # fmt: skip


def _ring(points: Points, rows: list[Shown]) -> dict[str, Any]:
    names = {item.row.id: item.row.name for item in rows}
    caps = sum(item.cap or 0 for item in points.items if item.counted >= 0 and item.cap)
    best = max((one for one in points.next if one.points > 0 and one.lead_id in names),
               key=lambda one: one.points, default=None)  # fmt: skip
    capped = sum(item.capped for item in points.items)
    note = _("From %(start)s to %(end)s, tariff %(version)s.", start=points.starts_on, end=points.ends_on,
             version=points.version)  # fmt: skip
    return {
        "total": show_points(points.total), "period": points.period, "note": note,
        "capped": _("Caps cut off %(n)s points.", n=show_points(capped)) if capped else "",
        "share": max(0, min(100, points.total * 100 // caps)) if caps else 0,
        "items": [
            {"label": words_of(item.label), "counted": show_points(item.counted), "cap": show_points(item.cap),
             "capped": show_points(item.capped), "full": item.full}
            for item in points.items
        ],
        "best": None if best is None else
        {"label": words_of(best.label), "name": names[best.lead_id], "points": show_points(best.points)},
    }  # fmt: skip


def _projects(rows: list[Shown], points: Points, kept: Mapping[int, Protection]) -> list[dict[str, Any]]:
    lacking = next_gaps({item.row.id: item.row.stage for item in rows})
    return [
        {
            "url": url_for("lead.show", lead_id=item.row.id), "name": item.row.name, "number": item.row.number,
            "stage_label": item.stage_label, "reached": STAGES.index(item.row.stage) + 1,
            "status_label": "" if item.row.status == "active" else item.status_label,
            "light": item.light, "light_label": item.light_label, "share_text": _share(item.row.id, points.shares),
            **_next(item, lacking[item.row.id]), **_protected(kept.get(item.row.id, UNPROTECTED)),
            "earned": show_points(points.earned.get(item.row.id, 0)),
            "next": [
                {"label": words_of(one.label), "points": show_points(one.points),
                 "why": words_of(one.why) if one.why else ""}
                for one in points.next_of(item.row.id)
            ],
        }
        for item in rows
    ]  # fmt: skip


def _share(lead_id: int, shares: dict[int, int]) -> str:
    if lead_id in shares:
        return _("share %(n)s %%", n=show_hundredths(shares[lead_id]))
    return _("reported, not yet shared out")


def _protected(one: Any) -> dict[str, str]:
    if one.state == "lapsed":
        return {"protected": _("protection lapsed"), "protected_tone": "bad"}
    if one.state == "protected" and one.until:
        tone = "warn" if one.days_left is not None and one.days_left <= GAPS * 10 else "line"
        return {"protected": _("protected until %(day)s", day=one.until), "protected_tone": tone}
    return {"protected": "", "protected_tone": ""}


def _next(item: Shown, lacking: list[Finding]) -> dict[str, Any]:
    """Return what is missing for the next stage, and who has to act."""
    row = item.row
    at = STAGES.index(row.stage)
    blank = {"gaps": [], "more": "", "lacks": "", "actor": item.next_action}
    if row.status != "active" or at + 1 >= len(STAGES):
        return blank
    gaps = [words_of(finding.text) for finding in lacking]
    stage = words_of(STAGE_LABELS[STAGES[at + 1]])
    name = row.owner_name or row.unit_name
    acts = _("%(name)s moves it on to %(stage)s", name=name, stage=stage)
    if gaps:
        # A contract or a start certificate is the officer's to enter: then the cadre is told who, not refused.
        mine = any(place(row.id, finding.link) for finding in lacking)
        acts = _("You or %(name)s can fill this in", name=name) if mine else _("%(name)s fills this in", name=name)
    more = len(gaps) - GAPS
    return {
        "gaps": gaps[:GAPS], "more": _("and %(n)s more", n=more) if more > 0 else "",
        "lacks": _("Missing for %(stage)s:", stage=stage), "actor": acts,
    }  # fmt: skip


def _todo(who: int, months: list[Any], own_cases: list[dict[str, Any]], soon: list[Lapsing]
          ) -> list[dict[str, str]]:  # fmt: skip
    found = [
        {"text": _("Monthly report of %(month)s, by %(day)s", month=one.owed.month, day=one.owed.due_on),
         "url": url_for("cadres.my_month", month=one.owed.month)}
        for one in months
        if one.state(today()) in ("open", "due")
    ]  # fmt: skip
    found += [
        {"text": _("%(name)s: protection ends in %(n)s days without a new contact", name=one.name, n=one.days_left),
         "url": url_for("lead.show", lead_id=one.lead_id) + "#contacts"}
        for one in soon
    ]  # fmt: skip
    found += [
        {"text": _("%(number)s: somebody objects; say what happened", number=case["row"].number), "url": case["url"]}
        for case in own_cases
        if case["step"] == "open" and case["row"].other_id == who and not case["row"].answer
    ]
    return found
