"""Points of the sample bureau: the ledger settled from what happened, and this year's evaluation opened."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crm.credit.operations_evaluation import object_to, open_period, set_base, write_form, write_summary
from crm.pipeline.operations_credit import settle_everything

if TYPE_CHECKING:
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import Story

BASE = 12
SUMMARY = "任期内对接企业二十余家，报送的项目均已研判；下一步盯紧在谈项目签约，配合归口单位推进开工。"
OBJECTION = "六月陪同投资方到西昌考察一次，草稿里没有计来访，请核对跟进记录的日期。"
HOST = "工作扎实，与当地企业联系紧密，同意上报。"


def evaluate(told: Story, cast: Cast, calendar: Calendar) -> None:
    """Settle the ledger and open the year's evaluation, with a summary, an objection and the base of the quota."""
    settle_everything(at=calendar.now)
    year = calendar.today.year
    by = cast.actor(cast.organiser(), 0)
    period = open_period(
        str(year), starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), objections_until=date(year + 1, 1, 20),
        by=by, at=calendar.now,
    )  # fmt: skip
    set_base(period, "civil", BASE, note="参加年度考核的挂职公务员", by=by, at=calendar.now)
    here = list(dict.fromkeys(posting.cadre for posting in told.postings if posting.covers(0)))
    if here:
        first, last = cast.actor(here[0], 0), cast.actor(here[-1], 0)
        write_summary(period, SUMMARY, by=first, at=calendar.now)
        object_to(period, OBJECTION, by=last, at=calendar.now)
        write_form(
            period, first.person_id or 0, {"host_opinion": HOST, "staff": "civil"}, by=by, at=calendar.now
        )
