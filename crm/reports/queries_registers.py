"""Rows of the registers: contracts, vouchers with their checks, first days of stages; by day, as known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Unit
from crm.capital.models import Contract, PaidIn, PaidInCheck
from crm.core.clock import end_of_day
from crm.leads.models import Contact, LeadFact
from crm.reports.models_layouts import MeetingItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

BATCH = 500


def _standing(table: Any, known: date | None) -> Any:
    """Return the clause that keeps what stood unvoided, now or as it was known on a day."""
    if known is None:
        return table.voided_at.is_null()
    last = end_of_day(known)
    return (table.recorded_at < last) & (table.voided_at.is_null() | (table.voided_at >= last))


def parts(ids: Sequence[int]) -> list[list[int]]:
    """Cut ids into batches that a statement can hold."""
    return [list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]


@dataclass(frozen=True)
class ContractFacts:
    """One standing contract."""

    lead_id: int
    kind: str
    signed_on: date
    amount_fen: int
    agreed_start_on: date | None
    agreed_production_on: date | None


def contracts(ids: Sequence[int], until: date, known: date | None = None) -> dict[int, list[ContractFacts]]:
    """Return the standing contracts of some leads that were signed by a day, the oldest first."""
    found: dict[int, list[ContractFacts]] = defaultdict(list)
    for part in parts(ids):
        query: Any = (
            Contract.select(
                Contract.lead, Contract.kind, Contract.signed_on, Contract.amount_fen, Contract.agreed_start_on,
                Contract.agreed_production_on,
            )
            .where(Contract.lead.in_(part) & _standing(Contract, known) & (Contract.signed_on <= until))
            .order_by(Contract.signed_on, Contract.id)
        )  # fmt: skip
        for row in query.tuples():
            found[row[0]].append(ContractFacts(*row))
    return found


@dataclass(frozen=True)
class VoucherFacts:
    """One standing entry of paid-in capital."""

    id: int
    lead_id: int
    paid_on: date
    amount_fen: int
    kind: str
    voucher_no: str
    file_id: int | None
    recognised_at: datetime | None
    recorded_by: str


def vouchers(ids: Sequence[int], until: date, known: date | None = None) -> list[VoucherFacts]:
    """Return the standing entries of paid-in capital of some leads by a day, the latest first.

    As it was known on an earlier day, money that was recognised later was not recognised yet.
    """
    found: list[VoucherFacts] = []
    for part in parts(ids):
        query: Any = PaidIn.select(
            PaidIn.id, PaidIn.lead, PaidIn.paid_on, PaidIn.amount_fen, PaidIn.kind, PaidIn.voucher_no, PaidIn.file_id,
            PaidIn.recognised_at, PaidIn.recorded_by_name,
        ).where(PaidIn.lead.in_(part) & _standing(PaidIn, known) & (PaidIn.paid_on <= until))  # fmt: skip
        found += [VoucherFacts(*row) for row in query.tuples()]
    if known is not None:
        last = end_of_day(known)
        found = [
            replace(one, recognised_at=None) if one.recognised_at is not None and one.recognised_at >= last else one
            for one in found
        ]
    return sorted(found, key=lambda one: (one.paid_on, one.id), reverse=True)


def checks(entries: Sequence[int], known: date | None = None) -> dict[int, list[tuple[int, str, str, str, str]]]:
    """Return who looked at some vouchers: person's id, office, verdict, name, unit; in order."""
    found: dict[int, list[tuple[int, str, str, str, str]]] = defaultdict(list)
    for part in parts(entries):
        query: Any = (
            PaidInCheck.select(
                PaidInCheck.paid_in, PaidInCheck.by, PaidInCheck.office, PaidInCheck.verdict, PaidInCheck.by_name,
                Unit.name,
            )
            .left_outer_join(Unit, on=(PaidInCheck.unit == Unit.id))
            .where(PaidInCheck.paid_in.in_(part))
            .order_by(PaidInCheck.id)
        )  # fmt: skip
        if known is not None:
            query = query.where(PaidInCheck.at < end_of_day(known))
        for entry, *said in query.tuples():
            found[entry].append((*said[:4], said[4] or ""))
    return found


def began(ids: Sequence[int], stage: str, until: date, known: date | None = None) -> dict[int, date]:
    """Return the day on which some leads came into a stage first."""
    found: dict[int, date] = {}
    for part in parts(ids):
        query: Any = (
            LeadFact.select(LeadFact.lead, LeadFact.happened_on)
            .where(
                LeadFact.lead.in_(part) & (LeadFact.fact == "stage") & (LeadFact.value == stage)
                & (LeadFact.happened_on <= until)
            )
            .order_by(LeadFact.happened_on.desc())
        )  # fmt: skip
        if known is not None:
            query = query.where(LeadFact.recorded_at < end_of_day(known))
        found |= dict(query.tuples())
    return found


def last_words(ids: Sequence[int], until: date, known: date | None = None) -> dict[int, str]:
    """Return what the last contact of some leads came to."""
    found: dict[int, str] = {}
    for part in parts(ids):
        query: Any = (
            Contact.select(Contact.lead, Contact.text)
            .where(Contact.lead.in_(part) & (Contact.happened_on <= until))
            .order_by(Contact.happened_on, Contact.id)
        )
        if known is not None:
            query = query.where(Contact.recorded_at < end_of_day(known))
        found |= dict(query.tuples())
    return found


@dataclass(frozen=True)
class MeetingFacts:
    """What a meeting needs of a project."""

    code_name: str
    matter: str
    version: int


def meeting_items(ids: Sequence[int]) -> dict[int, MeetingFacts]:
    """Return what is kept of some leads for meetings."""
    found: dict[int, MeetingFacts] = {}
    for part in parts(ids):
        query: Any = MeetingItem.select(
            MeetingItem.lead, MeetingItem.code_name, MeetingItem.matter, MeetingItem.version
        ).where(MeetingItem.lead.in_(part))
        found |= {row[0]: MeetingFacts(*row[1:]) for row in query.tuples()}
    return found

