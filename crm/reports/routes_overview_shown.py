"""What the overview shows, every word and address ready: the five numbers, funnel, cuts, matrix, rates, forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.core.charts import Line, bars, columns
from crm.core.errors import say
from crm.core.money import FEN_PER_WAN
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STAGES, STATUS_LABELS, STATUSES
from crm.reports.routes_figures import (
    DEFINITIONS,
    DIMENSION_LABELS,
    FIGURE_LABELS,
    LIGHT_KINDS,
    RATE_DEFINITIONS,
    RATE_LABELS,
    link,
    number,
)
from crm.reports.rules_overview import FIVE, expectations, rates, steps
from crm.reports.rules_standing import DIMENSIONS, SIGNED, weights

if TYPE_CHECKING:
    from datetime import date

    from crm.reports.routes_figures import Asked, Words
    from crm.reports.rules_day import Standing
    from crm.reports.rules_overview import Cell, Cube

FIVE_LABELS = {**FIGURE_LABELS, "signed": say("Signed"), "started": say("Works begun"), "paid": say("Money in place")}
SERIES = (
    ("work", say("Running"), "act-fill"), ("signed", say("Signed"), "stage-2"), ("landed", say("Landed"), "good-line"),
)  # fmt: skip
HEAT = 6
MOST_UNITS = 12
FEN_PER_YI = 10_000 * FEN_PER_WAN


def wan(fen: int) -> float:
    """Return fen as a number of 万元 for a chart."""
    return round(fen / FEN_PER_WAN, 2)


def five(now: Standing, before: Standing, asked: Asked) -> list[dict[str, Any]]:
    """Return the five numbers with their change since the end of last month."""
    found = []
    for name in FIVE:
        cell, old = now.cube.cell(name), before.cube.cell(name)
        money = name == "paid"
        value, change = (cell.paid, cell.paid - old.paid) if money else (cell.n, cell.n - old.n)
        found.append({
            "name": name, "label": render(FIVE_LABELS[name]), "money": money, "value": value, "change": change,
            "url": link((name,), asked) if cell.n else "", "definition": render(DEFINITIONS[name]), "n": cell.n,
            "yi": f"{value / FEN_PER_YI:,.2f}" if money else "",
            "bad": name == "red", "amount": cell.landed if name == "landed" else cell.contracted,
            "change_url": url_for("overview.compare", first=before.day.isoformat(), second=now.day.isoformat(),
                                  known=asked.known.isoformat() if asked.known else None) + f"#{name}",
        })  # fmt: skip
    return found


def _amounts(cell: Cell) -> dict[str, int]:
    return {"investment": cell.investment, "contracted": cell.contracted, "paid": cell.paid}


def funnel(cube: Cube, asked: Asked) -> dict[str, Any]:
    """Return the running projects by stage, by number and by money, with the ledger's unproven ones apart."""
    rows: list[dict[str, Any]] = []
    for stage in STAGES:
        cell = cube.cell("stage", stage)
        rows.append({
            "label": render(STAGE_LABELS[stage]), "n": number(cell.n, ("stage", stage), asked),
            "opening": number(cube.cell("opening", stage).n, ("opening", stage), asked), **_amounts(cell),
        })  # fmt: skip
    names, urls = [row["label"] for row in rows], [row["n"]["url"] for row in rows]
    whole = cube.cell("work")
    return {
        "rows": rows,
        "total": {"n": number(whole.n, ("work",), asked), **_amounts(whole),
                  "opening": number(cube.cell("opening").n, ("opening",), asked)},
        "count": bars(names, [Line(render(say("Projects")), [row["n"]["value"] for row in rows], urls)]),
        "money": bars(names[SIGNED:], [
            Line(render(say("Contracted")), [wan(row["contracted"]) for row in rows[SIGNED:]], urls[SIGNED:]),
            Line(render(say("Paid in")), [wan(row["paid"]) for row in rows[SIGNED:]], urls[SIGNED:], "warn-line"),
        ], unit=render(say("10k yuan"))),
        "others": [
            {"label": render(STATUS_LABELS[status]), **number(cube.cell("status", status).n, ("status", status), asked)}
            for status in STATUSES[1:]
        ],
    }  # fmt: skip


def cuts(cube: Cube, asked: Asked, words: Words) -> list[dict[str, Any]]:
    """Return the running, signed and landed projects by source, theme, cluster, park and unit."""
    found = []
    for dimension in DIMENSIONS:
        rows = [_cut(cube, dimension, code, asked, words) for code in words.codes(dimension)]
        if dimension == "unit":
            rows = sorted((row for row in rows if row["any"]), key=lambda row: -row["work"]["value"])[:MOST_UNITS]
        lines = [
            Line(render(label), [row[name]["value"] for row in rows], [row[name]["url"] for row in rows], colour)
            for name, label, colour in SERIES
        ]
        found.append({
            "name": dimension, "label": render(DIMENSION_LABELS[dimension]), "rows": rows,
            "chart": bars([row["label"] for row in rows], lines),
        })  # fmt: skip
    return found


