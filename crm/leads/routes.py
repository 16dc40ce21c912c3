"""Pages of the list of leads, and what is entered beside a lead: contacts and shares."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for

from crm.accounts.queries import people, units
from crm.accounts.rules import may, scope
from crm.core.clock import now, today
from crm.core.errors import Refusal, Text, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.forms import ContactForm
from crm.leads.operations_facts import record_contact, share_credit
from crm.leads.queries import similar
from crm.leads.queries_list import SORTS, Ask, count, counts_by, list_page
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.leads.views import shown
from crm.profile.rules import dictionary
from crm.profile.rules_industries import industry_name, search

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("leads", __name__)
CHIPS = ("stage", "status", "source", "park", "theme", "cluster")
CADRE = re.compile(r"\d{1,18}", re.ASCII)
PERCENT = re.compile(r"(?P<whole>\d{1,3})(?:\.(?P<rest>\d{1,2})?)? *%?", re.ASCII)
CHIP_LABELS = {
    "stage": say("Stage"),
    "status": say("Status"),
    "source": say("Source"),
    "park": say("Park"),
    "theme": say("Main theme"),
    "cluster": say("Main cluster"),
    "unit": say("Responsible unit"),
    "owner": say("Officer in charge"),
    "landed": say("Landed"),
    "cadre": say("Seconded cadre"),
}
SORT_LABELS = {
    "updated": say("latest update first"),
    "amount": say("largest investment first"),
    "stage": say("longest in its stage first"),
    "name": say("by name"),
}


def choices_of(name: str) -> dict[str, Text]:
    """Return the codes one filter offers with their words."""
    if name == "stage":
        return dict(STAGE_LABELS)
    if name == "status":
        return dict(STATUS_LABELS)
    none = {} if name == "source" else {"none": say("None of these")}
    return {**{code: Text(text) for code, text in dictionary(f"{name}s").items()}, **none}


@blueprint.get("/leads")
@needs("lead.view")
def index() -> tuple[str, int]:
    """Show one page of the list: filter, search, sort, by key."""
    by, ask = actor(), Ask.of(request.args)
    found = list_page(ask, by, request.args.get("after"))
    kept = ask.address()
    return page(
        "leads/index.html",
        rows=shown(found.rows, today()),
        ask=ask,
        filters=[_filter(name, ask) for name in CHIPS],
        active=[_active(name, code, ask) for name, code in ask.filters.items()],
        sorts=[_sort(key, ask) for key in SORTS],
        next_url=url_for(".index", **kept, after=found.next_cursor) if found.next_cursor else None,
        previous_url=url_for(".index", **kept, after=found.previous_cursor) if found.previous_cursor else None,
        count_url=url_for(".counted", **kept),
        export_url=url_for("reports.book", code="pipeline", **kept),
        clear_url=url_for(".index"),
        may_create=may(by, "lead.create"),
        may_change=may(by, "lead.edit"),
        may_export=may(by, "report.export"),
        may_import=may(by, "intake.import"),
        wide=scope(by, "lead.view") != "own",
    )


def _sort(key: str, ask: Ask) -> tuple[str, str, str, bool]:
    return key, render(SORT_LABELS[key]), url_for(".index", **{**ask.address(), "sort": key}), key == ask.sort


def _filter(name: str, ask: Ask) -> dict[str, Any]:
    kept: dict[str, Any] = {key: code for key, code in ask.address().items() if key != name}
    here = url_for(".index")
    return {
        "name": name,
        "label": render(CHIP_LABELS[name]),
        "chosen": ask.filters.get(name, ""),
        "counts_url": url_for(".counts", name=name, **ask.address()),
        "all_url": url_for(".index", **kept),
        "choices": [
            {"code": code, "label": render(text), "url": f"{here}?{urlencode({**kept, name: code})}",
             "active": ask.filters.get(name) == code}
            for code, text in choices_of(name).items()
        ],
    }  # fmt: skip


def _active(name: str, code: str, ask: Ask) -> dict[str, str]:
    kept = {key: value for key, value in ask.address().items() if key != name}
    return {"label": render(CHIP_LABELS[name]), "value": _value(name, code), "off_url": url_for(".index", **kept)}


def _value(name: str, code: str) -> str:
    if name in CHIPS:
        return render(choices_of(name).get(code, say("—")))
    if name == "landed":
        return render(say("yes") if code == "yes" else say("no"))
    if name == "unit":
        return next((unit.name for unit in units(active_only=False) if str(unit.id) == code), "—")
    return next((person.name for person in people() if str(person.id) == code), "—")


@blueprint.get("/leads/counted")
@needs("lead.view")
def counted() -> tuple[str, int]:
    """Say how many leads the list's question has (asked after the page, so that nobody waits for it)."""
    return page("leads/_counted.html", total=count(Ask.of(request.args), actor()))


@blueprint.get("/leads/counts/<name>")
@needs("lead.view")
def counts(name: str) -> tuple[str, int]:
    """Show one filter's choices with their counts."""
    if name not in CHIPS:
        raise refuse("filter.unknown", say("There is no such filter."), status=404)
    ask = Ask.of(request.args)
    return page("leads/_counts.html", filter=_filter(name, ask), numbers=counts_by(name, ask, actor()))


@blueprint.get("/leads/similar")
@needs("lead.create")
def look_alikes() -> tuple[str, int]:
    """Hint at leads of the same name while one is typed; masked to number, unit and whom to ask."""
    found = similar(request.args.get("name", "")[:120])
    return page("leads/_similar.html", found=found)


@blueprint.get("/leads/industries")
@needs("lead.view")
def industries() -> tuple[str, int]:
    """Offer the industries of GB/T 4754-2017 that fit what is typed: code, Chinese, pinyin or initials."""
    asked = request.args.get("industry_code", "")[:60]
    found = [(known.code, industry_name(known.code)) for known in search(asked)]
    return page("leads/_industries.html", found=found, asked=asked.strip())


@blueprint.post("/leads/<int:lead_id>/contacts")
@needs("lead.contact")
def contact(lead_id: int) -> Response:
    """Record a follow-up contact."""
    form = ContactForm(request.form)
    try:
        record_contact(lead_id, check(form), by=actor(), at=now())
        say_done(_("The contact is recorded."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("lead.show", lead_id=lead_id) + "#contacts")


@blueprint.post("/leads/<int:lead_id>/shares")
@needs("credit.share")
def shares(lead_id: int) -> Response:
    """Divide a lead's credit among cadres."""
    try:
        share_credit(lead_id, read_shares(), reason=request.form.get("reason", "").strip()[:255], by=actor(), at=now())
        say_done(_("The shares are recorded."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("lead.show", lead_id=lead_id) + "#credit")


def read_shares() -> list[tuple[int, int]]:
    """Read the pairs of cadre and per cent; whole basis points, so that thirds must be said (33.34 + 33.33 + 33.33)."""
    found = []
    for cadre, percent in zip(request.form.getlist("cadre_id"), request.form.getlist("percent"), strict=False):
        if not cadre and not percent.strip():
            continue
        if not CADRE.fullmatch(cadre):
            raise refuse("share.person", say("Choose seconded cadres."), "shares")
        found.append((int(cadre), _bps(percent)))
    if not found:
        raise refuse("share.none", say("Choose at least one cadre."), "shares")
    return found


def _bps(text: str) -> int:
    found = PERCENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise refuse("share.unreadable", say("A share is a percentage with at most two decimals."), "shares")
    return int(found["whole"]) * 100 + int((found["rest"] or "").ljust(2, "0"))
