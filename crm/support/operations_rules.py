"""Rules of the city that are reviewed like support items: the definition of landed, as its text stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import refuse, say
from crm.support.models import SupportItem
from crm.support.operations import made, texts_of
from crm.support.rules import RULE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor

RULES = "rules.edit"


def hand_in_rule(kind: str, version: str, texts: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Hand a version of a rule of the city in for its own review; the same text is handed in once."""
    with deed("support.hand_in_rule", by=by, at=at, kind="support", label=f"{kind} {version}") as doing:
        require(by, RULES)
        name = f"{kind} {version}"
        words = texts_of(texts)
        known: Any = SupportItem.select().where((SupportItem.subject == RULE) & (SupportItem.rule_version == name))
        if any(row.condition == words["condition"] for row in known):
            raise refuse("rules.handed_in", say("This version is on the reviewer's desk already, or was reviewed."))
        return made(RULE, words, rule_version=name, doing=doing, by=by, at=at)
