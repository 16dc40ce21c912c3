"""The weekly and the monthly bulletin: three sentences, figures with their change, units in red, yellow and green."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.money import FEN_PER_WAN
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.reports.books_common import (
    Figures,
    Look,
    column,
    figures_of,
    lamp,
    light_of,
    stage_word,
    status_word,
    table,
    tones_of,
)
from crm.reports.rules_books import BY_CODE, before
from crm.reports.rules_sentences import sentences
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    Row = dict[str, Any]

FIGURES = (
    ("projects", say("Projects in the register"), False), ("signed", say("Signed and later"), False),
    ("started", say("Under construction and later"), False), ("producing", say("In production and later"), False),
    ("landed", say("Landed"), False), ("investment", say("Total investment"), True),
    ("contracted", say("Contracted capital"), True), ("paid_in", say("Paid-in capital"), True),
    ("red", say("Red lights"), False), ("yellow", say("Yellow lights"), False),
)  # fmt: skip
UNKNOWN_THEN = ("red", "yellow")
"""Lights of an earlier day are not made up: when a project was last updated by then is not kept."""
LAMP_COLORS = ("2E7D4F", "D98A1F", "B3261E")
"""Green, yellow and red as the bulletins print them."""


def make(look: Look) -> ReportBook:
    """Return the bulletin of the week or month that a day lies in."""
    last = before(look.order.code, look.day)
    earlier = look.rows_on(last)
    then, now = figures_of(earlier, last), figures_of(look.rows, look.day)
    period = render(
        say("%(first)s to %(last)s, against %(before)s", first=last + timedelta(days=1), last=look.day, before=last)
    )
    coded = look.coded(look.rows)
    moved = moves(earlier, coded)
    title = BY_CODE[look.order.code].name
    sheets = [
        _figures_sheet(now, then, period, look, moved),
        _units_sheet(look, period),
        _moves_sheet(moved, period),
        _lamps_sheet(look, period),
    ]
    return look.book(title, sheets, say("red first, then by unit"))


def moves(earlier: list[Row], rows: list[Row]) -> list[dict[str, Any]]:
    """Return what happened to each project between two days: new, moved on or back, landed, money."""
    known = {row["id"]: row for row in earlier}
    found = []
    for row in rows:
        old = known.get(row["id"])
        said = change_of(old, row)
        if said:
            found.append({
                "number": row["number"], "name": row["name"], "unit": row["unit_name"], "stage": stage_word(row),
                "change": said, "contracted": _more(row, old, "contracted_fen"),
                "paid_in": _more(row, old, "paid_in_fen"), "id": row["id"], "row": row, "old": old,
            })  # fmt: skip
    return found


def _more(row: Row, old: Row | None, name: str) -> int | None:
    more = (row[name] or 0) - ((old or {}).get(name) or 0)
    return more or None


def change_of(old: Row | None, row: Row) -> str:
    """Say in words what changed of a project since an earlier day; nothing when nothing did."""
    if old is None:
        return render(say("new in the register: %(stage)s", stage=STAGE_LABELS[row["stage"]]))
    said = []
    if old["stage"] != row["stage"]:
        on = STAGES.index(row["stage"]) > STAGES.index(old["stage"])
        ends = {"old": STAGE_LABELS[old["stage"]], "new": STAGE_LABELS[row["stage"]]}
        said.append(say("%(old)s → %(new)s", **ends) if on else say("back: %(old)s → %(new)s", **ends))
    if old["status"] != row["status"]:
        said.append(say("now %(status)s", status=status_word(row)))
    if bool(old["landed_on"]) != bool(row["landed_on"]):
        said.append(say("recognised as landed") if row["landed_on"] else say("no longer counted as landed"))
    for name, text in (("contracted_fen", say("contracted")), ("paid_in_fen", say("paid in"))):
        more = (row[name] or 0) - (old[name] or 0)
        if more:
            said.append(say("%(what)s %(sign)s%(wan)s (10k yuan)", what=text, sign="+" if more > 0 else "−",
                            wan=_wan(abs(more))))  # fmt: skip
    return "；".join(render(one) for one in said)


def _wan(fen: int) -> str:
    value = Decimal(fen) / FEN_PER_WAN
    return f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"


def _figures_sheet(now: Figures, then: Figures, period: str, look: Look, moved: list[dict[str, Any]]) -> ReportSheet:
    columns = [
        column("name", say("Figure"), width=30), column("unit", say("Unit"), "word"),
        column("now", say("At the end"), "number", decimals=0), column("then", say("Before"), "number", decimals=0),
        column("change", say("Up or down"), "number", decimals=0),
        column("said", say("In words"), "long", width=90,
               note=say("The first three lines are the bulletin's sentences.")),
    ]  # fmt: skip
    said = [render(text) for text in sentences(now, then, look.day, moved, look.coded(look.rows))]
    rows = []
    for at, (name, label, money) in enumerate(FIGURES):
        scale = FEN_PER_WAN if money else 1
        values = [Decimal(getattr(figures, name)) / scale for figures in (now, then)]
        known = name not in UNKNOWN_THEN
        rows.append({
            "name": render(label), "unit": render(say("10k yuan") if money else say("projects")), "now": values[0],
            "then": values[1] if known else None, "change": values[0] - values[1] if known else None,
            "said": said[at] if at < len(said) else "",
        })  # fmt: skip
    return ReportSheet(
        render(say("Main points")), render(BY_CODE[look.order.code].name), columns, table(rows, columns), lead=period,
        shown=render(say("%(n)s figures", n="{count}")),
    )  # fmt: skip


def _units_sheet(look: Look, period: str) -> ReportSheet:
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for row in look.rows:
        by_unit[row["unit_name"] or "—"].append(row)
    rows: list[dict[str, Any]] = []
    for unit, mine in by_unit.items():
        figures = figures_of(mine, look.day)
        ruled = figures.red + figures.yellow + figures.green
        worst = "red" if figures.red * 4 >= ruled > 0 else "yellow" if figures.red or figures.yellow else "green"
        rows.append({
            "name": unit, "verdict": lamp(worst if ruled else "none"), "projects": figures.projects,
            "green": figures.green, "yellow": figures.yellow, "red": figures.red, "signed": figures.signed,
            "started": figures.started, "landed": figures.landed, "investment": figures.investment,
            "contracted": figures.contracted, "paid_in": figures.paid_in,
        })  # fmt: skip
    rows.sort(key=lambda row: (-row["red"], -row["yellow"], row["name"]))
    lights = say("Lights")
    columns = [
        column("name", say("Responsible unit")),
        column("verdict", say("Lamp"), "word", tones=tones_of("lamp"),
               note=say("Red when a quarter of the projects with a clock are red, yellow when any is red or yellow.")),
        column("projects", say("Projects"), "int", total=True),
        column("green", say("green"), "int", group=lights, total=True),
        column("yellow", say("yellow"), "int", group=lights, total=True),
        column("red", say("red"), "int", group=lights, total=True),
        column("signed", say("Signed and later"), "int", total=True),
        column("started", say("Under construction and later"), "int", total=True),
        column("landed", say("Landed"), "int", total=True),
        column("investment", say("Total investment"), "money_wan", total=True),
        column("contracted", say("Contracted capital"), "money_wan", total=True, headline=True),
        column("paid_in", say("Paid-in capital"), "money_wan", total=True, headline=True),
    ]  # fmt: skip
    charts = (
        ChartOf(render(say("Lights by unit")), "name", ("green", "yellow", "red"), lying=True, stacked=True,
                colors=LAMP_COLORS),
        ChartOf(render(say("Contracted and paid-in capital by unit")), "name", ("contracted", "paid_in"), lying=True),
    )  # fmt: skip
    return ReportSheet(
        render(say("Units and lights")), render(say("Responsible units: lights and capital")), columns,
        table(rows, columns), lead=period, shown=render(say("%(n)s units", n="{count}")), charts=charts,
    )  # fmt: skip


def _moves_sheet(moved: list[dict[str, Any]], period: str) -> ReportSheet:
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("unit", say("Responsible unit")),
        column("stage", say("Stage"), "word", tones=tones_of("stage")), column("change", say("What changed"), "long"),
        column("contracted", say("Contracted, more"), "money_wan", total=True),
        column("paid_in", say("Paid in, more"), "money_wan", total=True),
    ]  # fmt: skip
    return ReportSheet(
        render(say("What moved")), render(say("Projects that moved")), columns, table(moved, columns), lead=period,
        empty=render(say("No project moved in this period")),
    )  # fmt: skip


def _lamps_sheet(look: Look, period: str) -> ReportSheet:
    rows = []
    for row in look.coded(look.rows):
        code = light_of(row, look.day)
        if code in ("red", "yellow"):
            rows.append({
                "number": row["number"], "name": row["name"], "light": lamp(code), "stage": stage_word(row),
                "days": (look.day - row["stage_since"]).days, "last": row["last_contact_on"],
                "unit": row["unit_name"], "owner": row["owner_name"] or "", "leader": row["leader"],
                "next": row["next_steps"], "problems": row["problems"], "rank": code != "red",
            })  # fmt: skip
    rows.sort(key=lambda row: (row["rank"], row["unit"] or "", -row["days"]))
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("light", say("Lamp"), "word", tones=tones_of("lamp")),
        column("stage", say("Stage"), "word", tones=tones_of("stage")), column("days", say("Days in stage"), "int"),
        column("last", say("Last contact"), "date"), column("unit", say("Responsible unit")),
        column("owner", say("Officer in charge"), "word"), column("leader", say("City leader in charge"), "word"),
        column("problems", say("Problems"), "long"), column("next", say("Next steps"), "long"),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Red and yellow")), render(say("Projects with a red or yellow light")), columns,
        table(rows, columns), lead=period, empty=render(say("No project has a red or yellow light")),
    )  # fmt: skip

