"""The state of a past day from the history of facts: the last value that had happened by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

INITIAL = frozenset({"investor", "investment_fen", "investment_max_fen", "fixed_assets_fen", "land_cmu", "park",
                     "source", "unit_id", "owner_id", "themes", "clusters"})  # fmt: skip
"""Facts whose first recorded value also stands for the days before it; sums and landing start empty instead."""


def state_on(entries: Iterable[tuple[str, str | None, date]], day: date) -> dict[str, tuple[str | None, date]] | None:
    """Return each fact's value and since when on a day, from one lead's entries (oldest recorded first).

    None when the lead had no stage yet on that day. Of several values of one day the one recorded last counts.
    """
    now: dict[str, tuple[str | None, date]] = {}
    first: dict[str, tuple[str | None, date]] = {}
    for fact, value, happened_on in entries:
        if fact in INITIAL and (fact not in first or happened_on < first[fact][1]):
            first[fact] = (value, happened_on)
        if happened_on <= day and (fact not in now or happened_on >= now[fact][1]):
            now[fact] = (value, happened_on)
    if "stage" not in now:
        return None
    return {**first, **now}


def as_number(value: str | None) -> int | None:
    """Read a stored number of the history; none stays none."""
    return None if value in (None, "", "None") else int(str(value))


def overlay(row: dict[str, Any], state: dict[str, tuple[str | None, date]]) -> dict[str, Any]:
    """Return a lead's row with its reported facts as they were on the day."""
    past = dict(row)
    for fact in ("investor", "park", "source", "themes", "clusters", "status"):
        past[fact] = (state.get(fact) or ("", None))[0] or ""
    for fact in ("investment_fen", "investment_max_fen", "fixed_assets_fen", "land_cmu", "unit_id", "owner_id"):
        past[fact] = as_number((state.get(fact) or (None, None))[0])
    past["stage"], past["stage_since"] = state["stage"]
    past["contracted_fen"] = as_number((state.get("contracted") or (None, None))[0])
    past["paid_in_fen"] = as_number((state.get("paid_in") or (None, None))[0])
    past["legs_verified"] = as_number((state.get("legs") or (None, None))[0]) or 0
    landed = (state.get("landed") or (None, None))[0]
    past["landed_on"] = landed if landed not in (None, "", "None") else None
    past["theme"] = past["themes"].split(";")[0]
    past["cluster"] = past["clusters"].split(";")[0]
    return past
