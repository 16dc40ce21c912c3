"""The statistics cross-check: questions to answer, never verdicts; money, works and statistics side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import may
from crm.core.errors import Text, say
from crm.core.words import render
from crm.profile.rules import label
from crm.reports.books import plain_investment
from crm.reports.books_common import Look, column, lamp, stage_word, table, tones_of
from crm.reports.books_stuck import missing
from crm.reports.queries_registers import began, vouchers
from crm.reports.rules_books import BY_CODE
from crm.reports.rules_layouts import SIGNED_STAGES
from crm.statistics.queries_checks import asked
from crm.statistics.queries_uncounted import uncounted_enterprises
from crm.statistics.rules_sentences import BASES, sentence
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    Row = dict[str, Any]

LIGHTS = {"red": "red", "yellow": "yellow", "calm": "none"}
QUIET_DAYS = 90
"""Money without a contact for so long, or works without money for so long, is asked about."""
QUESTIONS = {
    "missing": say("Started, large enough, and not in statistics: has it been handed in?"),
    "no_works": say("Money in place and no works begun: what was it spent on?"),
    "no_contact": say("Money came in and nobody has been in contact since: is the project alive?"),
    "no_money": say("Works began and no money is in place: where are the vouchers?"),
    "unchecked": say("Money recorded and not checked by two offices: who checks it?"),
}


def make(look: Look) -> ReportBook:
    """Return the questions that the figures raise, project by project."""
    ids, known = [row["id"] for row in look.rows], look.order.known
    started = began(ids, "started", look.day, known)
    last_paid = {one.lead_id: one.paid_on for one in reversed(vouchers(ids, look.day, known))}
    lines: list[dict[str, Any]] = []
    counts = dict.fromkeys(QUESTIONS, 0)
    for row in look.rows:
        for code in questions_of(row, started.get(row["id"]), last_paid.get(row["id"]), look):
            counts[code] += 1
            lines.append(_line(row, QUESTIONS[code], started.get(row["id"]), last_paid.get(row["id"])))
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("question", say("Question"), "text", width=44,
               note=say("A question for the unit to answer; a figure that stands out is not called false.")),
        column("stage", say("Stage"), "word", tones=tones_of("stage")),
        column("investment", say("Total investment"), "money_wan"), column("started", say("Works began on"), "date"),
        column("statistics", say("Entered statistics on"), "date",
               note=say("The day itself; the register does not keep when it was learned.")),
        column("paid", say("Last money on"), "date"),
        column("recorded", say("Paid-in capital as recorded"), "money_wan"),
        column("counted", say("Paid-in capital"), "money_wan"), column("contact", say("Last contact"), "date"),
        column("unit", say("Responsible unit")), column("owner", say("Officer in charge"), "word"),
        column("answer", say("Explanation of the unit"), "long", width=40),
        column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip
    title = BY_CODE["crosscheck"].name
    first = ReportSheet(
        render(say("Questions")), render(say("Questions that the figures raise")), columns, table(lines, columns),
        shown=render(say("%(n)s questions", n="{count}")), empty=render(say("The figures raise no question")),
    )  # fmt: skip
    sheets = [first, *([_enterprises(look), _uncounted(look)] if may(look.by, "statistics.view") else []),
              _counted(counts)]
    return look.book(title, sheets, say("in the list's order"))


def _enterprises(look: Look) -> ReportSheet:
    """Return what the enterprises' monthly figures ask, as the page of questions does, furthest from usual first."""
    lines = []
    for one in asked(look.by, look.day, known=look.order.known):
        given = next((answer for answer in one.answers if answer.about == one.question.about), None)
        lines.append({
            "name": one.name, "park": render(label("parks", one.park)) if one.park else "", "month": one.question.month,
            "question": render(sentence(one.question)), "basis": render(BASES[one.question.basis]),
            "times": round(one.question.times, 2) if one.question.times is not None else None, "n": one.question.n,
            "small": render(say("small sample")) if one.question.small else "",
            "unit": one.unit_name, "statistician": one.statistician, "answer": given.text if given else "",
            "by": given.by_name if given else "",
        })  # fmt: skip
    columns = [
        column("name", say("Enterprise")), column("park", say("Park")), column("month", say("Month"), "code"),
        column("question", say("Question"), "long", width=60,
               note=say("A question for the unit to answer; a figure that stands out is not called false.")),
        column("basis", say("Compared with"), "word"),
        column("times", say("Times the usual"), "number", note=say("How many times the usual ratio (median).")),
        column("n", say("Months or enterprises behind it"), "int"), column("small", say("Sample"), "word"),
        column("unit", say("Responsible unit")), column("statistician", say("Statistician"), "word"),
        column("answer", say("Explanation of the unit"), "long", width=40), column("by", say("Explained by"), "word"),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Enterprises")), render(say("Questions that the enterprises' monthly figures raise")), columns,
        table(lines, columns), shown=render(say("%(n)s questions", n="{count}")),
        empty=render(say("The figures raise no question")),
    )  # fmt: skip


