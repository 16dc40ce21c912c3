"""Questions about committees: one as its viewer may see it (others' marks only after the own), and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import actor_of, people
from crm.accounts.rules import may
from crm.leads.models import Lead
from crm.scoring.models import Committee, CommitteeSeat
from crm.scoring.rules_stored import unpack_marks

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

FEWEST = 2


@dataclass(frozen=True)
class Seat:
    """One assessor; marks are None while the viewer may not see them."""

    person_id: int
    name: str
    handed_in_at: datetime | None
    marks: dict[str, int] | None
    note: str


@dataclass(frozen=True)
class CommitteeRow:
    """One committee as its viewer may see it."""

    id: int
    lead_id: int
    lead_number: str
    lead_name: str
    version: str
    question: str
    chair_id: int | None
    chair_name: str
    opened_at: datetime
    ended_at: datetime | None
    dissolved_reason: str
    seats: tuple[Seat, ...]
    mine: Seat | None
    open_marks: bool
    """True when the viewer sees everybody's marks."""

    @property
    def handed_in(self) -> int:
        """Return how many have handed in."""
        return sum(seat.handed_in_at is not None for seat in self.seats)


def _shape(row: Any, viewer: Actor) -> CommitteeRow:
    seats = list(CommitteeSeat.select().where(CommitteeSeat.committee == row.id).order_by(CommitteeSeat.id))
    given = sum(seat.handed_in_at is not None for seat in seats)
    own = next((seat for seat in seats if seat.person_id == viewer.person_id), None)
    chair = row.chair_id is not None and row.chair_id == viewer.person_id
    if own is not None and row.ended_at is None:
        seen = own.handed_in_at is not None
    else:
        seen = row.ended_at is not None or (chair and given >= min(FEWEST, len(seats)))
    shaped = tuple(
        Seat(
            seat.person_id, seat.person_name, seat.handed_in_at,
            unpack_marks(seat.marks) if seen and seat.handed_in_at else None, seat.note if seen else "",
        )
        for seat in seats
    )  # fmt: skip
    mine = next((seat for seat in shaped if seat.person_id == viewer.person_id), None)
    return CommitteeRow(
        row.id, row.lead_id, row.lead.number, row.lead.name, row.version, row.question, row.chair_id, row.chair_name,
        row.opened_at, row.ended_at, row.dissolved_reason, shaped, mine, seen,
    )  # fmt: skip


def committee(committee_id: int, viewer: Actor) -> CommitteeRow | None:
    """Return one committee as its viewer may see it."""
    row = Committee.select(Committee, Lead).join(Lead).where(Committee.id == committee_id).first()
    return _shape(row, viewer) if row else None


def open_committee(lead_id: int, viewer: Actor) -> CommitteeRow | None:
    """Return the committee that sits on a lead, if one does."""
    row = (
        Committee.select(Committee, Lead).join(Lead)
        .where((Committee.lead == lead_id) & Committee.ended_at.is_null()).first()
    )  # fmt: skip
    return _shape(row, viewer) if row else None


@dataclass(frozen=True)
class Waiting:
    """A committee that waits for somebody: to hand in marks, or (chair) to decide."""

    committee_id: int
    lead_number: str
    lead_name: str
    opened_at: datetime
    what: str


def waiting_for(person_id: int) -> list[Waiting]:
    """Return the committees that wait for a person, the oldest first."""
    handed = CommitteeSeat.select(CommitteeSeat.committee).where(CommitteeSeat.handed_in_at.is_null())
    marking = (
        Committee.select(Committee, Lead).join(Lead).switch(Committee).join(CommitteeSeat)
        .where(Committee.ended_at.is_null() & (CommitteeSeat.person == person_id)
               & CommitteeSeat.handed_in_at.is_null())
    )  # fmt: skip
    deciding = (
        Committee.select(Committee, Lead).join(Lead)
        .where(Committee.ended_at.is_null() & (Committee.chair == person_id) & Committee.id.not_in(handed))
    )  # fmt: skip
    found = [Waiting(row.id, row.lead.number, row.lead.name, row.opened_at, "mark") for row in marking]
    found += [Waiting(row.id, row.lead.number, row.lead.name, row.opened_at, "decide") for row in deciding]
    return sorted(found, key=lambda row: (row.opened_at, row.committee_id))


def assessors() -> list[tuple[int, str, str]]:
    """Return who may sit in a committee: id, name, unit."""
    return [
        (row.id, row.name, row.unit_name)
        for row in people(active_only=True)
        if may(actor_of(row, posted=False), "acceptance.mark")
    ]
