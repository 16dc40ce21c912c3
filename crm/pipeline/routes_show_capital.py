"""How the money of a project is shown: contracts with what each changed, and both series of paid-in capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.capital.queries import contracts_of, paid_in_of
from crm.capital.queries_checks import checks_of, state_on
from crm.capital.rules import CONTRACT_KINDS, COUNTED_KINDS, PAID_IN_KINDS, term_changes
from crm.capital.rules_checks import STATES
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import gettext as _
from crm.core.words import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.capital.queries import ContractRow, PaidInRow
    from crm.capital.queries_checks import CheckRow
    from crm.capital.rules import TermChange
    from crm.core.actor import Actor

PERCENT = 100
TONES = {"recognised": "good", "objected": "bad", "void": "line"}
TERM_NAMES = {
    "agreed_start_on": say("Agreed start"),
    "agreed_completion_on": say("Agreed completion"),
    "agreed_production_on": say("Agreed production"),
    "yearly_plan": say("Yearly investment plan"),
}


def capital(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Return contracts and paid-in money with sums: what is recorded, what counts, and the rate of what counts."""
    may_record, lead_id = may(by, "capital.record"), row["id"]
    contracted, counted = row["contracted_fen"], row["paid_in_fen"]
    papers = contracts_of(lead_id)
    changed = _changes(papers)
    entries = paid_in_of(lead_id)
    checks = checks_of(lead_id) if entries else {}
    return {
        "contracts": [
            {
                "day": item.signed_on,
                "kind_label": render(CONTRACT_KINDS[item.kind]),
                "counts": item.kind in COUNTED_KINDS,
                "counterpart": item.counterpart,
                "amount_fen": item.amount_fen,
                "dates_text": _agreed(item),
                "plan_text": _plan(item.yearly_plan) if item.yearly_plan else "",
                "changes": changed.get(item.id, []),
                "note": item.note,
                "by": item.recorded_by,
                "voided_text": _voided(item),
                "void_url": url_for("capital.void_one_contract", lead_id=lead_id, entry_id=item.id)
                if may_record and item.standing
                else None,
            }
            for item in papers
        ],
        "paid_in": [_entry(item, checks.get(item.id, []), may_record=may_record) for item in entries],
        "contracted_fen": contracted,
        "paid_in_fen": counted,
        "recorded_fen": row["paid_in_recorded_fen"],
        "rate_text": f"{(counted or 0) * PERCENT / contracted:.1f} %" if contracted else None,
        "contract_url": url_for("capital.contract", lead_id=lead_id) if may_record else None,
        "paid_in_url": url_for("capital.paid_in", lead_id=lead_id) if may_record else None,
    }


def _entry(item: PaidInRow, checks: list[CheckRow], *, may_record: bool) -> dict[str, Any]:
    state = state_on(item, checks)
    reversing = item.reverses_id is not None
    return {
        "day": item.paid_on,
        "kind_label": _("Reversing entry") if reversing else render(PAID_IN_KINDS[item.kind]),
        "amount_fen": item.amount_fen,
        "voucher_no": item.voucher_no,
        "note": " · ".join(part for part in (item.note, item.excess_reason) if part),
        "by": item.recorded_by,
        "voided_text": _voided(item),
        "state": "" if reversing else render(STATES[state]),
        "tone": TONES.get(state, "warn"),
        "url": url_for("capital.check_one", lead_id=item.lead_id, entry_id=item.id),
        "void_url": url_for("capital.void_one_paid_in", lead_id=item.lead_id, entry_id=item.id)
        if may_record and item.standing
        else None,
    }


def _changes(papers: list[ContractRow]) -> dict[int, list[dict[str, str]]]:
    """Return what each standing paper changed of the terms before it, in words."""
    standing = [paper for paper in reversed(papers) if paper.standing and paper.kind in COUNTED_KINDS]
    said = term_changes(
        [
            ((item.agreed_start_on, item.agreed_completion_on, item.agreed_production_on), item.yearly_plan)
            for item in standing
        ]
    )
    return {
        item.id: [_change(change) for change in changes] for item, changes in zip(standing, said, strict=True)
    }


def _change(change: TermChange) -> dict[str, str]:
    def words(value: Any) -> str:
        return _plan(value) if isinstance(value, dict) else str(value)

    return {"name": render(TERM_NAMES[change.name]), "old": words(change.old), "new": words(change.new)}


def _plan(plan: Mapping[int, int]) -> str:
    return "；".join(f"{year}{_(': ')}{show_wan(fen)}" for year, fen in sorted(plan.items()))


def _agreed(item: Any) -> str:
    parts = (
        (say("start %(day)s"), item.agreed_start_on),
        (say("completion %(day)s"), item.agreed_completion_on),
        (say("production %(day)s"), item.agreed_production_on),
    )
    return " · ".join(_(text.msgid, day=day) for text, day in parts if day)


def _voided(item: Any) -> str:
    if item.standing:
        return ""
    return _("Voided by %(name)s: %(reason)s", name=item.voided_by or "—", reason=item.void_reason or "—")
