"""The opportunity book: planned projects for links, leads that answer them, and words that need a review first."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from crm.core.errors import Refusal
from crm.scoring.rules_opportunity import promises
from exports import word
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from crm.scoring.queries_chain import OpportunityRow

PLAN: dict[str, Any] = {
    "title": "钒铝合金项目", "brief": "年产1000吨钒铝合金", "market": "本地有氧化钒", "park": "P2", "site": "二期地块",
    "land_cmu": 6000, "investment_fen": 12_000 * 1_000_000, "conditions": "110千伏变电站", "contact": "投促局产业科",
}  # fmt: skip


def planned(cast: story.Cast) -> int:
    from crm.scoring.operations_chain import plan

    return plan("vt.alloy", PLAN, by=cast.zhang, at=AT)


def row_of(made: int) -> OpportunityRow:
    from crm.scoring.queries_chain import opportunity

    row = opportunity(made)
    assert row is not None
    return row


def test_a_project_is_planned_for_a_link(cast: story.Cast) -> None:
    from crm.scoring.queries_chain import link_counts, opportunities

    made = planned(cast)
    row = row_of(made)
    assert {name: getattr(row, name) for name in PLAN} == PLAN
    assert (row.state, row.link) == ("open", "vt.alloy")
    assert link_counts()["vt.alloy"].planned == 1
    assert [one.id for one in opportunities(["vt.alloy"], "open")] == [made]
    assert opportunities(["vt.oxide"]) == []


def test_what_is_missing_is_named_at_once_and_unknown_links_are_refused(cast: story.Cast) -> None:
    from crm.scoring.operations_chain import plan

    with pytest.raises(Refusal) as refused:
        plan("vt.alloy", {"park": "P9"}, by=cast.zhang, at=AT)
    assert {finding.field for finding in refused.value.findings} == {"title", "brief", "park"}
    with pytest.raises(Refusal) as unknown:
        plan("vt.nothing", PLAN, by=cast.zhang, at=AT)
    assert unknown.value.status == 404
    for by in (cast.liu, cast.luo, cast.ma):
        with pytest.raises(Refusal):
            plan("vt.alloy", PLAN, by=by, at=AT)


def test_who_saves_an_older_edition_is_told(cast: story.Cast) -> None:
    from crm.scoring.operations_chain import edit_plan

    made = planned(cast)
    edit_plan(made, {**PLAN, "site": "三期地块"}, edition=1, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        edit_plan(made, {**PLAN, "site": "四期地块"}, edition=1, by=cast.chen, at=AT)
    assert refused.value.status == 409
    assert row_of(made).site == "三期地块"


def test_leads_answer_a_plan_until_the_tie_is_ended(cast: story.Cast) -> None:
    from crm.scoring.operations import assess_lead
    from crm.scoring.operations_chain import answer, set_state, untie
    from crm.scoring.queries_chain import answered_by, answers_to, lead_numbered, may_answer

    made = planned(cast)
    lead_id = story.lead(cast, name="钒铝项目", content="建设钒铝合金生产线")
    assess_lead(lead_id, by=cast.zhang, at=AT)
    offers = may_answer("vt.alloy", made, cast.zhang)
    assert [row.id for row in offers] == [lead_id]
    assert lead_numbered(offers[0].number.lower(), cast.zhang) == lead_id
    assert lead_numbered(offers[0].number, cast.li) is None
    answer(made, lead_id, by=cast.zhang, at=AT)
    answer(made, lead_id, by=cast.zhang, at=AT)
    assert row_of(made).state == "answered"
    assert answered_by(lead_id) == [(made, "钒铝合金项目")]
    assert [row.name for row in answers_to(made, cast.zhang)] == ["钒铝项目"]
    assert [row.name for row in answers_to(made, cast.li)] == [None], "another unit sees the number, not the name"
    assert may_answer("vt.alloy", made, cast.zhang) == []
    with pytest.raises(Refusal):
        untie(made, lead_id, by=cast.li, at=AT)
    untie(made, lead_id, by=cast.zhang, at=AT)
    assert row_of(made).state == "open"
    with pytest.raises(Refusal):
        untie(made, lead_id, by=cast.zhang, at=AT)
    set_state(made, "closed", reason="已由他处建成", by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as closed:
        answer(made, lead_id, by=cast.zhang, at=AT)
    assert closed.value.status == 409
    with pytest.raises(Refusal):
        set_state(made, "answered", reason="x", by=cast.zhang, at=AT)
    set_state(made, "open", reason="重新谋划", by=cast.zhang, at=AT)
    assert row_of(made).state == "open"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("三年内税收返还50%，零地价供地", ["税收返还", "零地价"]),
        ("对注册奖励和设备补贴从优", ["注册奖励", "补贴"]),
        ("享受优惠电价", ["优惠电价"]),
        ("110千伏变电站距地块2公里，供水已通", []),
    ],
)
def test_words_that_promise_what_a_review_must_see_first(text: str, found: list[str]) -> None:
    assert promises(text) == found


def test_the_page_for_investors_says_what_it_is_not() -> None:
    known = word.form("opportunity")
    data = word.fill("opportunity", {**known.example, "conditions": None}, stamp=AT)
    document = Document(BytesIO(data))
    words = "\n".join(text for part in (document.element.body, document.sections[0].footer._element)
                      for text in part.itertext())  # fmt: skip
    assert "钒铝合金项目" in words
    assert "不构成任何政策、税收或价格承诺" in words
    assert "—" in words
