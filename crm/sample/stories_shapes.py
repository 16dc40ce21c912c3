"""What the sample stories are made of: frozen rows of units, people, postings, leads and their dated events.

Every day is told as days before the day of loading (negative: still to come), amounts in 万元, land in mu.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

Codes = tuple[str, ...]
Amounts = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SampleUnit:
    """A unit of the sample city; `office` groups units for the two-offices rule, `park` is its own park."""

    code: str
    name: str
    office: str
    park: str = ""


@dataclass(frozen=True, kw_only=True)
class SamplePerson:
    """Somebody who can sign in; `show` marks the one account of a role that is printed."""

    login: str
    name: str
    unit: str
    roles: Codes
    title: str
    show: bool = False


@dataclass(frozen=True, kw_only=True)
class SamplePostingChange:
    """An extension or an early return: decided when, by whom, the new end and why."""

    days_ago: int
    to_days_ago: int
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class SamplePosting:
    """One posting of a cadre with the end as first ordered and what changed it later."""

    cadre: str
    home_unit: str
    host_place: str
    host_unit: str
    post: str
    from_days_ago: int
    to_days_ago: int
    post_kind: str
    direction: str = "out"
    home_elsewhere: str = ""
    offline_since: int = 0
    changes: tuple[SamplePostingChange, ...] = ()

    @property
    def end_days_ago(self) -> int:
        """Return the end in force after all changes."""
        return self.changes[-1].to_days_ago if self.changes else self.to_days_ago

    def covers(self, days_ago: int) -> bool:
        """Tell whether the posting ran on that day, by the end in force."""
        return self.from_days_ago >= days_ago >= self.end_days_ago


@dataclass(frozen=True, kw_only=True)
class SampleClaim:
    """A cadre's part in a lead; `standing` is accepted, disputed or rejected (the last with a reason)."""

    cadre: str
    share_bps: int
    days_ago: int
    standing: str = "accepted"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One dated thing that happened to a lead; `by` is a login, the lead's owner unless said otherwise."""

    do: ClassVar[str] = ""
    days_ago: int
    by: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactEvent(Event):
    """A dated contact with the investor; kinds as in crm.leads.rules.CONTACT_KINDS."""

    do: ClassVar[str] = "contact"
    kind: str
    two_way: bool


@dataclass(frozen=True, kw_only=True)
class StageEvent(Event):
    """A move to a stage through the requirements; the text says why."""

    do: ClassVar[str] = "stage"
    to: str


@dataclass(frozen=True, kw_only=True)
class OpeningEvent(Event):
    """The stage that an old ledger says, taken over without proof; always a lead's first event."""

    do: ClassVar[str] = "opening"
    to: str


@dataclass(frozen=True, kw_only=True)
class StatusEvent(Event):
    """A change of status with its reason in the text; `lost_to` says where a lost project went."""

    do: ClassVar[str] = "status"
    to: str
    lost_to: str = ""


@dataclass(frozen=True, kw_only=True)
class ContractEvent(Event):
    """A contract; a formal one has agreed dates and a plan for each year from the agreed start's year on.

    `signed_days_ago` is the day on the contract, earlier than `days_ago` when proof was brought in later.
    """

    do: ClassVar[str] = "contract"
    kind: str
    amount_wan: int
    signed_days_ago: int
    start_days_ago: int | None = None
    completion_days_ago: int | None = None
    production_days_ago: int | None = None
    plan_wan: Amounts = ()


@dataclass(frozen=True, kw_only=True)
class PaidInEvent(Event):
    """Paid-in capital, its voucher in the text; `checked_by` two people of different offices, or nobody."""

    do: ClassVar[str] = "paid_in"
    amount_wan: int
    kind: str
    checked_by: Codes = ()


@dataclass(frozen=True, kw_only=True)
class ScoreEvent(Event):
    """The acceptance score decided by an assessor (`by`), with the reasons in the text."""

    do: ClassVar[str] = "score"
    points: int


@dataclass(frozen=True, kw_only=True)
class StepEvent(Event):
    """A dated document: filing, land, eia, permits, certificates, statistics (or why not there yet)."""

    do: ClassVar[str] = "step"
    kind: str


