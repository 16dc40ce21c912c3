"""Approvals that wait: with the own unit, late or soon so; and papers that a project has not handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import scope
from crm.approvals.models import ApprovalCase
from crm.approvals.queries import reach
from crm.approvals.rules import remind_days
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.leads.models import Lead

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor


def due_cases(by: Actor, today: date) -> list[Due]:
    """Return the running procedures of the projects in reach, or of the own unit; who sees all is told of late ones."""
    query = (
        ApprovalCase.select(
            ApprovalCase.id, ApprovalCase.name, ApprovalCase.unit_name, ApprovalCase.due_on, Lead.number,
            Lead.name.alias("lead_name"), Lead.id.alias("lead_id"),
        )
        .join(Lead)
        .where(
            reach(by, "approval.record") & (ApprovalCase.state == "running") & ApprovalCase.due_on.is_null(False)
        )
        .order_by(ApprovalCase.due_on, ApprovalCase.id)
        .limit(MOST)
    )  # fmt: skip
    if scope(by, "approval.record") == "all":
        query = query.where(ApprovalCase.due_on < today)
    return [
        Due("approval", "approval", row["id"], f"{row['number']} {row['lead_name']}",
            say("%(name)s with %(unit)s is promised by %(day)s.", name=row["name"], unit=row["unit_name"],
                day=row["due_on"]),
            row["due_on"], light_on(row["due_on"], today, remind_days()), "approvals.case", {"case_id": row["id"]})
        for row in query.dicts()
    ]  # fmt: skip


DUE = (Source("approval", say("Approvals"), "approval.record", due_cases),)
