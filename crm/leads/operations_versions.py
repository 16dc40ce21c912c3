"""What every change of a lead's version leaves behind: the value that each fact had before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crm.leads.models import Lead
from crm.leads.models_changes import LeadChange

if TYPE_CHECKING:
    from collections.abc import Mapping


def note_versions(lead_id: int, old: Mapping[str, object]) -> None:
    """Keep what the facts were before the version that stands now; called right after it was counted up."""
    version = Lead.select(Lead.version).where(Lead.id == lead_id).scalar()
    rows = [
        {"lead": lead_id, "version": version, "fact": name, "old": json.dumps(value, ensure_ascii=False, default=str)}
        for name, value in old.items()
    ]
    LeadChange.insert_many(rows).execute()
