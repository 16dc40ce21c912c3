"""The targets for the parks with progress and what is still needed; what nobody has returned is said, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import say
from crm.core.words import render
from crm.profile.rules import city, dictionary
from crm.statistics.queries_targets import target_figures
from crm.statistics.rules import INDICATORS, MEASURES, source_label
from crm.statistics.rules_targets import FEN_PER_YI

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crm.reports.routes_figures import Asked
    from crm.statistics.rules_targets import EnterpriseYear

BPS = 100
FULL = 100
NO_RETURNS = say("no returns yet")
MEASURE_WORDS = {measure.name: measure.label for measure in MEASURES}


def targets(day: date, asked: Asked) -> dict[str, Any]:
    """Return each target with what is reached and what is missing, of the year of a day."""
    found = target_figures(day.year, as_of=day, known=asked.known)
    goals = city().tables["targets"]
    lines = [
        _companies(say("Enterprises above 5 billion yuan of revenue"), goals["companies_over_50yi"], found.over_50yi),
        _companies(say("Enterprises above 1 billion yuan of revenue"), goals["companies_over_10yi"], found.over_10yi),
        *(_growth(one, goals["growth_percent"]) for one in found.growth),
        *(_share(one, goals["share_of_industry_percent"]) for one in found.shares),
        *(_park(one, goals["park_revenue_yi"]) for one in found.parks),
    ]
    if not found.shares:
        lines.append(_line(say("Share of the city's industry"), f"≥{goals['share_of_industry_percent']} %", None, None))
    return {
        "year": day.year, "through": found.through, "lines": lines, "owed": found.returns_owed,
        "known": found.returns_known, "any": found.returns_known > 0, "version": found.rules_version,
        "sources": [f"{render(source_label(code))} {count}" for code, count in found.sources],
        "goals_basis": city().basis,
    }  # fmt: skip


def _line(label: Any, goal: str, percent: int | None, reached: str | None, *, needed: str = "", note: str = "",
          names: Sequence[str] = (), complete: bool = True) -> dict[str, Any]:  # fmt: skip
    return {"label": render(label), "goal": goal, "percent": None if percent is None else max(0, min(FULL, percent)),
            "reached": reached if reached is not None else render(NO_RETURNS), "unknown": reached is None,
            "needed": needed, "note": note, "names": list(names), "complete": complete}  # fmt: skip


def _companies(label: Any, goal: int, reached: Sequence[EnterpriseYear]) -> dict[str, Any]:
    n = len(reached)
    needed = render(say("%(n)s more needed", n=goal - n)) if n < goal else render(say("reached"))
    names = [f"{one.name} {yi(one.revenue.fen)}" for one in reached]
    goal_words = render(say("%(n)s enterprises", n=goal))
    return _line(label, goal_words, n * FULL // goal, str(n), needed=needed, names=names,
                 complete=all(one.revenue.complete for one in reached))  # fmt: skip


def _growth(one: Any, goal: int) -> dict[str, Any]:
    label = say("Growth of %(what)s", what=MEASURE_WORDS[one.measure])
    grown = one.bps if one.alike_bps is None else one.alike_bps
    if grown is None:
        return _line(label, f"≥{goal} %", None, None)
    note = ""
    if grown != one.bps and one.bps is not None:
        # With returns missing, the sums of two years count different months; what is known in both can be compared.
        note = render(say("Over the %(n)s months of enterprises known in both years; all sums: %(share)s", n=one.alike,
                          share=percent(one.bps)))  # fmt: skip
    return _line(label, f"≥{goal} %", max(0, grown) // goal, percent(grown), needed=_points(goal * BPS - grown),
                 note=note, complete=one.complete)  # fmt: skip


def _share(one: Any, goal: int) -> dict[str, Any]:
    label = say("Share of %(what)s", what=INDICATORS[one.indicator])
    if one.bps is None:
        return _line(label, f"≥{goal} %", None, None)
    needed = _points(goal * BPS - one.bps)
    note = render(say("January to month %(month)s; source: %(source)s", month=one.through, source=one.source))
    return _line(label, f"≥{goal} %", one.bps // goal, percent(one.bps), needed=needed, note=note,
                 complete=one.complete)  # fmt: skip


def _park(one: Any, goal: int) -> dict[str, Any]:
    label = say("Revenue of %(what)s", what=say(dictionary("parks")[one.park]))
    fen = one.revenue.fen
    goal_words = render(say("%(n)s hundred million yuan", n=goal))
    if fen is None:
        return _line(label, goal_words, None, None)
    short = goal * FEN_PER_YI - fen
    needed = render(say("%(yi)s missing", yi=yi(short))) if short > 0 else render(say("reached"))
    return _line(label, goal_words, fen * FULL // (goal * FEN_PER_YI), yi(fen), needed=needed,
                 note=render(say("%(n)s enterprises", n=one.enterprises)), complete=one.revenue.complete)  # fmt: skip


def _points(short: int) -> str:
    return render(say("%(points)s points short", points=f"{short / BPS:.1f}") if short > 0 else say("reached"))


def percent(bps: int) -> str:
    """Show hundredths of a per cent as a percentage with one decimal."""
    return f"{bps / BPS:.1f} %"


def yi(fen: int | None) -> str:
    """Show fen in 亿元 with two decimals."""
    return "—" if fen is None else f"{fen / FEN_PER_YI:,.2f} {render(say('hundred million yuan'))}"
