"""What waits about monthly reports: the cadre's own, and those that the organisation department misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.cadres.queries_reports import month_states
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

REMIND = 5


def due_months(by: Actor, today: date) -> list[Due]:
    """Return the months that a cadre may send now and has not."""
    return [
        Due("month", "month", by.person_id or 0, one.owed.month,
            say("The monthly report of %(month)s is not sent yet.", month=one.owed.month), one.owed.due_on,
            light_on(one.owed.due_on, today, REMIND), "cadres.my_month", {"month": one.owed.month})
        for one in reversed(month_states(today, cadre_id=by.person_id))
        if one.state(today) in ("open", "due")
    ]  # fmt: skip


def due_from_cadres(by: Actor, today: date) -> list[Due]:
    """Return the months that are past their day and can still be sent or excused before they count as missed."""
    del by
    return [
        Due("months", "person", one.owed.cadre_id, one.cadre_name,
            say("The monthly report of %(month)s is overdue; it counts as missed after %(day)s.",
                month=one.owed.month, day=one.owed.closes_on),
            one.owed.closes_on, light_on(one.owed.closes_on, today, REMIND), "cadres.months", {"month": one.owed.month})
        for one in reversed(month_states(today))
        if one.state(today) == "due"
    ][:MOST]  # fmt: skip


DUE = (
    Source("month", say("Monthly reports"), "monthly.send", due_months),
    Source("months", say("Monthly reports of cadres"), "monthly.excuse", due_from_cadres),
)
