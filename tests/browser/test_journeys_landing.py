"""Landing, walked through by the people who do it: proved, refused and told why, never by one's own eyes, ended, revoked."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from PIL import Image
from playwright.sync_api import expect

from crm.core.clock import today
from crm.sample.filler_papers import paper
from tests.browser.test_journeys import Journey, find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


LANDING, LANDED_LEAVES, LANDED_FALSELY = "果蔬纸箱与周转筐生产", "邛海外围湿地度假酒店群", "中药饮片与配方颗粒项目"


def opened(on: Journey, name: str) -> str:
    """Open a project and return its address."""
    find(on, name)
    return on.page.url.partition("#")[0].partition("?")[0]


def hand_in(on: Journey, lead: str, leg: str, title: str) -> None:
    """Hand in a leg's paper, having seen it first."""
    on.page.goto(f"{lead}/evidence/{leg}")
    data = paper(title, ["样例企业", leg])
    on.page.locator("input[name=file]").set_input_files(
        {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    expect(on.page.locator("[data-preview] iframe")).to_be_visible()
    on.press("提交")
    expect(on.page.locator(f"#leg-{leg}")).to_contain_text("待核验")


def verify_by_key(on: Journey, name: str, leg: str) -> None:
    """Verify a waiting leg at the desk with the keyboard alone."""
    on.go(f"/verify?leg={leg}")
    on.page.get_by_role("link", name=re.compile(f"^{name}")).click()
    expect(on.page.get_by_role("button", name="核验通过")).to_be_visible()
    on.page.keyboard.press("v")
    expect(on.page.locator("body")).to_contain_text("核验通过。")


def landed_as_of(on: Journey, folder: Path, day: str) -> dict[str, str | None]:
    """Return each project's recognition day as the command line counts it on a day."""
    told = on.server.command("export", "pipeline", "--out", str(folder / "b.xlsx"), "--as-of", day, "--json")
    return {lead["name"]: lead["landed_on"] for lead in json.loads(told)["leads"]}


def since(on: Journey) -> str:
    """Return the day since which the opened project is landed."""
    found = re.search(r"(\d{4}-\d{2}-\d{2}) 认定", on.page.locator("#landing").inner_text())
    assert found
    return found[1]


def test_a_project_lands_step_by_step_and_is_refused_with_the_reason_before(people: Callable[[str], Journey]) -> None:
    officer, verifier, manager = people("officer"), people("verifier"), people("manager")
    lead = opened(officer, LANDING)
    checklist = officer.page.get_by_role("list", name="落地认定所需")
    expect(checklist.get_by_role("listitem")).to_have_count(3)
    officer.look("gate-not-yet")

    officer.page.goto(f"{lead}/entity")
    officer.type(统计关系="在西昌市统计局报送统计报表", 账簿存放地="西昌市北工业园区轻工路15号")
    officer.page.get_by_role("combobox", name="独立核算").select_option("yes")
    officer.page.get_by_role("combobox", name="纳税人身份").select_option("general")
    officer.page.get_by_label("纳税证明日期").fill("2026-10-08")
    officer.press("记录")
    hand_in(officer, lead, "registered", "营业执照")
    hand_in(officer, lead, "accounted", "独立核算声明")

    verify_by_key(verifier, LANDING, "registered")
    verify_by_key(verifier, LANDING, "accounted")

    manager.page.goto(f"{lead}/recognise")
    manager.press("认定")
    told = manager.page.get_by_role("alert").first
    expect(told).to_contain_text("本地纳税")
    manager.look("refused-without-tax")
    manager.page.goto(f"{lead}#landing")
    expect(manager.page.locator("#landing")).to_contain_text("尚未落地")
    expect(manager.page.get_by_role("link", name="认定落地", exact=True)).to_have_count(0)

    hand_in(officer, lead, "taxed", "完税证明")
    verifier.page.goto(lead)
    rail = verifier.page.get_by_role("link", name=re.compile("^去核验"))
    expect(rail.first).to_have_attribute("href", re.compile(r"/verify\?item=\d+"))
    verify_by_key(verifier, LANDING, "taxed")
    manager.page.reload()
    manager.page.locator("#landing").get_by_role("link", name="认定落地").click()
    manager.press("认定")
    expect(manager.page.locator("#landing")).to_contain_text("三要件均经他人核验")

    manager.page.locator("#leg-taxed [data-look]").click()
    paper_beside_facts = manager.page.get_by_role("dialog")
    expect(paper_beside_facts.locator("iframe")).to_be_visible()
    expect(paper_beside_facts).to_contain_text("主管税务机关")
    paper_beside_facts.get_by_role("button", name="关闭").click()
    expect(manager.page.get_by_role("dialog")).to_have_count(0)

    manager.page.locator("#landing").get_by_role("link", name="认定书").first.click()
    expect(manager.page.get_by_role("heading", level=1, name="落地认定书")).to_be_visible()
    expect(manager.page.locator("article")).to_contain_text("不作为享受政策、审批、用地、资金的条件")
    manager.look("certificate")
    with manager.page.expect_download() as coming:
        manager.page.get_by_role("link", name="Word 版").click()
    document = Document(str(coming.value.path()))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert LANDING in words
    assert re.search(r"SHA-256 [0-9a-f]{64}", words)


def test_a_photo_taken_with_the_phone_is_seen_before_it_is_sent(people: Callable[[str], Journey]) -> None:
    officer = people("officer")
    lead = opened(officer, LANDING)
    officer.page.set_viewport_size({"width": 390, "height": 844})
    officer.page.goto(f"{lead}/evidence/registered")
    camera = officer.page.get_by_label("用手机拍照")
    assert camera.get_attribute("capture") == "environment"
    photo = BytesIO()
    Image.new("RGB", (1200, 1600), "white").save(photo, "JPEG")
    camera.set_input_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
    expect(officer.page.locator("[data-preview] canvas")).to_be_visible()
    officer.page.locator("input[name=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"}
    )
    expect(officer.page.locator("[data-preview] canvas")).to_have_count(0)
    officer.press("提交")
    expect(officer.page.get_by_role("alert")).to_contain_text("PDF 打不开")


def test_a_verifier_never_passes_what_is_their_own(people: Callable[[str], Journey]) -> None:
    verifier = people("verifier")
    lead = opened(verifier, "果蔬纸箱与周转筐生产")
    hand_in(verifier, lead, "accounted", "独立核算声明（补）")
    verifier.go("/verify?leg=accounted")
    verifier.page.get_by_role("link", name=re.compile("^果蔬纸箱与周转筐生产")).click()
    expect(verifier.page.get_by_role("main")).to_contain_text("由您提交")
    expect(verifier.page.get_by_role("button", name="核验通过")).to_have_count(0)
    item = re.search(r"item=(\d+)", verifier.page.url)
    assert item
    token = verifier.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    answer = verifier.page.request.post(
        f"{verifier.server.url}/verify/{item[1]}",
        form={"csrf_token": token},
        headers={"Referer": verifier.page.url},
    )
    assert "由您提交" in answer.text()
    verifier.page.goto(lead)
    expect(verifier.page.locator("#leg-accounted")).to_contain_text("待核验")


def test_a_company_leaves_lawfully_and_past_counts_stand(people: Callable[[str], Journey], tmp_path: Path) -> None:
    manager = people("manager")
    lead = opened(manager, LANDED_LEAVES)
    day = since(manager)
    manager.page.goto(f"{lead}/recognition/end")
    manager.page.get_by_role("combobox", name="终止方式").select_option("ended")
    manager.type(理由="企业依法迁往外地经营")
    manager.look("end")
    manager.press("记录")
    story = manager.page.locator("#landing")
    expect(story).to_contain_text("企业依法迁往外地经营。此日之前的统计不变。")
    manager.page.goto(lead)
    manager.look("ended")
    assert landed_as_of(manager, tmp_path, day)[LANDED_LEAVES] == day
    assert landed_as_of(manager, tmp_path, today().isoformat())[LANDED_LEAVES] is None


def test_a_false_recognition_is_suspended_then_revoked_and_the_counts_follow(
    people: Callable[[str], Journey], tmp_path: Path
) -> None:
    verifier, manager = people("verifier"), people("manager")
    lead = opened(manager, LANDED_FALSELY)
    day = since(manager)
    assert landed_as_of(manager, tmp_path, day)[LANDED_FALSELY] == day
    verifier.page.goto(f"{lead}/recheck")
    verifier.page.get_by_role("combobox", name="复核结论").select_option("doubt")
    verifier.type(复核内容或存疑之处="执照编号与登记机关的存档不符")
    verifier.press("记录")
    expect(verifier.page.locator("#landing")).to_contain_text("复核存疑：执照编号与登记机关的存档不符")

    manager.page.goto(f"{lead}/recognition/suspend")
    manager.type(理由="核查期间暂停")
    manager.press("暂停")
    expect(manager.page.locator("#landing")).to_contain_text("目前暂停，不计入统计")
    manager.page.goto(lead)
    manager.look("suspended")
    assert landed_as_of(manager, tmp_path, today().isoformat())[LANDED_FALSELY] is None
    assert landed_as_of(manager, tmp_path, day)[LANDED_FALSELY] == day, "a doubt takes nothing back"

    manager.page.goto(f"{lead}/recognition/end")
    manager.page.get_by_role("combobox", name="终止方式").select_option("revoked")
    manager.type(理由="执照系伪造")
    manager.press("记录")
    expect(manager.page.locator("#landing")).to_contain_text("该认定自始不成立")
    assert landed_as_of(manager, tmp_path, day)[LANDED_FALSELY] is None
    manager.page.locator("#landing").get_by_role("link", name="认定书").first.click()
    expect(manager.page.locator("article")).to_contain_text("撤销")
