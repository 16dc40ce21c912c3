"""How the review of a version of rules is shown beside it: the conclusion, what it waits for, who may hand it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.clock import today
from crm.core.words import gettext as _
from crm.core.words import render
from crm.scoring.rules_versions import reviewed_hash
from crm.support.queries_rules import rule_item
from crm.support.rules import STATES, TONES, cleared, waits_for
from crm.support.rules_city import force_findings
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS

if TYPE_CHECKING:
    from crm.core.errors import Finding
    from crm.support.rules_city import RuleItem


@dataclass(frozen=True)
class Reviewed:
    """What a page tells of a version's review."""

    item: RuleItem | None
    words: str
    tone: str
    waits: str
    against: tuple[Finding, ...]
    """What keeps this very text from coming into force today."""
    to_hand_in: bool


def reviewed(kind: str, version: str, text: str) -> Reviewed:
    """Return how the review of a version's text stands."""
    item, mark = rule_item(kind, version), reviewed_hash(text)
    against = tuple(force_findings(kind, item, mark, today()))
    if item is None:
        return Reviewed(None, _("no review on record"), "line", "", against, to_hand_in=True)
    one = item.standing
    waits = ""
    if one.state in ("proposed", "reviewed") and not cleared(one, today()):
        waits = render(waits_for(one, today()))
    words, tone = render(STATES[one.state]), TONES[one.state]
    if one.conclusion:
        words, tone = render(CONCLUSIONS[one.conclusion]), CONCLUSION_TONES[one.conclusion]
    return Reviewed(item, words, tone, waits, against, item.early or item.fingerprint != mark)


def review_words(kind: str, version: str) -> dict[str, Any]:
    """Return the conclusion on a version for a line of a list."""
    item = rule_item(kind, version)
    if item is None:
        return {"item": None, "words": _("no review on record")}
    one = item.standing
    return {"item": one.id, "words": render(CONCLUSIONS[one.conclusion] if one.conclusion else STATES[one.state])}
