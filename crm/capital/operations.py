"""What is done to capital: record and void entries; the lead's sums follow, as of every day they touch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.capital.models import Contract, PaidIn
from crm.capital.queries import formal_contract, same_voucher_file, same_voucher_number
from crm.capital.rules import (
    AGREED,
    ALL_REVIEWED,
    COUNTED_KINDS,
    above_contracted,
    contract_findings,
    contract_warnings,
    paid_in_findings,
    running_sums,
)
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.operations import note_fact, open_for
from crm.leads.operations_facts import record_value
from crm.support.operations import attach, carry, release
from crm.support.queries import against_signing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

PERMISSION = "capital.record"
CONTRACT_FACTS = ("kind", "signed_on", "amount_fen", "counterpart", *AGREED, "note", "file_id")
PAID_IN_FACTS = ("paid_on", "amount_fen", "kind", "outside_bps", "voucher_no", "excess_reason", "note", "file_id")


@dataclass(frozen=True)
class Recorded:
    """The id of a new entry, and what is odd about it (warnings never refuse)."""

    id: int
    warnings: tuple[Finding, ...] = ()


def opened(lead_id: int, by: Actor, doing: Deed, permission: str = PERMISSION) -> Any:
    """Lock and return a lead for a deed on its money, or refuse."""
    require(by, permission)
    # The no-op update takes the lead's row lock on PostgreSQL, so that sums are made one after another.
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
    row: Any = open_for(lead_id, by, permission)
    doing.on("lead", lead_id, f"{row.number} {row.name}")
    return row


def record_contract(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Recorded:
    """Record a contract; refuses with everything that is wrong, returns what is only odd."""
    with deed("contract.record", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        opened(lead_id, by, doing)
        stands = formal_contract(lead_id) is not None
        findings = contract_findings(values, today=shanghai_date(at), formal_stands=stands)
        # Whatever the paper is called: no signed text carries a promise that nobody has reviewed (domain.md §8).
        said = [values.get(name) or "" for name in ("note", "counterpart")]
        findings += against_signing(lead_id, said, on=shanghai_date(at))
        if findings:
            raise Refusal(findings)
        plan = json.dumps({str(year): fen for year, fen in (values.get("yearly_plan") or {}).items()})
        row: Any = Contract.create(
            lead=lead_id, yearly_plan=plan, recorded_by=by.person_id, recorded_by_name=by.name, recorded_at=at,
            **_texts(values, CONTRACT_FACTS, ("counterpart", "note")),
        )  # fmt: skip
        for name in CONTRACT_FACTS:
            doing.change(f"contract.{name}", None, values.get(name) or None)
        doing.change("contract.yearly_plan", None, plan if plan != "{}" else None)
        if values["kind"] in COUNTED_KINDS:
            _sum_contracted(lead_id, values["signed_on"], by=by, at=at)
        # A framework agreement is held to the gate, but what it says is carried by the contract that follows.
        if values["kind"] in COUNTED_KINDS and (values.get("carries") or ALL_REVIEWED) == ALL_REVIEWED:
            for item_id in carry(lead_id, int(row.id), on=values["signed_on"], by=by, at=at):
                doing.change("contract.carries", None, item_id)
        return Recorded(int(row.id), tuple(contract_warnings(values)))


def _texts(values: Mapping[str, Any], names: Iterable[str], texts: tuple[str, ...]) -> dict[str, Any]:
    return {name: (values.get(name) or "").strip() if name in texts else values.get(name) for name in names}


def record_paid_in(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Recorded:
    """Record money that came in; it counts once two offices have checked its voucher.

    More than contracted is refused until a reason confirms it; a voucher seen before is told and shown.
    """
    with deed("paid_in.record", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        lead = opened(lead_id, by, doing)
        findings = paid_in_findings(values, today=shanghai_date(at))
        amount = (lead.paid_in_recorded_fen or 0) + (values.get("amount_fen") or 0)
        findings += above_contracted(amount, lead.contracted_fen, values.get("excess_reason") or "")
        if findings:
            raise Refusal(findings)
        row: Any = PaidIn.create(
            lead=lead_id, recorded_by=by.person_id, recorded_by_name=by.name, recorded_at=at,
            **_texts(values, PAID_IN_FACTS, ("voucher_no", "note", "excess_reason")),
        )  # fmt: skip
        for name in PAID_IN_FACTS:
            doing.change(f"paid_in.{name}", None, values.get(name) or None)
        sum_recorded(lead_id, values["paid_on"], by=by, at=at)
        return Recorded(int(row.id), tuple(voucher_warnings(row.voucher_no, row.file_id, but=row.id)))


def voucher_warnings(voucher_no: str, file_id: int | None, *, but: int) -> list[Finding]:
    """Say where a voucher's number or its very file is used by another standing entry."""
    found = []
    for other in same_voucher_number(voucher_no, but=but)[:1]:
        text = say("This voucher number is used by another entry: %(number)s of %(day)s.", number=other.number,
                   day=other.paid_on)  # fmt: skip
        found.append(Finding("paid_in.voucher", text, "voucher_no", warning=True))
    for other in same_voucher_file(file_id, but=but):
        text = say("The same voucher file stands behind another entry: %(number)s of %(day)s.", number=other.number,
                   day=other.paid_on)  # fmt: skip
        found.append(Finding("paid_in.voucher_file", text, "file", warning=True))
    return found


