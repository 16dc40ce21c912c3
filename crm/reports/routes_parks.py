"""Pages of the three parks: beside each other, and each by itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.charts import Line, columns
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries_list import Ask, list_page
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.leads.views import shown
from crm.profile.rules import dictionary, label
from crm.reports.forms_parks import LeaderForm
from crm.reports.operations_parks import name_leader
from crm.reports.queries_linked import companies
from crm.reports.queries_parks import land_sums, leaders
from crm.reports.queries_standing import standing
from crm.reports.routes_figures import Asked, number
from crm.reports.routes_targets import percent, yi
from crm.reports.rules_parks import DUTIES, MEASURES, LandSum, ranking
from crm.scoring.queries_versions import scorecard_in_force
from crm.statistics.queries_targets import target_figures
from crm.support.queries import key_enterprises_of
from crm.support.queries_parks import industries_of

blueprint = Blueprint("parks", __name__)
PROJECTS = 10
FEN_PER_WAN = 1_000_000
STANDARDS = {"investment_per_mu": "intensity", "tax_per_mu": "tax"}


def _standards() -> dict[str, int]:
    """Return the values from which the scorecard in force gives full marks, in fen for each mu."""
    found = {}
    for item in scorecard_in_force(today()).criteria:
        if item.measure in STANDARDS and item.scales:
            usual = next((scale for scale in item.scales if not scale.themes), item.scales[0])
            full = max(usual.bands, key=lambda band: band.points)
            found[STANDARDS[item.measure]] = round(full.start * FEN_PER_WAN)
    return found


def _parks(codes: list[str]) -> list[dict[str, Any]]:
    by = actor()
    figures = target_figures(today().year, as_of=today())
    placed, sums, led = ranking(figures), land_sums(), leaders()
    key, cube, asked = key_enterprises_of(codes), standing(today()).cube, Asked()
    links = may(by, "overview.view")

    def counted(*figure: str) -> dict[str, Any]:
        told = number(cube.cell(*figure).n, figure, asked)
        return told if links else {**told, "url": ""}

    found = []
    for code in codes:
        land = sums.get(code, LandSum())
        found.append({
            "code": code, "label": render(label("parks", code)), "land": land, "industries": industries_of(code),
            "key": key.get(code, []), "work": counted("work", "park", code),
            "signed": counted("signed", "park", code), "landed": counted("landed", "park", code),
            "started": counted("started", "park", code), "paid": cube.cell("paid", "park", code).paid,
            "contracted": cube.cell("signed", "park", code).contracted,
            "stages": [counted("stage", stage, "park", code) for stage in STAGES],
            "ranks": [_rank(name, placed[name].get(code)) for name in MEASURES],
            "leaders": [{"duty": render(DUTIES[duty]), "rows": led.get((code, duty), [])} for duty in DUTIES],
        })  # fmt: skip
    return found


def _rank(name: str, one: Any) -> dict[str, Any]:
    unknown = one is None or one.value is None
    value = "" if unknown else percent(one.value) if name == "growth" else yi(one.value)
    return {"label": render(MEASURES[name]), "unknown": unknown, "value": value, "place": one.place if one else None,
            "complete": bool(one and one.complete)}  # fmt: skip


@blueprint.get("/parks")
@needs("park.view")
def index() -> tuple[str, int]:
    """Show the three parks beside each other."""
    parks = _parks(list(dictionary("parks")))
    names = [one["label"] for one in parks]
    chart = columns(names, [
        Line(render(text), [one[name]["value"] for one in parks], [one[name]["url"] for one in parks], colour)
        for name, text, colour in (("work", say("Running"), "act-fill"), ("signed", say("Signed"), "stage-2"),
                                   ("landed", say("Landed"), "good-line"))
    ])  # fmt: skip
    return page("reports/parks.html", parks=parks, chart=chart, standards=_standards(), year=today().year)


@blueprint.get("/parks/<park>")
@needs("park.view")
def show(park: str) -> tuple[str, int]:
    """Show one park."""
    _known(park)
    by = actor()
    parks = _parks(list(dictionary("parks")))
    may_see = may(by, "lead.view")
    largest = list_page(Ask({"park": park}, sort="amount"), by, size=PROJECTS).rows if may_see else ()
    return page(
        "reports/park.html", park=next(one for one in parks if one["code"] == park), others=parks,
        standards=_standards(), year=today().year, stages=[render(STAGE_LABELS[stage]) for stage in STAGES],
        projects=shown(largest, today()),
        projects_url=url_for("leads.index", park=park) if may_see else "", may_lead=may(by, "park.leaders"),
        support_url=url_for("support.parks") if may(by, "support.view") else "",
        landed=companies(by, park, landed=True) if may_see and may(by, "statistics.view") else None,
    )  # fmt: skip


@blueprint.route("/parks/<park>/leaders", methods=["GET", "POST"])
@needs("park.leaders")
def leader(park: str) -> Any:
    """Enter who leads a park."""
    _known(park)
    form = LeaderForm(request.form, from_on=today())
    back, status = url_for(".show", park=park) + "#leaders", 200
    if request.method == "POST":
        try:
            name_leader(park, check(form), by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("It is recorded who leads the park."))
            return redirect(back)
    fields = [("duty", "", 4), ("name", "", 4), ("post", "", 4), ("from_on", "", 4), ("reason", "", 8)]
    return page(
        "_form_page.html", status=status, title=_("Who leads the park"), note=render(label("parks", park)), form=form,
        save=_("Record"), back_url=back, crumb=render(label("parks", park)), files=False, fields=fields,
    )  # fmt: skip


def _known(park: str) -> None:
    if park not in dictionary("parks"):
        raise refuse("park.unknown", say("There is no such park."), status=404)
