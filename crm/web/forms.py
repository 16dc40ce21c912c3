"""The forms of the first run: a real bureau, or sample data."""

from __future__ import annotations

from wtforms import PasswordField

from crm.accounts.forms import login_name, same_again
from crm.core.errors import say
from crm.core.forms import LineField, at_most, required
from crm.core.web import PageForm


class BureauForm(PageForm):
    """The first administrator of a real bureau."""

    code = LineField(say("One-time code"), [required, at_most(40)])  # type: ignore[arg-type]
    bureau_name = LineField(say("Name of the bureau"), [required, at_most(60)])  # type: ignore[arg-type]
    admin_name = LineField(say("Your name"), [required, at_most(60)])  # type: ignore[arg-type]
    username = LineField(say("User name"), [required, at_most(64), login_name])  # type: ignore[arg-type]
    password = PasswordField(say("Password"), [required])  # type: ignore[arg-type, list-item]
    password_again = PasswordField(say("Password again"), [required, same_again("password")])  # type: ignore[arg-type]


class SampleForm(PageForm):
    """Only the code: everything else is invented."""

    code = LineField(say("One-time code"), [required, at_most(40)])  # type: ignore[arg-type]
