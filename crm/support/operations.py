"""What is done to a support item: propose, word anew, withdraw, carry in a contract, fulfil, end; with its history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.operations import open_for
from crm.profile.rules import dictionary
from crm.support.models import SupportEvent, SupportItem, SupportReview, SupportText
from crm.support.queries import against_signing, reachable, to_carry
from crm.support.rules import BEFORE_SIGNING, EDITABLE, SUPPORT, TEXTS, Standing, cleared, text_findings
from crm.support.rules_city import rule_end_findings
from crm.support.rules_measures import known_facts, measure_kinds, step_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

EDIT = "support.edit"
LONG = ("title", "legal_basis", "beneficiary", "condition")
ENDABLE = ("proposed", "reviewed", "stopped", "agreed", "in_force")


def opened(item_id: int, by: Actor, doing: Deed, permission: str = EDIT) -> Any:
    """Lock and return an item that a permission reaches, or refuse as if it did not exist."""
    require(by, permission)
    # The no-op update takes the row lock on PostgreSQL, so that a review and a change of its text wait for each other.
    SupportItem.update(edition=SupportItem.edition).where(SupportItem.id == item_id).execute()
    row = SupportItem.get_or_none((SupportItem.id == item_id) & reachable(by, permission))
    if row is None:
        raise refuse("support.unknown", say("There is no such support item, or it is not yours to open."), status=404)
    doing.on("support", item_id, str(row.title))
    return row


def standing(row: Any) -> Standing:
    """Return what decides whether an item may be carried."""
    return Standing(row.id, row.subject, row.title, row.state, row.edition, row.conclusion, row.cleared_edition,
                    row.cleared_until, row.sent_at)  # fmt: skip


def texts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words and figures that a review is about, trimmed."""
    found: dict[str, Any] = {name: values.get(name) for name in TEXTS}
    for name in LONG:
        found[name] = str(found[name] or "").strip()
    found["title"] = found["title"][:255]
    found["kind"], found["measure"] = found["kind"] or "", found["measure"] or ""
    return found


def note_event(item_id: int, what: str, *, note: str = "", happened_on: date | None = None, by: Actor,
               at: datetime) -> None:  # fmt: skip
    """Add one sentence to an item's history."""
    SupportEvent.insert(
        item=item_id, what=what, note=note, happened_on=happened_on or shanghai_date(at), by=by.person_id,
        by_name=by.name, at=at,
    ).execute()  # fmt: skip


def write_text(item_id: int, edition: int, texts: Mapping[str, Any], *, reason: str, by: Actor, at: datetime) -> None:
    """Keep one edition of a text."""
    body = json.dumps({name: None if value is None else str(value) for name, value in texts.items()},
                      ensure_ascii=False)  # fmt: skip
    SupportText.insert(
        item=item_id, edition=edition, body=body, reason=reason, by=by.person_id, by_name=by.name, unit=by.unit_id,
        at=at,
    ).execute()  # fmt: skip


def propose(values: Mapping[str, Any], *, lead_id: int | None = None, by: Actor, at: datetime) -> int:
    """Propose a support item for a lead, or for a park; it is in no contract before its review."""
    with deed("support.propose", by=by, at=at, kind="support", label=str(values.get("title") or "")) as doing:
        require(by, EDIT)
        findings = text_findings(values, measures=measure_kinds())
        lead: Any = open_for(lead_id, by, EDIT) if lead_id is not None else None
        park = (lead.park if lead else values.get("park")) or ""
        if lead is None and park not in dictionary("parks"):
            findings.append(Finding("support.whose", say("Choose the park that the item is for."), "park"))
        if findings:
            raise Refusal(findings)
        return made(SUPPORT, texts_of(values), lead_id=lead_id, park=park, doing=doing, by=by, at=at)


def made(subject: str, texts: Mapping[str, Any], *, lead_id: int | None = None, park: str = "",
         doing: Deed, by: Actor, at: datetime, **kept: Any) -> int:  # fmt: skip
    """Write a new item with the first edition of its text (a rule brings its version and fingerprint, too)."""
    row: Any = SupportItem.create(
        subject=subject, lead=lead_id, park=park, unit=by.unit_id, proposed_by=by.person_id,
        proposed_by_name=by.name, proposed_at=at, updated_at=at, **texts, **kept,
    )  # fmt: skip
    write_text(row.id, 1, texts, reason="", by=by, at=at)
    note_event(row.id, "proposed", by=by, at=at)
    doing.on("support", int(row.id), str(texts["title"]))
    for name, value in texts.items():
        doing.change(f"support.{name}", None, value if value != "" else None)
    return int(row.id)


