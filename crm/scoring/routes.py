"""Pages on which an assessment is decided otherwise, a score entered, a veto confirmed or lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, offered, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.leads.queries import lead_row
from crm.profile.rules import codes, dictionary
from crm.scoring.forms import OverrideForm, VetoForm
from crm.scoring.operations import (
    assess_lead,
    confirm_veto,
    end_override,
    lift_veto,
    override_fit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("scoring", __name__)


def _lead(lead_id: int, permission: str) -> dict[str, Any]:
    row = lead_row(lead_id, actor(), permission)
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


def _back(lead_id: int) -> str:
    return url_for("lead.show", lead_id=lead_id) + "#fit"


def _entry(lead: dict[str, Any], form: Any, title: str, note: str, fields: list[tuple[str, str, int]],
           decide: Callable[[], None], done: str) -> Any:  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            decide()
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(_back(lead["id"]))
    return page(
        "_form_page.html", status=status, title=title, note=note, form=form, fields=fields, save=_("Decide"),
        back_url=_back(lead["id"]), crumb=lead["number"], files=False,
    )  # fmt: skip


@blueprint.route("/leads/<int:lead_id>/fit", methods=["GET", "POST"])
@needs("fit.override")
def override(lead_id: int) -> Any:
    """Decide other themes or clusters than the rules found."""
    lead = _lead(lead_id, "fit.override")
    form = OverrideForm(request.form, data=_decided(lead))
    none = {"": say("None of these")}
    form.main_theme.choices = offered({**none, **dictionary("themes")})
    form.main_cluster.choices = offered({**none, **dictionary("clusters")})
    form.other_themes.choices = offered(dictionary("themes"))
    form.other_clusters.choices = offered(dictionary("clusters"))

    def decide() -> None:
        values = check(form)
        override_fit(
            lead_id, themes=_joined(values["main_theme"], values["other_themes"]),
            clusters=_joined(values["main_cluster"], values["other_clusters"]), reason=values["reason"], by=actor(),
            at=now(),
        )  # fmt: skip

    fields = [(name, "", 6) for name in ("main_theme", "other_themes", "main_cluster", "other_clusters")]
    fields.append(("reason", "", 12))
    note = _("The rules' own opinion stays beside the decision.")
    return _entry(lead, form, _("Decide themes and clusters"), note, fields, decide, _("The decision is recorded."))


def _decided(lead: dict[str, Any]) -> dict[str, Any]:
    themes, clusters = codes(lead["themes"]), codes(lead["clusters"])
    return {
        "main_theme": themes[0] if themes else "", "other_themes": list(themes[1:]),
        "main_cluster": clusters[0] if clusters else "", "other_clusters": list(clusters[1:]),
    }  # fmt: skip


def _joined(main: str, others: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in (main, *others) if code))


@blueprint.post("/leads/<int:lead_id>/fit/rules")
@needs("fit.override")
def back_to_rules(lead_id: int) -> Response:
    """Let the rules' opinion count again."""
    return _done(lead_id, lambda: end_override(lead_id, by=actor(), at=now()), _("The rules' opinion counts again."))


@blueprint.post("/leads/<int:lead_id>/assess")
@needs("lead.edit")
def again(lead_id: int) -> Response:
    """Assess a lead anew by the rules in force."""
    _lead(lead_id, "lead.edit")
    return _done(lead_id, lambda: assess_lead(lead_id, by=actor(), at=now()), _("The lead is assessed anew."))


def _done(lead_id: int, act: Callable[[], None], sentence: str) -> Response:
    try:
        act()
        say_done(sentence)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(_back(lead_id))


@blueprint.route("/leads/<int:lead_id>/vetoes/new", methods=["GET", "POST"])
@needs("acceptance.decide")
def veto(lead_id: int) -> Any:
    """Confirm a veto."""
    lead = _lead(lead_id, "acceptance.decide")
    form = VetoForm(request.form)

    def decide() -> None:
        values = check(form)
        confirm_veto(lead_id, values["rule"], text=values["text"], by=actor(), at=now())

    fields = [("rule", "", 12), ("text", "", 12)]
    return _entry(lead, form, _("Confirm a veto"), lead["name"], fields, decide, _("The veto stands."))


@blueprint.post("/leads/<int:lead_id>/vetoes/<int:veto_id>/lift")
@needs("acceptance.decide")
def lift(lead_id: int, veto_id: int) -> Response:
    """Lift a veto with a reason."""
    reason = request.form.get("reason", "")
    return _done(lead_id, lambda: lift_veto(veto_id, reason=reason, by=actor(), at=now()), _("The veto is lifted."))

