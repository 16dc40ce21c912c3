"""One change for many leads: each lead is judged by its own door, in its own transaction, with its own entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.operations import open_for
from crm.leads.rules import STAGES
from crm.pipeline import gate
from crm.pipeline.operations import change_status, changed_findings, edit_assessed, move, move_findings
from crm.pipeline.rules_bulk import PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor

ACTIONS = {
    "owner": "lead.edit", "next": "lead.edit", "stage": "stage.move", "status": "status.change",
    "landed": "landing.recognise",
}  # fmt: skip
COLUMNS = {"owner": "owner_id", "next": "next_steps"}


@dataclass(frozen=True)
class Verdict:
    """What one lead answers to the change: nothing against it, or every finding."""

    lead_id: int
    findings: tuple[Finding, ...] = ()

    @property
    def fine(self) -> bool:
        """Tell whether nothing stands against it."""
        return not self.findings


def look(lead_ids: list[int], kind: str, values: Mapping[str, Any], *, by: Actor, at: datetime) -> list[Verdict]:
    """Return what each lead would answer now; writes nothing."""
    return [Verdict(lead_id, tuple(_against(lead_id, kind, values, by, at))) for lead_id in lead_ids]


def _against(lead_id: int, kind: str, values: Mapping[str, Any], by: Actor, at: datetime) -> list[Finding]:
    try:
        require(by, PERMISSIONS[kind])
        row = open_for(lead_id, by, PERMISSIONS[kind])
    except Refusal as refusal:
        return list(refusal.findings)
    if kind == "stage":
        if values["to"] not in STAGES or values["to"] == row.stage:
            return [Finding("stage.unknown", say("Choose another stage than the present one."), "to")]
        return move_findings(
            row, values["to"], happened_on=values["happened_on"], note=values["reason"] or "", by=by, at=at
        )
    if kind == "status":
        return changed_findings(
            row, values["status"], reason=values["reason"] or "", lost_to=values["lost_to"] or "",
            happened_on=values["happened_on"], by=by, at=at,
        )  # fmt: skip
    if kind == "landed":
        return gate.recognise_findings(lead_id)
    column = COLUMNS[kind]
    same = getattr(row, column) == values[column]
    return [Finding("bulk.same", say("It says so already."), column)] if same else []


def change_many(lead_ids: list[int], kind: str, values: Mapping[str, Any], *, seen: Mapping[int, int], by: Actor,
                at: datetime) -> list[Verdict]:  # fmt: skip
    """Change each lead that allows it and return what each one answered; `seen` holds the versions looked at."""
    found = []
    for lead_id in lead_ids:
        try:
            _change(lead_id, kind, values, seen.get(lead_id), by, at)
        except Refusal as refusal:
            found.append(Verdict(lead_id, tuple(refusal.findings)))
        else:
            found.append(Verdict(lead_id))
    return found


def _change(lead_id: int, kind: str, values: Mapping[str, Any], seen: int | None, by: Actor, at: datetime) -> None:
    with deed(ACTIONS[kind], by=by, at=at, kind="lead", thing_id=lead_id, several=True) as doing:
        require(by, PERMISSIONS[kind])
        Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()  # the row lock on PostgreSQL
        row = open_for(lead_id, by, PERMISSIONS[kind])
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        if seen != row.version:
            raise refuse("bulk.stale", say("Somebody changed this project since you looked; look again."), status=409)
        if kind == "stage":
            move(lead_id, values["to"], happened_on=values["happened_on"], note=values["reason"] or "", by=by, at=at)
        elif kind == "status":
            change_status(
                lead_id, values["status"], reason=values["reason"] or "", lost_to=values["lost_to"] or "",
                happened_on=values["happened_on"], by=by, at=at,
            )  # fmt: skip
        elif kind == "landed":
            gate.recognise(lead_id, by=by, at=at)
        else:
            column = COLUMNS[kind]
            base = {column: getattr(row, column)}
            edit_assessed(lead_id, {column: values[column]}, base=base, version=row.version, by=by, at=at)
