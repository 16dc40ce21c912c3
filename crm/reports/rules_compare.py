"""Two days beside each other: who came into a figure, who left it, and what changed for each project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.reports.rules_overview import FIVE
from crm.reports.rules_standing import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

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


def moved(first: Mapping[int, State], second: Mapping[int, State], days: tuple[date, date]) -> list[Moved]:
    """Return what moved in each of the five numbers between two days."""
    differing = [one for one in first.keys() | second.keys() if first.get(one) != second.get(one)]
    # A light goes on by time alone, so that every project is looked at for it.
    watched = first.keys() | second.keys()
    inside: dict[str, tuple[set[int], set[int]]] = {name: (set(), set()) for name in FIVE}
    for place, (states, day) in enumerate(zip((first, second), days, strict=True)):
        for lead_id in watched:
            state = states.get(lead_id)
            if state is None:
                continue
            keys = set(keys_of(state, day))
            for name in FIVE:
                if (name,) in keys:
                    inside[name][place].add(lead_id)
    found = []
    for name in FIVE:
        before, after = inside[name]
        changed: list[tuple[int, int]] = []
        if name == "paid":
            both = sorted(before & after & set(differing))
            pairs = [(one, (second[one].paid or 0) - (first[one].paid or 0)) for one in both]
            changed = [pair for pair in pairs if pair[1]]
        found.append(Moved(name, tuple(sorted(after - before)), tuple(sorted(before - after)), tuple(changed)))
    return found


def changes(old: State | None, new: State | None) -> list[tuple[str, object, object]]:
    """Return the counted facts of one project that differ between two days."""
    found = []
    for name in COUNTED:
        before, after = getattr(old, name, None), getattr(new, name, None)
        if before != after:
            found.append((name, before, after))
    return found
