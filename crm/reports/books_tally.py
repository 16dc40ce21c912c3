"""Counting and adding up while leads stream by: by stage, theme, cluster, park and source, or by one's own group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.profile.rules import dictionary, label
from exports import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RAW = {"unit": "unit_name", "owner": "owner_name"}
"""Groups whose raw column has another name."""
AMOUNTS = ("investment_fen", "investment_max_fen", "currency", "foreign_amount_cents", "contracted_fen", "paid_in_fen")
USUAL = ("stage", "theme", "cluster", "park", "source")
TITLES = {
    "stage": (say("By stage"), say("Stage")),
    "theme": (say("By theme"), say("Main theme")),
    "cluster": (say("By cluster"), say("Main cluster")),
    "park": (say("By park"), say("Park")),
    "source": (say("By source"), say("Source")),
    "unit": (say("By unit"), say("Responsible unit")),
    "owner": (say("By officer"), say("Officer in charge")),
}


class Tally:
    """Sums of the projects that have passed by; each project counts once."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Start with nothing counted."""
        self.keys = tuple(keys)
        self.sums: dict[str, dict[str, list[int]]] = {key: {} for key in self.keys}

    @property
    def needs(self) -> set[str]:
        """Return the raw columns that are counted and added up."""
        return {*(RAW.get(key, key) for key in self.keys), *AMOUNTS}

    def see(self, raw: Mapping[str, Sequence[Any]]) -> None:
        """Count a block of leads."""
        investments = [
            low if high is None and (currency == "CNY" or cents is None) else None
            for low, high, currency, cents in zip(*(raw[name] for name in AMOUNTS[:4]), strict=True)
        ]
        for key in self.keys:
            sums = self.sums[key]
            columns = raw[RAW.get(key, key)], investments, raw["contracted_fen"], raw["paid_in_fen"]
            for code, investment, contracted, paid_in in zip(*columns, strict=True):
                line = sums.get(code or "")
                if line is None:
                    line = sums[code or ""] = [0, 0, 0, 0, 0]
                line[0] += 1
                line[1] += investment or 0
                line[2] += contracted or 0
                line[3] += paid_in or 0
                line[4] += investment is None

    def tables(self) -> tuple[shapes.SummaryTable, ...]:
        """Return the sums as tables, in the order of their dictionaries."""
        return tuple(self._table(key) for key in self.keys)

    def _table(self, key: str) -> shapes.SummaryTable:
        title, heading = TITLES[key]
        codes, name = _names(key)
        found = self.sums[key]
        order = [*codes, *sorted(set(found) - set(codes))] if codes else sorted(found)
        rows = [shapes.SummaryRow(render(name(code)), *found.get(code, [0, 0, 0, 0, 0])) for code in order]
        return shapes.SummaryTable(key, render(title), render(heading), rows)


def _names(key: str) -> tuple[list[str], Callable[[str], Text]]:
    none = say("No park") if key == "park" else say("None of these")
    if key == "stage":
        return list(STAGES), lambda code: STAGE_LABELS[code]
    if key in ("unit", "owner"):
        return [], lambda code: Text("%(name)s", {"name": code}) if code else none
    codes = list(dictionary(f"{key}s"))
    return [*codes, ""] if key != "source" else codes, lambda code: label(f"{key}s", code) if code else none
