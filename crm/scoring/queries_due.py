"""What scoring adds to the page 待办: committees that wait for one's marks, or for the chair's decision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crm.core.clock import shanghai_date
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.scoring.queries_committee import waiting_for

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

DAYS = 7
REMIND = 3
SENTENCES = {
    "mark": say("The committee waits for your marks."),
    "decide": say("Everybody has handed in; decide as the chair."),
}


def due_committees(by: Actor, today: date) -> list[Due]:
    """Return the committees that wait for this person."""
    if by.person_id is None:
        return []
    found = []
    for row in waiting_for(by.person_id)[:MOST]:
        due_on = shanghai_date(row.opened_at) + timedelta(days=DAYS)
        found.append(
            Due(
                "committee", "committee", row.committee_id, f"{row.lead_number} {row.lead_name}", SENTENCES[row.what],
                due_on, light_on(due_on, today, REMIND), "acceptance.sit", {"committee_id": row.committee_id},
            )
        )  # fmt: skip
    return found


DUE = (Source("committee", say("Committees on the acceptance score"), "acceptance.mark", due_committees),)