def _uncounted(look: Look) -> ReportSheet:
    """Return the enterprises above size that the statistics of industry did not have on the day."""
    lines = [
        {"name": one.name, "park": render(label("parks", one.park)) if one.park else "", "reached": one.reached_in,
         "revenue": one.revenue_fen, "months": one.months, "light": lamp(LIGHTS[one.light]), "unit": one.unit_name,
         "statistician": one.statistician, "answer": one.answers[-1].text if one.answers else ""}
        for one in uncounted_enterprises(look.by, look.day, known=look.order.known)
    ]  # fmt: skip
    columns = [
        column("name", say("Enterprise"), width=30), column("park", say("Park")),
        column("reached", say("Reached in"), "code"),
        column("revenue", say("Revenue of twelve months"), "money_wan"),
        column("months", say("Months known"), "int"), column("light", say("Lamp"), "word", tones=tones_of("lamp")),
        column("unit", say("Responsible unit")), column("statistician", say("Statistician"), "word"),
        column("answer", say("Explanation of the unit"), "long", width=46),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Above size and not counted")),
        render(say("Enterprises above size that the statistics of industry do not have")), columns,
        table(lines, columns), shown=render(say("%(n)s enterprises", n="{count}")),
        empty=render(say("Every enterprise of industry of that size is counted.")),
    )  # fmt: skip


def questions_of(row: Row, started_on: Any, paid_on: Any, look: Look) -> list[str]:
    """Return which questions the figures of a project raise."""
    quiet = look.day - timedelta(days=QUIET_DAYS)
    works, paid = row["stage"] in SIGNED_STAGES[1:], row["paid_in_fen"] or 0
    alive = row["status"] == "active"
    contact = row["last_contact_on"]
    raised = {
        "missing": missing(row, started_on, look.day),
        "no_works": alive and paid > 0 and not works and paid_on is not None and paid_on <= quiet,
        "no_contact": alive and paid_on is not None and paid_on <= quiet and (contact is None or contact < paid_on),
        "no_money": alive and works and paid == 0 and started_on is not None and started_on <= quiet,
        "unchecked": (row["paid_in_recorded_fen"] or 0) > paid,
    }  # fmt: skip
    return [code for code, yes in raised.items() if yes]


def _line(row: Row, question: Text, started_on: Any, paid_on: Any) -> dict[str, Any]:
    return {
        "number": row["number"], "name": row["name"], "question": render(question), "stage": stage_word(row),
        "investment": plain_investment(row), "started": started_on, "statistics": row["statistics_on"],
        "paid": paid_on, "recorded": row["paid_in_recorded_fen"], "counted": row["paid_in_fen"],
        "contact": row["last_contact_on"], "unit": row["unit_name"], "owner": row["owner_name"] or "", "answer": "",
        "lead_id": row["id"],
    }  # fmt: skip


def _counted(counts: dict[str, int]) -> ReportSheet:
    columns = [column("name", say("Question"), width=60), column("count", say("Projects"), "int")]
    rows: list[list[Any]] = [[render(QUESTIONS[code]), count] for code, count in counts.items()]
    chart = ChartOf(render(say("How often each question comes up")), "name", ("count",), lying=True)
    return ReportSheet(
        render(say("Overview")), render(say("How often each question comes up")), columns, rows,
        shown=render(say("%(n)s questions", n="{count}")), charts=(chart,),
    )  # fmt: skip
