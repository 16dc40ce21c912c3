"""The page on which weights are tried: sliders, and a ranking that moves; nothing is stored."""

from __future__ import annotations

from flask import request

from crm.accounts.rules import may
from crm.core.clock import today
from crm.core.web import actor, needs, render
from crm.core.words import gettext as _
from crm.scoring.queries import decided_marks
from crm.scoring.queries_facts import facts_in_sight
from crm.scoring.queries_versions import scorecard_in_force
from crm.scoring.routes_versions import blueprint
from crm.scoring.rules_acceptance import acceptance
from crm.scoring.rules_whatif import rank, standing, weights_from

STAGES = ("lead", "qualified", "negotiating", "signed")
MOST_LEADS = 200
MOST_WEIGHT = 40


@blueprint.get("/what-if")
@needs("rules.view")
def what_if() -> str:
    """Rank the leads in sight by weights of one's own choice."""
    card = scorecard_in_force(today())
    rows = facts_in_sight(actor(), STAGES, MOST_LEADS)
    marks = decided_marks([row.id for row in rows], {item.code: item.most for item in card.judged})
    standings = [
        standing(row.id, row.number, row.name, acceptance(row.facts, marks.get(row.id, {}), card)) for row in rows
    ]
    own = {item.code: item.most for item in card.criteria}
    weights = weights_from(request.args, own, MOST_WEIGHT)
    ranked = rank(standings, list(weights.values()), list(own.values()))
    sliders = [(item.code, _(item.label), weights[item.code], item.most) for item in card.criteria]
    return render(
        "scoring/what_if.html", card=card, sliders=sliders, ranked=ranked, total=sum(weights.values()),
        changed=weights != own, most=MOST_WEIGHT, editor=may(actor(), "rules.edit"), most_leads=MOST_LEADS,
    )  # fmt: skip
