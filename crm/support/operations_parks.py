"""What is done for parks: lists of key-support enterprises come into force, leading industries are entered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.uscc import read_uscc
from crm.profile.rules import dictionary
from crm.support.models import KeyEnterprise, ParkIndustries, SupportItem
from crm.support.operations import made, note_event, opened, renew, standing, texts_of
from crm.support.queries_parks import industries_of
from crm.support.rules import EDITABLE, KEY_LIST, cleared
from crm.support.rules_parks import Enterprise, industries_findings, list_findings, list_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from crm.core.actor import Actor

PARKS = "support.parks"


def propose_list(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Propose a list of key-support enterprises for a park: criteria, basis, at most three names."""
    with deed("support.propose_list", by=by, at=at, kind="support", label=str(values.get("park") or "")) as doing:
        require(by, PARKS)
        findings = _list_findings(values)
        if findings:
            raise Refusal(findings)
        enterprises: Sequence[Enterprise] = values["enterprises"]
        item_id = made(KEY_LIST, texts_of(list_texts(values)), park=values["park"], doing=doing, by=by, at=at)
        _name(item_id, 1, enterprises)
        return item_id


def reword_list(item_id: int, values: Mapping[str, Any], *, edition: int, reason: str, by: Actor,
                at: datetime) -> None:  # fmt: skip
    """Change a list that is not in force: its review is void, the new text is reviewed."""
    with deed("support.reword_list", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, PARKS)
        findings = _list_findings(values)
        if row.subject != KEY_LIST:
            raise refuse("support.unknown", say("There is no such list."), status=404)
        if row.state not in EDITABLE:
            text = say("A list in force is not changed: end it and propose the next one.")
            findings.append(Finding("support.in_force", text))
        if row.edition != edition:
            text = say("Somebody else changed the text meanwhile; look at it again.")
            findings.append(Finding("edit.conflict", text))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        texts = texts_of(list_texts(values))
        for name, value in texts.items():
            doing.change(f"support.{name}", getattr(row, name), value)
        renew(row, texts, reason=reason.strip(), by=by, at=at)
        _name(item_id, row.edition + 1, values["enterprises"])


def _list_findings(values: Mapping[str, Any]) -> list[Finding]:
    bad = [one.name for one in values.get("enterprises") or () if one.uscc and not read_uscc(one.uscc).sound]
    return list_findings(values, parks=dictionary("parks"), bad_codes=bad)


def _name(item_id: int, edition: int, enterprises: Sequence[Enterprise]) -> None:
    for position, one in enumerate(enterprises, 1):
        KeyEnterprise.insert(
            item=item_id, edition=edition, position=position, name=one.name, uscc=one.uscc, reason=one.reason
        ).execute()


def put_in_force(item_id: int, *, published: str, from_day: date | None, by: Actor, at: datetime) -> None:
    """Let a list take effect: only with open criteria, a basis and a review that stands; an older list ends."""
    with deed("support.list_in_force", by=by, at=at, kind="support", thing_id=item_id) as doing:
        row = opened(item_id, by, doing, PARKS)
        today, findings = shanghai_date(at), []
        if row.subject != KEY_LIST or row.state in ("in_force", "ended"):
            raise refuse("support.over", say("This item is over already."))
        if not cleared(standing(row), today):
            text = say("The review of this very list does not stand yet; no list takes effect without it.")
            findings.append(Finding("support.open", text))
        if not row.condition.strip() or not row.legal_basis.strip():
            text = say("A list takes effect only with criteria and a basis.")
            findings.append(Finding("support.criteria", text))
        if not published.strip():
            text = say("Say where the criteria are open to everybody (address or notice).")
            findings.append(Finding("support.published", text, "published"))
        if from_day is None or from_day > today:
            findings.append(Finding("date.future", say("Give the day it happened, today or earlier."), "from_day"))
        if findings or from_day is None:
            raise Refusal(findings)
        earlier: Any = SupportItem.select().where(
            (SupportItem.park == row.park) & (SupportItem.subject == KEY_LIST) & (SupportItem.state == "in_force")
        )
        for old in list(earlier):
            SupportItem.update(state="ended", updated_at=at).where(SupportItem.id == old.id).execute()
            note_event(old.id, "ended", note=str(row.title), happened_on=from_day, by=by, at=at)
        facts = json.dumps({"published": published.strip()}, ensure_ascii=False)
        SupportItem.update(state="in_force", agreed_on=from_day, facts=facts, updated_at=at).where(
            SupportItem.id == item_id
        ).execute()
        doing.change("support.state", row.state, "in_force")
        note_event(item_id, "in_force", note=published.strip(), happened_on=from_day, by=by, at=at)


def set_industries(park: str, industries: Sequence[str], *, reason: str, by: Actor, at: datetime) -> list[Finding]:
    """Enter the leading industries of a park; a fourth warns and needs a reason. Returns the warnings."""
    with deed("park.industries", by=by, at=at, kind="park", label=park) as doing:
        require(by, PARKS)
        findings, warnings = industries_findings(park, industries, reason, parks=dictionary("parks"))
        if findings:
            raise Refusal([*findings, *warnings])
        before = industries_of(park)
        doing.change("park.industries", "、".join(before.industries), "、".join(industries))
        doing.change("reason", None, reason.strip() or None)
        if tuple(industries) == before.industries:
            doing.silent = True
            return warnings
        ParkIndustries.insert(
            park=park, industries="\n".join(industries), reason=reason.strip(), by=by.person_id, by_name=by.name, at=at
        ).execute()
        return warnings

