"""The comparison of the parks: projects by stage, capital, land, intensity and tax per mu, landed, side by side."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import may
from crm.core.errors import say
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STAGES, per_mu
from crm.profile.rules import dictionary, label
from crm.reports import books_enterprises
from crm.reports.books import plain_investment
from crm.reports.books_common import Look, column, lamp, light_of, stage_word, status_word, table, tones_of
from crm.reports.books_meeting import money
from crm.reports.rules_books import BY_CODE
from crm.reports.rules_layouts import SIGNED_STAGES
from exports import shapes, styles
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    Row = dict[str, Any]


def make(look: Look) -> ReportBook:
    """Return the parks side by side."""
    by_park: dict[str, list[Row]] = {park: [] for park in [*dictionary("parks"), ""]}
    for row in look.rows:
        by_park.setdefault(row["park"] or "", []).append(row)
    names = {park: render(label("parks", park)) if park else render(say("No park")) for park in by_park}
    title = BY_CODE["parks"].name
    made = books_enterprises.sheets(look) if may(look.by, "statistics.view") else []
    sheets = [_compared(by_park, names, look), _stages(by_park, names), *made, _largest(by_park, names, look)]
    return look.book(title, sheets, say("in the order of the parks"))


def _park_row(name: str, mine: list[Row], look: Look) -> Row:
    """Return one park's figures; what stands on a mu counts only projects whose land is known."""
    sums: dict[str, int] = defaultdict(int)
    for row in mine:
        sums["investment"] += plain_investment(row) or 0
        for fact in ("contracted_fen", "paid_in_fen", "land_cmu", "annual_output_fen", "annual_tax_fen", "jobs"):
            sums[fact] += row[fact] or 0
        if row["land_cmu"]:
            sums["on_land"] += plain_investment(row) or 0
            sums["taxed_land"] += row["land_cmu"] if row["annual_tax_fen"] is not None else 0
            sums["tax_on_land"] += row["annual_tax_fen"] or 0
        sums["red"] += light_of(row, look.day) == "red"
    contracted = sums["contracted_fen"]
    return {
        "name": name, "projects": len(mine), "signed": sum(row["stage"] in SIGNED_STAGES for row in mine),
        "started": sum(row["stage"] in SIGNED_STAGES[1:] for row in mine),
        "producing": sum(row["stage"] in SIGNED_STAGES[2:] for row in mine),
        "landed": sum(row["landed_on"] is not None for row in mine), "red": sums["red"],
        "investment": sums["investment"], "contracted": contracted, "paid_in": sums["paid_in_fen"],
        "rate": sums["paid_in_fen"] * 10_000 // contracted if contracted else None,
        "land": sums["land_cmu"], "per_mu": per_mu(sums["on_land"], sums["land_cmu"]),
        "tax_per_mu": per_mu(sums["tax_on_land"], sums["taxed_land"]),
        "output": sums["annual_output_fen"], "tax": sums["annual_tax_fen"], "jobs": sums["jobs"],
    }  # fmt: skip


