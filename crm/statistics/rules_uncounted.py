"""What statistics should have and do not: projects under construction, enterprises above size (漏统); and vouchers.

Nothing here says that anybody is at fault: each line asks whether a form was forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.core.money import show_wan
from crm.leads.rules_clocks import months_after, statistics_light
from crm.profile.rules_industries import industries
from crm.statistics.rules import MONTHS, StatisticsRules, last_day, shift

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from crm.core.due import Light

PERCENT = 100
BUILDING = ("started", "producing", "at_capacity")


def section_of(industry_code: str) -> str:
    """Return the letter of an industry's section, or nothing for an unknown code."""
    known = industries().get(industry_code)
    return known.section if known else ""


def reached_in(revenues: Mapping[str, int], limit_fen: int, last: str) -> tuple[str, int, int] | None:
    """Return the month in which twelve months' revenue reached a limit, and now their sum and number of months.

    None when the twelve months up to the last one do not reach it (any more).
    """
    sums = {}
    for back in range(MONTHS):
        month = shift(last, -back)
        window = [revenues[each] for each in (shift(month, -at) for at in range(MONTHS)) if each in revenues]
        sums[month] = (sum(window), len(window))
    total, many = sums[last]
    if total < limit_fen or not many:
        return None
    month = last
    while shift(month, -1) in sums and sums[shift(month, -1)][0] >= limit_fen:
        month = shift(month, -1)
    return month, total, many


def scale_light(reached: str, today: date) -> Light:
    """Return the light of an enterprise above size that is not in statistics: counted from the month's end."""
    return statistics_light(last_day(reached), today)


@dataclass(frozen=True)
class MoneyFacts:
    """What is known of a project's money and of what happens: paid in and since when, works, figures reported."""

    stage: str
    paid_fen: int
    last_paid_on: date | None
    began_on: date | None
    reporting: bool
    """Whether an enterprise of the register has told its investment for a month since the money came."""
    invested_fen: int
    active_since_paid: bool
    """Whether investment or sand and gravel was reported for a month since the money came."""


def money_questions(facts: MoneyFacts, today: date, rules: StatisticsRules) -> list[tuple[str, Text]]:
    """Return what the money of a project asks: paid in and nothing happens, or works and no money on record."""
    found: list[tuple[str, Text]] = []
    building = facts.stage in BUILDING
    still = facts.stage == BUILDING[0]
    quiet = rules.voucher_quiet_months
    if facts.paid_fen >= rules.voucher_fen and facts.last_paid_on and months_after(facts.last_paid_on, quiet) <= today:
        if not building and not facts.active_since_paid:
            found.append(("paid_quiet", say(
                "%(paid)s (10k yuan) are recorded as paid in, the last on %(day)s, and no start of works nor figure is "
                "on record since: what was it spent on?", paid=show_wan(facts.paid_fen), day=facts.last_paid_on,
            )))  # fmt: skip
        elif still and facts.reporting and not facts.active_since_paid:
            found.append(("paid_quiet", say(
                "%(paid)s (10k yuan) are recorded as paid in, the last on %(day)s; the enterprise has reported neither "
                "investment nor sand and gravel since: is a figure missing?", paid=show_wan(facts.paid_fen),
                day=facts.last_paid_on,
            )))  # fmt: skip
    if building and facts.began_on and months_after(facts.began_on, quiet) <= today and not facts.paid_fen:
        found.append(("active_unpaid", say(
            "Works began on %(day)s and no money in place is recorded: are vouchers missing?", day=facts.began_on,
        )))  # fmt: skip
    excess = facts.invested_fen * PERCENT > facts.paid_fen * rules.voucher_excess_percent
    if facts.paid_fen and excess and facts.invested_fen - facts.paid_fen >= rules.voucher_fen:
        found.append(("active_unpaid", say(
            "The enterprise reports %(invested)s (10k yuan) of investment, %(paid)s are recorded as paid in: are "
            "vouchers missing?", invested=show_wan(facts.invested_fen), paid=show_wan(facts.paid_fen),
        )))  # fmt: skip
    return found
