"""Questions after landing: what happened to a recognition, and what falls due for whom (rows for the due list)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.core.clock import shanghai_date
from crm.landing.models import Evidence, Recognition, RecognitionEvent
from crm.landing.rules_times import months_later, times
from crm.leads.models import Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

MOST = 200
"""So many lines of one kind are told; who has more works them off from the oldest on."""


@dataclass(frozen=True)
class EventRow:
    """One thing that happened to a recognition."""

    recognition_id: int
    kind: str
    happened_on: date
    reason: str
    next_due: date | None
    by_name: str
    at: datetime


@dataclass(frozen=True)
class LandingDue:
    """One thing of landing that somebody has to do: which lead, which leg, by when; `owner_id` is the officer's."""

    lead_id: int
    number: str
    name: str
    owner_id: int | None
    unit_id: int
    due_on: date
    leg: str = ""
    item_id: int = 0
    note: str = ""


LEAD = (Lead.id, Lead.number, Lead.name, Lead.owner, Lead.unit)


def events_of(lead_id: int) -> list[EventRow]:
    """Return what happened to a lead's recognitions, in order."""
    query: Any = (
        RecognitionEvent.select()
        .join(Recognition, on=(RecognitionEvent.recognition == Recognition.id))
        .where(Recognition.lead == lead_id)
        .order_by(RecognitionEvent.id)
    )
    return [
        EventRow(
            row.recognition_id, row.kind, row.happened_on, row.reason, row.next_due, row.by_name, row.at
        )
        for row in query
    ]  # fmt: skip


def _told(row: Any, due_on: date, leg: str = "", item_id: int = 0, note: str = "") -> LandingDue:
    lead_id, number, name, owner_id, unit_id = row[:5]
    return LandingDue(lead_id, number, name, owner_id, unit_id, due_on, leg, item_id, note or "")


def rechecks_due(by: Actor, today: date) -> list[LandingDue]:
    """Return the standing recognitions to be looked at again soon or overdue, the oldest date first."""
    query: Any = (
        Lead.select(*LEAD, Recognition.recheck_due)
        .join(Recognition, on=(Recognition.lead == Lead.id))
        .where(
            visible(by, "landing.recheck")
            & Recognition.ended_at.is_null()
            & Recognition.suspended_on.is_null()
            & (Recognition.recheck_due <= today + timedelta(days=times().recheck_remind_days))
        )
        .order_by(Recognition.recheck_due, Recognition.id)
        .limit(MOST)
    )
    return [_told(row, *row[5:]) for row in query.tuples()]


def legs_expiring(by: Actor, today: date) -> list[LandingDue]:
    """Return verified evidence that runs out soon or has run out, where a newer one can be handed in."""
    newer = Evidence.alias()
    replaced = newer.select(newer.id).where(
        (newer.lead == Evidence.lead) & (newer.leg == Evidence.leg) & (newer.version > Evidence.version)
    )

    query: Any = (
        Lead.select(*LEAD, Evidence.valid_until, Evidence.leg, Evidence.id)
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .where(
            visible(by, "landing.submit")
            & Evidence.state.in_(("verified", "expired"))
            & (Evidence.valid_until <= today + timedelta(days=times().validity_remind_days))
            & ~fn.EXISTS(replaced)
            & Lead.status.in_(("active", "paused"))
        )
        .order_by(Evidence.valid_until, Evidence.leg, Evidence.id)
        .limit(MOST)
    )
    return [_told(row, *row[5:]) for row in query.tuples()]


def evidence_waiting(by: Actor) -> list[LandingDue]:
    """Return evidence that waits for a verifier, the oldest first; due since the day it was handed in."""
    query: Any = (
        Lead.select(*LEAD, Evidence.submitted_at, Evidence.leg, Evidence.id, Evidence.submitted_by_name)
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .where(visible(by, "landing.verify") & (Evidence.state == "submitted"))
        .order_by(Evidence.submitted_at, Evidence.id)
        .limit(MOST)
    )
    return [_told(row, shanghai_date(row[5]), *row[6:]) for row in query.tuples()]


def evidence_sent_back(by: Actor) -> list[LandingDue]:
    """Return legs whose newest evidence was sent back or voided, and waits for the officer."""
    newer = Evidence.alias()
    replaced = newer.select(newer.id).where(
        (newer.lead == Evidence.lead) & (newer.leg == Evidence.leg) & (newer.version > Evidence.version)
    )
    query: Any = (
        Lead.select(
            *LEAD, fn.COALESCE(Evidence.voided_at, Evidence.decided_at).alias("since"), Evidence.leg, Evidence.id,
            Evidence.reason,
        )
        .join(Evidence, on=(Evidence.lead == Lead.id))
        .where(
            visible(by, "landing.submit")
            & Evidence.state.in_(("rejected", "void"))
            & ~fn.EXISTS(replaced)
            & Lead.status.in_(("active", "paused"))
        )
        .order_by(Evidence.id)
        .limit(MOST)
    )  # fmt: skip
    return [_told(row, shanghai_date(row[5]), *row[6:]) for row in query.tuples()]


def suspensions_open(by: Actor) -> list[LandingDue]:
    """Return suspended recognitions with the day by which they are lifted, ended or revoked."""
    query: Any = (
        Lead.select(*LEAD, Recognition.suspended_on)
        .join(Recognition, on=(Recognition.lead == Lead.id))
        .where(
            visible(by, "landing.recognise")
            & Recognition.ended_at.is_null()
            & Recognition.suspended_on.is_null(False)
        )
        .order_by(Recognition.suspended_on, Recognition.id)
        .limit(MOST)
    )
    months = times().suspension_months
    return [_told(row, months_later(row[5], months)) for row in query.tuples()]


def doubts_open(by: Actor) -> list[LandingDue]:
    """Return standing recognitions whose last word is a doubt that a leader has not settled."""
    last = RecognitionEvent.select(fn.MAX(RecognitionEvent.id)).where(
        RecognitionEvent.recognition == Recognition.id
    )
    query: Any = (
        Lead.select(*LEAD, RecognitionEvent.happened_on, RecognitionEvent.reason)
        .join(Recognition, on=(Recognition.lead == Lead.id))
        .join(RecognitionEvent, on=(RecognitionEvent.recognition == Recognition.id))
        .where(
            visible(by, "landing.recognise")
            & Recognition.ended_at.is_null()
            & (RecognitionEvent.id == last)
            & (RecognitionEvent.kind == "doubt")
        )
        .order_by(RecognitionEvent.id)
        .limit(MOST)
    )
    return [_told(row, row[5], note=row[6]) for row in query.tuples()]
