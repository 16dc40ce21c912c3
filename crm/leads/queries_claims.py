"""Questions about who brought a lead: look-alikes with protection, reports, roles, disputes, what lapses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.core.clock import shanghai_date
from crm.core.prepared import Prepared
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.models_claims import ClaimCase, LeadParty, LeadReport
from crm.leads.queries import visible
from crm.leads.queries_alike import alike_ids
from crm.leads.rules import STAGES
from crm.leads.rules_claims import CaseState, Protection, claim_rules, protection_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from crm.core.actor import Actor

LOOK_ALIKES = 5


@dataclass(frozen=True)
class LookAlike:
    """A lead that may be the same; only what everybody may know: number, unit, whom to ask, whether it is protected."""

    id: int
    number: str
    unit_name: str
    owner_name: str
    by: str
    mine: bool
    protection: Protection


def look_alikes(name: str, investor: str, actor: Actor, *, day: date) -> list[LookAlike]:
    """Return leads of the same name or investor, wherever they are, masked."""
    why = alike_ids(name, investor, limit=LOOK_ALIKES)
    if not why:
        return []
    query: Any = (
        Lead.select(Lead.id, Lead.number, Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(Lead.id.in_(list(why)))
        .order_by(Lead.id)
    )
    rows = list(query.dicts())
    ids = [row["id"] for row in rows]
    mine = {row[0] for row in Lead.select(Lead.id).where(Lead.id.in_(ids) & visible(actor)).tuples()}
    kept = protections(ids, day)
    return [
        LookAlike(row["id"], row["number"], row["unit_name"], row["owner_name"] or "",
                  "investor" if why[row["id"]] == "investor" else "name", row["id"] in mine, kept[row["id"]])
        for row in rows
    ]  # fmt: skip


def protections(lead_ids: Iterable[int], day: date) -> dict[int, Protection]:
    """Return the protection of some leads on a day, in three statements."""
    ids = list(lead_ids)
    stages: Any = Lead.select(Lead.id, Lead.stage).where(Lead.id.in_(ids)).tuples()
    judged: Any = (
        LeadFact.select(LeadFact.lead, fn.MIN(LeadFact.happened_on))
        .where(LeadFact.lead.in_(ids) & (LeadFact.fact == "stage") & LeadFact.value.in_(STAGES[1:]))
        .group_by(LeadFact.lead)
        .tuples()
    )
    spoken: dict[int, list[date]] = {}
    for lead, when in Contact.select(Contact.lead, Contact.happened_on).where(Contact.lead.in_(ids)).tuples():
        spoken.setdefault(lead, []).append(when)
    since = dict(judged)
    rules = claim_rules()
    return {
        lead: protection_on(day, stage, since.get(lead), spoken.get(lead, []), rules) for lead, stage in stages
    }


@dataclass(frozen=True)
class Lapsing:
    """A lead whose protection ends soon, with the cadre that it protects."""

    lead_id: int
    number: str
    name: str
    cadre_id: int
    owner_id: int | None
    until: date
    days_left: int


def lapsing(day: date, *, cadre_id: int | None = None) -> list[Lapsing]:
    """Return the credited leads whose protection ends within the longest reminder, the soonest first.

    Asked as "ends within N days and no contact since", so that a day on which nobody looked loses no reminder.
    """
    return kept_and_lapsing(day, cadre_id=cadre_id)[1]


def kept_and_lapsing(day: date, *, cadre_id: int | None = None) -> tuple[dict[int, Protection], list[Lapsing]]:
    """Return the protection of every credited lead before its contract, and which of them lapse soon."""
    rows = _PROTECTED.rows() if cadre_id is None else _OWN_PROTECTED.rows(cadre_id)
    kept = protections({row[0] for row in rows}, day) if rows else {}
    rules = claim_rules()
    found = []
    for lead_id, number, name, cadre, owner, status in rows:
        one = kept[lead_id]
        if status != "active":
            continue
        if one.reminded(rules) and one.until is not None and one.days_left is not None:
            found.append(Lapsing(lead_id, number, name, cadre, owner, one.until, one.days_left))
    return kept, sorted(found, key=lambda one: (one.until, one.lead_id))


def _protected(cadre: Any = None) -> Any:
    query = (
        Claim.select(Lead.id, Lead.number, Lead.name, Claim.cadre, Lead.owner, Lead.status)
        .join(Lead, on=(Claim.lead == Lead.id))
        .where(
            Claim.ended_at.is_null() & Lead.status.in_(("active", "paused"))
            & Lead.stage.in_(("qualified", "negotiating"))
        )
    )  # fmt: skip
    return query if cadre is None else query.where(Claim.cadre == cadre)


_PROTECTED, _OWN_PROTECTED = Prepared(_protected), Prepared(_protected)


@dataclass(frozen=True)
class LeadReportRow:
    """One report of a lead with its proof."""

    id: int
    lead_id: int
    number: str
    lead_name: str
    cadre_id: int
    cadre_name: str
    mode: str
    state: str
    reported_at: datetime
    proved_at: datetime
    message_kind: str
    message_text: str
    file_id: int | None
    note: str
    entered_by_id: int | None
    entered_by_name: str
    refusal: str


def lead_reports(*, lead_id: int | None = None, cadre_id: int | None = None, state: str = "",
                 report_id: int | None = None, limit: int = 50) -> list[LeadReportRow]:  # fmt: skip
    """Return reports of a lead or of a cadre, the first that counts first."""
    query: Any = (
        LeadReport.select(LeadReport, Person.name.alias("cadre_name"), Lead.number, Lead.name.alias("lead_name"))
        .join(Person, on=(LeadReport.cadre == Person.id))
        .switch(LeadReport)
        .join(Lead, on=(LeadReport.lead == Lead.id))
        .order_by(LeadReport.proved_at, LeadReport.id)
        .limit(limit)
    )
    for clause in (
        None if lead_id is None else LeadReport.lead == lead_id,
        None if cadre_id is None else LeadReport.cadre == cadre_id,
        None if report_id is None else LeadReport.id == report_id,
        None if not state else LeadReport.state == state,
    ):
        query = query if clause is None else query.where(clause)
    return [
        LeadReportRow(row["id"], row["lead"], row["number"], row["lead_name"], row["cadre"], row["cadre_name"],
                      row["mode"], row["state"], row["reported_at"], row["proved_at"], row["message_kind"],
                      row["message_text"], row["file_id"], row["note"], row["entered_by"], row["entered_by_name"],
                      row["refusal"])
        for row in query.dicts()
    ]  # fmt: skip


def asked_of(cadre_id: int) -> tuple[bool, bool]:
    """Tell whether a cadre is part of any dispute, and whether a report waits for the cadre's word."""
    rows = _ASKED.rows(cadre_id)
    return (bool(rows[0][0]), bool(rows[0][1])) if rows else (False, False)