def _compared(by_park: dict[str, list[Row]], names: dict[str, str], look: Look) -> ReportSheet:
    rows = [_park_row(names[park], mine, look) for park, mine in by_park.items()]
    amount = money(look)
    capital, ground = say("Investment"), say("Land and yield")
    count = say("Projects")
    columns = [
        column("name", say("Park"), width=22), column("projects", say("Projects"), "int", group=count, total=True),
        column("signed", say("Signed and later"), "int", group=count, total=True),
        column("started", say("Under construction and later"), "int", group=count, total=True),
        column("producing", say("In production and later"), "int", group=count, total=True),
        column("landed", say("Landed"), "int", group=count, total=True),
        column("red", say("Red lights"), "int", group=count, total=True),
        column("investment", say("Total investment"), amount, group=capital, total=True, headline=True),
        column("contracted", say("Contracted capital"), amount, group=capital, total=True, headline=True),
        column("paid_in", say("Paid-in capital"), amount, group=capital, total=True, headline=True),
        column("rate", say("Paid in of contracted"), "percent", group=capital),
        column("land", say("Land"), "mu", group=ground, total=True),
        column("per_mu", say("Investment per mu"), "money_wan", group=ground, decimals=1,
               note=say("Investment of the projects whose land is known ÷ that land.")),
        column("tax_per_mu", say("Tax per mu"), "money_wan", group=ground, decimals=2,
               note=say("Expected yearly tax of the projects whose land and tax are known ÷ that land.")),
        column("output", say("Yearly output"), amount, group=ground, total=True),
        column("tax", say("Yearly tax"), amount, group=ground, total=True),
        column("jobs", say("Jobs"), "int", group=ground, total=True),
    ]  # fmt: skip
    charts = (
        ChartOf(render(say("Capital of the parks")), "name", ("investment", "contracted", "paid_in")),
        ChartOf(render(say("Investment per mu of the parks")), "name", ("per_mu",)),
        ChartOf(render(say("Projects of the parks")), "name", ("projects", "signed", "started", "landed")),
    )
    return ReportSheet(
        render(say("Comparison")), render(say("The parks side by side")), columns, table(rows, columns),
        shown=render(say("%(n)s parks", n="{count}")), charts=charts,
    )  # fmt: skip


def _stages(by_park: dict[str, list[Row]], names: dict[str, str]) -> ReportSheet:
    rows = [
        [names[park], *(sum(row["stage"] == stage for row in mine) for stage in STAGES)]
        for park, mine in by_park.items()
    ]
    columns = [
        column("name", say("Park"), width=22),
        *(shapes.Column(stage, render(STAGE_LABELS[stage]), shapes.Kind.INT, total=True) for stage in STAGES),
    ]
    chart = ChartOf(render(say("Stages of the parks' projects")), "name", tuple(STAGES), stacked=True,
                    colors=styles.STEPS)  # fmt: skip
    return ReportSheet(
        render(say("Stages")), render(say("Projects of the parks by stage")), columns, rows,
        shown=render(say("%(n)s parks", n="{count}")), charts=(chart,),
    )  # fmt: skip


def _largest(by_park: dict[str, list[Row]], names: dict[str, str], look: Look) -> ReportSheet:
    rows: list[dict[str, Any]] = []
    for park, mine in by_park.items():
        if park:
            rows += [
                {"park": names[park], "number": row["number"], "name": row["name"], "investor": row["investor"],
                 "investment": plain_investment(row), "contracted": row["contracted_fen"],
                 "paid_in": row["paid_in_fen"], "land": row["land_cmu"],
                 "per_mu": per_mu(plain_investment(row), row["land_cmu"]), "stage": stage_word(row),
                 "status": status_word(row), "light": lamp(light_of(row, look.day)), "unit": row["unit_name"],
                 "lead_id": row["id"]}
                for row in sorted(mine, key=lambda row: -(plain_investment(row) or 0))
            ]  # fmt: skip
    amount = money(look)
    columns = [
        column("park", say("Park")), column("number", say("Number"), "code"), column("name", say("Project name")),
        column("investor", say("Investor")), column("investment", say("Total investment"), amount, total=True),
        column("contracted", say("Contracted capital"), amount, total=True),
        column("paid_in", say("Paid-in capital"), amount, total=True), column("land", say("Land"), "mu", total=True),
        column("per_mu", say("Investment per mu"), "money_wan", decimals=1),
        column("stage", say("Stage"), "word", tones=tones_of("stage")),
        column("status", say("Status"), "word", tones=tones_of("status")),
        column("light", say("Lamp"), "word", tones=tones_of("lamp")), column("unit", say("Responsible unit")),
        column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip
    return ReportSheet(render(say("Projects")), render(say("Projects in the parks, largest first")), columns,
                       table(rows, columns))  # fmt: skip
