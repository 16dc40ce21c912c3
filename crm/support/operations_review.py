"""How an item is reviewed: those affected are heard, the drafting unit says its opinion, the reviewer concludes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.files.models import StoredFile
from crm.support.models import SupportHearing, SupportItem, SupportReview, SupportText
from crm.support.operations import EDIT, note_event, opened
from crm.support.queries import reachable
from crm.support.rules import RULE
from crm.support.rules_review import (
    conclusion_findings,
    document_findings,
    sending_findings,
    who_findings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.core.actor import Actor

REVIEW = "support.review"
WAYS = {
    "meeting": say("talk or meeting"),
    "letter": say("letter and answer"),
    "public": say("open for comments"),
    "phone": say("phone"),
}


def hear(item_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Record somebody affected who was heard (art. 16); the drafting unit and the reviewer both may."""
    with deed("support.hear", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, "support.hear")
        findings = []
        who, said, day = values.get("who") or "", values.get("said") or "", values.get("heard_on")
        if not who.strip():
            findings.append(Finding("hearing.who", say("Say who was heard."), "who"))
        if not said.strip():
            findings.append(Finding("hearing.said", say("Write what they said, or that they had nothing against it."),
                                    "said"))  # fmt: skip
        if values.get("how") not in WAYS:
            findings.append(Finding("hearing.how", say("Choose how they were heard."), "how"))
        if day is None or day > shanghai_date(at):
            findings.append(Finding("date.future", say("Give the day it happened, today or earlier."), "heard_on"))
        if findings or day is None:
            raise Refusal(findings)
        doing.change("support.heard", None, who.strip())
        made: Any = SupportHearing.create(
            item=item_id, edition=row.edition, who=who.strip()[:255], heard_on=day, how=values["how"],
            said=said.strip(), by=by.person_id, by_name=by.name, at=at,
        )  # fmt: skip
        note_event(item_id, "heard", note=who.strip(), happened_on=day, by=by, at=at)
        return int(made.id)


def send(item_id: int, *, first_opinion: str, unheard_reason: str = "", by: Actor, at: datetime) -> None:
    """Hand an item to the reviewer with the drafting unit's first opinion and what was heard (arts. 14 and 16)."""
    with deed("support.send", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, EDIT)
        if row.conclusion == "changed":
            raise refuse("support.reword_first", say("The review asks for another wording: change the text."))
        if row.state != "proposed" or row.sent_at is not None:
            raise refuse("support.sent", say("This item is with the reviewer already, or its review is concluded."))
        heard = SupportHearing.select().where(SupportHearing.item == item_id).count()
        findings = sending_findings(first_opinion=first_opinion, heard=heard, unheard_reason=unheard_reason)
        if findings:
            raise Refusal(findings)
        doing.change("support.first_opinion", row.first_opinion or None, first_opinion.strip())
        SupportItem.update(
            first_opinion=first_opinion.strip(), unheard_reason="" if heard else unheard_reason.strip(), sent_at=at,
            sent_by_name=by.name, updated_at=at,
        ).where(SupportItem.id == item_id).execute()  # fmt: skip
        note_event(item_id, "sent", by=by, at=at)


def involved(item_id: int) -> tuple[set[int | None], set[int | None]]:
    """Return who proposed or worded an item, and the units it comes from; none of them reviews it."""
    row = SupportItem.get_by_id(item_id)
    query: Any = SupportText.select(SupportText.by, SupportText.unit).where(SupportText.item == item_id)
    texts = list(query.tuples())
    # Whoever worked on a draft of a rule is named beside its text: many hands may have saved it before.
    drafted = json.loads(row.facts or "{}").get("authors", ()) if row.subject == RULE else ()
    authors = {person for person, _unit in texts} | {row.proposed_by_id, *drafted}
    units = {unit for _person, unit in texts} | {row.unit_id}
    # Somebody who changed units since is still of the unit that proposed, and the other way round.
    now = Person.select(Person.unit).where(Person.id.in_([one for one in authors if one is not None])).tuples()
    return authors - {None}, (units | {unit for (unit,) in now}) - {None}


def _reviewer(item_id: int, by: Actor) -> list[Finding]:
    authors, units = involved(item_id)
    return who_findings(reviewer=by.person_id, unit=by.unit_id, authors=authors, units=units)


