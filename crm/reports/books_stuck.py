"""Stuck projects: no update for too long, behind the agreed start or plan, not in statistics, or asking for help."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from crm.capital.queries import terms_of_all
from crm.core.errors import Text, say
from crm.core.words import render
from crm.leads.rules_clocks import clocks, plan_light, points_behind, start_light, statistics_light
from crm.reports.books import plain_investment
from crm.reports.books_common import Look, column, lamp, light_of, stage_word, table, tones_of
from crm.reports.queries_registers import began, last_words
from crm.reports.rules_books import BY_CODE
from crm.reports.rules_layouts import SIGNED_STAGES
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    from datetime import date

    Row = dict[str, Any]

REASONS = {
    "silent": say("no update for too long"),
    "start": say("agreed start passed"),
    "plan": say("behind the investment plan"),
    "statistics": say("not in statistics"),
    "asks": say("asks for help"),
}


def make(look: Look) -> ReportBook:
    """Return the stuck projects with every reason, the reddest and longest first."""
    rows = [row for row in look.rows if row["status"] == "active"]
    ids, known = [row["id"] for row in rows], look.order.known
    terms, started = terms_of_all(ids, look.day, known), began(ids, "started", look.day, known)
    words = last_words(ids, look.day, known)
    lines, counts = [], Counter[str]()
    for row in rows:
        reasons, worst = reasons_of(row, terms.get(row["id"]), started.get(row["id"]), look.day)
        if not reasons:
            continue
        counts.update(code for code, _ in reasons)
        lines.append({
            "number": row["number"], "name": row["name"], "investor": row["investor"], "light": lamp(worst),
            "reasons": "；".join(render(text) for _, text in reasons), "stage": stage_word(row),
            "days": (look.day - row["stage_since"]).days, "last": row["last_contact_on"],
            "investment": plain_investment(row), "problems": row["problems"], "requests": row["requests"],
            "said": words.get(row["id"], ""), "next": row["next_steps"], "unit": row["unit_name"],
            "owner": row["owner_name"] or "", "leader": row["leader"], "rank": worst != "red", "lead_id": row["id"],
        })  # fmt: skip
    lines.sort(key=lambda line: (line["rank"], -line["days"]))
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("investor", say("Investor")),
        column("light", say("Lamp"), "word", tones=tones_of("lamp")), column("reasons", say("Why it is stuck"), "long"),
        column("stage", say("Stage"), "word", tones=tones_of("stage")), column("days", say("Days in stage"), "int"),
        column("last", say("Last contact"), "date"),
        column("investment", say("Total investment"), "money_wan", total=True, headline=True),
        column("problems", say("Problems"), "long"), column("requests", say("What the enterprise asks for"), "long"),
        column("said", say("What was said last"), "long"), column("next", say("Next steps"), "long"),
        column("unit", say("Responsible unit")), column("owner", say("Officer in charge"), "word"),
        column("leader", say("City leader in charge"), "word"), column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip
    title = BY_CODE["stuck"].name
    sheet = ReportSheet(render(title), render(title), columns, table(lines, columns),
                        empty=render(say("No project is stuck")))  # fmt: skip
    return look.book(title, [sheet, _why(counts)], say("red first, the longest in its stage first"))


def reasons_of(row: Row, terms: Any, started_on: date | None, day: date) -> tuple[list[tuple[str, Text]], str]:
    """Return why a project is stuck, and its worst light."""
    found: list[tuple[str, Text, str]] = []
    silent = light_of(row, day)
    if silent in ("red", "yellow"):
        said = row["last_contact_on"] or row["stage_since"]
        found.append(("silent", say("no contact since %(day)s", day=said), silent))
    if not row["opening"]:
        found += _behind(row, terms, started_on, day)
    if row["requests"].strip():
        found.append(("asks", REASONS["asks"], "yellow"))
    worst = "red" if any(light == "red" for _, _, light in found) else "yellow"
    return [(code, text) for code, text, _ in found], worst


def _behind(row: Row, terms: Any, started_on: date | None, day: date) -> list[tuple[str, Text, str]]:
    found: list[tuple[str, Text, str]] = []
    if terms is not None and row["stage"] == "signed" and terms.start_on is not None:
        late = start_light(terms.start_on, day)
        if late != "calm":
            found.append(("start", say("the start was agreed for %(day)s", day=terms.start_on), late))
    if terms is not None and row["stage"] in SIGNED_STAGES[:3]:
        points = points_behind(dict(terms.yearly_plan), row["paid_in_fen"] or 0, day)
        if plan_light(points) != "calm":
            found.append(("plan", say("money %(n)s points behind the plan", n=points), plan_light(points)))
    if missing(row, started_on, day):
        text = say("works began on %(day)s, not in statistics", day=started_on)
        found.append(("statistics", text, statistics_light(started_on, day) if started_on else "yellow"))
    return found


def missing(row: Row, started_on: date | None, day: date) -> bool:
    """Tell whether a started project that is large enough should be in statistics by now and is not (漏统)."""
    if started_on is None or row["stage"] not in SIGNED_STAGES[1:]:
        return False
    if row["statistics_on"] is not None and row["statistics_on"] <= day:
        return False
    large = (row["investment_fen"] or 0) >= clocks().statistics_from_fen
    return large and statistics_light(started_on, day) != "calm"


def _why(counts: Counter[str]) -> ReportSheet:
    rows: list[list[Any]] = [[render(text), counts[code]] for code, text in REASONS.items()]
    columns = [column("name", say("Why it is stuck"), width=34), column("count", say("Projects"), "int")]
    chart = ChartOf(render(say("Why projects are stuck")), "name", ("count",), lying=True)
    return ReportSheet(
        render(say("Reasons")), render(say("Why projects are stuck (one project may have several reasons)")), columns,
        rows, shown=render(say("%(n)s reasons", n="{count}")), charts=(chart,),
    )  # fmt: skip
