"""Fit of a project to the themes, clusters and parks, decided by readable rules that give their reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.core.errors import say
from crm.scoring.rules_decide import decide
from crm.scoring.rules_evidence import gather
from crm.scoring.rules_lexicon import CLUSTERS, PARKS, THEMES, current
from crm.scoring.rules_text import ProjectText
from crm.scoring.rules_trades import BELONGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.core.errors import Text
    from crm.scoring.rules_evidence import Evidence
    from crm.scoring.rules_lexicon import Lexicon

__all__ = ["Fit", "ProjectText", "Reason", "assess"]

HALF = 50
WEAK = 0.5
MAKES_SOMETHING = "factory"
TOLD = 3
ENOUGH = 20


@dataclass(frozen=True)
class Reason:
    """One phrase that counted: where it stands, by which rule, how much, and for or against which codes."""

    phrase: str
    field: str
    start: int
    end: int
    rule: str
    weight: int
    trade: str
    supports: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    context: str = ""


@dataclass(frozen=True)
class Fit:
    """The verdict on one project: scores, decided codes (main one first), park, reasons, version."""

    scores: Mapping[str, int]
    themes: tuple[str, ...]
    clusters: tuple[str, ...]
    park: str | None
    trades: tuple[str, ...]
    reasons: tuple[Reason, ...]
    version: str
    labels: Mapping[str, str] = field(repr=False, default_factory=dict)

    def why(self) -> Text:
        """Say in one sentence what decided."""
        codes = "; ".join((*self.themes, *self.clusters))
        if not self.trades:
            return say("The text does not say what the project makes or does, so nothing fits.")
        main = self.trades[0]
        phrases = "、".join(self.told(main)) or self.labels[main]
        label = self.labels[main]
        if not codes:
            return say(
                "“%(phrases)s” says %(trade)s, which belongs to no theme and no cluster.",
                phrases=phrases,
                trade=label,
            )
        others = "、".join(self.labels[trade] for trade in self.trades[1:])
        if others:
            return say(
                "“%(phrases)s” says %(trade)s, besides %(others)s: %(codes)s.",
                phrases=phrases,
                trade=label,
                others=others,
                codes=codes,
            )
        return say("“%(phrases)s” says %(trade)s: %(codes)s.", phrases=phrases, trade=label, codes=codes)

    def told(self, trade: str) -> list[str]:
        """Return the strongest phrases for one trade, without those that are part of another."""
        found = [reason.phrase for reason in self.reasons if reason.trade == trade and reason.weight > 0]
        whole = [one for one in found if not any(one != other and one in other for other in found)]
        return list(dict.fromkeys(whole))[:TOLD]


def assess(project: ProjectText, lexicon: Lexicon | None = None) -> Fit:
    """Assess one project by the lexicon in force (or the given one)."""
    rules = lexicon or current()
    evidence = gather(project, rules)
    totals, kept = decide(evidence, rules)
    themes = _codes(kept, totals, rules, "themes")
    clusters = _codes(kept, totals, rules, "clusters")
    return Fit(
        _scores(totals, kept, {*themes, *clusters}, rules),
        themes,
        clusters,
        _park(kept, totals, rules),
        tuple(kept),
        _reasons(project, evidence, kept, rules),
        rules.version,
        {trade: rules.trades[trade].label for trade in kept},
    )


def _codes(kept: Iterable[str], totals: Mapping[str, float], rules: Lexicon, kind: str) -> tuple[str, ...]:
    """Return the codes of one dictionary that the kept trades belong to, the main one first."""
    codes: dict[str, None] = {}
    for trade in kept:
        for code, share in getattr(rules.trades[trade], kind).items():
            if share >= BELONGS and totals[trade] * share >= rules.settings["threshold"]:
                codes.setdefault(code)
    return tuple(codes)


def _scores(
    totals: Mapping[str, float], kept: list[str], decided: set[str], rules: Lexicon
) -> dict[str, int]:
    """Score each code from 0 to 100; 50 and more is what was decided, below is what was not."""
    raw = dict.fromkeys((*THEMES, *CLUSTERS), 0.0)
    for trade, total in totals.items():
        known = rules.trades[trade]
        held = total if trade in kept else total * WEAK
        for code, share in (*known.themes.items(), *known.clusters.items()):
            raw[code] = max(raw[code], held * share)
    return {
        code: round(HALF + value / 2) if code in decided else min(HALF - 1, round(value / 2))
        for code, value in raw.items()
    } | _park_scores(totals, kept, rules)


def _park_scores(totals: Mapping[str, float], kept: list[str], rules: Lexicon) -> dict[str, int]:
    """Score each park by its strongest trade; the chosen park alone has 50 and more."""
    best = dict.fromkeys(PARKS, 0.0)
    for trade, total in totals.items():
        park = rules.trades[trade].park
        if park in best:
            best[park] = max(best[park], total)
    chosen = _park(kept, totals, rules)
    return {
        park: round(HALF + value / 2) if park == chosen else min(HALF - 1, round(value / 2))
        for park, value in best.items()
    }


def _park(kept: list[str], totals: Mapping[str, float], rules: Lexicon) -> str | None:
    """Choose the park of the main trade; what is made without a known trade goes to the light-industry park."""
    if kept:
        claims = [trade for trade in kept if rules.trades[trade].park_wins]
        return rules.trades[(claims or kept)[0]].park or None
    strongest = max(totals, key=lambda trade: totals[trade], default=None)
    if strongest is None or (totals[strongest] < ENOUGH and strongest != MAKES_SOMETHING):
        return None
    return rules.trades[strongest].park or None


def _reasons(
    project: ProjectText, evidence: Iterable[Evidence], kept: list[str], rules: Lexicon
) -> tuple[Reason, ...]:
    """Turn evidence into reasons, strongest first: for its trade's codes, or against them where discounted."""
    reasons = []
    for item in sorted(evidence, key=lambda item: (-item.value, -item.full, item.start)):
        codes = rules.trades[item.trade].codes
        discounted = item.value < WEAK * item.full and item.trade not in kept
        reasons.append(
            Reason(
                getattr(project, item.field)[item.start : item.end].strip() or item.phrase,
                item.field,
                item.start,
                item.end,
                item.rule,
                round(item.value),
                item.trade,
                () if discounted else codes,
                codes if discounted else (),
                item.context,
            )
        )
    return tuple(reasons)
