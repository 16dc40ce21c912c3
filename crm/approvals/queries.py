"""Questions about approvals: the catalogue, a project's cases, the board, the calendar, how promises were kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from peewee import Case as When
from peewee import fn

from crm.accounts.models import Unit
from crm.accounts.rules import scope
from crm.approvals.models import FAR, ApprovalCase, CalendarDay, CaseStop, ClosedPark, HandedPower, Procedure
from crm.approvals.rules import OPEN, Step, Stretch, usual
from crm.core.paging import PAGE, Page, day_and_id, pack
from crm.leads.models import Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.core.actor import Actor

FRESH_SECONDS = 5.0
"""So long another process's edit of the calendar may stay unseen here."""


def catalogue(*, all_of_them: bool = False) -> list[Step]:
    """Return the procedures in force in their order: the file, over which stands what the bureau entered."""
    steps = {step.code: step for step in usual()}
    for row in Procedure.select():
        steps[row.code] = Step(
            row.code, row.name, row.unit_before, row.unit_after, row.promised_days, row.position, row.basis,
            row.active, edited=True,
        )  # fmt: skip
    found = sorted(steps.values(), key=lambda step: (step.position, step.code))
    return found if all_of_them else [step for step in found if step.active]


@dataclass(frozen=True)
class ClosedRow:
    """Since when a park operates closed (empty: it does not), and on what basis."""

    park: str
    closed_on: date | None
    basis: str


def closed_parks() -> dict[str, ClosedRow]:
    """Return what counts for each park that somebody said something about."""
    last = ClosedPark.select(fn.MAX(ClosedPark.id)).group_by(ClosedPark.park)
    rows = ClosedPark.select().where(ClosedPark.id.in_(last))
    return {row.park: ClosedRow(row.park, row.closed_on, row.basis) for row in rows}


@dataclass(frozen=True)
class PowerRow:
    """One power handed down to a park."""

    id: int
    park: str
    name: str
    procedure_code: str
    from_unit: str
    basis: str
    seal: bool
    handed_on: date
    ended_on: date | None
    note: str


def powers(park: str = "") -> list[PowerRow]:
    """Return the powers handed down, those in force first."""
    query = HandedPower.select().order_by(HandedPower.ended_on.is_null(False), HandedPower.park, HandedPower.id)
    if park:
        query = query.where(HandedPower.park == park)
    names = ("id", "park", "name", "procedure_code", "from_unit", "basis", "seal", "handed_on", "ended_on", "note")
    return [PowerRow(**{name: row[name] for name in names}) for row in query.dicts()]


@dataclass(frozen=True)
class Case:
    """One procedure of one project."""

    id: int
    lead_id: int
    code: str
    name: str
    position: int
    unit_id: int | None
    unit_name: str
    promised_days: int
    by_park: bool
    state: str
    accepted_on: date | None
    due_on: date | None
    estimated: bool
    ended_on: date | None
    used_days: int | None
    document: str
    note: str
    recorded_at: datetime
    number: str = ""
    lead_name: str = ""
    stops: tuple[Stretch, ...] = ()
    stop_reason: str = ""
    lead_open: bool = True
    """Whether the project itself may be opened: a unit also sees procedures of others' projects that wait for it."""


COLUMNS = (
    "id", "code", "name", "position", "unit_name", "promised_days", "by_park", "state", "accepted_on", "due_on",
    "estimated", "ended_on", "used_days", "document", "note", "recorded_at",
)  # fmt: skip


def case_of(row: dict[str, Any]) -> Case:
    """Return a row of the table as a case."""
    return Case(
        **{name: row[name] for name in COLUMNS}, lead_id=row["lead"], unit_id=row["unit"],
        number=row.get("number", ""), lead_name=row.get("lead_name", ""), lead_open=bool(row.get("lead_open", True)),
    )  # fmt: skip


def reach(by: Actor, permission: str = "approval.view") -> Any:
    """Return the clause of the cases in an actor's reach: those of such leads, and those of the own unit."""
    clause = visible(by, permission)
    if by.unit_id is not None and scope(by, permission) == "unit":
        return clause | (ApprovalCase.unit == by.unit_id)
    return clause


def _with_leads(by: Actor) -> Any:
    opens = When(None, ((visible(by, "approval.view"), 1),), 0).alias("lead_open")
    return ApprovalCase.select(ApprovalCase, Lead.number, Lead.name.alias("lead_name"), opens).join(Lead)


def cases_of(lead_id: int) -> list[Case]:
    """Return a project's cases in the order of the catalogue, each with its stops."""
    query = ApprovalCase.select().where(ApprovalCase.lead == lead_id)
    found = [case_of(row) for row in query.order_by(ApprovalCase.position, ApprovalCase.id).dicts()]
    return with_stops(found)


def with_stops(cases: list[Case]) -> list[Case]:
    """Return cases with the stretches in which their clocks stood still; one statement for all of them."""
    ids = [case.id for case in cases]
    stops: dict[int, list[Any]] = {}
    for row in CaseStop.select().where(CaseStop.case.in_(ids)).order_by(CaseStop.id):
        stops.setdefault(row.case_id, []).append(row)
    return [
        replace(
            case,
            stops=tuple(Stretch(row.from_on, row.to_on) for row in stops.get(case.id, ())),
            stop_reason=next((row.reason for row in stops.get(case.id, ()) if row.to_on is None), ""),
        )
        for case in cases
    ]


