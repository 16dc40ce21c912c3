"""Points and evaluation, walked through by those they concern: drafted, objected to, graded, closed, and the same later."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from playwright.sync_api import expect

from crm.core.clock import today

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Server
    from tests.browser.test_journeys import Journey

FIGURES = ("总表", "项目明细", "积分排名", "积分依据")
SUSPECT = "会议会展中心及配套酒店"


def open_last_year(on: Journey) -> str:
    """Open the evaluation of last year, whose objections are over, and return its address."""
    year = today().year - 1
    on.go("/evaluation/new")
    on.type(考核期名称=str(year))
    on.page.locator("#starts_on").fill(date(year, 1, 1).isoformat())
    on.page.locator("#ends_on").fill(date(year, 12, 31).isoformat())
    on.page.locator("#objections_until").fill((today() - timedelta(days=1)).isoformat())
    on.press("开启")
    on.go("/evaluation")
    on.page.get_by_role("link", name=str(year), exact=True).first.click()
    return on.page.url


def grade(on: Journey, period: str, name: str) -> None:
    """Grade a civil servant excellent."""
    on.page.goto(period)
    on.page.get_by_role("link", name=name, exact=True).click()
    on.page.get_by_role("combobox", name="人员类别").select_option(label="公务员")
    on.page.get_by_role("combobox", name="等次").select_option(label="优秀")
    on.press("保存表格")


def figures(on: Journey, period: str) -> dict[str, list[tuple[object, ...]]]:
    """Take the workbook of a period and return the sheets of figures."""
    on.page.goto(period)
    sheets = on.workbook(on.page.get_by_role("link", name="工作簿"))
    assert "图表" in sheets
    return {name: sheets[name] for name in FIGURES}


def changed(old: dict[str, list[tuple[object, ...]]], new: dict[str, list[tuple[object, ...]]]) -> list[object]:
    """Return every cell that differs below the two lines that say what the sheet is."""
    return [
        (name, before, after)
        for name in FIGURES
        for old_row, new_row in zip(old[name][2:], new[name][2:], strict=True)
        for before, after in zip(old_row, new_row, strict=True)
        if before != after
    ]


def test_a_period_is_graded_within_the_quota_closed_and_stays_as_it_was(people: Callable[[str], Journey]) -> None:
    organiser, cadre = people("organiser"), people("cadre")
    period = open_last_year(organiser)
    organiser.look("period")
    names = organiser.page.locator("#people .row-title").all_inner_texts()
    assert len(names) >= 2
    organiser.page.get_by_role("link", name="录入基数").click()
    organiser.page.get_by_role("combobox", name="人员类别").select_option(label="公务员")
    organiser.type(**{"名额基数（人）": "5", "基数来源": "参加年度考核的挂职公务员"})
    organiser.press("录入基数")
    grade(organiser, period, names[0])
    expect(organiser.page.get_by_role("alert")).to_have_count(0)
    grade(organiser, period, names[1])
    expect(organiser.page.get_by_role("alert").first).to_contain_text("优秀")
    organiser.look("one-too-many")

    organiser.page.goto(f"{period}/fairness")
    organiser.look("fairness")
    draft = figures(organiser, period)
    organiser.press("关闭考核期")
    organiser.page.get_by_role("dialog").get_by_role("button", name="关闭考核期").click()
    expect(organiser.page.locator("h1")).to_contain_text("已关闭，数据冻结")
    seal = organiser.page.locator(".seal").inner_text()
    assert re.fullmatch(r"SHA-256 [0-9a-f]{64}", seal)
    organiser.look("closed")
    before = figures(organiser, period)
    assert changed(draft, before) == []

    # What happens afterwards leaves the closed figures alone: a posting of that year is ended a month earlier.
    organiser.go("/cadres?show=all")
    organiser.follow("阿孜拉黑")
    organiser.page.get_by_role("link", name="变更结束日期").first.click()
    organiser.page.get_by_label("新的结束日期").fill((today() + timedelta(days=30)).isoformat())
    organiser.type(理由="派出单位申请提前返回")
    organiser.page.get_by_role("main").get_by_role("button").last.click()
    expect(organiser.page.get_by_role("heading", level=1)).to_have_text("移交在手项目")
    assert changed(before, figures(organiser, period)) == []
    assert organiser.page.locator(".seal").inner_text() == seal

    organiser.page.get_by_role("link", name=names[0], exact=True).click()
    with organiser.page.expect_download() as coming:
        organiser.page.get_by_role("link", name="实绩表（Word）").click()
    document = Document(str(coming.value.path()))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert names[0] in words
    assert "优秀" in words
    organiser.page.get_by_role("link", name="打印").click()
    expect(organiser.page.get_by_role("heading", level=1)).to_have_text("挂职干部引进项目实绩表")
    organiser.look("print")

    cadre.page.goto(f"{cadre.server.url}/evaluation/mine?period={period.rpartition('/')[2]}")
    expect(cadre.page.get_by_role("button", name="提出异议")).to_have_count(0)


def test_a_cadre_sees_every_point_objects_and_is_answered(people: Callable[[str], Journey]) -> None:
    cadre, organiser = people("cadre"), people("organiser")
    cadre.go("/evaluation/mine")
    said = "三月七日的来访只按两成计，请核对份额。"
    total = cadre.page.locator(".points-table tfoot strong").inner_text()
    expect(cadre.page.locator(".head-note")).to_contain_text(total)
    cadre.type(本人总结="报送项目均已研判，两个项目开工。")
    cadre.press("保存")
    expect(cadre.page.get_by_role("textbox", name="本人总结")).to_have_value("报送项目均已研判，两个项目开工。")
    cadre.page.get_by_role("textbox", name="草稿有何错误").fill(said)
    cadre.press("提出异议")
    expect(cadre.page.get_by_role("main")).to_contain_text(said)
    cadre.look("mine")

    organiser.go("/evaluation")
    organiser.page.get_by_role("link", name=str(today().year), exact=True).first.click()
    organiser.page.locator("li").filter(has_text="吉克史布").get_by_role("link", name="答复异议").click()
    organiser.page.get_by_role("combobox", name="处理结果").select_option(label="不成立")
    organiser.type(理由="来访当日份额为两成，有划分记录。")
    organiser.press("答复")
    cadre.page.reload()
    expect(cadre.page.get_by_role("main")).to_contain_text("来访当日份额为两成，有划分记录。")


def test_a_template_that_asks_for_unknown_fields_is_refused_with_their_names(
    people: Callable[[str], Journey],
) -> None:
    organiser = people("organiser")
    organiser.go("/evaluation/template")
    with organiser.page.expect_download() as coming:
        organiser.page.locator("a[href$='shipped.docx']").click()
    shipped = coming.value.path().read_bytes()
    document = Document(BytesIO(shipped))
    document.add_paragraph("{{ 年终奖金 }}")
    wrong = BytesIO()
    document.save(wrong)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for data, refused in ((wrong.getvalue(), True), (shipped, False)):
        organiser.page.locator("input[type=file]").set_input_files(
            {"name": "本局模板.docx", "mimeType": kind, "buffer": data}
        )
        organiser.press("检查并启用")
        if refused:
            expect(organiser.page.get_by_role("alert").first).to_contain_text("年终奖金")
            organiser.look("refused-template")
    organiser.go("/evaluation/template")
    expect(organiser.page.get_by_role("main")).to_contain_text("本局模板.docx")
    organiser.page.locator("form[action$='withdraw'] button").click()
    organiser.go("/evaluation/template")
    expect(organiser.page.get_by_role("main")).not_to_contain_text("本局模板.docx")


def test_a_suspected_report_is_heard_decided_and_appealed(people: Callable[[str], Journey]) -> None:
    cadre, organiser = people("cadre"), people("organiser")
    cadre.go(f"/leads?q={SUSPECT}")
    number = cadre.page.locator("#projects").inner_text()
    found = re.search(r"LD-\d{4}-\d{4}", number)
    assert found
    organiser.go("/evaluation/cases/new")
    organiser.type(项目编号=found[0], 核查理由="投资方来函称从未与该干部接洽。")
    organiser.page.get_by_role("combobox", name="干部").select_option(label="吉克史布")
    organiser.press("立项")
    cadre.go("/evaluation/mine")
    cadre.page.locator("a[href*='/evaluation/cases/']").first.click()
    cadre.type(文本="会谈有签到表和照片，已附跟进记录。")
    cadre.look("heard")
    cadre.press("提交陈述")
    organiser.page.goto(cadre.page.url)
    organiser.page.get_by_role("combobox", name="处理结果").select_option(label="不成立")
    organiser.type(理由="签到表与照片核实无误。")
    organiser.press("确定")
    expect(organiser.page.get_by_role("main")).to_contain_text("签到表与照片核实无误。")
    organiser.look("decided")


def test_the_ledger_replayed_from_nothing_is_the_same(live_server: Server) -> None:
    told = json.loads(live_server.command("credit", "--replay", "--json"))
    assert told["lines"] > 0
    assert told["first_difference"] is None
