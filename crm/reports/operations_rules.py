"""Handing a rule of the city in for its review: one door for every kind, whoever keeps its text."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from crm.core.errors import refuse, say
from crm.core.words import DEFAULT, render, speaking
from crm.credit import operations_review as credit
from crm.reports.queries_rules import landing_text
from crm.scoring import operations_versions as scoring
from crm.scoring.rules_versions import KINDS
from crm.support.operations_rules import hand_in_rule
from crm.support.rules_city import RULE_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def hand_in(kind: str, version: str = "", *, by: Actor, at: datetime) -> int:
    """Propose a version of a rule of the city for review (a draft when none is named); returns the item."""
    if kind not in RULE_NAMES:
        raise refuse("rules.kind", say("There are no such rules."), status=404)
    if kind in KINDS:
        return scoring.hand_in(kind, version=version, by=by, at=at)
    if kind == "tariff":
        return credit.hand_in(version, by=by, at=at)
    return _landing(version, by=by, at=at)


def _landing(asked: str, *, by: Actor, at: datetime) -> int:
    version, text = landing_text()
    if asked not in ("", version):
        raise refuse("rules.version_unknown", say("There is no such version."), status=404)
    with speaking(DEFAULT):  # the same words whoever hands it in
        words = {
            "title": render(say("Definition of landed, version %(version)s", version=version)), "condition": text,
            "legal_basis": render(say("Rules of this product on recognition as landed; Regulation on Fair Competition "
                                      "Review, art. 2")),
            "beneficiary": render(say("Every project alike; for internal statistics only.")),
        }  # fmt: skip
    return hand_in_rule("landing", version, words, fingerprint=sha256(text.encode()).hexdigest(), by=by, at=at)
