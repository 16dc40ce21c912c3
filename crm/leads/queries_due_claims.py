"""What waits about credit: protection that lapses soon, disputes to decide or answer, reports to confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crm.accounts.rules import scope
from crm.core.clock import shanghai_date
from crm.core.due import MOST, Due, Source, light_on
from crm.core.errors import say
from crm.leads.models import Lead
from crm.leads.queries_claims import cases, lapsing, lead_reports
from crm.leads.rules_claims import claim_rules

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

CONFIRM_DAYS = 7


def due_protection(by: Actor, today: date) -> list[Due]:
    """Return the projects whose first report loses its protection soon without a new contact."""
    own = by.person_id if scope(by, "lead.contact") == "own" else None
    rows = lapsing(today, cadre_id=own)
    if scope(by, "lead.contact") == "unit" and rows:
        ids = Lead.select(Lead.id).where(Lead.id.in_({row.lead_id for row in rows}) & (Lead.unit == by.unit_id))
        reached = {int(lead) for (lead,) in ids.tuples()}
        rows = [row for row in rows if row.lead_id in reached]
    found: dict[int, Due] = {}
    for row in rows:
        sentence = say("The protection of the first report ends in %(n)s days without a new contact.", n=row.days_left)
        found.setdefault(row.lead_id, Due(
            "protection", "lead", row.lead_id, f"{row.number} {row.name}", sentence, row.until,
            light_on(row.until, today, claim_rules().remind_days[-1] + 1), "lead.show", {"lead_id": row.lead_id},
            "contacts",
        ))  # fmt: skip
    return list(found.values())[:MOST]


def due_disputes(by: Actor, today: date) -> list[Due]:
    """Return the disputes that wait for the bureau's decision or last word."""
    found = []
    for row in cases(open_only=True, limit=MOST):
        if by.person_id in {row.cadre_id, row.other_id} or (row.appealed_at and row.decided_by_id == by.person_id):
            continue
        since = shanghai_date(row.appealed_at or row.opened_at)
        due_on = since + timedelta(days=claim_rules().decide_days)
        sentence = say("An appeal over credit waits for the last word.") if row.appealed_at else say(
            "%(name)s claims credit: decide in writing.", name=row.cadre_name)  # fmt: skip
        found.append(Due("dispute", "case", row.id, f"{row.number} {row.lead_name}", sentence, due_on,
                         light_on(due_on, today, 5), "cadres.dispute", {"case_id": row.id}))  # fmt: skip
    return sorted(found, key=lambda one: one.due_on)


def due_answers(by: Actor, today: date) -> list[Due]:
    """Return the disputes in which a cadre may still speak, and reports that wait for the cadre's word."""
    who = by.person_id or 0
    found = []
    for row in cases(cadre_id=who, open_only=True):
        if row.other_id == who and not row.answer and not row.decision:
            due_on = shanghai_date(row.opened_at) + timedelta(days=CONFIRM_DAYS)
            sentence = say("Somebody objects to your credit; say what happened.")
            found.append(Due("answer", "case", row.id, row.number, sentence, due_on, light_on(due_on, today, 3),
                             "cadres.dispute", {"case_id": row.id}))  # fmt: skip
    for one in lead_reports(cadre_id=who, state="waiting"):
        due_on = shanghai_date(one.reported_at) + timedelta(days=CONFIRM_DAYS)
        sentence = say("%(name)s entered a report for you; confirm it or refuse it.", name=one.entered_by_name)
        found.append(Due("answer", "report", one.id, f"{one.number} {one.lead_name}", sentence, due_on,
                         light_on(due_on, today, 3), "cadres.index"))  # fmt: skip
    return found


DUE = (
    Source("protection", say("Protection of first reports"), "lead.contact", due_protection),
    Source("dispute", say("Disputes over credit"), "credit.decide", due_disputes),
    Source("answer", say("Your word is asked"), "lead.confirm", due_answers),
)
