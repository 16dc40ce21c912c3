"""What the page of a lead says about who brought it: roles, reports with their proof, protection, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from crm.accounts.queries import units
from crm.accounts.rules import may, scope
from crm.core.clock import shanghai_time, today
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.forms_report import PartyForm
from crm.leads.queries_claims import cases, lead_reports, parties_of, protections
from crm.leads.rules_claims import CASE_KINDS, DECISIONS, PROTECTION_WORDS, ROLES, STEP_WORDS

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.leads.queries_claims import CaseRow, LeadReportRow


def brought(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Return roles, reports, protection and disputes of a lead, and what the actor may add."""
    lead_id = row["id"]
    kept = protections([lead_id], today())[lead_id]
    protection = render(PROTECTION_WORDS[kept.state])
    if kept.until:
        protection += _(" (until %(day)s)", day=kept.until)
    form = None
    if may(by, "credit.share") and scope(by, "credit.share") != "credited":
        form = PartyForm(data={"happened_on": today()})
        form.offer((unit.id, unit.name) for unit in units())
    return {
        "parties": [
            {"role": render(ROLES[one.role]), "name": one.name, "day": one.happened_on, "reason": one.reason,
             "over": one.ended_at is not None}
            for one in parties_of(lead_id)
        ],
        "reports": [_report(one) for one in lead_reports(lead_id=lead_id)],
        "protection": protection if row["stage"] in ("lead", "qualified", "negotiating") else "",
        "protection_over": kept.state == "lapsed",
        "cases": [_case(one, may_open=may(by, "credit.cases")) for one in cases(lead_id=lead_id)],
        "object_url": url_for("cadres.objection", lead_id=lead_id) if may(by, "credit.object") else "",
        "party_form": form,
        "party_url": url_for("cadres.party", lead_id=lead_id) if form else "",
    }  # fmt: skip


def _report(one: LeadReportRow) -> dict[str, Any]:
    proof = _("original message, entered by %(name)s", name=one.entered_by_name)
    return {
        "cadre": one.cadre_name,
        "when": shanghai_time(one.proved_at).strftime("%Y-%m-%d %H:%M"),
        "proof": proof if one.mode == "proxy" else _("server time"),
        "state": {"waiting": _("waits for the cadre's word"), "refused": _("refused by the cadre")}.get(one.state, ""),
        "refusal": one.refusal,
        "file_url": url_for("cadres.report_file", report_id=one.id) if one.file_id else "",
    }


def _case(one: CaseRow, *, may_open: bool) -> dict[str, Any]:
    last = one.outcome or one.decision
    words = [render(CASE_KINDS[one.kind]), render(STEP_WORDS[one.step(today())])]
    return {
        "url": url_for("cadres.dispute", case_id=one.id) if may_open else "",
        "who": one.cadre_name,
        "text": " · ".join([*words, *([render(DECISIONS[last])] if last else [])]),
        "reason": one.outcome_reason or one.decision_reason,
    }