def conclude(item_id: int, values: Mapping[str, Any], *, edition: int, file_id: int | None, by: Actor,
             at: datetime) -> int:  # fmt: skip
    """Conclude the review of the edition that was read, with the market regulator's opinion and its document."""
    with deed("support.conclude", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, REVIEW)
        findings = _reviewer(item_id, by)
        if row.state != "proposed" and not _lapsed(row, shanghai_date(at)):
            findings.append(Finding("review.concluded", say("The review of this text is concluded.")))
        elif row.sent_at is None:
            text = say("The drafting unit has not handed this in yet.")
            findings.append(Finding("review.not_sent", text))
        if row.edition != edition:
            text = say("The text was changed while you read it; read the new edition.")
            findings.append(Finding("edit.conflict", text))
        findings += conclusion_findings(values, today=shanghai_date(at))
        kept = file_id is not None and StoredFile.select().where(StoredFile.id == file_id).exists()
        findings += document_findings(values.get("document_no") or "", has_file=kept)
        if findings or file_id is None:
            raise Refusal(findings)
        doing.change("conclusion", None, values["conclusion"])
        doing.change("document_no", None, values["document_no"].strip())
        return _write(row, values, file_id, by, at)


def _lapsed(row: Any, day: date) -> bool:
    """Tell whether a reviewed item rests on an exception that is over: it is reviewed anew."""
    return row.state == "reviewed" and row.cleared_until is not None and day > row.cleared_until


def _write(row: Any, values: Mapping[str, Any], file_id: int, by: Actor, at: datetime) -> int:
    conclusion = values["conclusion"]
    exception = conclusion == "exception"
    lets_out = conclusion in ("allowed", "exception")
    until = values.get("exception_until") if exception else None
    SupportReview.update(voided_at=at, void_reason="later").where(
        (SupportReview.item == row.id) & SupportReview.voided_at.is_null()
    ).execute()
    made: Any = SupportReview.create(
        item=row.id, edition=row.edition, drafting_unit=_unit_name(row.unit_id), first_opinion=row.first_opinion,
        heard=SupportHearing.select().where(SupportHearing.item == row.id).count(), conclusion=conclusion,
        opinion=values["opinion"].strip(), document_no=values["document_no"].strip()[:255], file_id=file_id,
        asked_change=(values.get("asked_change") or "").strip() if conclusion == "changed" else "",
        concluded_on=values["concluded_on"], ground=(values.get("ground") or "") if exception else "",
        no_milder=(values.get("no_milder") or "").strip() if exception else "", exception_until=until,
        end_conditions=(values.get("end_conditions") or "").strip() if exception else "", by=by.person_id,
        by_name=by.name, unit=by.unit_id, at=at,
    )  # fmt: skip
    state = "reviewed" if lets_out else "stopped" if conclusion == "refused" else "proposed"
    SupportItem.update(
        state=state, conclusion=conclusion, cleared_edition=row.edition if lets_out else None, cleared_until=until,
        sent_at=None if conclusion == "changed" else row.sent_at, updated_at=at,
    ).where(SupportItem.id == row.id).execute()  # fmt: skip
    note_event(row.id, f"concluded_{conclusion}", note=values["document_no"].strip(),
               happened_on=values["concluded_on"], by=by, at=at)  # fmt: skip
    return int(made.id)


def _unit_name(unit_id: int | None) -> str:
    found = Unit.get_or_none(Unit.id == unit_id) if unit_id else None
    return str(found.name) if found else ""


def confirm(item_id: int, *, edition: int, by: Actor, at: datetime) -> None:
    """Confirm that the new edition is what the review asked for; only then may a contract carry that very text."""
    with deed("support.confirm", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, REVIEW)
        findings = _reviewer(item_id, by)
        review = (
            SupportReview.select()
            .where((SupportReview.item == item_id) & SupportReview.voided_at.is_null())
            .order_by(SupportReview.id.desc())
            .first()
        )
        if review is None or review.conclusion != "changed" or row.cleared_edition is not None:
            raise refuse("review.nothing", say("No changed text waits to be confirmed here."))
        if review.edition == row.edition:
            text = say("The text is still the one that was to be changed: %(what)s", what=review.asked_change)
            findings.append(Finding("review.unchanged", text))
        if row.edition != edition:
            text = say("The text was changed while you read it; read the new edition.")
            findings.append(Finding("edit.conflict", text))
        if findings:
            raise Refusal(findings)
        doing.change("support.confirmed_edition", None, row.edition)
        SupportReview.update(
            confirmed_edition=row.edition, confirmed_at=at, confirmed_by=by.person_id, confirmed_by_name=by.name
        ).where(SupportReview.id == review.id).execute()
        SupportItem.update(state="reviewed", cleared_edition=row.edition, updated_at=at).where(
            SupportItem.id == item_id
        ).execute()
        note_event(item_id, "confirmed", by=by, at=at)


def may_review(item_id: int, by: Actor) -> list[Finding]:
    """Return what keeps somebody from reviewing an item; whoever only looks asks here too."""
    if not SupportItem.select().where((SupportItem.id == item_id) & reachable(by, REVIEW)).exists():
        return [Finding("permission.missing", say("Your role may not do this. Ask an administrator if it should."))]
    return _reviewer(item_id, by)