def _cut(cube: Cube, dimension: str, code: str, asked: Asked, words: Words) -> dict[str, Any]:
    work, signed, landed, paid = (cube.cell(name, dimension, code) for name in ("work", "signed", "landed", "paid"))
    return {
        "label": words.of(dimension, code), "any": work.n + signed.n + landed.n + paid.n,
        "work": number(work.n, ("work", dimension, code), asked),
        "signed": number(signed.n, ("signed", dimension, code), asked),
        "landed": number(landed.n, ("landed", dimension, code), asked),
        "contracted": signed.contracted, "paid": number(paid.paid, ("paid", dimension, code), asked),
    }  # fmt: skip


def matrix(cube: Cube, asked: Asked, words: Words) -> dict[str, Any]:
    """Return themes × stages as a heat table: the fuller a cell, the deeper its ground."""
    codes = words.codes("theme")
    most = max((cube.cell("stage", stage, "theme", code).n for code in codes for stage in STAGES), default=0)
    rows = []
    for code in codes:
        cells = []
        for stage in STAGES:
            n = cube.cell("stage", stage, "theme", code).n
            cells.append({**number(n, ("stage", stage, "theme", code), asked),
                          "heat": 0 if not n else 1 + n * (HEAT - 2) // most})  # fmt: skip
        total = number(cube.cell("work", "theme", code).n, ("work", "theme", code), asked)
        rows.append({"label": words.of("theme", code), "cells": cells, "total": total})
    return {"stages": [render(STAGE_LABELS[stage]) for stage in STAGES], "rows": rows}


def way(cube: Cube, asked: Asked) -> list[dict[str, Any]]:
    """Return conversion and time in stage."""
    return [
        {"label": render(STAGE_LABELS[step.stage]), "permille": step.permille, "days": step.median_days,
         "measured": step.measured, "ever": number(step.ever, ("ever", step.stage), asked),
         "onward": number(step.onward, ("onward", step.stage), asked)}
        for step in steps(cube)
    ]  # fmt: skip


def all_rates(cube: Cube, asked: Asked) -> dict[str, Any]:
    """Return the rates of everybody ever signed and by year of signing."""
    found = rates(cube)
    rows = [
        {
            "label": render(say("all years") if one.cohort == "all" else say("signed in %(year)s", year=one.cohort)),
            "signed": number(one.signed, ("cohort", one.cohort, "signed"), asked),
            "contracted": one.contracted, "paid": one.paid,
            "rates": [
                {"permille": share, "n": number(n, ("cohort", one.cohort, "signed" if name == "paid" else name), asked)}
                for name, n, share in one.counts
            ],
        }
        for one in found
    ]  # fmt: skip
    heads = [{"label": render(RATE_LABELS[name]), "definition": render(RATE_DEFINITIONS[name])} for name in RATE_LABELS]
    return {"heads": heads, "rows": rows}


def landed_against_signed(cube: Cube, asked: Asked, words: Words) -> dict[str, Any]:
    """Return signed and landed projects side by side for each park."""
    rows = [_cut(cube, "park", code, asked, words) for code in words.codes("park")]
    return {"rows": rows, "chart": columns([row["label"] for row in rows], [
        Line(render(label), [row[name]["value"] for row in rows], [row[name]["url"] for row in rows], colour)
        for name, label, colour in SERIES[1:]
    ])}  # fmt: skip


def forecast(cube: Cube, day: date, asked: Asked) -> dict[str, Any]:
    """Return the expected landings of the next quarters, weighted, with the weights."""
    rows = expectations(cube, day)
    return {
        "rows": [
            {"quarter": one.quarter, "n": number(one.n, ("due", one.quarter), asked),
             "hundredths": one.weighted_hundredths, "investment": one.investment, "weighted": one.weighted}
            for one in rows
        ],
        "weights": [
            {"label": render(STAGE_LABELS[stage]), "percent": weights().percent[stage],
             "months": weights().months[stage]} for stage in STAGES
        ],
        "version": weights().version, "basis": weights().basis,
        "chart": columns([one.quarter for one in rows], [
            Line(render(say("Projects")), [one.n for one in rows], [link(("due", one.quarter), asked) for one in rows],
                 "act-line"),
            Line(render(say("Weighted")), [one.weighted_hundredths / 100 for one in rows], colour="act-fill"),
        ]),
    }  # fmt: skip


def lights(cube: Cube, asked: Asked) -> list[dict[str, Any]]:
    """Return red and yellow lights by what they are about."""
    return [
        {"label": render(label), **{
            colour: number(cube.cell("light", kind, colour).n, ("light", kind, colour), asked)
            for colour in ("red", "yellow")
        }} for kind, label in LIGHT_KINDS.items()
    ]  # fmt: skip
