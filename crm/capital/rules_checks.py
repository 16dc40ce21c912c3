"""When paid-in money is recognised: two people of two offices have checked its voucher, and nobody objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say

if TYPE_CHECKING:
    from collections.abc import Iterable

INVESTMENT = "investment"
COUNTING = ("finance", "statistics")
CHECK_OFFICES = (INVESTMENT, *COUNTING)
"""Whose people check a voucher: investment promotion, and finance or statistics (domain.md §9)."""
VERDICTS = {"confirmed": say("voucher confirmed"), "objected": say("objection to the voucher")}
STATES = {
    "recognised": say("recognised"),
    "investment": say("waits for investment promotion"),
    "counting": say("waits for finance or statistics"),
    "both": say("waits for two checks"),
    "objected": say("objected to"),
    "voucher": say("lacks its voucher file"),
    "void": say("reversed"),
}


@dataclass(frozen=True)
class Check:
    """One person's look at a voucher; of several by the same person the last counts."""

    person_id: int
    office: str
    verdict: str


@dataclass(frozen=True)
class CheckerFacts:
    """What decides whether somebody may check an entry."""

    person_id: int | None
    office: str
    recorded_by: int | None
    brought_by: int | None
    owner_id: int | None
    credited: frozenset[int]
    self_granted: bool
    has_file: bool
    file_cleared: bool
    already: str = ""


def standing(checks: Iterable[Check]) -> list[Check]:
    """Return each person's last check."""
    last: dict[int, Check] = {}
    for check in checks:
        last.pop(check.person_id, None)
        last[check.person_id] = check
    return list(last.values())


def recognised(checks: Iterable[Check]) -> bool:
    """Tell whether money counts: confirmed by investment promotion and by finance or statistics, and no objection."""
    last = standing(checks)
    confirmed = {check.office for check in last if check.verdict == "confirmed"}
    objected = any(check.verdict == "objected" for check in last)
    return not objected and INVESTMENT in confirmed and bool(confirmed & set(COUNTING))


def state_of(checks: Iterable[Check], *, void: bool, has_file: bool) -> str:
    """Return how an entry stands: recognised, or what it waits for."""
    if void:
        return "void"
    last = standing(checks)
    if any(check.verdict == "objected" for check in last):
        return "objected"
    if not has_file:
        return "voucher"
    confirmed = {check.office for check in last if check.verdict == "confirmed"}
    sides = (INVESTMENT in confirmed, bool(confirmed & set(COUNTING)))
    return {(True, True): "recognised", (True, False): "counting", (False, True): "investment"}.get(sides, "both")


def checker_findings(facts: CheckerFacts) -> list[Finding]:
    """Return everything that keeps somebody from checking an entry."""
    found: list[tuple[str, Text]] = []
    if facts.person_id is None:
        found.append(("check.person", say("Only a person who signed in checks money.")))
    elif facts.person_id in {facts.recorded_by, facts.brought_by}:
        found.append(("check.recorder", say("Who recorded the money or brought its voucher does not check it.")))
    elif facts.person_id == facts.owner_id:
        found.append(("check.owner", say("The officer in charge of the project does not check its money.")))
    elif facts.person_id in facts.credited:
        found.append(("check.credited", say("A cadre with credit in the project does not check its money.")))
    if facts.office not in CHECK_OFFICES:
        text = say("Investment promotion and finance or statistics check; your unit is another office.")
        found.append(("check.office", text))
    if facts.self_granted:
        found.append(("check.self_granted", say("Who gave himself the role does not check with it.")))
    if not facts.has_file:
        found.append(("check.voucher", say("The voucher file is missing: it has to be looked at.")))
    elif not facts.file_cleared:
        found.append(("check.unscanned", say("The file waits for the virus scanner; nothing is checked before.")))
    return [Finding(code, text) for code, text in found]
