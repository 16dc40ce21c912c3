"""Whether the events of a sample lead happen in a possible order, with what every move asks for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from crm.core.errors import Finding, say
from crm.leads.rules import STAGES
from crm.sample.stories_shapes import (
    ContactEvent,
    ContractEvent,
    Event,
    OpeningEvent,
    PaidInEvent,
    ScoreEvent,
    StageEvent,
    StatusEvent,
    StepEvent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.sample.stories_shapes import SampleLead, Story

STEPS = {
    "filing", "land", "eia", "construction_permit", "start_certificate", "completion",
    "production_certificate", "stats_project", "stats_enterprise", "stats_reason",
}  # fmt: skip
START_PROOF = {"construction_permit", "start_certificate"}
STATISTICS = {"stats_project", "stats_enterprise", "stats_reason"}
CONTRACTS = {"formal", "framework", "supplementary"}
PAYMENTS = {"cash", "works", "equipment", "land"}
PROMOTION = "investment"
COUNTING = {"finance", "statistics"}
BEST_SCORE = 100
OVER = {"lost", "terminated", "withdrawn"}


def event_findings(lead: SampleLead, story: Story) -> Iterator[Finding]:
    """Return what is impossible in the events of one lead."""
    yield from _order(lead)
    yield from _moves(lead)
    yield from _money(lead, story)
    yield from _people(lead, story)


def _fault(lead: SampleLead, event: Event, code: str) -> Finding:
    """Name the lead, the event and the day."""
    text = say(
        "%(where)s: impossible event “%(do)s” %(day)s days ago",
        where=lead.key, do=event.do, day=event.days_ago,
    )  # fmt: skip
    return Finding(f"sample.{code}", text, "events")


def _order(lead: SampleLead) -> Iterator[Finding]:
    """Check that days only run forward, from the day of creation to today."""
    days = [lead.created_days_ago, *(event.days_ago for event in lead.events), 0]
    for (earlier, later), event in zip(pairwise(days), lead.events, strict=False):
        if later > earlier or later < 0:
            yield _fault(lead, event, "order")
    for event in lead.events[1:]:
        if isinstance(event, OpeningEvent):
            yield _fault(lead, event, "opening")
    for event in lead.of(StepEvent):
        if event.kind not in STEPS:
            yield _fault(lead, event, "step")


def _moves(lead: SampleLead) -> Iterator[Finding]:
    """Check that stages move one by one while the lead is active, each with what it asks for."""
    stage, status = "lead", "active"
    for place, event in enumerate(lead.events):
        if status in OVER:
            yield _fault(lead, event, "over")
        if isinstance(event, OpeningEvent):
            stage = event.to
        elif isinstance(event, StageEvent):
            next_one = STAGES.index(event.to) == STAGES.index(stage) + 1
            if not next_one or status != "active" or not _asked(lead, event.to, lead.events[:place]):
                yield _fault(lead, event, "move")
            stage = event.to
        elif isinstance(event, StatusEvent):
            if not event.text or event.to == status or bool(event.lost_to) != (event.to == "lost"):
                yield _fault(lead, event, "status")
            if event.to == "terminated" and STAGES.index(stage) < STAGES.index("signed"):
                yield _fault(lead, event, "status")
            status = event.to
        elif isinstance(event, ScoreEvent) and not 0 <= event.points <= BEST_SCORE:
            yield _fault(lead, event, "score")


def _asked(lead: SampleLead, to: str, before: Sequence[Event]) -> bool:
    """Tell whether what the stage asks for (domain.md §3) had happened before the move."""
    if to == "qualified":
        size = lead.investment_wan or lead.foreign_amount_wan
        known = lead.land_mu is not None and lead.energy_tce is not None
        return bool(lead.investor and lead.content and lead.contact_name and size) and known
    if to == "negotiating":
        return any(isinstance(event, ContactEvent) and event.two_way for event in before)
    if to == "signed":
        formal = any(isinstance(event, ContractEvent) and event.kind == "formal" for event in before)
        return formal and any(isinstance(event, ScoreEvent) for event in before)
    steps = {event.kind for event in before if isinstance(event, StepEvent)}
    if to == "started":
        return bool(steps & START_PROOF)
    if to == "producing":
        return "production_certificate" in steps and bool(steps & STATISTICS)
    return True


def _money(lead: SampleLead, story: Story) -> Iterator[Finding]:
    """Check contracts (plan sums up, dates in order) and paid-in money (covered, two offices)."""
    offices = {person.login: _office(story, person.unit) for person in story.people}
    contracted = 0
    for event in lead.events:
        if isinstance(event, ContractEvent):
            formal = event.kind == "formal"
            contracted += event.amount_wan if event.kind != "framework" else 0
            if event.kind not in CONTRACTS or event.amount_wan <= 0 or (formal and not _agreed(event)):
                yield _fault(lead, event, "contract")
        elif isinstance(event, PaidInEvent):
            checked = {offices.get(login, "") for login in event.checked_by}
            paid = sum(row.amount_wan for row in lead.of(PaidInEvent) if row.days_ago >= event.days_ago)
            two = not event.checked_by or (PROMOTION in checked and bool(checked & COUNTING))
            if event.kind not in PAYMENTS or not event.text or not two or paid > contracted:
                yield _fault(lead, event, "paid_in")


def _agreed(event: ContractEvent) -> bool:
    """Tell whether a formal contract agrees on possible dates and plans its whole amount."""
    start, completion, production = event.start_days_ago, event.completion_days_ago, event.production_days_ago
    if start is None or completion is None or production is None:
        return False
    in_order = event.signed_days_ago > start > completion >= production
    return in_order and event.signed_days_ago >= event.days_ago and sum(event.plan_wan) == event.amount_wan


def _office(story: Story, code: str) -> str:
    """Return the office of a unit."""
    return next((unit.office for unit in story.units if unit.code == code), "")


def _people(lead: SampleLead, story: Story) -> Iterator[Finding]:
    """Check that who acted exists, that managers decided what only managers decide."""
    roles = {person.login: person.roles for person in story.people}
    for event in lead.events:
        held = roles.get(event.by, ())
        withdrawn = isinstance(event, StatusEvent) and event.to == "withdrawn"
        if not held or ((withdrawn or isinstance(event, ScoreEvent)) and "manager" not in held):
            yield _fault(lead, event, "by")
