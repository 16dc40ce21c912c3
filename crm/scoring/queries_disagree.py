"""Where a person decided other themes or clusters than the rules: the material for the next lexicon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.profile.rules import codes
from crm.scoring.models import Assessment, FitOverride
from crm.scoring.rules_reasons import differs
from crm.scoring.rules_stored import unpack

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

MOST = 2000


@dataclass(frozen=True)
class Disagreement:
    """One lead on which a person and the rules differ: both opinions, why, and the rules that spoke."""

    lead_id: int
    number: str
    name: str
    content: str
    machine_themes: tuple[str, ...]
    machine_clusters: tuple[str, ...]
    person_themes: tuple[str, ...]
    person_clusters: tuple[str, ...]
    reason: str
    by_name: str
    at: datetime
    version: str
    phrases: tuple[str, ...]
    spoke: tuple[tuple[str, str], ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that spoke."""
        return tuple(rule for rule, _trade in self.spoke)

    def codes(self) -> set[str]:
        """Return every code that either side named and the other did not."""
        themes = set(self.machine_themes) ^ set(self.person_themes)
        return themes | (set(self.machine_clusters) ^ set(self.person_clusters))


def disagreements(by: Actor, *, code: str = "", rule: str = "") -> list[Disagreement]:
    """Return the decisions in force that differ from the rules' verdict, newest first, perhaps on one code or rule."""
    query = (
        FitOverride.select(
            Lead.id, Lead.number, Lead.name, Lead.content, FitOverride.themes, FitOverride.clusters, FitOverride.reason,
            FitOverride.by_name, FitOverride.at, Assessment.version, Assessment.result,
        )
        .join(Lead)
        .join(Assessment, on=(Assessment.lead == Lead.id) & Assessment.current)
        .where(FitOverride.ended_at.is_null() & visible(by))
        .order_by(FitOverride.id.desc())
        .limit(MOST)
    )  # fmt: skip
    found = [_row(row) for row in query.tuples()]
    return [
        row
        for row in found
        if (differs(row.machine_themes, row.person_themes) or differs(row.machine_clusters, row.person_clusters))
        and (not code or code in row.codes())
        and (not rule or rule in row.rules)
    ]


def _row(row: tuple[object, ...]) -> Disagreement:
    lead_id, number, name, content, themes, clusters, reason, by_name, at, version, result = row
    kept = unpack(str(result))
    counted = [one for one in kept["reasons"] if one["weight"] > 0]
    return Disagreement(
        lead_id, number, name, content, tuple(kept["themes"]), tuple(kept["clusters"]), codes(themes), codes(clusters),  # type: ignore[arg-type]
        reason, by_name, at, version, tuple(one["phrase"] for one in counted[:5]),  # type: ignore[arg-type]
        tuple({one["rule"]: one["trade"] for one in kept["reasons"]}.items()),
    )  # fmt: skip
