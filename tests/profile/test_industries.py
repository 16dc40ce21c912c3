"""The national classification: whole, refused when broken, codes read as people type them, found by code, name and sound."""

from __future__ import annotations

from collections import Counter

import pytest

from crm.core.rulebook import BrokenRules
from crm.profile.rules_industries import industries, industry_name, plain_code, read, search
from crm.scoring.rules_lexicon import current

HEAD = 'version = "1"\nin_force_from = 2020-01-01\nbasis = "practice"\nclasses = """\n'


def test_the_table_has_as_many_codes_as_the_standard() -> None:
    lengths = Counter(len(code) for code in industries())
    assert lengths == {1: 20, 2: 97, 3: 473, 4: 1381}


def test_every_class_stands_below_its_group_division_and_section() -> None:
    for code, known in industries().items():
        assert known.section in industries()
        if len(code) > 2:
            assert code[:-1] in industries()


def test_the_lexicon_names_only_codes_that_exist() -> None:
    assert set(current().industries) <= set(industries())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3212", "3212"), ("C3212", "3212"), (" c 3212 ", "3212"), ("３２１２", "3212"), ("3212 铅锌冶炼", "3212"),
        ("32", "32"), ("321", "321"), ("9999", None), ("D3212", None), ("3212 铜冶炼", None), ("C", None),
        ("32123", None), ("铅锌冶炼", None), ("", None), ("0", None),
    ],
)  # fmt: skip
def test_codes_are_read_as_typed(typed: str, code: str | None) -> None:
    assert plain_code(typed) == code


def test_a_code_is_shown_with_its_section_and_name() -> None:
    assert industry_name("3212") == "C3212 铅锌冶炼"
    assert industry_name("old") == "old"


@pytest.mark.parametrize(
    ("asked", "code"),
    [("321", "3211"), ("C3218", "3218"), ("硅冶炼", "3218"), ("guiyelian", "3218"), ("gyl", "3218"),
     ("光伏", "3825"), ("QXYL", None), ("民宿", "6130"), ("ci shi", None)],
)  # fmt: skip
def test_industries_are_found(asked: str, code: str | None) -> None:
    codes = [known.code for known in search(asked)]
    assert code in codes if code else len(codes) <= 20


@pytest.mark.parametrize("asked", ["", "  ", "🙂", "没有这个行业", "%_", "(" * 50])
def test_what_is_not_there_is_not_found(asked: str) -> None:
    assert search(asked) == []


def test_the_precise_class_stands_before_its_group() -> None:
    assert [known.code for known in search("炼铁")][:2] == ["3110", "311"]


@pytest.mark.parametrize(
    ("classes", "line"),
    [("A 农\n01 农业\n01 林业", 7), ("A 农\n011 谷物", 6), ("01 农业", 5), ("A 农\n0x 农业", 6), ("A 农\n01", 6)],
)
def test_a_broken_table_is_refused_by_line(classes: str, line: int) -> None:
    with pytest.raises(BrokenRules, match=rf"industries\.toml:{line}:"):
        read(HEAD + classes + '\n"""\n')


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(BrokenRules, match="no class"):
        read(HEAD + '"""\n')
