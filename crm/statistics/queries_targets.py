"""What the targets for the parks are measured by: sums over the register, the year before, and the city's totals."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import SQL, Case, fn

from crm.core.clock import end_of_day
from crm.profile.rules import dictionary
from crm.statistics.models import CityTotal, Enterprise, EnterpriseFact, MonthlyReturn
from crm.statistics.rules import (
    INDICATOR_MEASURES,
    INDICATORS,
    MONTHS,
    due_on,
    months_between,
    owes,
    statistics_rules,
)
from crm.statistics.rules_targets import MAIN, EnterpriseYear, Growth, ParkYear, Share, Sum, TargetFigures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

__all__ = ["TargetFigures", "standing", "target_figures"]

NOW, BEFORE, REST = "now", "before", "rest"
LATEST = date(9998, 12, 31)


def standing(table: Any, known: date | None = None) -> Any:
    """Return the clause of the versions that stand, or that stood at the end of a past day (as known on)."""
    if known is None:
        return table.superseded_at.is_null()
    moment: datetime = end_of_day(known)
    return (table.recorded_at < moment) & (table.superseded_at.is_null() | (table.superseded_at >= moment))


def target_figures(year: int, *, as_of: date, known: date | None = None) -> TargetFigures:
    """Return what the targets are measured by: a year's months due by a day, as known now or on another day."""
    through = _through(year, as_of)
    members = _members(as_of, known)
    sums = _sums(year, through, known)
    owed = {
        (id_, part): sum(owes(month, entered, left) for month in months)
        for part, months in ((NOW, _months(year, through)), (BEFORE, _months(year - 1, through)))
        for id_, (_name, _park, entered, left) in members.items()
    }
    alike = _alike(year, through, known)

    def added(ids: Iterable[int], part: str, measure: str) -> Sum:
        values = [(sums.get((id_, part), {}).get(measure), owed[id_, part]) for id_ in ids]
        told = [value[0] for value, _owed in values if value and value[1]]
        many = sum(min(value[1], one) for value, one in values if value)
        return Sum(sum(told) if told else None, many, sum(one for _value, one in values))

    growth = tuple(
        Growth(measure, added(members, NOW, measure), added(members, BEFORE, measure), *_alike_sum(alike, measure))
        for measure in MAIN
    )
    parks = []
    for park in dictionary("parks"):
        ids = [id_ for id_, (_name, where, _entered, _left) in members.items() if where == park]
        present = sum(owed[id_, NOW] > 0 for id_ in ids)
        now, before = ({measure: added(ids, part, measure) for measure in MAIN} for part in (NOW, BEFORE))
        both = {measure: _alike_sum(alike, measure, ids)[:2] for measure in MAIN}
        parks.append(ParkYear(park, present, now, before, both))
    revenue = growth[0].now
    return TargetFigures(
        year, as_of, through, tuple(_ranked(members, sums, owed)), growth,
        tuple(_shares(year, through, members, known)), tuple(parks), revenue.owed, revenue.known,
        tuple(_sources(year, through, known)), statistics_rules().version,
    )  # fmt: skip


def _through(year: int, as_of: date) -> int:
    """Return the last month of a year whose figures are due by a day."""
    return sum(due_on(f"{year}-{month:02d}") <= as_of for month in range(1, MONTHS + 1))


def _months(year: int, through: int) -> list[str]:
    return list(months_between(f"{year}-01", f"{year}-{through:02d}")) if through else []


