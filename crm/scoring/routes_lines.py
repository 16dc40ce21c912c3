"""How the lines of an acceptance score are shown: the facts, the band, the points, the source, what would raise it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.errors import Text, say
from crm.core.money import show_hundredths, show_wan
from crm.core.web import actor
from crm.core.words import gettext as _
from crm.core.words import render
from crm.profile.rules import labels
from crm.scoring.rules_acceptance import FACTS_OF
from crm.scoring.rules_scorecard import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from crm.scoring.rules_acceptance import Acceptance, Facts, Line, Raise
    from crm.scoring.rules_scorecard import Band, Criterion, Scorecard

BASES = {"seed": say("[speech]"), "practice": say("[practice]"), "ours": say("[ours]")}
FACT_WORDS = {
    "themes": say("what is built"), "clusters": say("what is built"), "park_leading": say("the park"),
    "investment_fen": say("the total investment"), "fixed_assets_fen": say("the fixed-asset investment"),
    "yearly_tax_fen": say("the yearly tax"), "land_parts": say("the land"), "jobs": say("the jobs"),
}  # fmt: skip
FIELDS = {
    "themes": "content", "clusters": "content", "park_leading": "park", "yearly_tax_fen": "annual_tax_fen",
    "land_parts": "land_cmu",
}  # fmt: skip
"""Which field of the lead's form closes a gap, where it has another name."""
RAISES_TOLD = 6


def number(value: float | Fraction | str | None) -> str:
    """Show a figure with at most two decimals and thousands separators."""
    if value is None:
        return "—"
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")


def unit_of(criterion: Criterion | None) -> str:
    """Return the unit of a measured criterion in words."""
    return render(UNITS[criterion.unit]) if criterion and criterion.unit in UNITS else ""


def band_text(band: Band | tuple[float, float | None] | list[Any] | None, criterion: Criterion | None) -> str:
    """Return a band in words, like 150–200 万元/亩 or ≥200."""
    if band is None:
        return ""
    start, end = (band[0], band[1]) if isinstance(band, (list, tuple)) else (band.start, band.end)
    unit = unit_of(criterion)
    return f"≥{number(start)} {unit}" if end is None else f"{number(start)}–{number(end)} {unit}"


def facts_text(criterion: Criterion, facts: Facts, line: Line) -> str:
    """Return what a computed criterion rests on, in words."""
    if line.lacking and line.value is None:
        return _("not known: %(facts)s", facts=_facts_named(line.lacking))
    measure = criterion.measure
    if measure in ("in_theme", "in_cluster"):
        table, codes = ("themes", facts.themes) if measure == "in_theme" else ("clusters", facts.clusters)
        return render(labels(table, ";".join(codes or ()))) or _("belongs to none")
    if measure == "park_leading":
        return _("the chosen park leads in this trade") if facts.park_leading else _("another park leads in this trade")
    if measure in ("investment_per_mu", "tax_per_mu"):
        fen = facts.investment_fen if measure == "investment_per_mu" else facts.yearly_tax_fen
        return _(
            "%(amount)s ÷ %(land)s mu = %(value)s", amount=show_wan(fen), land=show_hundredths(facts.land_parts),
            value=f"{number(line.value)} {unit_of(criterion)}",
        )  # fmt: skip
    return f"{number(line.value)} {unit_of(criterion)}"


def _facts_named(names: Iterable[str]) -> str:
    return render([FACT_WORDS[name] for name in dict.fromkeys(names)])


def lines_shown(result: Acceptance, facts: Facts, card: Scorecard) -> list[dict[str, Any]]:
    """Return every criterion with its facts, band, points and source."""
    shown = []
    for line in result.lines:
        criterion = card.criterion(line.code)
        if criterion is None:
            continue
        judged_text = _("marked by people") if line.known else _("not marked yet")
        shown.append({
            "code": line.code,
            "label": _(line.label),
            "most": line.most,
            "low": line.low,
            "high": line.high,
            "known": line.known,
            "judged": line.judged,
            "facts": judged_text if line.judged else facts_text(criterion, facts, line),
            "band": band_text(line.band, criterion),
            "guide": _(criterion.guide) if criterion.guide else "",
            "source": _(criterion.note) if criterion.note else render(BASES[criterion.basis]),
        })  # fmt: skip
    return shown


def raises_shown(result: Acceptance, card: Scorecard, lead_id: int) -> list[dict[str, Any]]:
    """Return what would raise the score most, each with the field that does it."""
    by = actor()
    editor, marker = may(by, "lead.edit"), may(by, "acceptance.decide")
    shown = []
    for item in result.raises:
        told = _raise_text(item, card)
        if told is None:
            continue
        link = None
        if item.judged and marker:
            link = url_for("acceptance.decide", lead_id=lead_id) + f"#m_{item.code}"
        elif not item.judged and editor:
            fact = (item.lacking or _facts_of(card, item.code))[0]
            link = url_for("lead.edit", lead_id=lead_id) + f"#{FIELDS.get(fact, fact)}"
        shown.append({"text": render(told), "link": link})
    return shown[:RAISES_TOLD]


def _facts_of(card: Scorecard, code: str) -> tuple[str, ...]:
    criterion = card.criterion(code)
    return FACTS_OF.get(criterion.measure, ("themes",)) if criterion else ("themes",)


def _raise_text(item: Raise, card: Scorecard) -> Text | None:
    label = say(item.label)
    if item.unknown and item.judged:
        return say("%(label)s: up to %(gain)s points once it is marked", label=label, gain=item.gain)
    if item.unknown:
        named = [FACT_WORDS[name] for name in dict.fromkeys(item.lacking)]
        return say(
            "%(label)s: up to %(gain)s points once %(facts)s is known", label=label, gain=item.gain, facts=named
        )  # fmt: skip
    if item.next_band is not None:
        criterion = card.criterion(item.code)
        most = criterion.most if criterion else item.gain
        more = item.next_band.points - (most - item.gain)
        start = f"{number(item.next_band.start)} {unit_of(criterion)}"
        return say("%(label)s: %(gain)s points more from %(start)s on", label=label, gain=more, start=start)
    if item.judged:
        return say("%(label)s: the mark leaves %(gain)s points open", label=label, gain=item.gain)
    return None


def kept_lines(lines: Iterable[Mapping[str, Any]], card: Scorecard) -> list[dict[str, Any]]:
    """Return stored lines as pages and papers show them, whatever the card says today."""
    shown = []
    for line in lines:
        criterion, label = card.criterion(line["code"]), str(line["label"])
        rest = _("marked by people") if line["judged"] else ""
        if line.get("value") is not None:
            rest = f"{number(line['value'])} {unit_of(criterion)}"
        elif line.get("lacking"):
            rest = _("not known: %(facts)s", facts=_facts_named(line["lacking"]))
        elif not line["judged"]:
            rest = _codes_text(str(line.get("codes", "")))
        shown.append({
            "code": line["code"],
            "label": _(label),
            "most": line["most"],
            "points": str(line["low"]) if line["low"] == line["high"] else f"{line['low']}–{line['high']}",
            "judged": line["judged"],
            "facts": rest,
            "band": band_text(line.get("band"), criterion),
            "source": _(criterion.note) if criterion and criterion.note else "",
        })  # fmt: skip
    return shown


def _codes_text(packed: str) -> str:
    """Return kept codes of themes or clusters, or what is known of the park, in words."""
    if packed in ("yes", "no"):
        leads = packed == "yes"
        return _("the chosen park leads in this trade") if leads else _("another park leads in this trade")
    if not packed:
        return _("belongs to none")
    return render(labels("themes" if packed.startswith("T") else "clusters", packed))
