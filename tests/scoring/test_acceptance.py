"""The acceptance score: a range while facts are missing, what would raise it, and nothing about registration."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.errors import Refusal
from crm.scoring.rules_acceptance import Acceptance, Facts, acceptance, measure
from crm.scoring.rules_scorecard import current

WAN = 1_000_000
MU = 100
FULL_MARKS = {item.code: item.most for item in current().criteria if item.kind == "judged"}
BEST = Facts(("T1",), ("C1",), True, 100_000 * WAN, 60_000 * WAN, 5_000 * WAN, 400 * MU, 260)


def line(result: Acceptance, code: str) -> tuple[int, int]:
    found = next(item for item in result.lines if item.code == code)
    return found.low, found.high


def test_nothing_known_is_the_whole_range() -> None:
    result = acceptance(Facts(), {})
    assert (result.low, result.high, result.settled) == (0, 100, False)
    assert [item.code for item in result.raises[:2]] == ["intensity", "tax"]
    assert all(item.unknown for item in result.raises)


def test_everything_known_and_best_is_a_hundred() -> None:
    result = acceptance(BEST, FULL_MARKS)
    assert (result.low, result.high, result.settled, result.raises) == (100, 100, True, ())
    assert result.version == current().version


@pytest.mark.parametrize(
    ("per_mu", "themes", "points"),
    [(200, (), 15), (199, (), 11), (150, (), 11), (150, ("T4",), 15), (150, ("T5",), 15), (149, ("T5",), 11),
     (150, ("T1", "T4"), 11), (49, (), 0), (0, (), 0), (1e6, (), 15)],
)  # fmt: skip
def test_investment_per_mu_has_its_bands(per_mu: float, themes: tuple[str, ...], points: int) -> None:
    facts = Facts(themes=themes, investment_fen=int(per_mu * WAN) * 10, land_parts=10 * MU)
    assert line(acceptance(facts, {}), "intensity") == (points, points)


@pytest.mark.parametrize(("wan", "points"), [(50_000, 12), (49_999, 8), (10_000, 8), (3_000, 4), (2_999, 0)])
def test_fixed_assets_have_their_bands(wan: int, points: int) -> None:
    assert line(acceptance(Facts(fixed_assets_fen=wan * WAN), {}), "fixed_assets") == (points, points)


def test_an_unknown_theme_leaves_every_scale_possible() -> None:
    facts = Facts(themes=None, investment_fen=1500 * WAN, land_parts=10 * MU)
    assert line(acceptance(facts, {}), "intensity") == (11, 15)


def test_known_to_be_none_is_not_unknown() -> None:
    result = acceptance(Facts(themes=(), clusters=(), park_leading=False), {})
    assert [line(result, code) for code in ("theme", "cluster", "park")] == [(0, 0)] * 3
    assert line(acceptance(Facts(), {}), "theme") == (0, 12)


def test_no_land_is_unknown_not_infinite() -> None:
    assert measure("investment_per_mu", Facts(investment_fen=WAN, land_parts=0)) is None
    assert measure("tax_per_mu", Facts(yearly_tax_fen=None, land_parts=MU)) is None


def test_what_is_known_and_low_is_named_after_what_is_unknown() -> None:
    result = acceptance(replace(BEST, themes=(), clusters=None), FULL_MARKS)
    assert [(item.code, item.gain, item.unknown) for item in result.raises] == [
        ("theme", 12, False),
        ("cluster", 4, True),
    ]


@pytest.mark.parametrize("marks", [{"theme": 12}, {"registration": 3}, {"investor": 9}, {"investor": -1}])
def test_marks_for_what_is_not_judged_or_out_of_range_are_refused(marks: dict[str, int]) -> None:
    with pytest.raises(Refusal) as refused:
        acceptance(Facts(), marks)
    assert refused.value.findings[0].code.startswith("acceptance.mark_")
    assert refused.value.findings[0].field in marks


def test_all_bad_marks_are_named_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        acceptance(Facts(), {"theme": 1, "investor": 99, "safety": 2})
    assert len(refused.value.findings) == 2


def test_place_of_registration_is_no_input() -> None:
    names = {field.name for field in fields(Facts)} | set(inspect.signature(acceptance).parameters)
    assert names == {
        "themes", "clusters", "park_leading", "investment_fen", "fixed_assets_fen", "yearly_tax_fen", "land_parts",
        "jobs", "facts", "marks", "card",
    }  # fmt: skip
    words = ("regist", "local", "address", "domicile")
    for criterion in current().criteria:
        assert not any(word in f"{criterion.code} {criterion.measure}".lower() for word in words)


AMOUNT = st.one_of(st.none(), st.integers(0, 10**14))
FACTS = st.builds(
    Facts,
    st.one_of(st.none(), st.lists(st.sampled_from(["T1", "T4", "T5"]), unique=True).map(tuple)),
    st.one_of(st.none(), st.just(("C1",)), st.just(())),
    st.one_of(st.none(), st.booleans()),
    AMOUNT, AMOUNT, AMOUNT,
    st.one_of(st.none(), st.integers(0, 10**7)),
    st.one_of(st.none(), st.integers(0, 5000)),
)  # fmt: skip


@given(FACTS, st.dictionaries(st.sampled_from(sorted(FULL_MARKS)), st.integers(0, 3)))
def test_the_range_is_the_sum_of_its_lines_and_lies_within_bounds(facts: Facts, marks: dict[str, int]) -> None:
    result = acceptance(facts, marks)
    assert 0 <= result.low <= result.high <= 100
    assert result.low == sum(item.low for item in result.lines)
    assert sum(item.gain for item in result.raises if item.unknown) == result.high - result.low
    assert sum(item.gain for item in result.raises) <= 100 - result.low
