"""Questions about merges: where an old number leads, what went into a lead, and what is not asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.leads.models import Lead
from crm.leads.models_merge import LeadMerge

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class MergeRow:
    """One lead gone into another."""

    id: int
    gone_id: int
    gone_number: str
    gone_name: str
    kept_id: int
    kept_number: str
    reason: str
    by_name: str
    at: datetime


def _rows(condition: object) -> list[MergeRow]:
    gone, kept = Lead.alias(), Lead.alias()
    query = (
        LeadMerge.select(LeadMerge, gone.number, gone.name, kept.number)
        .join(gone, on=(LeadMerge.gone == gone.id))
        .switch(LeadMerge)
        .join(kept, on=(LeadMerge.kept == kept.id))
        .where(condition & LeadMerge.undone_at.is_null())
        .order_by(LeadMerge.id.desc())
    )
    columns = query.select(LeadMerge.id, LeadMerge.gone, gone.number, gone.name, LeadMerge.kept, kept.number,
                           LeadMerge.reason, LeadMerge.by_name, LeadMerge.at)  # fmt: skip
    return [MergeRow(*row) for row in columns.tuples()]


def merges_into(lead_id: int) -> list[MergeRow]:
    """Return the leads that went into one."""
    return _rows(LeadMerge.kept == lead_id)


def merge_of(lead_id: int) -> MergeRow | None:
    """Return the merge by which a lead went into another, or nothing."""
    return next(iter(_rows(LeadMerge.gone == lead_id)), None)
