"""Questions about matters: the board, one matter with all that happened, those of a project, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, fn

from crm.accounts.models import Person, Unit
from crm.accounts.rules import scope
from crm.core.paging import PAGE, Page, day_and_id, pack
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.services.models import Matter, MatterStep

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


@dataclass(frozen=True)
class MatterRow:
    """One matter with the names around it."""

    id: int
    category: str
    kind: str
    title: str
    detail: str
    source: str
    lead_id: int | None
    lead_number: str
    lead_name: str
    about_unit_id: int | None
    about_unit: str
    owner_unit_id: int
    owner_unit: str
    owner_id: int | None
    owner: str
    raised_on: date
    due_on: date
    state: str
    answer: str
    answered_on: date | None
    answered_by: str
    answered_by_id: int | None
    closed_on: date | None
    rating: str
    recorded_unit_id: int | None


@dataclass(frozen=True)
class StepRow:
    """One thing that happened to a matter."""

    kind: str
    text: str
    old: str
    new: str
    by_name: str
    at: datetime


def reach(by: Actor, permission: str = "matter.view") -> Any:
    """Return the clause of the matters in an actor's reach.

    A unit sees what it owns, what it entered and what concerns its projects, but never a complaint about itself.
    """
    extent = scope(by, permission)
    if extent == "all":
        return SQL("1 = 1")
    if extent != "unit" or by.unit_id is None:
        return SQL("1 = 0")
    leads = Lead.select(Lead.id).where(visible(by))
    own = (Matter.owner_unit == by.unit_id) | (Matter.recorded_unit == by.unit_id) | Matter.lead.in_(leads)
    about_us = (Matter.category == "complaint") & Matter.about_unit.is_null(False) & (Matter.about_unit == by.unit_id)
    return own & ~about_us


def _base() -> Any:
    about, owning, answering = Unit.alias(), Unit.alias(), Person.alias()
    return (
        Matter.select(
            Matter, Lead.number.alias("lead_number"), Lead.name.alias("lead_name"), about.name.alias("about_name"),
            owning.name.alias("owner_unit_name"), Person.name.alias("owner_name"), answering.name.alias("answerer"),
        )
        .left_outer_join(Lead, on=(Matter.lead == Lead.id))
        .switch(Matter)
        .left_outer_join(about, on=(Matter.about_unit == about.id))
        .switch(Matter)
        .join(owning, on=(Matter.owner_unit == owning.id))
        .switch(Matter)
        .left_outer_join(Person, on=(Matter.owner == Person.id))
        .switch(Matter)
        .left_outer_join(answering, on=(Matter.answered_by == answering.id))
    )  # fmt: skip


def _row(row: dict[str, Any]) -> MatterRow:
    plain = ("id", "category", "kind", "title", "detail", "source", "raised_on", "due_on", "state", "answer",
             "answered_on", "closed_on", "rating")  # fmt: skip
    return MatterRow(
        **{name: row[name] for name in plain},
        lead_id=row["lead"], lead_number=row["lead_number"] or "", lead_name=row["lead_name"] or "",
        about_unit_id=row["about_unit"], about_unit=row["about_name"] or "", owner_unit_id=row["owner_unit"],
        owner_unit=row["owner_unit_name"], owner_id=row["owner"], owner=row["owner_name"] or "",
        answered_by=row["answerer"] or "", answered_by_id=row["answered_by"], recorded_unit_id=row["recorded_unit"],
    )  # fmt: skip


def matter_reached(matter_id: int, by: Actor, permission: str = "matter.view") -> MatterRow | None:
    """Return one matter in reach; None when there is none to be seen."""
    rows = list(_base().where((Matter.id == matter_id) & reach(by, permission)).dicts())
    return _row(rows[0]) if rows else None


def steps_of(matter_id: int) -> list[StepRow]:
    """Return what happened to a matter, newest first."""
    query = MatterStep.select().where(MatterStep.matter == matter_id).order_by(MatterStep.id.desc())
    return [StepRow(row.kind, row.text, row.old, row.new, row.by_name, row.at) for row in query]


def matters_of(lead_id: int, by: Actor) -> list[MatterRow]:
    """Return a project's matters in reach, open ones first."""
    query = _base().where((Matter.lead == lead_id) & reach(by))
    return [_row(row) for row in query.order_by(Matter.closed_on.is_null(False), Matter.due_on, Matter.id).dicts()]


@dataclass(frozen=True)
class MatterAsk:
    """What the board is asked for."""

    category: str = ""
    show: str = "open"
    unit_id: int | None = None
    cursor: str | None = None


def board(ask: MatterAsk, by: Actor, today: date) -> Page[MatterRow]:
    """Return one page of matters, the most urgent first (closed ones too, when they are asked for)."""
    query = _base().where(reach(by) & _shown(ask, today)).order_by(Matter.due_on, Matter.id)
    after = day_and_id(ask.cursor)
    if after is not None:
        day, last = after
        query = query.where((Matter.due_on > day) | ((Matter.due_on == day) & (Matter.id > last)))
    rows = [_row(row) for row in query.limit(PAGE + 1).dicts()]
    following = pack([str(rows[PAGE - 1].due_on), rows[PAGE - 1].id]) if len(rows) > PAGE else None
    return Page(tuple(rows[:PAGE]), following, None)


def _shown(ask: MatterAsk, today: date) -> Any:
    late = (Matter.state == "open") & (Matter.due_on < today)
    clause = late if ask.show == "late" else Matter.state == ask.show
    if ask.category:
        clause &= Matter.category == ask.category
    if ask.unit_id is not None:
        clause &= Matter.owner_unit == ask.unit_id
    return clause


@dataclass(frozen=True)
class Counted:
    """How many matters of a category are open, late, answered and closed, and how many were solved."""

    category: str
    open: int
    late: int
    answered: int
    closed: int
    solved: int


def counts(by: Actor, today: date) -> list[Counted]:
    """Return the figures of each category in reach."""

    def sum_of(condition: Any) -> Any:
        return fn.COALESCE(fn.SUM(condition.cast("integer")), 0)

    query = (
        Matter.select(
            Matter.category,
            sum_of(Matter.state == "open"),
            sum_of((Matter.state == "open") & (Matter.due_on < today)),
            sum_of(Matter.state == "answered"),
            sum_of(Matter.state == "closed"),
            sum_of((Matter.state == "closed") & (Matter.rating == "solved")),
        )
        .where(reach(by))
        .group_by(Matter.category)
        .tuples()
    )
    return [Counted(category, *(int(number) for number in rest)) for category, *rest in query]
