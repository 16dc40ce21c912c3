"""A seconded cadre far from home: reports on the phone, with and without a network, objects, confirms, sends the month."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from crm.core.clock import today

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.test_journeys import Journey


OTHERS_INVESTOR = "佛山枫澍铝业有限公司"
KEPT = "没有网络。已存在本机，网络恢复后自动发送。"


def found(on: Journey, name: str) -> int:
    """Return how many projects of a name the list shows."""
    on.go(f"/leads?q={name}")
    return sum(title == name for title in on.titles())


def my_page(on: Journey) -> str:
    """Return the address of the cadre's own postings."""
    on.go("/cadres")
    return on.page.get_by_role("link", name="延期与提前返回").get_attribute("href") or ""


def test_a_report_written_without_a_network_is_sent_exactly_once(people: Callable[[str], Journey]) -> None:
    cadre = people("cadre")
    name = "高山蔬菜速冻加工项目"
    cadre.go("/cadres/report")
    cadre.look("report")
    fields = cadre.page.locator("#report-form").locator("input:visible, textarea:visible")
    assert fields.count() <= 8
    cadre.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone = cadre.page.context
    phone.set_offline(True)
    cadre.page.reload()
    cadre.type(项目名称=name, 投资方="成都翠畦食品有限公司", 情况说明="电话里说想在安宁河谷建速冻线。")
    cadre.press("报送")
    expect(cadre.page.locator("[data-report-said]")).to_contain_text(KEPT)
    # The phone is put away and taken out again, still without a network: the report is there.
    cadre.page.reload()
    expect(cadre.page.get_by_role("heading", level=1)).to_have_text("报项目")
    phone.set_offline(False)
    cadre.go("/cadres")
    expect(cadre.page.locator("[data-drafts]")).to_be_hidden()
    expect(cadre.page.locator("#mine")).to_contain_text(name)
    cadre.page.reload()
    cadre.page.wait_for_load_state("networkidle")
    assert found(cadre, name) == 1


def test_an_answer_that_gets_lost_makes_no_second_project(people: Callable[[str], Journey]) -> None:
    cadre = people("cadre")
    name = "石榴汁低温浓缩项目"
    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(str(route.fetch().status))
            route.abort()
        else:
            route.continue_()

    cadre.go("/cadres/report")
    cadre.page.route(re.compile(r"/cadres/report$"), lose_the_answer)
    cadre.type(项目名称=name)
    cadre.press("报送")
    expect(cadre.page.locator("[data-report-said]")).to_contain_text(KEPT)
    assert lost == ["201"], "the server had taken it"
    cadre.press("报送")
    expect(cadre.page.get_by_role("heading", level=1)).to_have_text("我的挂职")
    assert found(cadre, name) == 1


def test_somebody_elses_project_shows_masked_and_an_objection_goes_to_the_last_word(
    people: Callable[[str], Journey],
) -> None:
    cadre, organiser, manager = people("cadre"), people("organiser"), people("manager")
    cadre.go("/cadres/report")
    cadre.type(项目名称="铝边框西南基地", 投资方=OTHERS_INVESTOR)
    cadre.page.get_by_label("投资方所在地").focus()
    hint = cadre.page.locator("#alike")
    expect(hint).to_contain_text("投资方相同")
    # The sample's numbers follow the day on which it was made.
    number = str(re.search(r"LD-\d{4}-\d+", hint.inner_text())[0])  # type: ignore[index]
    expect(hint).not_to_contain_text("光伏组件")
    cadre.look("on-record-already")
    cadre.page.get_by_role("link", name="就是同一个项目，我有异议").first.click()
    expect(cadre.page.get_by_role("main")).not_to_contain_text("光伏组件")
    known = cadre.page.get_by_role("textbox", name="你所知道的项目名称或投资方")
    if not known.input_value():
        known.fill(OTHERS_INVESTOR)
    cadre.page.get_by_label("主张份额").fill("40")
    cadre.page.get_by_label("理由").fill("今年三月在佛山与该企业两次会谈，引荐其与园区对接。")
    cadre.look("objection")
    cadre.press("提交异议")
    case = cadre.page.url if "/disputes/" in cadre.page.url else ""
    if not case:
        cadre.go("/cadres")
        cadre.page.get_by_role("link", name=re.compile(f"^{number}")).first.click()
        case = cadre.page.url
    organiser.page.goto(case)
    decide(organiser, "rejected", "首报在先，会谈记录未能证明对接由其促成。")
    expect(organiser.page.get_by_role("main")).to_contain_text("不支持该主张")

    cadre.page.goto(case)
    cadre.page.get_by_role("textbox").last.fill("附三月会谈的签到表，园区对接由我发起，请复核。")
    cadre.look("turned-down")
    cadre.press("提交申诉")
    organiser.page.goto(case)
    expect(organiser.page.get_by_role("button", name="书面裁定")).to_have_count(0)

    manager.page.goto(case)
    parts = manager.page.locator("input[name=percent]")
    parts.nth(0).fill("33.33")
    parts.nth(1).fill("66.66")
    decide(manager, "upheld", "签到表属实，认定协助份额，首报人份额相应调整。")
    expect(manager.page.get_by_role("alert").first).to_contain_text("99.99")
    expect(parts.nth(0)).to_have_value("33.33")
    parts.nth(0).fill("40")
    parts.nth(1).fill("60")
    manager.press("书面裁定")
    story = manager.page.get_by_role("main")
    expect(story).to_contain_text("不支持该主张")
    expect(story).to_contain_text("吉克史布 40 %")
    manager.look("last-word")
    assert found(cadre, "光伏组件铝边框及支架项目") == 1


