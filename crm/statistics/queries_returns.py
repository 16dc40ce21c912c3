"""Questions about returns: which months have come, which are missing, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import Case, fn

from crm.accounts.models import Unit
from crm.core.clock import end_of_day, shanghai_date
from crm.core.db import is_sqlite
from crm.core.due import MOST
from crm.statistics.models import Enterprise, Explanation, MonthlyReturn
from crm.statistics.queries import ReturnRow, reached, return_row
from crm.statistics.rules import due_on, first_day, last_over, shift, statistics_rules
from crm.statistics.rules_returns import Missing, Owing, missing_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crm.core.actor import Actor


def missing_returns(actor: Actor, today: date, permission: str = "statistics.view", *,
                    also_due: bool = False) -> list[Missing]:  # fmt: skip
    """Return the months that are overdue (or only due) in an actor's reach, the longest waiting first."""
    look_back = statistics_rules().look_back_months
    reach = reached(actor, permission)
    first: Any = (
        MonthlyReturn.select(fn.MIN(MonthlyReturn.month)).where(MonthlyReturn.enterprise == Enterprise.id)
    )
    query: Any = (
        Enterprise.select(
            Enterprise.id, Enterprise.name, Enterprise.park, Unit.name, Enterprise.statistician,
            Enterprise.statistician_phone, Enterprise.entered_on, Enterprise.left_on, Enterprise.recorded_at, first,
        )
        .join(Unit, on=(Enterprise.unit == Unit.id))
        .where(reach)
    )  # fmt: skip
    owing = [
        Owing(id_, name, park, unit, who, phone, entered, left, _since(recorded, month))
        for id_, name, park, unit, who, phone, entered, left, recorded, month in query.tuples()
    ]
    earliest = shift(last_over(today), 1 - look_back)
    joined = fn.GROUP_CONCAT(MonthlyReturn.month) if is_sqlite() else fn.STRING_AGG(MonthlyReturn.month, ",")
    came: Any = (
        MonthlyReturn.select(MonthlyReturn.enterprise, joined)
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .where((MonthlyReturn.month >= earliest) & MonthlyReturn.superseded_at.is_null() & reach)
        .group_by(MonthlyReturn.enterprise)
    )
    said: Any = (
        Explanation.select(Explanation.enterprise, Explanation.month, Explanation.text)
        .where((Explanation.kind == "return") & (Explanation.month >= earliest))
        .order_by(Explanation.id)
    )
    told = {(id_, month): text for id_, month, text in said.tuples()}
    returned = {id_: frozenset(months.split(",")) for id_, months in came.tuples()}
    return missing_of(owing, returned, told, today, look_back, also_due=also_due)


def _since(recorded_at: datetime, first_month: str | None) -> date:
    entered = shanghai_date(recorded_at)
    return min(entered, first_day(first_month)) if first_month else entered


@dataclass(frozen=True)
class LateReturn:
    """A month whose first figures came after their day."""

    enterprise_id: int
    name: str
    park: str
    statistician: str
    month: str
    came: date

    @property
    def days(self) -> int:
        """Return how many days late they came."""
        return (self.came - due_on(self.month)).days


def late_returns(actor: Actor, months: Sequence[str]) -> list[LateReturn]:
    """Return the months that came late in an actor's reach; what was due before the register knew it is not late."""
    until = Case(MonthlyReturn.month, [(month, end_of_day(due_on(month))) for month in months])
    query: Any = (
        MonthlyReturn.select(
            Enterprise.id, Enterprise.name, Enterprise.park, Enterprise.statistician, MonthlyReturn.month,
            fn.MIN(MonthlyReturn.recorded_at), fn.MIN(Enterprise.recorded_at),
        )
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .where(MonthlyReturn.month.in_(list(months)) & reached(actor))
        .group_by(Enterprise.id, Enterprise.name, Enterprise.park, Enterprise.statistician, MonthlyReturn.month)
        .having(fn.MIN(MonthlyReturn.recorded_at) >= fn.MIN(until))
        .order_by(MonthlyReturn.month.desc(), Enterprise.name)
    )  # fmt: skip
    found = (
        LateReturn(id_, name, park, who, month, shanghai_date(_moment(when)))
        for id_, name, park, who, month, when, entered in query.tuples()
        if due_on(month) >= shanghai_date(_moment(entered))
    )
    return [one for one in found if one.days > 0][:MOST]


def figures_of_month(month: str) -> dict[int, ReturnRow]:
    """Return the figures of a month that stand, by enterprise."""
    query: Any = MonthlyReturn.select().where((MonthlyReturn.month == month) & MonthlyReturn.superseded_at.is_null())
    return {row["enterprise"]: return_row(row) for row in query.dicts()}


def came_on(enterprise_ids: Sequence[int], months: Sequence[str]) -> dict[tuple[int, str], date]:
    """Return the day on which the first figures of each month came, whatever was corrected later."""
    query: Any = (
        MonthlyReturn.select(MonthlyReturn.enterprise, MonthlyReturn.month, fn.MIN(MonthlyReturn.recorded_at))
        .where(MonthlyReturn.enterprise.in_(list(enterprise_ids)) & MonthlyReturn.month.in_(list(months)))
        .group_by(MonthlyReturn.enterprise, MonthlyReturn.month)
    )
    return {(id_, month): shanghai_date(_moment(when)) for id_, month, when in query.tuples()}


def _moment(value: Any) -> datetime:
    """Return a moment that an aggregate gave (text on SQLite)."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
