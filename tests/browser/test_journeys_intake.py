"""An officer's ledger with a password: opened, its columns settled, a cell mended, taken in, and undone again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from tests.browser.test_journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Server

ROWS: list[list[Any]] = [
    ["2026年重点项目（单位：亿元）"],
    ["序号", "项目名称", "引资对象", "总投资", "推进节点", "联系人", "联系电话", "信用代码"],
    [1, "泸山康养酒店", "攀岳文旅有限公司", 1.2, "三方会审", "阿果", "13800000001", None],
    [2, "石榴汁二厂", "蜀榴食品有限公司", "abc", "在谈", "李一", "13800000002", None],
    [3, "光伏支架厂", "川能支架公司", 3, "签约", "王二", "13800000003", "91513401X"],
]
SECRET = "geheim"


def locked_ledger(path: Path) -> Path:
    """Write a workbook that a password protects."""
    from msoffcrypto.format.ooxml import OOXMLFile

    book, plain, locked = Workbook(), io.BytesIO(), io.BytesIO()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(plain)
    OOXMLFile(plain).encrypt(SECRET, locked)
    path.write_bytes(locked.getvalue())
    return path


def test_a_ledger_is_opened_settled_mended_taken_in_and_undone(
    page: Page, live_server: Server, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    journey = Journey(page, live_server, axe, "officer")
    journey.sign_in()
    journey.go("/import")
    page.locator("#file").set_input_files(locked_ledger(tmp_path / "重点项目.xlsx"))
    page.get_by_role("button", name="读取", exact=True).click()
    journey.look("locked")
    page.get_by_label("工作簿密码").fill("falsch")
    journey.press("打开")
    expect(page.get_by_text("密码不正确").first).to_be_visible()
    page.get_by_label("工作簿密码").fill(SECRET)
    journey.press("打开")
    expect(page.locator("tr.verdict-refuse")).to_have_count(2)
    journey.look("reading")
    with page.expect_download() as coming:
        journey.follow("下载退回行")
    sheet = load_workbook(io.BytesIO(coming.value.path().read_bytes())).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=3, values_only=True)] == ["石榴汁二厂", "光伏支架厂"]
    assert "abc" in str(sheet["D3"].comment.text if sheet["D3"].comment else "")
    journey.follow("列与用词")
    page.get_by_label("引资对象", exact=True).select_option("investor")
    page.get_by_label("推进节点", exact=True).select_option("stage")
    journey.look("columns")
    journey.press("保存并重新读取")
    journey.follow("列与用词")
    page.get_by_label("三方会审", exact=True).select_option("qualified")
    journey.press("保存并重新读取")
    page.get_by_label("修改第 4 行“总投资”").fill("1.5")
    journey.press("按改过的内容重判")
    expect(page.locator("tr.verdict-create")).to_have_count(2)
    journey.press("确认入库")
    expect(page.get_by_role("link", name="石榴汁二厂")).to_be_visible()
    journey.look("result")
    journey.press("撤销这次导入")
    page.get_by_role("dialog").get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_text("这次导入已撤销")).to_be_visible()
    journey.look("undone")
