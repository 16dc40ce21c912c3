"""What leads were at an earlier version, put together from what each later version changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.leads.models import Lead
from crm.leads.models_changes import LeadChange

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH = 400


def changed_since(versions: Mapping[int, int]) -> dict[int, dict[str, Any] | None]:
    """Return by lead what each fact was at a version; only facts changed since are named.

    None stands for a lead whose changes since are not all on record (made before they were kept).
    """
    found: dict[int, dict[str, Any] | None] = {}
    ids = sorted(versions)
    for first in range(0, len(ids), BATCH):
        some = ids[first : first + BATCH]
        now = dict(Lead.select(Lead.id, Lead.version).where(Lead.id.in_(some)).tuples())
        told: dict[int, set[int]] = {}
        query = LeadChange.select(LeadChange.lead, LeadChange.version, LeadChange.fact, LeadChange.old)
        for lead_id, version, fact, old in query.where(LeadChange.lead.in_(some)).order_by(LeadChange.id).tuples():
            if version > versions[lead_id]:
                told.setdefault(lead_id, set()).add(version)
                base = found.setdefault(lead_id, {})
                if base is not None:
                    base.setdefault(fact, _typed(fact, json.loads(old)))
        for lead_id, version in now.items():
            if set(range(versions[lead_id] + 1, version + 1)) - told.get(lead_id, set()):
                found[lead_id] = None
    return found


def _typed(fact: str, value: Any) -> Any:
    field = getattr(Lead, fact, None)
    return field.python_value(value) if field is not None and value is not None else value
