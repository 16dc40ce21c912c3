"""Rows of statistics as templates show them: questions with their answers, charts of both series, months as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_time
from crm.core.words import render
from crm.statistics.rules import MEASURE, MEASURES, months_between, shift, source_label, statistics_rules
from crm.statistics.rules_returns import STATES
from crm.statistics.rules_sentences import BASES, pair_of, sentence, short, show_measure, show_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from crm.statistics.queries import ReturnRow
    from crm.statistics.queries_checks import Answer, Asked
    from crm.statistics.rules import Pair

MONTHS_DRAWN = 24
FEN_PER_WAN = 1_000_000
TONES = {"in_time": "good", "late": "warn", "due": "line", "missing": "bad", "away": "line"}


def told_answers(answers: Sequence[Answer], about: str | None) -> list[dict[str, Any]]:
    """Return what was answered, the latest first; an answer to other figures says so."""
    return [
        {"text": one.text, "who": one.by_name, "when": f"{shanghai_time(one.at):%Y-%m-%d %H:%M}",
         "stale": about is not None and one.about != about}
        for one in reversed(answers)
    ]  # fmt: skip


def told_question(one: Asked) -> dict[str, Any]:
    """Return a question as a page shows it."""
    question = one.question
    pair = pair_of(question.kind)
    return {
        "id": question.enterprise_id, "name": one.name, "park": one.park, "unit": one.unit_name,
        "kind": question.kind, "title": render(pair.label) if pair else question.kind,
        "month": question.month, "key_month": question.key[2], "about": question.about,
        "basis": render(BASES[question.basis]), "basis_code": question.basis, "small": question.small,
        "n": question.n, "text": render(sentence(question)), "open": one.open,
        "far": None if question.times is None else short(abs(question.deviations)),
        "answers": told_answers(one.answers, question.about),
    }  # fmt: skip


def told_state(state: str) -> dict[str, str]:
    """Return a state of a return as a pill."""
    return {"words": render(STATES[state]), "tone": TONES[state]}


def pair_view(pair: Pair, figures: Mapping[str, Mapping[str, int | None]], last: str) -> dict[str, Any]:
    """Return both series of a pair as a chart and as a table of the same figures, with the ratio of each month."""
    months = list(months_between(shift(last, 1 - MONTHS_DRAWN), last))
    known = [month for month in months if month in figures]
    months = months[months.index(known[0]):] if known else months[-1:]
    over, under = MEASURE[pair.over], MEASURE[pair.under]
    rows = []
    for month in reversed(months):
        told = figures.get(month, {})
        first, second = told.get(pair.over), told.get(pair.under)
        rows.append({
            "month": month, "over": show_measure(pair.over, first), "under": show_measure(pair.under, second),
            "ratio": show_ratio(pair, first / second) if first and second else "—",
        })  # fmt: skip
    return {
        "code": pair.code, "title": render(pair.label), "known": bool(known), "rows": rows,
        "over": render(over.label), "over_unit": render(over.unit), "under": render(under.label),
        "under_unit": render(under.unit), "option": _chart(pair, figures, months),
    }  # fmt: skip


def _chart(pair: Pair, figures: Mapping[str, Mapping[str, int | None]], months: Sequence[str]) -> dict[str, Any]:
    """Return two curves with a scale of their own each; an unknown month leaves a gap."""
    names = [render(MEASURE[name].label) for name in (pair.over, pair.under)]
    units = [render(MEASURE[name].unit) for name in (pair.over, pair.under)]
    series = [
        {"type": "line", "name": names[at], "yAxisIndex": at, "symbolSize": 6, "connectNulls": False,
         "lineStyle": {"type": "solid" if at == 0 else "dashed"},
         "data": [_drawn(name, figures.get(month, {}).get(name)) for month in months]}
        for at, name in enumerate((pair.over, pair.under))
    ]  # fmt: skip
    return {
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": [{"type": "value", "name": f"{names[at]} · {units[at]}", "position": ("left", "right")[at],
                   "splitLine": {"show": at == 0}} for at in range(2)],
        "series": series, "legend": {"data": names, "top": 0, "left": "center"}, "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 8, "top": 56, "bottom": 8, "containLabel": True},
    }  # fmt: skip


def _drawn(name: str, value: int | None) -> float | str:
    if value is None:
        return "-"
    kind = MEASURE[name].kind
    return value / FEN_PER_WAN if kind == "money" else value / 100 if kind == "hundredths" else value


def month_rows(rows: Sequence[ReturnRow], came: Mapping[str, date], today: date, months: Sequence[str],
               states: Mapping[str, str]) -> list[dict[str, Any]]:  # fmt: skip
    """Return the months of an enterprise, the newest first, with the version that stands and those before it."""
    del today
    found = []
    for month in months:
        versions = [row for row in rows if row.month == month]
        stands = next((row for row in versions if row.superseded_at is None), None)
        found.append({
            "month": month, "state": told_state(states[month]), "came": came.get(month),
            "figures": [show_measure(one.name, stands.figures[one.name]) if stands else "—" for one in MEASURES],
            "source": render(source_label(stands.source)) if stands else "",
            "others": _others(stands) if stands else "", "statistician": stands.statistician if stands else "",
            "note": stands.note if stands else "", "reason": stands.reason if stands else "",
            "old": [old_version(row) for row in reversed(versions) if row.superseded_at is not None],
        })  # fmt: skip
    return found


def _others(row: ReturnRow) -> str:
    return render([
        f"{render(MEASURE[name].label)}：{render(source_label(code))}" for name, code in row.sources.items()
    ])  # fmt: skip


def old_version(row: ReturnRow) -> dict[str, Any]:
    """Return a version that a correction has ended."""
    return {
        "figures": [show_measure(one.name, row.figures[one.name]) for one in MEASURES],
        "from": f"{shanghai_time(row.recorded_at):%Y-%m-%d %H:%M}", "by": row.by_name,
        "until": f"{shanghai_time(row.superseded_at):%Y-%m-%d %H:%M}" if row.superseded_at else "",
    }  # fmt: skip


def heads() -> list[dict[str, str]]:
    """Return the heads of the columns of figures, with their units."""
    return [{"name": one.name, "label": render(one.label), "unit": render(one.unit)} for one in MEASURES]


def pairs() -> list[tuple[str, str]]:
    """Return the pairs of figures as code and words."""
    return [(pair.code, render(pair.label)) for pair in statistics_rules().pairs]
