"""Pages on which a recognition is given and lives on: recognise, re-check, suspend and lift, end or revoke."""

from __future__ import annotations

from typing import Any

from flask import request

from crm.core.clock import now, today
from crm.core.forms import check
from crm.core.web import actor, needs
from crm.core.words import gettext as _
from crm.core.words import render
from crm.landing.forms import EndForm, ReasonForm, RecheckForm
from crm.landing.operations_after import lift, recheck, suspend
from crm.landing.operations_gate import end_recognition, revoke
from crm.pipeline.forms import RecogniseForm
from crm.pipeline.gate import recognise
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_move import entry_page
from crm.pipeline.routes_opened import opened
from crm.pipeline.routes_show_legs import NOTICE, recognising


@blueprint.route("/leads/<int:lead_id>/recognise", methods=["GET", "POST"])
@needs("landing.recognise")
def recognise_page(lead_id: int) -> Any:
    """Recognise a lead as landed, or be told everything that is missing."""
    row = opened(lead_id, "landing.recognise")
    form = RecogniseForm(request.form)

    def act() -> None:
        recognise(lead_id, by=actor(), at=now())

    return entry_page(
        lead_id,
        row,
        form,
        title=_("Recognise as landed"),
        note=f"{row['name']} · {render(NOTICE)}",
        fields=[],
        act=act,
        done=_("The project is recognised as landed."),
        save=_("Recognise"),
        anchor="landing",
        template="landing/recognise.html",
        more=recognising(row),
    )


@blueprint.route("/leads/<int:lead_id>/recognition/end", methods=["GET", "POST"])
@needs("landing.recognise")
def end_page(lead_id: int) -> Any:
    """End a recognition lawfully, or revoke a false one."""
    row = opened(lead_id, "landing.recognise")
    form = EndForm(request.form, data={"ended_on": today()})

    def act() -> None:
        values = check(form)
        if values["kind"] == "revoked":
            revoke(lead_id, reason=values["reason"], by=actor(), at=now())
        else:
            end_recognition(lead_id, ended_on=values["ended_on"], reason=values["reason"], by=actor(), at=now())

    note = _("An end counts from its day on and takes nothing back; a revocation says that it never held.")
    return entry_page(
        lead_id,
        row,
        form,
        title=_("End or revoke the recognition"),
        note=note,
        fields=[("kind", "", 6), ("ended_on", "", 6), ("reason", "", 12)],
        act=act,
        done=_("It is recorded."),
        save=_("Record"),
        anchor="landing",
    )


@blueprint.route("/leads/<int:lead_id>/recheck", methods=["GET", "POST"])
@needs("landing.recheck")
def recheck_page(lead_id: int) -> Any:
    """Look at a recognition again, as somebody who has nothing to do with the project."""
    row = opened(lead_id, "landing.recheck")
    form = RecheckForm(request.form)

    def act() -> None:
        values = check(form)
        recheck(lead_id, values["result"], reason=values["reason"] or "", by=actor(), at=now())

    return entry_page(
        lead_id,
        row,
        form,
        title=_("Yearly re-check"),
        note=_("Is the company still registered, taxed and accounted here? Look at its three legs before you answer."),
        fields=[("result", "", 12), ("reason", "", 12)],
        act=act,
        done=_("The re-check is recorded."),
        save=_("Record"),
        anchor="landing",
    )


@blueprint.route("/leads/<int:lead_id>/recognition/suspend", methods=["GET", "POST"])
@needs("landing.recognise")
def suspend_page(lead_id: int) -> Any:
    """Suspend a recognition while a doubt is looked into."""
    return _with_reason(
        lead_id, suspend, _("Suspend the recognition"),
        _("From today it does not count, until a leader lifts the suspension; what was counted before stands."),
        _("The recognition is suspended."), _("Suspend"),
    )  # fmt: skip


@blueprint.route("/leads/<int:lead_id>/recognition/lift", methods=["GET", "POST"])
@needs("landing.recognise")
def lift_page(lead_id: int) -> Any:
    """Lift a suspension: it counts again from today."""
    return _with_reason(
        lead_id, lift, _("Lift the suspension"),
        _("From today the recognition counts again; its three legs must stand."),
        _("The suspension is lifted."), _("Lift"),
    )  # fmt: skip


def _with_reason(lead_id: int, verb: Any, title: str, note: str, done: str, save: str) -> Any:
    row = opened(lead_id, "landing.recognise")
    form = ReasonForm(request.form)

    def act() -> None:
        verb(lead_id, reason=check(form)["reason"], by=actor(), at=now())

    return entry_page(
        lead_id, row, form, title=title, note=note, fields=[("reason", "", 12)], act=act, done=done, save=save,
        anchor="landing",
    )  # fmt: skip
