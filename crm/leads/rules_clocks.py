"""The clocks of a project as data: how long it may be silent, when it is behind its plan, when statistics miss it."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Mapping

Light = Literal["red", "yellow", "calm"]
FEN_PER_WAN = 1_000_000
POINTS = 100
LONGEST = 3650
SILENT_STAGES = ("lead", "qualified", "negotiating", "signed", "started")


@dataclass(frozen=True)
class Clocks:
    """The table of clocks, checked."""

    version: str
    basis: str
    answer_days: int
    judge_days: int
    feed_back_days: int
    remind_days: int
    silence: Mapping[str, int]
    plan_yellow: int
    plan_red: int
    start_red_months: int
    statistics_yellow_months: int
    statistics_red_months: int
    statistics_from_fen: int


@lru_cache
def clocks() -> Clocks:
    """Return the clocks of this bureau; a broken table is refused by name."""
    return read_clocks(beside(__file__, "clocks.toml"))


def read_clocks(book: Rulebook) -> Clocks:
    """Read a table of clocks; refuses what is missing, what is no number of days, and what runs backwards."""
    tables: Any = book.tables
    try:
        work, plan, statistics = tables["working_days"], tables["plan"], tables["statistics"]
        found = Clocks(
            book.version, book.basis, work["answer"], work["judge"], work["feed_back"],
            tables["silence"]["remind_days"], {stage: tables["silence"][stage] for stage in SILENT_STAGES},
            plan["yellow_points"], plan["red_points"], tables["start"]["red_months"],
            statistics["yellow_months"], statistics["red_months"], statistics["from_wan"] * FEN_PER_WAN,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        message = f"{book.name}: missing {error}"
        raise BrokenRules(message) from error
    numbers = (
        found.answer_days, found.judge_days, found.feed_back_days, found.remind_days, *found.silence.values(),
        found.plan_yellow, found.plan_red, found.start_red_months, found.statistics_yellow_months,
        found.statistics_red_months,
    )  # fmt: skip
    wrong = [value for value in numbers if type(value) is not int or not 0 < value <= LONGEST]
    backwards = found.plan_yellow > found.plan_red or found.statistics_yellow_months > found.statistics_red_months
    if wrong or backwards:
        message = f"{book.name}: {wrong or 'yellow comes after red'}"
        raise BrokenRules(message)
    return found


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_before(day: date, months: int) -> date:
    """Return the latest day that is at least so many months before another."""
    return months_after(day, -months)


def planned_by(plan: Mapping[int, int], day: date) -> int:
    """Return how much of a yearly plan is planned by a day; a running year counts by its days."""
    whole = sum(fen for year, fen in plan.items() if year < day.year)
    days = 366 if isleap(day.year) else 365
    return whole + plan.get(day.year, 0) * day.timetuple().tm_yday // days


def points_behind(plan: Mapping[int, int], in_place_fen: int, day: date) -> int:
    """Return how many points of the whole plan the money in place lags behind what is planned by a day; never below 0.

    An unfinished tenth of a point does not count against a project, so the result is cut, not rounded.
    """
    total = sum(plan.values())
    lag = planned_by(plan, day) - in_place_fen
    return max(0, lag * POINTS // total) if total > 0 and lag > 0 else 0


def plan_light(points: int) -> Light:
    """Return the light of a lag behind the plan: 10 to 30 points yellow, more red."""
    if points > clocks().plan_red:
        return "red"
    return "yellow" if points >= clocks().plan_yellow else "calm"


def start_light(agreed_on: date, today: date) -> Light:
    """Return the light of a start that is agreed and has not happened."""
    if today >= months_after(agreed_on, clocks().start_red_months):
        return "red"
    return "yellow" if today > agreed_on else "calm"


def statistics_light(started_on: date, today: date) -> Light:
    """Return the light of a started project that statistics do not have yet."""
    if today >= months_after(started_on, clocks().statistics_red_months):
        return "red"
    return "yellow" if today >= months_after(started_on, clocks().statistics_yellow_months) else "calm"
