"""The landing register: recognition and legs one line a project; each leg with its evidence; the local companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.core.words import render
from crm.landing.rules import (
    END_KINDS,
    ENTITY_KINDS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LEGS,
    STATE_LABELS,
    TAXPAYER_STATUSES,
)
from crm.reports.books_common import Look, column, stage_word, table, tones_of
from crm.reports.queries_landing import EntityFacts, LegFacts, RecognitionFacts, entities, legs, recognitions
from crm.reports.queries_linked import companies as linked
from crm.reports.rules_books import BY_CODE
from exports import shapes
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    from datetime import date

    Row = dict[str, Any]
    Evidence = dict[tuple[int, str], LegFacts]

STATE_TONES = {"verified": "good", "submitted": "calm", "rejected": "bad", "void": "caution", "expired": "caution"}
STANDING, ENDED = say("Standing"), say("Ended")
LEG_FACTS = {
    "registered": ("registrar", "registered_on"),
    "taxed": ("tax_office", "taxpayer_status", "taxed_on"),
    "accounted": ("accounting", "books_kept_at", "statistics_relation"),
}
"""What each leg's evidence proves."""


def make(look: Look) -> ReportBook:
    """Return the register of the projects that have a local company or were recognised."""
    ids, known = [row["id"] for row in look.rows], look.order.known
    companies, given = entities(ids, look.day, known), recognitions(ids, look.day, known)
    evidence = legs(ids, look.day, known)
    rows = [row for row in look.rows if row["id"] in companies or row["id"] in given]
    lines = [_line(row, companies.get(row["id"]), given.get(row["id"]), evidence, look.day) for row in rows]
    lines.sort(key=lambda line: (line.get("landed_on") is None, str(line.get("landed_on") or ""), line["number"]))
    columns, title = _columns(), BY_CODE["landing"].name
    first = ReportSheet(render(title), render(title), columns, table(lines, columns),
                        empty=render(say("No project has a local company yet")))  # fmt: skip
    by_id = {row["id"]: row for row in rows}
    order = [by_id[line["lead_id"]] for line in lines]
    sheets = [first, _proved(order, companies, evidence, look.day), _companies(order, companies, look), _state(lines)]
    return look.book(title, sheets, say("recognised first, by day"))


def _state_of(facts: LegFacts | None, day: date) -> str:
    if facts is None:
        return "missing"
    past = facts.valid_until is not None and facts.valid_until < day
    return "expired" if facts.state == "verified" and past else facts.state


def _line(row: Row, company: EntityFacts | None, recognised: RecognitionFacts | None, evidence: Evidence,
          day: date) -> Row:  # fmt: skip
    line: Row = {
        "number": row["number"], "name": row["name"], "stage": stage_word(row), "unit": row["unit_name"],
        "lead_id": row["id"],
    }  # fmt: skip
    if company is not None:
        line |= {"entity": company.name, "uscc": company.uscc}
    for leg in LEGS:
        facts = evidence.get((row["id"], leg))
        line |= {
            f"{leg}_state": render(STATE_LABELS[_state_of(facts, day)]),
            f"{leg}_by": facts.verifier if facts else "",
            f"{leg}_on": shanghai_date(facts.decided_at) if facts and facts.decided_at else None,
        }  # fmt: skip
    if recognised is not None:
        counted = row["landed_on"] is not None
        ended = render(END_KINDS.get(recognised.end_kind, ENDED))
        line |= {
            "landed": render(STANDING) if counted else ended, "landed_on": recognised.recognised_on,
            "recognised_by": recognised.recognised_by, "recheck": recognised.recheck_due if counted else None,
            "counted": row["landed_fen"] if counted else None,
        }  # fmt: skip
    return line


def _leg_tones() -> dict[str, shapes.Tone]:
    return {render(STATE_LABELS[code]): shapes.Tone(tone) for code, tone in STATE_TONES.items()}


def _columns() -> list[shapes.Column]:
    project, company, state, end = say("Project"), say("Local company"), say("Unit and stage"), say("Recognition")
    found = [
        column("number", say("Number"), "code", group=project),
        column("name", say("Project name"), group=project, width=18),
        column("entity", FACT_LABELS["name"], group=company, width=18),
        column("uscc", FACT_LABELS["uscc"], "code", group=company),
        column("unit", say("Responsible unit"), group=state, width=13),
        column("stage", say("Stage"), "word", group=state, tones=tones_of("stage")),
    ]  # fmt: skip
    for leg, label in LEGS.items():
        found += [
            column(f"{leg}_state", say("State of the leg"), "word", group=label, tones=_leg_tones()),
            column(f"{leg}_by", say("Verifier"), "word", group=label),
            column(f"{leg}_on", say("Verified on"), "date", group=label),
        ]
    return [
        *found,
        column("landed", say("Landed"), "word", group=end, tones={render(STANDING): shapes.Tone.GOOD}),
        column("landed_on", say("Recognised on"), "date", group=end),
        column("recognised_by", say("Recognised by"), "word", group=end),
        column("counted", say("Counted as landed"), "money_wan", group=end, total=True, headline=True,
               note=say("The investment that the recognition counts; of an expansion only the increment.")),
        column("recheck", say("Look again by"), "date", group=end),
        column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip


def _proved(rows: list[Row], companies: dict[int, EntityFacts], evidence: Evidence, day: date) -> ReportSheet:
    """Return one line a leg: what is to be proved, by what it is proved, who handed it in and who verified it."""
    lines = []
    for row in rows:
        company = companies.get(row["id"])
        for leg, label in LEGS.items():
            facts = evidence.get((row["id"], leg))
            lines.append({
                "number": row["number"], "name": row["name"], "entity": company.name if company else "",
                "leg": render(label), "facts": _facts(company, leg),
                "state": render(STATE_LABELS[_state_of(facts, day)]),
                "evidence": render(EVIDENCE_LABELS.get(facts.kind, say("—"))) if facts else "",
                "submitted_by": facts.submitted_by if facts else "", "verifier": facts.verifier if facts else "",
                "on": shanghai_date(facts.decided_at) if facts and facts.decided_at else None,
                "until": facts.valid_until if facts else None, "reason": facts.reason if facts else "",
            })  # fmt: skip
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("entity", FACT_LABELS["name"]), column("leg", say("Leg"), "word"),
        column("facts", say("Facts to be proved"), "long", width=46),
        column("state", say("State of the leg"), "word", tones=_leg_tones()), column("evidence", say("Evidence")),
        column("submitted_by", say("Handed in by"), "word"), column("verifier", say("Verifier"), "word"),
        column("on", say("Verified on"), "date"), column("until", say("Valid until"), "date"),
        column("reason", say("Reason"), "text", width=22),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Evidence")), render(say("Each leg with its evidence")), columns, table(lines, columns),
        shown=render(say("%(n)s legs", n="{count}")), empty=render(say("No project has a local company yet")),
    )  # fmt: skip


