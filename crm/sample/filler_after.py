"""After landing, in the sample: the oldest recognition is looked at again, and a verifier has doubts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crm.landing.operations_after import recheck
from crm.landing.queries_after import rechecks_due
from crm.landing.queries_eyes import eyes_facts
from crm.landing.rules import verifier_findings
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

DAYS_AGO = 2
DOUBT = "企业近一年未见完税记录，税务分局正在核实，请领导定夺。"


def after_steps(cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return what happens to recognitions afterwards."""
    yield Step(calendar.moment(DAYS_AGO), partial(_look_again, cast, calendar))


def _look_again(cast: Cast, calendar: Calendar, at: datetime) -> None:
    """Re-check the recognition that is due longest, by a verifier who has nothing to do with it."""
    verifiers = [actor for actor in cast.actors.values() if "verifier" in actor.roles]
    for due in rechecks_due(verifiers[0], calendar.day(DAYS_AGO)):
        free = [by for by in verifiers if not verifier_findings(eyes_facts(due.lead_id, None, by))]
        if free:
            recheck(due.lead_id, "doubt", reason=DOUBT, by=free[0], at=at)
            return
