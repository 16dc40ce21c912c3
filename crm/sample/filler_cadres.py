"""What cadres of the sample bureau do besides projects: monthly reports, one excused, some forgotten; two disputes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crm.accounts.queries import person
from crm.cadres.operations_reports import excuse_month, send_report
from crm.cadres.queries_reports import month_states
from crm.cadres.rules_reports import month_of
from crm.core.clock import shanghai_date
from crm.leads.operations_claims import answer_case, decide_case, open_case
from crm.leads.queries_claims import cases
from crm.leads.queries_month import month_facts
from crm.pipeline.operations_report import report_for
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import Story

SENDING_DAYS = (2, 3)
"""Days of the next month on which a report goes out; a posting's last day is one, too."""
FORGOTTEN = {("jikeshibu", 3), ("songzhiyuan", 5)}
"""Who forgot which month, counted in months before today's."""
EXCUSED = ("pengyuntao", 4)
EXCUSE = "当月在外地执行防汛抢险任务，经派出单位报告，免报。"
EXCUSED_AFTER = 40
WORK = "走访在谈企业，跟进报送的项目，协助投资方了解园区条件；具体进展见上列记录。"
DIFFICULTIES = ("投资方希望早日明确用电价格和供地时间。", "", "投资方内部决策较慢，需市领导出面再谈一次。")
PLAN = "陪同投资方来西昌考察，补齐推进所缺材料。"
WAITING, SETTLED = "mulberry-silk-food", "aluminium-frame"
"""Projects of whose credit somebody says that it is theirs: one waits for its decision, one was turned down."""
MET_AT_A_FAIR = "在深圳展会上与该投资方负责人会面并介绍西昌园区，请求确认协助份额。"
OTHER_PROJECT = "项目在展会之前已报送并研判，展会所谈为该企业另一项目，有会谈纪要。"
KEPT_AS_IT_WAS = "首报在所述会面之前，会面所谈为投资方另一项目，维持原划分。"
INTRODUCED = "八月在成都与该企业董事长两次会谈，引荐其来西昌考察，有会谈照片和行程单。"
REPORTED_FIRST = "报送在先；考察行程由我方联系，对方引荐情况属实但未参与后续洽谈。"


REPORTED_FOR = {
    "name": "铝合金轻量化储能箱体项目", "investor": "佛山梧岭轻合金科技有限公司", "investor_place": "广东佛山",
    "investment_fen": 180_000_000_00, "contact_name": "邹先生", "contact_phone": "13800005521",
    "content": "拟在西昌建储能箱体铝型材加工线，看中本地铝锭和水电；月底可来实地考察。",
}  # fmt: skip
MESSAGE = "罗部长，我这边内网上不去，先把项目报给你：佛山梧岭轻合金，储能箱体，约1.8亿，邹总月底想来看地。请代报。"
REPORTED, REPORTER, MESSENGER = 3, "luokaiyan", "pengyuntao"


def cadre_steps(told: Story, cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> Iterator[Step]:
    """Return what cadres send month by month and what they dispute."""
    for posting in told.postings:
        for ago in range(posting.from_days_ago, max(posting.end_days_ago, 0) - 1, -1):
            if calendar.day(ago).day in SENDING_DAYS or ago == posting.end_days_ago:
                yield Step(calendar.moment(ago, 9, posting.cadre),
                           partial(_send, posting.cadre, cast, calendar, ago))  # fmt: skip
    yield Step(calendar.moment(EXCUSED_AFTER), partial(_excuse, cast, calendar))
    yield from _dispute(told, cast, calendar, ids)
    yield Step(calendar.moment(REPORTED, 9), partial(_report_for, cast))


def _report_for(cast: Cast, at: datetime) -> None:
    """Let an officer enter what a cadre without the network wrote the evening before; the cadre has not answered."""
    report_for(
        cast.person_id(MESSENGER), REPORTED_FOR, message_kind="chat", message_at=at - timedelta(hours=13),
        message_text=MESSAGE, by=cast.actor(REPORTER, REPORTED), at=at, client_key="sample-reported-for",
    )  # fmt: skip


def _back(day: date, months: int) -> str:
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
    return month_of(day)


def _send(login: str, cast: Cast, calendar: Calendar, ago: int, at: datetime) -> None:
    by = cast.actor(login, ago)
    forgotten = {_back(calendar.today, months) for who, months in {*FORGOTTEN, EXCUSED} if who == login}
    day = shanghai_date(at)
    for one in month_states(day, cadre_id=by.person_id):
        if one.state(day) in ("open", "due") and one.sent_at is None and one.owed.month not in forgotten:
            facts = month_facts(one.owed.cadre_id, one.owed.starts_on, one.owed.ends_on).kept()
            values = {"work": WORK, "difficulties": DIFFICULTIES[day.month % len(DIFFICULTIES)], "plan": PLAN}
            send_report(one.owed.month, values, facts, by=by, at=at)


def _excuse(cast: Cast, calendar: Calendar, at: datetime) -> None:
    login, months = EXCUSED
    by = cast.actor(cast.organiser(), EXCUSED_AFTER)
    excuse_month(cast.person_id(login), _back(calendar.today, months), EXCUSE, by=by, at=at)


def _dispute(told: Story, cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> Iterator[Step]:
    """Let two cadres object: one is answered and waits, one was turned down and stays on record."""
    names = {lead.key: lead.name for lead in told.leads}

    def claimed(key: str, login: str, grounds: str, ago: int, at: datetime) -> None:
        open_case(ids[key], known_by=names[key], asked_bps=3000, grounds=grounds, by=cast.actor(login, ago), at=at)

    def answered(key: str, text: str, ago: int, at: datetime) -> None:
        case_id, other = _case_of(ids[key])
        answer_case(case_id, text, by=cast.actor(other, ago), at=at)

    def turned_down(at: datetime) -> None:
        case_id, _other = _case_of(ids[SETTLED])
        decide_case(case_id, "rejected", [], KEPT_AS_IT_WAS, by=cast.actor(cast.organiser(), 70), at=at)

    yield Step(calendar.moment(80), partial(claimed, SETTLED, "songzhiyuan", MET_AT_A_FAIR, 80))
    yield Step(calendar.moment(77), partial(answered, SETTLED, OTHER_PROJECT, 77))
    yield Step(calendar.moment(70), turned_down)
    yield Step(calendar.moment(12), partial(claimed, WAITING, "azilahei", INTRODUCED, 12))
    yield Step(calendar.moment(9), partial(answered, WAITING, REPORTED_FIRST, 9))


def _case_of(lead_id: int) -> tuple[int, str]:
    row = cases(lead_id=lead_id)[0]
    other = person(row.other_id or 0)
    return row.id, other.login if other else ""
