"""How the acceptance score and the vetoes are shown on a lead's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.clock import shanghai_date, today
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import within
from crm.scoring.queries import AcceptanceRow, acceptances_of, vetoes_of
from crm.scoring.queries_committee import open_committee
from crm.scoring.queries_facts import facts_of
from crm.scoring.queries_versions import scorecard_in_force
from crm.scoring.routes_lines import lines_shown, raises_shown
from crm.scoring.rules_acceptance import acceptance
from crm.scoring.rules_vetoes import veto_rules

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.scoring.rules_acceptance import Acceptance
    from crm.scoring.rules_scorecard import Scorecard


def acceptance_shown(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Return the score by today's facts and card, with what was decided, by whom, and what would raise it."""
    lead_id = row["id"]
    card = scorecard_in_force(today())
    facts = facts_of(lead_id)
    decisions = acceptances_of(lead_id)
    decided = next((item for item in decisions if item.superseded_at is None), None)
    codes = {item.code: item.most for item in card.judged}
    marks = {
        line["code"]: line["low"]
        for line in (decided.lines if decided else [])
        if line["judged"] and line["low"] <= codes.get(line["code"], -1)
    }
    result = acceptance(facts, marks, card)
    decider, chair = (may(by, name) and within(row, by, name) for name in ("acceptance.decide", "acceptance.chair"))
    sitting = open_committee(lead_id, by)
    return {
        "low": result.low,
        "high": result.high,
        "text": _now_text(result),
        "lines": lines_shown(result, facts, card),
        "raises": raises_shown(result, card, lead_id),
        "decided_text": _decided_text(decided) if decided else "",
        "stale_text": _stale_text(decided, result, card) if decided else "",
        "paper_url": url_for("acceptance.paper", lead_id=lead_id, acceptance_id=decided.id) if decided else None,
        "past": [
            {"text": _decided_text(item), "url": url_for("acceptance.paper", lead_id=lead_id, acceptance_id=item.id)}
            for item in decisions
            if item.superseded_at is not None
        ],
        "decide_url": url_for("acceptance.decide", lead_id=lead_id) if decider and sitting is None else None,
        "gather_url": url_for("acceptance.gather", lead_id=lead_id) if chair and sitting is None else None,
        "sit_url": url_for("acceptance.sit", committee_id=sitting.id) if sitting else None,
        "sit_text": _("A committee sits: %(n)s of %(total)s have handed in.", n=sitting.handed_in,
                      total=len(sitting.seats)) if sitting else "",
        "version_text": _("Scorecard %(version)s, in force since %(day)s.", version=card.version,
                          day=card.in_force_from),
        "veto_url": url_for("scoring.veto", lead_id=lead_id) if decider else None,
    }  # fmt: skip


def _now_text(result: Acceptance) -> str:
    if result.settled:
        return _("%(score)s of 100 points by today's facts and marks", score=result.low)
    return _(
        "%(low)s to %(high)s of 100 points: %(low)s are sure, the rest hangs on what is not known yet",
        low=result.low, high=result.high,
    )  # fmt: skip


def _decided_text(item: AcceptanceRow) -> str:
    score = str(item.score) if item.score == item.high else f"{item.score}–{item.high}"
    words = (
        say("%(score)s points, decided by a committee under %(name)s on %(day)s: %(note)s")
        if item.committee_id
        else say("%(score)s points, decided by %(name)s on %(day)s: %(note)s")
    )
    return _(words.msgid, score=score, name=item.by_name, day=shanghai_date(item.at), note=item.note)


def _stale_text(item: AcceptanceRow, result: Acceptance, card: Scorecard) -> str:
    if item.version != card.version:
        return _(
            "Decided by scorecard %(old)s; version %(new)s is in force. The decision stands until it is taken anew.",
            old=item.version, new=card.version,
        )  # fmt: skip
    if (item.score, item.high) != (result.low, result.high):
        return _("The facts have changed since the decision; it stands until it is taken anew.")
    return ""


def vetoes_shown(row: dict[str, Any], by: Actor) -> list[dict[str, Any]]:
    """Return the vetoes with who confirmed them, and where an open one is lifted."""
    rules = veto_rules()
    lifter = may(by, "acceptance.decide") and within(row, by, "acceptance.decide")
    return [
        {
            "id": veto.id,
            "rule": render(rules.get(veto.rule, say("Veto"))),
            "text": veto.text,
            "who": _("confirmed by %(name)s on %(day)s", name=veto.by_name, day=shanghai_date(veto.at)),
            "state_label": _("lifted") if veto.lifted_at else _("stands"),
            "tone": "calm" if veto.lifted_at else "bad",
            "lift_reason": veto.lift_reason,
            "lift_url": url_for("scoring.lift", lead_id=row["id"], veto_id=veto.id)
            if lifter and veto.lifted_at is None
            else None,
        }
        for veto in vetoes_of(row["id"])
    ]
