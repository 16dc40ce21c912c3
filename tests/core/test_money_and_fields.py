"""Money to the fen, and the limits of every kind of field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms import Form

from crm.core.errors import Text
from crm.core.forms import (
    CountField,
    DayField,
    HundredthsField,
    LineField,
    LongField,
    WanField,
    at_most,
    formdata,
    required,
)
from crm.core.money import MAX_FEN, parse_wan, plain_wan, show_hundredths, show_wan


@given(st.integers(min_value=-MAX_FEN, max_value=MAX_FEN))
def test_an_amount_shown_and_read_again_is_the_same_to_the_fen(fen: int) -> None:
    assert parse_wan(show_wan(fen)) == fen
    assert parse_wan(plain_wan(fen)) == fen


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_amount_or_refused_in_words(text: str) -> None:
    try:
        fen = parse_wan(text)
    except ValueError:
        return
    assert isinstance(fen, int)


def test_unknown_is_a_dash_and_zero_is_zero() -> None:
    assert (show_wan(None), show_wan(0), plain_wan(None), plain_wan(0)) == ("—", "0", "", "0")
    assert show_wan(-1_234_567_890_000) == "-1,234,567.89"
    assert [show_hundredths(value) for value in (None, 0, 5, -5, 123_456)] == ["—", "0", "0.05", "-0.05", "1,234.56"]


class Everything(Form):
    """One field of each kind."""

    amount = WanField("amount")
    land = HundredthsField("land")
    count = CountField("count")
    day = DayField("day")
    line = LineField("line", [at_most(5)])
    long = LongField("long", [at_most(5)])
    must = LineField("must", [required])


def read(**typed: str) -> tuple[Any, dict[str, Any]]:
    """Read a form of which only some fields matter."""
    form = Everything(formdata({"must": "x", **typed}))
    form.validate()
    return form, form.errors


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("amount", "12,000.5", 12_000_500_000),
        ("amount", "１２０００", 12_000_000_000),
        ("amount", "0", 0),
        ("amount", "", None),
        ("amount", "0.000001", 1),
        ("amount", "10000000", MAX_FEN),
        ("land", "35.25", 3525),
        ("land", " 0.5 ", 50),
        ("count", "1,200", 1200),
        ("count", "", None),
        ("day", "2026-11-23", date(2026, 11, 23)),
        ("day", "2026.3.5", date(2026, 3, 5)),
        ("day", "2026年3月5日", date(2026, 3, 5)),
        ("day", "", None),
        ("line", "  a\nb ", "a b"),
        ("long", "a\r\nb", "a\nb"),
    ],
)
def test_what_people_type_is_read(field: str, typed: str, value: object) -> None:
    form, errors = read(**{field: typed})
    assert errors == {}
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", "-1"),
        ("amount", "10000000.000001"),
        ("amount", "abc"),
        ("amount", "1e5"),
        ("amount", "1e999999999"),
        ("amount", "nan"),
        ("amount", "Infinity"),
        ("amount", "1_000"),
        ("amount", "0.0000001"),
        ("amount", "9" * 5000),
        ("land", "-0.01"),
        ("land", "1.005"),
        ("land", "1000001"),
        ("land", "1e300"),
        ("count", "1.5"),
        ("count", "-1"),
        ("count", "两"),
        ("count", "9" * 5000),
        ("day", "2026-02-30"),
        ("day", "23.11.2026"),
        ("day", "99999999999999999999-1-1"),
        ("day", "1949-10-01"),
        ("day", "2999-01-01"),
        ("line", "123456"),
        ("line", "a\x00b"),
        ("line", "a\x7fb"),
        ("long", "a\x1bb"),
        ("long", "\ud800"),
        ("must", "   "),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(field: str, typed: str) -> None:
    form, errors = read(**{field: typed})
    assert list(errors) == [field]
    assert all(isinstance(error, Text) for error in errors[field])
    assert form[field].errors
