"""Figures of enterprises: a month typed in, a sheet filled in and sent, a question looked at and explained."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.test_journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Server

REGISTER = "园区企业"


@pytest.mark.both_sizes
def test_a_leader_reads_what_the_figures_ask(page: Page, live_server: Server, axe: Callable[[Page], None]) -> None:
    journey = Journey(page, live_server, axe, "manager")
    journey.sign_in()
    journey.go("/statistics")
    journey.look("register")
    for name, words in (("questions", "数据疑问"), ("uncounted", "漏统清单"), ("vouchers", "资金与动静"), ("returns", "未报与迟报"),
                        ("city", "全市总量")):  # fmt: skip
        journey.go(f"/statistics/{name}")
        expect(page.get_by_role("heading", name=words, level=1)).to_be_visible()
        journey.look(name)
    journey.go("/statistics/questions")
    page.locator(".ask .row-title").first.click()
    expect(page.locator(".chart svg").first).to_be_visible()
    journey.look("enterprise")


def test_an_officer_fills_the_sheet_in_and_explains_a_question(
    page: Page, live_server: Server, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    journey = Journey(page, live_server, axe, "officer")
    journey.sign_in()
    journey.go("/statistics")
    with page.expect_download() as coming:
        journey.follow("下载月报表")
    book = load_workbook(io.BytesIO(coming.value.path().read_bytes()))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    column = next(place for place, head in enumerate(heads, 1) if str(head).startswith("产值"))
    kept = sheet.cell(4, column).value
    sheet.cell(4, column).value = "很多"
    path = tmp_path / "月报.xlsx"
    book.save(path)
    journey.follow("导入月报表")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="读取", exact=True).click()
    expect(page.locator(".cell-wrong")).to_have_text("很多")
    expect(page.get_by_role("button", name="确认入库")).to_have_count(0)
    journey.look("refused sheet")
    sheet.cell(4, column).value = float(str(kept)) + 1
    sheet.cell(4, len(heads)).value = "试填更正"
    book.save(path)
    journey.follow("换一份文件")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="读取", exact=True).click()
    journey.look("sheet")
    journey.press("确认入库")
    expect(page.get_by_role("heading", name=REGISTER, level=1)).to_be_visible()
    journey.go("/statistics/questions")
    page.locator(".ask .row-title").first.click()
    page.locator(".ask summary").first.click()
    page.locator(".ask textarea").first.fill("试生产，下月恢复。")
    page.locator(".ask form").first.get_by_role("button", name="登记说明").click()
    expect(page.get_by_text("试生产，下月恢复。").first).to_be_visible()
    journey.look("explained")
