"""The cooperation and the parks of the sample bureau: judgements, works, an agreement, leaders, months closed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from crm.cooperation.operations import add_agreement, add_contact, add_works, judge_standard, record_progress
from crm.core.clock import noon
from crm.core.money import FEN_PER_WAN
from crm.core.rulebook import beside
from crm.files.operations import store_evidence
from crm.reports.operations_closes import close_month
from crm.reports.operations_parks import name_leader
from crm.sample.filler_calendar import Step
from crm.sample.filler_papers import paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

OFFICER, LEADER = "zhoulincheng", "guojingzhi"
CONTACTS_DAYS_AGO = 250
MONTHS_CLOSED = 3
BPS = 100


def cooperation_steps(cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return what happens to the cooperation and the parks, each step on its own past day."""
    told = beside(__file__, "cooperation.toml").tables
    officer, leader = cast.actors[OFFICER], cast.actors[LEADER]
    for one in told["contact"]:
        yield Step(calendar.moment(CONTACTS_DAYS_AGO, salt=one["name"]), partial(_contact, one, officer))
    for one in told["standard"]:
        day = calendar.moment(one["days_ago"], salt=one["code"])
        yield Step(day, partial(_standard, one, officer, calendar))
    for one in told["works"]:
        yield from _works(one, officer, calendar)
    for one in told["agreement"]:
        yield Step(calendar.moment(one["starts_days_ago"]), partial(_agreement, one, officer, calendar))
    for one in told["leader"]:
        day = calendar.moment(one["days_ago"], salt=one["park"] + one["duty"])
        yield Step(day, partial(_leader, one, leader, calendar))
    yield from _closings(leader, calendar)


def _closings(leader: Actor, calendar: Calendar) -> Iterator[Step]:
    """Close the last months, each on the third day after its end, as it was known then."""
    last = calendar.today.replace(day=1) - timedelta(days=1)
    for _ in range(MONTHS_CLOSED):
        moment = min(noon(last + timedelta(days=3)), calendar.now)
        yield Step(moment, partial(_close, f"{last:%Y-%m}", leader))
        last = last.replace(day=1) - timedelta(days=1)


def _close(month: str, by: Actor, at: datetime) -> None:
    close_month(month, by=by, at=at)


def _contact(one: dict[str, Any], by: Actor, at: datetime) -> None:
    add_contact(one, by=by, at=at)


def _standard(one: dict[str, Any], by: Actor, calendar: Calendar, at: datetime) -> None:
    title = "成凉合作进展说明（示例）"
    file_id = store_evidence(paper(title, [one["evidence"]]), name=f"{title}.pdf", by=by, at=at)
    values = {
        "standard": one["code"], "verdict": one["verdict"], "happened_on": calendar.day(one["days_ago"]),
        "evidence": one["evidence"], "next_step": one.get("next", ""),
    }  # fmt: skip
    judge_standard(values, file_id=file_id, by=by, at=at)


def _works(one: dict[str, Any], by: Actor, calendar: Calendar) -> Iterator[Step]:
    made: list[int] = []
    values = {
        "name": one["name"], "kind": one["kind"], "park": one["park"], "basis": one["basis"], "note": "",
        "planned_on": calendar.day(-one["planned_days_ahead"]),
        **{f"{side}_fen": _fen(one.get(f"{side}_wan")) for side in ("total", "ours", "theirs")},
    }  # fmt: skip
    first = max(step["days_ago"] for step in one["progress"]) + 1
    yield Step(calendar.moment(first, salt=one["name"]), lambda at: made.append(add_works(values, by=by, at=at)))
    for step in one["progress"]:
        yield Step(calendar.moment(step["days_ago"], 1, one["name"]), partial(_progress, made, step, by, calendar))


def _progress(made: list[int], step: dict[str, Any], by: Actor, calendar: Calendar, at: datetime) -> None:
    values = {
        "happened_on": calendar.day(step["days_ago"]), "percent": step["percent"], "note": step["note"],
        "ours_paid_fen": _fen(step.get("ours_wan")), "theirs_paid_fen": _fen(step.get("theirs_wan")),
    }  # fmt: skip
    record_progress(made[0], values, by=by, at=at)


def _agreement(one: dict[str, Any], by: Actor, calendar: Calendar, at: datetime) -> None:
    file_id = store_evidence(paper(one["title"], [one["document_no"], one["legal_basis"]]),
                             name=f"{one['title']}.pdf", by=by, at=at)  # fmt: skip
    values = {
        "title": one["title"], "ours": one["ours"], "theirs": one["theirs"], "item": one["item"],
        "ours_bps": one["ours_percent"] * BPS, "theirs_bps": one["theirs_percent"] * BPS,
        "starts_on": calendar.day(one["starts_days_ago"]), "ends_on": calendar.day(-one["ends_days_ahead"]),
        "document_no": one["document_no"], "legal_basis": one["legal_basis"],
    }  # fmt: skip
    add_agreement(values, file_id=file_id, by=by, at=at)


def _leader(one: dict[str, Any], by: Actor, calendar: Calendar, at: datetime) -> None:
    values = {**one, "from_on": calendar.day(one["days_ago"])}
    name_leader(one["park"], values, by=by, at=at)


def _fen(wan: int | None) -> int | None:
    return None if wan is None else wan * FEN_PER_WAN
