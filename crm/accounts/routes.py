"""Pages of the own account: sign in and out, password, where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts import operations_sessions as sessions
from crm.accounts.forms import LoginForm, PasswordChangeForm
from crm.accounts.operations import check_password, set_password
from crm.accounts.queries import person, sign_ins_of
from crm.accounts.rules import PASSWORD_LENGTH
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.web import (
    PUBLIC,
    actor,
    begin_session,
    end_session,
    needs,
    own_path,
    page,
    refuse_into,
    render,
    renew_session,
    say_done,
    session_token,
)
from crm.core.words import gettext as _

if TYPE_CHECKING:
    from crm.accounts.queries import PersonRow

blueprint = Blueprint("accounts", __name__)
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def own_id() -> int:
    """Return the id of the signed-in person."""
    found = actor().person_id
    if found is None:
        raise refuse("sign_in.needed", say("Please sign in first."), status=401)
    return found


def myself() -> PersonRow:
    """Return the signed-in person's record."""
    found = person(own_id())
    if found is None:
        raise refuse("person.unknown", say("There is no such person."), status=404)
    return found


@blueprint.route("/login", methods=["GET", "POST"])
@needs(PUBLIC)
def login() -> Any:
    """Sign in: the page and its answer."""
    if actor().person_id is not None:
        return redirect(url_for("web.home"))
    form = LoginForm(request.form)
    next_url = own_path(request.values.get("next"))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                person_id = check_password(form.username.data or "", form.password.data or "", at=now())
            except Refusal as refusal:
                # Above the form, not beside a field: which of the two was wrong is nobody's business.
                form.form_errors.extend(finding.text for finding in refusal.findings)
                status = refusal.status
            else:
                sessions.sweep(now())
                begin_session(person_id)
                return redirect(next_url or url_for("web.home"))
    return page("accounts/login.html", status, form=form, next_url=next_url)


@blueprint.post("/logout")
@needs("self")
def logout() -> Any:
    """Sign out."""
    end_session()
    say_done(_("You are signed out."))
    return redirect(url_for("accounts.login"))


@blueprint.route("/me/password", methods=["GET", "POST"])
@needs("self")
def password() -> Any:
    """Change the own password; every other session of the person ends."""
    who = myself()
    form = PasswordChangeForm(request.form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                _check_current(who.login, form.current.data or "")
                _differs(form.current.data, form.password.data)
                set_password(who.id, form.password.data or "", by=actor(), at=now())
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                renew_session()
                say_done(_("The new password holds from now on. You are signed out everywhere else."))
                return redirect(url_for("web.home" if who.must_change_password else "accounts.me"))
    return page(
        "accounts/password.html", status, form=form, forced=who.must_change_password, shortest=PASSWORD_LENGTH[0]
    )


def _check_current(login_name: str, typed: str) -> None:
    try:
        check_password(login_name, typed, at=now())
    except Refusal as refusal:
        raise refuse("password.current", say("The password so far is wrong."), "current") from refusal


def _differs(old: str | None, new: str | None) -> None:
    if old == new:
        raise refuse("password.same", say("The new password is the old one."), "password")


def _place(agent: str) -> str:
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("Unknown browser")


@blueprint.get("/me")
@needs("self")
def me() -> Any:
    """Show the own account and where it is signed in."""
    here = sessions.find(session_token(), now())
    rows = [
        {
            "place": _place(row.agent), "address": row.address, "started": row.created_at, "seen": row.seen_at,
            "current": bool(here and here.id == row.id),
            "end_url": url_for("accounts.end_session_of", sign_in_id=row.id),
        }
        for row in sign_ins_of(own_id())
    ]  # fmt: skip
    return render(
        "accounts/me.html", username=myself().login, sessions=rows, end_others_url=url_for("accounts.end_others")
    )


@blueprint.post("/me/sessions/<int:sign_in_id>/end")
@needs("self")
def end_session_of(sign_in_id: int) -> Any:
    """End one of the own sessions."""
    sessions.end_one(sign_in_id, own_id())
    say_done(_("That session is over."))
    return redirect(url_for("accounts.me"))


@blueprint.post("/me/sessions/end-others")
@needs("self")
def end_others() -> Any:
    """End every own session but this one."""
    here = sessions.find(session_token(), now())
    for row in sign_ins_of(own_id()):
        if here is None or row.id != here.id:
            sessions.end_one(row.id, own_id())
    say_done(_("You are signed out everywhere else."))
    return redirect(url_for("accounts.me"))
