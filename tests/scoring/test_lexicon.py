"""The lexicon: every entry is checked, a broken copy is refused by line and id, and its writing is folded whole."""

from __future__ import annotations

from pathlib import Path

import opencc
import pytest

from crm.core.rulebook import BrokenRules
from crm.scoring import rules_lexicon
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_fold import SIMPLE, TRADITIONAL
from crm.scoring.rules_lexicon import LINKS, Rule, current, read
from crm.scoring.rules_match import END

TEXT = Path(rules_lexicon.__file__).with_name("lexicon.toml").read_text(encoding="utf-8")
BREAKS = {
    "unknown trade in a rule": ('id = "vt.word"\ntrade = "vt"', 'id = "vt.word"\ntrade = "xx"', "vt.word"),
    "weight above 100": ('id = "vt.titanium"\ntrade = "vt"\nlink = "middle"\nweight = 88',
                         'id = "vt.titanium"\ntrade = "vt"\nlink = "middle"\nweight = 188', "vt.titanium"),
    "weight is a word": ('id = "vt.titanium"\ntrade = "vt"\nlink = "middle"\nweight = 88',
                         'id = "vt.titanium"\ntrade = "vt"\nlink = "middle"\nweight = "much"', "vt.titanium"),
    "unknown code": ("themes = { T1 = 1.0 }", "themes = { T6 = 1.0 }", "T6"),
    "unknown park": ('park = "P2"', 'park = "P9"', "park"),
    "id used twice": ('id = "vt.vanadium"', 'id = "vt.titanium"', "vt.titanium"),
    "phrase with two owners": ('phrases = ["储能电站"', 'phrases = ["海绵钛", "储能电站"', "海绵钛"),
    "unknown list": ("{metal}{metalmake}", "{metl}{metalmake}", "metl"),
    "frame that cannot be read": ("{metal}{metalmake}", "x{metal}", "nf.make"),
    "empty phrases": ('id = "vt.word"\ntrade = "vt"\nlink = "middle"\nweight = 40\nbasis = "seed"\nphrases = [',
                      'id = "vt.word"\ntrade = "vt"\nlink = "middle"\nweight = 40\nbasis = "seed"\nphrases = []\nx = [',
                      "vt.word"),
    "unknown link": ('link = "upstream"', 'link = "sideways"', "sideways"),
    "unknown basis": ('basis = "seed"\n\n[[trade]]', 'basis = "rumour"\n\n[[trade]]', "rumour"),
    "unknown trade in absorbs": ('absorbs = ["grid", "nf"', 'absorbs = ["nff"', "nff"),
    "bad expression": ("before = '(?:非|无|除|去)$'", "before = '(?:非|无|除|去$'", "cx.negated_here"),
    "context without sides": ("before = '(?:非|无|除|去)$'\n", "", "cx.negated_here"),
    "unknown trade in spares": ('spares = ["waste"', 'spares = ["wast"', "wast"),
    "unknown signal": ('{ signal = "process", trade = "agri"', '{ signal = "magic", trade = "agri"', "magic"),
    "bad industry code": ('codes = ["3218"]', 'codes = ["silicon"]', "silicon"),
    "industry code twice": ('codes = ["3218"]', 'codes = ["3211"]', "3211"),
    "setting missing": ("ratio = 0.65", "ration = 0.65", "ratio"),
    "version missing": ('version = "2026.1"', "", "version"),
    "date is no date": ("in_force_from = 2026-01-01", 'in_force_from = "soon"', "in_force_from"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_lexicon_is_refused_by_name(broken: str) -> None:
    old, new, named = BREAKS[broken]
    assert old in TEXT
    with pytest.raises(BrokenRules, match=named):
        read(TEXT.replace(old, new, 1))


def test_a_refusal_names_the_line() -> None:
    text = TEXT.replace('id = "vt.word"\ntrade = "vt"', 'id = "vt.word"\ntrade = "xx"', 1)
    line = text.splitlines().index('id = "vt.word"') + 1
    with pytest.raises(BrokenRules, match=rf"lexicon\.toml:{line}: vt\.word: unknown trade 'xx'"):
        read(text)


def test_a_syntax_error_names_the_line() -> None:
    with pytest.raises(BrokenRules, match=r"lexicon\.toml.*line 5"):
        read(TEXT.replace('basis = "ours"', 'basis = "ours', 1))


def test_no_trade_at_all_is_refused() -> None:
    head = TEXT[: TEXT.index("# ---", 200)]
    with pytest.raises(BrokenRules, match="no trade"):
        read(head)


def test_every_trade_is_spoken_for_and_every_link_is_known() -> None:
    lexicon = current()
    rules = set(_meanings(lexicon.phrases.root))
    used = {rule.trade for rule in rules} | {rule.also[0] for rule in rules if rule.also}
    assert used == set(lexicon.trades)
    assert {rule.link for rule in rules} == set(LINKS)


def test_every_character_of_the_lexicon_is_folded_as_opencc_folds_it() -> None:
    to_simple = opencc.OpenCC("t2s")
    known = dict(zip(TRADITIONAL, SIMPLE, strict=True))
    written = {letter for letter in TEXT if "\u4e00" <= letter <= "\u9fff"}
    missing = [
        chr(code)
        for code in range(0x4E00, 0xA000)
        if chr(code) not in known
        and chr(code) not in written
        and (simple := to_simple.convert(chr(code))) != chr(code)
        and simple in written
    ]
    assert missing == []


def test_another_version_decides_otherwise_and_says_its_version() -> None:
    stricter = read(TEXT.replace("threshold = 34 ", "threshold = 99 ", 1).replace('"2026.1"', '"2026.2"', 1))
    project = ProjectText("", "年产钛白粉10万吨。")
    assert assess(project).themes == ("T1",)
    fit = assess(project, stricter)
    assert (fit.themes, fit.version) == ((), "2026.2")


def _meanings(node: dict[str, object]) -> list[Rule]:
    """Collect the rules of a tree of phrases, shared branches once."""
    found, seen, waiting = [], set(), [node]
    while waiting:
        branch = waiting.pop()
        if id(branch) in seen:
            continue
        seen.add(id(branch))
        for letter, below in branch.items():
            if letter == END and isinstance(below, Rule):
                found.append(below)
            elif isinstance(below, dict):
                waiting.append(below)
    return found
