"""An invented register for tests: enterprises of zhang's unit and their months."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor

WAN = 1_000_000
TODAY = date(2026, 6, 1)
LAST = "2026-05"
"""The last month that is over on the day of the story; its figures are due on 2026-06-10."""


def enterprise(by: Actor, name: str = "西昌甲机械有限公司", *, at: datetime = AT, **others: Any) -> int:
    """Enter an enterprise."""
    from crm.statistics.operations import add_enterprise

    values = {"name": name, "park": "P1", "industry_code": "3484", "unit_id": by.unit_id, "statistician": "赵统计",
              "statistician_phone": "0834-2000001", "uscc": None, **others}  # fmt: skip
    return add_enterprise(values, by=by, at=at)


def values(**others: Any) -> dict[str, Any]:
    """Return a month's figures that lack nothing."""
    return {
        "revenue_fen": 100 * WAN, "output_fen": 110 * WAN, "electricity_kwh": 100_000, "tax_fen": 4 * WAN,
        "sand_ct": 0, "investment_fen": 0, "source": "enterprise", "sources": {}, "statistician": "赵统计",
        "note": "", "reason": "", **others,
    }  # fmt: skip


def report(enterprise_id: int, month: str, by: Actor, *, at: datetime = AT, **others: Any) -> str:
    """Enter a month's figures."""
    from crm.statistics.operations_returns import save_return

    return save_return(enterprise_id, month, values(**others), by=by, at=at)


def fill(enterprise_id: int, by: Actor, months: Mapping[str, Mapping[str, Any]], *, at: datetime = AT) -> None:
    """Enter several months at once."""
    from crm.statistics.operations_returns import SheetRow, take_sheet

    rows = [SheetRow(enterprise_id, month, values(**told)) for month, told in months.items()]
    take_sheet(rows, label="测试", by=by, at=at)


def stands(enterprise_id: int, month: str) -> Any:
    """Return the version of a month that stands."""
    from crm.statistics.queries import returns_of

    return next((row for row in returns_of(enterprise_id, month) if row.superseded_at is None), None)


def tables() -> dict[str, list[Any]]:
    """Return everything in this room's tables, to show that a refusal left them alone."""
    from crm.statistics.models import CityTotal, Enterprise, EnterpriseFact, Explanation, MonthlyReturn

    told: tuple[Any, ...] = (CityTotal, Enterprise, EnterpriseFact, Explanation, MonthlyReturn)
    return {table.__name__: list(table.select().order_by(table.id).tuples()) for table in told}
