"""What the scorecard computes from, read from leads: one lead's facts, or those of many in a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.profile.rules import codes
from crm.scoring.models import Assessment, FitOverride
from crm.scoring.rules_acceptance import Facts
from crm.scoring.rules_stored import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.core.actor import Actor

COLUMNS = (
    Lead.id, Lead.number, Lead.name, Lead.investor, Lead.stage, Lead.themes, Lead.clusters, Lead.park,
    Lead.investment_fen, Lead.fixed_assets_fen, Lead.annual_tax_fen, Lead.land_cmu, Lead.jobs,
)  # fmt: skip
"""The place of registration (investor_place, the local entity) is deliberately none of them."""


@dataclass(frozen=True)
class FactsRow:
    """One lead with the facts that its acceptance score is computed from."""

    id: int
    number: str
    name: str
    stage: str
    facts: Facts


def _facts(row: dict[str, Any], result: str | None, *, overridden: bool) -> Facts:
    verdict = unpack(result) if result else None
    # Where the text says nothing, and nobody decided, "no theme" is not known but unknown.
    known = overridden or bool(verdict and verdict["reasons"])
    park_leading = None
    if known and row["park"] and verdict is not None:
        park_leading = verdict["park"] == row["park"]
    return Facts(
        themes=codes(row["themes"]) if known else None,
        clusters=codes(row["clusters"]) if known else None,
        park_leading=park_leading,
        investment_fen=row["investment_fen"],
        fixed_assets_fen=row["fixed_assets_fen"],
        yearly_tax_fen=row["annual_tax_fen"],
        land_parts=row["land_cmu"],
        jobs=row["jobs"],
    )


def _rows(query: Any) -> list[FactsRow]:
    overridden = FitOverride.select(FitOverride.lead).where(FitOverride.ended_at.is_null())
    joined = (
        query.select(*COLUMNS, Assessment.result.alias("result"), Lead.id.in_(overridden).alias("overridden"))
        .left_outer_join(Assessment, on=((Assessment.lead == Lead.id) & Assessment.current))
        .dicts()
    )
    return [
        FactsRow(row["id"], row["number"], row["name"], row["stage"],
                 _facts(row, row["result"], overridden=bool(row["overridden"])))
        for row in joined
    ]  # fmt: skip


def facts_of(lead_id: int) -> Facts:
    """Return the facts that one lead's acceptance score is computed from."""
    return _rows(Lead.select().where(Lead.id == lead_id))[0].facts


def facts_after(after: int, limit: int) -> list[FactsRow]:
    """Return the next leads by id with their facts (dry runs)."""
    return _rows(Lead.select().where(Lead.id > after).order_by(Lead.id).limit(limit))


def facts_in_sight(by: Actor, stages: Iterable[str], limit: int) -> list[FactsRow]:
    """Return the active leads of some stages that an actor may see, the largest investment first."""
    query = Lead.select().where(visible(by) & (Lead.status == "active") & Lead.stage.in_(list(stages)))
    return _rows(query.order_by(Lead.investment_fen.desc(nulls="last"), Lead.id).limit(limit))
