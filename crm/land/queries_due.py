"""Milestones of land that are late or soon due, for those who can record them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import scope
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import Text, say
from crm.land.models import Parcel, ParcelStep
from crm.land.queries import reach
from crm.land.rules import milestones, remind_days

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor


def due_milestones(by: Actor, today: date) -> list[Due]:
    """Return the open milestones of the parcels one may change; who sees all is told of late ones only."""
    query = (
        ParcelStep.select(ParcelStep.parcel, ParcelStep.code, ParcelStep.due_on, Parcel.name)
        .join(Parcel)
        .where(reach(by) & ParcelStep.done_on.is_null() & Parcel.dropped_on.is_null())
        .order_by(ParcelStep.due_on, ParcelStep.id)
        .limit(MOST)
    )
    if scope(by, "land.record") == "all":
        query = query.where(ParcelStep.due_on < today)
    names = {one.code: one.label for one in milestones()}
    return [
        Due("land", "parcel", row["parcel"], row["name"],
            say("%(step)s is planned for %(day)s.", step=Text(names[row["code"]]), day=row["due_on"]), row["due_on"],
            light_on(row["due_on"], today, remind_days()), "land.show", {"parcel_id": row["parcel"]}, "done")
        for row in query.dicts() if row["code"] in names
    ]  # fmt: skip


DUE = (Source("land", say("Land"), "land.record", due_milestones),)