def reword(item_id: int, values: Mapping[str, Any], *, edition: int, reason: str, by: Actor, at: datetime) -> int:
    """Word an item anew: a new edition; a review of the earlier text is void. Returns the edition."""
    with deed("support.reword", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        if row.subject != SUPPORT:
            # A list names enterprises and a rule is drafted where it is kept: neither is worded anew from here.
            text = say("There is no such support item, or it is not yours to open.")
            raise refuse("support.unknown", text, status=404)
        texts = texts_of(values)
        findings = _reword_findings(row, values, edition, reason)
        changed = {name: value for name, value in texts.items() if getattr(row, name) != value}
        if findings:
            raise Refusal(findings)
        if not changed:
            doing.silent = True
            return int(row.edition)
        for name, value in changed.items():
            doing.change(f"support.{name}", getattr(row, name), value)
        doing.change("reason", None, reason.strip())
        renew(row, texts, reason=reason.strip(), by=by, at=at)
        return int(row.edition) + 1


def _reword_findings(row: Any, values: Mapping[str, Any], edition: int, reason: str) -> list[Finding]:
    found = text_findings(values, measures=measure_kinds())
    if row.state not in EDITABLE:
        text = say("The contract carries these very words. Whoever wants others ends this item and proposes a new one.")
        found.append(Finding("support.carried", text))
    if row.edition != edition:
        text = say("Somebody else changed the text meanwhile; look at it again.")
        found.append(Finding("edit.conflict", text))
    if not reason.strip():
        found.append(Finding("reason.missing", say("Give a reason."), "reason"))
    return found


def renew(row: Any, texts: Mapping[str, Any], *, reason: str, by: Actor, at: datetime) -> None:
    """Write a new edition; what was concluded about the old one is void, except that a change was asked for."""
    edition = row.edition + 1
    awaited = row.conclusion == "changed" and row.cleared_edition is None
    if not awaited:
        SupportReview.update(voided_at=at, void_reason="text").where(
            (SupportReview.item == row.id) & SupportReview.voided_at.is_null()
        ).execute()
    SupportItem.update(
        edition=edition, state="proposed", cleared_edition=None, cleared_until=None, updated_at=at,
        conclusion="changed" if awaited else "", sent_at=at if awaited else None,
        **texts,
    ).where(SupportItem.id == row.id).execute()  # fmt: skip
    write_text(row.id, edition, texts, reason=reason, by=by, at=at)
    note_event(row.id, "reworded", note=reason, by=by, at=at)


def end(item_id: int, *, reason: str, ended_on: date | None, by: Actor, at: datetime) -> None:
    """Withdraw a proposal, or end what was agreed, from a day and with a reason; it stays on record."""
    with deed("support.end", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        findings = [*_day_findings(ended_on, at), *rule_end_findings(row.subject, row.state)]
        if row.state not in ENDABLE:
            findings.append(Finding("support.over", say("This item is over already.")))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        _become(row, "ended", doing, reason.strip(), ended_on, by, at)


def fulfil(item_id: int, *, note: str, fulfilled_on: date | None, by: Actor, at: datetime) -> None:
    """Say that the city has kept an agreed promise: on which day, by what."""
    with deed("support.fulfil", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        findings = _day_findings(fulfilled_on, at)
        if row.state != "agreed":
            text = say("Only what a contract carries is fulfilled.")
            findings.append(Finding("support.not_agreed", text))
        if not note.strip():
            findings.append(Finding("support.proof", say("Say by what it was fulfilled (document, sum, day)."), "note"))
        if findings:
            raise Refusal(findings)
        _become(row, "fulfilled", doing, note.strip(), fulfilled_on, by, at)


def _day_findings(day: date | None, at: datetime) -> list[Finding]:
    if day is None or day > shanghai_date(at):
        return [Finding("date.future", say("Give the day it happened, today or earlier."), "happened_on")]
    return []


def _become(row: Any, state: str, doing: Deed, note: str, day: date | None, by: Actor, at: datetime) -> None:
    doing.change("support.state", row.state, state)
    doing.change("reason", None, note)
    SupportItem.update(state=state, updated_at=at).where(SupportItem.id == row.id).execute()
    note_event(row.id, state, note=note, happened_on=day, by=by, at=at)


# --- in a contract


def carry(lead_id: int, contract_id: int, *, on: date, by: Actor, at: datetime) -> list[int]:
    """Let a contract that is being recorded carry every reviewed item of its lead; the caller holds the lead's lock."""
    against = against_signing(lead_id, on=shanghai_date(at))
    if against:
        raise Refusal(against)
    rows = to_carry(lead_id, on=shanghai_date(at))
    for row in rows:
        _bind(row.id, contract_id, on, by, at)
    return [row.id for row in rows]


def attach(item_id: int, contract_id: int, *, of_lead: int | None, signed_on: date, by: Actor, at: datetime) -> None:
    """Let a contract that is signed already carry an item; refused like a signature when its review does not stand."""
    with deed("support.attach", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        findings = []
        if row.subject != SUPPORT or row.lead_id is None or row.lead_id != of_lead:
            text = say("This contract belongs to another project.")
            findings.append(Finding("support.other_contract", text, "contract_id"))
        if row.state not in BEFORE_SIGNING and row.state != "stopped":
            findings.append(Finding("support.carried_already", say("A contract carries this item, or it is over.")))
        elif not cleared(standing(row), shanghai_date(at)):
            text = say("“%(title)s” may not stand in a signed contract before its review lets it out.", title=row.title)
            findings.append(Finding("support.open", text))
        if findings:
            raise Refusal(findings)
        doing.change("support.state", row.state, "agreed")
        doing.change("support.contract", None, contract_id)
        _bind(item_id, contract_id, signed_on, by, at)


def _bind(item_id: int, contract_id: int, on: date, by: Actor, at: datetime) -> None:
    SupportItem.update(state="agreed", contract_id=contract_id, agreed_on=on, updated_at=at).where(
        SupportItem.id == item_id
    ).execute()
    note_event(item_id, "agreed", happened_on=on, by=by, at=at)


def release(contract_id: int, *, by: Actor, at: datetime) -> None:
    """Take the items out of a contract that was recorded by mistake: they stand reviewed again."""
    rows: Iterable[Any] = list(SupportItem.select().where(SupportItem.contract_id == contract_id))
    for row in rows:
        state = "reviewed" if row.state == "agreed" else row.state
        SupportItem.update(state=state, contract_id=None, agreed_on=None, updated_at=at).where(
            SupportItem.id == row.id
        ).execute()
        note_event(row.id, "released", by=by, at=at)


# --- facts and steps of applications (power, funds, technical upgrades)


def save_facts(item_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Keep the facts that this form of support has of its own; they are no part of what the review is about."""
    with deed("support.facts", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        if not row.measure:
            raise refuse("support.no_facts", say("This form of support has no facts of its own."), status=404)
        if row.state in ("ended", "fulfilled"):
            raise refuse("support.over", say("This item is over already."))
        before = json.loads(row.facts or "{}")
        after = {name: value if isinstance(value, int) else str(value)
                 for name, value in known_facts(row.measure, values).items()}  # fmt: skip
        for name in sorted(before.keys() | after.keys()):
            doing.change(f"support.fact.{name}", before.get(name), after.get(name))
        doing.silent = before == after
        SupportItem.update(facts=json.dumps(after, ensure_ascii=False), updated_at=at).where(
            SupportItem.id == item_id
        ).execute()


def take_step(item_id: int, to: str, *, note: str, happened_on: date | None, by: Actor, at: datetime) -> None:
    """Say how far an application is: applied, taken up, granted, declined, running, done."""
    with deed("support.step", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing)
        findings = step_findings(row.step, to, happened_on=happened_on, today=shanghai_date(at))
        if not row.measure:
            findings = [Finding("support.no_facts", say("This form of support has no facts of its own."))]
        if row.state in ("ended", "fulfilled", "stopped"):
            findings.append(Finding("support.over", say("This item is over already.")))
        if findings:
            raise Refusal(findings)
        doing.change("support.step", row.step, to)
        SupportItem.update(step=to, updated_at=at).where(SupportItem.id == item_id).execute()
        note_event(item_id, f"step_{to}", note=note.strip(), happened_on=happened_on, by=by, at=at)

