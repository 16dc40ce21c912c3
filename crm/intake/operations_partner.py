"""What is done with partners' hints: open the form, give out links, take hints into quarantine, accept or decline."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peewee import Case

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.actor import Actor
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.forms import check, formdata
from crm.core.money import plain_wan
from crm.intake.models_partner import Partner, PartnerHint, PartnerSwitch
from crm.intake.rules_partner import PER_HOUR, SOURCE, fingerprint, kept, receipt, without_persons
from crm.leads.forms import LeadForm
from crm.leads.forms_choices import offered_to
from crm.pipeline.operations import create_assessed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ADMINISTER = "account.manage"
DECIDE = "intake.import"
HOUR = timedelta(hours=1)


def digest(code: str) -> str:
    """Return the hash under which a partner's code is kept."""
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def open_form(*, is_open: bool, by: Actor, at: datetime) -> None:
    """Open the form for partners, or shut it for all of them at once."""
    with deed("partner.switch", by=by, at=at, kind="partner") as doing:
        require(by, ADMINISTER)
        before = PartnerSwitch.get_or_none(PartnerSwitch.id == 1)
        old = bool(before and before.is_open)
        if old == is_open:
            doing.silent = True
            return
        PartnerSwitch.insert(id=1, is_open=is_open).on_conflict(
            conflict_target=[PartnerSwitch.id], update={PartnerSwitch.is_open: is_open}
        ).execute()
        doing.change("active", old, is_open)


def add_partner(name: str, *, by: Actor, at: datetime) -> str:
    """Enter a partner and return the secret code of its link, which is shown once."""
    with deed("partner.add", by=by, at=at, kind="partner", label=name) as doing:
        require(by, ADMINISTER)
        if Partner.select().where(Partner.name == name).exists():
            raise refuse("partner.exists", say("There is a partner of this name already."), "name", 409)
        code = secrets.token_urlsafe(24)
        row = Partner.create(name=name, code_hash=digest(code), hint=code[-4:], created_at=at)
        doing.on("partner", row.id, name)
        doing.change("name", None, name)
        return code


def renew_partner(partner_id: int, *, by: Actor, at: datetime) -> str:
    """Give a partner a new link; the old one is worth nothing from now on."""
    with deed("partner.renew", by=by, at=at, kind="partner", thing_id=partner_id) as doing:
        row = _partner(partner_id, by)
        doing.on("partner", partner_id, row.name)
        code = secrets.token_urlsafe(24)
        Partner.update(code_hash=digest(code), hint=code[-4:], closed_at=None).where(Partner.id == partner_id).execute()
        return code


def close_partner(partner_id: int, *, by: Actor, at: datetime) -> None:
    """Close a partner's link; what it sent stays."""
    with deed("partner.close", by=by, at=at, kind="partner", thing_id=partner_id) as doing:
        row = _partner(partner_id, by)
        doing.on("partner", partner_id, row.name)
        standing = (Partner.id == partner_id) & Partner.closed_at.is_null()
        if not Partner.update(closed_at=at).where(standing).execute():
            doing.silent = True
            return
        doing.change("active", old=True, new=False)


def _partner(partner_id: int, by: Actor) -> Any:
    require(by, ADMINISTER)
    row = Partner.get_or_none(Partner.id == partner_id)
    if row is None:
        raise refuse("partner.unknown", say("There is no such partner."), status=404)
    return row


def take_hint(code: str, values: Mapping[str, Any], *, at: datetime) -> str:
    """Take a partner's hint into quarantine and return its number; the same hint twice is one."""
    sender: Any = Partner.get_or_none((Partner.code_hash == digest(code)) & Partner.closed_at.is_null())
    shut = not PartnerSwitch.select().where(PartnerSwitch.is_open).exists()
    if sender is None or shut:
        raise refuse("partner.shut", say("There is no such page, or you may not see it."), status=404)
    by = Actor(person_id=None, name=sender.name, door="partner")
    with deed("partner.hint", by=by, at=at, kind="partner", thing_id=sender.id, label=sender.name) as doing:
        mark = fingerprint(values)
        same = (PartnerHint.partner == sender.id) & (PartnerHint.fingerprint == mark)
        known: Any = PartnerHint.get_or_none(same)
        if known is not None:
            doing.silent = True
            return receipt(known.id, shanghai_date(known.received_at).year)
        _count(sender, at)
        row: Any = PartnerHint.create(
            partner=sender.id, received_at=at, fingerprint=mark, values=json.dumps(kept(values), ensure_ascii=False)
        )
        doing.on("hint", row.id, str(values.get("name"))[:120])
        return receipt(row.id, shanghai_date(at).year)


