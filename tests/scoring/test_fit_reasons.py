"""Reasons: phrases marked where they stand, with rule and weight, for and against; one sentence that is never empty."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_lexicon import CLUSTERS, PARKS, THEMES, current
from crm.scoring.rules_text import fold

WORDS = st.sampled_from(
    ["钛白粉", "铜矿采选", "不含", "为", "企业", "酒店", "住宅", "苦荞", "加工", "，", "。", "、", "配套", "光伏电站",
     "物流园", "生产线", "Hotel ", "copper ", "（", "）", "搬迁自", "大厦", "副产", "硫酸", "生猪", "种植", "的",
     "年产", "\0", "İ"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=30).map("".join)


def test_reasons_stand_where_they_say() -> None:
    project = ProjectText("鈦材加工園", "年產海綿鈦１萬噸，配套５０ＭＷ光伏電站。", products="钛锭")
    fit = assess(project)
    assert len(fit.reasons) >= 3
    for reason in fit.reasons:
        typed = getattr(project, reason.field)[reason.start : reason.end]
        assert reason.phrase == typed.strip()
        assert reason.rule
        assert set(reason.supports + reason.opposes) <= {*THEMES, *CLUSTERS}


def test_what_was_discounted_speaks_against_and_says_why() -> None:
    fit = assess(ProjectText("检修中心", "为钛白粉企业提供泵阀检修服务，不含钛材加工。"))
    against = [reason for reason in fit.reasons if reason.opposes]
    assert {"cx.customer", "cx.negated"} <= {reason.context for reason in against}
    assert all("T1" not in reason.supports for reason in against)


def test_the_sentence_names_phrases_and_codes() -> None:
    sentence = str(assess(ProjectText("", "年产海绵钛1万吨。")).why())
    assert "海绵钛" in sentence
    assert "T1" in sentence
    assert "C1" in sentence
    assert str(assess(ProjectText("", "新建中学。")).why())
    assert "besides" in str(assess(ProjectText("", "年产五氧化二钒3000吨、钒电池电堆200兆瓦。")).why())


def test_the_result_keeps_the_version_of_the_rules() -> None:
    assert assess(ProjectText("", "")).version == current().version


def test_place_of_registration_is_nothing_the_rules_can_read() -> None:
    names = {field.name for field in fields(ProjectText)}
    assert names == {"name", "content", "products", "investor", "industry_code", "investment_fen"}


def test_the_investors_own_trade_decides_nothing() -> None:
    one = assess(ProjectText("一号地块", "建设数据中心。", investor="云顶钛业集团有限公司"))
    other = assess(ProjectText("一号地块", "建设数据中心。", investor="青山酒店管理公司"))
    assert (one.themes, one.clusters, one.park) == (other.themes, other.clusters, other.park)


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_gets_a_whole_verdict(name: str, content: str, investor: str) -> None:
    fit = assess(ProjectText(name, content, investor=investor))
    assert fit.scores.keys() == {*THEMES, *CLUSTERS, *PARKS}
    assert all(0 <= score <= 100 for score in fit.scores.values())
    decided = {*fit.themes, *fit.clusters, *([fit.park] if fit.park else [])}
    assert {code for code, score in fit.scores.items() if score >= 50} == decided
    assert len(set(fit.themes)) == len(fit.themes)
    assert str(fit.why()).strip()


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_phrase_that_its_context_turns_is_told_with_the_words_that_turn_it() -> None:
    fit = assess(ProjectText("", "生产酒店固装家具。"))
    turned = next(reason for reason in fit.reasons if reason.rule == "cx.tour_goods")
    assert turned.phrase == "酒店固装家具"
    assert "生产酒店固装家具。"[turned.start : turned.end] == turned.phrase
    assert fit.told("light") == ["酒店固装家具"]
