"""What figures leave to be done: returns that are due or missing, and questions that nobody has explained."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.statistics.queries_checks import asked
from crm.statistics.queries_returns import missing_returns
from crm.statistics.queries_uncounted import uncounted_enterprises, voucher_questions
from crm.statistics.rules import due_on, last_day, statistics_rules
from crm.statistics.rules_checks import INDUSTRY

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor
    from crm.core.due import Light
    from crm.core.errors import Text
    from crm.statistics.rules_returns import Missing

MONTHS_NAMED = 3
"""More missing months than these are counted, not named."""
ANSWER_DAYS = 15
"""So many days after a month's figures were due its questions should have been explained."""


def due_missing(by: Actor, today: date) -> list[Due]:
    """Return the enterprises that owe months, the longest waiting first: one line each, with all its months."""
    rows = [one for one in missing_returns(by, today, "statistics.enter", also_due=True) if not one.explained]
    overdue = sorted((one for one in rows if one.due_on < today), key=lambda one: (one.owing.id, one.month))
    found = [_owed(list(months)) for _id, months in groupby(overdue, key=lambda one: one.owing.id)]
    told = {one.owing.id for one in overdue}
    for one in rows:
        if one.owing.id not in told:
            text = say("Send the figures of %(month)s by %(day)s; %(who)s has them.", month=one.month, day=one.due_on,
                       who=one.owing.statistician)  # fmt: skip
            light = light_on(one.due_on, today, statistics_rules().remind_days)
            found.append(_line(one, text, light))
    return sorted(found, key=lambda one: (one.due_on, one.label))[:MOST]


def _owed(months: list[Missing]) -> Due:
    """Return one line about all the overdue months of an enterprise."""
    who, shown = months[0].owing.statistician, [one.month for one in months]
    text = say("Figures of %(months)s are missing: ask %(who)s.", months=shown, who=who)
    if len(shown) > MONTHS_NAMED:
        text = say("Figures of %(n)s months are missing, the first of %(month)s: ask %(who)s.", n=len(shown),
                   month=shown[0], who=who)  # fmt: skip
    return _line(months[0], text, "red")


def _line(one: Missing, text: Text, light: Light) -> Due:
    return Due(
        "return", "enterprise", one.owing.id, one.owing.name, text, one.due_on, light, "statistics.figures",
        {"enterprise_id": one.owing.id, "month": one.month}, who=one.owing.statistician,
    )  # fmt: skip


def due_questions(by: Actor, today: date) -> list[Due]:
    """Return what figures ask and nobody has explained, by enterprise and month."""
    found = []
    for one in asked(by, today, "statistics.explain"):
        if not one.open:
            continue
        until = due_on(one.question.month)
        until = until.replace(day=min(until.day + ANSWER_DAYS, last_day(f"{until.year:04d}-{until.month:02d}").day))
        text = (
            say("%(what)s of %(month)s is unlike the industry's: how does it come?", what=_pair(one.question.kind),
                month=one.question.month)
            if one.question.basis == INDUSTRY
            else say("%(what)s of %(month)s is far from usual: how does it come?", what=_pair(one.question.kind),
                     month=one.question.month)
        )  # fmt: skip
        found.append(Due(
            "figures", "enterprise", one.question.enterprise_id, one.name, text, until, light_on(until, today, 7),
            "statistics.show", {"enterprise_id": one.question.enterprise_id}, f"q-{one.question.kind}",
            one.statistician,
        ))  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.label))[:MOST]


def _pair(code: str) -> object:
    return next((pair.label for pair in statistics_rules().pairs if pair.code == code), code)


def due_uncounted(by: Actor, today: date) -> list[Due]:
    """Return enterprises above size that statistics do not have, and money that does not go with what happens."""
    found = []
    for one in uncounted_enterprises(by, today, "statistics.enter"):
        if one.light == "calm" or one.answers:
            continue
        text = say("Above size since %(month)s and not in the statistics of industry: apply for it, or say why not.",
                   month=one.reached_in)  # fmt: skip
        found.append(Due(
            "uncounted", "enterprise", one.id, one.name, text, last_day(one.reached_in), one.light, "statistics.show",
            {"enterprise_id": one.id}, "scale", one.statistician,
        ))  # fmt: skip
    found += [
        Due("uncounted", "lead", row.id, f"{row.number} {row.name}", row.text, today, "calm", "statistics.vouchers",
            {}, f"lead-{row.id}")
        for row in voucher_questions(by, today, "statistics.explain")
        if row.open
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.label))[:MOST]


DUE = (
    Source("return", say("Monthly figures"), "statistics.enter", due_missing),
    Source("figures", say("Questions that figures raise"), "statistics.explain", due_questions),
    Source("uncounted", say("Not counted, or money that does not fit"), "statistics.explain", due_uncounted),
)
