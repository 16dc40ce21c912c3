"""What is done to capital: record and void entries; the lead's sums follow, as of every day they touch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.capital.models import Contract, PaidIn
from crm.capital.queries import formal_contract, vouchers_elsewhere
from crm.capital.rules import (
    AGREED,
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

PERMISSION = "capital.record"
CONTRACT_FACTS = ("kind", "signed_on", "amount_fen", "counterpart", *AGREED, "note", "file_id")
PAID_IN_FACTS = ("paid_on", "amount_fen", "kind", "voucher_no", "note", "file_id")


@dataclass(frozen=True)
class Recorded:
    """The id of a new entry, and what is odd about it (warnings never refuse)."""

    id: int
    warnings: tuple[Finding, ...] = ()


def _opened(lead_id: int, by: Actor, doing: Deed) -> Any:
    require(by, PERMISSION)
    # The no-op update takes the lead's row lock on PostgreSQL, so that sums are made one after another.
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()
    row: Any = open_for(lead_id, by, PERMISSION)
    doing.on("lead", lead_id, f"{row.number} {row.name}")
    return row


def record_contract(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Recorded:
    """Record a contract; refuses with everything that is wrong, returns what is only odd."""
    with deed("contract.record", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        _opened(lead_id, by, doing)
        stands = formal_contract(lead_id) is not None
        findings = contract_findings(values, today=shanghai_date(at), formal_stands=stands)
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
        return Recorded(int(row.id), tuple(contract_warnings(values)))


def _texts(values: Mapping[str, Any], names: Iterable[str], texts: tuple[str, ...]) -> dict[str, Any]:
    return {name: (values.get(name) or "").strip() if name in texts else values.get(name) for name in names}


def record_paid_in(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Recorded:
    """Record money that came in; more than contracted or a voucher seen before is questioned, not refused."""
    with deed("paid_in.record", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        _opened(lead_id, by, doing)
        findings = paid_in_findings(values, today=shanghai_date(at))
        if findings:
            raise Refusal(findings)
        row: Any = PaidIn.create(
            lead=lead_id, recorded_by=by.person_id, recorded_by_name=by.name, recorded_at=at,
            **_texts(values, PAID_IN_FACTS, ("voucher_no", "note")),
        )  # fmt: skip
        for name in PAID_IN_FACTS:
            doing.change(f"paid_in.{name}", None, values.get(name) or None)
        _sum_paid_in(lead_id, values["paid_on"], by=by, at=at)
        return Recorded(int(row.id), tuple(_paid_in_warnings(lead_id, row)))


def _paid_in_warnings(lead_id: int, row: Any) -> list[Finding]:
    lead: Any = Lead.get_by_id(lead_id)
    found = above_contracted(lead.paid_in_fen, lead.contracted_fen)
    if vouchers_elsewhere(row.voucher_no, but=row.id):
        found.append(
            Finding(
                "paid_in.voucher",
                say("This voucher number is used by another entry."),
                "voucher_no",
                warning=True,
            )
        )
    return found


def void_contract(contract_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Void a contract that was recorded by mistake; it stays on record and no longer counts."""
    with deed("contract.void", by=by, at=at, kind="contract", thing_id=contract_id) as doing:
        require(by, PERMISSION)
        known = _entry(Contract, contract_id)
        lead = _opened(known.lead_id, by, doing)
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
        doing.change("contract.voided", None, reason.strip())
        doing.change("contract.amount_fen", known.amount_fen, None)
        if known.kind in COUNTED_KINDS:
            _sum_contracted(lead.id, known.signed_on, by=by, at=at, reason=reason)


def void_paid_in(paid_in_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Void a paid-in entry that was recorded by mistake; it stays on record and no longer counts."""
    with deed("paid_in.void", by=by, at=at, kind="paid_in", thing_id=paid_in_id) as doing:
        require(by, PERMISSION)
        known = _entry(PaidIn, paid_in_id)
        lead = _opened(known.lead_id, by, doing)
        findings = _void_findings(reason)
        if findings:
            raise Refusal(findings)
        _void(PaidIn, paid_in_id, reason, by=by, at=at)
        doing.change("paid_in.voided", None, reason.strip())
        doing.change("paid_in.amount_fen", known.amount_fen, None)
        _sum_paid_in(lead.id, known.paid_on, by=by, at=at, reason=reason)


def _entry(table: Any, entry_id: int) -> Any:
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


def _sum_paid_in(lead_id: int, since: date, *, by: Actor, at: datetime, reason: str = "") -> None:
    query: Any = PaidIn.select(PaidIn.paid_on, PaidIn.amount_fen).where(
        (PaidIn.lead == lead_id) & PaidIn.voided_at.is_null()
    )
    _write_sums(lead_id, "paid_in", query.tuples(), since, by=by, at=at, reason=reason)


def _write_sums(lead_id: int, fact: str, entries: Iterable[tuple[date, int]], since: date, *, by: Actor,
                at: datetime, reason: str) -> None:  # fmt: skip
    """Write the sum as of the entry's day and of every later one, so that any past day reads right."""
    *earlier, (last_day, last_sum) = running_sums(entries, since)
    for day, amount in earlier:
        note_fact(lead_id, fact, amount, happened_on=day, by=by, at=at, reason=reason)
    record_value(lead_id, f"{fact}_fen", last_sum, happened_on=last_day, by=by, at=at, reason=reason)
