"""The scorecard: sums that are not 100 and bands that overlap or leave gaps are refused, by line and code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.core.rulebook import BrokenRules
from crm.core.words import render, speaking
from crm.scoring import rules_scorecard
from crm.scoring.rules_scorecard import current, read, reweighted

TEXT = Path(rules_scorecard.__file__).with_name("scorecard.toml").read_text(encoding="utf-8")
BREAKS = {
    "sum is not 100": ("max = 12", "max = 13", "sum to 101"),
    "bands overlap": ("{ from = 100, to = 150, points = 7 }", "{ from = 100, to = 160, points = 7 }", "overlap at 150"),
    "gap between bands": ("{ from = 100, to = 150, points = 7 }", "{ from = 100, to = 140, points = 7 }", "140 to 150"),
    "empty band": ("{ from = 100, to = 150, points = 7 }", "{ from = 100, to = 100, points = 7 }", "empty"),
    "points above the criterion": ("to = 150, points = 7", "to = 150, points = 16", "from 0 to 15"),
    "no band gives the full points": ("from = 200, points = 15", "from = 200, points = 14", "full 15"),
    "bands do not begin at 0": ("{ from = 0, to = 50, points = 0 },", "", "begin at 0"),
    "bands end closed": ("{ from = 200, points", "{ from = 200, to = 900, points", "end open"),
    "a bound is a word": ("from = 200, points", 'from = "much", points', "number in from"),
    "unknown theme": ('themes = ["T4", "T5"]', 'themes = ["T4", "T9"]', "T9"),
    "a theme with two scales": ("themes = []", 'themes = ["T4"]', "two scales"),
    "no general scale": ("themes = []", 'themes = ["T1"]', "all other themes"),
    "unknown kind": ('kind = "judged"', 'kind = "guessed"', "guessed"),
    "unknown measure": ('measure = "in_theme"', 'measure = "registered_here"', "registered_here"),
    "unknown basis": ('measure = "in_theme"\nbasis = "seed"', 'measure = "in_theme"\nbasis = "rumour"', "rumour"),
    "code twice": ('code = "cluster"', 'code = "theme"', "used twice"),
    "no code": ('code = "cluster"', 'name = "cluster"', "no code"),
    "max is no number": ("max = 12", 'max = "12"', "whole number"),
    "no version": ('version = "2026.1"', "", "version"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_scorecard_is_refused(broken: str) -> None:
    old, new, named = BREAKS[broken]
    assert old in TEXT
    with pytest.raises(BrokenRules, match=named):
        read(TEXT.replace(old, new, 1))


PLACES = {
    "an overlap stands where the upper band begins": (
        "{ from = 100, to = 150, points = 7 }", "{ from = 100, to = 160, points = 7 }", "{ from = 150, to = 200",
    ),
    "an empty band": ("{ from = 100, to = 150", "{ from = 100, to = 90", "{ from = 100, to = 90"),
    "an unknown kind": ('kind = "judged"', 'kind = "guessed"', 'kind = "guessed"'),
    "an unknown measure": ('measure = "tax_per_mu"', 'measure = "registered_here"', "registered_here"),
    "a maximum that is no number": ("max = 8", "max = -8", "max = -8"),
    "no TOML": ("max = 12", "max = = 12", "max = = 12"),
    "the sum": ("max = 12", "max = 13", "max = 3\n"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_refusal_names_the_line_and_says_it_in_words(place: str) -> None:
    old, new, found = PLACES[place]
    text = TEXT.replace(old, new, 1)
    with pytest.raises(BrokenRules) as refused:
        read(text)
    expected = text.rindex(found) if place == "the sum" else text.index(found)
    assert refused.value.line == text[:expected].count("\n") + 1
    with speaking("zh_CN"):
        assert any("\u4e00" <= char <= "\u9fff" for char in render(refused.value.text))


def test_other_weights_are_written_into_the_text_and_bands_follow() -> None:
    changed = read(reweighted(current(), {"theme": 10, "intensity": 17}))
    assert {item.code: item.most for item in changed.criteria if item.code in ("theme", "intensity", "tax")} == {
        "theme": 10, "intensity": 17, "tax": 15,
    }  # fmt: skip
    intensity = changed.criterion("intensity")
    assert intensity is not None
    assert [band.points for band in intensity.scales[0].bands] == [0, 3, 8, 12, 17]
    assert "# Acceptance scorecard" in changed.text, "comments stay"
    with pytest.raises(BrokenRules, match="sum to 101"):
        read(reweighted(current(), {"theme": 13}))


def test_the_card_is_that_of_the_trade() -> None:
    most = {item.code: item.most for item in current().criteria}
    assert most == {
        "theme": 12, "cluster": 4, "park": 4, "intensity": 15, "tax": 15, "fixed_assets": 12, "investor": 8,
        "technology": 8, "environment": 6, "energy": 5, "safety": 5, "jobs": 3, "chain": 3,
    }  # fmt: skip
    assert sum(most.values()) == 100
    assert all(item.basis and (item.guide or item.measure) for item in current().criteria)
    assert current().criterion("nothing") is None
