"""Dates in every habit keep the precision that they were written with; what is unclear is asked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.intake.rules_cells import BrokenCell, DateCell, FormulaCell
from crm.intake.rules_dates import NO_DAY, Day, date_text, day_doubt, read_date

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("cell", "iso", "precision"),
    [
        ("2024.3.5", "2024-03-05", "day"),
        ("2024-03-05", "2024-03-05", "day"),
        ("2024/3/5", "2024-03-05", "day"),
        ("2024年3月5日", "2024-03-05", "day"),
        ("2024年 3月 5号", "2024-03-05", "day"),
        ("２０２４．３．５", "2024-03-05", "day"),
        ("2024.3.5.", "2024-03-05", "day"),
        ("2024、3、5", "2024-03-05", "day"),
        ("20240305", "2024-03-05", "day"),
        (20240305, "2024-03-05", "day"),
        (45376, "2024-03-25", "day"),
        (45376.75, "2024-03-25", "day"),
        ("45376", "2024-03-25", "day"),
        ("2024-03-05 00:00:00", "2024-03-05", "day"),
        ("2024-03-05T08:30:00Z", "2024-03-05", "day"),
        ("2024年3月5日签约", "2024-03-05", "day"),
        ("签约于2024年3月5日", "2024-03-05", "day"),
        ("二〇二四年三月五日", "2024-03-05", "day"),
        ("二零二四年十一月二十三日", "2024-11-23", "day"),
        ("25/03/2024", "2024-03-25", "day"),
        ("03/25/2024", "2024-03-25", "day"),
        ("5 Mar 2024", "2024-03-05", "day"),
        ("March 5, 2024", "2024-03-05", "day"),
        (DateCell("2024-03-05", 45356, "day"), "2024-03-05", "day"),
        ("2024年3月", "2024-03", "month"),
        ("2024.03", "2024-03", "month"),
        ("2024-3", "2024-03", "month"),
        ("202403", "2024-03", "month"),
        (2024.3, "2024-03", "month"),
        (2024.11, "2024-11", "month"),
        ("Mar 2024", "2024-03", "month"),
        (DateCell("2024-03-01", 45352, "month"), "2024-03", "month"),
        ("2024年", "2024", "year"),
        ("2024", "2024", "year"),
        (2024, "2024", "year"),
        (DateCell("2024-01-01", 45292, "year"), "2024", "year"),
    ],
)
def test_dates_that_can_be_read(cell: object, iso: str, precision: str) -> None:
    assert read_date(cell) == Day(iso, precision)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [None, "", "/", "—", "待定", "未签约", "正在洽谈", "无"])
def test_what_has_not_happened_is_unknown(cell: str | None) -> None:
    assert read_date(cell) == NO_DAY


@pytest.mark.parametrize(
    ("cell", "iso", "precision", "warning"),
    [
        ("3月5日", None, None, "date.year_missing"),
        ("3.5", None, None, "date.year_missing"),
        ("预计2024年6月", None, None, "date.planned"),
        ("2024年底前完成", None, None, "date.planned"),
        ("2024年底", "2024", "year", "date.vague"),
        ("2024年上半年", "2024", "year", "date.vague"),
        ("2024年第三季度", "2024", "year", "date.vague"),
        ("2024年3月上旬", "2024-03", "month", "date.vague"),
        ("24.3.5", "2024-03-05", "day", "date.short_year"),
        ("24年3月", "2024-03", "month", "date.short_year"),
        ("2024年春", "2024", "year", "date.vague"),
        ("去年底", None, None, "date.relative"),
        ("近期", None, None, "date.relative"),
        ("年内", None, None, "date.relative"),
    ],
)
def test_dates_that_warn(cell: str, iso: str | None, precision: str | None, warning: str) -> None:
    assert read_date(cell) == Day(iso, precision, warning=warning)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("张三", "date.unreadable"),
        (12, "date.unreadable"),
        (999999, "date.unreadable"),
        (2024.123, "date.unreadable"),
        (True, "date.unreadable"),
        (BrokenCell("#N/A"), "date.unreadable"),
        (DateCell("3024-01-01", 410543, "day"), "date.unreadable"),
        (FormulaCell("=A1"), "date.no_value"),
        ("2024.13.5", "date.impossible"),
        ("2024.2.30", "date.impossible"),
        ("2023年2月29日", "date.impossible"),
        ("20241345", "date.impossible"),
        ("1850.1.1", "date.impossible"),
        ("24.13.5", "date.impossible"),
        (2024.1, "date.ambiguous"),
        ("05/03/2024", "date.ambiguous"),
        ("2024.3-2024.5", "date.several"),
        ("2024年3-5月", "date.several"),
        ("2024.3.5；2024.6.1", "date.several"),
    ],
)
def test_dates_that_are_asked_about(cell: object, problem: str) -> None:
    assert read_date(cell) == Day(problem=problem)  # type: ignore[arg-type]
    assert "x" in str(date_text(problem, "x"))


def test_the_other_calendar_of_old_macs() -> None:
    assert read_date(43914, date1904=True).iso == "2024-03-25"
    assert read_date("43914", date1904=True).iso == "2024-03-25"


def test_a_far_future_and_a_far_past_are_said() -> None:
    today = date(2024, 6, 15)
    assert day_doubt(Day("2024-06-16", "day"), today) == "date.future"
    assert day_doubt(Day("2024-06", "month"), today) == ""
    assert day_doubt(Day("2025", "year"), today) == "date.future"
    assert day_doubt(Day("1985-01-01", "day"), today) == "date.old"
    assert day_doubt(Day("2030", "year"), None) == ""


@given(DAYS)
def test_every_day_survives_in_every_habit(day: date) -> None:
    expected = Day(day.isoformat(), "day")
    serial = (day - date(1899, 12, 30)).days
    for written in (
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month:02d}/{day.day:02d}",
        f"{day:%Y%m%d}",
        day.isoformat(),
    ):
        assert read_date(written) == expected
    assert read_date(serial) == expected
    assert read_date(serial - 1462, date1904=True) == expected
    assert date(1899, 12, 30) + timedelta(days=serial) == day


@given(DAYS)
def test_months_never_gain_a_day(day: date) -> None:
    assert read_date(f"{day.year}年{day.month}月") == Day(f"{day:%Y-%m}", "month")
    assert read_date(f"{day.year}年") == Day(f"{day:%Y}", "year")


@given(st.text(max_size=20))
def test_no_text_is_too_strange(text: str) -> None:
    day = read_date(text)
    assert day.problem == "" or day.iso is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_is_too_strange(number: float) -> None:
    day = read_date(number)
    assert day.problem == "" or day.iso is None
