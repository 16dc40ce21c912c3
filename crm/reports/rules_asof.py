"""The state of a past day from the history of facts: the last value that had happened by then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INITIAL = frozenset({"investor", "investment_fen", "investment_max_fen", "fixed_assets_fen", "land_cmu", "park",
                     "source", "unit_id", "owner_id", "themes", "clusters"})  # fmt: skip
"""Facts whose first recorded value also stands for the days before it; sums and landing start empty instead."""
NUMBERS = ("investment_fen", "investment_max_fen", "fixed_assets_fen", "land_cmu", "unit_id", "owner_id")
TEXTS = ("investor", "park", "source", "themes", "clusters", "status")
SUMS = {"contracted": "contracted_fen", "paid_in": "paid_in_fen", "paid_in_recorded": "paid_in_recorded_fen",
        "landed_fen": "landed_fen"}


class Entry(NamedTuple):
    """One value that a fact took: since when, and whether a ledger's word for it is all there is."""

    fact: str
    value: str | None
    happened_on: date
    opening: bool = False


def state_on(entries: Iterable[Entry], day: date) -> dict[str, Entry] | None:
    """Return each fact's entry in force on a day, from one lead's entries (oldest recorded first).

    None when the lead had no stage yet on that day. Of several values of one day the one recorded last counts.
    """
    now: dict[str, Entry] = {}
    first: dict[str, Entry] = {}
    for entry in entries:
        fact = entry.fact
        if fact in INITIAL and (fact not in first or entry.happened_on < first[fact].happened_on):
            first[fact] = entry
        if entry.happened_on <= day and (fact not in now or entry.happened_on >= now[fact].happened_on):
            now[fact] = entry
    if "stage" not in now:
        return None
    return {**first, **now}


def as_number(value: str | None) -> int | None:
    """Read a stored number of the history; none stays none."""
    return None if value in (None, "") else int(str(value))


def overlay(row: Mapping[str, Any], state: Mapping[str, Entry]) -> dict[str, Any]:
    """Return a lead's row with its reported facts as they were on the day."""

    def value(fact: str) -> str | None:
        return state[fact].value if fact in state else None

    landed = value("landed")
    themes, clusters = value("themes") or "", value("clusters") or ""
    return {
        **row,
        **{fact: value(fact) or "" for fact in TEXTS},
        **{fact: as_number(value(fact)) for fact in NUMBERS},
        **{column: as_number(value(fact)) for fact, column in SUMS.items()},
        "stage": value("stage"),
        "stage_since": state["stage"].happened_on,
        "opening": state["stage"].opening,
        "legs_verified": as_number(value("legs")) or 0,
        "landed_on": date.fromisoformat(landed) if landed else None,
        "theme": themes.split(";")[0],
        "cluster": clusters.split(";")[0],
    }


def in_order(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Return rows of a past day in the order of a list: amounts and stages of that day decide, the rest stays."""
    if sort == "amount":
        return sorted(rows, key=lambda row: (_or_less(row["investment_fen"]), row["id"]), reverse=True)
    if sort == "stage":
        return sorted(rows, key=lambda row: (row["stage_since"], row["id"]))
    return rows


def _or_less(amount: int | None) -> int:
    return -1 if amount is None else amount
