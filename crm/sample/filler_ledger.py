"""An old ledger is handed in: projects that are on record already wait for a decision, one row is refused."""

from __future__ import annotations

import csv
import hashlib
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from crm.files.operations import store
from crm.files.queries import stored_file
from crm.intake.operations import read_stored, take_in
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import Story

FILE = "2025年重点招商项目台账.csv"
HANDED_IN = 12
LOOK_ALIKES = 3
WRONG = ["特色果酒庄园项目", "会理果语酒庄有限公司", "三个多亿吧", "在谈", "", "金额待企业确认"]
HEAD = ["序号", "项目名称", "投资方", "总投资（万元）", "进展阶段", "联系人及电话", "备注"]


def ledger_steps(told: Story, cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return the day on which an old ledger was handed in."""
    yield Step(calendar.moment(HANDED_IN, 4), partial(_take_in, told, cast))


def _take_in(told: Story, cast: Cast, at: datetime) -> None:
    """Take in a ledger whose rows repeat projects of the sample, written differently, and one that is wrong."""
    officer = next(actor for actor in cast.actors.values() if "officer" in actor.roles)
    page = StringIO()
    out = csv.writer(page)
    out.writerow(HEAD)
    known = [lead for lead in told.leads if lead.investor][:LOOK_ALIKES]
    for number, lead in enumerate(known, start=1):
        row = [f"{lead.name}（招商）", lead.investor.replace("有限公司", "（有限公司）"), "", "在谈", "", "旧台账转抄"]
        out.writerow([number, *row])
    out.writerow([LOOK_ALIKES + 1, *WRONG])
    data = page.getvalue().encode("utf-8-sig")
    file = stored_file(store(data, name=FILE, purpose="ledger", by=officer, at=at))
    if file is None:
        return
    reading = read_stored(file, by=officer, at=at)
    take_in(reading, file_id=file.id, sha256=hashlib.sha256(data).hexdigest(), by=officer, at=at)
