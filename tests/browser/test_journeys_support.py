"""Journeys of support: neither a marked nor an unmarked clause is signed unreviewed; a reviewer's day of work."""

from __future__ import annotations

import uuid
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from playwright.sync_api import expect

from crm.sample.filler_papers import paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.test_journeys import Journey

TEN_YEARS = "乙方注册地址十年内不得迁出西昌市。"
UNMARKED = "甲方指派专人协助乙方办理项目备案、环评和施工许可手续。"
LEGAL = "《优化营商环境条例》第十九条"


def new_project(on: Journey) -> str:
    """Enter a project of the officer's own and return its address."""
    on.go("/leads/new")
    name = f"石榴汁灌装线{uuid.uuid4().hex[:8]}"
    on.page.get_by_label("项目名称").fill(name)
    on.page.locator("form[data-guard] button[type=submit]").first.click()
    expect(on.page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return on.page.url.split("#")[0]


def propose(on: Journey, project: str, title: str, clause: str) -> str:
    """Propose an item on the project's page and return the address of the item."""
    on.page.goto(f"{project}/support/new")
    on.page.get_by_label("支持类别").select_option("approval")
    on.page.get_by_label("承诺事项（几个字）").fill(title)
    on.page.get_by_label("法律依据").fill(LEGAL)
    on.page.get_by_label("享受对象").fill("全市所有新建工业项目")
    on.page.get_by_label("条款原文").fill(clause)
    on.press("提出")
    expect(on.page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return on.page.url.split("#")[0]


def sign(on: Journey, project: str) -> None:
    """Try to record the formal contract."""
    on.page.goto(f"{project}/contracts/new")
    on.page.get_by_label("签订日期").fill("2026-01-05")
    on.page.get_by_label("合同金额").fill("5000")
    on.press("记录")


def hand_in(on: Journey, item: str) -> None:
    """Record a hearing and hand the item in."""
    on.page.goto(f"{item}/heard")
    on.page.get_by_label("听取了谁的意见").fill("市食品行业协会")
    on.page.get_by_label("意见内容").fill("无不同意见")
    on.press("记录")
    on.page.goto(f"{item}/send")
    on.page.get_by_label("起草单位初审意见").fill("面向全市工业项目，未见排除竞争的内容。")
    on.press("送审")
    expect(on.page.get_by_text("已送审。")).to_be_visible()


def conclude(on: Journey, item: str, conclusion: str, opinion: str, *, change: str = "") -> None:
    """Conclude a review with its document."""
    on.page.goto(f"{item}/conclude")
    on.page.get_by_label("结论", exact=False).first.select_option(conclusion)
    on.page.get_by_label("文号").fill("西市监审〔2026〕31号")
    on.page.get_by_label("市场监管部门审查意见").fill(opinion)
    if change:
        on.page.get_by_label("修改后出台：须修改什么").fill(change)
    sheet = paper("公平竞争审查意见书", [opinion])
    on.page.locator("input[type=file]").set_input_files(
        {"name": "意见书.pdf", "mimeType": "application/pdf", "buffer": sheet}
    )
    on.press("登记结论")
    expect(on.page.get_by_text("西市监审〔2026〕31号").first).to_be_visible()


def test_neither_a_marked_nor_an_unmarked_clause_is_signed_unreviewed(people: Callable[[str], Journey]) -> None:
    on = people("officer")
    project = new_project(on)
    marked = propose(on, project, "注册地约定", TEN_YEARS)
    expect(on.page.locator("mark.clause-mark").first).to_contain_text("注册地址十年内不得迁出")
    expect(on.page.locator(".clause-why")).to_contain_text("条例第八条")
    on.look("marked-item")
    unmarked = propose(on, project, "专人代办", UNMARKED)
    expect(on.page.locator("mark.clause-mark")).to_have_count(0)
    sign(on, project)
    main = on.page.locator("main")
    expect(main).to_contain_text("支持事项“注册地约定”还不能写进签订的合同")
    expect(main).to_contain_text("支持事项“专人代办”还不能写进签订的合同")
    on.look("contract-refused")
    # The marked one withdrawn, the plain one alone still keeps the paper from being recorded.
    on.page.goto(f"{marked}/end")
    on.page.locator("[name=reason]").fill("按审查要求不再约定")
    on.press("撤回")
    sign(on, project)
    expect(main).to_contain_text("支持事项“专人代办”还不能写进签订的合同")
    expect(main).not_to_contain_text("“注册地约定”还不能")
    # Neither does the clause get in by the note of the paper.
    hand_in(on, unmarked)
    conclude(people("reviewer"), unmarked, "allowed", "普遍适用，可以出台。")
    on.page.goto(f"{project}/contracts/new")
    on.page.get_by_label("签订日期").fill("2026-01-05")
    on.page.get_by_label("合同金额").fill("5000")
    on.page.get_by_label("说明").fill(TEN_YEARS)
    on.press("记录")
    expect(main).to_contain_text("像是支持承诺")
    sign(on, project)
    expect(main).to_contain_text("合同已登记。")
    on.page.goto(unmarked)
    expect(main).to_contain_text("已写入合同")


def test_a_reviewer_of_the_market_regulator_does_a_days_work(people: Callable[[str], Journey]) -> None:
    officer = people("officer")
    project = new_project(officer)
    first = propose(officer, project, "代办服务", UNMARKED)
    hand_in(officer, first)
    second = propose(officer, project, "经营期限约定", TEN_YEARS)
    hand_in(officer, second)

    on = people("reviewer")
    on.go("/")
    expect(on.page.locator("main")).to_contain_text("经营期限约定")
    on.go("/support/desk")
    on.look("desk")
    expect(on.page.locator("main")).to_contain_text("代办服务")
    on.page.get_by_role("link", name="经营期限约定").first.click()
    expect(on.page.locator(".clause-why")).to_contain_text("不得迁出")
    on.follow("出具审查结论")
    on.look("conclude")
    on.press("登记结论")
    expect(on.page.locator("main")).to_contain_text("没有文件，结论不成立")
    conclude(on, first, "allowed", "普遍适用的政务服务，可以出台。")
    conclude(on, second, "changed", "属于不合理的退出条件。", change="删去不得迁出")
    on.look("concluded")
    # The changed text comes back, is compared and confirmed.
    officer.page.goto(f"{second}/edit")
    officer.page.get_by_label("条款原文").fill("乙方如实登记注册和经营情况。")
    officer.page.locator("[name=reason]").fill("按审查意见修改")
    officer.press("保存")
    on.page.goto(second)
    on.press("确认修改稿")
    expect(on.page.locator("main")).to_contain_text("第 2 稿已确认")
    on.look("confirmed")
    # The register is taken away; projects stay closed.
    on.go("/support/register")
    on.look("register")
    with on.page.expect_download() as coming:
        on.page.get_by_role("link", name="导出工作簿").click()
    book = load_workbook(BytesIO(Path(coming.value.path()).read_bytes()))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if "经营期限约定" in row]
    assert len(rows) == 1
    assert "修改后出台" in rows[0]
    assert any(str(cell).startswith("西市监审〔2026〕31号") for cell in rows[0])
    for path in ("/leads", project.removeprefix(on.server.url)):
        assert on.page.request.get(f"{on.server.url}{path}").status == 403
    for path in ("/support", "/support/parks", "/support/old", "/support/rules", "/support/check"):
        on.go(path)
        on.look(path.rpartition("/")[2])


def test_a_scorecard_comes_into_force_by_its_review_and_by_nothing_else(people: Callable[[str], Journey]) -> None:
    chief, on = people("manager"), people("reviewer")
    chief.go("/rules")
    chief.page.locator("#scorecard").get_by_role("button", name="起草新版本").click()
    chief.page.locator("#w_theme").fill("10")
    chief.page.locator("#w_cluster").fill("6")
    chief.press("保存权重")
    expect(chief.page.locator(".rules-steps .rules-done")).to_contain_text("已更改")

    def force(day: str) -> None:
        chief.go("/rules/scorecard/draft/force")
        chief.page.locator("[name=in_force_from]").fill(day)
        chief.page.locator("[name=reason]").fill("提高集群契合的分值")
        chief.press("发布生效")

    main = chief.page.locator("main")
    force("2099-01-01")
    expect(main).to_contain_text("尚未提交公平竞争审查")
    chief.go("/rules/scorecard/draft")
    chief.press("提请审查")
    expect(main).to_contain_text("＋ 主题契合：最高 10 分")
    chief.look("rule-item")
    item = chief.page.url.split("#")[0]
    hand_in(chief, item)
    force("2099-01-01")
    expect(main).to_contain_text("公平竞争审查尚未办结")
    # The reviewer finds it on the desk beside the promises, reads the exact text, and concludes it in the same form.
    on.go("/support/desk")
    on.page.get_by_role("link", name="准入评分表（2026.2 版）").first.click()
    on.follow("查看本版本的完整文本")
    expect(on.page.locator("#text")).to_have_attribute("readonly", "")
    conclude(on, item, "allowed", "评分标准对所有项目一致，可以出台。")
    force("2099-01-01")
    chief.go("/support/rules")
    expect(main).to_contain_text("2099-01-01")
    chief.look("rules")
    # The chip of the register's rules, then of the scorecard alone.
    on.go("/support/register?subject=rule")
    on.page.get_by_role("link", name="准入评分表", exact=True).first.click()
    expect(on.page.locator("table")).to_contain_text("准入评分表（2026.2 版）")
    expect(on.page.locator("table")).not_to_contain_text("落地认定口径（")
