"""What time it is: naive UTC inside, Shanghai dates for business."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no summer time, so a fixed offset is exact for all dates the product meets."""


def now() -> datetime:
    """Return the present moment as naive UTC, without microseconds below milliseconds."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def shanghai_date(moment: datetime) -> date:
    """Return the Shanghai calendar date of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI).date()


def shanghai_time(moment: datetime) -> datetime:
    """Return the Shanghai wall-clock time of a naive UTC moment (aware)."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI)


def today() -> date:
    """Return today's Shanghai date."""
    return shanghai_date(now())


def end_of_day(day: date) -> datetime:
    """Return the naive UTC moment of 24:00 Shanghai time on that day (exclusive bound for as-of questions)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def noon(day: date) -> datetime:
    """Return naive UTC of noon in Shanghai on that day, for entries that know only their date."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI).astimezone(UTC).replace(tzinfo=None)
