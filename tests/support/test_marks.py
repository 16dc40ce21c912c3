"""What the patterns mark: clauses of the four forbidden ties, named favours; and quiet where nothing is promised."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.rulebook import BrokenRules, parse
from crm.support import rules_marks
from crm.support.rules_marks import clauses, current, explained, find, holding, pieces

FOUND = [
    ("乙方注册地址十年内不得迁出西昌市。", "registration"),
    ("注 册 地 址 十 年 内\n不得变更", "registration"),
    ("注册地须在本市保持不少于10年", "registration"),
    ("The registered address must stay here for ten years.", "registration"),
    ("乙方须在西昌市注册成立独立法人公司", "registration"),
    ("企业将总部迁入本市的，给予一次性奖励200万元", "registration"),
    ("乙方承诺经营期内不迁出园区", "moving"),
    ("如乙方迁离，应退还全部奖补资金", "moving"),
    ("按增值税地方留成部分的50%予以返还", "tax"),
    ("对该企业所得税减半征收", "tax"),
    ("企业年纳税额不低于500万元", "tax"),
    ("产值须在本地统计", "statistics"),
    ("企业升规入统给予奖励50万元", "statistics"),
    ("土地出让金超出部分全额返还", "land"),
    ("零地价供应工业用地", "land"),
    ("电价不高于0.35元/千瓦时", "power"),
    ("免收城市基础设施配套费", "fees"),
    ("对乙方给予专项扶持资金", "named"),
    ("工程须优先采购本地产品", "named"),
]
QUIET = [
    "甲方指派专人协助乙方办理项目备案、环评和施工许可手续。", "公司注册于成都市，从事食品加工。", "更正笔误，原签订日期有误。",
    "约定开工、竣工、投产日期见附件一。", "项目建成后形成年产2万吨石榴汁的能力。", "双方友好协商，另签补充协议。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "group"), FOUND)
def test_a_clause_is_marked_with_its_group_article_and_explanation(text: str, group: str) -> None:
    hits = find(text)
    assert group in {hit.mark.group for hit in hits}, text
    for hit in hits:
        assert hit.text == text[hit.start : hit.end]
        assert hit.mark.cited
        assert hit.mark.why


@pytest.mark.parametrize("text", QUIET)
def test_words_without_a_promise_stay_unmarked(text: str) -> None:
    assert find(text) == []


def test_every_group_of_the_rule_has_a_pattern_and_every_mark_an_article_of_the_law() -> None:
    book = current()
    assert {mark.group for mark in book.marks} == set(book.groups)
    assert {"registration", "moving", "tax", "statistics", "land", "power", "fees", "named"} == set(book.groups)
    for mark in book.marks:
        assert all(article.name.startswith(("条例第", "实施办法第", "实施办法（")) for article in mark.articles)


def test_a_favour_in_general_words_is_shown_but_does_not_hold_a_note_back() -> None:
    assert find("符合条件的企业可申请技改补贴")
    assert holding("符合条件的企业可申请技改补贴") == []
    assert holding("注册地十年内不得迁出")


@given(st.text(alphabet="注册地址不得迁出税收返还奖励电价 \n；。年十abc，", max_size=200))
def test_pieces_put_together_are_the_text_itself(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text, find(text))) == text


def test_each_mark_is_explained_once_with_all_its_words() -> None:
    told = explained(find("税收返还。对税收地方留成给予奖励。"))
    codes = [mark.code for mark, _words in told]
    assert len(codes) == len(set(codes))
    assert len({mark.code: words for mark, words in told}["tax_back"]) == 2


def test_an_agreement_is_cut_into_clauses() -> None:
    assert clauses("第一条 甲方协助；\n第二条 乙方投资。  第三条 完") == ["第一条 甲方协助；", "第二条 乙方投资。", "第三条 完"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('group = "tax"', 'group = "taxes"'), ('article = ["r8"]', 'article = ["r88"]'), ("零地价|", "零地价|("),
     ('article = ["r10"]\nhold = false\npattern', "article = []\nhold = false\npattern")],
)  # fmt: skip
def test_a_broken_table_is_refused_by_name(old: str, new: str) -> None:
    from pathlib import Path

    text = Path(rules_marks.__file__).with_name("marks.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(BrokenRules, match=r"marks\.toml"):
        rules_marks.read_marks(parse(text.replace(old, new), "support/marks.toml"))


def test_fifty_pages_cost_no_more_than_a_few_looks_at_their_letters() -> None:
    """Linear work: twice the pages cost about twice the time, so that no pattern runs away."""
    page: Any = ("甲方协助乙方办理备案、环评、能评手续，按规定时限办结。乙方注册资本金一亿元，分两期建设。" * 20 + TEN)

    def seconds(pages: int) -> float:
        begin = time.process_time()
        find(page * pages)
        return time.process_time() - begin

    seconds(5)
    assert seconds(50) < 40 * max(seconds(5), 0.001)


TEN = "乙方注册地址十年内不得迁出。"