def _asked(cadre: Any) -> Any:
    case = ClaimCase.select(ClaimCase.id).where((ClaimCase.cadre == cadre) | (ClaimCase.other == cadre))
    report = LeadReport.select(LeadReport.id).where((LeadReport.cadre == cadre) & (LeadReport.state == "waiting"))
    return Person.select(fn.EXISTS(case), fn.EXISTS(report)).where(Person.id == cadre)


_ASKED = Prepared(_asked)


def report_key(client_key: str) -> tuple[int, int] | None:
    """Return lead and cadre of the report that came under a client-made key."""
    row = LeadReport.get_or_none(LeadReport.client_key == client_key) if client_key else None
    return (int(row.lead_id), int(row.cadre_id)) if row else None


@dataclass(frozen=True)
class PartyRow:
    """Who has, or had, one of the two roles of a lead."""

    role: str
    name: str
    happened_on: date
    reason: str
    recorded_by: str
    ended_at: datetime | None


def parties_of(lead_id: int) -> list[PartyRow]:
    """Return who introduced a lead and which unit negotiated first, those in force first."""
    query: Any = (
        LeadParty.select(LeadParty, Person.name.alias("person_name"), Unit.name.alias("unit_name"))
        .left_outer_join(Person, on=(LeadParty.person == Person.id))
        .switch(LeadParty)
        .left_outer_join(Unit, on=(LeadParty.unit == Unit.id))
        .where(LeadParty.lead == lead_id)
        .order_by(LeadParty.ended_at.is_null(False), LeadParty.role, LeadParty.id.desc())
    )
    return [
        PartyRow(row["role"], row["person_name"] or row["unit_name"] or row["name"], row["happened_on"], row["reason"],
                 row["recorded_by_name"], row["ended_at"])
        for row in query.dicts()
    ]  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One dispute with the names around it; the lead's name is shown only to those who may see the lead."""

    id: int
    lead_id: int
    number: str
    lead_name: str
    unit_name: str
    kind: str
    cadre_id: int
    cadre_name: str
    other_id: int | None
    other_name: str
    asked_bps: int | None
    grounds: str
    file_id: int | None
    protection: str
    protected_until: date | None
    opened_at: datetime
    answer: str
    answered_at: datetime | None
    answered_by: str
    decision: str
    decision_shares: tuple[tuple[int, int], ...]
    decision_reason: str
    decided_at: datetime | None
    decided_by_id: int | None
    decided_by: str
    appeal: str
    appealed_at: datetime | None
    appealed_by: str
    outcome: str
    outcome_shares: tuple[tuple[int, int], ...]
    outcome_reason: str
    closed_at: datetime | None
    closed_by: str

    def step(self, day: date) -> str:
        """Return where the dispute is on a day."""
        decided = shanghai_date(self.decided_at) if self.decided_at else None
        state = CaseState(bool(self.decision), decided, self.appealed_at is not None, bool(self.outcome))
        return state.step(day, claim_rules())


