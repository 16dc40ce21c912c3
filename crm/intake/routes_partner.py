"""Pages of partners' hints: the form behind a secret link, the quarantine list, and who has a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import PUBLIC, actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.intake.forms_partner import AcceptForm, DeclineForm, HintForm, PartnerForm
from crm.intake.operations_partner import (
    accept_hint,
    add_partner,
    close_partner,
    decline_hint,
    digest,
    open_form,
    renew_partner,
    take_hint,
)
from crm.intake.queries_partner import (
    HintRow,
    form_is_open,
    hint,
    hints_page,
    partner_name,
    partners,
    waiting_hints,
)
from crm.intake.rules_partner import MOST_BYTES, STATES, receipt
from crm.leads.queries import similar

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("partner", __name__)


# --- outside


@blueprint.route("/partner/<code>", methods=["GET", "POST"])
@needs(PUBLIC)
def form(code: str) -> Any:
    """Show a partner's form, or take its hint into quarantine."""
    request.max_content_length = MOST_BYTES
    name = partner_name(digest(code)) if form_is_open() else None
    if name is None:
        raise refuse("partner.shut", say("There is no such page, or you may not see it."), status=404)
    filled = HintForm(request.form)
    number, status = "", 200
    if request.method == "POST":
        try:
            values = check(filled)
            # Whatever fills the trap is told that all is well, and nothing is kept.
            number = receipt(0, now().year) if filled.website.data else take_hint(code, values, at=now())
        except Refusal as refusal:
            status = refusal.status
            refuse_into(filled, Refusal([item for item in refusal.findings if item.field not in filled.errors]))
    answer = make_response(page("partner/form.html", status=status, form=filled, partner=name, number=number))
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return answer


# --- the officers' list


@blueprint.get("/import/partners")
@needs("intake.import")
def waiting() -> Any:
    """Show the hints in quarantine, or those decided before."""
    state = request.args.get("state", "waiting")
    state = state if state in STATES else "waiting"
    rows = hints_page(state, request.args.get("cursor"))
    return page(
        "partner/list.html", rows=rows.rows, state=state, states=STATES, is_open=form_is_open(), waits=waiting_hints(),
        next_url=url_for(".waiting", state=state, cursor=rows.next_cursor) if rows.next_cursor else None,
    )  # fmt: skip


def _hint(hint_id: int) -> HintRow:
    found = hint(hint_id)
    if found is None:
        raise refuse("hint.unknown", say("There is no such hint."), status=404)
    return found


def _show(row: HintRow, accept: AcceptForm, decline: DeclineForm, status: int = 200) -> Any:
    values = row.values
    asked = str(values["name"]), str(values.get("investor") or "")
    look_alikes = similar(*asked) if row.state == "waiting" else []
    return page("partner/hint.html", status=status, row=row, state=STATES[row.state], similar=look_alikes,
                accept=accept, decline=decline)  # fmt: skip


@blueprint.get("/import/partners/<int:hint_id>")
@needs("intake.import")
def show(hint_id: int) -> Any:
    """Show one hint with what it looks like."""
    return _show(_hint(hint_id), AcceptForm(), DeclineForm())


@blueprint.post("/import/partners/<int:hint_id>/accept")
@needs("intake.import")
def accept(hint_id: int) -> Any:
    """Make a lead of a hint."""
    row, filled = _hint(hint_id), AcceptForm(request.form)
    try:
        lead_id = accept_hint(hint_id, by=actor(), at=now(), another_project=bool(filled.another_project.data))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(filled, refusal)
        return _show(row, filled, DeclineForm(), refusal.status)
    say_done(_("The hint is now a project and assessed."))
    return redirect(url_for("lead.show", lead_id=lead_id))


@blueprint.post("/import/partners/<int:hint_id>/decline")
@needs("intake.import")
def decline(hint_id: int) -> Any:
    """Decline a hint with a reason."""
    row, filled = _hint(hint_id), DeclineForm(request.form)
    try:
        decline_hint(hint_id, reason=check(filled)["reason"], by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(filled, Refusal([item for item in refusal.findings if item.field not in filled.errors]))
        return _show(row, AcceptForm(), filled, refusal.status)
    say_done(_("The hint is declined; what named a person in it is blanked."))
    return redirect(url_for(".waiting"))


# --- the administrator's page


@blueprint.route("/settings/partners", methods=["GET", "POST"])
@needs("account.manage")
def manage() -> Any:
    """Show who has a link; enter a partner, whose link is shown once."""
    filled, status, link = PartnerForm(request.form), 200, ""
    if request.method == "POST":
        try:
            link = _link(add_partner(check(filled)["name"], by=actor(), at=now()))
            filled = PartnerForm()
        except Refusal as refusal:
            refuse_into(filled, Refusal([item for item in refusal.findings if item.field not in filled.errors]))
            status = refusal.status
    return _manage(filled, status, link)


def _manage(filled: PartnerForm, status: int, link: str) -> Any:
    rows, is_open = partners(), form_is_open()
    return page("partner/manage.html", status=status, form=filled, rows=rows, is_open=is_open, link=link)


def _link(code: str) -> str:
    return url_for(".form", code=code, _external=True)


@blueprint.post("/settings/partners/<int:partner_id>/renew")
@needs("account.manage")
def renew(partner_id: int) -> Any:
    """Give a partner a new link, shown once."""
    return _manage(PartnerForm(), 200, _link(renew_partner(partner_id, by=actor(), at=now())))


@blueprint.post("/settings/partners/<int:partner_id>/close")
@needs("account.manage")
def close(partner_id: int) -> Response:
    """Close a partner's link."""
    close_partner(partner_id, by=actor(), at=now())
    say_done(_("The link is closed."))
    return redirect(url_for(".manage"))


@blueprint.post("/settings/partners/switch")
@needs("account.manage")
def switch() -> Response:
    """Open the form for partners, or shut it."""
    is_open = request.form.get("is_open") == "yes"
    open_form(is_open=is_open, by=actor(), at=now())
    say_done(_("Partners may send hints now.") if is_open else _("The form is shut for all partners."))
    return redirect(url_for(".manage"))
