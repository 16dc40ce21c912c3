"""What is done about credit: divide it, name the two roles, object, answer, decide with a reason, appeal once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, RoleGrant, Unit
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.cadres.queries import first_days, posting_on
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Claim, Lead
from crm.leads.models_claims import ClaimCase, LeadParty, LeadReport
from crm.leads.operations import open_for
from crm.leads.queries import visible
from crm.leads.queries_claims import cases, protections
from crm.leads.rules_claims import ROLES, WHOLE_BPS, claim_rules, share_findings
from crm.leads.rules_names import company_key, name_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor
    from crm.leads.queries_claims import CaseRow

FEWEST_WORDS = 6
"""A reason shorter than this says nothing."""


def lock_lead(lead_id: int) -> None:
    """Take a lead's row lock on PostgreSQL by an update that changes nothing (SQLite writes one by one anyway)."""
    Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()


def standing_claims(lead_id: int) -> list[Any]:
    """Return the rows of a lead's division in force."""
    return list(Claim.select().where((Claim.lead == lead_id) & Claim.ended_at.is_null()).order_by(Claim.id))


def divide(lead_id: int, shares: Sequence[tuple[int, int]], *, reason: str, by: Actor, at: datetime, doing: Deed,
           reported: Mapping[int, datetime] | None = None, counts_from: date | None = None,
           also: Sequence[Finding] = ()) -> None:  # fmt: skip
    """Replace a lead's division of credit; the old rows end and stay. The caller holds the lead's lock.

    What the caller found wrong beside the shares (`also`) is refused in the same breath.
    """
    old = standing_claims(lead_id)
    first = {**(reported or {}), **{claim.cadre_id: claim.reported_at for claim in old}}
    days = {cadre: shanghai_date(first.get(cadre, at)) for cadre, _ in shares}
    postings = {cadre: posting_on(cadre, day) for cadre, day in days.items()}
    new = {cadre: day_of for cadre, day_of in days.items() if cadre not in {claim.cadre_id for claim in old}}
    findings = [*share_findings(shares), *_people_findings(shares), *_posted_findings(new), *also]
    if findings:
        raise Refusal(findings)
    before = ";".join(f"{claim.cadre_id}:{claim.share_bps}" for claim in old)
    doing.change("shares", before or None, ";".join(f"{cadre}:{bps}" for cadre, bps in shares))
    Claim.update(ended_at=at).where((Claim.lead == lead_id) & Claim.ended_at.is_null()).execute()
    for cadre, bps in shares:
        held = postings[cadre]
        Claim.create(
            lead=lead_id, cadre=cadre, share_bps=bps, posting_id=held.id if held else None,
            reported_at=first.get(cadre, at), reason=reason.strip()[:255], recorded_at=at, recorded_by=by.person_id,
            counts_from=counts_from,
        )  # fmt: skip
    Lead.update(updated_at=at).where(Lead.id == lead_id).execute()


def _people_findings(shares: Sequence[tuple[int, int]]) -> list[Finding]:
    cadres = [cadre for cadre, _ in shares]
    granted = RoleGrant.select(RoleGrant.person).where((RoleGrant.role == "cadre") & RoleGrant.person.in_(cadres))
    if {grant.person_id for grant in granted} != set(cadres):
        return [Finding("share.person", say("Choose seconded cadres."), "shares")]
    return []


def _posted_findings(days: Mapping[int, date]) -> list[Finding]:
    """Refuse a share for whoever was not posted anywhere until the day of the report: it could never count."""
    begun = dict(first_days(list(days)))
    late = [cadre for cadre, day in days.items() if cadre in begun and begun[cadre] > day]
    never = [cadre for cadre in days if cadre not in begun]
    if not late and not never:
        return []
    named = Person.select(Person.id, Person.name).join(RoleGrant, on=(RoleGrant.person == Person.id)).where(
        Person.id.in_([*late, *never]) & (RoleGrant.role == "cadre")
    )  # fmt: skip
    names = sorted({name for _, name in named.tuples()})
    text = say("No posting until the day of the report, so a share would never count: %(names)s.", names=names)
    return [Finding("share.outside", text, "shares")] if names else []


