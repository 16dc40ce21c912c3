"""Questions about checks: who looked at which voucher, who may, what waits, and where the same file stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, RoleGrant, Unit
from crm.capital.models import PaidIn, PaidInCheck
from crm.capital.queries import same_voucher_file
from crm.capital.rules_checks import Check, CheckerFacts, state_of
from crm.core.due import MOST
from crm.files.operations_scan import scanning
from crm.files.queries import stored_file
from crm.files.rules import CLEAN
from crm.leads.models import Claim, Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor

__all__ = ["CheckRow", "WaitingRow", "checker_facts", "checks_of", "same_voucher_file", "state_on", "waiting"]


@dataclass(frozen=True)
class CheckRow:
    """One person's look at a voucher, with name, unit and moment."""

    check: Check
    by_name: str
    unit_name: str
    reason: str
    at: datetime


def checks_of(lead_id: int) -> dict[int, list[CheckRow]]:
    """Return every check of a lead's entries, by entry, in order."""
    query: Any = (
        PaidInCheck.select(
            PaidInCheck.paid_in, PaidInCheck.by, PaidInCheck.office, PaidInCheck.verdict, PaidInCheck.by_name,
            Unit.name, PaidInCheck.reason, PaidInCheck.at,
        )
        .join(PaidIn, on=(PaidInCheck.paid_in == PaidIn.id))
        .left_outer_join(Unit, on=(PaidInCheck.unit == Unit.id))
        .where(PaidIn.lead == lead_id)
        .order_by(PaidInCheck.id)
    )  # fmt: skip
    found: dict[int, list[CheckRow]] = defaultdict(list)
    for paid_in, by, office, verdict, by_name, unit, reason, at in query.tuples():
        found[int(paid_in)].append(CheckRow(Check(int(by), office, verdict), by_name, unit or "", reason, at))
    return dict(found)


def checker_facts(paid_in_id: int, by: Actor) -> CheckerFacts:
    """Gather what decides whether somebody may check an entry."""
    row: Any = PaidIn.get_by_id(paid_in_id)
    lead: Any = Lead.get_by_id(row.lead_id)
    file = stored_file(row.file_id) if row.file_id else None
    credited: Any = Claim.select(Claim.cadre).where(Claim.lead == row.lead_id).tuples()
    own_grant = RoleGrant.select(fn.COUNT(RoleGrant.id)).where(
        (RoleGrant.person == by.person_id)
        & (RoleGrant.granted_by == by.person_id)
        & (RoleGrant.role.in_(("verifier", "officer")))
        & RoleGrant.ended_at.is_null()
    )
    office = Unit.select(Unit.office).where(Unit.id == by.unit_id).scalar() if by.unit_id else ""
    said = [one.check for one in checks_of(row.lead_id).get(row.id, ())]
    mine = [check.verdict for check in said if check.person_id == by.person_id]
    return CheckerFacts(
        person_id=by.person_id, office=office or "", recorded_by=row.recorded_by_id,
        brought_by=file.uploaded_by if file else None, owner_id=lead.owner_id,
        credited=frozenset(int(cadre) for (cadre,) in credited), self_granted=bool(own_grant.scalar()),
        has_file=file is not None, file_cleared=file is not None and (not scanning() or file.scan_state == CLEAN),
        already=mine[-1] if mine else "",
    )  # fmt: skip


def state_on(row: Any, checks: list[CheckRow]) -> str:
    """Return how an entry stands: recognised, or what it waits for."""
    return state_of((one.check for one in checks), void=not row.standing, has_file=row.file_id is not None)


@dataclass(frozen=True)
class WaitingRow:
    """One standing entry that does not count yet."""

    id: int
    lead_id: int
    number: str
    name: str
    amount_fen: int
    recorded_on: datetime
    recorded_by: int | None
    owner_id: int | None
    has_file: bool
    paid_on: date


def waiting(by: Actor, permission: str, most: int = MOST) -> list[WaitingRow]:
    """Return the standing entries that do not count yet, the oldest recorded first."""
    query: Any = (
        Lead.select(
            PaidIn.id, Lead.id, Lead.number, Lead.name, PaidIn.amount_fen, PaidIn.recorded_at, PaidIn.recorded_by,
            Lead.owner, PaidIn.file_id.is_null(False).alias("has_file"), PaidIn.paid_on,
        )
        .join(PaidIn, on=(PaidIn.lead == Lead.id))
        .where(visible(by, permission) & PaidIn.recognised_at.is_null() & PaidIn.voided_at.is_null())
        .order_by(PaidIn.recorded_at, PaidIn.id)
        .limit(most)
    )  # fmt: skip
    return [WaitingRow(*(*row[:8], bool(row[8]), row[9])) for row in query.tuples()]


def said_on(entries: list[int]) -> dict[int, list[Check]]:
    """Return every check of some entries, in order."""
    query: Any = (
        PaidInCheck.select(PaidInCheck.paid_in, PaidInCheck.by, PaidInCheck.office, PaidInCheck.verdict)
        .where(PaidInCheck.paid_in.in_(entries))
        .order_by(PaidInCheck.id)
    )
    found: dict[int, list[Check]] = defaultdict(list)
    for paid_in, by, office, verdict in query.tuples():
        found[int(paid_in)].append(Check(int(by), office, verdict))
    return found


def office_of(by: Actor) -> str:
    """Return the kind of office of somebody's unit."""
    row: Any = Person.select(Unit.office).join(Unit, on=(Person.unit == Unit.id)).where(Person.id == by.person_id)
    return str(row.scalar() or "")
