"""What statistics should have and do not (漏统), and money that does not go with what happens: lists of questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import Case, fn

from crm.accounts.models import Unit
from crm.core.clock import end_of_day
from crm.leads.models import Lead, LeadFact
from crm.leads.queries import visible
from crm.leads.rules_clocks import clocks, statistics_light
from crm.statistics.models import Enterprise, EnterpriseFact, Explanation, MonthlyReturn
from crm.statistics.queries import reached
from crm.statistics.queries_checks import Answer, answers
from crm.statistics.queries_targets import standing
from crm.statistics.rules import MONTHS, last_over, shift, statistics_rules
from crm.statistics.rules_uncounted import (
    BUILDING,
    MoneyFacts,
    money_questions,
    reached_in,
    scale_light,
    section_of,
)

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.core.due import Light
    from crm.core.errors import Text

MOST = 500
"""Lines of one list; who has more works them off from the longest waiting on."""


@dataclass(frozen=True)
class UncountedProject:
    """A project under construction, large enough, that the statistics of investment do not have."""

    id: int
    number: str
    name: str
    unit_name: str
    park: str
    investment_fen: int
    began_on: date
    opening: bool
    landed: bool
    light: Light
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class UncountedEnterprise:
    """An enterprise of industry above size that the statistics of industry do not have."""

    id: int
    name: str
    unit_name: str
    park: str
    statistician: str
    reached_in: str
    revenue_fen: int
    months: int
    light: Light
    answers: tuple[Answer, ...]


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def uncounted_projects(actor: Actor, today: date, lead_id: int | None = None) -> list[UncountedProject]:
    """Return started projects of the size that counts without a day of entering statistics, landed or not."""
    began = fn.MIN(LeadFact.happened_on)
    query: Any = (
        Lead.select(
            Lead.id, Lead.number, Lead.name, Unit.name, Lead.park, Lead.investment_fen, began.alias("began"),
            Lead.opening, Lead.landed_on,
        )
        .join(Unit, on=(Lead.unit == Unit.id))
        .switch(Lead)
        .join(LeadFact, on=((LeadFact.lead == Lead.id) & (LeadFact.fact == "stage") & LeadFact.value.in_(BUILDING)))
        .where(
            visible(actor, "statistics.view")
            & (Lead.status == "active")
            & Lead.stage.in_(BUILDING)
            & Lead.statistics_on.is_null()
            & (Lead.investment_fen >= clocks().statistics_from_fen)
        )
        .group_by(Lead.id, Lead.number, Lead.name, Unit.name, Lead.park, Lead.investment_fen, Lead.opening,
                  Lead.landed_on)
        .order_by(began, Lead.id)
        .limit(MOST)
    )  # fmt: skip
    if lead_id is not None:
        query = query.where(Lead.id == lead_id)
    said = answers(["uncounted"])
    found = []
    for id_, number, name, unit, park, fen, begun, opening, landed in query.tuples():
        light: Light = "calm" if opening else statistics_light(_day(begun), today)
        told = tuple(said.get(("uncounted", id_, ""), ()))
        found.append(UncountedProject(
            id_, number, name, unit, park, fen, _day(begun), bool(opening), landed is not None, light, told,
        ))  # fmt: skip
    return found


def _uncounted_on(day: date, known: date | None) -> Any:
    """Return the clause of the enterprises that were here on a day and not in the statistics of industry by then."""
    here = Enterprise.left_on.is_null() | (Enterprise.left_on > day)
    if known is None:
        return here & (Enterprise.scale_on.is_null() | (Enterprise.scale_on > day))
    moment = end_of_day(known)
    said = EnterpriseFact.select(EnterpriseFact.enterprise).where(
        (EnterpriseFact.fact == "scale_on") & (EnterpriseFact.value <= day.isoformat())
        & (EnterpriseFact.recorded_at < moment)
    )  # fmt: skip
    return here & (Enterprise.recorded_at < moment) & Enterprise.id.not_in(said)


def uncounted_enterprises(actor: Actor, today: date, permission: str = "statistics.view",
                          known: date | None = None) -> list[UncountedEnterprise]:  # fmt: skip
    """Return enterprises of industry whose revenue of twelve months reached the limit and that are not counted.

    Any day may be asked for, and what was known of it on another.
    """
    rules = statistics_rules()
    last = last_over(today)
    large = (
        MonthlyReturn.select(MonthlyReturn.enterprise)
        .where(standing(MonthlyReturn, known) & MonthlyReturn.month.between(shift(last, 1 - 2 * MONTHS), last))
        .group_by(MonthlyReturn.enterprise)
        .having(fn.SUM(MonthlyReturn.revenue_fen) >= rules.scale_fen)
    )
    query: Any = (
        MonthlyReturn.select(
            Enterprise.id, Enterprise.name, Unit.name, Enterprise.park, Enterprise.statistician,
            Enterprise.industry_code, MonthlyReturn.month, MonthlyReturn.revenue_fen,
        )
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .join(Unit, on=(Enterprise.unit == Unit.id))
        .where(
            reached(actor, permission) & _uncounted_on(today, known) & standing(MonthlyReturn, known)
            & MonthlyReturn.revenue_fen.is_null(False)
            & MonthlyReturn.month.between(shift(last, 1 - 2 * MONTHS), last) & Enterprise.id.in_(large)
        )
    )  # fmt: skip
    who: dict[int, tuple[Any, ...]] = {}
    revenues: dict[int, dict[str, int]] = defaultdict(dict)
    for row in query.tuples():
        if section_of(row[5]) in rules.scale_sections:
            who[row[0]] = row[1:5]
            revenues[row[0]][row[6]] = row[7]
    said = answers(["unscaled"], known=known)
    found = []
    for id_, told in revenues.items():
        grown = reached_in(told, rules.scale_fen, max(told))
        if grown:
            answered = tuple(said.get(("unscaled", id_, ""), ()))
            month, total, many = grown
            name, unit, park, statistician = who[id_]
            found.append(UncountedEnterprise(
                id_, name, unit, park, statistician, month, total, many, scale_light(month, today), answered,
            ))  # fmt: skip
    return sorted(found, key=lambda one: (one.reached_in, -one.revenue_fen, one.id))[:MOST]


@dataclass(frozen=True)
class MoneyQuestion:
    """Something that a project's money asks, with what was answered."""

    kind: str
    id: int
    number: str
    name: str
    unit_name: str
    text: Text
    about: str
    facts: MoneyFacts
    answers: tuple[Answer, ...]

    @property
    def open(self) -> bool:
        """Tell whether nobody has explained these very figures."""
        return not any(answer.about == self.about for answer in self.answers)


