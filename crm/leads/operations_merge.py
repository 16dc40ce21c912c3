"""Two leads that are one: the leads' own rows move, the gone one is withdrawn and its number leads on; and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.leads.models import Claim, Contact, Lead
from crm.leads.models_merge import LeadMerge
from crm.leads.operations import note_fact
from crm.leads.operations_versions import note_versions

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

MACHINE_MADE = frozenset({"lead_fact", "lead_change", "lead_pair", "assessment", "chain_place"})


def built_on(lead_id: int, *, since_version: int | None) -> list[str]:
    """Name what hangs on a lead beside its own facts and machine assessments; "version" when it was edited since."""
    found = []
    lead = Lead.get_by_id(lead_id)
    if since_version is not None and lead.version != since_version:
        found.append("version")
    for foreign in Lead._meta.backrefs:  # noqa: SLF001 - peewee keeps who refers to a table nowhere else
        model = foreign.model
        name = str(model._meta.table_name)  # noqa: SLF001
        if name in MACHINE_MADE:
            continue
        if name not in found and model.select().where(foreign == lead_id).exists():
            found.append(name)
    return found


def withdraw(lead_id: int, *, reason: str, by: Actor, at: datetime, deed_name: str = "lead.withdraw") -> None:
    """Withdraw a lead that should not be one; it stays on record with its number and reason."""
    with deed(deed_name, by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        row = Lead.get_by_id(lead_id)
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        doing.change("status", row.status, "withdrawn")
        set_status(lead_id, "withdrawn", reason=reason, by=by, at=at)


def set_status(lead_id: int, status: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Write a lead's status with its history."""
    day = shanghai_date(at)
    old = Lead.select(Lead.status).where(Lead.id == lead_id).get()
    Lead.update(
        status=status, status_since=day, status_reason=reason, version=Lead.version + 1, updated_at=at
    ).where(Lead.id == lead_id).execute()
    note_versions(lead_id, {"status": old.status})
    note_fact(lead_id, "status", status, happened_on=day, by=by, at=at, reason=reason)


def move_rows(model: Any, gone: int, kept: int) -> list[int]:
    """Hand a table's rows from one lead to another; returns which, so that they can go back."""
    ids = [key for (key,) in model.select(model.id).where(model.lead == gone).order_by(model.id).tuples()]
    if ids:
        model.update(lead=kept).where(model.id.in_(ids)).execute()
    return ids


def bring_back(model: Any, ids: list[int], gone: int) -> None:
    """Hand rows back to the lead that they came from."""
    if ids:
        model.update(lead=gone).where(model.id.in_(ids)).execute()


def move_own_rows(gone: int, kept: int) -> dict[str, list[int]]:
    """Move a lead's contacts and the claims of one that has none of its own to contest."""
    moved = {"contact": move_rows(Contact, gone, kept)}
    if not Claim.select().where((Claim.lead == kept) & Claim.ended_at.is_null()).exists():
        moved["claim"] = move_rows(Claim, gone, kept)
    return moved


def bring_own_back(moved: dict[str, list[int]], gone: int) -> None:
    """Hand contacts and claims back."""
    bring_back(Contact, moved.get("contact", []), gone)
    bring_back(Claim, moved.get("claim", []), gone)


def merged_into(lead_id: int) -> int | None:
    """Return the lead that another one has gone into, or nothing."""
    row = LeadMerge.get_or_none((LeadMerge.gone == lead_id) & LeadMerge.undone_at.is_null())
    return int(row.kept_id) if row else None