def carry_later(item_id: int, contract_id: int, *, by: Actor, at: datetime) -> None:
    """Let a standing contract carry a support item that was attached after signing; its review must stand."""
    with deed("contract.carry", by=by, at=at, kind="contract", thing_id=contract_id, several=True) as doing:
        known = entry(Contract, contract_id)
        opened(known.lead_id, by, doing)
        if known.voided_at is not None:
            raise refuse("entry.voided", say("This entry is voided already."), status=409)
        attach(item_id, contract_id, of_lead=known.lead_id, signed_on=shanghai_date(at), by=by, at=at)


def void_contract(contract_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Void a contract that was recorded by mistake; it stays on record and no longer counts."""
    with deed("contract.void", by=by, at=at, kind="contract", thing_id=contract_id) as doing:
        require(by, PERMISSION)
        known = entry(Contract, contract_id)
        lead = opened(known.lead_id, by, doing)
        findings = _void_findings(reason)
        formal = known.kind == "formal"
        others = Contract.select().where(
            (Contract.lead == lead.id) & Contract.voided_at.is_null() & (Contract.kind == "formal")
            & (Contract.id != contract_id)
        )  # fmt: skip
        if formal and lead.recognised_on and not others.exists():
            text = say("The recognition as landed rests on this contract: record the right one first.")
            findings.append(Finding("contract.landed", text, "reason"))
        if findings:
            raise Refusal(findings)
        _void(Contract, contract_id, reason, by=by, at=at)
        release(contract_id, by=by, at=at)
        doing.change("contract.voided", None, reason.strip())
        doing.change("contract.amount_fen", known.amount_fen, None)
        if known.kind in COUNTED_KINDS:
            _sum_contracted(lead.id, known.signed_on, by=by, at=at, reason=reason)


def void_paid_in(paid_in_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Take back a paid-in entry that was recorded by mistake: a reversing entry stands against it, both stay."""
    with deed("paid_in.void", by=by, at=at, kind="paid_in", thing_id=paid_in_id) as doing:
        require(by, PERMISSION)
        known = entry(PaidIn, paid_in_id)
        lead = opened(known.lead_id, by, doing)
        findings = _void_findings(reason)
        if findings:
            raise Refusal(findings)
        if known.reverses_id is not None:
            text = say("A reversing entry is not taken back; record the money anew.")
            raise refuse("entry.reversing", text, "reason")
        _void(PaidIn, paid_in_id, reason, by=by, at=at)
        PaidIn.create(
            lead=lead.id, paid_on=known.paid_on, amount_fen=-known.amount_fen, kind=known.kind, reverses=paid_in_id,
            voucher_no="", note=reason.strip()[:2000], recorded_by=by.person_id, recorded_by_name=by.name,
            recorded_at=at, voided_at=at, voided_by=by.person_id, void_reason=reason.strip()[:255],
        )  # fmt: skip
        doing.change("paid_in.voided", None, reason.strip())
        doing.change("paid_in.amount_fen", known.amount_fen, None)
        sum_recorded(lead.id, known.paid_on, by=by, at=at, reason=reason)
        if known.recognised_at is not None:
            sum_recognised(lead.id, known.paid_on, by=by, at=at, reason=reason)


def entry(table: Any, entry_id: int) -> Any:
    """Return one contract or paid-in entry, or refuse."""
    known = table.get_or_none(table.id == entry_id)
    if known is None:
        raise refuse("entry.unknown", say("There is no such entry."), status=404)
    return known


def _void_findings(reason: str) -> list[Finding]:
    return [] if reason.strip() else [Finding("reason.missing", say("Give a reason."), "reason")]


def _void(table: Any, entry_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    changed = (
        table.update(voided_at=at, voided_by=by.person_id, void_reason=reason.strip()[:255])
        .where((table.id == entry_id) & table.voided_at.is_null())
        .execute()
    )
    if not changed:
        raise refuse("entry.voided", say("This entry is voided already."), status=409)


def _sum_contracted(lead_id: int, since: date, *, by: Actor, at: datetime, reason: str = "") -> None:
    query: Any = Contract.select(Contract.signed_on, Contract.amount_fen).where(
        (Contract.lead == lead_id) & Contract.voided_at.is_null() & Contract.kind.in_(COUNTED_KINDS)
    )
    _write_sums(lead_id, "contracted", query.tuples(), since, by=by, at=at, reason=reason)


def sum_recorded(lead_id: int, since: date, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Write what is recorded as paid in, as of a day and every later one that an entry touches."""
    query: Any = PaidIn.select(PaidIn.paid_on, PaidIn.amount_fen).where(
        (PaidIn.lead == lead_id) & PaidIn.voided_at.is_null()
    )
    _write_sums(lead_id, "paid_in_recorded", query.tuples(), since, by=by, at=at, reason=reason)


def sum_recognised(lead_id: int, since: date, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Write what counts as paid in: only entries that two offices have checked."""
    query: Any = PaidIn.select(PaidIn.paid_on, PaidIn.amount_fen).where(
        (PaidIn.lead == lead_id) & PaidIn.voided_at.is_null() & PaidIn.recognised_at.is_null(False)
    )
    _write_sums(lead_id, "paid_in", query.tuples(), since, by=by, at=at, reason=reason)


def sum_again(lead_ids: Iterable[int], contracts: list[int], entries: list[int], *, by: Actor, at: datetime) -> None:
    """Write the sums of several leads again after entries changed hands, from the earliest of their days on."""
    days = [day for (day,) in Contract.select(Contract.signed_on).where(Contract.id.in_(contracts)).tuples()]
    days += [day for (day,) in PaidIn.select(PaidIn.paid_on).where(PaidIn.id.in_(entries)).tuples()]
    for lead_id in lead_ids if days else ():
        if contracts:
            _sum_contracted(lead_id, min(days), by=by, at=at)
        if entries:
            sum_recorded(lead_id, min(days), by=by, at=at)
            sum_recognised(lead_id, min(days), by=by, at=at)


def _write_sums(lead_id: int, fact: str, entries: Iterable[tuple[date, int]], since: date, *, by: Actor,
                at: datetime, reason: str) -> None:  # fmt: skip
    """Write the sum as of the entry's day and of every later one, so that any past day reads right."""
    *earlier, (last_day, last_sum) = running_sums(entries, since)
    for day, amount in earlier:
        note_fact(lead_id, fact, amount, happened_on=day, by=by, at=at, reason=reason)
    record_value(lead_id, f"{fact}_fen", last_sum, happened_on=last_day, by=by, at=at, reason=reason)
