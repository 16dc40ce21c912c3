"""What waits for officers: hints of partners that nobody has decided yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crm.core.clock import shanghai_date
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.core.workdays import later
from crm.intake.models_partner import Partner, PartnerHint

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

ANSWER_DAYS = 3
"""A partner hears within so many working days what became of a hint."""


def waiting_hints(by: Actor, today: date) -> list[Due]:
    """Return the hints in quarantine, the oldest first."""
    del by  # a hint has no unit yet: whoever takes ledgers in may take it
    query = (
        PartnerHint.select(PartnerHint.id, PartnerHint.received_at, PartnerHint.values, Partner.name)
        .join(Partner)
        .where(PartnerHint.state == "waiting")
        .order_by(PartnerHint.id)
        .limit(MOST)
    )
    found = []
    for hint_id, received_at, values, partner in query.tuples():
        due_on = later(shanghai_date(received_at), ANSWER_DAYS)
        found.append(
            Due(
                "partner", "hint", int(hint_id), str(json.loads(values)["name"]),
                say("%(partner)s passed this on: accept or decline it.", partner=partner), due_on,
                light_on(due_on, today, 1), "partner.show", {"hint_id": int(hint_id)},
            )
        )  # fmt: skip
    return found


DUE = (Source("partner", say("Hints of partners"), "intake.import", waiting_hints),)
