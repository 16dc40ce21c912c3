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
from crm.reports.queries_linked import companies as linked
from crm.reports.queries_registers import EntityFacts, LegFacts, RecognitionFacts, entities, legs, recognitions
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
    listed = {one.lead_id for one in linked(look.by) if one.enterprise_id is not None}
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
            line |= _company(company)
            line["listed"] = render(say("in the register") if row["id"] in listed else say("not in the register"))
        for leg in LEGS:
            line |= _leg(leg, evidence.get((row["id"], leg)), look.day)
        if recognised is not None and recognised.recognised_on <= look.day:
            line |= _recognition(recognised, row)
        lines.append(line)
    lines.sort(key=lambda line: (line.get("landed_on") is None, str(line.get("landed_on") or ""), line["number"]))
    columns = _columns()
    title = BY_CODE["landing"].name
    sheet = ReportSheet(render(title), render(title), columns, table(lines, columns),
                        empty=render(say("No project has a local company yet")))  # fmt: skip
    return look.book(title, [sheet, _proofs(lines), _state(lines)], say("recognised first, by day"))


def _company(company: EntityFacts) -> dict[str, Any]:
    """Return the facts of the local company, those of each leg under the leg's name."""
    accounting = render(say("yes") if company.accounting else say("no")) if company.accounting is not None else ""
    status = render(TAXPAYER_STATUSES.get(company.taxpayer_status, say("—")))
    return {
        "kind": render(ENTITY_KINDS[company.kind]) if company.kind in ENTITY_KINDS else company.kind,
        "entity": company.name, "uscc": company.uscc,
        "registered_facts": _facts(registrar=company.registrar, address=company.address),
        "registered_day": company.registered_on,
        "taxed_facts": _facts(tax_office=company.tax_office, taxpayer_status=status),
        "taxed_day": company.taxed_on,
        "accounted_facts": _facts(accounting=accounting, books_kept_at=company.books_kept_at,
                                  statistics_relation=company.statistics_relation),
    }  # fmt: skip


def _facts(**facts: str) -> str:
    """Name the known facts of a leg, one a line."""
    return "\n".join(f"{render(FACT_LABELS[name])}：{fact}" for name, fact in facts.items() if fact)


def _recognition(recognised: RecognitionFacts, row: dict[str, Any]) -> dict[str, Any]:
    counted = row["landed_on"] is not None
    ended = render(END_KINDS[recognised.end_kind]) if recognised.end_kind in END_KINDS else render(ENDED)
    return {
        "landed": render(STANDING) if counted else ended, "landed_on": recognised.recognised_on,
        "recognised_by": recognised.recognised_by, "recheck": recognised.recheck_due,
        "counted": row["landed_fen"] if counted else None,
    }  # fmt: skip


def _leg(leg: str, facts: LegFacts | None, day: date) -> dict[str, Any]:
    if facts is None:
        return {f"{leg}_state": render(STATE_LABELS["missing"])}
    state = facts.state
    if state == "verified" and facts.valid_until is not None and facts.valid_until < day:
        state = "expired"
    return {
        f"{leg}_state": render(STATE_LABELS[state]),
        f"{leg}_evidence": render(EVIDENCE_LABELS.get(facts.kind, say("—"))),
        f"{leg}_from": facts.submitted_by, f"{leg}_until": facts.valid_until,
        f"{leg}_by": facts.verifier, f"{leg}_on": shanghai_date(facts.decided_at) if facts.decided_at else None,
    }  # fmt: skip


def _tones() -> dict[str, shapes.Tone]:
    return {render(STATE_LABELS[code]): shapes.Tone(tone) for code, tone in STATE_TONES.items()}


def _columns() -> list[shapes.Column]:
    """Return the columns of the register: what fits one page in letters that can be read from a table."""
    project, company, end = say("Project"), say("Local company"), say("Recognition")
    found = [
        column("number", say("Number"), "code", group=project),
        column("name", say("Project name"), group=project, width=20),
        column("unit", say("Responsible unit"), group=project, width=12),
        column("stage", say("Stage"), "word", group=project, tones=tones_of("stage")),
        column("entity", FACT_LABELS["name"], group=company, width=19),
        column("kind", FACT_LABELS["kind"], "word", group=company),
        column("uscc", FACT_LABELS["uscc"], "code", group=company),
        column("listed", say("In the register of enterprises"), "word", group=company,
               note=say("The park enterprise with the same credit code, whose monthly figures statistics ask for.")),
    ]  # fmt: skip
    for leg, label in LEGS.items():
        found += [
            column(f"{leg}_state", say("State of the leg"), "word", group=label, tones=_tones()),
            column(f"{leg}_by", say("Verifier"), "word", group=label, width=9),
        ]
    return [
        *found,
        column("legs", say("Verified legs (of 3)"), "int", group=end, width=10),
        column("landed", say("Landed"), "word", group=end, tones={render(STANDING): shapes.Tone.GOOD}, width=9),
        column("landed_on", say("Recognised on"), "date", group=end, width=12),
        column("recognised_by", say("Recognised by"), "word", group=end, width=9),
        column("counted", say("Counted as landed"), "money_wan", group=end, total=True, headline=True,
               note=say("The investment that the recognition counts; of an expansion only the increment.")),
        column("recheck", say("Look again by"), "date", group=end, width=12),
        column("lead_id", say("Id"), "int", hidden=True),
    ]  # fmt: skip


def _proofs(lines: list[dict[str, Any]]) -> ReportSheet:
    """Return every leg of every company: its facts, the evidence, who handed it in, who verified it and when."""
    rows = []
    for line in lines:
        for leg, label in LEGS.items():
            own = {key.removeprefix(f"{leg}_"): value for key, value in line.items() if key.startswith(f"{leg}_")}
            rows.append({**{key: line.get(key) for key in ("number", "name", "entity", "investor")},
                         "leg": render(label), **own})  # fmt: skip
    columns = [
        column("number", say("Number"), "code"), column("name", say("Project name"), width=24),
        column("investor", say("Investor"), width=22), column("entity", say("Local company"), width=22),
        column("leg", say("Leg"), "word"), column("facts", say("Facts of the leg"), "long", width=44),
        column("day", say("Date of the fact"), "date", width=12,
               note=say("The day of the registration, or of the tax document.")),
        column("state", say("State of the leg"), "word", tones=_tones()),
        column("evidence", say("Evidence"), width=16), column("from", say("Handed in by"), "word", width=10),
        column("by", say("Verifier"), "word", width=10), column("on", say("Verified on"), "date", width=12),
        column("until", say("Valid until"), "date", width=12),
    ]  # fmt: skip
    return ReportSheet(
        render(say("Evidence of the legs")), render(say("The three legs of every local company, with their evidence")),
        columns, table(rows, columns), shown=render(say("%(n)s legs", n="{count}")),
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
