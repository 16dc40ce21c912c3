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
from crm.reports.queries_rules import city_rules, landing_text
from crm.support.operations_rules import hand_in_rule
from crm.support.queries_list import register
from crm.support.rules import SUBJECTS
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS
from crm.support.views import shown

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("register", __name__)
SHOWN = 300


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


@blueprint.get("/support/register")
@needs("support.register")
def index() -> Any:
    """Show the register of reviews."""
    rows = register(actor(), subject=_subject(), since=_day("since"), until=_day("until"))
    return page(
        "support/register.html", rows=[(shown(row.item), row) for row in rows[-SHOWN:][::-1]], total=len(rows),
        subject=_subject(), subjects=SUBJECTS, conclusions=CONCLUSIONS, tones=CONCLUSION_TONES,
        since=request.args.get("since", ""), until=request.args.get("until", ""), most=SHOWN,
    )  # fmt: skip


@blueprint.get("/support/register.xlsx")
@needs("support.register")
def book() -> Response:
    """Send the register as a workbook."""
    made = export_register(subject=_subject(), since=_day("since"), until=_day("until"), by=actor(), at=now())
    return send_bytes(made.data, name=made.file_name, media_type=XLSX)


@blueprint.get("/support/rules")
@needs("support.register")
def rules() -> Any:
    """Show the rules of the city that are reviewed like a measure, each with the conclusion on its version."""
    return page(
        "support/rules.html", rules=city_rules(), conclusions=CONCLUSIONS, tones=CONCLUSION_TONES,
        may_hand_in=may(actor(), "rules.edit"), sees_rules=may(actor(), "rules.view"),
        sees_tariff=may(actor(), "tariff.view"),
    )  # fmt: skip


@blueprint.post("/support/rules/landing")
@needs("rules.edit")
def hand_in() -> Any:
    """Hand the definition of landed in for its own review."""
    version, text = landing_text()
    try:
        made = hand_in_rule(
            "landing", version,
            {"title": _("Definition of landed, version %(version)s", version=version), "condition": text,
             "legal_basis": _("domain.md §4; Regulation on Fair Competition Review, art. 2"),
             "beneficiary": _("Every project alike; for internal statistics only.")},
            by=actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        flash_refusal(refusal)
        return redirect(url_for(".rules"))
    say_done(_("The definition is proposed for review; write the first opinion and hand it in."))
    return redirect(url_for("support.show", item_id=made))