def cases(*, lead_id: int | None = None, cadre_id: int | None = None, case_id: int | None = None,
          open_only: bool = False, limit: int = 100) -> list[CaseRow]:  # fmt: skip
    """Return disputes, those that wait first, then the newest; a cadre's own are those claimed or answered."""
    other = Person.alias()
    query: Any = (
        ClaimCase.select(ClaimCase, Person.name.alias("cadre_name"), other.name.alias("other_name"), Lead.number,
                         Lead.name.alias("lead_name"), Unit.name.alias("unit_name"))
        .join(Person, on=(ClaimCase.cadre == Person.id))
        .switch(ClaimCase)
        .left_outer_join(other, on=(ClaimCase.other == other.id))
        .switch(ClaimCase)
        .join(Lead, on=(ClaimCase.lead == Lead.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .order_by(ClaimCase.decided_at.is_null(False), ClaimCase.id.desc())
        .limit(limit)
    )  # fmt: skip
    for clause in (
        None if lead_id is None else ClaimCase.lead == lead_id,
        None if cadre_id is None else (ClaimCase.cadre == cadre_id) | (ClaimCase.other == cadre_id),
        None if case_id is None else ClaimCase.id == case_id,
        None if not open_only else waiting(),
    ):
        query = query if clause is None else query.where(clause)
    return [_case(row) for row in query.dicts()]


def waiting() -> Any:
    """Return the clause of disputes that wait for the bureau: undecided, or appealed and not closed."""
    return (ClaimCase.decision == "") | (ClaimCase.appealed_at.is_null(False) & (ClaimCase.outcome == ""))


def cases_waiting() -> int:
    """Return how many disputes wait for the bureau."""
    return int(ClaimCase.select().where(waiting()).count())


def _case(row: dict[str, Any]) -> CaseRow:
    return CaseRow(
        row["id"], row["lead"], row["number"], row["lead_name"], row["unit_name"], row["kind"], row["cadre"],
        row["cadre_name"], row["other"], row["other_name"] or "", row["asked_bps"], row["grounds"], row["file_id"],
        row["protection"], row["protected_until"], row["opened_at"], row["answer"], row["answered_at"],
        row["answered_by_name"], row["decision"], _shares(row["decision_shares"]), row["decision_reason"],
        row["decided_at"], row["decided_by"], row["decided_by_name"], row["appeal"], row["appealed_at"],
        row["appealed_by_name"], row["outcome"], _shares(row["outcome_shares"]), row["outcome_reason"],
        row["closed_at"], row["closed_by_name"],
    )  # fmt: skip


def _shares(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((int(cadre), int(bps)) for cadre, bps in json.loads(text)) if text else ()
