"""Whether the landing gate would say to the sample leads what their stories say that it said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stdnum.cn import uscc

from crm.core.errors import Finding, say
from crm.leads.rules import STAGES
from crm.sample.stories_shapes import (
    ContractEvent,
    EntityEvent,
    Event,
    LegEvent,
    OpeningEvent,
    RecogniseEvent,
    RecogniseRefusedEvent,
    RejectEvent,
    StageEvent,
    VerifyEvent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.sample.stories_shapes import SampleLead, SamplePerson, Story

EVIDENCE = {
    "registered": {"business_licence"},
    "taxed": {"tax_certificate", "zero_return", "tax_reply"},
    "accounted": {"accounting_declaration", "basic_account", "statistics_form"},
}


@dataclass
class _Standing:
    """Where a lead stands on its way through the gate."""

    lead: SampleLead
    stage: str = "lead"
    formal: bool = False
    entity: EntityEvent | None = None
    waiting: dict[str, LegEvent] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)

    def missing(self, taken: dict[str, str]) -> set[str]:
        """Return what the gate would ask for; `taken` knows which lead landed with which credit code."""
        gaps = set(EVIDENCE) - self.verified
        if STAGES.index(self.stage) < STAGES.index("signed"):
            gaps.add("stage")
        if not self.formal:
            gaps.add("contract")
        if self.entity is None or taken.get(self.entity.uscc, self.lead.key) != self.lead.key:
            gaps.add("entity")
        return gaps


def gate_findings(story: Story) -> Iterator[Finding]:
    """Walk through all events of all leads, oldest first, and compare what the gate would say."""
    people = {person.login: person for person in story.people}
    standings = {lead.key: _Standing(lead) for lead in story.leads}
    taken: dict[str, str] = {}
    steps = ((lead.key, event) for lead in story.leads for event in lead.events)
    # sorted() is stable: events of one lead on one day stay in the order they were written
    for key, event in sorted(steps, key=lambda step: -step[1].days_ago):
        yield from _step(standings[key], event, people, taken)


def _step(
    standing: _Standing, event: Event, people: dict[str, SamplePerson], taken: dict[str, str]
) -> Iterator[Finding]:
    """Take one event in and yield what is wrong with it."""
    if isinstance(event, (StageEvent, OpeningEvent)):
        standing.stage = event.to
    elif isinstance(event, ContractEvent):
        standing.formal = standing.formal or event.kind == "formal"
    elif isinstance(event, EntityEvent):
        standing.entity = event
        if not uscc.is_valid(event.uscc) or event.kind not in {"legal", "branch"}:
            yield _fault(standing, event, "entity")
    elif isinstance(event, LegEvent):
        standing.waiting[event.leg] = event
        standing.verified.discard(event.leg)
        if standing.entity is None or event.evidence not in EVIDENCE.get(event.leg, ()):
            yield _fault(standing, event, "leg")
    elif isinstance(event, (VerifyEvent, RejectEvent)):
        yield from _eyes(standing, event, people)
    elif isinstance(event, (RecogniseEvent, RecogniseRefusedEvent)):
        yield from _recognition(standing, event, people, taken)


def _eyes(
    standing: _Standing, event: VerifyEvent | RejectEvent, people: dict[str, SamplePerson]
) -> Iterator[Finding]:
    """Check four eyes: a verifier of another unit, who neither submitted nor owns nor has credit."""
    lead, by = standing.lead, people.get(event.by)
    submitted = standing.waiting.pop(event.leg, None)
    involved = {lead.owner, submitted.by if submitted else "", *(claim.cadre for claim in lead.claims)}
    if (
        submitted is None
        or by is None
        or "verifier" not in by.roles
        or by.unit == lead.unit
        or by.login in involved
        or not event.text
    ):
        yield _fault(standing, event, "four_eyes")
    if isinstance(event, VerifyEvent):
        standing.verified.add(event.leg)


def _recognition(
    standing: _Standing,
    event: RecogniseEvent | RecogniseRefusedEvent,
    people: dict[str, SamplePerson],
    taken: dict[str, str],
) -> Iterator[Finding]:
    """Check that a manager asked, and that the gate's answer is the one the story tells."""
    told = set(event.missing) if isinstance(event, RecogniseRefusedEvent) else set()
    refused = isinstance(event, RecogniseRefusedEvent)
    by = people.get(event.by)
    if by is None or "manager" not in by.roles or standing.missing(taken) != told or refused != bool(told):
        yield _fault(standing, event, "gate")
    elif not refused and standing.entity is not None:
        taken[standing.entity.uscc] = standing.lead.key


def _fault(standing: _Standing, event: Event, code: str) -> Finding:
    """Name the lead, the event and the day."""
    text = say(
        "%(where)s: impossible event “%(do)s” %(day)s days ago",
        where=standing.lead.key, do=event.do, day=event.days_ago,
    )  # fmt: skip
    return Finding(f"sample.{code}", text, "events")
