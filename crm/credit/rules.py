"""Points as people read them, how they are divided, and whose share counts on a day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crm.leads.rules_names import tight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

MILLI = 1000
WHOLE_BPS = 10_000
MONTHS = 12


def show_points(value: int | None) -> str:
    """Show thousandths of a point without idle zeros; unknown is a dash."""
    if value is None:
        return "—"
    whole, rest = divmod(abs(value), MILLI)
    decimals = f"{rest:03d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def divided(total: int, shares: Sequence[int]) -> list[int]:
    """Divide points by shares in basis points so that the parts of a whole sum exactly (largest remainder first)."""
    sign = -1 if total < 0 else 1
    parts = [abs(total) * bps // WHOLE_BPS for bps in shares]
    due = abs(total) * sum(shares) // WHOLE_BPS - sum(parts)
    rests = sorted(range(len(shares)), key=lambda at: (-(abs(total) * shares[at] % WHOLE_BPS), at))
    for at in rests[:due]:
        parts[at] += 1
    return [sign * part for part in parts]


def later(day: date, months: int) -> date:
    """Return the same day of a later month (its last day when it is shorter)."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def enterprise_key(lead_id: int, investor_key: str) -> str:
    """Return under which enterprise a lead's visits count once; an unknown investor is one of its own."""
    return investor_key or f"lead:{lead_id}"


def project_key(lead_id: int, investor_key: str, site: str, park: str) -> str:
    """Return what makes leads one project: the same investor and the same site (the park where no site is known)."""
    return f"{investor_key}|{tight(site) or park}" if investor_key else f"lead:{lead_id}"


@dataclass(frozen=True)
class Term:
    """One posting of one cadre, as far as credit asks."""

    id: int
    cadre: int
    starts_on: date
    ends_on: date


def counts_on(terms: Iterable[Term], cadre: int, day: date, reported_on: date, tail_months: int) -> Term | None:
    """Return the posting that lets a cadre's share count on a day: one that runs, or one in whose tail it lies.

    The tail after a posting serves only projects that were reported during it.
    """
    own = sorted((term for term in terms if term.cadre == cadre), key=lambda term: term.starts_on)
    for term in own:
        if term.starts_on <= day <= term.ends_on:
            return term
    for term in reversed(own):
        during = term.starts_on <= reported_on <= term.ends_on
        if during and term.ends_on < day <= later(term.ends_on, tail_months):
            return term
    return None


@dataclass(frozen=True)
class Claimed:
    """One cadre's share in a lead as the claims' table keeps it, with its moments as Shanghai days."""

    id: int
    lead: int
    cadre: int
    bps: int
    reported_on: date
    recorded_at: datetime
    counts_from: date
    ended_on: date | None


def division_on(claims: Sequence[Claimed], day: date) -> list[Claimed]:
    """Return a lead's division of credit in force on a day, the largest share first.

    A division counts from the day it was made (or decided to count); the first one from its report on.
    """
    made = {claim.recorded_at: claim.counts_from for claim in sorted(claims, key=lambda claim: claim.id)}
    if not made:
        return []
    begun = [moment for moment, since in made.items() if since <= day]
    chosen = max(begun) if begun else min(made)
    last = chosen == max(made)
    held = [
        claim
        for claim in claims
        if claim.recorded_at == chosen
        and claim.reported_on <= day
        and not (last and claim.ended_on is not None and claim.ended_on <= day)
    ]
    return sorted(held, key=lambda claim: (-claim.bps, claim.id))