def _count(sender: Any, at: datetime) -> None:
    """Count a hint within its hour; one too many is refused."""
    fresh = (Partner.window_at.is_null()) | (Partner.window_at < at - HOUR)
    room = fresh | (Partner.window_count < PER_HOUR)
    counted = (
        Partner.update(
            window_count=Case(None, [(fresh, 1)], Partner.window_count + 1),
            window_at=Case(None, [(fresh, at)], Partner.window_at),
        )
        .where((Partner.id == sender.id) & room)
        .execute()
    )
    if not counted:
        text = say("At most %(n)s hints an hour; send the next one later.", n=PER_HOUR)
        raise refuse("partner.rate", text, status=429)


def _waiting(hint_id: int, by: Actor) -> Any:
    require(by, DECIDE)
    # The no-op update takes the row lock on PostgreSQL, so that two decisions come one after the other.
    PartnerHint.update(state=PartnerHint.state).where(PartnerHint.id == hint_id).execute()
    row: Any = PartnerHint.get_or_none(PartnerHint.id == hint_id)
    if row is None:
        raise refuse("hint.unknown", say("There is no such hint."), status=404)
    if row.state != "waiting":
        text = say("%(name)s has decided this hint already.", name=row.decided_by_name)
        raise refuse("hint.decided", text, status=409)
    return row


def accept_hint(hint_id: int, *, by: Actor, at: datetime, another_project: bool = False) -> int:
    """Make a lead of a hint, checked by the lead's own form and assessed as any other; a look-alike asks first."""
    with deed("partner.accept", by=by, at=at, kind="hint", thing_id=hint_id) as doing:
        row = _waiting(hint_id, by)
        values = json.loads(row.values)
        doing.on("hint", hint_id, str(values["name"]))
        form = offered_to(LeadForm(formdata(_typed(values, row.partner.name)), data={"unit_id": by.unit_id}), by)
        if by.unit_id is None:
            del form.unit_id  # whoever has no unit leaves the choice to whom the lead is assigned
        check(form)
        facts = {**{name: form[name].data for name in form.data if name in LEAD_FACTS}, "currency": "CNY"}
        facts["unit_id"], facts["owner_id"] = by.unit_id, None
        lead_id = create_assessed(facts, by=by, at=at, despite_similar=another_project)
        PartnerHint.update(
            state="accepted", lead_id=lead_id, decided_by=by.person_id, decided_by_name=by.name, decided_at=at,
            values=json.dumps(without_persons(values), ensure_ascii=False),
        ).where(PartnerHint.id == hint_id).execute()  # fmt: skip
        doing.change("decision", None, "accepted")
        return lead_id


LEAD_FACTS = frozenset({"name", "investor", "investor_place", "content", "investment_fen", "contact_name",
                        "contact_phone", "recommender", "source"})  # fmt: skip


def _typed(values: Mapping[str, Any], partner: str) -> dict[str, str]:
    """Return a hint as it would be typed into the lead's form."""
    typed = {name: "" if value is None else str(value) for name, value in values.items()}
    typed["investment_fen"] = plain_wan(values["investment_fen"])
    said = values["recommender"] or ""
    typed["recommender"] = said if partner in said else f"{partner} {said}".strip()
    typed["source"] = SOURCE
    return typed


def decline_hint(hint_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Decline a hint with a reason; what names a person is blanked at once."""
    with deed("partner.decline", by=by, at=at, kind="hint", thing_id=hint_id) as doing:
        row = _waiting(hint_id, by)
        values = json.loads(row.values)
        doing.on("hint", hint_id, str(values["name"]))
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        PartnerHint.update(
            state="declined", reason=reason.strip()[:255], decided_by=by.person_id, decided_by_name=by.name,
            decided_at=at, values=json.dumps(without_persons(values), ensure_ascii=False),
        ).where(PartnerHint.id == hint_id).execute()  # fmt: skip
        doing.change("decision", None, "declined")
        doing.change("reason", None, reason.strip())
