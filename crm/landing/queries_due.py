"""What landing waits for, as lines of the list 待办: papers to judge, to renew, to hand in again, re-checks, doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.core.due import Due, Source, light_on
from crm.core.errors import say
from crm.core.workdays import later
from crm.landing.queries_after import (
    LandingDue,
    doubts_open,
    evidence_sent_back,
    evidence_waiting,
    legs_expiring,
    rechecks_due,
    suspensions_open,
)
from crm.landing.rules import LEGS
from crm.landing.rules_times import times

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor
    from crm.core.due import Light
    from crm.core.errors import Text

JUDGE_DAYS = 3
"""Working days for judging a piece of evidence: as long as judging a lead takes (domain.md §3)."""


def _line(kind: str, row: LandingDue, text: Text, due_on: date, light: Light, endpoint: str, *, anchor: str = "",
          **args: object) -> Due:  # fmt: skip
    thing, thing_id = ("evidence", row.item_id) if row.item_id else ("lead", row.lead_id)
    place = {"lead_id": row.lead_id, **args} if endpoint.startswith("lead.") else args
    return Due(kind, thing, thing_id, f"{row.number} {row.name}", text, due_on, light, endpoint, place, anchor)


def due_evidence(by: Actor, today: date) -> list[Due]:
    """Return evidence that waits for a verifier."""
    found = []
    for row in evidence_waiting(by):
        until = later(row.due_on, JUDGE_DAYS)
        text = say("%(leg)s: %(name)s handed in evidence on %(day)s; verify it or send it back.", leg=LEGS[row.leg],
                   name=row.note, day=row.due_on)  # fmt: skip
        found.append(_line("verify", row, text, until, light_on(until, today, 1), "landing.desk", item=row.item_id))
    return found


def due_sent_back(by: Actor, today: date) -> list[Due]:
    """Return legs whose evidence was sent back or voided."""
    found = []
    for row in evidence_sent_back(by):
        until = later(row.due_on, JUDGE_DAYS)
        text = say("%(leg)s: the evidence was sent back (%(reason)s); hand in a newer one.", leg=LEGS[row.leg],
                   reason=(row.note or "—").rstrip("。.；; "))  # fmt: skip
        found.append(_line("again", row, text, until, light_on(until, today, 1), "lead.evidence", leg=row.leg))
    return found


def due_expiring(by: Actor, today: date) -> list[Due]:
    """Return verified evidence that runs out."""
    remind = times().validity_remind_days
    return [
        _line("expiring", row,
              say("%(leg)s: the evidence holds until %(day)s; hand in a newer one.", leg=LEGS[row.leg], day=row.due_on),
              row.due_on, light_on(row.due_on, today, remind), "lead.evidence", leg=row.leg)
        for row in legs_expiring(by, today)
    ]  # fmt: skip


def due_rechecks(by: Actor, today: date) -> list[Due]:
    """Return recognitions to be looked at again."""
    remind = times().recheck_remind_days
    return [
        _line("recheck", row, say("The yearly re-check of the recognition is due by %(day)s.", day=row.due_on),
              row.due_on, light_on(row.due_on, today, remind), "lead.recheck_page")
        for row in rechecks_due(by, today)
    ]  # fmt: skip


def due_doubts(by: Actor, today: date) -> list[Due]:
    """Return recognitions in doubt, and suspended ones, that a leader settles."""
    found = [
        _line("doubt", row, say("A re-check has doubts: %(reason)s", reason=row.note), row.due_on, "red", "lead.show",
              anchor="landing")
        for row in doubts_open(by)
    ]  # fmt: skip
    return found + [
        _line("doubt", row, say("The recognition is suspended: lift, end or revoke it by %(day)s.", day=row.due_on),
              row.due_on, light_on(row.due_on, today, 30), "lead.show", anchor="landing")
        for row in suspensions_open(by)
    ]  # fmt: skip


DUE = (
    Source("verify", say("Evidence to judge"), "landing.verify", due_evidence),
    Source("again", say("Evidence sent back"), "landing.submit", due_sent_back),
    Source("expiring", say("Evidence that runs out"), "landing.submit", due_expiring),
    Source("recheck", say("Yearly re-checks"), "landing.recheck", due_rechecks),
    Source("doubt", say("Recognitions to settle"), "landing.recognise", due_doubts),
)
