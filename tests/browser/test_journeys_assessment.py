"""The assessment read by a newcomer: why, with which words, how many points; and weights tried without storing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.test_journeys import Journey

CRITERIA = 13
TITANIUM = "海绵钛生产线节能技改及扩能项目"


def test_a_newcomer_reads_why_a_project_fits_and_what_its_score_is_made_of(people: Callable[[str], Journey]) -> None:
    manager = people("manager")
    manager.go("/leads")
    manager.page.get_by_role("link", name=TITANIUM).first.click()
    assessment = manager.page.locator("#assessment")
    expect(assessment.locator(".opinion").first).to_contain_text("钒钛及有色金属")
    expect(assessment.locator(".opinion-why").first).to_contain_text("海绵钛")
    expect(assessment.locator("mark.mark-for").first).to_be_visible()
    criteria = assessment.locator(".criteria [role=listitem]")
    expect(criteria).to_have_count(CRITERIA)
    expect(criteria.first).to_contain_text("/ 12")
    assessment.locator("details.reasons summary").click()
    expect(assessment.get_by_role("table").first).to_contain_text("支持 钒钛及有色金属、钒钛")
    manager.look("assessment")


def test_weights_are_tried_without_storing_anything(people: Callable[[str], Journey]) -> None:
    manager = people("manager")
    manager.go("/rules/what-if")
    rows = manager.page.locator("[data-whatif-rows] tr")
    before = rows.evaluate_all("rows => rows.map(row => row.dataset.id)")
    slider = manager.page.locator("[data-whatif-weight]").first
    slider.fill("40")
    expect(manager.page.locator("[data-whatif-total]")).not_to_have_text("100")
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.id)") != before
    manager.look("what-if")
    manager.go("/rules/what-if")
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.id)") == before
