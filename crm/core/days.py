"""Which day a page asks for: days that cannot be are refused with all that is wrong at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from collections.abc import Mapping

EARLIEST = date(1978, 1, 1)


def read_day(text: str | None, name: str, today: date, findings: list[Finding]) -> date | None:
    """Read one day of an address; what is no day, too early, or has not come is a finding."""
    typed = (text or "").strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        sentence = say("“%(text)s” is no day; write it like 2026-11-23.", text=typed[:40])
        findings.append(Finding("date.unreadable", sentence, name))
        return None
    if day > today:
        findings.append(Finding(f"{name}.future", say("The day %(day)s has not come yet.", day=day), name))
        return None
    if day < EARLIEST:
        findings.append(Finding("date.early", say("No record reaches back to %(day)s.", day=day), name))
        return None
    return day


def read_days(values: Mapping[str, str], today: date) -> tuple[date | None, date | None, list[Finding]]:
    """Read the day that is asked for and the day on which it is to be known; a known day alone asks about today."""
    findings: list[Finding] = []
    as_of = read_day(values.get("as_of"), "as_of", today, findings)
    known = read_day(values.get("known"), "known", today, findings)
    return (None if as_of == today and known is None else as_of), known, findings
