"""Pages of one lead: the page itself, a new lead, and its facts edited by several people at once."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.audit.queries import entries_of
from crm.core.clock import now, today
from crm.core.errors import Refusal, say
from crm.core.forms import check, formdata
from crm.core.look import look
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.forms import ContactForm, LeadForm
from crm.leads.forms_choices import offered_to
from crm.leads.operations import EditConflict
from crm.leads.queries import contacts_of, history_of, similar, within
from crm.leads.rules import FACTS, label_of, plain, show
from crm.pipeline import routes_bulk, routes_landing, routes_merge, routes_move, routes_parts, routes_recognition
from crm.pipeline import routes_show as views
from crm.pipeline import routes_show_landing as views_landing
from crm.pipeline import routes_show_support as views_support
from crm.pipeline.gate import verdict
from crm.pipeline.operations import create_assessed, edit_assessed
from crm.pipeline.queries_merge import merges_into
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_merge import led_on
from crm.pipeline.routes_opened import opened

WIDTHS = {"text": 6, "long": 12, "money": 4, "mu": 4, "count": 4, "code": 4, "date": 4, "person": 6, "unit": 6}
KIND_OF = {fact.name: fact.kind for fact in FACTS}
TABS = (
    ("facts", say("Facts")),
    ("progress", say("Progress")),
    ("assessment", say("Assessment")),
    ("landing", say("Landing")),
    ("capital", say("Capital")),
    ("approvals", say("Approvals")),
    ("support", say("Support")),
    ("credit", say("Credit")),
    ("files", say("Files")),
    ("history", say("History")),
)
PAGES = (routes_bulk, routes_landing, routes_merge, routes_move, routes_parts, routes_recognition)
"""The other files of this blueprint; importing them registers their pages."""


@blueprint.get("/leads/<int:lead_id>", endpoint="show")
@needs("lead.view")
def show_lead(lead_id: int) -> Any:
    """Show one lead: where it is, what is missing, who must act."""
    with look():
        return led_on(lead_id) or _lead_page(lead_id)


def _lead_page(lead_id: int) -> tuple[str, int]:
    row, by = opened(lead_id), actor()
    contact_form = None
    if may(by, "lead.contact") and within(row, by, "lead.contact"):
        contact_form = ContactForm(data={"happened_on": today(), "client_key": uuid.uuid4().hex})
    judged = verdict(lead_id)
    promised = views_support.support(row, by)
    notes = {"landing": f"{row['legs_verified']}/3", "support": str(promised["open"] or "") if promised else ""}
    return page(
        "leads/show.html",
        lead=views.head(row),
        stages=views.stage_choices(),
        stage_dates=views.stage_dates(history_of(lead_id, "stage")),
        actions=views_landing.actions(row, by),
        tabs=[(key, render(text), notes.get(key, "")) for key, text in TABS if key != "support" or promised],
        fact_groups=views.fact_groups(row, by),
        contacts=views.contacts(contacts_of(lead_id)),
        contact_form=contact_form,
        contact_url=url_for("leads.contact", lead_id=lead_id),
        landing=views_landing.landing(row, by, judged),
        support=promised,
        merges=merges_into(lead_id),
        may_merge=may(by, "lead.merge"),
        later={code: (title, address) for code, title, address in routes_parts.later(lead_id)},
        next=views_landing.next_card(row, by),
    )


@blueprint.route("/leads/new", methods=["GET", "POST"])
@needs("lead.create")
def new() -> Any:
    """Enter a new lead; a name that exists asks once whether this is another project."""
    by = actor()
    form = _offered(LeadForm(request.form, data={"unit_id": by.unit_id, "client_key": uuid.uuid4().hex, **_source(by)}))
    look_alikes: list[Any] = []
    status = 200
    if request.method == "POST":
        try:
            check(form)
            lead_id = create_assessed(
                form.values(),
                by=by,
                at=now(),
                client_key=form.client_key.data,
                despite_similar=bool(form.another_project.data),
            )
        except Refusal as refusal:
            status = refusal.status
            if any(item.code == "duplicate.name" for item in refusal.findings):
                look_alikes = similar(form.name.data or "", form.investor.data or "")
            else:
                refuse_into(form, refusal)
        else:
            say_done(_("The project is entered and assessed."))
            return redirect(url_for(".show", lead_id=lead_id))
    return _form_page(
        form,
        status=status,
        title=_("New project"),
        save=_("Enter the project"),
        back_url=url_for("leads.index"),
        crumb="",
        is_new=True,
        similar=look_alikes,
        conflicts=[],
        theirs_text="",
    )


def _source(by: Any) -> dict[str, str]:
    return {"source": "seconded_cadre"} if "cadre" in by.roles else {}


def _offered(form: Any) -> Any:
    """Offer the units and officers the actor may choose."""
    return offered_to(form, actor())


def _form_page(form: Any, *, status: int, **values: Any) -> tuple[str, int]:
    groups = [
        {
            "id": key,
            "title": render(title),
            "hint": "",
            "fields": [(name, views.unit_of(name), WIDTHS[KIND_OF[name]]) for name in names],
        }
        for key, title, names in views.GROUPS
    ]
    return page("leads/form.html", status=status, form=form, groups=groups, **values)


@blueprint.route("/leads/<int:lead_id>/edit", methods=["GET", "POST"])
@needs("lead.edit")
def edit(lead_id: int) -> Any:
    """Edit a lead's facts; when another saved meanwhile, both versions are shown and nothing typed is lost."""
    row, by = opened(lead_id, "lead.edit"), actor()
    seen = {fact.name: row[fact.name] for fact in FACTS}
    plain_seen = {name: plain(name, value) for name, value in seen.items()}
    form = _offered(LeadForm(request.form, data={**seen, "version": row["version"], "base": json.dumps(plain_seen)}))
    conflicts: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            check(form)
            _save(lead_id, form, seen, by)
        except EditConflict as conflict:
            status = 409
            conflicts = [
                {
                    "name": item.name,
                    "label": render(label_of(item.name)),
                    "base": show(item.name, item.base),
                    "theirs": show(item.name, item.theirs),
                    "mine": show(item.name, item.mine),
                }
                for item in conflict.conflicts
            ]
            _now_against(form, row, plain_seen)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The changes are saved."))
            return redirect(url_for(".show", lead_id=lead_id))
    return _form_page(
        form,
        status=status,
        title=_("Edit"),
        save=_("Save"),
        back_url=url_for(".show", lead_id=lead_id),
        crumb=row["number"],
        is_new=False,
        similar=[],
        conflicts=conflicts,
        theirs_text=_who_saved(lead_id) if conflicts else "",
    )


