"""Rules of the partners' form: its limits, what is kept of a hint, and when two are the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from crm.core.errors import say

if TYPE_CHECKING:
    from collections.abc import Mapping

PER_HOUR = 20
"""Hints that one partner may send within an hour."""
MOST_BYTES = 64 * 1024
PERSONAL = ("contact_name", "contact_phone", "recommender")
"""What names a person; blanked when a hint is declined."""
KEPT = ("name", "investor", "investor_place", "content", "investment_fen", *PERSONAL)
SOURCE = "chengdu_liangshan"
STATES = {"waiting": say("Waits"), "accepted": say("Accepted"), "declined": say("Declined")}


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a hint: only what judging it needs."""
    return {name: values.get(name) for name in KEPT}


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return what the same hint sent twice has in common."""
    plain = json.dumps(kept(values), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()


def without_persons(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hint's values without what names a person."""
    return {name: None if name in PERSONAL else value for name, value in values.items()}


def receipt(hint_id: int, year: int) -> str:
    """Return the number by which partner and bureau speak of a hint."""
    return f"HB-{year}-{hint_id:04d}"
