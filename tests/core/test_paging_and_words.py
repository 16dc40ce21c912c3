"""Cursors that are mangled, languages that do not leak, rule tables that are broken."""

from __future__ import annotations

import base64
import json
import threading
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import clock, rulebook, words
from crm.core.errors import say
from crm.core.paging import pack, unpack


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_a_cursor_comes_back_as_it_was_packed(values: list[object]) -> None:
    cursor = pack(values, back=True)
    found = unpack(cursor, len(values))
    assert found == (None if len(cursor) > 2000 else (True, values))


@given(st.text(max_size=60))
def test_any_other_text_is_no_cursor(text: str) -> None:
    assert unpack(text, 7) is None


@pytest.mark.parametrize("values", [[0, 2**63, 1], [0, None, 1], [0, [1], 1], [0, 1.5, 1], [0, "a\0", 1], [2, 1, 1], [0]])
def test_values_that_no_table_holds_are_no_cursor(values: list[object]) -> None:
    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    assert unpack(text, 2) is None


def test_half_a_character_is_no_cursor() -> None:
    text = base64.urlsafe_b64encode(b'[0,"\\ud800",1]').decode().rstrip("=")
    assert unpack(text, 2) is None


@pytest.mark.parametrize("code", words.LANGUAGES)
def test_every_language_speaks(code: str) -> None:
    with words.speaking(code):
        assert words.locale() == code
        assert words.render([say("Stage"), say("Status")])
        assert words.render(say("At most %(limit)s characters; this has %(n)s.", limit=5, n=6)).count("5") == 1
    assert words.locale() == words.DEFAULT


def test_a_list_is_joined_as_its_language_does() -> None:
    with words.speaking("en"):
        assert words.render(("a", "b")) == "a, b"
    assert words.render(("a", "b")) == "a、b"


def test_one_thread_speaking_english_leaves_the_others_chinese() -> None:
    heard = []
    with words.speaking("en"):
        other = threading.Thread(target=lambda: heard.append(words.locale()))
        other.start()
        other.join()
    assert heard == ["zh_CN"]


@given(st.dates(date(1978, 1, 1), date(2099, 12, 31)))
def test_a_day_ends_at_midnight_in_shanghai(day: date) -> None:
    assert clock.shanghai_date(clock.end_of_day(day)) == day + timedelta(days=1)
    assert clock.shanghai_date(clock.end_of_day(day) - timedelta(microseconds=1)) == day
    assert clock.shanghai_date(clock.noon(day)) == day


def test_moments_are_naive_and_round() -> None:
    moment = clock.now()
    assert moment.tzinfo is None
    assert moment.microsecond % 1000 == 0
    assert clock.shanghai_time(datetime(2026, 1, 1, 20)).hour == 4


@pytest.mark.parametrize(
    "text",
    ["version = ", "version = '1'\nbasis = 'x'", "version = '1'\nbasis = 'x'\nin_force_from = 'soon'", "[version]"],
)
def test_a_broken_rule_table_is_refused_by_name(text: str) -> None:
    with pytest.raises(rulebook.BrokenRules, match=r"room/rules\.toml"):
        rulebook.parse(text, "room/rules.toml")