def voucher_questions(actor: Actor, today: date, permission: str = "statistics.view") -> list[MoneyQuestion]:
    """Return vouchers without activity and activity without vouchers, the largest sums first; three statements."""
    rules = statistics_rules()
    paid = fn.MAX(Case(None, (((LeadFact.fact == "paid_in_recorded"), LeadFact.happened_on),), None))
    began = fn.MIN(Case(None, (((LeadFact.fact == "stage"), LeadFact.happened_on),), None))
    relevant = (LeadFact.fact == "paid_in_recorded") | ((LeadFact.fact == "stage") & LeadFact.value.in_(BUILDING))
    amount = fn.COALESCE(Lead.paid_in_recorded_fen, 0)
    query: Any = (
        Lead.select(Lead.id, Lead.number, Lead.name, Unit.name, Lead.stage, amount, paid, began)
        .join(Unit, on=(Lead.unit == Unit.id))
        .switch(Lead)
        .join(LeadFact, on=((LeadFact.lead == Lead.id) & relevant))
        .where(
            visible(actor, permission) & (Lead.status == "active") & ~Lead.opening
            & ((amount >= rules.voucher_fen) | Lead.stage.in_(BUILDING))
        )
        .group_by(Lead.id, Lead.number, Lead.name, Unit.name, Lead.stage, Lead.paid_in_recorded_fen)
        .order_by(amount.desc(), Lead.id)
    )  # fmt: skip
    reports = _reports()
    said = {kind: answers([kind]) for kind in ("paid_quiet", "active_unpaid")}
    found = []
    for id_, number, name, unit, stage, fen, last_paid, begun in query.tuples():
        months = reports.get(id_, [])
        last_day = _day(last_paid) if last_paid else None
        since = f"{last_day.year:04d}-{last_day.month:02d}" if last_day else ""
        facts = MoneyFacts(
            stage, int(fen), last_day, _day(begun) if begun else None,
            any(month >= since and invested is not None for month, invested, _sand in months),
            sum(invested or 0 for _month, invested, _sand in months),
            any(month >= since and ((invested or 0) > 0 or (sand or 0) > 0) for month, invested, sand in months),
        )  # fmt: skip
        for kind, text in money_questions(facts, today, rules):
            about = f"{facts.paid_fen}:{facts.last_paid_on}:{facts.began_on}"
            told = tuple(said[kind].get((kind, id_, ""), ()))
            found.append(MoneyQuestion(kind, id_, number, name, unit, text, about, facts, told))
    return found[:MOST]


def _reports() -> dict[int, list[tuple[str, int | None, int | None]]]:
    """Return what the enterprises of projects reported as investment and as sand and gravel, month by month."""
    query: Any = (
        MonthlyReturn.select(
            Enterprise.lead, MonthlyReturn.month, MonthlyReturn.investment_fen, MonthlyReturn.sand_ct
        )
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .where(Enterprise.lead.is_null(False) & MonthlyReturn.superseded_at.is_null())
    )
    found: dict[int, list[tuple[str, int | None, int | None]]] = defaultdict(list)
    for lead_id, *rest in query.tuples():
        found[lead_id].append((rest[0], rest[1], rest[2]))
    return found


def noted_reason(lead_id: Any) -> Any:
    """Return the clause that a project's enterprise is counted, or that somebody has noted why the project is not."""
    said = Explanation.select(Explanation.id).where((Explanation.kind == "uncounted") & (Explanation.lead == lead_id))
    counted = Enterprise.select(Enterprise.id).where((Enterprise.lead == lead_id) & Enterprise.scale_on.is_null(False))
    return fn.EXISTS(said) | fn.EXISTS(counted)
