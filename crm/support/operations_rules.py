"""Rules of the city go the way of every measure: handed in, heard, concluded; and only then do they take effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.support.models import SupportItem
from crm.support.operations import made, note_event, renew, texts_of
from crm.support.queries_rules import rule_item
from crm.support.rules import EDITABLE, RULE
from crm.support.rules_city import RULE_NAMES, rule_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor

RULES = "rules.edit"


def hand_in_rule(kind: str, version: str, texts: Mapping[str, Any], *, fingerprint: str,
                 authors: Iterable[int | None] = (), by: Actor, at: datetime) -> int:  # fmt: skip
    """Propose a version of a rule for its review; the same text goes in once, another one is a new edition."""
    with deed("support.hand_in_rule", by=by, at=at, kind="support", label=rule_name(kind, version)) as doing:
        require(by, RULES)
        if kind not in RULE_NAMES:
            raise refuse("rules.kind", say("There are no such rules."), status=404)
        known, words = rule_item(kind, version), texts_of(texts)
        who = sorted({one for one in authors if one is not None})
        if known is None or known.early:
            return made(
                RULE, words, rule_version=rule_name(kind, version), fingerprint=fingerprint,
                facts=json.dumps({"authors": who}), doing=doing, by=by, at=at,
            )  # fmt: skip
        if known.fingerprint == fingerprint:
            raise refuse("rules.handed_in", say("This version is on the reviewer's desk already, or was reviewed."))
        return _again(known.standing.id, words, fingerprint, who, doing, by=by, at=at)


def _again(item_id: int, words: Mapping[str, Any], fingerprint: str, authors: list[int], doing: Deed, *, by: Actor,
           at: datetime) -> int:  # fmt: skip
    """Put another text of a version in the place of the one that was handed in; its review is void."""
    # The no-op update takes the row lock on PostgreSQL, so that a conclusion and a new text wait for each other.
    SupportItem.update(edition=SupportItem.edition).where(SupportItem.id == item_id).execute()
    row: Any = SupportItem.get_by_id(item_id)
    if row.state not in EDITABLE:
        text = say("A version of this name is in force with another text; give the draft another name.")
        raise refuse("rules.version_taken", text)
    doing.on("support", item_id, str(row.title))
    doing.change("fingerprint", row.fingerprint[:12], fingerprint[:12])
    facts = json.dumps({"authors": sorted({*json.loads(row.facts or "{}").get("authors", ()), *authors})})
    renew(row, {**words, "fingerprint": fingerprint, "facts": facts}, reason="", by=by, at=at)
    return item_id


def take_effect(kind: str, version: str, *, from_day: date, by: Actor, at: datetime) -> None:
    """Note that a reviewed version of a rule was put into force; the caller has asked whether it may."""
    row = rule_item(kind, version)
    if row is not None:
        SupportItem.update(state="in_force", agreed_on=from_day, updated_at=at).where(
            SupportItem.id == row.standing.id
        ).execute()
        note_event(row.standing.id, "in_force", note=from_day.isoformat(), by=by, at=at)


def withdraw_rule(kind: str, version: str, *, by: Actor, at: datetime) -> None:
    """Take a dropped draft off the reviewer's desk; what was said about it stays on record."""
    row = rule_item(kind, version)
    if row is not None and row.standing.state in EDITABLE:
        SupportItem.update(state="ended", updated_at=at).where(SupportItem.id == row.standing.id).execute()
        note_event(row.standing.id, "ended", happened_on=shanghai_date(at), by=by, at=at)
