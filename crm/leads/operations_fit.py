"""What re-assessing many leads writes on them at once: the version of the rules, the reason, and locks for a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.db import is_sqlite
from crm.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READ = (
    Lead.id, Lead.number, Lead.name, Lead.version, Lead.content, Lead.products, Lead.investor, Lead.industry_code,
    Lead.themes, Lead.clusters, Lead.fit_reason,
)  # fmt: skip
"""What assessing a lead reads."""


def mark_fit(lead_ids: Sequence[int], version: str) -> None:
    """Note by which version of the fit rules leads were assessed (no edit: their own version stays)."""
    Lead.update(fit_version=version).where(Lead.id.in_(list(lead_ids))).execute()


def reword_fit(reasons: Mapping[int, str]) -> None:
    """Write the rules' sentence on leads where it changed."""
    for lead_id, reason in reasons.items():
        Lead.update(fit_reason=reason).where(Lead.id == lead_id).execute()


def free_leads(lead_ids: Sequence[int]) -> list[Any]:
    """Lock those of some leads that nobody else is writing, and return them; the others are left for later.

    Waiting for a row here, with the trail's head held, could make two writers wait for each other.
    """
    query = Lead.select(*READ).where(Lead.id.in_(list(lead_ids))).order_by(Lead.id)
    return list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))
