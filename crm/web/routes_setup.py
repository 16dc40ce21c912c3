"""The pages of the first run, and the way back from sample data."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from crm.accounts.queries import anybody
from crm.core.clock import now
from crm.core.errors import Refusal
from crm.core.web import (
    PUBLIC,
    actor,
    begin_session,
    end_session,
    needs,
    page,
    refuse_into,
    render,
    say_done,
    settings,
)
from crm.core.words import gettext as _
from crm.web.forms import BureauForm, SampleForm
from crm.web.operations import announce_setup, leave_sample, open_bureau, open_sample
from crm.web.routes import blueprint


@blueprint.route("/setup", methods=["GET", "POST"])
@needs(PUBLIC)
def setup() -> Any:
    """Begin: a real bureau or sample data; closed as soon as an account exists."""
    if anybody():
        return redirect(url_for("web.home"))
    choice = request.form.get("choice", "")
    bureau_form = BureauForm(request.form if choice == "bureau" else None)
    sample_form = SampleForm(request.form if choice == "sample" else None, prefix="")
    status = 200
    if request.method == "POST":
        form: Any = bureau_form if choice == "bureau" else sample_form
        status = 422
        if form.validate():
            try:
                return _open_real(bureau_form) if choice == "bureau" else _open_sample(sample_form)
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
    # Both forms stand on one page, so the second one's field needs an id of its own.
    sample_form.code.id = "sample-code"
    sample_form.code.label.field_id = "sample-code"
    return page("accounts/setup.html", status, bureau_form=bureau_form, sample_form=sample_form)


def _open_real(form: BureauForm) -> Any:
    person_id = open_bureau(
        form.code.data or "", bureau_name=form.bureau_name.data or "", name=form.admin_name.data or "",
        login=form.username.data or "", password=form.password.data or "", at=now(),
    )  # fmt: skip
    begin_session(person_id)
    say_done(_("The bureau is open. Enter its units and people next."))
    return redirect(url_for("admin.unit_list"))


def _open_sample(form: SampleForm) -> Any:
    logins = open_sample(form.code.data or "", at=now())
    return render("accounts/setup_sample_done.html", logins=logins, login_url=url_for("accounts.login"))


@blueprint.post("/settings/leave-sample")
@needs("account.manage")
def leave() -> Any:
    """Remove the sample bureau and go back to the set-up."""
    leave_sample(settings(), by=actor())
    end_session()
    announce_setup(settings(), at=now())
    return redirect(url_for("web.setup"))
