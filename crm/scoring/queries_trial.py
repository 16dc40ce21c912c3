"""Questions of long work about rules: which leads are stale, and what a draft would change for each lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm.leads.models import Lead
from crm.scoring.models import Assessment, FitOverride
from crm.scoring.rules_text import ProjectText

COLUMNS = (
    Lead.id, Lead.number, Lead.name, Lead.version, Lead.content, Lead.products, Lead.investor, Lead.industry_code,
    Lead.themes, Lead.clusters, Lead.fit_reason,
)  # fmt: skip


@dataclass(frozen=True)
class StaleRow:
    """One lead as the fit rules read it, with what is decided about it now."""

    id: int
    number: str
    version: int
    themes: str
    clusters: str
    fit_reason: str
    text: ProjectText


def _row(row: dict[str, Any]) -> StaleRow:
    text = ProjectText(
        name=row["name"], content=row["content"], products=row["products"], investor=row["investor"],
        industry_code=row["industry_code"],
    )  # fmt: skip
    return StaleRow(row["id"], row["number"], row["version"], row["themes"], row["clusters"], row["fit_reason"], text)


def stale_after(version: str, after: int, limit: int) -> list[StaleRow]:
    """Return the next leads whose current assessment was made by another version."""
    query = (
        Lead.select(*COLUMNS)
        .join(Assessment, on=((Assessment.lead == Lead.id) & Assessment.current))
        .where((Lead.id > after) & (Assessment.version != version))
        .order_by(Lead.id)
        .limit(limit)
    )
    return [_row(row) for row in query.dicts()]


def leads_after(after: int, limit: int) -> list[StaleRow]:
    """Return the next leads that the rules decide about (those that a person decided otherwise do not move)."""
    decided = FitOverride.select(FitOverride.lead).where(FitOverride.ended_at.is_null())
    query = Lead.select(*COLUMNS).where((Lead.id > after) & Lead.id.not_in(decided)).order_by(Lead.id).limit(limit)
    return [_row(row) for row in query.dicts()]
