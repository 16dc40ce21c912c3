"""What the rooms say about the events that earn points: one statement an event, for some leads or some cadres."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from crm.cadres.models import Posting
from crm.cadres.queries_reports import missed_reports
from crm.cadres.rules_reports import first_of, last_of
from crm.capital.models import Contract, PaidIn
from crm.core.clock import shanghai_date
from crm.core.money import show_wan
from crm.credit.models import CreditHonour, FalseReport
from crm.credit.queries import latest_of, tariffs_or_shipped
from crm.credit.rules import WHOLE_BPS, Claimed, Term, counts_on, division_on, enterprise_key, project_key
from crm.credit.rules_ledger import Share, Statement, changed_statements
from crm.credit.rules_tariff import in_force
from crm.landing.models import Recognition
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.rules import STAGES
from crm.pipeline.models import Milestone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.credit.rules_tariff import Tariff

BATCH = 400
EARNING = ("qualified", "signed", "started", "producing")
"""Stages that earn points when they are reached."""
PROOFS = {"started": ("construction_permit", "start_certificate"), "producing": ("production_certificate",)}


class Reached(NamedTuple):
    """When a stage was reached by a proven move, and whether a leader moved the project back since."""

    fact: int
    day: date
    back_on: date | None = None


@dataclass
class Told:
    """Everything that is known about one lead, as far as credit asks."""

    row: dict[str, Any]
    stages: dict[str, Reached] = field(default_factory=dict)
    started_on: date | None = None
    status: str = "active"
    status_on: date | None = None
    contract: dict[str, Any] | None = None
    paid_in: list[dict[str, Any]] = field(default_factory=list)
    proofs: dict[str, dict[str, Any]] = field(default_factory=dict)
    landed: dict[str, Any] | None = None
    visits: list[dict[str, Any]] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)
    honour: dict[str, Any] | None = None
    false: list[dict[str, Any]] = field(default_factory=list)


def reached_stages(facts: Iterable[tuple[int, str, date, bool]]) -> tuple[dict[str, Reached], date | None]:
    """Return when each stage was reached from a lead's stage entries (id, stage, day, opening), oldest recorded first.

    An opening entry earns nothing and starts nothing; a move back takes the stages above away. Also returns since
    when works have started by whatever entry, since landing never counts before.
    """
    found: dict[str, Reached] = {}
    at, started = -1, None
    for fact, stage, day, opening in facts:
        index = STAGES.index(stage)
        if index < at:
            for code in STAGES[index + 1 :]:
                if code in found and found[code].back_on is None:
                    found[code] = found[code]._replace(back_on=day)
        elif not opening and index > at:
            found[stage] = Reached(fact, day)
        if index < STAGES.index("started"):
            started = None
        elif started is None:
            started = day
        at = index
    return found, started


def statements_of(lead_ids: Iterable[int]) -> list[Statement]:
    """Return what the rooms say now about the events of some leads."""
    listed = sorted(set(lead_ids))
    tariffs = tariffs_or_shipped()
    found: list[Statement] = []
    for at in range(0, len(listed), BATCH):
        told = _told(listed[at : at + BATCH])
        cadres = {claim.cadre for one in told.values() for claim in one.claims}
        cadres |= {case["cadre"] for one in told.values() for case in one.false}
        terms = _terms(cadres)
        for one in told.values():
            if one.claims or one.false:
                found += _Speaker(one, terms, tariffs).statements()
    return found


def _terms(cadres: Iterable[int]) -> dict[int, list[Term]]:
    found: dict[int, list[Term]] = defaultdict(list)
    query: Any = Posting.select(Posting.id, Posting.cadre, Posting.starts_on, Posting.ends_on).where(
        Posting.cadre.in_(list(cadres))
    )
    for values in query.tuples():
        term = Term(*values)
        found[term.cadre].append(term)
    return found


def _told(ids: list[int]) -> dict[int, Told]:
    columns = (Lead.id, Lead.number, Lead.investor_key, Lead.site, Lead.park, Lead.industry_code, Lead.cluster)
    told = {row["id"]: Told(row) for row in Lead.select(*columns).where(Lead.id.in_(ids)).dicts()}
    _take_facts(told, ids)
    _take_money(told, ids)
    _take_proofs(told, ids)
    _take_claims(told, ids)
    return told


def _take_facts(told: dict[int, Told], ids: list[int]) -> None:
    stages: dict[int, list[tuple[int, str, date, bool]]] = defaultdict(list)
    query: Any = (
        LeadFact.select(LeadFact.id, LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on,
                        LeadFact.opening)
        .where(LeadFact.lead.in_(ids) & LeadFact.fact.in_(("stage", "status")))
        .order_by(LeadFact.id)
    )  # fmt: skip
    for fact_id, lead, fact, value, day, opening in query.tuples():
        if fact == "status":
            told[lead].status, told[lead].status_on = value or "active", day
        elif value in STAGES:
            stages[lead].append((fact_id, value, day, opening))
    for lead, facts in stages.items():
        told[lead].stages, told[lead].started_on = reached_stages(facts)


def _take_money(told: dict[int, Told], ids: list[int]) -> None:
    contracts: Any = Contract.select().where(
        Contract.lead.in_(ids) & Contract.voided_at.is_null() & (Contract.kind == "formal")
    )
    for row in contracts.order_by(Contract.signed_on, Contract.id).dicts():
        told[row["lead"]].contract = row
    paid: Any = PaidIn.select().where(PaidIn.lead.in_(ids) & recognised()).order_by(PaidIn.paid_on, PaidIn.id)
    for row in paid.dicts():
        told[row["lead"]].paid_in.append(row)


def recognised() -> Any:
    """Return the clause of money that counts: standing, and checked by two people of different offices."""
    return PaidIn.voided_at.is_null() & PaidIn.recognised_at.is_null(False)


def _take_proofs(told: dict[int, Told], ids: list[int]) -> None:
    proofs: Any = Milestone.select().where(Milestone.lead.in_(ids) & Milestone.voided_at.is_null())
    for row in proofs.order_by(Milestone.happened_on.desc(), Milestone.id.desc()).dicts():
        told[row["lead"]].proofs[row["kind"]] = row
    landed: Any = Recognition.select().where(Recognition.lead.in_(ids) & (Recognition.end_kind != "revoked"))
    for row in landed.order_by(Recognition.id.desc()).dicts():
        told[row["lead"]].landed = row
    visits: Any = Contact.select(Contact.id, Contact.lead, Contact.happened_on).where(
        Contact.lead.in_(ids) & (Contact.kind == "visit_here")
    )
    for row in visits.order_by(Contact.happened_on, Contact.id).dicts():
        told[row["lead"]].visits.append(row)


def _take_claims(told: dict[int, Told], ids: list[int]) -> None:
    for row in Claim.select().where(Claim.lead.in_(ids)).order_by(Claim.id).dicts():
        told[row["lead"]].claims.append(
            Claimed(
                row["id"], row["lead"], row["cadre"], row["share_bps"], shanghai_date(row["reported_at"]),
                row["recorded_at"], row.get("counts_from") or shanghai_date(row["recorded_at"]),
                shanghai_date(row["ended_at"]) if row["ended_at"] else None,
            )
        )  # fmt: skip
    honours: Any = CreditHonour.select().where(CreditHonour.lead.in_(ids) & CreditHonour.voided_at.is_null())
    for row in honours.order_by(CreditHonour.id.desc()).dicts():
        told[row["lead"]].honour = row
    for row in FalseReport.select().where(FalseReport.lead.in_(ids) & (FalseReport.outcome == "proven")).dicts():
        told[row["lead"]].false.append(row)


@dataclass
class _Speaker:
    """Says the statements of one lead."""

    told: Told
    terms: Mapping[int, list[Term]]
    tariffs: Mapping[str, Tariff]

    def statements(self) -> list[Statement]:
        """Return every statement about the lead."""
        return [*self._stages(), *self._landed(), *self._paid_in(), *self._visits(), *self._false()]

    def _say(self, kind: str, key: str, day: date, **others: Any) -> Statement:
        row = self.told.row
        lead = int(row["id"])
        tariff = in_force(self.tariffs.values(), day)
        keys = lead, row["investor_key"]
        coefficient = tariff.coefficient(row["industry_code"], row["cluster"]) if tariff else None
        return Statement(
            key=f"{kind}:{key}", kind=kind, day=day, lead=lead, number=row["number"],
            enterprise=enterprise_key(*keys), project=project_key(*keys, row["site"], row["park"]),
            coefficient=(coefficient.code, coefficient.value) if coefficient else ("", 0),
            tariff=tariff.version if tariff else "", false=bool(self.told.false),
            **{"shares": self._shares(day, tariff), **others},
        )  # fmt: skip

    def _shares(self, day: date, tariff: Tariff | None) -> tuple[Share, ...]:
        tail = tariff.tail_months if tariff else 0
        found = []
        for claim in division_on(self.told.claims, day):
            term = counts_on(self.terms.get(claim.cadre, ()), claim.cadre, day, claim.reported_on, tail)
            after = term is not None and day > term.ends_on
            found.append(Share(claim.cadre, claim.bps, term.id if term else None, after))
        return tuple(found)

    def _stages(self) -> list[Statement]:
        lead = str(self.told.row["id"])
        found = []
        for stage in EARNING:
            reached = self.told.stages.get(stage)
            if reached is None:
                continue
            others: dict[str, Any] = {"evidence": ("fact", reached.fact, "")}
            for kind in PROOFS.get(stage, ()):
                if kind in self.told.proofs:
                    proof = self.told.proofs[kind]
                    others["evidence"] = ("milestone", proof["id"], proof["document_no"])
            if reached.back_on:
                others |= {"stands": False, "why": "moved_back", "ended_on": reached.back_on}
            if stage == "signed":
                found += self._signed(lead, reached, others)
            else:
                found.append(self._say(stage, lead, reached.day, **others))
        return found

    def _signed(self, lead: str, reached: Reached, others: dict[str, Any]) -> list[Statement]:
        """Say the formal contract: it needs the stage and the paper, and ends with the termination."""
        contract = self.told.contract
        if contract is None:
            return []
        others["amount_fen"] = contract["amount_fen"]
        others["evidence"] = ("contract", contract["id"], f"{contract['signed_on']} {show_wan(contract['amount_fen'])}")
        found = [self._say("signed", lead, reached.day, **others)]
        tariff = self.tariffs.get(found[0].tariff)
        if found[0].stands and tariff and self.told.status in tariff.items["signed"].reversed_by:
            over: dict[str, Any] = {"stands": False, "why": self.told.status, "ended_on": self.told.status_on}
            found = [self._say("signed", lead, reached.day, **{**others, **over})]
        if self.told.honour and found[0].stands:
            honour = self.told.honour
            seen = ("honour", honour["id"], f"{honour['list_name']} {honour['year']} {honour['document']}")
            found.append(self._say("top500", lead, reached.day, evidence=seen))
        return found

    def _landed(self) -> list[Statement]:
        row, started = self.told.landed, self.told.started_on
        if row is None or started is None or (row["ended_on"] is not None and row["ended_on"] < started):
            return []
        day = max(row["recognised_on"], started)
        tariff = in_force(self.tariffs.values(), day)
        passed = tariff is not None and tariff.reviewed_on is not None and tariff.reviewed_on <= day
        seen = ("recognition", row["id"], row["uscc"])
        return [self._say("landed", str(row["lead"]), day, reviewed=passed, evidence=seen)]

    def _paid_in(self) -> list[Statement]:
        return [
            self._say(
                "paid_in", str(row["id"]), row["paid_on"], amount_fen=row["amount_fen"],
                evidence=("paid_in", row["id"], row["voucher_no"]),
            )
            for row in self.told.paid_in
        ]  # fmt: skip

    def _visits(self) -> list[Statement]:
        return [
            self._say("visit", str(row["id"]), row["happened_on"], evidence=("contact", row["id"], ""))
            for row in self.told.visits
        ]

    def _false(self) -> list[Statement]:
        found = []
        for row in self.told.false:
            day = shanghai_date(row["closed_at"])
            share = Share(row["cadre"], WHOLE_BPS, None)
            found.append(
                self._say("false_report", str(row["id"]), day, shares=(share,), evidence=("false", row["id"], ""))
            )
        return found


def leads_touched(things: Iterable[tuple[str, int]]) -> set[int]:
    """Return the leads that deeds on some things (kind, id) were about."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, thing in things:
        by_kind[kind].append(thing)
    found = set(by_kind.get("lead", ()))
    tables: tuple[tuple[str, Any], ...] = (("contract", Contract), ("paid_in", PaidIn), ("milestone", Milestone))
    for kind, table in tables:
        if by_kind.get(kind):
            found |= {int(lead) for (lead,) in table.select(table.lead).where(table.id.in_(by_kind[kind])).tuples()}
    if by_kind.get("posting"):
        cadres = Posting.select(Posting.cadre).where(Posting.id.in_(by_kind["posting"]))
        found |= {int(lead) for (lead,) in Claim.select(Claim.lead).where(Claim.cadre.in_(cadres)).distinct().tuples()}
    return found