def case_reached(case_id: int, by: Actor, permission: str) -> Case | None:
    """Return one case that an actor's permission reaches, with its stops; None when there is none to be seen."""
    rows = list(_with_leads(by).where((ApprovalCase.id == case_id) & reach(by, permission)).dicts())
    return with_stops([case_of(rows[0])])[0] if rows else None


@dataclass(frozen=True)
class BoardAsk:
    """What the board is asked for: a state or a light, a unit, a park."""

    show: str = "running"
    unit_id: int | None = None
    park: str = ""
    cursor: str | None = None


def board(ask: BoardAsk, by: Actor, today: date) -> Page[Case]:
    """Return one page of cases, the most urgent first."""
    query = _with_leads(by).where(reach(by) & _shown(ask, today)).order_by(ApprovalCase.sort_on, ApprovalCase.id)
    after = day_and_id(ask.cursor)
    if after is not None:
        day, last = after
        query = query.where((ApprovalCase.sort_on > day) | ((ApprovalCase.sort_on == day) & (ApprovalCase.id > last)))
    rows = [case_of(row) for row in query.limit(PAGE + 1).dicts()]
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    following = pack([str(rows[-1].due_on or FAR), rows[-1].id]) if more else None
    return Page(tuple(with_stops(rows)), following, None)


def _shown(ask: BoardAsk, today: date) -> Any:
    if ask.show == "late":
        clause = (ApprovalCase.state == "running") & (ApprovalCase.due_on < today)
    elif ask.show in OPEN:
        clause = ApprovalCase.state == ask.show
    else:
        clause = ApprovalCase.state.in_(OPEN)
    if ask.unit_id is not None:
        clause &= ApprovalCase.unit == ask.unit_id
    if ask.park:
        clause &= Lead.park == ask.park
    return clause


def board_counts(by: Actor, today: date) -> dict[str, int]:
    """Return how many open cases stand in each state, and how many are late."""
    late = fn.SUM((ApprovalCase.due_on < today).cast("integer"))
    query = (
        ApprovalCase.select(ApprovalCase.state, fn.COUNT(ApprovalCase.id), late)
        .join(Lead)
        .where(reach(by) & ApprovalCase.state.in_(OPEN))
        .group_by(ApprovalCase.state)
        .tuples()
    )
    found = {"late": 0, **dict.fromkeys(OPEN, 0)}
    for state, count, behind in query:
        found[state] = count
        if state == "running":
            found["late"] = int(behind or 0)
    return found


def units_waiting(by: Actor) -> list[tuple[int, str]]:
    """Return the units that open cases wait for, by name."""
    theirs = (
        ApprovalCase.select(ApprovalCase.id)
        .join(Lead)
        .where(reach(by) & (ApprovalCase.unit == Unit.id) & ApprovalCase.state.in_(OPEN))
    )
    query = Unit.select(Unit.id, Unit.name).where(fn.EXISTS(theirs)).order_by(Unit.pinyin).tuples()
    return [(int(key), name) for key, name in query]


@dataclass(frozen=True)
class EndedRow:
    """What is needed of an ended case to judge its promise."""

    unit_name: str
    code: str
    name: str
    promised_days: int
    used_days: int


def ended_cases(by: Actor, first: date, last: date) -> list[EndedRow]:
    """Return the cases that ended in a period and whose days were counted."""
    query = (
        ApprovalCase.select(
            ApprovalCase.unit_name, ApprovalCase.code, ApprovalCase.name, ApprovalCase.promised_days,
            ApprovalCase.used_days,
        )
        .join(Lead)
        .where(
            reach(by) & ApprovalCase.used_days.is_null(False)
            & (ApprovalCase.ended_on >= first) & (ApprovalCase.ended_on <= last)
        )
        .tuples()
    )  # fmt: skip
    return [EndedRow(*row) for row in query]


def late_now(by: Actor, today: date) -> list[tuple[str, str, int]]:
    """Return unit, procedure and number of the cases that are late and still open."""
    query = (
        ApprovalCase.select(ApprovalCase.unit_name, ApprovalCase.code, fn.COUNT(ApprovalCase.id))
        .join(Lead)
        .where(reach(by) & (ApprovalCase.state == "running") & (ApprovalCase.due_on < today))
        .group_by(ApprovalCase.unit_name, ApprovalCase.code)
        .tuples()
    )
    return [(unit, code, count) for unit, code, count in query]


# --- the bureau's own calendar


@dataclass(frozen=True)
class EditedDay:
    """A day that the bureau entered."""

    day: date
    works: bool
    note: str


def edited_days(year: int) -> list[EditedDay]:
    """Return the days of a year that the bureau entered, in order."""
    rows = CalendarDay.select().where(fn.substr(CalendarDay.day.cast("text"), 1, 4) == str(year))
    return [EditedDay(row.day, row.works, row.note) for row in rows.order_by(CalendarDay.day)]


class _Calendar:
    """The edited days as this process last read them."""

    days: Mapping[date, bool] = {}
    read_at = float("-inf")


def calendar_says(day: date) -> bool | None:
    """Tell what the bureau's own calendar says of a day: worked, off, or nothing."""
    if time.monotonic() - _Calendar.read_at > FRESH_SECONDS:
        rows: Iterable[Any] = CalendarDay.select(CalendarDay.day, CalendarDay.works).tuples()
        _Calendar.days = dict(rows)
        _Calendar.read_at = time.monotonic()
    return _Calendar.days.get(day)


def forget_calendar() -> None:
    """Read the calendar anew at the next question, since somebody here has just changed it."""
    _Calendar.read_at = float("-inf")