def _members(as_of: date, known: date | None) -> dict[int, tuple[str, str, date | None, date | None]]:
    """Return every enterprise with the park it was in on the day, and the days it came and went."""
    then = (
        EnterpriseFact.select(EnterpriseFact.value)
        .where(
            (EnterpriseFact.enterprise == Enterprise.id) & (EnterpriseFact.fact == "park")
            & (EnterpriseFact.happened_on <= as_of) & (EnterpriseFact.recorded_at < end_of_day(known or LATEST))
        )
        .order_by(EnterpriseFact.happened_on.desc(), EnterpriseFact.id.desc())
        .limit(1)
    )  # fmt: skip
    query: Any = Enterprise.select(
        Enterprise.id, Enterprise.name, fn.COALESCE(then, Enterprise.park), Enterprise.entered_on, Enterprise.left_on
    )
    if known is not None:
        query = query.where(Enterprise.recorded_at < end_of_day(known))
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in query.tuples()}


def _sums(year: int, through: int, known: date | None) -> dict[tuple[int, str], dict[str, tuple[int, int]]]:
    """Return per enterprise and part of time each measure's sum and number of values."""
    first, last = f"{year}-01", f"{year}-{through:02d}"
    before_last = f"{year - 1}-{through:02d}"
    part = Case(None, ((MonthlyReturn.month >= first, NOW), (MonthlyReturn.month <= before_last, BEFORE)), REST)
    columns = [fn.SUM(getattr(MonthlyReturn, name)) for name in MAIN]
    counts = [fn.COUNT(getattr(MonthlyReturn, name)) for name in MAIN]
    query: Any = (
        MonthlyReturn.select(MonthlyReturn.enterprise, part.alias("part"), *columns, *counts)
        .where(MonthlyReturn.month.between(f"{year - 1}-01", last) & standing(MonthlyReturn, known))
        .group_by(MonthlyReturn.enterprise, SQL("part"))  # PostgreSQL takes repeated parameters for another term
    )
    found = {}
    for id_, which, *values in query.tuples():
        told, many = values[: len(MAIN)], values[len(MAIN) :]
        found[id_, which] = {name: (int(told[at] or 0), many[at]) for at, name in enumerate(MAIN)}
    return found


Alike = dict[int, dict[str, tuple[int | None, int | None, int]]]
"""Per enterprise and measure both years' sums over the months that it knows in both, and how many those are."""


def _alike(year: int, through: int, known: date | None) -> Alike:
    """Return what each enterprise made in the months that it knows in both years; one statement."""
    if not through:
        return {}
    old: Any = MonthlyReturn.alias()
    same = (old.enterprise == MonthlyReturn.enterprise) & (
        fn.SUBSTR(old.month, 6, 2) == fn.SUBSTR(MonthlyReturn.month, 6, 2)
    )
    columns: list[Any] = []
    for name in MAIN:
        new_value, old_value = getattr(MonthlyReturn, name), getattr(old, name)
        both = new_value.is_null(False) & old_value.is_null(False)
        columns += [fn.SUM(Case(None, ((both, new_value),), None)), fn.SUM(Case(None, ((both, old_value),), None)),
                    fn.COUNT(Case(None, ((both, 1),), None))]  # fmt: skip
    query: Any = (
        MonthlyReturn.select(MonthlyReturn.enterprise, *columns)
        .join(old, on=same)
        .where(
            MonthlyReturn.month.between(f"{year}-01", f"{year}-{through:02d}") & standing(MonthlyReturn, known)
            & old.month.between(f"{year - 1}-01", f"{year - 1}-{through:02d}") & standing(old, known)
        )
        .group_by(MonthlyReturn.enterprise)
    )  # fmt: skip
    found: Alike = {}
    for id_, *row in query.tuples():
        told = [None if value is None else int(value) for value in row]
        found[id_] = {
            name: (told[3 * at], told[3 * at + 1], told[3 * at + 2] or 0) for at, name in enumerate(MAIN)
        }
    return found


def _alike_sum(alike: Alike, measure: str, ids: Iterable[int] | None = None) -> tuple[int | None, int | None, int]:
    """Add up what some enterprises made in the months that they know in both years; None where there is none."""
    rows = [row[measure] for id_, row in alike.items() if ids is None or id_ in ids]
    told = [row for row in rows if row[0] is not None and row[1] is not None]
    if not told:
        return None, None, 0
    return sum(row[0] or 0 for row in told), sum(row[1] or 0 for row in told), sum(row[2] for row in told)


