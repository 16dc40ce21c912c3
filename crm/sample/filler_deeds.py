"""One lead's events as deeds: each kind of event calls the operation that a person would have used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.capital.operations import record_contract, record_paid_in
from crm.capital.operations_checks import check_paid_in
from crm.core.errors import Refusal
from crm.core.money import FEN_PER_WAN
from crm.core.rulebook import BrokenRules
from crm.files.operations import store_evidence
from crm.leads.operations import edit_lead
from crm.leads.operations_facts import record_contact
from crm.pipeline.operations import change_status, move, record_milestone
from crm.pipeline.rules import MILESTONE_KINDS
from crm.sample.filler_landing import LandingDeeds
from crm.sample.filler_papers import paper
from crm.sample.stories_shapes import (
    ContactEvent,
    ContractEvent,
    EntityEvent,
    LegEvent,
    PaidInEvent,
    RecogniseEvent,
    RecogniseRefusedEvent,
    RejectEvent,
    ScoreEvent,
    StageEvent,
    StatusEvent,
    StepEvent,
    VerifyEvent,
)
from crm.scoring.operations import override_fit
from crm.scoring.operations_acceptance import decide_acceptance
from crm.scoring.queries_facts import facts_of
from crm.scoring.rules_acceptance import marks_towards
from crm.statistics.operations import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import Event, SampleLead

STEP_NAMES = {
    "filing": "项目备案",
    "land": "用地手续",
    "eia": "环评手续",
    "stats_project": "投资入库",
    "stats_enterprise": "企业进规",
    "stats_reason": "未入统说明",
}
"""Steps that have no table yet: they are written into the lead's progress, dated."""
PERMIT_NAMES = {
    "construction_permit": "施工许可（样例）",
    "start_certificate": "开工报告（样例）",
    "completion": "竣工验收（样例）",
    "production_certificate": "投产证明（样例）",
}
DECIDED_FIT = {
    "biomass-cogeneration": "主体为生物质热电联产，对外供电供热，归清洁能源",
    "aluminium-frame": "产品为光伏组件铝边框，主要工序是铝型材加工，归有色金属",
    "veterinary-vaccine": "兽用疫苗属于医药制造，不是农副产品加工",
}
"""Leads whose officer decided otherwise than the rules when judging them."""


