"""A cadre's report: lead, assessment, first report with its proof and the credit, in one deed, exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.accounts.rules import require, scope
from crm.audit.operations import deed
from crm.cadres.queries import posting_on
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.files.operations import store_evidence
from crm.files.rules import evidence_findings
from crm.leads.models import Lead
from crm.leads.models_claims import LeadParty, LeadReport
from crm.leads.operations_claims import divide, lock_lead, put_case, put_party, standing_claims
from crm.leads.queries_claims import look_alikes, report_key
from crm.leads.rules_claims import MESSAGE_KINDS, WHOLE_BPS, claim_rules
from crm.leads.rules_names import company_key
from crm.pipeline.operations import create_assessed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.audit.operations import Deed
    from crm.cadres.queries import PostingRow
    from crm.core.actor import Actor

Upload = tuple[bytes, str]
"""A file as it came: its bytes and its name."""


class LookAlikes(Refusal):
    """Somebody reported the same name or company earlier; the reporter must say what this is."""


def _lock_person(person_id: int | None) -> None:
    # The no-op update takes the row lock on PostgreSQL: two taps of one person are done one after the other.
    Person.update(failures=Person.failures).where(Person.id == person_id).execute()


def report_project(values: Mapping[str, Any], *, client_key: str, by: Actor, at: datetime, photo: Upload | None = None,
                   device_at: datetime | None = None, another: bool = False) -> int:  # fmt: skip
    """Report a project as a cadre; the same client-made key twice is one report, and the server's time decides."""
    with deed("lead.report", by=by, at=at, kind="lead", label=str(values.get("name", ""))) as doing:
        require(by, "lead.report")
        _lock_person(by.person_id)
        known = report_key(client_key)
        if known is not None:
            if known[1] != by.person_id:
                raise refuse("report.key", say("This report belongs to somebody else."), status=409)
            doing.silent = True
            return known[0]
        held = posting_on(by.person_id or 0, shanghai_date(at))
        findings = [] if photo is None else evidence_findings(photo[0])
        if held is None:
            findings.append(Finding("report.outside", say("No posting runs today, so nothing can be reported.")))
        if findings:
            raise Refusal(findings)
        found = _look_alikes(values, by, at, another=another)
        own = {**values, "source": "seconded_cadre", "recommender": values.get("recommender") or by.name}
        lead_id = create_assessed(own, by=by, at=at, client_key=f"r-{client_key}"[:64], despite_similar=True)
        file_id = None if photo is None else store_evidence(photo[0], name=photo[1], by=by, at=at)
        report = LeadReport.create(
            client_key=client_key, lead=lead_id, cadre=by.person_id, posting_id=held.id if held else None, mode="own",
            state="standing", reported_at=at, device_at=device_at, proved_at=at, file_id=file_id,
            company_key=company_key(str(values.get("investor") or ""))[:255], note=str(values.get("content") or ""),
            look_alikes=found[:255], entered_by=by.person_id, entered_by_name=by.name,
        )  # fmt: skip
        put_party(lead_id, "introducer", person_id=by.person_id, happened_on=shanghai_date(at), by=by, at=at)
        doing.on("lead", lead_id, _label(lead_id))
        doing.change("report", None, report.id)
        _same_company(report.id, by=by, at=at, doing=doing)
        return lead_id


def _label(lead_id: int) -> str:
    row = Lead.get_by_id(lead_id)
    return f"{row.number} {row.name}"


def _look_alikes(values: Mapping[str, Any], by: Actor, at: datetime, *, another: bool) -> str:
    """Return the numbers of look-alikes; without an answer about them the report is not taken yet."""
    found = look_alikes(str(values.get("name", "")), str(values.get("investor") or ""), by, day=shanghai_date(at))
    if found and not another:
        raise LookAlikes([_same(row.number, row.unit_name) for row in found], status=409)
    return "、".join(row.number for row in found)


def _same(number: str, unit: str) -> Finding:
    text = say("%(number)s of %(unit)s looks the same. Say whether this is another project.", number=number, unit=unit)
    return Finding("duplicate.name", text, "name")


def _same_company(report_id: int, *, by: Actor, at: datetime, doing: Deed) -> None:
    """Open a dispute when different cadres reported one company within the hours that the rules give."""
    mine: Any = LeadReport.get_by_id(report_id)
    if not mine.company_key:
        return
    span = timedelta(hours=claim_rules().same_company_hours)
    near: Any = LeadReport.select().where(
        (LeadReport.company_key == mine.company_key) & (LeadReport.cadre != mine.cadre_id)
        & LeadReport.state.in_(("standing", "confirmed"))
        & (LeadReport.proved_at >= mine.proved_at - span) & (LeadReport.proved_at <= mine.proved_at + span)
    )  # fmt: skip
    for other in near.order_by(LeadReport.proved_at, LeadReport.id):
        earlier, later = (other, mine) if other.proved_at <= mine.proved_at else (mine, other)
        lock_lead(earlier.lead_id)
        case_id = put_case(
            earlier.lead_id, "same_company", cadre=later.cadre_id, other=earlier.cadre_id, report_id=later.id,
            grounds="", by=by, at=at,
        )  # fmt: skip
        doing.change("case", None, case_id)


