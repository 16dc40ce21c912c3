"""Matters of the sample bureau: decisions, requests, a complaint and needs of talents, each on its own past days."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crm.core.rulebook import beside
from crm.sample.filler_calendar import Step
from crm.services.operations import answer, close, raise_matter, tell_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast


def matter_steps(cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> Iterator[Step]:
    """Return what happens to matters."""
    made: dict[str, int] = {}
    for told in beside(__file__, "matters.toml").tables["matter"]:
        title = told["title"]
        yield Step(calendar.moment(told["days_ago"], salt=title), partial(_raise, told, cast, calendar, ids, made))
        for one in told.get("progress", ()):
            yield Step(calendar.moment(one["days_ago"], 1, title), partial(_progress, made, title, one, cast))
        if "answer" in told:
            yield Step(calendar.moment(told["answer"]["days_ago"], 2, title),
                       partial(_answer, made, title, told["answer"], cast))  # fmt: skip
        if "close" in told:
            yield Step(calendar.moment(told["close"]["days_ago"], 3, title),
                       partial(_close, made, title, told["close"], cast))  # fmt: skip


def _raise(told: dict[str, Any], cast: Cast, calendar: Calendar, ids: Mapping[str, int], made: dict[str, int],
           at: datetime) -> None:  # fmt: skip
    values = {
        "category": told["category"], "kind": told["kind"], "title": told["title"], "source": told["source"],
        "owner_unit_id": cast.units[told["owner"]], "about_unit_id": cast.units.get(told.get("about", "")),
        "lead_id": ids.get(told.get("lead", "")), "raised_on": calendar.day(told["days_ago"]),
        "due_on": calendar.day(told["due"]), "detail": "",
    }  # fmt: skip
    made[told["title"]] = raise_matter(values, by=cast.actors[told["by"]], at=at)


def _progress(made: dict[str, int], title: str, one: dict[str, Any], cast: Cast, at: datetime) -> None:
    tell_progress(made[title], one["text"], by=cast.actors[one["by"]], at=at)


def _answer(made: dict[str, int], title: str, one: dict[str, Any], cast: Cast, at: datetime) -> None:
    answer(made[title], one["text"], by=cast.actors[one["by"]], at=at)


def _close(made: dict[str, int], title: str, one: dict[str, Any], cast: Cast, at: datetime) -> None:
    close(made[title], one["rating"], "", by=cast.actors[one["by"]], at=at)
