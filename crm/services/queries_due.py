"""Matters that wait for an answer of one's own unit; who sees all is told of late ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import scope
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.services.models import Matter
from crm.services.queries import reach
from crm.services.rules import CATEGORIES, remind_days

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor


def due_matters(by: Actor, today: date) -> list[Due]:
    """Return the open matters that the own unit answers, or all late ones for who sees everything."""
    everything = scope(by, "matter.answer") == "all"
    mine = Matter.due_on < today if everything else Matter.owner_unit == by.unit_id
    query = (
        Matter.select(Matter.id, Matter.category, Matter.title, Matter.due_on)
        .where(reach(by, "matter.answer") & mine & (Matter.state == "open"))
        .order_by(Matter.due_on, Matter.id)
        .limit(MOST)
    )
    return [
        Due("matter", "matter", row.id, row.title, say("%(category)s: answer it by %(day)s.",
            category=CATEGORIES[row.category], day=row.due_on), row.due_on,
            light_on(row.due_on, today, remind_days()), "services.show", {"matter_id": row.id}, "answer")
        for row in query
    ]  # fmt: skip


def due_hearings(by: Actor, today: date) -> list[Due]:
    """Return the answered matters that the own unit entered and whoever raised them is still to be heard."""
    query = (
        Matter.select(Matter.id, Matter.title, Matter.answered_on, Matter.due_on)
        .where(
            reach(by, "matter.close") & (Matter.state == "answered") & (Matter.recorded_unit == by.unit_id)
            & (Matter.answered_by != by.person_id)
        )
        .order_by(Matter.answered_on, Matter.id)
        .limit(MOST)
    )  # fmt: skip
    text = say("It is answered: hear whoever raised it, then close it.")
    return [
        Due("hearing", "matter", row.id, row.title, text, row.due_on, light_on(row.due_on, today, remind_days()),
            "services.show", {"matter_id": row.id}, "close")
        for row in query
    ]  # fmt: skip


DUE = (
    Source("matter", say("Requests and decisions"), "matter.answer", due_matters),
    Source("hearing", say("Answers to confirm"), "matter.close", due_hearings),
)
