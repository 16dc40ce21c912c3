"""From an evaluation's figures to the words of one person's form and to the index of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_time
from crm.core.errors import say
from crm.core.money import show_hundredths
from crm.core.words import render
from crm.credit.rules import show_points
from crm.credit.rules_evaluation import GRADES, STAFF
from crm.leads.rules import STAGE_LABELS
from crm.reports.books_evaluation import evidence_words, item_words, kind_words, reason_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

INDEX = (
    say("Project number"), say("Project"), say("Item of the tariff"), say("Counted on"), say("Happened on"),
    say("Points"), say("Share"), say("Evidence"), say("Note"), say("Tariff"), say("Line of the ledger"),
)  # fmt: skip
FINGERPRINT_SHOWN = 16
BLANK = "\u3000"


def person_of(figures: Mapping[str, Any], cadre_id: int) -> dict[str, Any] | None:
    """Return one person's part of the figures."""
    return next((one for one in figures["people"] if one["cadre"] == cadre_id), None)


def annex_values(figures: Mapping[str, Any], person: Mapping[str, Any], *, bureau: str, state: str, fingerprint: str,
                 at: datetime) -> dict[str, Any]:  # fmt: skip
    """Return the fields of the annex; figures, texts and grade as they stand in the period."""
    form = person["form"]
    tenths = person["month_tenths"]
    return {
        "bureau": bureau, "period": figures["period"], "starts_on": figures["starts_on"],
        "ends_on": figures["ends_on"], "state": state, "name": person["name"], "position": person["title"] or None,
        "home_unit": person["home_unit"], "kind": kind_words(person["kind"]), "host_place": person["host_place"],
        "host_unit": person["host_unit"], "months": f"{tenths // 10}.{tenths % 10}",
        "total": show_points(person["total"]),
        "per_month": show_points(person["per_month"]),
        "postings": "；".join(f"{start} — {end} {place} {unit} {post}".strip()
                             for start, end, place, unit, post in person["postings"]) or None,
        "items": [_item(one, person) for one in person["items"]],
        "corrections": "；".join(
            render(say("%(period)s: %(points)s points", period=one["period"], points=show_points(one["points"])))
            for one in person["corrections"]
        ) or render(say("none")),
        "projects": [_project(one, person) for one in person["projects"]] or [_nothing()],
        # What nobody wrote yet stays empty on paper: it is written by hand there.
        **{name: form[name] or BLANK for name in ("summary", "host_opinion", "home_opinion", "department_opinion")},
        "grade": render(GRADES[form["grade"]]) if form["grade"] else render(say("not entered yet")),
        "staff": render(STAFF[form["staff"]]) if form["staff"] else None,
        "tariff": f"{figures['tariff']}　{figures['tariff_basis']}", "fingerprint": fingerprint[:FINGERPRINT_SHOWN],
        "printed": shanghai_time(at).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip


def _item(one: list[Any], person: Mapping[str, Any]) -> dict[str, str]:
    code, raw, cap, counted = one
    projects = {line["lead"] for line in person["lines"] if line["item"] == code and line["lead"]}
    return {
        "label": item_words(code), "raw": show_points(raw), "cap": show_points(cap), "counted": show_points(counted),
        "projects": str(len(projects)),
    }  # fmt: skip


def _project(one: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, str]:
    lines = [line for line in person["lines"] if line["lead"] == one["lead"]]
    told = [
        f"{item_words(line['item'])} {line['counted_on']} {signed(line['points'])}（"
        + "，".join(part for part in (reason_words(line), evidence_words(line["evidence"])) if part) + "）"
        for line in lines
    ]  # fmt: skip
    return {
        "name": one["name"], "number": one["number"], "investor": one["investor"],
        "share": f"{show_hundredths(one['share'])}%", "stage": render(STAGE_LABELS[one["stage"]]),
        "points": show_points(sum(line["points"] for line in lines)),
        "evidence": "\n".join(told) or render(say("no points yet")),
    }  # fmt: skip


def _nothing() -> dict[str, str]:
    return {"name": render(say("none")), "number": "", "investor": "", "share": "", "stage": "", "points": "0",
            "evidence": ""}  # fmt: skip


def signed(points: int) -> str:
    """Show points with their sign."""
    return f"{'+' if points >= 0 else ''}{show_points(points)}"


def evidence_index(person: Mapping[str, Any]) -> tuple[list[str], list[list[object]]]:
    """Return heads and rows of the index of evidence: one row for each line of the ledger."""
    rows: list[list[object]] = [
        [
            line["number"], line["project"], item_words(line["item"]), line["counted_on"], line["happened_on"],
            show_points(line["points"]), f"{show_hundredths(line['share'])}%", evidence_words(line["evidence"]),
            reason_words(line), line["tariff"], line["id"],
        ]
        for line in person["lines"]
    ]  # fmt: skip
    return [render(head) for head in INDEX], rows
