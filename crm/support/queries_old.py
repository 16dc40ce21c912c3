"""Questions about older agreements: which were read in, which clauses wait, what was decided about them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, fn

from crm.accounts.models import Unit
from crm.accounts.rules import scope
from crm.core.paging import PAGE
from crm.support.models import OldClause, OldClauseStep, OldPaper
from crm.support.rules_old import CLOSED

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


@dataclass(frozen=True)
class PaperRow:
    """One older agreement with how many clauses it has and how many are done."""

    id: int
    title: str
    counterpart: str
    signed_on: date | None
    source: str
    unit_name: str
    by_name: str
    at: datetime
    clauses: int
    closed: int


@dataclass(frozen=True)
class StepRow:
    """One decision about a clause."""

    state: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class ClauseRow:
    """One clause with what was decided about it."""

    id: int
    position: int
    text: str
    marks: tuple[str, ...]
    state: str
    steps: tuple[StepRow, ...]


def reachable_papers(by: Actor, permission: str) -> Any:
    """Return the statement of the agreements that a permission reaches."""
    reach = scope(by, permission)
    clause = SQL("1 = 1") if reach == "all" else OldPaper.unit == by.unit_id if reach == "unit" else SQL("1 = 0")
    return OldPaper.select(OldPaper.id).where(clause)


def papers(by: Actor, *, before: int | None = None, paper_id: int | None = None) -> list[PaperRow]:
    """Return older agreements, the latest read first; with an id just that one."""
    closed: Any = fn.SUM(OldClause.state.in_(CLOSED).cast("integer"))
    query: Any = (
        OldPaper.select(
            OldPaper.id, OldPaper.title, OldPaper.counterpart, OldPaper.signed_on, OldPaper.source,
            fn.COALESCE(Unit.name, ""), OldPaper.by_name, OldPaper.at, fn.COUNT(OldClause.id), fn.COALESCE(closed, 0),
        )
        .left_outer_join(Unit, on=(OldPaper.unit == Unit.id))
        .left_outer_join(OldClause, on=(OldClause.paper == OldPaper.id))
        .where(OldPaper.id.in_(reachable_papers(by, "support.old")))
        .group_by(OldPaper.id, Unit.name)
        .order_by(OldPaper.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if before is not None:
        query = query.where(OldPaper.id < before)
    if paper_id is not None:
        query = query.where(OldPaper.id == paper_id)
    return [PaperRow(*row) for row in query.tuples()]


def paper_text(paper_id: int) -> str:
    """Return the text of an agreement as it was read in."""
    return str(OldPaper.select(OldPaper.text).where(OldPaper.id == paper_id).scalar() or "")


def clauses_of(paper_id: int) -> list[ClauseRow]:
    """Return the marked clauses of an agreement in its order, each with its decisions."""
    steps: dict[int, list[StepRow]] = defaultdict(list)
    query: Any = (
        OldClauseStep.select(OldClauseStep.clause, OldClauseStep.state, OldClauseStep.note, OldClauseStep.by_name,
                             OldClauseStep.at)
        .join(OldClause)
        .where(OldClause.paper == paper_id)
        .order_by(OldClauseStep.id)
    )  # fmt: skip
    for clause_id, *facts in query.tuples():
        steps[clause_id].append(StepRow(*facts))
    rows = OldClause.select().where(OldClause.paper == paper_id).order_by(OldClause.position)
    return [
        ClauseRow(row.id, row.position, row.text, tuple(filter(None, row.marks.split(";"))), row.state,
                  tuple(steps[row.id]))
        for row in rows
    ]  # fmt: skip


def open_clauses(by: Actor) -> int:
    """Return how many clauses of older agreements are not done yet."""
    return int(
        OldClause.select()
        .where(OldClause.paper.in_(reachable_papers(by, "support.old")) & OldClause.state.not_in(CLOSED))
        .count()
    )
