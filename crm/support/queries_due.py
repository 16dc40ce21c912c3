"""What waits because of support items: reviews to conclude, texts to change, exceptions that end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crm.core.clock import shanghai_date
from crm.core.due import Due, Source, light_on
from crm.core.errors import say
from crm.core.workdays import later
from crm.support.queries_list import desk, expiring, to_reword
from crm.support.rules import SUBJECTS
from crm.support.rules_measures import days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crm.core.actor import Actor
    from crm.support.queries import ItemRow


def _label(row: ItemRow) -> str:
    return f"{row.lead_number} {row.title}".strip() if row.lead_number else row.title


def due_reviews(by: Actor, today: date) -> list[Due]:
    """Return the reviews that wait for this reviewer, but for what the own unit proposed."""
    found = []
    for row in desk(by):
        if row.sent_at is None or row.proposed_by_id == by.person_id or row.unit_id == by.unit_id:
            continue
        until = later(shanghai_date(row.sent_at), days("review", "days"))
        text = say("Review: %(what)s of %(unit)s.", what=SUBJECTS[row.subject], unit=row.unit_name or "—")
        light = light_on(until, today, days("review", "remind_days"))
        found.append(Due("review", "support", row.id, _label(row), text, until, light, "support.show",
                         {"item_id": row.id}, "review"))  # fmt: skip
    return found


def due_rewording(by: Actor, today: date) -> list[Due]:
    """Return the items whose text the reviewer wants changed."""
    found = []
    for row in to_reword(by):
        until = later(shanghai_date(row.updated_at), days("review", "days"))
        text = say("The reviewer asks for another wording; no contract carries the item before.")
        light = light_on(until, today, days("review", "remind_days"))
        found.append(Due("reword", "support", row.id, _label(row), text, until, light, "support.show",
                         {"item_id": row.id}, "review"))  # fmt: skip
    return found


def _expiring(by: Actor, today: date, permission: str) -> Sequence[Due]:
    remind = days("exception", "remind_days")
    found = []
    for row in expiring(by, permission, today + timedelta(days=remind)):
        if row.cleared_until is None:
            continue
        text = say("The exception ends on %(day)s: stop the support, or have it reviewed anew.", day=row.cleared_until)
        found.append(Due("exception", "support", row.id, _label(row), text, row.cleared_until,
                         light_on(row.cleared_until, today, remind), "support.show", {"item_id": row.id},
                         "review"))  # fmt: skip
    return found


def due_exceptions(by: Actor, today: date) -> Sequence[Due]:
    """Return the exceptions of the own items that end soon or have ended."""
    return _expiring(by, today, "support.edit")


def due_exceptions_reviewed(by: Actor, today: date) -> Sequence[Due]:
    """Return the exceptions of all units that end soon or have ended, for the reviewer."""
    return _expiring(by, today, "support.review")


DUE = (
    Source("review", say("Fair-competition reviews"), "support.review", due_reviews),
    Source("reword", say("Support items to be worded anew"), "support.edit", due_rewording),
    Source("exception", say("Exceptions that end"), "support.edit", due_exceptions),
    Source("exception", say("Exceptions that end"), "support.review", due_exceptions_reviewed),
)
