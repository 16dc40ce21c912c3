"""What a lead's page says around its sections: the buttons, what to do next and who is waited for, the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.rules import may
from crm.core.errors import say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.queries import evidence_of
from crm.landing.rules import EVIDENCE_LABELS, LEGS, STATE_LABELS
from crm.leads.queries import within
from crm.leads.rules import STAGE_LABELS, STAGES
from crm.pipeline.operations import advance_gaps
from crm.pipeline.queries import milestones_of
from crm.pipeline.routes_opened import gap_links
from crm.pipeline.routes_show_legs import NOTICE, landing, leg_facts_shown, versions_shown
from crm.pipeline.rules import MILESTONE_KINDS

if TYPE_CHECKING:
    from crm.core.actor import Actor

__all__ = ["NOTICE", "actions", "files", "landing", "leg_facts_shown", "next_card", "versions_shown"]

def actions(row: dict[str, Any], by: Actor) -> list[dict[str, str]]:
    """Return the buttons beside a lead's title."""
    found = []
    lead_id = row["id"]
    if may(by, "lead.contact") and within(row, by, "lead.contact"):
        found.append({"label": _("Record a contact"), "href": "#contacts", "icon": "message-circle", "tone": "plain"})
    if may(by, "status.change") and within(row, by, "status.change"):
        found.append(
            {
                "label": _("Status"),
                "href": url_for("lead.status", lead_id=lead_id),
                "icon": "player-pause",
                "tone": "plain",
            }
        )
    if may(by, "lead.edit") and within(row, by, "lead.edit"):
        found.append(
            {"label": _("Edit"), "href": url_for("lead.edit", lead_id=lead_id), "icon": "pencil", "tone": "plain"}
        )
    return found


def next_card(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Return what the rail says of the next stage, and what is missing for it."""
    at = STAGES.index(row["stage"])
    if row["status"] != "active":
        return {
            "title": _("What next"),
            "findings": [],
            "ready_text": _("The project is not active; nothing is due."),
            "advance_url": None,
            "advance_label": "",
        }
    if at + 1 == len(STAGES):
        return {
            "title": _("What next"),
            "findings": [],
            "ready_text": _("The project has come all the way."),
            "advance_url": None,
            "advance_label": "",
        }
    to = STAGES[at + 1]
    missing = advance_gaps(row["id"], to)
    word = render(STAGE_LABELS[to])
    may_move = may(by, "stage.move") and within(row, by, "stage.move")
    title = (
        _("Missing to reach %(stage)s: %(n)s", stage=word, n=len(missing))
        if missing
        else _("Ready for %(stage)s", stage=word)
    )
    return {
        "title": title,
        "findings": gap_links(row["id"], missing),
        "ready_text": _("Everything this stage asks for is on record."),
        "advance_url": url_for("lead.advance", lead_id=row["id"], to=to) if may_move else None,
        "advance_label": _("Move to %(stage)s", stage=word),
    }


def files(row: dict[str, Any], by: Actor) -> list[dict[str, Any]]:
    """Return the files and dated proofs of a lead."""
    del by
    papers = [
        {
            "name": item.file_name,
            "url": url_for("landing.file", evidence_id=item.id),
            "by": item.submitted_by,
            "kind_label": f"{render(LEGS[item.leg])} · {render(EVIDENCE_LABELS.get(item.kind, say('File')))} · "
            f"{render(STATE_LABELS.get(item.state, say('—')))}",
            "size_text": _("version %(n)s", n=item.version),
            "at": item.submitted_at,
        }
        for item in evidence_of(row["id"])
    ]
    proofs = [
        {
            "name": f"{render(MILESTONE_KINDS[item.kind])} {item.document_no}",
            "url": "#files",
            "by": item.by_name,
            "kind_label": _("Dated %(day)s", day=item.happened_on) + (_(" (voided)") if item.voided_at else ""),
            "size_text": "—",
            "at": item.recorded_at,
        }
        for item in milestones_of(row["id"])
    ]
    return papers + proofs
