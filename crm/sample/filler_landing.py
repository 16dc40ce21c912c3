"""One lead's way through the landing gate: entity, evidence with a drawn paper, verifiers' answers, recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Refusal
from crm.core.money import FEN_PER_WAN
from crm.core.rulebook import BrokenRules
from crm.files.operations import store_evidence
from crm.landing.operations import reject_leg, save_entity, submit_evidence, verify_leg
from crm.pipeline.gate import recognise
from crm.sample.filler_papers import paper

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.stories_shapes import (
        EntityEvent,
        LegEvent,
        RecogniseEvent,
        RecogniseRefusedEvent,
        RejectEvent,
        SampleLead,
        VerifyEvent,
    )

PAPERS = {
    "business_licence": "营业执照",
    "tax_certificate": "完税证明",
    "zero_return": "零申报表及说明",
    "tax_reply": "税务机关书面回函",
    "accounting_declaration": "独立核算声明",
    "basic_account": "基本存款账户信息",
    "statistics_form": "统计报表",
}


class LandingDeeds:
    """What happens to one lead at the gate.

    A verifier's and a manager's words (`text` of verify and recognise) have no place in the operations; who and when
    stand in the trail.
    """

    def __init__(self, lead: SampleLead, calendar: Calendar) -> None:
        """Keep the story; the newest evidence of each leg is known once it is handed in."""
        self.lead, self.calendar = lead, calendar
        self.company: EntityEvent | None = None
        self.newest: dict[str, int] = {}

    def entity(self, lead_id: int, event: EntityEvent, *, by: Actor, at: datetime) -> None:
        """Enter the local entity."""
        self.company = event
        values = {
            "kind": event.kind,
            "name": event.name,
            "uscc": event.uscc,
            "address": event.address,
            "registrar": event.registrar,
            "registered_on": self.calendar.day(event.registered_days_ago),
            "capital_fen": None if event.capital_wan is None else event.capital_wan * FEN_PER_WAN,
            "tax_office": event.tax_office,
        }
        save_entity(lead_id, values, by=by, at=at)

    def leg(self, lead_id: int, event: LegEvent, *, by: Actor, at: datetime) -> None:
        """Enter what the document says, then hand it in."""
        known = self._facts(event)
        if known:
            save_entity(lead_id, known, by=by, at=at)
        title = PAPERS[event.evidence]
        data = paper(title, self._lines(event))
        file_id = store_evidence(data, name=f"{title}_样例.pdf", by=by, at=at)
        self.newest[event.leg] = submit_evidence(
            lead_id, event.leg, file_id=file_id, kind=event.evidence, note=event.text, by=by, at=at
        )

    def _facts(self, event: LegEvent) -> dict[str, Any]:
        """Return the entity's facts that this document adds."""
        if event.leg == "taxed":
            return {"taxpayer_status": event.taxpayer_status, "taxed_on": self.calendar.day(event.fact_days_ago)}
        if event.leg == "accounted":
            return {
                "accounting": event.independent,
                "books_kept_at": event.books_at,
                "statistics_relation": event.statistics_relation,
            }
        return {}

    def _lines(self, event: LegEvent) -> list[str]:
        """Return what the drawn paper says."""
        name, code = (self.company.name, self.company.uscc) if self.company else ("", "")
        return [
            f"名称：{name}",
            f"统一社会信用代码：{code}",
            f"日期：{self.calendar.day(event.fact_days_ago).isoformat()}",
            f"项目：{self.lead.name}",
            f"说明：{event.text}",
        ]

    def verify(self, lead_id: int, event: VerifyEvent, *, by: Actor, at: datetime) -> None:
        """Verify the newest evidence of a leg."""
        del lead_id
        verify_leg(self.newest[event.leg], by=by, at=at)

    def reject(self, lead_id: int, event: RejectEvent, *, by: Actor, at: datetime) -> None:
        """Send the newest evidence of a leg back."""
        del lead_id
        reject_leg(self.newest[event.leg], reason=event.text, by=by, at=at)

    def recognise(self, lead_id: int, event: RecogniseEvent, *, by: Actor, at: datetime) -> None:
        """Recognise the lead as landed."""
        del event
        recognise(lead_id, by=by, at=at)

    def refused(self, lead_id: int, event: RecogniseRefusedEvent, *, by: Actor, at: datetime) -> None:
        """Try to recognise the lead; the gate must refuse, and for what the story says."""
        try:
            recognise(lead_id, by=by, at=at)
        except Refusal as refusal:
            said = {missing(finding.code) for finding in refusal.findings}
            if said == set(event.missing):
                return
            message = f"{self.lead.key}: the gate missed {sorted(said)}, the story says {sorted(event.missing)}"
        else:
            message = f"{self.lead.key}: the gate recognised what the story says it refused"
        raise BrokenRules(message)


def missing(code: str) -> str:
    """Return the story's word for a finding of the gate: stage, contract, entity, or the leg's name."""
    room, name, *_rest = code.split(".")
    return "entity" if room == "gate" and name.startswith("entity") else name
