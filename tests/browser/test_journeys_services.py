"""Approvals, matters and land, walked through: an enterprise's page is printed, a request is answered and closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Server

PROJECT = "氮化钒铁中试及产业化项目"
REQUEST = "厂区夜间路灯不亮"


def test_an_enterprise_takes_home_what_it_waits_for(
    page: Page, live_server: Server, axe: Callable[[Page], None]
) -> None:
    on = Journey(page, live_server, axe, "manager")
    on.sign_in()
    on.go("/approvals/")
    on.look("board")
    on.page.get_by_role("link", name=re.compile(PROJECT)).first.click()
    on.look("project")
    on.follow("企业办事单")
    expect(on.page.get_by_role("heading", name="企业办事进度单")).to_be_visible()
    row = on.page.get_by_role("row", name=re.compile("环境影响评价审批"))
    expect(row).to_contain_text("市生态环境局")
    on.look("printed page")
    on.page.emulate_media(media="print")
    expect(on.page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(on.page.get_by_role("button", name="打印")).to_be_hidden()
    pages = on.page.pdf(format="A4").count(b"/Type /Page\n") + on.page.pdf(format="A4").count(b"/Type /Page ")
    assert pages <= 2  # counted twice at most: one page
    on.page.emulate_media(media="screen")


def test_a_request_is_entered_answered_and_land_is_looked_at(
    page: Page, live_server: Server, axe: Callable[[Page], None]
) -> None:
    on = Journey(page, live_server, axe, "manager")
    on.sign_in()
    on.go("/services/new/request")
    on.type(一句话说明=REQUEST, 企业名称="样例包装公司")
    on.page.get_by_label("答复单位").select_option(label="市经信局")
    on.press("列入")
    expect(on.page.get_by_role("heading", level=1)).to_contain_text(REQUEST)
    on.look("matter")
    on.page.locator("#answer textarea").fill("本周内修复。")
    on.page.locator("#answer button").click()
    expect(on.page.locator(".story")).to_contain_text("本周内修复。")
    on.go("/land/")
    expect(on.page.get_by_role("heading", level=1)).to_contain_text("用地")
    on.look("land")
