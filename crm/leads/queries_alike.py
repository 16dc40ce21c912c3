"""Which leads a name or an investor may repeat, compared by meaning: the same answer at every door."""

from __future__ import annotations

from typing import Any

from crm.leads.models import Lead
from crm.leads.rules_names import SHORTEST, alike, company_key, investor_core, name_key, same_investor

LONGEST = 255
MOST = 500


def alike_ids(name: str, investor: str, *, limit: int) -> dict[int, str]:
    """Return the leads that may be the same, each with why: `name`, `alike` (a name 85 % alike) or `investor`."""
    key, company = name_key(name)[:LONGEST], company_key(investor)[:LONGEST]
    clause: Any = (Lead.name_key == key) if key else None
    for part in company.split("|"):
        core = investor_core(part)
        if len(core if len(core) >= SHORTEST else part) < SHORTEST:
            continue
        shared = Lead.investor_key.contains(core if len(core) >= SHORTEST else part)
        clause = shared if clause is None else clause | shared
    if clause is None:
        return {}
    query = Lead.select(Lead.id, Lead.name_key, Lead.investor_key).where(clause & (Lead.status != "withdrawn"))
    found: dict[str, list[int]] = {"name": [], "alike": [], "investor": []}
    for lead_id, other, theirs in query.order_by(Lead.id).limit(MOST).tuples():
        why = _why(key, company, other, theirs)
        if why:
            found[why].append(lead_id)
    pairs = [(lead_id, why) for why, ids in found.items() for lead_id in ids]
    return dict(pairs[:limit])


def _why(key: str, company: str, other: str, theirs: str) -> str:
    if key and key == other:
        return "name"
    if not same_investor(company, theirs):
        return ""
    return "alike" if key and alike(key, other) else "investor"
