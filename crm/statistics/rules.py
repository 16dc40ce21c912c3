"""What is counted of an enterprise each month, where a figure may come from, and what a month is."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FEN_PER_WAN = 1_000_000
MONTH = re.compile(r"(\d{4})(?:[-./年](0?[1-9]|1[0-2])月?|(0[1-9]|1[0-2]))", re.ASCII)
EARLIEST_YEAR = 2000
LAST_DUE_DAY = 28
MONTHS = 12


@dataclass(frozen=True)
class Measure:
    """One figure of a month: the column that keeps it, its name, its unit, and how it is typed."""

    name: str
    label: Text
    unit: Text
    kind: str


MEASURES = (
    Measure("revenue_fen", say("Revenue"), say("10k yuan"), "money"),
    Measure("output_fen", say("Output"), say("10k yuan"), "money"),
    Measure("electricity_kwh", say("Electricity"), say("kWh"), "count"),
    Measure("tax_fen", say("Tax"), say("10k yuan"), "money"),
    Measure("sand_ct", say("Sand and gravel"), say("tonnes"), "hundredths"),
    Measure("investment_fen", say("Investment"), say("10k yuan"), "money"),
)
MEASURE = {measure.name: measure for measure in MEASURES}
NAMES = tuple(MEASURE)
INDICATORS = {
    "industry_output": say("Industrial output of the city"),
    "industry_revenue": say("Industrial revenue of the city"),
    "industry_tax": say("Industrial tax of the city"),
    "industry_investment": say("Industrial investment of the city"),
}
"""Totals of the whole city, and by the same measure what the parks add to them."""
INDICATOR_MEASURES = {
    "industry_output": "output_fen",
    "industry_revenue": "revenue_fen",
    "industry_tax": "tax_fen",
    "industry_investment": "investment_fen",
}


@dataclass(frozen=True)
class Origin:
    """A kind of source; a protected one cannot be taken in."""

    code: str
    label: Text
    protected: bool = False


@dataclass(frozen=True)
class Pair:
    """Two figures that should move together, and over how many months they are summed."""

    code: str
    label: Text
    over: str
    under: str
    months: int
    least_over: int
    least_under: int
    """From these sizes on, one figure without the other is asked about."""


@dataclass(frozen=True)
class Review:
    """When a ratio is far from what is usual, and from how many figures on that can be said."""

    deviations: float
    times: float
    least_spread_percent: int
    history_months: int
    history_least: int
    history_small: int
    industry_least: int
    industry_small: int


@dataclass(frozen=True)
class StatisticsRules:
    """The table of this room, checked."""

    version: str
    basis: str
    due_day: int
    remind_days: int
    look_back_months: int
    sources: Mapping[str, Origin]
    pairs: tuple[Pair, ...]
    question_months: int
    review: Review
    scale_fen: int
    scale_sections: tuple[str, ...]
    voucher_fen: int
    voucher_quiet_months: int
    voucher_excess_percent: int


@lru_cache
def statistics_rules() -> StatisticsRules:
    """Return the rules of this bureau; a broken table is refused by name."""
    return read_rules(beside(__file__, "statistics.toml"))


def read_rules(book: Rulebook) -> StatisticsRules:
    """Read a table; refuses what is missing, what is no sensible number, and a pair of unknown figures."""
    tables: Any = book.tables
    try:
        returns, review, scale, vouchers = (tables[name] for name in ("returns", "review", "scale", "vouchers"))
        sources = [Origin(row["code"], Text(row["label"]), bool(row.get("protected"))) for row in tables["source"]]
        found = StatisticsRules(
            book.version, book.basis, returns["due_day"], returns["remind_days"], returns["look_back_months"],
            {source.code: source for source in sources},
            tuple(Pair(row["code"], Text(row["label"]), row["over"], row["under"], row["months"],
                       row["least_over_wan"] * FEN_PER_WAN, row["least_under"])
                  for row in tables["pair"]),
            tables["questions"]["months"], Review(**review), scale["revenue_wan"] * FEN_PER_WAN,
            tuple(scale["sections"]),
            vouchers["from_wan"] * FEN_PER_WAN, vouchers["quiet_months"], vouchers["excess_percent"],
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        message = f"{book.name}: missing {error}"
        raise BrokenRules(message) from error
    _sound(book.name, found)
    return found


def _sound(name: str, found: StatisticsRules) -> None:
    review = found.review
    numbers = (
        found.due_day, found.look_back_months, review.deviations, review.least_spread_percent, review.history_months,
        review.history_least, review.industry_least, found.scale_fen, found.voucher_fen, found.voucher_quiet_months,
        found.question_months, *(pair.months for pair in found.pairs),
    )  # fmt: skip
    wrong = [value for value in numbers if type(value) not in (int, float) or value <= 0]
    unknown = [pair.code for pair in found.pairs if pair.over not in MEASURE or pair.under not in MEASURE]
    if wrong or unknown or found.due_day > LAST_DUE_DAY or review.times <= 1 or not open_sources(found):
        message = f"{name}: {wrong or unknown or 'a number lies outside what makes sense'}"
        raise BrokenRules(message)


def open_sources(rules: StatisticsRules | None = None) -> list[Origin]:
    """Return the sources whose figures may be taken in."""
    return [source for source in (rules or statistics_rules()).sources.values() if not source.protected]


def source_label(code: str) -> Text:
    """Return the words of a source; one that the table no longer has shows as itself."""
    known = statistics_rules().sources.get(code)
    return known.label if known else say("%(code)s", code=code or "—")


def source_findings(code: str, field: str = "source") -> list[Finding]:
    """Return why figures of a source cannot be taken in: nobody knows it, or the statistics law protects it."""
    known = statistics_rules().sources.get(code)
    if known is None:
        return [Finding("source.unknown", say("Name where the figures come from."), field)]
    if known.protected:
        text = say(
            "Returns under the Statistics Law stay with the statistics office: they are not taken in here. "
            "Ask the enterprise for its own figures, and name that as the source."
        )
        return [Finding("source.protected", text, field)]
    return []


# --- months


def month_of(day: date) -> str:
    """Return the month of a day as it is kept: 2026-10."""
    return f"{day.year:04d}-{day.month:02d}"


def read_month(text: str) -> str:
    """Read a month as people type it (2026-10, 2026年10月, 2026.10, 202610); raises ValueError when it is none."""
    found = MONTH.fullmatch(text.strip())
    if not found or int(found[1]) < EARLIEST_YEAR:
        raise ValueError(text)
    return f"{found[1]}-{int(found[2] or found[3]):02d}"


@lru_cache(maxsize=16_384)
def shift(month: str, by: int) -> str:
    """Return the month so many months later (or earlier)."""
    count = int(month[:4]) * MONTHS + int(month[5:]) - 1 + by
    return f"{count // MONTHS:04d}-{count % MONTHS + 1:02d}"


def months_between(first: str, last: str) -> Iterator[str]:
    """Give every month from one to another, both included."""
    while first <= last:
        yield first
        first = shift(first, 1)


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


@lru_cache(maxsize=4096)
def last_day(month: str) -> date:
    """Return the last day of a month."""
    start = first_day(month)
    return start.replace(day=monthrange(start.year, start.month)[1])


def last_over(day: date) -> str:
    """Return the last month that is over by the end of a day."""
    month = month_of(day)
    return month if last_day(month) == day else shift(month, -1)


def due_on(month: str) -> date:
    """Return the day by which a month's figures are due."""
    following = first_day(shift(month, 1))
    return following.replace(day=statistics_rules().due_day)


def owes(month: str, entered_on: date | None, left_on: date | None) -> bool:
    """Tell whether an enterprise owes the figures of a month: it was here on the month's last day."""
    end = last_day(month)
    return (entered_on is None or entered_on <= end) and (left_on is None or left_on > end)
