"""Pages of the administrator: people, units, roles and the permission matrix."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.forms import OFFICES, PersonForm, UnitForm
from crm.accounts.operations import add_person, add_unit, edit_person, set_password, set_roles
from crm.accounts.queries import PersonRow, people, person, units
from crm.accounts.rules import INNER_ROLES, matrix, roles
from crm.accounts.rules_words import PERMISSION_LABELS
from crm.core.clock import now
from crm.core.errors import Refusal, Text, refuse, say
from crm.core.web import actor, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _

blueprint = Blueprint("admin", __name__, url_prefix="/settings")
READABLE_SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No sign that is mistaken for another when it is read aloud or copied by hand."""
GENERATED_LENGTH = 14
SCOPE_LABELS = {
    "all": say("all"),
    "unit": say("own unit"),
    "own": say("own, while posted"),
    "credited": say("with a cadre"),
}


@blueprint.get("")
@needs("account.manage")
def index() -> str:
    """Show the people of the bureau."""
    wanted = request.args.get("role", "")
    rows = people(role=wanted if wanted in roles() else "")
    return render("accounts/admin.html", people=rows, role_names=roles(), chosen=wanted)


def _fill(form: PersonForm) -> PersonForm:
    form.offer((unit.id, unit.name) for unit in units())
    return form


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs("account.manage")
def new_person() -> Any:
    """Add a person; the generated password is shown once."""
    form = _fill(PersonForm(request.form))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            password = _generated()
            try:
                add_person(
                    form.login.data or "", form.name.data or "", password, unit_id=form.unit(),
                    role_names=tuple(form.roles.data or ()), title=form.title.data or "", phone=form.phone.data or "",
                    by=actor(), at=now(),
                )  # fmt: skip
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                return _show_password(form.name.data or "", form.login.data or "", password)
    return page("accounts/admin_person.html", status, form=form, row=None)


def _generated() -> str:
    return "".join(secrets.choice(READABLE_SIGNS) for _place in range(GENERATED_LENGTH))


def _show_password(name: str, login: str, password: str) -> str:
    return render("accounts/admin_password.html", name=name, login=login, password=password)


def _known(person_id: int) -> PersonRow:
    found = person(person_id)
    if found is None:
        raise refuse("person.unknown", say("There is no such person."), status=404)
    return found


@blueprint.route("/people/<int:person_id>", methods=["GET", "POST"])
@needs("account.manage")
def edit(person_id: int) -> Any:
    """Change a person's record and roles."""
    row = _known(person_id)
    shown = {
        "login": row.login, "name": row.name, "unit_id": str(row.unit_id or ""), "title": row.title, "phone": row.phone,
        "roles": list(row.roles), "active": row.active,
    }  # fmt: skip
    form = _fill(PersonForm(request.form if request.method == "POST" else None, data=shown))
    form.login.data = row.login
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                _store(person_id, form)
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                say_done(_("%(name)s: saved.", name=form.name.data or ""))
                return redirect(url_for("admin.index"))
    return page("accounts/admin_person.html", status, form=form, row=row)


def _store(person_id: int, form: PersonForm) -> None:
    set_roles(person_id, tuple(form.roles.data or ()), by=actor(), at=now())
    edit_person(
        person_id, name=form.name.data or "", unit_id=form.unit(), title=form.title.data or "",
        phone=form.phone.data or "", active=bool(form.active.data), by=actor(), at=now(),
    )  # fmt: skip


@blueprint.post("/people/<int:person_id>/password")
@needs("account.manage")
def reset_password(person_id: int) -> str:
    """Give a person a new generated password, shown once; it must be changed at the next sign-in."""
    row = _known(person_id)
    if person_id == actor().person_id:
        raise refuse("password.own", say("Change your own password on the page of your account."))
    password = _generated()
    set_password(person_id, password, by=actor(), at=now(), must_change=True)
    return _show_password(row.name, row.login, password)


@blueprint.route("/units", methods=["GET", "POST"])
@needs("account.manage")
def unit_list() -> Any:
    """Show the units and add one."""
    form = UnitForm(request.form)
    form.offer()
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                add_unit(form.code.data or "", form.name.data or "", form.office.data or "other", by=actor(), at=now())
            except Refusal as refusal:
                refuse_into(form, refusal)
                status = refusal.status
            else:
                say_done(_("%(name)s: added.", name=form.name.data or ""))
                return redirect(url_for("admin.unit_list"))
    return page("accounts/admin_units.html", status, form=form, units=units(active_only=False), offices=OFFICES)


@blueprint.get("/permissions")
@needs("account.manage")
def permissions() -> str:
    """Show the permission matrix: what each role may do, and how far."""
    book = matrix()
    rows = [
        (PERMISSION_LABELS.get(name, Text(name)), [SCOPE_LABELS.get(grants.get(role, ""), "") for role in roles()])
        for name, grants in book.tables["permissions"].items()
        if set(grants) - INNER_ROLES
    ]
    return render("accounts/admin_permissions.html", rows=rows, role_names=roles(), book=book)
