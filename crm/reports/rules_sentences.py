"""The three sentences a mayor wants: where we are, what moved, what is stuck; made of figures and nothing else."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

FEN_PER_YI = 10_000_000_000
NAMED = 3
"""So many projects are named in a sentence."""


def yi(fen: int) -> str:
    """Say an amount in hundred millions with two decimals, as meetings speak."""
    return f"{(Decimal(fen) / FEN_PER_YI).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def signed_number(count: int) -> str:
    """Say a change with its sign."""
    return f"+{count}" if count > 0 else f"−{-count}" if count < 0 else "0"


def sentences(
    now: Any, then: Any, day: date, moved: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]
) -> tuple[Text, Text, Text]:
    """Return the sentences for a day against an earlier one."""
    rate = f"{Decimal(now.paid_in * 100) / now.contracted:.1f}%" if now.contracted else "—"
    where = say(
        "By %(day)s %(projects)s projects are in the register, %(signed)s signed (contracted %(contracted)s yi yuan), "
        "%(started)s under construction, %(landed)s recognised as landed; %(paid)s yi yuan are in place, %(rate)s of "
        "what was contracted.",
        day=day, projects=now.projects, signed=now.signed, contracted=yi(now.contracted), started=now.started,
        landed=now.landed, paid=yi(now.paid_in), rate=rate,
    )  # fmt: skip
    return where, _moved(now, then, moved), _stuck(now, rows)


def _moved(now: Any, then: Any, moved: Sequence[dict[str, Any]]) -> Text:
    if not moved:
        return say("No project moved in this period; nothing was signed, started or paid in.")
    ranked = sorted(moved, key=lambda one: -(one["paid_in"] or 0) - (one["contracted"] or 0))
    return say(
        "In this period %(count)s projects moved: signed %(signed)s, started %(started)s, landed %(landed)s, "
        "contracted %(contracted)s yi yuan and in place %(paid)s yi yuan more; most by %(names)s.",
        count=len(moved), signed=signed_number(now.signed - then.signed),
        started=signed_number(now.started - then.started), landed=signed_number(now.landed - then.landed),
        contracted=yi(now.contracted - then.contracted), paid=yi(now.paid_in - then.paid_in),
        names="、".join(one["name"] for one in ranked[:NAMED]),
    )  # fmt: skip


def _stuck(now: Any, rows: Sequence[dict[str, Any]]) -> Text:
    asking = [row for row in rows if row["requests"] and row["status"] == "active"]
    ranked = sorted(asking, key=lambda row: -(row["investment_fen"] or 0))
    if not now.red and not ranked:
        return say("No project is red, and none asks for help.")
    names = "、".join(row["name"] for row in ranked[:NAMED]) or "—"
    return say(
        "%(red)s projects are red and %(yellow)s yellow; %(asking)s enterprises ask for help, the largest of them "
        "%(names)s: please let the city's leaders coordinate.",
        red=now.red, yellow=now.yellow, asking=len(asking), names=names,
    )  # fmt: skip
