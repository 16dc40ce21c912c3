"""Chains, plans and committees of the sample bureau: what an empty link becomes, and how several people mark a lead.

All of it happens on the day of filling: the trail runs forward, and the stories have been told by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.rulebook import beside
from crm.leads.queries_list import Ask, list_page
from crm.scoring.operations_chain import answer, enter_enterprise, plan
from crm.scoring.operations_committee import convene, decide_committee, hand_in
from crm.scoring.queries_chain import may_answer

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

FEN_PER_WAN = 1_000_000
PARTS_PER_MU = 100
MARKS = (
    {"investor": 6, "technology": 7, "environment": 4, "energy": 3, "safety": 4, "chain": 2},
    {"investor": 5, "technology": 3, "environment": 3, "energy": 2, "safety": 4, "chain": 2},
    {"investor": 6, "technology": 5, "environment": 4, "energy": 3, "safety": 3, "chain": 3},
)
FINAL = {"investor": 6, "technology": 5, "environment": 4, "energy": 3, "safety": 4, "chain": 2}
QUESTION = "请重点看工艺是否成熟、能耗是否达到准入值。"
MINUTES = "评委对科技一项差距较大，经讨论认为工艺已有同类项目运行，按中位数评定；能耗待可研复核。"
NOTES = ("工艺有同类项目运行三年以上。", "能耗指标偏紧，建议可研复核。", "")


def show_chains(cast: Cast, calendar: Calendar) -> None:
    """Enter enterprises, plan projects, tie a lead, hold two committees (one still sits)."""
    book = beside(__file__, "chains.toml").tables
    clerk = cast.actor("luokaiyan", 0)
    for row in book["enterprise"]:
        enter_enterprise(row["link"], name=row["name"], source=row["source"], by=clerk, at=calendar.now)
    for row in book["plan"]:
        _plan(row, cast.actor(row["by"], 0), calendar)
    _committees(cast, calendar)


def _plan(row: dict[str, Any], by: Actor, calendar: Calendar) -> None:
    values = {
        **{name: row[name] for name in ("title", "brief", "market", "park", "site", "conditions", "contact")},
        "land_cmu": row["land_mu"] * PARTS_PER_MU, "investment_fen": row["investment_wan"] * FEN_PER_WAN,
    }  # fmt: skip
    made = plan(row["link"], values, by=by, at=calendar.now)
    for lead in may_answer(row["link"], made, by, limit=1):
        answer(made, lead.id, by=by, at=calendar.now)


def _committees(cast: Cast, calendar: Calendar) -> None:
    """Let a committee decide on one lead in talks and another still sit, so that both can be looked at."""
    chair, deputy = cast.actor("guojingzhi", 0), cast.actor("yangsenruo", 0)
    people = [cast.actor(login, 0) for login in ("zhoulincheng", "denghanqiu", "wupeiran")]
    seats = [person.person_id or 0 for person in people]
    rows = list_page(Ask({"stage": "negotiating", "status": "active"}, sort="amount"), chair).rows
    free = [row for row in rows if row.owner_name not in {person.name for person in people}]
    for row, by, voices in zip(free, (deputy, chair), (3, 1), strict=False):
        made = convene(row.id, seats, question=QUESTION, by=by, at=calendar.now)
        for person, marks, note in list(zip(people, MARKS, NOTES, strict=True))[3 - voices :]:
            hand_in(made, marks, note=note, by=person, at=calendar.now)
        if voices == len(people):
            decide_committee(made, FINAL, minutes=MINUTES, by=by, at=calendar.now)