def decide(on: Journey, decision: str, reason: str) -> None:
    """Decide a dispute in writing."""
    on.page.get_by_role("combobox", name="处理结果").select_option(decision)
    on.type(书面理由=reason)
    on.press("书面裁定")


def test_an_officer_reports_for_a_cadre_without_network_and_the_cadre_confirms(
    people: Callable[[str], Journey],
) -> None:
    cadre, organiser, officer = people("cadre"), people("organiser"), people("officer")
    organiser.go(my_page(cadre))
    organiser.page.get_by_text("更改驻地网络情况").first.click()
    organiser.page.get_by_label("理由").first.fill("驻地只有内部网络")
    organiser.page.get_by_role("button", name=re.compile("无法访问")).click()

    officer.go("/cadres/report-for")
    officer.page.get_by_role("combobox", name="干部").select_option(index=1)
    officer.page.get_by_label("消息时间").fill(f"{today() - timedelta(days=4)}T10:05")
    officer.type(消息原文="双流一家做中药颗粒的企业想来西昌看地，请先登记。", 项目名称="彝药颗粒生产基地")
    officer.look("report-for")
    officer.press("提交代报")
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("彝药颗粒生产基地")

    cadre.go("/cadres")
    expect(cadre.page.get_by_role("main")).to_contain_text("请先登记")
    cadre.look("is-it-yours")
    cadre.press("是我报的")
    expect(cadre.page.locator("body")).to_contain_text("原始消息")
    cadre.go("/cadres")
    expect(cadre.page.locator("#mine")).to_contain_text("彝药颗粒生产基地")


def test_a_forgotten_month_is_sent_late_and_excused_with_a_reason(people: Callable[[str], Journey]) -> None:
    cadre, organiser = people("cadre"), people("organiser")
    cadre.go("/evaluation/mine")
    deducted = cadre.page.get_by_role("row", name=re.compile("^月报缺报"))
    expect(deducted.first).to_contain_text("-1")
    cadre.go("/cadres")
    missed = cadre.page.locator("li").filter(has_text="缺报").get_by_role("link", name=re.compile(r"^\d{4}-\d\d$"))
    month = missed.first.inner_text()
    missed.first.click()
    cadre.type(本月工作="走访三家在谈企业。")
    cadre.look("month")
    cadre.press("报送")
    expect(cadre.page.locator("li").filter(has_text=month)).to_contain_text("逾期")

    organiser.go(f"/cadres/months?month={month}")
    row = organiser.page.get_by_role("row").filter(has_text="吉克史布")
    row.get_by_text("免报").first.click()
    row.get_by_role("textbox").fill("当月住院，有派出单位证明")
    row.get_by_role("button").click()
    organiser.look("excused")
    cadre.go("/evaluation/mine")
    expect(cadre.page.locator(".points-table tr").filter(has_text="月报缺报")).not_to_contain_text("-1")


def test_a_posting_that_overlaps_is_refused_and_an_early_return_hands_projects_over(
    people: Callable[[str], Journey],
) -> None:
    organiser = people("organiser")
    organiser.go("/cadres")
    organiser.follow("宋知远")
    organiser.page.get_by_role("link", name="新增挂职").click()
    organiser.type(挂职地="广东东莞", 挂职单位="东莞投资促进局")
    organiser.page.locator("#starts_on").fill((today() + timedelta(days=7)).isoformat())
    organiser.page.locator("#ends_on").fill((today() + timedelta(days=370)).isoformat())
    organiser.press("保存挂职安排")
    expect(organiser.page.get_by_role("alert").first).to_contain_text("已有挂职安排")
    organiser.look("overlap")

    organiser.go("/cadres")
    organiser.follow("宋知远")
    organiser.page.get_by_role("link", name="变更结束日期").click()
    organiser.page.get_by_label("新的结束日期").fill((today() - timedelta(days=1)).isoformat())
    organiser.type(理由="派出单位申请提前返回")
    organiser.page.get_by_role("main").get_by_role("button").last.click()
    expect(organiser.page.get_by_role("heading", level=1)).to_have_text("移交在手项目")
    organiser.look("handover")
    boxes = organiser.page.get_by_role("main").get_by_role("checkbox")
    before = boxes.count()
    assert before
    boxes.first.check()
    organiser.page.get_by_role("combobox", name="接手人").select_option(index=1)
    organiser.type(理由="干部提前返回")
    organiser.press("移交所选项目")
    expect(organiser.page.locator("body")).to_contain_text("移交")