def leads_with_claims() -> list[int]:
    """Return every lead that somebody has or had credit in."""
    return [int(lead) for (lead,) in Claim.select(Claim.lead).distinct().order_by(Claim.lead).tuples()]


def leads_landed() -> list[int]:
    """Return every lead that was recognised as landed."""
    return [int(lead) for (lead,) in Recognition.select(Recognition.lead).distinct().tuples()]


def report_statements(at: datetime) -> tuple[list[int], list[Statement]]:
    """Return every cadre who was ever posted, and what is said about monthly reports neither sent nor excused."""
    tariffs = tariffs_or_shipped()
    cadres = [int(cadre) for (cadre,) in Posting.select(Posting.cadre).distinct().order_by(Posting.cadre).tuples()]
    found = []
    for one in missed_reports(shanghai_date(at)):
        day = last_of(first_of(one.month))
        tariff = in_force(tariffs.values(), day)
        found.append(
            Statement(
                key=f"report_missed:{one.cadre_id}:{one.month}", kind="report_missed", day=day,
                enterprise=f"cadre:{one.cadre_id}", tariff=tariff.version if tariff else "",
                evidence=("report", 0, one.month), shares=(Share(one.cadre_id, WHOLE_BPS, None),),
            )
        )  # fmt: skip
    return cadres, found


def unsettled(at: datetime) -> list[str]:
    """Return the keys of events about which the rooms now say something else than the journal (none: it is whole)."""
    leads = leads_with_claims()
    cadres, reports = report_statements(at)
    said = [*statements_of(leads), *reports]
    return [one.key for one in changed_statements(said, latest_of(leads=leads, cadres=cadres))]
