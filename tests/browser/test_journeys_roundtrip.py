"""A leader's workbook comes back from Excel, doubtful projects are looked at, and what is still to be proved."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.test_journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Server


def edited(content: bytes, path: Path) -> tuple[Path, str]:
    """Change two cells of a pipeline workbook as a person would, and return it with the name of the project."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows(max_row=12) if "内部编号" in [cell.value for cell in row])
    columns = {str(cell.value).split("\n")[0]: int(cell.column or 0) for cell in reversed(head)}
    row = int(head[0].row or 0) + 1
    sheet.cell(row, columns["下步打算"]).value = "约企业面谈，确认用地红线。"
    sheet.cell(row, columns["已落地"]).value = "未落地"
    book.save(path)
    return path, str(sheet.cell(row, columns["项目名称"]).value)


def test_a_workbook_comes_back_and_shows_three_sides(
    page: Page, live_server: Server, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    journey = Journey(page, live_server, axe, "manager")
    journey.sign_in()
    content = page.request.get(f"{live_server.url}/reports/pipeline.xlsx").body()
    path, name = edited(content, tmp_path / "台账.xlsx")
    journey.go("/import")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="读取", exact=True).click()
    expect(page.get_by_text("这是本系统导出、改过的工作簿")).to_be_visible()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text(name)
    expect(page.locator(".diff-one").first).to_contain_text("约企业面谈")
    journey.look("returned")


def test_doubtful_projects_and_proofs_are_looked_at(
    page: Page, live_server: Server, axe: Callable[[Page], None]
) -> None:
    journey = Journey(page, live_server, axe, "manager")
    journey.sign_in()
    journey.go("/duplicates")
    expect(page.get_by_text("台账待判定的行")).to_be_visible()
    journey.look("doubtful")
    journey.go("/leads/2/merge/1")
    expect(page.get_by_role("heading", name="合并两个项目")).to_be_visible()
    expect(page.locator("#reason")).to_be_visible()
    journey.look("merge")
    journey.go("/proofs")
    journey.look("proofs")
