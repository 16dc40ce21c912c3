"""Who leads a park: entered from a day on, with a reason when somebody is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, say
from crm.profile.rules import dictionary
from crm.reports.models import ParkLeader
from crm.reports.rules_parks import DUTIES

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def name_leader(park: str, values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter who leads a park from a day on; who led it before stays on record."""
    with deed("park.leader", by=by, at=at, kind="park", label=park) as doing:
        require(by, "park.leaders")
        findings = []
        if park not in dictionary("parks"):
            findings.append(Finding("park.unknown", say("Choose the park."), "park"))
        if values["duty"] not in DUTIES:
            findings.append(Finding("duty.unknown", say("Choose the duty."), "duty"))
        if values["from_on"] > shanghai_date(at):
            findings.append(Finding("date.future", say("This day has not come yet."), "from_on"))
        before = (
            ParkLeader.select()
            .where((ParkLeader.park == park) & (ParkLeader.duty == values["duty"]))
            .order_by(ParkLeader.from_on.desc(), ParkLeader.id.desc())
            .first()
        )
        if before is not None and not values.get("reason"):
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        made = ParkLeader.create(
            park=park, duty=values["duty"], name=values["name"], post=values.get("post") or "",
            from_on=values["from_on"], reason=values.get("reason") or "", by=by.person_id, by_name=by.name,
            recorded_at=at,
        )  # fmt: skip
        doing.change(values["duty"], before.name if before else None, values["name"])
        return int(made.id)
