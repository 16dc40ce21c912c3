"""Pages of the parks: leading industries with their history, lists of key-support enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.web import actor, flash_refusal, needs, page
from crm.core.words import gettext as _
from crm.core.words import render
from crm.profile.rules import dictionary, label
from crm.support.forms import IndustriesForm, InForceForm, ListForm, ListRewordForm
from crm.support.operations_parks import PARKS, propose_list, put_in_force, reword_list, set_industries
from crm.support.queries import item, key_enterprises_of
from crm.support.queries_parks import enterprises_of, industries_history, industries_of, lists_of
from crm.support.routes import blueprint, form_page, here, opened, typed_edition
from crm.support.rules import KEY_LIST
from crm.support.rules_measures import days
from crm.support.views import shown

if TYPE_CHECKING:
    from collections.abc import Callable

LIST_FIELDS = [("park", "", 4), ("title", "", 8), ("criteria", "", 12), ("legal_basis", "", 12),
               ("enterprises", "", 12), ("starts_on", "", 4), ("ends_on", "", 4)]  # fmt: skip


@blueprint.get("/support/parks")
@needs("support.view")
def parks() -> Any:
    """Show for each park its leading industries and its list of key-support enterprises."""
    by, codes = actor(), list(dictionary("parks"))
    in_force = key_enterprises_of(codes)
    found: list[dict[str, Any]] = [
        {
            "code": code, "name": render(label("parks", code)), "industries": industries_history(code),
            "too_many": len(industries_of(code).industries) > days("parks", "leading_industries"),
            "key": in_force.get(code, []), "lists": [shown(row) for row in lists_of(code)],
        }
        for code in codes
    ]  # fmt: skip
    return page("support/parks.html", parks=found, editor=may(by, PARKS), most=days("parks", "leading_industries"))


@blueprint.route("/support/parks/<park>/industries", methods=["GET", "POST"])
@needs("support.parks")
def industries(park: str) -> Any:
    """Enter the leading industries of a park; a fourth needs a reason."""
    if park not in dictionary("parks"):
        raise refuse("park.unknown", say("Choose the park."), status=404)

    def act(values: dict[str, Any]) -> str:
        named = [line.strip() for line in values["industries"].split("\n") if line.strip()]
        warnings = set_industries(park, named, reason=values["reason"] or "", by=actor(), at=now())
        flash_refusal(Refusal(warnings))
        return url_for(".parks")

    known = industries_of(park)
    return form_page(
        IndustriesForm(request.form, data={"industries": "\n".join(known.industries), "reason": known.reason}), act,
        fields=[("industries", "", 12), ("reason", "", 12)], title=_("Leading industries"), save=_("Save"),
        done=_("The leading industries are kept; what stood before stays in the history."), back=url_for(".parks"),
        crumb=render(label("parks", park)),
        note=_("As a rule at most %(n)s a park; a fourth needs a reason.", n=days("parks", "leading_industries")),
    )  # fmt: skip


@blueprint.route("/support/parks/lists/new", methods=["GET", "POST"])
@needs("support.parks")
def list_new() -> Any:
    """Propose a list of key-support enterprises."""

    def act(values: dict[str, Any]) -> str:
        return here(propose_list(values, by=actor(), at=now()))

    return form_page(
        ListForm(request.form, data={"park": request.args.get("park", "")}), act, fields=LIST_FIELDS,
        title=_("Propose a list of key-support enterprises"), save=_("Propose"), back=url_for(".parks"),
        crumb=_("Parks"), done=_("The list is proposed; it takes effect only after its review."),
        note=_("At most three key-support enterprises a park; no list takes effect without open criteria, a basis "
               "and a review."),
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/list", methods=["GET", "POST"])
@needs("support.parks")
def list_edit(item_id: int) -> Any:
    """Change a list that is not in force."""
    row = opened(item_id, PARKS)
    if row.subject != KEY_LIST:
        raise refuse("support.unknown", say("There is no such list."), status=404)

    def act(values: dict[str, Any]) -> str:
        reword_list(item_id, values, edition=typed_edition(values), reason=values["reason"], by=actor(), at=now())
        return here(item_id)

    seen = {
        "park": row.park, "title": row.title, "criteria": row.condition, "legal_basis": row.legal_basis,
        "enterprises": enterprises_of(item_id, row.edition), "starts_on": row.starts_on, "ends_on": row.ends_on,
        "edition": row.edition,
    }  # fmt: skip
    return form_page(
        ListRewordForm(request.form, data=seen), act, fields=[*LIST_FIELDS, ("reason", "", 12), ("edition", "", 12)],
        title=_("Word anew"), save=_("Save"), back=here(item_id), crumb=row.title,
        done=_("The new text is kept; it is reviewed before the list takes effect."),
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/force", methods=["GET", "POST"])
@needs("support.parks")
def list_force(item_id: int) -> Any:
    """Let a list take effect."""
    row = opened(item_id, PARKS)

    def act(values: dict[str, Any]) -> str:
        put_in_force(item_id, published=values["published"], from_day=values["from_day"], by=actor(), at=now())
        return here(item_id)

    return form_page(
        InForceForm(request.form, data={"from_day": today()}), act, fields=[("from_day", "", 4), ("published", "", 8)],
        title=_("Let it take effect"), save=_("Let it take effect"), back=here(item_id), crumb=row.title,
        done=_("The list is in force; an earlier one of the park has ended."),
    )  # fmt: skip


@blueprint.app_context_processor
def _opens() -> dict[str, Callable[[int], bool]]:
    """Let pages of other rooms link an item only for those whom its page would not refuse."""
    return {"opens_support": lambda item_id: item(item_id, actor()) is not None}
