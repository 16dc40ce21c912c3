"""Two days beside each other: who came into a figure, who left it, and what changed for each project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.reports.rules_day import differing
from crm.reports.rules_overview import FIVE

if TYPE_CHECKING:
    from crm.reports.rules_day import Standing
    from crm.reports.rules_standing import State

COUNTED = ("stage", "status", "opening", "park", "theme", "cluster", "source", "unit", "investment", "contracted",
           "paid", "landed_on")  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """One figure on two days: who came in, who left, and for whom its money changed."""

    name: str
    entered: tuple[int, ...]
    left: tuple[int, ...]
    changed: tuple[tuple[int, int], ...]
    """Projects in it on both days whose money differs, with the difference in fen."""


def moved(one: Standing, other: Standing) -> list[Moved]:
    """Return what moved in each of the five numbers between two days."""
    found = []
    for name in FIVE:
        before, after = (set(day.ids((name,))) for day in (one, other))
        changed = paid_changes(one, other, before & after) if name == "paid" else []
        found.append(Moved(name, tuple(sorted(after - before)), tuple(sorted(before - after)), tuple(changed)))
    return found


def paid_changes(one: Standing, other: Standing, ids: set[int]) -> list[tuple[int, int]]:
    """Return those of some projects whose money in place differs between two days, with the difference in fen."""
    wanted = [lead_id for lead_id in differing(one, other, ("paid",)) if lead_id in ids]
    pairs = zip(wanted, one.amounts(wanted, "paid"), other.amounts(wanted, "paid"), strict=True)
    return [(lead_id, after - before) for lead_id, before, after in pairs if after != before]


def differences_of(one: Standing, other: Standing) -> list[int]:
    """Return the projects of which anything counted differs between two days, in order."""
    first, second = one.states, other.states
    moved = one.over.keys() | other.over.keys()
    return [
        lead_id for lead_id in differing(one, other, COUNTED)
        if lead_id not in moved or changes(first.get(lead_id), second.get(lead_id))
    ]  # fmt: skip


def changes(old: State | None, new: State | None) -> list[tuple[str, object, object]]:
    """Return the counted facts of one project that differ between two days."""
    found = []
    for name in COUNTED:
        before, after = getattr(old, name, None), getattr(new, name, None)
        if before != after:
            found.append((name, before, after))
    return found
