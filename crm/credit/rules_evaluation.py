"""What an evaluation shows of each cadre: points with caps, corrections of closed periods, ranks; grades apart."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, say
from crm.credit.rules import WHOLE_BPS
from crm.credit.rules_standing import tally, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crm.credit.rules_tariff import Tariff

CIVIL = ("excellent", "competent", "basic", "incompetent")
OTHERS = ("excellent", "qualified", "basic_qualified", "unqualified")
STAFF = {"civil": say("Civil servants"), "other": say("Others")}
GRADES = {
    "excellent": say("excellent"),
    "competent": say("competent"),
    "basic": say("basically competent"),
    "incompetent": say("not competent"),
    "qualified": say("qualified"),
    "basic_qualified": say("basically qualified"),
    "unqualified": say("not qualified"),
}
GRADES_OF = {"civil": CIVIL, "other": OTHERS}
WHOLE_MONTH = 10
MONTH_DAYS_E4 = 304_375
"""Days of a mean month in ten-thousandths: 30.4375."""


def month_tenths(days: int) -> int:
    """Return days as tenths of months, rounded half up."""
    return (2 * days * 10 * WHOLE_BPS + MONTH_DAYS_E4) // (2 * MONTH_DAYS_E4)


def per_month(points: int, tenths: int) -> int | None:
    """Return thousandths of a point per month served; none below one month, where it would say nothing."""
    return points * 10 // tenths if tenths >= WHOLE_MONTH else None


def ranked(values: Mapping[int, int | None]) -> dict[int, int]:
    """Rank the highest first; equal values share a rank, and who has no value has none."""
    known = [value for value in values.values() if value is not None]
    return {key: 1 + sum(other > value for other in known) for key, value in values.items() if value is not None}


def within(lines: Iterable[Mapping[str, Any]], start: str, end: str) -> list[Mapping[str, Any]]:
    """Return the lines that belong to a stretch of days: their account day in it, their cause not after it."""
    return [line for line in lines if start <= line["counted_on"] <= end and line["happened_on"] <= end]


def by_cadre(lines: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """Sort lines by whose they are."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        found[line["cadre"]].append(line)
    return found


def sum_of(lines: Iterable[Mapping[str, Any]], tariff: Tariff) -> int:
    """Return what counts of some lines within the caps."""
    return total(tally(((line["item"], line["points"]) for line in lines), tariff))


def corrections(closed: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], tariff: Tariff, *, until: str,
                carried: Mapping[int, int]) -> dict[int, dict[str, Any]]:  # fmt: skip
    """Return what a closed period would come to now, less what was frozen and what was carried on already.

    `lines` are those whose account day lies in the closed period; caps apply to it as a whole, so that what never
    counted is not taken away.
    """
    known = by_cadre(line for line in lines if line["happened_on"] <= until)
    frozen = {person["cadre"]: person["earned"] for person in closed["people"]}
    found = {}
    for cadre in {*known, *frozen}:
        due = sum_of(known.get(cadre, ()), tariff) - frozen.get(cadre, 0) - carried.get(cadre, 0)
        if due:
            new = [
                line["id"]
                for line in known.get(cadre, ())
                if line["id"] > closed["until"] or line["happened_on"] > closed["ends_on"]
            ]
            found[cadre] = {"period": closed["period"], "points": due, "lines": new}
    return found


def sealed(figures: Mapping[str, Any]) -> tuple[str, str]:
    """Return figures as canonical text with their fingerprint."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return text, hashlib.sha256(text.encode()).hexdigest()


def quota(base: int, excellent_bps: int) -> int:
    """Return how many may be graded excellent out of a base (whole people, rounded down)."""
    return base * excellent_bps // WHOLE_BPS


def grade_findings(staff: str, grade: str, *, false_report: bool, others_excellent: int, base: int | None,
                   excellent_bps: int) -> list[Finding]:  # fmt: skip
    """Return why a grade cannot stand: unknown, barred by a false report, or beyond the quota of excellent ones."""
    if not grade:
        return []
    found = []
    if staff not in STAFF or grade not in GRADES_OF[staff]:
        return [Finding("grade.unknown", say("Choose the kind of staff, and a grade that it has."), "grade")]
    if grade == "excellent":
        if false_report:
            text = say("A proven false report bars the grade “excellent” in this period.")
            found.append(Finding("grade.false", text, "grade"))
        if base is None:
            text = say("Enter the base of the quota first; without it nobody is graded excellent.")
            found.append(Finding("grade.base", text, "grade"))
        elif others_excellent + 1 > quota(base, excellent_bps):
            text = say(
                "At most %(n)s of a base of %(base)s may be excellent (%(share)s %%); that many are already.",
                n=quota(base, excellent_bps), base=base, share=excellent_bps // 100,
            )  # fmt: skip
            found.append(Finding("grade.quota", text, "grade"))
    return found


def period_findings(name: str, start: date, end: date, objections_until: date,
                    others: Iterable[tuple[str, date, date]]) -> list[Finding]:  # fmt: skip
    """Return what is wrong with a new period: its order, its name, or another period that it overlaps."""
    found = []
    if not name.strip():
        found.append(Finding("period.name", say("Give the period a name."), "name"))
    if end < start:
        found.append(Finding("period.order", say("The period ends before it starts."), "ends_on"))
    if objections_until < end:
        text = say("Objections stay possible at least until the period's last day.")
        found.append(Finding("period.objections", text, "objections_until"))
    for other, first, last in others:
        if other == name.strip():
            found.append(Finding("period.taken", say("There is a period of this name already."), "name"))
        elif start <= last and first <= end:
            text = say("Overlaps the period %(name)s (%(start)s to %(end)s).", name=other, start=first, end=last)
            found.append(Finding("period.overlap", text, "starts_on"))
    return found


