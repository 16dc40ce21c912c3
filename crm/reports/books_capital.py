"""Capital in place: contracted against paid in project by project, every voucher with its checks, month by month."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crm.capital.queries import terms_of_all
from crm.capital.rules import PAID_IN_KINDS
from crm.capital.rules_checks import STATES, VERDICTS, Check, state_of
from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.core.words import render
from crm.leads.rules_clocks import plan_light, planned_by, points_behind
from crm.reports.books_common import Look, column, lamp, stage_word, table, tones_of
from crm.reports.queries_registers import checks, contracts, vouchers
from crm.reports.rules_books import BY_CODE
from exports import shapes
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    from crm.reports.queries_registers import VoucherFacts

    Row = dict[str, Any]

LIGHTS = {"red": "red", "yellow": "yellow", "calm": "green"}
MONTHS = 12


def make(look: Look) -> ReportBook:
    """Return the capital of the projects that have a contract or money in place."""
    rows = [row for row in look.rows if row["contracted_fen"] or row["paid_in_recorded_fen"] or row["paid_in_fen"]]
    known = {row["id"]: row for row in rows}
    entries = vouchers(list(known), look.day, look.order.known)
    title = BY_CODE["capital"].name
    sheets = [_projects(rows, look), _vouchers(entries, known, look), _months(entries, look)]
    return look.book(title, sheets, say("largest contract first"))


def _projects(rows: list[Row], look: Look) -> ReportSheet:
    ids, known = [row["id"] for row in rows], look.order.known
    papers, terms = contracts(ids, look.day, known), terms_of_all(ids, look.day, known)
    lines = []
    for row in sorted(rows, key=lambda row: (-(row["contracted_fen"] or 0), row["number"])):
        signed = next((one.signed_on for one in papers.get(row["id"], ()) if one.kind == "formal"), None)
        plan = dict(terms[row["id"]].yearly_plan) if row["id"] in terms else {}
        contracted, paid = row["contracted_fen"], row["paid_in_fen"]
        behind = points_behind(plan, paid or 0, look.day)
        lines.append({
            "number": row["number"], "name": row["name"], "investor": row["investor"], "stage": stage_word(row),
            "signed": signed, "contracted": contracted, "recorded": row["paid_in_recorded_fen"], "paid": paid,
            "rate": (paid or 0) * 10_000 // contracted if contracted else None,
            "left": contracted - (paid or 0) if contracted is not None else None,
            "planned": planned_by(plan, look.day) if plan else None, "behind": behind if plan else None,
            "light": lamp(LIGHTS[plan_light(behind)]) if plan else lamp("none"),
            "unit": row["unit_name"], "owner": row["owner_name"] or "", "lead_id": row["id"],
        })  # fmt: skip
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("investor", say("Investor")),
        column("stage", say("Stage"), "word", tones=tones_of("stage")), column("signed", say("Signed on"), "date"),
        column("contracted", say("Contracted capital"), "money_wan", total=True, headline=True),
        column("recorded", say("Paid-in capital as recorded"), "money_wan", total=True),
        column("paid", say("Paid-in capital"), "money_wan", total=True, headline=True,
               note=say("Sum of the paid-in entries that two offices have checked (recognised); others do not count.")),
        column("rate", say("Paid in of contracted"), "percent"),
        column("left", say("Still to come"), "money_wan", total=True,
               note=say("Contracted less paid in; below nothing more came than was contracted.")),
        column("planned", say("Planned by the day"), "money_wan", total=True, decimals=2,
               note=say("What the contract's yearly plan says for this day, a running year by its days.")),
        column("behind", say("Points behind the plan"), "int"),
        column("light", say("Lamp"), "word", tones=tones_of("lamp")), column("unit", say("Responsible unit")),
        column("owner", say("Officer in charge"), "word"), column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip
    chart = ChartOf(render(say("The largest contracts: contracted and paid in")), "name", ("contracted", "paid"),
                    lying=True)  # fmt: skip
    return ReportSheet(render(say("By project")), render(say("Capital in place by project")), columns,
                       table(lines, columns), charts=(chart,))  # fmt: skip


def _vouchers(entries: list[VoucherFacts], known: dict[int, Row], look: Look) -> ReportSheet:
    looked = checks([one.id for one in entries], look.order.known)
    lines = []
    for one in entries:
        said = looked.get(one.id, ())
        state = state_of((Check(by, office, verdict) for by, office, verdict, _, _ in said), void=False,
                         has_file=one.file_id is not None)  # fmt: skip
        if one.recognised_at is not None:
            state = "recognised"
        row = known[one.lead_id]
        lines.append({
            "paid_on": one.paid_on, "number": row["number"], "name": row["name"],
            "kind": render(PAID_IN_KINDS.get(one.kind, say("—"))), "voucher": one.voucher_no, "amount": one.amount_fen,
            "counted": one.amount_fen if one.recognised_at is not None else None, "state": render(STATES[state]),
            "checks": "；".join(f"{name}（{unit}）{render(VERDICTS[verdict])}" for _, _, verdict, name, unit in said),
            "on": shanghai_date(one.recognised_at) if one.recognised_at else None, "by": one.recorded_by,
            "unit": row["unit_name"],
        })  # fmt: skip
    tones = {render(STATES["recognised"]): shapes.Tone.GOOD, render(STATES["objected"]): shapes.Tone.BAD,
             render(STATES["voucher"]): shapes.Tone.CAUTION}  # fmt: skip
    columns = [
        column("paid_on", say("Paid on"), "date"), column("number", say("Number"), "code"),
        column("name", say("Project name")), column("kind", say("Kind"), "word"),
        column("voucher", say("Voucher"), "code"),
        column("amount", say("Amount"), "money_wan", total=True, headline=True),
        column("counted", say("Counts"), "money_wan", total=True, headline=True),
        column("state", say("How it stands"), "word", tones=tones), column("checks", say("Who checked it"), "long"),
        column("on", say("Counts since"), "date"), column("by", say("Recorded by"), "word"),
        column("unit", say("Responsible unit")),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Vouchers")), render(say("Every voucher with its checks")), columns, table(lines, columns),
        shown=render(say("%(n)s vouchers", n="{count}")), empty=render(say("No money was recorded")),
    )  # fmt: skip


def _months(entries: list[VoucherFacts], look: Look) -> ReportSheet:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for month in range(1, look.day.month + 1):
        sums[f"{look.day.year}-{month:02d}"] = [0, 0, 0]
    for one in entries:
        if one.paid_on.year == look.day.year:
            line = sums[f"{one.paid_on:%Y-%m}"]
            line[0] += 1
            line[1] += one.amount_fen
            line[2] += one.amount_fen if one.recognised_at is not None else 0
    columns = [
        column("name", say("Month"), "code", width=16), column("count", say("Vouchers"), "int", total=True),
        column("amount", say("Paid-in capital as recorded"), "money_wan", total=True),
        column("counted", say("Paid-in capital"), "money_wan", total=True),
    ]  # fmt: skip
    rows: list[list[Any]] = [[month, *line] for month, line in sorted(sums.items())]
    chart = ChartOf(render(say("Money that came in, by month")), "name", ("amount", "counted"), most=MONTHS)
    return ReportSheet(
        render(say("By month")), render(say("Money that came in this year, by month")), columns, rows,
        shown=render(say("%(n)s months", n="{count}")), charts=(chart,),
    )  # fmt: skip
