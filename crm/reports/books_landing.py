"""The landing register: local companies, their three legs with evidence and verifier, and the recognition."""

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
from crm.reports.queries_registers import LegFacts, entities, legs, recognitions
from crm.reports.rules_books import BY_CODE
from exports import shapes
from exports.report_book import ChartOf, ReportBook, ReportSheet

if TYPE_CHECKING:
    from datetime import date

STATE_TONES = {"verified": "good", "submitted": "calm", "rejected": "bad", "void": "caution", "expired": "caution"}
STANDING, ENDED = say("Standing"), say("Ended")


def make(look: Look) -> ReportBook:
    """Return the register of the projects that have a local company or a verified leg."""
    rows = look.rows
    ids = [row["id"] for row in rows]
    companies, evidence, given = entities(ids), legs(ids), recognitions(ids)
    lines = []
    for row in rows:
        company, recognised = companies.get(row["id"]), given.get(row["id"])
        if company is None and recognised is None:
            continue
        line: dict[str, Any] = {
            "number": row["number"], "name": row["name"], "investor": row["investor"], "stage": stage_word(row),
            "unit": row["unit_name"], "legs": row["legs_verified"], "lead_id": row["id"],
        }  # fmt: skip
        if company is not None:
            line |= {
                "kind": render(ENTITY_KINDS[company.kind]) if company.kind in ENTITY_KINDS else company.kind,
                "entity": company.name, "uscc": company.uscc, "address": company.address,
                "registrar": company.registrar, "registered_on": company.registered_on,
                "tax_office": company.tax_office, "taxed_on": company.taxed_on,
                "taxpayer": render(TAXPAYER_STATUSES.get(company.taxpayer_status, say("—"))),
                "accounting": company.accounting, "books": company.books_kept_at,
                "relation": company.statistics_relation,
            }  # fmt: skip
        for leg in LEGS:
            line |= _leg(leg, evidence.get((row["id"], leg)), look.day)
        counted = row["landed_on"] is not None
        if recognised is not None and recognised.recognised_on <= look.day:
            line |= {
                "landed": render(STANDING if counted else ENDED), "landed_on": recognised.recognised_on,
                "recognised_by": recognised.recognised_by, "recheck": recognised.recheck_due,
                "end": render(END_KINDS[recognised.end_kind]) if recognised.end_kind in END_KINDS else "",
                "counted": row["landed_fen"] if counted else None,
            }  # fmt: skip
        lines.append(line)
    lines.sort(key=lambda line: (line.get("landed_on") is None, str(line.get("landed_on") or ""), line["number"]))
    columns = _columns()
    title = BY_CODE["landing"].name
    sheet = ReportSheet(render(title), render(title), columns, table(lines, columns),
                        empty=render(say("No project has a local company yet")))  # fmt: skip
    return look.book(title, [sheet, _state(lines)], say("recognised first, by day"))


def _leg(leg: str, facts: LegFacts | None, day: date) -> dict[str, Any]:
    if facts is None:
        return {f"{leg}_state": render(STATE_LABELS["missing"])}
    state = facts.state
    if state == "verified" and facts.valid_until is not None and facts.valid_until < day:
        state = "expired"
    return {
        f"{leg}_state": render(STATE_LABELS[state]),
        f"{leg}_evidence": render(EVIDENCE_LABELS.get(facts.kind, say("—"))),
        f"{leg}_by": facts.verifier, f"{leg}_on": shanghai_date(facts.decided_at) if facts.decided_at else None,
    }  # fmt: skip


def _columns() -> list[shapes.Column]:
    project, company, end = say("Project"), say("Local company"), say("Recognition")
    tones = {render(STATE_LABELS[code]): shapes.Tone(tone) for code, tone in STATE_TONES.items()}
    found = [
        column("number", say("Number"), "code", group=project), column("name", say("Project name"), group=project),
        column("investor", say("Investor"), group=project, width=18),
        column("unit", say("Responsible unit"), group=project, width=14),
        column("stage", say("Stage"), "word", group=project, tones=tones_of("stage")),
        column("entity", FACT_LABELS["name"], group=company, width=20),
        column("kind", FACT_LABELS["kind"], "word", group=company),
        column("uscc", FACT_LABELS["uscc"], "code", group=company),
        column("address", FACT_LABELS["address"], group=company, width=20),
    ]  # fmt: skip
    own = {
        "registered": (column("registrar", FACT_LABELS["registrar"], group=LEGS["registered"], width=15),
                       column("registered_on", FACT_LABELS["registered_on"], "date", group=LEGS["registered"])),
        "taxed": (column("tax_office", FACT_LABELS["tax_office"], group=LEGS["taxed"], width=16),
                  column("taxpayer", FACT_LABELS["taxpayer_status"], "word", group=LEGS["taxed"]),
                  column("taxed_on", FACT_LABELS["taxed_on"], "date", group=LEGS["taxed"])),
        "accounted": (column("accounting", FACT_LABELS["accounting"], "word", group=LEGS["accounted"]),
                      column("books", FACT_LABELS["books_kept_at"], group=LEGS["accounted"], width=15),
                      column("relation", FACT_LABELS["statistics_relation"], group=LEGS["accounted"], width=15)),
    }  # fmt: skip
    for leg, label in LEGS.items():
        found += own[leg]
        found += [
            column(f"{leg}_state", say("State of the leg"), "word", group=label, tones=tones),
            column(f"{leg}_evidence", say("Evidence"), group=label, width=14),
            column(f"{leg}_by", say("Verifier"), "word", group=label),
            column(f"{leg}_on", say("Verified on"), "date", group=label),
        ]
    return [
        *found,
        column("legs", say("Verified legs (of 3)"), "int", group=end),
        column("landed", say("Landed"), "word", group=end, tones={render(STANDING): shapes.Tone.GOOD}),
        column("landed_on", say("Recognised on"), "date", group=end),
        column("recognised_by", say("Recognised by"), "word", group=end),
        column("counted", say("Counted as landed"), "money_wan", group=end, total=True, headline=True,
               note=say("The investment that the recognition counts; of an expansion only the increment.")),
        column("recheck", say("Look again by"), "date", group=end), column("end", say("How it ended"), group=end),
        column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip


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
