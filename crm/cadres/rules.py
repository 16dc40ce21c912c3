"""What a posting must be: a start before its end, and no two at the same time for one cadre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LONGEST_YEARS = 6
DIRECTIONS = {"out": "Posted out of Xichang", "in": "Posted into Xichang"}
POST_KINDS = {
    "investment": say("Investment promotion"),
    "liaison": say("Liaison and cooperation"),
    "office": say("General administration"),
    "technical": say("Professional and technical"),
    "village": say("Rural revitalisation"),
    "other": say("Other post"),
}


def period_findings(start: date, end: date) -> list[Finding]:
    """Return what is wrong with a posting's period."""
    if end < start:
        return [Finding("posting.order", say("The posting ends before it starts."), "ends_on")]
    if end.year - start.year > LONGEST_YEARS:
        return [
            Finding(
                "posting.long", say("A posting lasts at most %(n)s years; check the dates.", n=LONGEST_YEARS), "ends_on"
            )
        ]
    return []


def overlap_findings(start: date, end: date, others: Iterable[tuple[date, date]]) -> list[Finding]:
    """Return a finding for every other posting of the same cadre that touches this period."""
    return [
        Finding(
            "posting.overlap",
            say("This cadre is already posted from %(start)s to %(end)s.", start=other_start, end=other_end),
            "starts_on",
        )
        for other_start, other_end in others
        if start <= other_end and other_start <= end
    ]