@dataclass(frozen=True, kw_only=True)
class EntityEvent(Event):
    """The local entity of the lead: a legal person or a branch, with its registration facts."""

    do: ClassVar[str] = "entity"
    name: str
    kind: str
    uscc: str
    address: str
    registrar: str
    tax_office: str
    registered_days_ago: int
    capital_wan: int | None = None


@dataclass(frozen=True, kw_only=True)
class LegEvent(Event):
    """Evidence for one leg of the landing gate, handed in by `by`; the text names the document."""

    do: ClassVar[str] = "leg"
    leg: str
    evidence: str
    fact_days_ago: int
    taxpayer_status: str = ""
    independent: bool | None = None
    books_at: str = ""
    statistics_relation: str = ""


@dataclass(frozen=True, kw_only=True)
class VerifyEvent(Event):
    """A verifier (`by`) confirms the leg's newest evidence."""

    do: ClassVar[str] = "verify"
    leg: str


@dataclass(frozen=True, kw_only=True)
class RejectEvent(Event):
    """A verifier (`by`) sends the leg's newest evidence back, the reason in the text."""

    do: ClassVar[str] = "reject"
    leg: str


@dataclass(frozen=True, kw_only=True)
class RecogniseEvent(Event):
    """A manager (`by`) recognises the lead as landed."""

    do: ClassVar[str] = "recognise"


@dataclass(frozen=True, kw_only=True)
class RecogniseRefusedEvent(Event):
    """A manager's attempt that the gate refuses, with what was missing (stage, contract, entity or a leg)."""

    do: ClassVar[str] = "recognise_refused"
    missing: Codes


EventT = TypeVar("EventT", bound=Event)
EVENTS: dict[str, type[Event]] = {
    shape.do: shape
    for shape in (
        ContactEvent, StageEvent, OpeningEvent, StatusEvent, ContractEvent, PaidInEvent, ScoreEvent,
        StepEvent, EntityEvent, LegEvent, VerifyEvent, RejectEvent, RecogniseEvent, RecogniseRefusedEvent,
    )
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SampleLead:
    """One invented lead: its facts as first written down, who brought it, and all that happened to it."""

    key: str
    name: str
    investor: str
    investor_place: str
    investor_profile: str
    content: str
    products: str
    build_nature: str
    source: str
    recommender: str
    unit: str
    owner: str
    reporter: str
    contact_name: str
    contact_phone: str
    created_days_ago: int
    currency: str = "CNY"
    investment_wan: int | None = None
    investment_max_wan: int | None = None
    foreign_amount_wan: int | None = None
    fixed_assets_wan: int | None = None
    land_mu: int | None = None
    annual_output_wan: int | None = None
    annual_tax_wan: int | None = None
    energy_tce: int | None = None
    jobs: int | None = None
    site: str = ""
    park: str = ""
    leader: str = ""
    problems: str = ""
    requests: str = ""
    next_steps: str = ""
    themes: Codes = ()
    clusters: Codes = ()
    claims: tuple[SampleClaim, ...] = ()
    events: tuple[Event, ...] = ()

    def of(self, shape: type[EventT]) -> list[EventT]:
        """Return the lead's events of one kind in their order."""
        return [event for event in self.events if isinstance(event, shape)]

    @property
    def stage(self) -> str:
        """Return the stage after all events."""
        moves = [event.to for event in self.events if isinstance(event, (StageEvent, OpeningEvent))]
        return moves[-1] if moves else "lead"

    @property
    def status(self) -> str:
        """Return the status after all events."""
        changes = self.of(StatusEvent)
        return changes[-1].to if changes else "active"

    @property
    def opening(self) -> bool:
        """Tell whether the lead came in from an old ledger with its stage."""
        return bool(self.of(OpeningEvent))

    @property
    def landed(self) -> bool:
        """Tell whether the lead was recognised as landed."""
        return bool(self.of(RecogniseEvent))


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole sample bureau."""

    bureau: str
    units: tuple[SampleUnit, ...]
    people: tuple[SamplePerson, ...]
    postings: tuple[SamplePosting, ...]
    leads: tuple[SampleLead, ...]
