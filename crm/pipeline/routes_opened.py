"""Opening a lead for a page: its row when the actor may see it, else the answer that it does not exist."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from crm.accounts.rules import may
from crm.core.errors import Finding, refuse, say
from crm.core.web import actor
from crm.core.words import render
from crm.leads.queries import lead_row


def opened(lead_id: int, permission: str = "lead.view") -> dict[str, Any]:
    """Return the lead's row when the actor may open it, else answer as if it did not exist."""
    row = lead_row(lead_id, actor(), permission)
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


def gap_links(lead_id: int, findings: list[Finding]) -> list[dict[str, Any]]:
    """Return findings as the gap list shows them: each link leads to the place that closes the gap."""
    return [{"text": render(item.text), "link": place(lead_id, item.link)} for item in findings]


def place(lead_id: int, link: str | None) -> str | None:
    """Turn a requirement's link into an address: a form of the lead, or an anchor on its page."""
    if not link:
        return None
    name, _hash, anchor = link.partition("#")
    targets: dict[str, tuple[str, dict[str, Any]]] = {
        "edit": ("lead.edit", {}),
        "contract": ("capital.contract", {}),
        "acceptance": ("acceptance.decide", {}),
        "milestone-start": ("lead.milestone", {"kind": "start_certificate"}),
        "milestone-production": ("lead.milestone", {"kind": "production_certificate"}),
        "statistics": ("statistics.lead_reason", {}),
        "entity": ("lead.entity", {}),
        "evidence-registered": ("lead.evidence", {"leg": "registered"}),
        "evidence-taxed": ("lead.evidence", {"leg": "taxed"}),
        "evidence-accounted": ("lead.evidence", {"leg": "accounted"}),
    }
    endpoint, extra = targets.get(name, ("lead.show", {}))
    # A gap that somebody else has to close is named without a link that would refuse whoever follows it.
    if not may(actor(), getattr(current_app.view_functions[endpoint], "permission", "")):
        return None
    address = url_for(endpoint, lead_id=lead_id, **extra)
    return f"{address}#{anchor}" if anchor else address