def _ranked(members: dict[int, Any], sums: dict[tuple[int, str], dict[str, tuple[int, int]]],
            owed: dict[tuple[int, str], int]) -> list[EnterpriseYear]:  # fmt: skip
    """Return the enterprises whose revenue is known, the largest first."""
    found = []
    for id_, (name, park, _entered, _left) in members.items():
        fen, many = sums.get((id_, NOW), {}).get("revenue_fen", (0, 0))
        rest, rest_many = sums.get((id_, REST), {}).get("revenue_fen", (0, 0))
        if many:
            twelve = fen + rest if many + rest_many == MONTHS else None
            found.append(EnterpriseYear(id_, name, park, Sum(fen, many, owed[id_, NOW]), twelve))
    return sorted(found, key=lambda one: (-(one.revenue.fen or 0), one.id))


def _shares(year: int, through: int, members: dict[int, Any], known: date | None) -> list[Share]:
    """Return the parks' part of each total of the city: of the latest one that is not ahead of the parks."""
    query: Any = (
        CityTotal.select(CityTotal.indicator, CityTotal.through, CityTotal.amount_fen, CityTotal.source)
        .where((CityTotal.year == year) & (CityTotal.through <= through) & standing(CityTotal, known))
        .order_by(CityTotal.through)
    )
    latest = {indicator: (month, fen, source) for indicator, month, fen, source in query.tuples()}
    wanted = {indicator: latest[indicator] for indicator in INDICATORS if indicator in latest}
    parks = _parks_through({told[0] for told in wanted.values()}, year, known)
    return [
        Share(indicator, _share_sum(parks[month], INDICATOR_MEASURES[indicator], members, _months(year, month)),
              fen, month, source)
        for indicator, (month, fen, source) in wanted.items()
    ]  # fmt: skip


def _parks_through(months: set[int], year: int, known: date | None) -> dict[int, dict[str, tuple[int, int]]]:
    """Return the parks' sums up to each of some months; one statement whatever their number."""
    if not months:
        return {}
    query: Any = (
        MonthlyReturn.select(
            MonthlyReturn.month, *(fn.SUM(getattr(MonthlyReturn, name)) for name in MAIN),
            *(fn.COUNT(getattr(MonthlyReturn, name)) for name in MAIN),
        )
        .where(MonthlyReturn.month.between(f"{year}-01", f"{year}-{max(months):02d}") & standing(MonthlyReturn, known))
        .group_by(MonthlyReturn.month)
    )  # fmt: skip
    found: dict[int, dict[str, tuple[int, int]]] = {month: defaultdict(lambda: (0, 0)) for month in months}
    for month, *values in query.tuples():
        for until in months:
            if int(month[5:]) <= until:
                for at, name in enumerate(MAIN):
                    fen, many = found[until][name]
                    found[until][name] = (fen + int(values[at] or 0), many + values[at + len(MAIN)])
    return found


def _share_sum(told: dict[str, tuple[int, int]], measure: str, members: dict[int, Any], months: Sequence[str]) -> Sum:
    fen, many = told[measure]
    wanted = sum(owes(month, entered, left) for month in months for _n, _p, entered, left in members.values())
    return Sum(fen if many else None, many, wanted)


def _sources(year: int, through: int, known: date | None) -> list[tuple[str, int]]:
    query: Any = (
        MonthlyReturn.select(MonthlyReturn.source, fn.COUNT(MonthlyReturn.id).alias("n"))
        .where(MonthlyReturn.month.between(f"{year}-01", f"{year}-{through:02d}") & standing(MonthlyReturn, known))
        .group_by(MonthlyReturn.source)
    )
    return sorted(((code, many) for code, many in query.tuples()), key=lambda row: (-row[1], row[0]))
