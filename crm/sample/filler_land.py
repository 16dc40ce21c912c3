"""Land of the sample bureau: quotas of the parks, parcels of projects, their milestones on their own past days."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crm.core.rulebook import beside
from crm.land.operations import enter_parcel, finish_step, grant, set_quota
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

LEADER = "guojingzhi"
CMU = 100
WORDS = "台账与影像在册（样例）"
GRANTED = "西府土〔样例〕供地批复"


def land_steps(cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> Iterator[Step]:
    """Return what happens to land."""
    told = beside(__file__, "land.toml").tables
    year = calendar.today.year
    for one in told["quota"]:
        yield Step(calendar.moment(one["days_ago"], salt=one["park"]), partial(_quota, one, year, cast))
    for one in told["parcel"]:
        made: dict[str, int] = {}
        name, by = one["name"], cast.actors[one["by"]]
        yield Step(calendar.moment(one["days_ago"], salt=name), partial(_enter, one, made, year, cast, calendar, ids))
        for code, ago in one["done"].items():
            day = calendar.day(ago)
            yield Step(calendar.moment(ago, 1, name + code), partial(_finish, made, code, day, by))
        if "granted" in one:
            values = {"granted_cmu": one["granted"] * CMU, "granted_on": calendar.day(one["granted_ago"]),
                      "document": GRANTED}  # fmt: skip
            yield Step(calendar.moment(one["granted_ago"], 2, name), partial(_grant, made, values, by))


def _quota(one: dict[str, Any], year: int, cast: Cast, at: datetime) -> None:
    set_quota(one["park"], year, one["mu"] * CMU, one["basis"], by=cast.actors[LEADER], at=at)


def _enter(one: dict[str, Any], made: dict[str, int], year: int, cast: Cast, calendar: Calendar,
           ids: Mapping[str, int], at: datetime) -> None:  # fmt: skip
    values = {
        "name": one["name"], "park": one["park"], "township": one["township"], "year": year,
        "asked_cmu": one["mu"] * CMU, "asked_on": calendar.day(one["days_ago"]), "note": "",
        "lead_id": ids.get(one.get("lead", "")),
    }  # fmt: skip
    made["id"] = enter_parcel(values, by=cast.actors[one["by"]], at=at)


def _finish(made: dict[str, int], code: str, day: Any, by: Any, at: datetime) -> None:
    finish_step(made["id"], code, day, WORDS, by=by, at=at)


def _grant(made: dict[str, int], values: dict[str, Any], by: Any, at: datetime) -> None:
    grant(made["id"], values, by=by, at=at)