def report_for(cadre_id: int, values: Mapping[str, Any], *, message_kind: str, message_at: datetime,
               message_text: str, by: Actor, at: datetime, client_key: str, original: Upload | None = None,
               another: bool = False) -> int:  # fmt: skip
    """Enter a report for a cadre whose host place cannot reach this network; it waits for the cadre's word."""
    with deed("lead.report_for", by=by, at=at, kind="lead", label=str(values.get("name", ""))) as doing:
        require(by, "lead.report_for")
        _lock_person(cadre_id)
        known = report_key(client_key)
        if known is not None:
            doing.silent = True
            return known[0]
        held = posting_on(cadre_id, shanghai_date(message_at))
        findings = _message_findings(held, message_kind, message_at, message_text, original, at)
        if scope(by, "lead.create") == "none":
            findings.append(Finding("permission.missing", say("Your role may not do this.")))
        if findings:
            raise Refusal(findings)
        found = _look_alikes(values, by, at, another=another)
        name = str(Person.get_by_id(cadre_id).name)
        own = {**values, "source": "seconded_cadre", "recommender": values.get("recommender") or name}
        lead_id = create_assessed(own, by=by, at=at, client_key=f"r-{client_key}"[:64], despite_similar=True)
        file_id = None if original is None else store_evidence(original[0], name=original[1], by=by, at=at)
        row = LeadReport.create(
            client_key=client_key, lead=lead_id, cadre=cadre_id, posting_id=held.id if held else None, mode="proxy",
            state="waiting", reported_at=at, proved_at=message_at, message_kind=message_kind, file_id=file_id,
            message_text=message_text.strip(), company_key=company_key(str(values.get("investor") or ""))[:255],
            note=str(values.get("content") or ""), look_alikes=found[:255], entered_by=by.person_id,
            entered_by_name=by.name,
        )  # fmt: skip
        doing.on("lead", lead_id, _label(lead_id))
        doing.change("report", None, row.id)
        doing.change("cadre", None, name)
        return lead_id


def _message_findings(held: PostingRow | None, kind: str, message_at: datetime, text: str, original: Upload | None,
                      at: datetime) -> list[Finding]:  # fmt: skip
    found = [] if original is None else evidence_findings(original[0])
    if kind not in MESSAGE_KINDS:
        found.append(Finding("message.kind", say("Say by which way the message came."), "message_kind"))
    if message_at > at:
        found.append(Finding("date.future", say("The message cannot lie in the future."), "message_at"))
    if original is None and not text.strip():
        sentence = say("Keep the original message: its words or a picture of it; it proves the time.")
        found.append(Finding("message.missing", sentence, "message_text"))
    if held is None:
        sentence = say("No posting of this cadre ran on %(day)s: a report outside a posting does not count.",
                       day=shanghai_date(message_at))  # fmt: skip
        found.append(Finding("report.outside", sentence, "message_at"))
    elif not held.offline:
        sentence = say("%(place)s reaches this network: the cadre reports there. The organisation department says "
                       "which places do not.", place=held.host_place)  # fmt: skip
        found.append(Finding("report.reachable", sentence, "cadre_id"))
    return found


def _waiting(report_id: int, by: Actor) -> Any:
    LeadReport.update(mode=LeadReport.mode).where(LeadReport.id == report_id).execute()
    row = LeadReport.get_or_none((LeadReport.id == report_id) & (LeadReport.cadre == by.person_id))
    if row is None or row.mode != "proxy":
        raise refuse("report.unknown", say("There is no such report."), status=404)
    return row


def confirm_report(report_id: int, *, by: Actor, at: datetime) -> int:
    """Confirm a report that an officer entered: from now on its time is that of the original message."""
    with deed("lead.confirm", by=by, at=at, kind="lead") as doing:
        require(by, "lead.confirm")
        row = _waiting(report_id, by)
        doing.on("lead", row.lead_id, _label(row.lead_id))
        if row.state == "confirmed":
            doing.silent = True
            return int(row.lead_id)
        if row.state != "waiting":
            raise refuse("report.refused", say("You refused this report; enter an objection if that was wrong."))
        LeadReport.update(state="confirmed", answered_at=at).where(LeadReport.id == report_id).execute()
        doing.change("report", "waiting", "confirmed")
        lock_lead(row.lead_id)
        day = shanghai_date(row.proved_at)
        if not standing_claims(row.lead_id):
            divide(row.lead_id, [(row.cadre_id, WHOLE_BPS)], reason="", by=by, at=at, doing=doing,
                   reported={row.cadre_id: row.proved_at}, counts_from=day)  # fmt: skip
        held = LeadParty.select().where((LeadParty.lead == row.lead_id) & (LeadParty.role == "introducer"))
        if not held.exists():
            put_party(row.lead_id, "introducer", person_id=row.cadre_id, happened_on=day, by=by, at=at)
        _same_company(report_id, by=by, at=at, doing=doing)
        return int(row.lead_id)


def disown_report(report_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Refuse a report that somebody entered in one's name; the lead stays, without credit."""
    with deed("lead.disown", by=by, at=at, kind="lead") as doing:
        require(by, "lead.confirm")
        row = _waiting(report_id, by)
        doing.on("lead", row.lead_id, _label(row.lead_id))
        if row.state != "waiting":
            raise refuse("report.answered", say("This report is answered already."))
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("report", "waiting", "refused")
        LeadReport.update(state="refused", answered_at=at, refusal=reason.strip()[:255]).where(
            LeadReport.id == report_id
        ).execute()
