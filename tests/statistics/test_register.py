"""The register: entered, changed with its history, refused with every reason, in one's own part alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, USCC
from tests.statistics.figures import WAN, enterprise, tables

if TYPE_CHECKING:
    from tests.cast import Cast


def test_an_enterprise_stands_with_its_history(cast: Cast) -> None:
    from crm.statistics.queries import enterprise as one
    from crm.statistics.queries import history

    made = enterprise(cast.zhang, uscc=USCC, entered_on=date(2025, 3, 1))
    row = one(made, cast.zhang)
    assert row is not None
    assert (row.name, row.uscc, row.park, row.unit_name) == ("西昌甲机械有限公司", USCC, "P1", "投资促进局")
    told = {fact.fact: (fact.value, fact.happened_on, fact.by_name) for fact in history(made)}
    assert told["park"] == ("P1", date(2025, 3, 1), "张招商")
    assert story.trail("done")[-1] == "enterprise.add"


def test_it_was_never_a_lead_or_it_was(cast: Cast) -> None:
    from crm.leads.models import Lead
    from crm.statistics.queries import enterprise as one

    lead_id = story.lead(cast)
    number = Lead.get_by_id(lead_id).number
    made = enterprise(cast.zhang, lead_number=number)
    row = one(made, cast.zhang)
    assert row is not None
    assert (row.lead_id, row.lead_number) == (lead_id, number)
    with pytest.raises(Refusal) as refused:
        enterprise(cast.li, "另一家", lead_number=number)
    assert story.codes(refused) == {"enterprise.lead"}


def test_everything_wrong_is_said_at_once_and_nothing_is_stored(cast: Cast) -> None:
    enterprise(cast.zhang, uscc=USCC)
    before = tables()
    with pytest.raises(Refusal) as refused:
        enterprise(
            cast.li, "西昌甲机械有限公司", uscc=USCC, park="", statistician="", unit_id=cast.zhang.unit_id,
            entered_on=date(2026, 1, 2), left_on=date(2026, 1, 1),
        )  # fmt: skip
    assert story.codes(refused) == {
        "park.missing", "statistician.missing", "unit.other", "left.before", "enterprise.exists",
    }  # fmt: skip
    assert tables() == before
    assert story.trail("refused") == ["enterprise.add"]


def test_a_change_keeps_what_was_and_asks_why_where_it_weighs(cast: Cast) -> None:
    from crm.statistics.operations import edit_enterprise
    from crm.statistics.queries import enterprise as one
    from crm.statistics.queries import history

    made = enterprise(cast.zhang)
    row = one(made, cast.zhang)
    assert row is not None
    values = {**row.__dict__, "park": "P2", "statistician": "钱统计"}
    with pytest.raises(Refusal) as refused:
        edit_enterprise(made, values, version=1, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"reason.missing"}
    edit_enterprise(made, values, version=1, reason="搬迁", happened_on=date(2026, 4, 1), by=cast.zhang, at=AT)
    newest = history(made)[:2]
    assert {(fact.fact, fact.value, fact.happened_on, fact.reason) for fact in newest} == {
        ("park", "P2", date(2026, 4, 1), "搬迁"), ("statistician", "钱统计", date(2026, 4, 1), "搬迁"),
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        edit_enterprise(made, {**values, "park": "P3"}, version=1, reason="x", happened_on=date(2027, 1, 1),
                        by=cast.zhang, at=AT)  # fmt: skip
    assert story.codes(refused) == {"enterprise.conflict", "date.future"}
    edit_enterprise(made, values, version=1, by=cast.zhang, at=AT)
    assert len(history(made)) == len(newest) + 6


def test_everybody_keeps_to_the_own_part(cast: Cast) -> None:
    from crm.statistics.operations import edit_enterprise
    from crm.statistics.queries import enterprise as one
    from crm.statistics.queries import register

    made = enterprise(cast.zhang)
    for who in (cast.chen, cast.liu, cast.luo, cast.wang, cast.zhang, cast.cli):
        assert one(made, who) is not None
    for who in (cast.li, cast.sun, cast.he, cast.ma):
        assert one(made, who) is None
        assert register(who) == []
    for who in (cast.chen, cast.liu, cast.luo, cast.wang, cast.li, cast.ma, cast.sun):
        with pytest.raises(Refusal) as refused:
            edit_enterprise(made, {}, version=1, by=who, at=AT)
        assert refused.value.status in (403, 404)


def test_two_at_the_same_code_are_refused_whatever_the_name(cast: Cast) -> None:
    enterprise(cast.zhang, uscc=USCC)
    with pytest.raises(Refusal) as refused:
        enterprise(cast.zhang, "乙公司", uscc=USCC)
    assert [finding.field for finding in refused.value.findings] == ["uscc"]


def test_a_total_of_the_city_needs_a_source_and_keeps_its_old_value(cast: Cast) -> None:
    from crm.statistics.operations import record_total
    from crm.statistics.queries import city_totals

    values = {"year": 2026, "through": 4, "indicator": "industry_output", "amount_fen": 500 * WAN, "source": "公报"}
    first = record_total(values, by=cast.chen, at=AT)
    assert record_total(values, by=cast.chen, at=AT) == first
    with pytest.raises(Refusal) as refused:
        record_total({**values, "amount_fen": 600 * WAN}, by=cast.chen, at=AT)
    assert story.codes(refused) == {"reason.missing"}
    record_total({**values, "amount_fen": 600 * WAN, "reason": "修订数"}, by=cast.wang, at=AT)
    assert [(row.amount_fen, row.superseded_at is None) for row in city_totals()] == [(600 * WAN, True), (500 * WAN, False)]
    for wrong in ({"through": 6}, {"through": 0}, {"year": 1990}, {"source": " "}, {"indicator": "joy"}):
        with pytest.raises(Refusal):
            record_total({**values, "year": 2026, **wrong}, by=cast.chen, at=AT)
    with pytest.raises(Refusal) as refused:
        record_total(values, by=cast.zhang, at=AT)
    assert refused.value.status == 403


def test_an_explanation_stays_and_an_empty_one_is_refused(cast: Cast) -> None:
    from crm.statistics.operations import explain
    from crm.statistics.queries_checks import answers

    made = enterprise(cast.zhang)
    explain("electricity", text="电表更换", about="x", month="2026-05", enterprise_id=made, by=cast.zhang, at=AT)
    explain("electricity", text="补充说明", about="y", month="2026-05", enterprise_id=made, by=cast.chen, at=AT)
    told = answers(["electricity"])[("electricity", made, "2026-05")]
    assert [(one.text, one.by_name, one.about) for one in told] == [("电表更换", "张招商", "x"), ("补充说明", "陈局", "y")]
    for kind, text, who in (("electricity", " ", cast.zhang), ("joy", "x", cast.zhang), ("electricity", "x", cast.li),
                            ("electricity", "x", cast.luo)):  # fmt: skip
        with pytest.raises(Refusal):
            explain(kind, text=text, about="", enterprise_id=made, by=who, at=AT)
    with pytest.raises(Refusal):
        explain("uncounted", text="x", about="", lead_id=999, by=cast.chen, at=AT)


def test_the_trail_names_every_deed_in_words(cast: Cast) -> None:
    from crm.audit.rules_words import ACTIONS

    for action in ("enterprise.add", "enterprise.edit", "return.save", "return.sheet", "city_total.record",
                   "statistics.explain"):  # fmt: skip
        assert action in ACTIONS
