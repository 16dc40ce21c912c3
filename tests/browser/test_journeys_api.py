"""Two journeys: an officer gives a program a token; a partner's hint becomes a project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.test_journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Server


def call(page: Page, server: Server, token: str, method: str, path: str, body: Any = None) -> Any:
    """Call the interface as another program would."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = page.request.fetch(f"{server.url}/api/v1{path}", method=method, headers=headers, data=body)
    assert answer.ok, answer.text()
    return answer.json()


def test_an_officer_gives_a_program_a_token_and_watches_its_work(
    page: Page, live_server: Server, axe: Callable[[Page], None]
) -> None:
    journey = Journey(page, live_server, axe, "officer")
    journey.sign_in()
    journey.go("/me/tokens")
    page.get_by_label("用途（哪个程序使用）").fill("财政局报表系统")
    page.get_by_label("读取项目、跟进、合同、资金和落地情况").check()
    page.get_by_label("提交导出任务并下载").check()
    page.get_by_role("button", name="生成令牌").click()
    token = page.locator("#token").inner_text()
    journey.look("token")
    assert call(page, live_server, token, "GET", "/leads?limit=1")["items"]
    ordered = call(page, live_server, token, "POST", "/exports", {"book": "pipeline"})
    page.get_by_role("link", name="接口说明").click()
    page.get_by_text("/api/v1/exports").click()
    expect(page.get_by_text("pipeline").first).to_be_visible()
    journey.look("interface")
    journey.go(f"/jobs/{ordered['id']}")
    expect(page.get_by_role("link", name="下载文件")).to_be_visible(timeout=30_000)
    journey.look("job")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载文件").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    journey.go("/jobs")
    journey.look("jobs")


def test_a_partners_hint_becomes_a_project(
    new_page: Callable[[], Page], live_server: Server, axe: Callable[[Page], None]
) -> None:
    admin = Journey(new_page(), live_server, axe, "admin")
    admin.sign_in()
    admin.go("/settings/partners")
    admin.page.get_by_role("button", name="关闭表单").click()
    admin.page.get_by_role("button", name="开放表单").click()
    admin.page.locator("[data-ask-yes]").click()
    admin.page.get_by_label("合作伙伴").last.fill("双流区投促局")
    admin.page.get_by_role("button", name="生成链接").click()
    link = admin.page.locator("#link").inner_text()
    admin.look("partners")

    outside = Journey(new_page(), live_server, axe, "officer")
    outside.page.goto(link)
    outside.look("form")
    outside.page.get_by_role("button", name="提交").click()
    expect(outside.page.get_by_role("alert")).to_be_visible()
    outside.look("form-refused")
    for label, text in (
        ("项目名称", "蓉凉冷链物流项目"), ("建设内容", "建设农产品冷链仓储中心，年周转10万吨"), ("总投资", "12000"),
        ("您的姓名和单位", "双流区投促局 吴科长"),
    ):  # fmt: skip
        outside.page.get_by_label(re.compile(f"^{label}")).fill(text)
    outside.page.get_by_label("联系人知道其姓名和电话将提供给我局").check()
    outside.page.get_by_role("button", name="提交").click()
    expect(outside.page.get_by_text(re.compile(r"HB-\d{4}-\d{4}"))).to_be_visible()

    officer = Journey(new_page(), live_server, axe, "officer")
    officer.sign_in()
    officer.go("/import/partners")
    officer.look("hints")
    officer.page.get_by_role("link", name="蓉凉冷链物流项目").click()
    officer.look("hint")
    officer.page.get_by_role("button", name="接收为项目").click()
    officer.page.wait_for_url(re.compile(r"/leads/\d+$"))
    expect(officer.page.get_by_role("heading", name="蓉凉冷链物流项目")).to_be_visible()
    expect(officer.page.get_by_text("成凉合作").first).to_be_visible()
