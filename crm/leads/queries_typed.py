"""Which project a typed number means: every form that names one asks here, whichever door it came by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Refusal, say
from crm.leads.queries import lead_numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor


def with_lead(values: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Return a form's values with the project in the place of its typed number; refuses one that is not in reach."""
    found = dict(values)
    number = found.pop("lead_number") or ""
    lead_id = lead_numbered(number, by) if number else None
    if number and lead_id is None:
        text = say("There is no such lead, or it is not yours to open.")
        raise Refusal([Finding("lead.unknown", text, "lead_number")])
    return {**found, "lead_id": lead_id}