def _facts(company: EntityFacts | None, leg: str) -> str:
    """Say the facts of a leg as `name: value`, those that are known."""
    told = _told(company) if company else {}
    return "；".join(f"{render(FACT_LABELS[fact])}：{told[fact]}" for fact in LEG_FACTS[leg] if told.get(fact))


def _told(company: EntityFacts) -> dict[str, str]:
    own = {None: "", True: render(say("yes")), False: render(say("no"))}
    return {
        "registrar": company.registrar, "registered_on": str(company.registered_on or ""),
        "tax_office": company.tax_office, "taxed_on": str(company.taxed_on or ""),
        "taxpayer_status": render(TAXPAYER_STATUSES[company.taxpayer_status])
        if company.taxpayer_status in TAXPAYER_STATUSES else "",
        "accounting": own[company.accounting], "books_kept_at": company.books_kept_at,
        "statistics_relation": company.statistics_relation,
    }  # fmt: skip


def _companies(rows: list[Row], companies: dict[int, EntityFacts], look: Look) -> ReportSheet:
    listed = {one.uscc for one in linked(look.by) if one.enterprise_id is not None}
    lines = []
    for row in rows:
        company = companies.get(row["id"])
        if company is None:
            continue
        lines.append({
            "number": row["number"], "name": row["name"], "investor": row["investor"], "entity": company.name,
            "kind": render(ENTITY_KINDS[company.kind]) if company.kind in ENTITY_KINDS else company.kind,
            "uscc": company.uscc, "address": company.address, "registrar": company.registrar,
            "registered_on": company.registered_on, "tax_office": company.tax_office,
            "taxpayer": _told(company)["taxpayer_status"], "taxed_on": company.taxed_on,
            "accounting": _told(company)["accounting"], "books": company.books_kept_at,
            "relation": company.statistics_relation,
            "listed": render(say("in the register") if company.uscc in listed else say("not in the register")),
        })  # fmt: skip
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name")),
        column("investor", say("Investor")), column("entity", FACT_LABELS["name"]),
        column("kind", FACT_LABELS["kind"], "word"), column("uscc", FACT_LABELS["uscc"], "code"),
        column("address", FACT_LABELS["address"]), column("registrar", FACT_LABELS["registrar"]),
        column("registered_on", FACT_LABELS["registered_on"], "date"), column("tax_office", FACT_LABELS["tax_office"]),
        column("taxpayer", FACT_LABELS["taxpayer_status"], "word"),
        column("taxed_on", FACT_LABELS["taxed_on"], "date"),
        column("accounting", FACT_LABELS["accounting"], "word"), column("books", FACT_LABELS["books_kept_at"]),
        column("relation", FACT_LABELS["statistics_relation"]),
        column("listed", say("In the register of enterprises"), "word",
               note=say("Whether today a park enterprise has the same credit code; statistics ask for its figures.")),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Local companies")), render(say("Local companies")), columns, table(lines, columns),
        shown=render(say("%(n)s companies", n="{count}")), empty=render(say("No project has a local company yet")),
    )  # fmt: skip


def _state(lines: list[dict[str, Any]]) -> ReportSheet:
    states = ("verified", "submitted", "rejected", "expired", "void", "missing")
    labels = [render(STATE_LABELS[code]) for code in states]
    rows = []
    for leg, label in LEGS.items():
        counts = [sum(line[f"{leg}_state"] == word for line in lines) for word in labels]
        rows.append([render(label), len(lines), *counts])
    columns = [
        column("name", say("Leg")), column("all", say("Projects"), "int"),
        *(shapes.Column(f"s{at}", word, shapes.Kind.INT) for at, word in enumerate(labels)),
    ]  # fmt: skip
    chart = ChartOf(render(say("The three legs: how far the evidence is")), "name",
                    tuple(f"s{at}" for at in range(len(labels))), stacked=True)  # fmt: skip
    return ReportSheet(
        render(say("The three legs")), render(say("The three legs: how far the evidence is")), columns, rows,
        shown=render(say("%(n)s legs", n="{count}")), charts=(chart,),
    )  # fmt: skip
