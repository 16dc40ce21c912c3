"""The landing gate behind every door: page, board, bulk, import, API and command line ask here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.capital.queries import formal_contract
from crm.core.clock import today
from crm.core.errors import Finding, say
from crm.landing import operations_gate
from crm.landing.queries import gate_facts
from crm.landing.rules import gate

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.landing.rules import GateVerdict


def has_formal_contract(lead_id: int) -> bool:
    """Tell whether a formal contract stands; a framework agreement is none."""
    return formal_contract(lead_id) is not None


def verdict(lead_id: int, on: date | None = None) -> GateVerdict:
    """Judge one lead (today): landed, ready, or not yet with every gap and who must act next."""
    return gate(gate_facts(lead_id, has_formal_contract=has_formal_contract(lead_id), on=on or today()))


def recognise_findings(lead_id: int) -> list[Finding]:
    """Return everything that keeps a lead from being recognised now; whoever only looks asks here too."""
    judged = verdict(lead_id)
    if judged.state == "landed":
        return [Finding("gate.landed", say("This project is recognised already."))]
    return list(judged.findings)


def recognise(lead_id: int, *, by: Actor, at: datetime) -> int:
    """Recognise one lead as landed, or refuse with everything that is missing."""
    return operations_gate.recognise(lead_id, has_formal_contract=has_formal_contract, by=by, at=at)