def _save(lead_id: int, form: Any, seen: dict[str, Any], by: Any) -> None:
    """Save what was typed, with the sides that a person chose where both had changed the same fact."""
    values = form.values()
    for name in list(values):
        if request.form.get(f"keep_{name}") == "theirs":
            values[name] = seen[name]
    base_form = LeadForm(formdata(_base(form)))
    base_form.offer([(int(base_form.unit_id.data or 0), "")], [(int(base_form.owner_id.data or 0), "")])
    version = int(form.version.data) if str(form.version.data or "").isdigit() else 0
    edit_assessed(lead_id, values, base=base_form.values(), version=version, by=by, at=now())


def _base(form: Any) -> dict[str, str]:
    """Read what the editor's page had shown; a mangled field counts as nothing shown."""
    try:
        found = json.loads(form.base.data or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _now_against(form: Any, row: dict[str, Any], plain_seen: dict[str, str]) -> None:
    """Let the next save count against what stands now: the editor has seen it."""
    untouched = _base(form)
    for name, value in plain_seen.items():
        field = form[name]
        typed = field.data if name in ("unit_id", "owner_id") else plain(name, field.data)
        if str(typed or "") == untouched.get(name, "") and value != untouched.get(name, ""):
            field.data = row[name]
            if hasattr(field, "typed"):
                field.typed = None
    form.version.data = row["version"]
    form.base.data = json.dumps(plain_seen)


def _who_saved(lead_id: int) -> str:
    latest = next((entry for entry in entries_of("lead", lead_id, 5) if entry.outcome == "done"), None)
    return _("%(name)s saved meanwhile.", name=latest.actor_name) if latest else ""
