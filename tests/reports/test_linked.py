"""Landed companies and the register of enterprises, joined by equal credit codes; what the parks' enterprises make."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.reports.rules_books import BookOrder
from tests import cast as story
from tests.cast import AT, DAY
from tests.reports.test_books import column, fen, made, opened
from tests.statistics.figures import WAN, enterprise, report

if TYPE_CHECKING:
    from flask import Flask

LATER = AT + timedelta(days=20)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast with one proved project, whose company stands in the register, and one that was never a project."""
    people = story.assemble()
    lead_id = story.ready(people, name="已证项目", investor="已证投资有限公司", park="P1")
    from crm.pipeline.gate import recognise

    recognise(lead_id, by=people.chen, at=AT)
    own = enterprise(people.zhang, "西昌榴光食品有限公司", uscc=story.USCC)
    other = enterprise(people.zhang, "西昌老厂", park="P2")
    for id_, now, before in ((own, 130, 100), (other, 90, 100)):
        report(id_, "2025-05", people.zhang, revenue_fen=before * WAN)
        report(id_, "2026-05", people.zhang, revenue_fen=now * WAN)
    report(own, "2026-04", people.zhang, revenue_fen=777 * WAN)
    return people


def parks(by: Any, **others: Any) -> Any:
    from crm.reports.operations_books import export_book

    return opened(export_book(BookOrder("parks", **others), by=by, at=LATER))


def test_a_company_is_linked_by_its_code_whoever_entered_it_and_however_it_is_named(cast: story.Cast) -> None:
    from crm.reports.queries_linked import companies

    (found,) = companies(cast.chen)
    assert (found.project, found.enterprise, found.reached) == ("已证项目", "西昌榴光食品有限公司", True)
    assert companies(cast.chen, "P2") == []
    assert [one.number for one in companies(cast.chen, landed=True)] == [found.number]
    assert companies(cast.li) == []


def test_the_parks_workbook_says_what_enterprises_make_and_how_much_they_grow(cast: story.Cast) -> None:
    from crm.reports.rules_parks import ranking
    from crm.statistics.queries_targets import target_figures

    book = parks(cast.chen)
    sheet = book["园区企业"]
    told = target_figures(LATER.year, as_of=LATER.date())
    assert [fen(value) for value in column(sheet, "企业营业收入")] == [one.revenue.fen or 0 for one in told.parks]
    # April has no month of the year before and is left out of the growth, not out of the sum.
    growth = dict(zip(column(sheet, "园区"), column(sheet, "营收增速"), strict=True))
    assert list(growth.values())[:2] == pytest.approx([0.3, -0.1])
    ranked = ranking(told)["growth"]
    output = dict(zip(column(sheet, "园区"), column(sheet, "产值增速"), strict=True))
    assert list(output.values())[:2] == pytest.approx([(ranked[park].value or 0) / 10_000 for park in ("P1", "P2")])
    listed = book["企业与项目"]
    assert dict(zip(column(listed, "企业名称"), column(listed, "关联依据"), strict=True)) == {
        "西昌榴光食品有限公司": "信用代码相同", "西昌老厂": "—",
    }  # fmt: skip
    assert sum(map(fen, column(listed, "本年累计营收"))) == sum(one.revenue.fen or 0 for one in told.parks)


def test_what_was_learned_later_is_not_in_the_parks_workbook_as_known_before(cast: story.Cast) -> None:
    from crm.statistics.models import Enterprise
    from crm.statistics.operations_returns import save_return
    from crm.statistics.queries import returns_of
    from tests.statistics.figures import values

    own = Enterprise.get(Enterprise.uscc == story.USCC).id
    save_return(own, "2026-05", values(revenue_fen=999 * WAN, reason="漏计"), by=cast.zhang, at=LATER)
    assert len(returns_of(own, "2026-05")) == 2
    now, then = (column(parks(cast.chen, **days)["园区企业"], "企业营业收入") for days in ({}, {"as_of": LATER.date(), "known": DAY}))
    assert now[0] - then[0] == pytest.approx(999 - 130)


def test_the_landing_register_says_who_is_in_the_register_of_enterprises(cast: story.Cast) -> None:
    from crm.statistics.models import Enterprise

    assert column(opened(made("landing", cast.chen))["本地经营主体"], "企业名录") == ["已进名录"]
    Enterprise.update(uscc=None).execute()
    assert column(opened(made("landing", cast.chen))["本地经营主体"], "企业名录") == ["未进名录"]


def test_the_page_of_a_park_links_its_landed_companies_to_their_figures(app: Flask, cast: story.Cast) -> None:
    page = story.entered(app, cast.chen).get("/parks/P1").get_data(as_text=True)
    assert "已进名录" in page
    assert "/statistics/enterprises/" in page
    assert "已进名录" not in story.entered(app, cast.chen).get("/parks/P2").get_data(as_text=True)


