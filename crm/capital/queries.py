"""Questions about capital: contracts, paid-in entries, the formal contract, the terms in force."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.capital.models import Contract, PaidIn
from crm.capital.rules import COUNTED_KINDS, Terms, terms
from crm.core.clock import end_of_day
from crm.core.look import once_a_look
from crm.files.models import StoredFile
from crm.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

BATCH = 500


@dataclass(frozen=True)
class ContractRow:
    """One contract as recorded; a voided one says when, by whom and why."""

    id: int
    lead_id: int
    kind: str
    signed_on: date
    amount_fen: int
    counterpart: str
    agreed_start_on: date | None
    agreed_completion_on: date | None
    agreed_production_on: date | None
    yearly_plan: dict[int, int]
    note: str
    file_id: int | None
    recorded_by: str
    recorded_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str

    @property
    def standing(self) -> bool:
        """True unless voided."""
        return self.voided_at is None


@dataclass(frozen=True)
class PaidInRow:
    """One paid-in entry as recorded; a voided one says when, by whom and why."""

    id: int
    lead_id: int
    paid_on: date
    amount_fen: int
    kind: str
    outside_bps: int | None
    voucher_no: str
    file_id: int | None
    note: str
    excess_reason: str
    reverses_id: int | None
    recognised_at: datetime | None
    recorded_by: str
    recorded_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str

    @property
    def standing(self) -> bool:
        """True unless voided."""
        return self.voided_at is None


def _contract(row: dict[str, Any]) -> ContractRow:
    plan = {int(year): int(fen) for year, fen in json.loads(row["yearly_plan"] or "{}").items()}
    return ContractRow(
        row["id"], row["lead"], row["kind"], row["signed_on"], row["amount_fen"], row["counterpart"],
        row["agreed_start_on"], row["agreed_completion_on"], row["agreed_production_on"], plan, row["note"],
        row["file_id"], row["recorded_by_name"], row["recorded_at"], row["voided_at"], row["voider"] or "",
        row["void_reason"] or "",
    )  # fmt: skip


@once_a_look
def contracts_of(lead_id: int) -> list[ContractRow]:
    """Return a lead's contracts, the latest signed first, voided ones among them."""
    query: Any = (
        Contract.select(Contract, Person.name.alias("voider"))
        .left_outer_join(Person, on=(Contract.voided_by == Person.id))
        .where(Contract.lead == lead_id)
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
    )
    return [_contract(row) for row in query.dicts()]


def paid_in_of(lead_id: int) -> list[PaidInRow]:
    """Return a lead's paid-in entries, the latest first, voided ones among them."""
    query: Any = (
        PaidIn.select(PaidIn, Person.name.alias("voider"))
        .left_outer_join(Person, on=(PaidIn.voided_by == Person.id))
        .where(PaidIn.lead == lead_id)
        .order_by(PaidIn.paid_on.desc(), PaidIn.id.desc())
    )
    return [
        PaidInRow(
            row["id"], row["lead"], row["paid_on"], row["amount_fen"], row["kind"], row["outside_bps"],
            row["voucher_no"], row["file_id"], row["note"], row["excess_reason"], row["reverses"],
            row["recognised_at"], row["recorded_by_name"], row["recorded_at"], row["voided_at"], row["voider"] or "",
            row["void_reason"] or "",
        )
        for row in query.dicts()
    ]  # fmt: skip


def formal_contract(lead_id: int) -> ContractRow | None:
    """Return the latest standing formal contract; a framework agreement is none."""
    return next((row for row in contracts_of(lead_id) if row.standing and row.kind == "formal"), None)


def terms_of(lead_id: int) -> Terms:
    """Return the agreed dates and the yearly plan in force."""
    standing = [row for row in reversed(contracts_of(lead_id)) if row.standing and row.kind in COUNTED_KINDS]
    return terms(
        [
            ((row.agreed_start_on, row.agreed_completion_on, row.agreed_production_on), row.yearly_plan)
            for row in standing
        ]
    )


def terms_of_all(leads: list[int], until: date | None = None, known: date | None = None) -> dict[int, Terms]:
    """Return the terms in force of many leads; none for a lead without a paper that counts.

    With `until`, of the papers signed by a day; with `known`, of those that stood as it was known on another.
    """
    papers: dict[int, list[tuple[tuple[date | None, ...], Mapping[int, int]]]] = defaultdict(list)
    for start in range(0, len(leads), BATCH):
        query: Any = (
            Contract.select(
                Contract.lead, Contract.agreed_start_on, Contract.agreed_completion_on, Contract.agreed_production_on,
                Contract.yearly_plan,
            )
            .where(Contract.lead.in_(leads[start : start + BATCH]) & _stood(known) & Contract.kind.in_(COUNTED_KINDS))
            .order_by(Contract.signed_on, Contract.id)
        )  # fmt: skip
        if until is not None:
            query = query.where(Contract.signed_on <= until)
        for lead_id, *agreed, plan in query.tuples():
            kept = {int(year): int(fen) for year, fen in json.loads(plan or "{}").items()}
            papers[lead_id].append((tuple(agreed), kept))
    return {lead_id: terms(said) for lead_id, said in papers.items()}


def _stood(known: date | None) -> Any:
    if known is None:
        return Contract.voided_at.is_null()
    last = end_of_day(known)
    return (Contract.recorded_at < last) & (Contract.voided_at.is_null() | (Contract.voided_at >= last))


TWINS = 10
"""So many other entries with the same voucher number are told; numbers like 1 are common."""


@dataclass(frozen=True)
class SameVoucher:
    """Another standing entry with the same voucher: its very file, or its number."""

    id: int
    lead_id: int
    number: str
    unit_name: str
    paid_on: date
    amount_fen: int


def same_voucher_file(file_id: int | None, but: int | None = None) -> list[SameVoucher]:
    """Return the other standing entries, of whatever lead, whose voucher has the same bytes."""
    if file_id is None:
        return []
    twin = StoredFile.alias()
    query: Any = (
        PaidIn.select(PaidIn.id, Lead.id, Lead.number, Unit.name, PaidIn.paid_on, PaidIn.amount_fen)
        .join(StoredFile, on=(PaidIn.file_id == StoredFile.id))
        .join(twin, on=((twin.sha256 == StoredFile.sha256) & (twin.id == file_id)))
        .join(Lead, on=(PaidIn.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .where(PaidIn.voided_at.is_null() & (PaidIn.id != (but or 0)))
        .order_by(PaidIn.id)
    )
    return [SameVoucher(*row) for row in query.tuples()]


def same_voucher_number(voucher_no: str, but: int | None = None) -> list[SameVoucher]:
    """Return other standing entries, of whatever lead, that carry the same voucher number."""
    if not voucher_no:
        return []
    query: Any = (
        PaidIn.select(PaidIn.id, Lead.id, Lead.number, Unit.name, PaidIn.paid_on, PaidIn.amount_fen)
        .join(Lead, on=(PaidIn.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .where((PaidIn.voucher_no == voucher_no) & PaidIn.voided_at.is_null() & (PaidIn.id != (but or 0)))
        .order_by(PaidIn.id)
        .limit(TWINS)
    )
    return [SameVoucher(*row) for row in query.tuples()]


def lead_of(paid_in_id: int) -> int:
    """Return the lead of a paid-in entry; 0 when there is no such entry."""
    return int(PaidIn.select(PaidIn.lead).where(PaidIn.id == paid_in_id).scalar() or 0)
