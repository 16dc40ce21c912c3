"""Questions about assessments: the verdict in force, who decided otherwise, the acceptance score, open vetoes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.clock import today
from crm.profile.rules import codes
from crm.scoring.models import Acceptance, Assessment, FitOverride, Veto
from crm.scoring.queries_versions import in_force
from crm.scoring.rules_stored import unpack, unpack_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True)
class FitRow:
    """The rules' verdict on a lead, and whether the rules have changed since."""

    version: str
    at: datetime
    stale: bool
    result: dict[str, Any]


@dataclass(frozen=True)
class OverrideRow:
    """What a person decided instead of the rules."""

    themes: tuple[str, ...]
    clusters: tuple[str, ...]
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class AcceptanceRow:
    """One decided acceptance score with every line and every mark it was decided by."""

    id: int
    score: int
    high: int
    version: str
    lines: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    committee_id: int | None
    note: str
    by_name: str
    at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True)
class VetoRow:
    """One confirmed veto."""

    id: int
    rule: str
    text: str
    by_name: str
    at: datetime
    lifted_at: datetime | None
    lift_reason: str


def fit_of(lead_id: int) -> FitRow | None:
    """Return the current verdict on a lead."""
    row = Assessment.get_or_none((Assessment.lead == lead_id) & Assessment.current)
    if row is None:
        return None
    return FitRow(row.version, row.at, row.version != in_force("lexicon", today()).version, unpack(row.result))


def override_of(lead_id: int) -> OverrideRow | None:
    """Return the person's decision in force, if there is one."""
    row = FitOverride.get_or_none((FitOverride.lead == lead_id) & FitOverride.ended_at.is_null())
    if row is None:
        return None
    return OverrideRow(codes(row.themes), codes(row.clusters), row.reason, row.by_name, row.at)


def acceptances_of(lead_id: int) -> list[AcceptanceRow]:
    """Return a lead's acceptance scores, the one in force first."""
    query = Acceptance.select().where(Acceptance.lead == lead_id).order_by(Acceptance.id.desc())
    return [
        AcceptanceRow(row.id, row.score, row.high, row.version, unpack_list(row.lines), unpack_list(row.marks),
                      row.committee_id, row.note, row.by_name, row.at, row.superseded_at)
        for row in query
    ]  # fmt: skip


def acceptance_of(lead_id: int) -> AcceptanceRow | None:
    """Return the acceptance score in force."""
    return next((row for row in acceptances_of(lead_id) if row.superseded_at is None), None)


def decided_marks(lead_ids: Sequence[int], judged: Mapping[str, int]) -> dict[int, dict[str, int]]:
    """Return the decided marks of some leads, as far as the card still asks for them and their marks fit it."""
    query = Acceptance.select(Acceptance.lead, Acceptance.lines).where(
        Acceptance.lead.in_(list(lead_ids)) & Acceptance.superseded_at.is_null()
    )
    return {
        row.lead_id: {
            line["code"]: line["low"]
            for line in unpack_list(row.lines)
            if line["judged"] and line["low"] <= judged.get(line["code"], -1)
        }
        for row in query
    }


def has_acceptance(lead_id: int) -> bool:
    """Tell whether a score is decided (what the pipeline asks before signing)."""
    return bool(Acceptance.select().where((Acceptance.lead == lead_id) & Acceptance.superseded_at.is_null()).exists())


def vetoes_of(lead_id: int) -> list[VetoRow]:
    """Return a lead's vetoes, open ones first."""
    query = Veto.select().where(Veto.lead == lead_id).order_by(Veto.id.desc())
    rows = [VetoRow(row.id, row.rule, row.text, row.by_name, row.at, row.lifted_at, row.lift_reason) for row in query]
    return sorted(rows, key=lambda row: row.lifted_at is not None)


def open_vetoes(lead_id: int) -> list[VetoRow]:
    """Return the vetoes that stand."""
    return [row for row in vetoes_of(lead_id) if row.lifted_at is None]
