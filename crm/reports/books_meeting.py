"""The meeting edition (上会版): what leaders need of each project, since last time, under code names where needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.words import render
from crm.profile.rules import label
from crm.reports.books import plain_investment
from crm.reports.books_bulletin import change_of
from crm.reports.books_common import ALIVE, Look, column, lamp, light_of, stage_word, table, tones_of
from crm.reports.queries_registers import meeting_items
from crm.reports.rules_books import BY_CODE, before
from crm.reports.rules_layouts import SIGNED_STAGES
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    from exports.shapes import Column

    Row = dict[str, Any]

FROM = ("negotiating", *SIGNED_STAGES)
"""A leaders' meeting looks at projects from the talks on, and at earlier ones that ask for a decision."""


def make(look: Look) -> ReportBook:
    """Return the meeting edition."""
    since = look.order.since or before("monthly", look.day)
    earlier = {row["id"]: row for row in look.rows_on(since)}
    items = meeting_items([row["id"] for row in look.rows])
    rows = []
    for row in look.rows:
        item = items.get(row["id"])
        if row["status"] not in ALIVE or not (row["stage"] in FROM or (item and item.matter)):
            continue
        code = item.code_name if item else ""
        secret = render(say("withheld"))
        rows.append({
            "name": code or row["name"], "investor": secret if code else row["investor"],
            "content": secret if code else row["content"], "investment": plain_investment(row),
            "contracted": row["contracted_fen"], "paid_in": row["paid_in_fen"],
            "park": render(label("parks", row["park"])) if row["park"] else "", "stage": stage_word(row),
            "light": lamp(light_of(row, look.day)), "leader": row["leader"], "unit": row["unit_name"],
            "change": change_of(earlier.get(row["id"]), row) or render(say("no change")),
            "progress": secret if code else _latest(row["progress"]),
            "problems": secret if code else _problems(row), "matter": item.matter if item else "",
            "rank": (not (item and item.matter)),
        })  # fmt: skip
    rows.sort(key=lambda row: (row["rank"], -(row["investment"] or 0)))
    columns = _columns(look)
    lead = render(say("Changes since %(day)s", day=since))
    title = BY_CODE["meeting"].name
    decide = [row for row in rows if row["matter"]]
    sheets = [
        ReportSheet(render(title), render(say("Projects for the leaders' meeting")), columns, table(rows, columns),
                    lead=lead),
        _matters(decide, look, lead),
        _leaders(rows, look, lead),
    ]  # fmt: skip
    return look.book(title, sheets, say("what is to be decided first, then the largest investment"))


def _problems(row: Row) -> str:
    """Say in one place what hinders a project and what comes next: leaders read them together, and paper is narrow."""
    said = ((say("Problems"), row["problems"]), (say("Next steps"), row["next_steps"]))
    return "\n".join(f"{render(head)}：{text.strip()}" for head, text in said if text.strip())


def _latest(progress: str) -> str:
    """Return the last line of a text that grows by a dated line at a time: leaders want the latest."""
    lines = [line for line in progress.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def money(look: Look) -> str:
    """Return the kind of column in which a meeting reads amounts."""
    return "money_yi" if look.order.money == "yi" else "money_wan"


def _columns(look: Look) -> list[Column]:
    amount = money(look)
    return [
        column("name", say("Project name"), width=20,
               note=say("A confidential project stands under its code name; investor and content are withheld.")),
        column("investor", say("Investor"), width=16), column("content", say("What is built"), "long", width=30),
        column("investment", say("Total investment"), amount, total=True, headline=True,
               note=say("A range or a foreign amount is left out.")),
        column("contracted", say("Contracted capital"), amount, total=True, headline=True),
        column("paid_in", say("Paid-in capital"), amount, total=True, headline=True),
        column("park", say("Park"), width=13), column("stage", say("Stage"), "word", tones=tones_of("stage")),
        column("light", say("Lamp"), "word", tones=tones_of("lamp")),
        column("leader", say("City leader in charge"), "text", width=13),
        column("unit", say("Responsible unit"), width=14),
        column("change", say("Since last time"), "long", width=20),
        column("progress", say("Progress"), "long", width=26),
        column("problems", say("Problems and next steps"), "long", width=30),
        column("matter", say("To be decided by the city's leaders"), "long", width=30),
    ]  # fmt: skip


def _matters(rows: list[dict[str, Any]], look: Look, lead: str) -> ReportSheet:
    columns = [
        column("name", say("Project name")), column("investment", say("Total investment"), money(look), total=True),
        column("stage", say("Stage"), "word", tones=tones_of("stage")),
        column("matter", say("To be decided by the city's leaders"), "long", width=70),
        column("leader", say("City leader in charge"), "word"), column("unit", say("Responsible unit")),
        column("decision", say("Decision of the meeting"), "long", width=50),
    ]  # fmt: skip
    return ReportSheet(
        render(say("To decide")), render(say("Matters for the city's leaders to decide")), columns,
        table(rows, columns), lead=lead, empty=render(say("No project asks for a decision")),
    )  # fmt: skip


def _leaders(rows: list[dict[str, Any]], look: Look, lead: str) -> ReportSheet:
    sums: dict[str, list[int]] = {}
    for row in rows:
        line = sums.setdefault(row["leader"] or render(say("no leader in charge")), [0, 0, 0, 0, 0])
        for at, more in enumerate((1, bool(row["matter"]), row["investment"] or 0, row["contracted"] or 0,
                                   row["paid_in"] or 0)):  # fmt: skip
            line[at] += more
    lines: list[list[Any]] = [[leader, *line] for leader, line in sorted(sums.items(), key=lambda pair: -pair[1][0])]
    amount = money(look)
    columns = [
        column("name", say("City leader in charge")), column("count", say("Projects"), "int", total=True),
        column("matters", say("To decide"), "int", total=True),
        column("investment", say("Total investment"), amount, total=True),
        column("contracted", say("Contracted capital"), amount, total=True),
        column("paid_in", say("Paid-in capital"), amount, total=True),
    ]  # fmt: skip
    amounts = ("investment", "contracted", "paid_in")
    chart = ChartOf(render(say("Capital by leader in charge")), "name", amounts, lying=True)
    return ReportSheet(
        render(say("By leader")), render(say("Projects by the leader in charge")), columns, lines, lead=lead,
        shown=render(say("%(n)s leaders", n="{count}")), charts=(chart,),
    )  # fmt: skip

