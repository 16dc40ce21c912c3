"""What the sample bureau takes away: matters for a meeting, confidential projects, layouts kept and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.jobs.registry import register
from crm.leads.queries_list import Ask, list_page
from crm.reports.jobs import HANDLERS
from crm.reports.operations_layouts import keep_meeting_item, save_layout, subscribe
from crm.reports.rules_books import BookOrder

if TYPE_CHECKING:
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import Story

MATTERS = (
    ("", "用地指标缺口约 120 亩，请自然资源和规划局牵头，本月底前提出调剂意见。"),
    ("月城一号", "投资方要求保密洽谈；电价和增量配电方案需市领导出面与电网公司会商。"),
    ("", "环评审批涉及邛海流域论证，请生态环境局提前介入，明确需要补充的材料。"),
    ("", "进场道路和 10 千伏专线由谁建设尚未明确，请园区管委会会同市发展改革和经济信息化局定责。"),
    ("螺髻二号", "企业提出厂房先租后买，请国资部门研究是否可行，答复口径须经公平竞争审查。"),
)
PUSH = ("name", "investor", "investment", "contracted", "paid_in", "stage", "light", "agreed_start_on", "started_on",
        "leader", "owner", "problems", "next_steps")  # fmt: skip
CALLS = ("name", "stage", "stage_days", "light", "last_contact_on", "owner", "next_steps")


def take_away(told: Story, cast: Cast, calendar: Calendar) -> None:
    """Enter matters and code names, keep two layouts, one of them shared and made every Monday."""
    register(HANDLERS)
    by = cast.actor(next(person.login for person in told.people if "manager" in person.roles), 0)
    rows = [row for stage in ("negotiating", "signed") for row in list_page(
        Ask({"stage": stage, "status": "active"}, sort="amount"), by, size=3).rows]  # fmt: skip
    for row, (code, matter) in zip(rows, MATTERS, strict=False):
        keep_meeting_item(row.id, {"code_name": code, "matter": matter, "version": 0}, by=by, at=calendar.now)
    common = {"words": "", "shared": True, "filters": {"status": "active"}}
    first = save_layout({"name": "重点项目推进表", "group_by": "unit", "sort": "amount", **common}, PUSH, by=by,
                        at=calendar.now)  # fmt: skip
    save_layout({"name": "跟进提醒表", "group_by": "owner", "sort": "stage", **common}, CALLS, by=by, at=calendar.now)
    subscribe(BookOrder("pipeline", layout=first), on=True, locale="zh_CN", by=by, at=calendar.now)
