"""One journey per role through the sample bureau in a real browser: sign in, do the job, look at the result.

Every page on the way is checked for WCAG 2.2 A and AA at both widths and for sideways scrolling on a phone. Where
CRM_SCREENSHOTS names a folder, each page is kept there as a picture at both widths.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from crm.sample.filler_papers import paper
from crm.sample.stories import story
from tests.browser.conftest import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Server

LOGINS = {person.roles[0]: person.login for person in story().people if person.show}
READY, NOT_READY = "smart-meter", "copper-rod"
LEDGER = (
    ["北工业园区招商项目台账"],
    ["单位：万元"],
    ["序号", "项目名称", "投资方", "建设内容", "总投资", "签约时间", "进展"],
    [1, "青花椒冻干与调味油项目", "重庆禾麓食品有限公司", "建设冻干线一条。", 5600, "", "在谈"],
    [2, "桉叶油精制提纯项目", "成都苍葭生物科技有限公司", "年精制桉叶油800吨。", "约3200", "", "在谈"],
    [3, "石榴籽油软胶囊项目", "成都榴晖健康科技有限公司", "软胶囊生产线。", "三千万左右吧", "", "洽谈"],
    ["合计", "", "", "", 8800, "", ""],
)
ON_PHONE = pytest.mark.parametrize("viewport", [PHONE], indirect=True, ids=["390"])


@dataclass
class Journey:
    """Somebody's way through the product."""

    page: Page
    server: Server
    axe: Callable[[Page], None]
    role: str
    step: int = 0

    def sign_in(self) -> None:
        """Sign in with the password that was printed when the sample bureau was made."""
        printed = dict(line.split("\t")[1:] for line in self.server.outputs[0].splitlines() if line.count("\t") == 2)
        login = LOGINS[self.role]
        self.page.goto(f"{self.server.url}/login")
        self.look("login")
        self.page.get_by_role("textbox", name="用户名").fill(login)
        self.page.get_by_role("textbox", name="密码").fill(printed[login])
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: not url.endswith("/login"))

    def go(self, path: str) -> None:
        """Open an address of the product."""
        self.page.goto(f"{self.server.url}{path}")

    def look(self, name: str) -> None:
        """Check the page at both widths, keep its pictures, and come back to the width it had."""
        self.page.wait_for_load_state("networkidle")
        before = self.page.viewport_size
        self.step += 1
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            # Scrolled to an anchor or to the focused field, the page has its sticky bar over the line above, which
            # axe takes for a small target.
            self.page.evaluate("document.activeElement?.blur()")
            self.settle_at_the_top()
            self.axe(self.page)
            folder = os.environ.get("CRM_SCREENSHOTS")
            if folder:
                picture = Path(folder) / f"{self.role}-{self.step:02d}-{name}-{size['width']}.png"
                self.page.screenshot(path=picture, full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} scrolls {wide} px sideways on a phone"
        if before:
            self.page.set_viewport_size(before)

    def settle_at_the_top(self) -> None:
        """Scroll up until the page stays there; asked from here, since a page's own polling is refused by its CSP."""
        at_rest = 0
        for _ in range(250):
            # Said again each time: a late layout makes the browser return to the address's anchor once more.
            at_rest = at_rest + 1 if self.page.evaluate("scrollY") == 0 else 0
            if at_rest == 3:
                return
            self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
            self.page.wait_for_timeout(20)
        pytest.fail(f"{self.page.url} does not come to rest at its top")

    def type(self, **values: str) -> None:
        """Fill text fields by their labels."""
        for label, value in values.items():
            self.page.get_by_role("textbox", name=label, exact=True).fill(value)

    def press(self, name: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def titles(self) -> list[str]:
        """Return the projects on the list."""
        return self.page.locator("#projects .row-title").all_inner_texts()

    def workbook(self, button: Locator) -> dict[str, list[tuple[object, ...]]]:
        """Take a workbook away and return the rows of its sheets."""
        with self.page.expect_download() as coming:
            button.click()
        book = load_workbook(BytesIO(Path(coming.value.path()).read_bytes()))
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.fixture
def journey(page: Page, live_server: Server, axe: Callable[[Page], None]) -> Callable[[str], Journey]:
    """Give somebody of a role, signed in."""

    def start(role: str) -> Journey:
        made = Journey(page, live_server, axe, role)
        made.sign_in()
        return made

    return start


def name_of(key: str) -> str:
    """Return the name of a sample lead."""
    return next(lead.name for lead in story().leads if lead.key == key)


def of_unit(unit: str) -> int:
    """Return how many sample leads a unit has."""
    return sum(lead.unit == unit for lead in story().leads)


def find(on: Journey, name: str) -> None:
    """Search a project by its Chinese name and open it."""
    on.go("/leads")
    search = on.page.get_by_role("searchbox", name="搜索项目")
    search.fill(name)
    search.press("Enter")
    on.follow(name)
    expect(on.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_an_officer_takes_a_lead_in_and_follows_it(journey: Callable[[str], Journey]) -> None:
    on = journey("officer")
    expect(on.page.get_by_role("heading", level=1, name="待办")).to_be_visible()
    on.look("todo")
    on.go("/leads")
    expect(on.page.get_by_role("heading", level=1, name="项目")).to_be_visible()
    assert len(on.titles()) >= min(of_unit("north"), 25)
    on.look("list")
    on.page.get_by_role("navigation", name="阶段").get_by_role("link", name=re.compile("^开工")).click()
    on.page.wait_for_url(re.compile("stage=started"))
    assert on.titles()
    assert set(on.page.locator("#projects .c-stage .pill").first.all_inner_texts()) == {"开工"}
    find(on, name_of(READY))
    on.look("lead")

    on.page.locator("details#contacts > summary").click()
    on.type(沟通内容="电话确认年底前的验收安排，企业同意派员到场。")
    on.page.get_by_role("checkbox", name="双方都有沟通").check()
    on.press("记录")
    expect(on.page.locator("#progress")).to_contain_text("电话确认年底前的验收安排")

    on.go("/leads/new")
    on.look("new")
    on.press("登记项目")
    expect(on.page.get_by_role("textbox", name="项目名称", exact=True)).to_have_attribute("aria-invalid", "true")
    on.look("new-refused")
    on.type(项目名称="安宁河谷核桃油精炼项目", 投资方="成都砚山油脂有限公司", 总投资="12000.5")
    on.type(建设内容="建设核桃油精炼线两条。")
    on.press("登记项目")
    expect(on.page.get_by_role("heading", level=1)).to_have_text("安宁河谷核桃油精炼项目")
    expect(on.page.locator("main")).to_contain_text("12,000.5")
    on.follow("修改")
    on.type(投资方所在地="四川成都", 总投资="13000")
    on.look("edit")
    on.press("保存")
    expect(on.page.get_by_role("heading", level=1)).to_have_text("安宁河谷核桃油精炼项目")
    expect(on.page.locator("main")).to_contain_text("13,000")
    expect(on.page.locator("#history")).to_contain_text("12,000.5")


def test_an_officer_takes_the_list_away_as_a_workbook(journey: Callable[[str], Journey]) -> None:
    on = journey("officer")
    on.go("/leads?stage=negotiating")
    listed = on.titles()
    sheets = on.workbook(on.page.get_by_role("link", name="导出工作簿"))
    assert {"台账", "汇总", "图表", "说明"} <= set(sheets)
    cells = {str(cell) for row in sheets["台账"] for cell in row}
    assert set(listed) <= cells
    assert name_of(READY) not in cells


@ON_PHONE
def test_a_cadre_reports_a_project_from_a_phone(journey: Callable[[str], Journey]) -> None:
    on = journey("cadre")
    expect(on.page.get_by_role("heading", level=1, name="我的挂职")).to_be_visible()
    on.look("mine")
    on.follow("报项目")
    on.type(项目名称="双流引荐的无人机零部件项目", 投资方="成都岚翼智能装备有限公司")
    on.page.locator("[data-report-more] summary").click()
    on.type(联系人="陶问渠", 联系电话="13800077001")
    on.look("report")
    on.press("报送")
    expect(on.page.get_by_role("heading", level=1, name="我的挂职")).to_be_visible()
    on.page.get_by_role("link", name=re.compile("双流引荐的无人机零部件项目")).first.click()
    expect(on.page.get_by_role("heading", level=1)).to_have_text("双流引荐的无人机零部件项目")
    expect(on.page.locator("#credit")).to_contain_text("100")
    on.look("reported")
    on.go("/leads")
    login = LOGINS["cadre"]
    own = {lead.name for lead in story().leads if login in {claim.cadre for claim in lead.claims}}
    assert set(on.titles()) - {"双流引荐的无人机零部件项目"} == own
    other = next(lead.name for lead in story().leads if lead.name not in own)
    on.go(f"/leads?q={other}")
    assert on.titles() == []


def test_a_verifier_checks_others_evidence_and_never_the_own(journey: Callable[[str], Journey]) -> None:
    on = journey("verifier")
    on.go("/verify?leg=taxed")
    on.page.get_by_role("link", name=re.compile("^高精度电解铜箔项目")).click()
    on.look("desk")
    frame = on.page.locator("iframe.paper-view")
    answer = on.page.request.get(f"{on.server.url}{frame.get_attribute('src')}")
    assert answer.body().startswith(b"%PDF-")
    on.press("核验通过")
    on.page.wait_for_load_state("networkidle")
    find(on, "高精度电解铜箔项目")
    expect(on.page.locator("#leg-taxed")).to_contain_text("熊雅庭")

    find(on, name_of("prepared-dishes"))
    lead = on.page.url.partition("#")[0].partition("?")[0]
    on.page.goto(f"{lead}/evidence/accounted")
    on.look("evidence")
    on.page.locator("input[name=file]").set_input_files(
        {"name": "声明.pdf", "mimeType": "application/pdf", "buffer": paper("独立核算声明", ["样例"])}
    )
    on.press("提交")
    on.go("/verify?leg=accounted")
    on.page.get_by_role("link", name=re.compile(f"^{name_of('prepared-dishes')}")).click()
    expect(on.page.get_by_role("main")).to_contain_text("提交")
    expect(on.page.get_by_role("button", name="核验通过")).to_have_count(0)
    on.look("own")


def test_a_manager_recognises_what_is_ready_and_nothing_else(journey: Callable[[str], Journey]) -> None:
    on = journey("manager")
    on.look("todo")
    on.go("/leads")
    expect(on.page.get_by_text(re.compile(r"共 1[2-9]\d 个项目"))).to_be_visible()
    find(on, name_of(NOT_READY))
    lead = on.page.url.partition("#")[0].partition("?")[0]
    on.page.goto(f"{lead}/recognise")
    on.press("认定")
    expect(on.page.get_by_role("main")).to_contain_text("本地核算")
    on.look("refused")
    find(on, name_of(READY))
    on.page.locator("#landing").get_by_role("link", name="认定落地").click()
    on.look("recognise")
    on.press("认定")
    expect(on.page.get_by_role("main")).to_contain_text("已落地")
    on.look("landed")
    on.go("/leads?landed=yes")
    assert name_of(READY) in on.titles()


def test_an_organiser_sees_credited_leads_and_takes_the_evaluation(journey: Callable[[str], Journey]) -> None:
    on = journey("organiser")
    on.go("/cadres")
    on.look("postings")
    on.follow("全部")
    expect(on.page.locator("#postings")).to_contain_text("魏明阙")
    on.follow("新增挂职")
    on.look("new-posting")
    on.go("/reports")
    on.look("reports")
    book = on.page.get_by_role("region", name="挂职干部考核")
    sheets = on.workbook(book.get_by_role("button", name="下载工作簿"))
    cells = {str(cell) for rows in sheets.values() for row in rows for cell in row}
    assert {"吉克史布", "彭云涛"} <= cells


def test_an_auditor_reads_the_refusals_and_changes_nothing(journey: Callable[[str], Journey]) -> None:
    on = journey("auditor")
    on.go("/trail?outcome=refused")
    expect(on.page.get_by_role("main")).to_contain_text("郭敬之")
    on.look("trail")
    on.go("/leads")
    expect(on.page.get_by_role("link", name="新建项目")).to_have_count(0)
    on.follow(on.titles()[0])
    expect(on.page.get_by_role("link", name="修改", exact=True)).to_have_count(0)
    on.look("lead")


def test_an_administrator_keeps_accounts_and_sees_no_lead(journey: Callable[[str], Journey]) -> None:
    on = journey("admin")
    expect(on.page.get_by_role("heading", level=1, name="人员")).to_be_visible()
    on.look("people")
    on.go("/settings/permissions")
    on.look("permissions")
    on.go("/settings/units")
    on.look("units")
    assert on.page.request.get(f"{on.server.url}/leads").status in {403, 404}


def test_a_reviewer_and_a_liaison_find_their_pages(new_page: Callable[[], Page], live_server: Server,
                                                   axe: Callable[[Page], None]) -> None:  # fmt: skip
    reviewer = Journey(new_page(), live_server, axe, "reviewer")
    reviewer.sign_in()
    expect(reviewer.page.get_by_role("heading", level=1, name="待办")).to_be_visible()
    reviewer.go("/me")
    reviewer.look("me")
    liaison = Journey(new_page(), live_server, axe, "liaison")
    liaison.sign_in()
    liaison.go("/leads")
    expect(liaison.page.get_by_role("link", name="导出工作簿")).to_be_visible()
    expect(liaison.page.get_by_role("link", name="新建项目")).to_have_count(0)


def test_a_ledger_comes_in_once(journey: Callable[[str], Journey], tmp_path: Path) -> None:
    book = Workbook()
    for row in LEDGER:
        book.active.append(row)  # type: ignore[union-attr]
    path = tmp_path / "台账.xlsx"
    book.save(path)
    on = journey("officer")
    for time in ("first", "again"):
        on.go("/import")
        on.look(f"import-{time}")
        on.page.locator("input[type=file]").set_input_files(path)
        on.press("读取")
        rows = on.page.locator("#rows tbody tr").filter(has_text="青花椒冻干与调味油项目")
        expect(rows).to_contain_text("新增" if time == "first" else "无变化")
        on.look(f"preview-{time}")
        if time == "first":
            on.page.locator(".save-bar button[type=submit]").click()
            expect(on.page.get_by_role("link", name="青花椒冻干与调味油项目")).to_be_visible()
            on.look("result")
    find(on, "青花椒冻干与调味油项目")
    expect(on.page.locator("main")).to_contain_text("5,600")