class Deeds:
    """What happens to one lead, event by event."""

    def __init__(self, lead: SampleLead, cast: Cast, calendar: Calendar, ids: Mapping[str, int]) -> None:
        """Keep the lead's story; its id is known once it has arrived."""
        self.lead, self.cast, self.calendar, self.ids = lead, cast, calendar, ids
        self.progress = ""
        self.landing = LandingDeeds(lead, calendar)
        self.verbs: dict[type[Event], Callable[..., object]] = {
            ContactEvent: self._contact,
            StageEvent: self._stage,
            StatusEvent: self._status,
            ContractEvent: self._contract,
            PaidInEvent: self._paid_in,
            ScoreEvent: self._score,
            StepEvent: self._step,
            EntityEvent: self.landing.entity,
            LegEvent: self.landing.leg,
            VerifyEvent: self.landing.verify,
            RejectEvent: self.landing.reject,
            RecogniseEvent: self.landing.recognise,
            RecogniseRefusedEvent: self.landing.refused,
        }

    def do(self, event: Event, at: datetime) -> None:
        """Let one event happen; a story that an operation refuses is broken."""
        verb = self.verbs.get(type(event))
        if verb is None:
            message = f"{self.lead.key}: nothing knows how to do {event.do!r}"
            raise BrokenRules(message)
        try:
            verb(self.ids[self.lead.key], event, by=self.cast.actor(event.by, event.days_ago), at=at)
        except Refusal as refusal:
            message = f"{self.lead.key}: {event.do} {event.days_ago} days ago is refused: {refusal}"
            raise BrokenRules(message) from refusal

    def _contact(self, lead_id: int, event: ContactEvent, *, by: Actor, at: datetime) -> None:
        day = self.calendar.day(event.days_ago)
        values = {"happened_on": day, "kind": event.kind, "two_way": event.two_way, "text": event.text}
        record_contact(lead_id, values, by=by, at=at)

    def _stage(self, lead_id: int, event: StageEvent, *, by: Actor, at: datetime) -> None:
        if event.to == "qualified" and self.lead.key in DECIDED_FIT:
            override_fit(
                lead_id, themes=self.lead.themes, clusters=self.lead.clusters, reason=DECIDED_FIT[self.lead.key],
                by=by, at=at,
            )  # fmt: skip
        move(lead_id, event.to, happened_on=self.calendar.day(event.days_ago), note=event.text, by=by, at=at)

    def _status(self, lead_id: int, event: StatusEvent, *, by: Actor, at: datetime) -> None:
        day = self.calendar.day(event.days_ago)
        change_status(lead_id, event.to, reason=event.text, lost_to=event.lost_to, happened_on=day, by=by, at=at)

    def _contract(self, lead_id: int, event: ContractEvent, *, by: Actor, at: datetime) -> None:
        dates = {
            "agreed_start_on": self.calendar.day_or_none(event.start_days_ago),
            "agreed_completion_on": self.calendar.day_or_none(event.completion_days_ago),
            "agreed_production_on": self.calendar.day_or_none(event.production_days_ago),
        }
        start = dates["agreed_start_on"] or self.calendar.day(event.signed_days_ago)
        values: dict[str, Any] = {
            "kind": event.kind,
            "signed_on": self.calendar.day(event.signed_days_ago),
            "amount_fen": event.amount_wan * FEN_PER_WAN,
            "counterpart": self.lead.investor,
            "yearly_plan": {start.year + year: wan * FEN_PER_WAN for year, wan in enumerate(event.plan_wan)},
            "note": event.text,
            **dates,
        }
        record_contract(lead_id, values, by=by, at=at)

    def _paid_in(self, lead_id: int, event: PaidInEvent, *, by: Actor, at: datetime) -> None:
        """Record the entry with its voucher, and let the two offices of the story check it."""
        day = self.calendar.day(event.days_ago)
        number = f"SAMPLE-{day:%Y%m%d}-{lead_id:04d}"
        amount = f"金额：{event.amount_wan} 万元"
        lines = (f"项目：{self.lead.name}", f"日期：{day}", amount, f"摘要：{event.text}", number)
        values = {
            "paid_on": day,
            "amount_fen": event.amount_wan * FEN_PER_WAN,
            "kind": event.kind,
            "voucher_no": number,
            "note": event.text,
            "file_id": store_evidence(paper("到位资金凭证", lines), name="到位资金凭证_样例.pdf", by=by, at=at),
        }
        made = record_paid_in(lead_id, values, by=by, at=at)
        for login in event.checked_by:
            checker = self.cast.actor(login, event.days_ago)
            check_paid_in(made.id, "confirmed", reason="", by=checker, at=at)

    def _score(self, lead_id: int, event: ScoreEvent, *, by: Actor, at: datetime) -> None:
        marks = marks_towards(event.points, facts_of(lead_id))
        decide_acceptance(lead_id, marks, note=event.text, by=by, at=at)

    def _step(self, lead_id: int, event: StepEvent, *, by: Actor, at: datetime) -> None:
        day = self.calendar.day(event.days_ago)
        if event.kind in MILESTONE_KINDS:
            document = f"{PERMIT_NAMES[event.kind]}{day:%Y}-{lead_id:03d}号"
            record_milestone(
                lead_id, event.kind, happened_on=day, document_no=document, note=event.text, by=by, at=at
            )
            return
        if event.kind in ("stats_reason", "stats_enterprise"):
            explain("uncounted", text=event.text, about="", lead_id=lead_id, by=by, at=at)
        line = f"{day.isoformat()} {STEP_NAMES[event.kind]}：{event.text}"
        before, self.progress = self.progress, f"{self.progress}\n{line}".strip()
        values: dict[str, Any] = {"progress": self.progress}
        base: dict[str, Any] = {"progress": before}
        if event.kind == "stats_project":
            values["statistics_on"], base["statistics_on"] = day, None
        edit_lead(lead_id, values, base=base, version=0, by=by, at=at)
