"""The parks' enterprises in the comparison: revenue, output and tax with their growth, and which came as projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.words import render
from crm.profile.rules import label
from crm.reports.books_common import Look, column, table
from crm.reports.books_meeting import money
from crm.reports.queries_linked import companies
from crm.statistics.queries import register
from crm.statistics.queries_targets import target_figures
from exports import shapes
from exports.report_book import ChartOf, ReportSheet

if TYPE_CHECKING:
    from crm.statistics.rules_targets import ParkYear, TargetFigures

    Row = dict[str, Any]

MEASURES = ("revenue", "output", "tax")
BY_CODE = say("same credit code")
BY_HAND = say("entered in the register")


def sheets(look: Look) -> list[ReportSheet]:
    """Return what the parks' enterprises make, and every enterprise with the project that it came from."""
    figures = target_figures(look.day.year, as_of=look.day, known=look.order.known)
    lead = render(say("%(year)s, months 1 to %(n)s, against the same months of the year before", year=figures.year,
                      n=figures.through)) if figures.through else ""  # fmt: skip
    return [_parks(figures, lead, look), _enterprises(figures, lead, look)]


def _park(one: ParkYear) -> Row:
    row: Row = {"name": render(label("parks", one.park)), "enterprises": one.enterprises}
    for measure in MEASURES:
        sums = one.sums[f"{measure}_fen"]
        row |= {measure: sums.fen, f"{measure}_growth": one.growth_bps(f"{measure}_fen")}
    revenue, before = one.revenue, one.before["revenue_fen"]
    row["months"] = f"{revenue.known} / {revenue.owed}"
    row["complete"] = render(say("yes") if revenue.complete and before.complete else say("no"))
    return row


def _parks(figures: TargetFigures, lead: str, look: Look) -> ReportSheet:
    amount = money(look)
    growth = say("Of the enterprises and months that are known in both years, each month against the same one.")
    columns = [
        column("name", say("Park"), width=24), column("enterprises", say("Enterprises"), "int", total=True),
        column("revenue", say("Revenue of enterprises"), amount, total=True, headline=True,
               note=say("Sum of the monthly figures of the park's enterprises that are due by the day.")),
        column("revenue_growth", say("Growth of revenue"), "percent", decimals=1, note=growth),
        column("output", say("Output of enterprises"), amount, total=True),
        column("output_growth", say("Growth of output"), "percent", decimals=1, note=growth),
        column("tax", say("Tax of enterprises"), amount, total=True),
        column("tax_growth", say("Growth of tax"), "percent", decimals=1, note=growth),
        column("months", say("Monthly figures in / due"), "word", width=16),
        column("complete", say("Both years complete"), "word", width=12, tones={render(say("yes")): shapes.Tone.GOOD},
               note=say("While a return is missing in either year, sums and growth are of what has come in.")),
    ]  # fmt: skip
    charts = (
        ChartOf(render(say("Revenue of the parks' enterprises")), "name", ("revenue", "output")),
        ChartOf(render(say("Growth of the parks' enterprises")), "name", ("revenue_growth", "output_growth")),
    )
    return ReportSheet(
        render(say("Enterprises of the parks")), render(say("What the enterprises of the parks make")), columns,
        table([_park(one) for one in figures.parks], columns), lead=lead,
        shown=render(say("%(n)s parks", n="{count}")), charts=charts,
    )  # fmt: skip


def _enterprises(figures: TargetFigures, lead: str, look: Look) -> ReportSheet:
    """Return the enterprises in reach; those with a project's credit code are linked to it, whoever entered them."""
    made = {one.id: one for one in figures.enterprises}
    came = {one.enterprise_id: one for one in companies(look.by) if one.enterprise_id is not None}
    lines: list[dict[str, Any]] = []
    for one in register(look.by):
        year, project = made.get(one.id), came.get(one.id)
        lines.append({
            "park": render(label("parks", made[one.id].park if year else one.park)), "name": one.name,
            "uscc": one.uscc, "revenue": year.revenue.fen if year else None,
            "twelve": year.twelve_months_fen if year else None,
            "months": f"{year.revenue.known} / {year.revenue.owed}" if year else "",
            "number": project.number if project else one.lead_number, "project": project.project if project else "",
            "how": render(BY_CODE) if project else render(BY_HAND) if one.lead_number else "",
            "landed": project.landed_on if project else None, "unit": one.unit_name,
        })  # fmt: skip
    lines.sort(key=lambda line: (line["park"], -(line["revenue"] or 0), line["name"]))
    amount = money(look)
    columns = [
        column("park", say("Park")), column("name", say("Enterprise"), width=28),
        column("uscc", say("Unified social credit code"), "code"),
        column("revenue", say("Revenue of the year so far"), amount, total=True, headline=True),
        column("twelve", say("Revenue of twelve months"), amount,
               note=say("Only where all twelve months are known.")),
        column("months", say("Monthly figures in / due"), "word", width=14),
        column("number", say("Project number"), "code"), column("project", say("Project name"), width=24),
        column("how", say("Linked by"), "word", width=14,
               note=say("An enterprise with the credit code of a project's local company is that project's.")),
        column("landed", say("Recognised on"), "date", width=12), column("unit", say("Responsible unit")),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Enterprises and projects")),
        render(say("Every enterprise of the parks, and the project it came from")), columns,
        table(lines, columns), lead=lead, shown=render(say("%(n)s enterprises", n="{count}")),
        empty=render(say("The register has no enterprise in your reach")),
    )  # fmt: skip
