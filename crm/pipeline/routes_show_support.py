"""How the promises of a project are shown on its page, and how one comes into a contract that is signed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.capital.operations import carry_later
from crm.capital.queries import contracts_of
from crm.capital.rules import CONTRACT_KINDS
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.money import show_wan
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.queries import within
from crm.pipeline.routes_blueprint import blueprint
from crm.support.forms import AttachForm
from crm.support.queries import item, items_of
from crm.support.views import shown

if TYPE_CHECKING:
    from crm.core.actor import Actor


def support(row: dict[str, Any], by: Actor) -> dict[str, Any] | None:
    """Return the support items of a project with what each waits for; None for who may not see them."""
    if not may(by, "support.view"):
        return None
    rows = [shown(one) for one in items_of(row["id"])]
    editor = may(by, "support.edit") and within(row, by, "support.edit")
    return {
        "rows": rows,
        "open": sum(bool(one.waits) for one in rows),
        "new_url": url_for("support.new", lead_id=row["id"]) if editor else None,
        "signed": any(paper.standing for paper in contracts_of(row["id"])),
    }


@blueprint.route("/support/<int:item_id>/attach", methods=["GET", "POST"])
@needs("support.edit")
def attach_support(item_id: int) -> Any:
    """Let a contract that is recorded already carry a reviewed item."""
    row = item(item_id, actor(), "support.edit")
    if row is None or row.lead_id is None:
        raise refuse("support.unknown", say("There is no such support item, or it is not yours to open."), status=404)
    form, status = AttachForm(request.form), 200
    form.contract_id.choices = [
        (str(paper.id), f"{render(CONTRACT_KINDS[paper.kind])} {paper.signed_on} · {show_wan(paper.amount_fen)}")
        for paper in contracts_of(row.lead_id)
        if paper.standing
    ]
    if request.method == "POST":
        try:
            carry_later(item_id, int(check(form)["contract_id"]), by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, Refusal([one for one in refusal.findings if one.field not in form.errors]))
            status = refusal.status
        else:
            say_done(_("The contract carries the item."))
            return redirect(url_for("support.show", item_id=item_id))
    return page(
        "_form_page.html", status=status, form=form, title=_("Carry in a contract"), save=_("Carry"), note=row.title,
        back_url=url_for("support.show", item_id=item_id), crumb=row.title, files=False,
        fields=[("contract_id", "", 12)],
    )  # fmt: skip
