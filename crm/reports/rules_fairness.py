"""Questions about fairness: what deserves a look before grades are given; nothing here is a finding of fault."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.credit.rules_evaluation import per_month

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class FairnessRules:
    """From when something is worth a question, as the bureau sets it."""

    version: str
    basis: str
    last_minute_days: int
    arranged_days: int
    often_together: int


@lru_cache
def fairness_rules() -> FairnessRules:
    """Load the table of questions and refuse a broken one."""
    return read_fairness_rules(beside(__file__, "fairness.toml"))


def read_fairness_rules(book: Rulebook) -> FairnessRules:
    """Read the table: whole numbers above zero, and two projects at least before sharing is called often."""
    found = {}
    for key, low in (("last_minute_days", 1), ("arranged_days", 1), ("often_together", 2)):
        value = book.tables.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            message = f"{book.name}: {key} must be a whole number from {low}"
            raise BrokenRules(message)
        found[key] = value
    return FairnessRules(book.version, book.basis, **found)


BIG = ("signed", "started", "producing", "paid_in", "top500")
"""Items whose points are worth a late claim."""


@dataclass(frozen=True)
class Division:
    """One cadre's share in one lead, as fairness looks at it."""

    lead: int
    number: str
    name: str
    cadre: int
    cadre_name: str
    bps: int
    reported_on: date
    recorded_on: date
    reason: str
    recorded_by: int | None
    recorder_unit: int | None
    lead_unit: int | None
    cadre_unit: int | None
    ended: bool


@dataclass(frozen=True)
class Question:
    """One thing to look at: a sentence that asks, and the project it is about."""

    kind: str
    text: Text
    lead: int | None = None
    number: str = ""
    name: str = ""


@dataclass(frozen=True)
class Group:
    """Points of some cadres together."""

    label: str
    people: int
    points: int
    month_tenths: int

    @property
    def per_person(self) -> int:
        """Return thousandths of a point for each person."""
        return self.points // self.people if self.people else 0

    @property
    def per_month(self) -> int | None:
        """Return thousandths of a point per month served."""
        return per_month(self.points, self.month_tenths)


def grouped(people: Iterable[Mapping[str, Any]], key: str) -> list[Group]:
    """Add up points by a fact of the person, the most per month first."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in people:
        sums = found[one[key] or "—"]
        sums[0] += 1
        sums[1] += one["total"]
        sums[2] += one["month_tenths"]
    groups = [Group(label, *sums) for label, sums in found.items()]
    return sorted(groups, key=lambda one: (-(one.per_month or 0), one.label))


def late_claims(divisions: Iterable[Division], lines: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Ask about claims that were reported only a few days before something that earns much."""
    reported = {(one.lead, one.cadre): one for one in divisions}
    found = {}
    for line in lines:
        one = reported.get((line["lead"], line["cadre"]))
        if one is None or line["item"] not in BIG or line["reverses"]:
            continue
        days = (date.fromisoformat(line["counted_on"]) - one.reported_on).days
        if 0 <= days <= fairness_rules().last_minute_days and (one.lead, one.cadre) not in found:
            text = say(
                "%(name)s reported %(days)s days before the event that earned: who talked to the investor before?",
                name=one.cadre_name, days=days,
            )  # fmt: skip
            found[one.lead, one.cadre] = Question("late", text, one.lead, one.number, one.name)
    return list(found.values())


def arranged_shares(divisions: Iterable[Division], lines: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Ask about shares divided anew shortly before points, and about cadres who share project after project."""
    held = list(divisions)
    days: dict[int, list[date]] = defaultdict(list)
    for line in lines:
        if line["lead"] and line["item"] in BIG and not line["reverses"]:
            days[line["lead"]].append(date.fromisoformat(line["counted_on"]))
    found: list[Question] = []
    seen: set[tuple[int, date]] = set()
    for one in held:
        again = bool(one.reason) and not one.ended
        gap = min((day - one.recorded_on for day in days[one.lead] if day >= one.recorded_on), default=None)
        close = gap is not None and gap.days <= fairness_rules().arranged_days
        if again and gap is not None and close and (one.lead, one.recorded_on) not in seen:
            seen.add((one.lead, one.recorded_on))
            text = say(
                "Shares divided anew %(days)s days before points came (reason: “%(reason)s”): do they fit the work?",
                days=gap.days, reason=one.reason,
            )  # fmt: skip
            found.append(Question("arranged", text, one.lead, one.number, one.name))
    return found + _pairs(held)


def _pairs(held: list[Division]) -> list[Question]:
    together: dict[tuple[int, int], list[Division]] = defaultdict(list)
    by_lead: dict[int, dict[int, Division]] = defaultdict(dict)
    for one in held:
        if not one.ended:
            by_lead[one.lead][one.cadre] = one
    for shares in by_lead.values():
        for first, second in combinations(sorted(shares), 2):
            together[first, second].append(shares[first])
    names = {one.cadre: one.cadre_name for one in held}
    return [
        Question(
            "arranged",
            say("%(one)s and %(other)s share %(n)s projects: do both work on each of them?",
                one=names[first], other=names[second], n=len(shared)),
            shared[0].lead, shared[0].number, shared[0].name,
        )
        for (first, second), shared in sorted(together.items())
        if len(shared) >= fairness_rules().often_together
    ]  # fmt: skip


def own_dealing(divisions: Iterable[Division]) -> list[Question]:
    """Ask about claims where the project's own unit gains: its own cadre, or a division it entered for its own."""
    found = []
    for one in divisions:
        if one.ended or one.lead_unit is None or one.lead_unit != one.cadre_unit:
            continue
        if one.recorder_unit == one.lead_unit and one.recorded_by != one.cadre:
            text = say(
                "The project's own unit entered the share of its own cadre %(name)s: who else confirms it?",
                name=one.cadre_name,
            )  # fmt: skip
        else:
            text = say(
                "%(name)s comes from the unit that owns the project: was it known there before the report?",
                name=one.cadre_name,
            )  # fmt: skip
        found.append(Question("own", text, one.lead, one.number, one.name))
    return found
