"""Pages of the register: what each role sees and may do, questions and answers, lists of what is not counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import now, today
from crm.statistics.rules import last_over, months_between, shift
from tests import cast as story
from tests.cast import AT, DAY
from tests.statistics.figures import WAN, enterprise, fill, report, stands

if TYPE_CHECKING:
    from tests.cast import Cast

PAGES = ("/statistics", "/statistics/returns", "/statistics/questions", "/statistics/uncounted", "/statistics/vouchers",
         "/statistics/city")  # fmt: skip
LAST = last_over(today())
MONTHS = list(months_between(shift(LAST, -17), LAST))


def _even(cast: Cast, name: str = "西昌甲机械有限公司", **odd: Any) -> int:
    """Enter an enterprise with eighteen even months, but for what is odd about the last one."""
    made = enterprise(cast.zhang, name, at=now())
    months: dict[str, dict[str, Any]] = {month: {} for month in MONTHS}
    months[LAST] = odd
    fill(made, cast.zhang, months, at=now())
    return made


@pytest.mark.parametrize("path", PAGES)
def test_who_may_read_and_who_may_not(app: Any, cast: Cast, path: str) -> None:
    enterprise(cast.zhang)
    for who in (cast.zhang, cast.chen, cast.liu, cast.wang, cast.luo):
        assert story.entered(app, who).get(path).status_code == 200
    for who in (cast.sun, cast.he, cast.ma):
        assert story.entered(app, who).get(path).status_code == 403


def test_readers_see_no_button_and_no_door_opens_for_them(app: Any, cast: Cast) -> None:
    made = enterprise(cast.zhang)
    officer = story.entered(app, cast.zhang)
    assert "/statistics/enterprises/new" in officer.get("/statistics").text
    for who in (cast.chen, cast.liu, cast.luo, cast.wang):
        client = story.entered(app, who)
        assert "/statistics/enterprises/new" not in client.get("/statistics").text
        for path in ("/statistics/enterprises/new", f"/statistics/enterprises/{made}/edit",
                     f"/statistics/enterprises/{made}/months/2026-04", "/statistics/import", "/statistics/sheet"):  # fmt: skip
            assert client.get(path).status_code == 403
    neighbour = story.entered(app, cast.li)
    assert neighbour.get(f"/statistics/enterprises/{made}").status_code == 404
    assert neighbour.get(f"/statistics/enterprises/{made}/months/2026-04").status_code == 404
    assert "甲机械" not in neighbour.get("/statistics").text


def test_an_enterprise_is_entered_and_changed_at_the_page(app: Any, cast: Cast) -> None:
    client = story.entered(app, cast.zhang)
    form = {"name": "西昌乙食品有限公司", "park": "P1", "industry_code": "1491", "unit_id": str(cast.zhang.unit_id),
            "statistician": "孙统计", "statistician_phone": "0834-2000002", "uscc": "91513401MA62B00G1O"}  # fmt: skip
    refused = client.post("/statistics/enterprises/new", data=form)
    assert refused.status_code == 422
    assert "孙统计" in refused.text
    made = client.post("/statistics/enterprises/new", data={**form, "uscc": story.USCC})
    assert made.status_code == 302
    shown = client.get(made.location)
    assert "西昌乙食品有限公司" in shown.text
    assert "0834-2000002" in shown.text
    assert "0834-2000002" not in story.entered(app, cast.luo).get(made.location).text
    edit = f"{made.location}/edit"
    assert client.get(edit).status_code == 200
    answer = client.post(edit, data={**form, "uscc": story.USCC, "version": "1", "park": "P2"})
    assert answer.status_code == 422
    answer = client.post(edit, data={**form, "uscc": story.USCC, "version": "1", "park": "P2", "reason": "搬迁"})
    assert answer.status_code == 302
    assert "搬迁" in client.get(made.location).text


def test_a_month_is_typed_in_and_what_is_wrong_stands_beside_its_field(app: Any, cast: Cast) -> None:
    made = enterprise(cast.zhang, at=now())
    client = story.entered(app, cast.zhang)
    path = f"/statistics/enterprises/{made}/months/{LAST}"
    assert client.get(path).status_code == 200
    bad = client.post(path, data={"month": LAST, "output_fen": "很多", "source": "statistical_return", "statistician": "赵"})
    assert bad.status_code == 422
    assert "很多" in bad.text
    assert "统计法" in bad.text
    good = client.post(path, data={"month": LAST, "output_fen": "110.5", "electricity_kwh": "0", "source": "enterprise", "statistician": "赵"})
    assert good.status_code == 302
    assert stands(made, LAST).figures["output_fen"] == 110_500_000
    assert stands(made, LAST).figures["electricity_kwh"] == 0
    again = client.get(path)
    assert 'value="110.5"' in again.text
    assert client.get(f"/statistics/enterprises/{made}/months/2026-13").status_code == 404


def test_a_question_is_asked_answered_and_asked_again_when_the_figures_change(app: Any, cast: Cast) -> None:
    from crm.statistics.queries_checks import asked
    from crm.statistics.queries_due import due_questions

    made = _even(cast, electricity_kwh=20_000)
    (one,) = asked(cast.zhang, today())
    assert one.open
    client = story.entered(app, cast.zhang)
    listed = client.get("/statistics/questions").text
    assert "西昌甲机械有限公司" in listed
    assert [line.thing_id for line in due_questions(cast.zhang, today())] == [made]
    assert due_questions(cast.li, today()) == []
    shown = client.get(f"/statistics/enterprises/{made}").text
    assert f'value="{one.question.about}"' in shown
    sent = {"kind": "electricity", "month": LAST, "about": one.question.about, "enterprise_id": str(made), "text": "停电检修",
            "back": f"/statistics/enterprises/{made}"}  # fmt: skip
    assert client.post("/statistics/explanations", data={**sent, "text": " "}, follow_redirects=True).status_code == 200
    assert asked(cast.zhang, today())[0].open
    assert client.post("/statistics/explanations", data=sent).location == f"/statistics/enterprises/{made}"
    assert not asked(cast.zhang, today())[0].open
    assert due_questions(cast.zhang, today()) == []
    assert "停电检修" in story.entered(app, cast.liu).get("/statistics/questions?show=all").text
    report(made, LAST, cast.zhang, at=now(), electricity_kwh=10_000, reason="更正")
    again = asked(cast.zhang, today())[0]
    assert again.open
    assert [answer.text for answer in again.answers] == ["停电检修"]


def test_questions_are_worded_as_questions(app: Any, cast: Cast) -> None:
    _even(cast, electricity_kwh=0)
    text = story.entered(app, cast.chen).get("/statistics/questions").text
    assert "？" in text
    for word in ("虚假", "造假", "作假", "错误数据"):
        assert word not in text


def test_the_chart_stands_beside_its_table(app: Any, cast: Cast) -> None:
    made = _even(cast)
    text = story.entered(app, cast.zhang).get(f"/statistics/enterprises/{made}").text
    assert text.count("data-chart=") == 2
    assert text.count("chart-table") == 2


def test_a_list_page_by_page_and_by_name(app: Any, cast: Cast) -> None:
    for n in range(60):
        enterprise(cast.zhang, f"第{n:02d}家公司", park=f"P{n % 3 + 1}")
    client = story.entered(app, cast.chen)
    first = client.get("/statistics").text
    assert first.count('class="row-title"') == 50
    where = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(where).text
    assert second.count('class="row-title"') == 10
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(back).text.count('class="row-title"') == 50
    assert client.get("/statistics?q=di07jia").text.count('class="row-title"') == 1
    assert client.get("/statistics?q=%2507%25").status_code == 200
    assert client.get("/statistics?park=P1").text.count('class="row-title"') == 20
    for odd in ("?month=joy", "?at=%00", "?park=%27", "?state=joy", "?q=" + "x" * 500):
        assert client.get("/statistics" + odd).status_code == 200


# --- what is not counted


def _started(cast: Cast, days: int = 70, **others: Any) -> int:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_stage

    lead_id = story.lead(cast, **others)
    record_stage(lead_id, "started", happened_on=DAY - timedelta(days=days), reason="", by=cast.zhang, at=AT)
    assert Lead.get_by_id(lead_id).stage == "started"
    return lead_id


def test_a_started_project_of_size_is_listed_whatever_it_landed(cast: Cast) -> None:
    from crm.leads.models import Lead
    from crm.statistics.queries_uncounted import uncounted_projects

    old, young = _started(cast), _started(cast, 35, name="年轻项目")
    fresh = _started(cast, 5, name="新开工项目")
    _started(cast, name="小项目", investment_fen=499 * WAN)
    counted = _started(cast, name="已入统项目")
    Lead.update(statistics_on=DAY).where(Lead.id == counted).execute()
    ledger = story.lead(cast, stage="producing", name="台账项目")
    found = {row.id: row.light for row in uncounted_projects(cast.chen, DAY)}
    assert found == {old: "red", young: "yellow", fresh: "calm", ledger: "calm"}
    assert {row.id for row in uncounted_projects(cast.li, DAY)} == set()


def test_the_list_of_a_past_day_is_what_had_happened_by_then_as_known(app: Any, cast: Cast) -> None:
    from datetime import timedelta

    from crm.core.clock import shanghai_date
    from crm.leads.models import Lead, LeadFact
    from crm.statistics.queries_uncounted import uncounted_projects
    from crm.statistics.queries_uncounted_past import uncounted_projects_on

    lead_id = story.lead(cast, name="开工未入库项目", investment_fen=50_000_000_000, stage="started", park="P1")
    facts = LeadFact.select().where((LeadFact.lead == lead_id) & (LeadFact.fact == "stage") & (LeadFact.value == "started"))
    began = facts.get().happened_on
    day = shanghai_date(story.AT)

    def ids(*when: Any) -> set[int]:
        return {one.id for one in uncounted_projects_on(cast.chen, *when)}

    assert lead_id in {one.id for one in uncounted_projects(cast.chen, day)}
    assert lead_id in ids(day)
    assert lead_id in ids(began)
    assert lead_id not in ids(began - timedelta(days=1))
    assert lead_id not in ids(day, day - timedelta(days=400))
    assert ids(day) == {one.id for one in uncounted_projects(cast.chen, day)}
    Lead.update(statistics_on=day).where(Lead.id == lead_id).execute()
    assert lead_id not in ids(day)
    assert (lead_id in ids(day - timedelta(days=1))) == (began < day)
    client = story.entered(app, cast.chen)
    page = client.get(f"/statistics/uncounted?as_of={began.isoformat()}").text
    assert ("开工未入库项目" in page) == (began < day)
    for wrong in ("2026-02-30", "9999-12-31", "1949-10-01", "昨天"):
        refused = client.get(f"/statistics/uncounted?as_of={wrong}&known={wrong}")
        assert refused.status_code == 200
        assert "这一天无法查看" in refused.text


def test_an_enterprise_above_size_is_listed_until_it_is_counted(cast: Cast) -> None:
    from crm.statistics.models import Enterprise
    from crm.statistics.queries_due import due_uncounted
    from crm.statistics.queries_uncounted import uncounted_enterprises

    made = enterprise(cast.zhang)
    farm = enterprise(cast.zhang, "农场", industry_code="0111")
    small = enterprise(cast.zhang, "小厂")
    for id_, fen in ((made, 400 * WAN), (farm, 900 * WAN), (small, 100 * WAN)):
        fill(id_, cast.zhang, {month: {"revenue_fen": fen} for month in months_between("2025-10", "2026-04")})
    (row,) = uncounted_enterprises(cast.chen, date(2026, 5, 12))
    assert (row.id, row.reached_in, row.revenue_fen, row.months, row.light) == (made, "2026-02", 2800 * WAN, 7, "red")
    assert [line.thing_id for line in due_uncounted(cast.zhang, date(2026, 5, 12))] == [made]
    Enterprise.update(scale_on=date(2026, 5, 1)).where(Enterprise.id == made).execute()
    assert uncounted_enterprises(cast.chen, date(2026, 5, 12)) == []


def test_money_without_activity_and_activity_without_money(app: Any, cast: Cast) -> None:
    from crm.leads.operations_facts import record_value
    from crm.statistics.queries_uncounted import voucher_questions

    quiet = story.lead(cast, name="静默项目")
    record_value(quiet, "paid_in_recorded_fen", 800 * WAN, happened_on=DAY - timedelta(days=100), by=cast.zhang, at=AT)
    begun = _started(cast, 120, name="先干项目")
    fine = _started(cast, 120, name="正常项目")
    record_value(fine, "paid_in_recorded_fen", 800 * WAN, happened_on=DAY - timedelta(days=100), by=cast.zhang, at=AT)
    assert {(row.kind, row.id) for row in voucher_questions(cast.chen, DAY)} == {("paid_quiet", quiet), ("active_unpaid", begun)}
    made = enterprise(cast.zhang, lead_id=fine)
    report(made, "2026-04", cast.zhang, investment_fen=0, sand_ct=0)
    assert ("paid_quiet", fine) in {(row.kind, row.id) for row in voucher_questions(cast.chen, DAY)}
    report(made, "2026-03", cast.zhang, investment_fen=2000 * WAN, sand_ct=5000)
    assert ("active_unpaid", fine) in {(row.kind, row.id) for row in voucher_questions(cast.chen, DAY)}
    assert voucher_questions(cast.li, DAY) == []


def test_an_answer_about_money_holds_for_its_figures_alone(app: Any, cast: Cast) -> None:
    from crm.leads.operations_facts import record_value
    from crm.statistics.queries_uncounted import voucher_questions

    lead_id = story.lead(cast)
    record_value(lead_id, "paid_in_recorded_fen", 800 * WAN, happened_on=DAY - timedelta(days=100), by=cast.zhang, at=AT)
    (row,) = voucher_questions(cast.zhang, DAY)
    client = story.entered(app, cast.zhang)
    client.post("/statistics/explanations", data={
        "kind": row.kind, "lead_id": str(lead_id), "about": row.about, "text": "设备预付款", "back": "/statistics/vouchers"})  # fmt: skip
    assert not voucher_questions(cast.zhang, DAY)[0].open
    record_value(lead_id, "paid_in_recorded_fen", 900 * WAN, happened_on=DAY - timedelta(days=99), by=cast.zhang, at=AT)
    assert voucher_questions(cast.zhang, DAY)[0].open
    assert story.entered(app, cast.li).post(
        "/statistics/explanations", data={"kind": row.kind, "lead_id": str(lead_id), "text": "x"}
    ).status_code == 404  # fmt: skip


def test_a_project_notes_why_it_is_not_counted(app: Any, cast: Cast) -> None:
    from crm.statistics.queries_uncounted import uncounted_projects

    lead_id = _started(cast)
    client = story.entered(app, cast.zhang)
    path = f"/statistics/leads/{lead_id}"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"text": " "}).status_code == 422
    assert client.post(path, data={"text": "资料已报统计局，等待审核"}).status_code == 302
    assert [one.text for one in uncounted_projects(cast.chen, DAY)[0].answers] == ["资料已报统计局，等待审核"]
    assert story.entered(app, cast.li).get(path).status_code == 404
    assert story.entered(app, cast.luo).get(path).status_code == 403


def test_a_total_is_recorded_at_the_page_by_whom_it_belongs_to(app: Any, cast: Cast) -> None:
    sent = {"year": "2026", "through": "4", "indicator": "industry_output", "amount_fen": "5000", "source": "公报"}
    assert story.entered(app, cast.zhang).post("/statistics/city", data=sent).status_code == 403
    client = story.entered(app, cast.chen)
    assert client.post("/statistics/city", data={**sent, "through": "13"}).status_code == 422
    assert client.post("/statistics/city", data=sent).status_code == 302
    assert "公报" in story.entered(app, cast.luo).get("/statistics/city").text


def test_statements_do_not_grow_with_the_register(app: Any, db: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    plain = db.obj.execute_sql

    def told(sql: str, *given: Any, **named: Any) -> Any:
        found.append(sql)
        return plain(sql, *given, **named)

    monkeypatch.setattr(db.obj, "execute_sql", told)
    client = story.entered(app, cast.chen)

    def many() -> dict[str, int]:
        counts = {}
        for path in PAGES:
            client.get(path)
            found.clear()
            assert client.get(path).status_code == 200
            counts[path] = len(found)
        return counts

    _even(cast, electricity_kwh=0)
    _started(cast)
    once = many()
    for n in range(8):
        _even(cast, f"第{n}家", electricity_kwh=0)
        _started(cast, name=f"第{n}个项目")
    assert many() == once
    assert max(once.values()) <= 10


def test_production_asks_for_the_day_or_a_reason_of_projects_that_count(cast: Cast) -> None:
    from crm.leads.models import Lead
    from crm.pipeline.operations import advance_gaps
    from crm.pipeline.queries_gaps import next_gaps
    from crm.statistics.operations import explain

    def lacks(lead_id: int) -> bool:
        single = "gap.in_statistics" in {gap.code for gap in advance_gaps(lead_id, "producing")}
        several = "gap.in_statistics" in {gap.code for gap in next_gaps({lead_id: "started"})[lead_id]}
        assert single == several
        return single

    large, small, unknown = _started(cast), _started(cast, name="小", investment_fen=499 * WAN), _started(
        cast, name="未知", investment_fen=None
    )  # fmt: skip
    assert (lacks(large), lacks(small), lacks(unknown)) == (True, False, True)
    explain("uncounted", text="资料已报", about="", lead_id=large, by=cast.zhang, at=AT)
    assert not lacks(large)
    Lead.update(statistics_on=DAY).where(Lead.id == unknown).execute()
    assert not lacks(unknown)
    scaled = _started(cast, name="已进规企业的项目")
    assert lacks(scaled)
    enterprise(cast.zhang, "已进规企业", lead_id=scaled, scale_on=DAY)
    assert not lacks(scaled)


def test_the_gap_leads_to_where_it_is_closed(app: Any, cast: Cast) -> None:
    lead_id = _started(cast)
    text = story.entered(app, cast.zhang).get(f"/leads/{lead_id}").text
    assert f"/statistics/leads/{lead_id}" in text


def test_questions_can_be_asked_as_they_were_known(cast: Cast) -> None:
    from crm.statistics.queries_checks import asked, questions_known

    made = _even(cast, electricity_kwh=20_000)
    at = now() + timedelta(days=1)
    report(made, LAST, cast.zhang, at=at, electricity_kwh=100_000, reason="抄错")
    assert asked(cast.zhang, today()) == []
    assert [one.enterprise_id for one in questions_known(today(), today())] == [made]
    assert questions_known(today() + timedelta(days=1), today()) == []


def test_a_noted_reason_quiets_the_bell_and_stays_on_the_list(cast: Cast) -> None:
    from crm.pipeline.queries_due import due_statistics
    from crm.statistics.operations import explain
    from crm.statistics.queries_uncounted import uncounted_projects

    lead_id = _started(cast)
    assert [line.light for line in due_statistics(cast.zhang, DAY)] == ["red"]
    explain("uncounted", text="等待审核", about="", lead_id=lead_id, by=cast.zhang, at=AT)
    assert due_statistics(cast.zhang, DAY) == []
    assert [row.id for row in uncounted_projects(cast.zhang, DAY)] == [lead_id]
