"""What a token for another program may be: what it may do, how long it lives, and why one is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Collection

SCOPES = {
    "leads.read": say("Read projects, contacts, contracts, money and landing"),
    "leads.write": say("Enter and edit projects, contacts, stages and statuses"),
    "capital.write": say("Enter contracts and paid-in money"),
    "capital.check": say("Check vouchers of paid-in money"),
    "landing.write": say("Hand in the local entity and evidence"),
    "services.read": say("Read approvals, requests and complaints, land"),
    "services.write": say("Record approvals, requests and complaints, land"),
    "statistics.read": say("Read park enterprises and their monthly figures"),
    "statistics.write": say("Hand in monthly figures of park enterprises"),
    "support.review": say("Conclude fair-competition reviews"),
    "landing.decide": say("Verify evidence, recognise as landed"),
    "cadres.read": say("Read postings of cadres"),
    "exports": say("Order workbooks and fetch them"),
}
"""A token never does more than its owner may, and of that only what its scopes name."""
LONGEST_DAYS = 366
MOST_LIVING = 10
PREFIX = "ld_"


def token_findings(scopes: Collection[str], expires_on: date, *, today: date, living: int) -> list[Finding]:
    """Return everything that is wrong with a token that somebody wants to make."""
    found = []
    if not scopes:
        found.append(Finding("token.scopes", say("Choose at least one thing that the token may do."), "scopes"))
    elif set(scopes) - set(SCOPES):
        found.append(Finding("token.scopes", say("Choose among the offered values."), "scopes"))
    if not today < expires_on <= today + timedelta(days=LONGEST_DAYS):
        text = say("A token ends after today and within %(n)s days.", n=LONGEST_DAYS)
        found.append(Finding("token.expires", text, "expires_on"))
    if living >= MOST_LIVING:
        text = say("At most %(n)s tokens live at a time; revoke one that is not needed.", n=MOST_LIVING)
        found.append(Finding("token.many", text))
    return found