def record_party(lead_id: int, role: str, *, unit_id: int | None, person_id: int | None, name: str, happened_on: date,
                 reason: str, by: Actor, at: datetime) -> None:  # fmt: skip
    """Record who introduced a lead or which unit negotiated first; changing it asks for a reason, the old row stays."""
    with deed("lead.party", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "credit.share")
        lock_lead(lead_id)
        row = open_for(lead_id, by, "credit.share")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        standing = LeadParty.select().where(
            (LeadParty.lead == lead_id) & (LeadParty.role == role) & LeadParty.ended_at.is_null()
        )
        findings = _party_findings(role, unit_id, person_id, name, happened_on, at)
        if standing.exists() and not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        doing.change("role", None, role)
        put_party(lead_id, role, unit_id=unit_id, person_id=person_id, name=name, happened_on=happened_on,
                  reason=reason, by=by, at=at)  # fmt: skip


def _party_findings(role: str, unit_id: int | None, person_id: int | None, name: str, happened_on: date, at: datetime
                    ) -> list[Finding]:  # fmt: skip
    found = []
    if role not in ROLES:
        found.append(Finding("party.role", say("Choose one of the offered values."), "role"))
    if unit_id is None and person_id is None and not name.strip():
        found.append(Finding("party.who", say("Say who it was: a unit, a cadre or a name."), "name"))
    if unit_id is not None and not Unit.select().where(Unit.id == unit_id).exists():
        found.append(Finding("unit.unknown", say("There is no such unit."), "unit_id"))
    if person_id is not None and not Person.select().where(Person.id == person_id).exists():
        found.append(Finding("person.unknown", say("There is no such person."), "person_id"))
    if happened_on > shanghai_date(at):
        found.append(Finding("date.future", say("This day has not come yet."), "happened_on"))
    return found


def put_party(lead_id: int, role: str, *, happened_on: date, by: Actor, at: datetime, unit_id: int | None = None,
              person_id: int | None = None, name: str = "", reason: str = "") -> None:  # fmt: skip
    """Write one of the two roles and end the row before it."""
    LeadParty.update(ended_at=at).where(
        (LeadParty.lead == lead_id) & (LeadParty.role == role) & LeadParty.ended_at.is_null()
    ).execute()
    LeadParty.create(
        lead=lead_id, role=role, unit=unit_id, person=person_id, name=name.strip()[:120], happened_on=happened_on,
        reason=reason.strip()[:255], recorded_at=at, recorded_by=by.person_id, recorded_by_name=by.name,
    )  # fmt: skip


def open_case(lead_id: int, *, known_by: str, asked_bps: int | None, grounds: str, by: Actor, at: datetime,
              file_id: int | None = None, client_key: str | None = None) -> int:  # fmt: skip
    """Object to a lead's credit; who cannot open the lead must know its name or investor (`known_by`)."""
    with deed("dispute.open", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "credit.object")
        lock_lead(lead_id)
        known = ClaimCase.get_or_none(ClaimCase.client_key == client_key) if client_key else None
        if known is not None and known.cadre_id == by.person_id:
            doing.silent = True
            return int(known.id)
        row = _objected(lead_id, known_by, by)
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        claims = standing_claims(lead_id)
        findings = []
        if len(grounds.strip()) < FEWEST_WORDS:
            text = say("Say why, with days and people, so that others can check it.")
            findings.append(Finding("case.grounds", text, "grounds"))
        if asked_bps is not None and not 0 < asked_bps <= WHOLE_BPS:
            findings.append(Finding("share.range", say("Each share lies above 0 % and up to 100 %."), "asked_bps"))
        if [claim.cadre_id for claim in claims] == [by.person_id]:
            findings.append(Finding("case.own", say("The whole credit is yours already.")))
        mine = (ClaimCase.lead == lead_id) & (ClaimCase.cadre == by.person_id) & (ClaimCase.outcome == "")
        if ClaimCase.select().where(mine).exists():
            findings.append(Finding("case.stands", say("Your objection to this project is on record already.")))
        if findings:
            raise Refusal(findings)
        case_id = put_case(lead_id, "objection", cadre=int(by.person_id or 0), grounds=grounds.strip(), by=by, at=at,
                           asked_bps=asked_bps, file_id=file_id, client_key=client_key)  # fmt: skip
        doing.change("case", None, case_id)
        return case_id


