"""At most three key-support enterprises a park, in force only after their review; a fourth industry needs a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from crm.support.rules_parks import Enterprise, read_enterprises, show_enterprises
from tests import cast as story
from tests.cast import AT, DAY, USCC
from tests.support import cast as support


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def listing(*names: str, **others: Any) -> dict[str, Any]:
    return {
        "park": "P1", "title": "2026年重点扶持企业", "criteria": "上年营业收入增长10%以上、无安全事故的规上企业均可申报",
        "legal_basis": "市园区高质量发展措施第三条", "starts_on": None, "ends_on": None,
        "enterprises": tuple(Enterprise(name, "", "营收增长达标") for name in names), **others,
    }  # fmt: skip


def codes(act: Any) -> set[str]:
    before = support.tables()
    with pytest.raises(Refusal) as refused:
        act()
    assert support.tables() == before
    return story.codes(refused)


def test_a_list_takes_effect_only_with_criteria_basis_and_a_standing_review(people: story.Cast) -> None:
    from crm.support.operations_parks import propose_list, put_in_force
    from crm.support.operations_review import send
    from crm.support.queries import key_enterprises

    bai = support.reviewer()
    made = propose_list(listing("甲厂", "乙厂", "丙厂"), by=people.zhang, at=AT)
    force: Any = {"published": "市政府门户网站公示栏", "from_day": DAY, "by": people.chen, "at": AT}
    assert codes(lambda: put_in_force(made, **force)) == {"support.open"}
    send(made, first_opinion="条件公开", unheard_reason="已公示七日，无人提出意见", by=people.zhang, at=AT)
    assert codes(lambda: put_in_force(made, **force)) == {"support.open"}
    support.concluded(made, bai)
    assert key_enterprises("P1") == []
    assert codes(lambda: put_in_force(made, **{**force, "published": " ", "from_day": None})) == {
        "support.published", "date.future",
    }  # fmt: skip
    put_in_force(made, **force)
    assert [row.name for row in key_enterprises("P1")] == ["甲厂", "乙厂", "丙厂"]
    row = key_enterprises("P1")[0]
    assert (row.since, row.document_no, row.criteria) == (DAY, "西市监审〔2026〕7号", listing()["criteria"])
    assert key_enterprises("P2") == []
    assert codes(lambda: put_in_force(made, **force)) == {"support.over"}


def test_a_newer_list_ends_the_older_one_and_a_change_needs_a_new_review(people: story.Cast) -> None:
    from crm.support.operations_parks import propose_list, put_in_force, reword_list
    from crm.support.operations_review import send
    from crm.support.queries import key_enterprises

    bai = support.reviewer()

    def in_force(*names: str) -> int:
        made = propose_list(listing(*names), by=people.zhang, at=AT)
        send(made, first_opinion="可", unheard_reason="已公示", by=people.zhang, at=AT)
        support.concluded(made, bai)
        put_in_force(made, published="公告", from_day=DAY, by=people.chen, at=AT)
        return made

    old = in_force("甲厂")
    change: Any = {"edition": 1, "reason": "换名单", "by": people.chen, "at": AT}
    assert codes(lambda: reword_list(old, listing("丁厂"), **change)) == {"support.in_force"}
    in_force("乙厂")
    assert [row.name for row in key_enterprises("P1")] == ["乙厂"]
    assert support.state(old).state == "ended"
    third = propose_list(listing("丙厂"), by=people.zhang, at=AT)
    send(third, first_opinion="可", unheard_reason="已公示", by=people.zhang, at=AT)
    support.concluded(third, bai)
    reword_list(third, listing("丁厂"), **change)
    assert codes(lambda: put_in_force(third, published="公告", from_day=DAY, by=people.chen, at=AT)) == {"support.open"}


def test_four_enterprises_no_criteria_or_a_bad_code_are_refused_at_once(people: story.Cast) -> None:
    from crm.support.operations_parks import propose_list

    many = listing("甲厂", "乙厂", "丙厂", "甲厂", criteria=" ", legal_basis="", park="P9")
    assert codes(lambda: propose_list(many, by=people.zhang, at=AT)) == {
        "list.many", "list.twice", "list.criteria", "list.basis", "list.park",
    }  # fmt: skip
    bad = listing(enterprises=(Enterprise("甲厂", USCC[:-1] + "0"),))
    assert codes(lambda: propose_list(bad, by=people.zhang, at=AT)) == {"list.uscc"}
    assert codes(lambda: propose_list(listing(), by=people.zhang, at=AT)) == {"list.empty"}
    assert codes(lambda: propose_list(listing("甲厂"), by=support.reviewer(), at=AT)) == {"permission.missing"}


def test_a_list_under_an_exception_leaves_the_park_with_its_term(people: story.Cast) -> None:
    from crm.support.models import SupportItem
    from crm.support.operations_parks import propose_list, put_in_force
    from crm.support.operations_review import send
    from crm.support.queries import key_enterprises

    made = propose_list(listing("甲厂"), by=people.zhang, at=AT)
    send(made, first_opinion="可", unheard_reason="已公示", by=people.zhang, at=AT)
    support.concluded(made, support.reviewer(), **support.EXCEPTION)
    put_in_force(made, published="公告", from_day=DAY, by=people.chen, at=AT)
    SupportItem.update(cleared_until=DAY - timedelta(days=1)).where(SupportItem.id == made).execute()
    assert key_enterprises("P1") == []


def test_a_fourth_leading_industry_warns_and_needs_a_reason(people: story.Cast) -> None:
    from crm.support.operations_parks import set_industries
    from crm.support.queries_parks import industries_history, industries_of

    shipped = industries_of("P2").industries
    four = ["钒钛", "化工", "重工业", "新能源装备"]
    assert codes(lambda: set_industries("P2", four, reason=" ", by=people.chen, at=AT)) == {
        "park.fourth_reason", "park.fourth",
    }  # fmt: skip
    warnings = set_industries("P2", four, reason="省增长型园区新增任务", by=people.chen, at=AT)
    assert [warning.code for warning in warnings] == ["park.fourth"]
    assert set_industries("P2", four[:3], reason="", by=people.chen, at=AT) == []
    assert [row.industries for row in industries_history("P2")] == [tuple(four[:3]), tuple(four), shipped]
    assert codes(lambda: set_industries("P9", [], reason="", by=people.chen, at=AT)) == {
        "park.unknown", "park.no_industry",
    }  # fmt: skip
    set_industries("P2", four[:3], reason="", by=people.chen, at=AT)
    assert len(industries_history("P2")) == 3


def test_enterprises_are_typed_one_a_line() -> None:
    text = f"甲厂 | {USCC} | 营收增长\n\n乙厂"
    read = read_enterprises(text)
    assert read == (Enterprise("甲厂", USCC, "营收增长"), Enterprise("乙厂"))
    assert read_enterprises(show_enterprises(read)) == read
    for bad in ("a|b|c|d", "|x", "长" * 121):
        with pytest.raises(ValueError, match=r"."):
            read_enterprises(bad)
