"""What contracts and paid-in entries must be, which terms stand, and how sums run over time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, say
from crm.core.money import MAX_FEN, parse_wan, plain_wan, show_wan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

CONTRACT_KINDS = {
    "formal": say("Formal contract"),
    "framework": say("Framework agreement"),
    "supplementary": say("Supplementary agreement"),
}
COUNTED_KINDS = ("formal", "supplementary")
"""A framework agreement never counts as contracted (domain.md §3)."""
PAID_IN_KINDS = {
    "cash": say("Money paid in"),
    "works": say("Construction paid"),
    "equipment": say("Equipment paid"),
    "other": say("Other paid-in capital"),
}
ALL_REVIEWED, NONE = "all", "none"
CARRIES = {
    ALL_REVIEWED: say("Every reviewed support item of the project"),
    NONE: say("No promise of support at all"),
}
"""What a paper says about support; an item that no review has let out keeps either from being recorded."""
AGREED = ("agreed_start_on", "agreed_completion_on", "agreed_production_on")
PLAN_LINE = re.compile(r"^(\d{4})\s*年?\s*[:：=＝\s]\s*([\d,，.]+)\s*(?:万元|万)?$")
PLAN_YEARS = (1990, 2100)
LONGEST_PLAN = 20


@dataclass(frozen=True)
class Terms:
    """The agreed dates and the yearly plan in force: the latest standing paper that says them."""

    start_on: date | None = None
    completion_on: date | None = None
    production_on: date | None = None
    yearly_plan: tuple[tuple[int, int], ...] = ()

    @property
    def dated(self) -> bool:
        """Tell whether start, completion and production are all agreed."""
        return None not in (self.start_on, self.completion_on, self.production_on)


def read_plan(text: str) -> dict[int, int]:
    """Read a yearly plan ("2026: 5000" in 万元, one year a line or separated by ；) into fen; ValueError otherwise."""
    plan: dict[int, int] = {}
    for part in re.split(r"[;；\n]+", text):
        if not part.strip():
            continue
        found = PLAN_LINE.match(part.strip())
        if not found or int(found[1]) in plan or not PLAN_YEARS[0] <= int(found[1]) <= PLAN_YEARS[1]:
            raise ValueError(part)
        fen = parse_wan(found[2])
        if not 0 <= fen <= MAX_FEN:
            raise ValueError(part)
        plan[int(found[1])] = fen
    if len(plan) > LONGEST_PLAN:
        raise ValueError(text)
    return dict(sorted(plan.items()))


def show_plan(plan: Mapping[int, int]) -> str:
    """Show a yearly plan as it is typed."""
    return "\n".join(f"{year}: {plain_wan(fen)}" for year, fen in sorted(plan.items()))


def order_findings(values: Mapping[str, Any]) -> list[Finding]:
    """Return a finding for each agreed date that lies before the one it must follow."""
    found = []
    for first, second in pairwise(AGREED):
        before, after = values.get(first), values.get(second)
        if before and after and after < before:
            found.append(
                Finding("contract.order", say("Agreed: start, then completion, then production."), second)
            )
    start, production = values.get(AGREED[0]), values.get(AGREED[2])
    if start and production and not values.get(AGREED[1]) and production < start:
        found.append(
            Finding("contract.order", say("Agreed: start, then completion, then production."), AGREED[2])
        )
    return found


def contract_findings(values: Mapping[str, Any], *, today: date, formal_stands: bool) -> list[Finding]:
    """Return everything that is wrong with a contract."""
    kind, found = values.get("kind"), []
    if kind not in CONTRACT_KINDS:
        found.append(Finding("contract.kind", say("Choose the kind of contract."), "kind"))
    found += _day_findings(values.get("signed_on"), "signed_on", today)
    amount = values.get("amount_fen")
    if amount is None or amount < 0 or (kind == "formal" and amount == 0):
        found.append(
            Finding("contract.amount", say("Give the amount of the contract, more than zero."), "amount_fen")
        )
    if kind == "supplementary" and not formal_stands:
        text = say("A supplement needs the formal contract recorded first.")
        found.append(Finding("contract.no_formal", text, "kind"))
    changes = any(values.get(name) for name in AGREED) or values.get("yearly_plan")
    later = kind == "supplementary" or (kind == "formal" and formal_stands)
    if later and changes and not (values.get("note") or "").strip():
        text = say("Say in the note why agreed dates or the plan change.")
        found.append(Finding("contract.change_reason", text, "note"))
    return found + order_findings(values)


def contract_warnings(values: Mapping[str, Any]) -> list[Finding]:
    """Return what is odd about a contract but may be right."""
    plan, amount = values.get("yearly_plan") or {}, values.get("amount_fen") or 0
    total = sum(plan.values())
    if values.get("kind") == "formal" and plan and total != amount:
        text = say(
            "The yearly plan sums to %(plan)s, the contract to %(amount)s (in 10,000 yuan).",
            plan=show_wan(total), amount=show_wan(amount),
        )  # fmt: skip
        return [Finding("contract.plan_sum", text, "yearly_plan", warning=True)]
    return []


def _day_findings(day: date | None, field: str, today: date) -> list[Finding]:
    if day is None:
        return [Finding("date.missing", say("Give the day."), field)]
    if day > today:
        return [Finding("date.future", say("This day lies in the future."), field)]
    return []


def paid_in_findings(values: Mapping[str, Any], *, today: date) -> list[Finding]:
    """Return everything that is wrong with a paid-in entry."""
    found = _day_findings(values.get("paid_on"), "paid_on", today)
    if not (values.get("amount_fen") or 0) > 0:
        found.append(Finding("paid_in.amount", say("Give the amount paid in, more than zero."), "amount_fen"))
    if values.get("kind") not in PAID_IN_KINDS:
        found.append(Finding("paid_in.kind", say("Choose what was paid."), "kind"))
    return found


def above_contracted(paid_in_fen: int | None, contracted_fen: int | None, reason: str = "") -> list[Finding]:
    """Question a sum of paid-in money above what is contracted: it is refused until a reason confirms it."""
    if not paid_in_fen or paid_in_fen <= (contracted_fen or 0) or reason.strip():
        return []
    text = say(
        "Paid in %(paid)s is more than contracted %(contracted)s (in 10,000 yuan). If it is right, say why here.",
        paid=show_wan(paid_in_fen), contracted=show_wan(contracted_fen or 0),
    )  # fmt: skip
    return [Finding("paid_in.above_contracted", text, "excess_reason", warning=True)]


def running_sums(entries: Iterable[tuple[date, int]], since: date) -> list[tuple[date, int | None]]:
    """Return the sum as of every day from `since` on that an entry touches; None where nothing stands."""
    standing = sorted(entries)
    days = sorted({since, *(day for day, _ in standing if day > since)})
    sums: list[tuple[date, int | None]] = []
    for day in days:
        counted = [amount for entry_day, amount in standing if entry_day <= day]
        sums.append((day, sum(counted) if counted else None))
    return sums


def terms(papers: Sequence[tuple[tuple[date | None, ...], Mapping[int, int]]]) -> Terms:
    """Return the terms in force from standing papers, oldest first: a later one replaces what it says."""
    dates: list[date | None] = [None, None, None]
    plan: Mapping[int, int] = {}
    for agreed, yearly in papers:
        dates = [new or old for new, old in zip(agreed, dates, strict=True)]
        plan = yearly or plan
    return Terms(dates[0], dates[1], dates[2], tuple(sorted(plan.items())))


@dataclass(frozen=True)
class TermChange:
    """One agreed date or plan that a later paper changed: which, from what, to what."""

    name: str
    old: date | Mapping[int, int] | None
    new: date | Mapping[int, int]


def term_changes(papers: Sequence[tuple[tuple[date | None, ...], Mapping[int, int]]]) -> list[list[TermChange]]:
    """Return, for each standing paper (oldest first), what it changed of what was agreed before."""
    found: list[list[TermChange]] = []
    before: list[date | None] = [None, None, None]
    plan: Mapping[int, int] = {}
    for agreed, yearly in papers:
        changes = [
            TermChange(name, old, new)
            for name, old, new in zip(AGREED, before, agreed, strict=True)
            if new is not None and old is not None and new != old
        ]
        if yearly and plan and dict(yearly) != dict(plan):
            changes.append(TermChange("yearly_plan", plan, yearly))
        found.append(changes)
        before = [new or old for new, old in zip(agreed, before, strict=True)]
        plan = yearly or plan
    return found
