"""Approvals of the sample bureau: procedures on the lists of signed projects, a park that operates closed, powers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crm.approvals.operations import accept, end, go_on, list_procedures, stop
from crm.approvals.operations_rules import close_park, hand_down
from crm.approvals.queries import cases_of
from crm.core.rulebook import beside
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

LISTED_BEFORE = 2
LEADER = "guojingzhi"


def approval_steps(cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> Iterator[Step]:
    """Return what happens to approvals, each step on its own past day."""
    told = beside(__file__, "approvals.toml").tables
    leader = cast.actors[LEADER]
    closed = told["closed"]
    day = calendar.day(closed["days_ago"])
    yield Step(
        calendar.moment(closed["days_ago"]),
        lambda at: close_park(closed["park"], day, closed["basis"], by=leader, at=at),
    )
    for power in told["power"]:
        yield Step(calendar.moment(power["days_ago"]), partial(_hand_down, power, leader, calendar))
    for project in told["project"]:
        by = cast.actors[project["by"]]
        first = max(step.get("accepted", 0) for step in project["steps"]) + LISTED_BEFORE
        codes = [step["code"] for step in project["steps"]]
        yield Step(calendar.moment(first, salt=project["lead"]), partial(_list, ids, project["lead"], codes, by))
        for step in project["steps"]:
            yield from _deeds(step, partial(_case, ids, project["lead"], step["code"]), by, calendar)


def _hand_down(power: dict[str, Any], by: Actor, calendar: Calendar, at: datetime) -> None:
    values = {
        "park": power["park"], "name": power["name"], "procedure_code": power["procedure"], "seal": power["seal"],
        "from_unit": power["from_unit"], "basis": power["basis"], "handed_on": calendar.day(power["days_ago"]),
    }  # fmt: skip
    hand_down(values, by=by, at=at)


def _list(ids: Mapping[str, int], lead: str, codes: list[str], by: Actor, at: datetime) -> None:
    list_procedures(ids[lead], codes, by=by, at=at)


def _case(ids: Mapping[str, int], lead: str, code: str) -> int:
    return next(case.id for case in cases_of(ids[lead]) if case.code == code)


def _deeds(step: dict[str, Any], case: Any, by: Actor, calendar: Calendar) -> Iterator[Step]:
    salt = step["code"]
    if "accepted" in step:
        day = calendar.day(step["accepted"])
        yield Step(calendar.moment(step["accepted"], 1, salt),
                   lambda at: accept(case(), day, by=by, at=at, estimate_ok=True))  # fmt: skip
    if "stopped" in step:
        since = calendar.day(step["stopped"])
        yield Step(calendar.moment(step["stopped"], 2, salt),
                   lambda at: stop(case(), since, step["reason"], by=by, at=at))  # fmt: skip
    if "on" in step:
        on = calendar.day(step["on"])
        yield Step(calendar.moment(step["on"], 3, salt),
                   lambda at: go_on(case(), on, by=by, at=at, estimate_ok=True))  # fmt: skip
    if "ended" in step:
        until = calendar.day(step["ended"])
        yield Step(calendar.moment(step["ended"], 4, salt),
                   lambda at: end(case(), until, "granted", step["document"], by=by, at=at))  # fmt: skip