def _objected(lead_id: int, known_by: str, by: Actor) -> Any:
    """Return the lead when the actor may know that it exists; otherwise refuse as if it did not."""
    row: Any = Lead.get_or_none(Lead.id == lead_id)
    knows = row is not None and (
        (bool(name_key(known_by)) and name_key(known_by)[:255] == row.name_key)
        or (bool(company_key(known_by)) and company_key(known_by)[:255] == row.investor_key)
    )
    if row is not None and not knows:
        knows = Lead.select().where((Lead.id == lead_id) & visible(by)).exists()
    if not knows:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


def put_case(lead_id: int, kind: str, *, cadre: int, grounds: str, by: Actor, at: datetime, other: int | None = None,
             report_id: int | None = None, asked_bps: int | None = None, file_id: int | None = None,
             client_key: str | None = None) -> int:  # fmt: skip
    """Write a dispute with the protection as it stands at this moment."""
    if other is None:
        standing = [claim for claim in standing_claims(lead_id) if claim.cadre_id != cadre]
        first = min(standing, key=lambda claim: claim.reported_at, default=None)
        other = first.cadre_id if first else None
    kept = protections([lead_id], shanghai_date(at))[lead_id]
    made = ClaimCase.create(
        client_key=client_key or None, lead=lead_id, kind=kind, cadre=cadre, other=other, report_id=report_id,
        asked_bps=asked_bps, grounds=grounds, file_id=file_id, protection=kept.state, protected_until=kept.until,
        opened_at=at, opened_by=by.person_id, opened_by_name=by.name,
    )  # fmt: skip
    return int(made.id)


def _case(case_id: int, doing: Deed, *, lock: bool = True) -> CaseRow:
    if lock:
        ClaimCase.update(kind=ClaimCase.kind).where(ClaimCase.id == case_id).execute()
    found = cases(case_id=case_id)
    if not found:
        raise refuse("case.unknown", say("There is no such dispute."), status=404)
    doing.on("lead", found[0].lead_id, f"{found[0].number} {found[0].lead_name}")
    return found[0]


