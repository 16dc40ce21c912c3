"""A leader's look: five numbers, a chart by keyboard, the projects behind a number, a past day, the meeting screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.test_journeys import Journey


def test_a_leader_follows_a_number_and_asks_for_a_past_day(people: Callable[[str], Journey]) -> None:
    leader = people("manager")
    page = leader.page
    leader.go("/overview")
    expect(page.locator("[data-chart][data-drawn]").first).to_be_visible()
    leader.look("overview")
    chart = page.locator("#chart-funnel [data-chart]")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chart-funnel [data-chart-said]")).to_contain_text(re.compile(r"线索 · \d+"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("key=stage.lead"))
    leader.look("overview-leads")
    leader.go("/overview")
    page.get_by_label("截至日期").fill("2026-06-30")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("status")).to_contain_text("2026-06-30")
    leader.go("/overview/compare")
    leader.look("compare")
    leader.go("/overview/months")
    leader.look("months")


def test_the_meeting_screen_turns_its_pages_by_key_and_never_scrolls(people: Callable[[str], Journey]) -> None:
    liaison = people("liaison")
    page = liaison.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    liaison.go("/overview/screen")
    said = page.locator("[data-slide-at]")
    expect(said).to_have_text("1 / 7")
    for turn in range(2, 8):
        page.keyboard.press("ArrowRight")
        expect(said).to_have_text(f"{turn} / 7")
        fits = "() => document.documentElement.scrollHeight <= innerHeight"
        assert page.evaluate(fits)
        over = "() => [...document.querySelectorAll('[data-slide]:not([hidden]) .slide-body > *')].filter("
        over += "one => one.getBoundingClientRect().bottom > innerHeight + 1).length"
        assert page.evaluate(over) == 0
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("6 / 7")


def test_parks_and_cooperation_can_be_read_and_a_judgement_entered(people: Callable[[str], Journey]) -> None:
    officer = people("officer")
    page = officer.page
    officer.go("/parks")
    officer.look("parks")
    page.get_by_role("link", name="北工业园区").first.click()
    officer.look("park")
    officer.go("/cooperation")
    officer.look("cooperation")
    page.locator("#standard-results").get_by_role("link", name="评定").click()
    page.get_by_label("达到程度").select_option("partly")
    page.get_by_label("佐证说明").fill("两地共同发布发展数据。")
    page.get_by_role("button", name="记录").click()
    expect(page.locator("#standard-results")).to_contain_text("两地共同发布发展数据。")
