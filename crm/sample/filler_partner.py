"""A partner outside passes on three hints: one was declined, two wait for an officer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from crm.core.money import FEN_PER_WAN
from crm.intake.operations_partner import add_partner, decline_hint, open_form, take_hint
from crm.intake.queries_partner import hints_page
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

NAME = "双流区投资促进局"
OPENED, DECLINED = 41, 24
HINTS: tuple[tuple[int, dict[str, Any]], ...] = (
    (26, {
        "name": "共享厨房连锁门店项目", "investor": "成都灶间餐饮管理有限公司", "investor_place": "成都市双流区",
        "content": "在西昌城区开设三家共享厨房门店。", "investment_fen": 180 * FEN_PER_WAN,
        "contact_name": "田经理", "contact_phone": "028-85550011", "recommender": "双流区投资促进局 吴科长",
    }),
    (6, {
        "name": "航空食材冷链分拨中心项目", "investor": "成都云脉冷链物流有限公司", "investor_place": "成都市双流区",
        "content": "依托青山机场建设农产品预冷、分拣和航空冷链分拨中心，年周转6万吨，需用地约45亩。",
        "investment_fen": 16_000 * FEN_PER_WAN, "contact_name": "贺经理", "contact_phone": "028-85550022",
        "recommender": "双流区投资促进局 吴科长",
    }),
    (2, {
        "name": "钒电池储能集装箱装配项目", "investor": "成都峨储新能源科技有限公司", "investor_place": "成都市双流区",
        "content": "建设全钒液流电池储能集装箱装配线两条，年装配200兆瓦时，希望靠近钒电解液供应。",
        "investment_fen": None, "contact_name": "沙经理", "contact_phone": "028-85550033",
        "recommender": "双流区投资促进局 郑主任",
    }),
)  # fmt: skip


@dataclass
class _Link:
    """The partner's secret code, once it is made."""

    code: str = field(default="")


def partner_steps(cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return what happens with the partner, each step on its day."""
    link = _Link()
    admin = next(actor for actor in cast.actors.values() if "admin" in actor.roles)
    officer = next(actor for actor in cast.actors.values() if "officer" in actor.roles)

    def begin(at: datetime) -> None:
        open_form(is_open=True, by=admin, at=at)
        link.code = add_partner(NAME, by=admin, at=at)

    def decline(at: datetime) -> None:
        first = hints_page("waiting").rows[0]
        decline_hint(first.id, reason="不属于五大主题和六大集群，已建议对接市商务局", by=officer, at=at)

    yield Step(calendar.moment(OPENED, 1), begin)
    for days_ago, values in HINTS:
        yield Step(calendar.moment(days_ago, 2), partial(_send, link, values))
    yield Step(calendar.moment(DECLINED, 3), decline)


def _send(link: _Link, values: dict[str, Any], at: datetime) -> None:
    take_hint(link.code, values, at=at)