def answer_case(case_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Let the other cadre say something before the decision."""
    with deed("dispute.answer", by=by, at=at) as doing:
        require(by, "credit.object")
        row = _case(case_id, doing)
        if row.other_id != by.person_id:
            raise refuse("case.unknown", say("There is no such dispute."), status=404)
        findings = []
        if row.decision:
            findings.append(Finding("case.decided", say("This dispute is decided already.")))
        if len(text.strip()) < FEWEST_WORDS:
            findings.append(Finding("case.answer", say("Say what happened from your side."), "text"))
        if findings:
            raise Refusal(findings)
        doing.change("answer", row.answer or None, text.strip()[:200])
        ClaimCase.update(answer=text.strip(), answered_at=at, answered_by_name=by.name).where(
            ClaimCase.id == case_id
        ).execute()


def decide_case(case_id: int, decision: str, shares: Sequence[tuple[int, int]], reason: str, *, by: Actor,
                at: datetime, counts_from: date | None = None) -> None:  # fmt: skip
    """Decide a dispute in writing; an upheld claim divides the credit anew, a losing one stays on record."""
    with deed("dispute.decide", by=by, at=at) as doing:
        require(by, "credit.decide")
        row = _case(case_id, doing)
        findings = _decision_findings(row, decision, shares, reason, by)
        if row.decision:
            findings.append(Finding("case.decided", say("This dispute is decided already.")))
        if findings:
            raise Refusal(findings)
        doing.change("decision", None, decision)
        doing.change("reason", None, reason.strip())
        ClaimCase.update(
            decision=decision, decision_shares=json.dumps(list(shares)) if decision == "upheld" else "",
            decision_reason=reason.strip(), decided_at=at, decided_by=by.person_id, decided_by_name=by.name,
        ).where(ClaimCase.id == case_id).execute()  # fmt: skip
        _carry_out(row, decision, shares, reason, counts_from, by=by, at=at, doing=doing)


def _decision_findings(row: CaseRow, decision: str, shares: Sequence[tuple[int, int]], reason: str, by: Actor
                       ) -> list[Finding]:  # fmt: skip
    found = []
    if decision not in {"upheld", "rejected"}:
        found.append(Finding("case.decision", say("Choose a decision."), "decision"))
    if len(reason.strip()) < FEWEST_WORDS:
        found.append(Finding("case.reason", say("A decision needs a written reason."), "reason"))
    if by.person_id in {row.cadre_id, row.other_id}:
        found.append(Finding("case.party", say("Who is part of a dispute does not decide it.")))
    if decision == "upheld" and shares:
        found += share_findings(shares)
    if decision == "upheld" and not shares:
        found.append(Finding("share.none", say("Choose at least one cadre."), "shares"))
    return found


def _carry_out(row: CaseRow, decision: str, shares: Sequence[tuple[int, int]], reason: str, counts_from: date | None,
               *, by: Actor, at: datetime, doing: Deed) -> None:  # fmt: skip
    if decision != "upheld":
        return
    lock_lead(row.lead_id)
    query: Any = LeadReport.select(LeadReport.cadre, LeadReport.proved_at).where(
        (LeadReport.lead == row.lead_id) | (LeadReport.id == _report_of(row.id))
    )
    told = {row.cadre_id: row.opened_at, **dict(query.tuples())}
    divide(row.lead_id, shares, reason=reason, by=by, at=at, doing=doing, reported=told, counts_from=counts_from)


def _report_of(case_id: int) -> int:
    return int(ClaimCase.select(ClaimCase.report_id).where(ClaimCase.id == case_id).scalar() or 0)


def appeal_case(case_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Appeal a decision, once, within the days that the rules give; either of the two may."""
    with deed("dispute.appeal", by=by, at=at) as doing:
        require(by, "credit.object")
        row = _case(case_id, doing)
        if by.person_id not in {row.cadre_id, row.other_id}:
            raise refuse("case.unknown", say("There is no such dispute."), status=404)
        findings = []
        step = row.step(shanghai_date(at))
        if step == "open":
            findings.append(Finding("case.undecided", say("There is no decision yet.")))
        elif row.appealed_at is not None:
            findings.append(Finding("case.appealed", say("There is one appeal, and it was made.")))
        elif step == "final":
            text_ = say("The %(n)s days for an appeal are over.", n=claim_rules().appeal_days)
            findings.append(Finding("case.late", text_))
        if len(text.strip()) < FEWEST_WORDS:
            findings.append(Finding("case.appeal", say("Say what the decision overlooked."), "text"))
        if findings:
            raise Refusal(findings)
        doing.change("appeal", None, text.strip()[:200])
        ClaimCase.update(
            appeal=text.strip(), appealed_at=at, appealed_by=by.person_id, appealed_by_name=by.name
        ).where(ClaimCase.id == case_id).execute()


def close_case(case_id: int, outcome: str, shares: Sequence[tuple[int, int]], reason: str, *, by: Actor,
               at: datetime, counts_from: date | None = None) -> None:  # fmt: skip
    """Give the last word on an appeal; it comes from somebody else than the first decision."""
    with deed("dispute.close", by=by, at=at) as doing:
        require(by, "credit.decide")
        row = _case(case_id, doing)
        findings = _decision_findings(row, outcome, shares, reason, by)
        if row.appealed_at is None or row.outcome:
            findings.append(Finding("case.no_appeal", say("No appeal waits here.")))
        if row.decided_by_id == by.person_id:
            text = say("Who decided first does not decide the appeal: a leader or a colleague does.")
            findings.append(Finding("case.same_person", text))
        if findings:
            raise Refusal(findings)
        doing.change("outcome", None, outcome)
        doing.change("reason", None, reason.strip())
        ClaimCase.update(
            outcome=outcome, outcome_shares=json.dumps(list(shares)) if outcome == "upheld" else "",
            outcome_reason=reason.strip(), closed_at=at, closed_by=by.person_id, closed_by_name=by.name,
        ).where(ClaimCase.id == case_id).execute()  # fmt: skip
        _carry_out(row, outcome, shares, reason, counts_from, by=by, at=at, doing=doing)
