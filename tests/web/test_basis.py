"""What a rule rests on is said in words, never by the marks and names of our own papers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from crm.core.words import speaking
from crm.web.words import basis

ROOT = Path(__file__).resolve().parents[2]
BASES = sorted(
    (str(path.relative_to(ROOT)), tomllib.loads(path.read_text(encoding="utf-8"))["basis"])
    for path in (ROOT / "crm").rglob("*.toml")
    if "sample" not in path.parts and "intake" not in path.parts and "basis" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[seed]", "出自讲话"),
        ("[seed + ours]", "出自讲话 · 本产品自拟"),
        ("practice", "行业惯例"),
        ("讲话第六项 [seed]；天数为通行做法 [practice]", "讲话第六项；天数为通行做法"),
        ("某市办法第三条", "某市办法第三条"),
    ],
)
def test_the_marks_of_a_rule_file_become_words(written: str, said: str) -> None:
    with speaking("zh_CN"):
        assert basis(written) == said


@pytest.mark.parametrize(("name", "written"), BASES, ids=[name for name, _ in BASES])
def test_no_rule_file_shows_a_name_or_mark_of_our_own_papers(name: str, written: str) -> None:
    with speaking("zh_CN"):
        said = basis(written)
    assert not re.search(r"[A-Za-z]{3,}|§|\[", said), name
