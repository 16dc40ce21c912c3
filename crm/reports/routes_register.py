"""Pages of the register of reviews, and of the city's own rules with the conclusion that each version has."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.web import XLSX, actor, flash_refusal, needs, page, say_done, send_bytes
from crm.core.words import gettext as _
from crm.reports.operations_register import export_register
from crm.reports.operations_rules import hand_in as propose_rule
from crm.reports.queries_rules import city_rules
from crm.support.queries_list import register
from crm.support.rules import RULE, SUBJECTS
from crm.support.rules_city import RULE_NAMES, modes
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS
from crm.support.views import shown

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("register", __name__)
SHOWN = 300
STANDS = {
    "in_force": (say("in force"), "good"),
    "to_come": (say("to come"), "act"),
    "waits": (say("waits for its review"), "warn"),
    "draft": (say("draft"), "line"),
}


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = say("“%(text)s” is no day; write it like 2026-11-23.", text=text[:40])
        raise refuse("date.unreadable", sentence, name) from None


def _subject() -> str:
    subject = request.args.get("subject", "")
    return subject if subject in SUBJECTS else ""


def _rule() -> str:
    rule = request.args.get("rule", "")
    return rule if rule in RULE_NAMES and _subject() == RULE else ""


@blueprint.get("/support/register")
@needs("support.register")
def index() -> Any:
    """Show the register of reviews."""
    rows = register(actor(), subject=_subject(), rule=_rule(), since=_day("since"), until=_day("until"))
    return page(
        "support/register.html", rows=[(shown(row.item), row) for row in rows[-SHOWN:][::-1]], total=len(rows),
        subject=_subject(), subjects=SUBJECTS, rule=_rule(), rules=RULE_NAMES,
        conclusions=CONCLUSIONS, tones=CONCLUSION_TONES,
        since=request.args.get("since", ""), until=request.args.get("until", ""), most=SHOWN,
    )  # fmt: skip


@blueprint.get("/support/register.xlsx")
@needs("support.register")
def book() -> Response:
    """Send the register as a workbook."""
    made = export_register(
        subject=_subject(), rule=_rule(), since=_day("since"), until=_day("until"), by=actor(), at=now()
    )
    return send_bytes(made.data, name=made.file_name, media_type=XLSX)


@blueprint.get("/support/rules")
@needs("support.register")
def rules() -> Any:
    """Show the rules of the city that are reviewed like a measure, each version with the conclusion on it."""
    by = actor()
    return page(
        "support/rules.html", rules=city_rules(), conclusions=CONCLUSIONS, tones=CONCLUSION_TONES, stands=STANDS,
        required=modes(), may_hand_in=may(by, "rules.edit"), sees_items=may(by, "support.view"),
        sees_rules=may(by, "rules.view"), sees_tariff=may(by, "tariff.view"),
    )  # fmt: skip


@blueprint.post("/support/rules/<kind>")
@needs("rules.edit")
def hand_in(kind: str) -> Any:
    """Propose a version of a rule of the city for its own review."""
    try:
        made = propose_rule(kind, request.form.get("version", "").strip()[:40], by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
        return redirect(url_for(".rules"))
    say_done(_("The version is proposed for review; write the first opinion and hand it in."))
    return redirect(url_for("support.show", item_id=made))
