"""The forms of the first run: a real bureau, or sample data."""

from __future__ import annotations

from wtforms import PasswordField

from crm.accounts.forms import login_name, same_again
from crm.core.errors import say
from crm.core.forms import LineField, at_most, required
from crm.core.web import PageForm


class BureauForm(PageForm):
    """The first administrator of a real bureau."""

    code = LineField(say("One-time code"), [required, at_most(40)])
    bureau_name = LineField(say("Name of the bureau"), [required, at_most(60)])
    admin_name = LineField(say("Your name"), [required, at_most(60)])
    username = LineField(say("User name"), [required, at_most(64), login_name])
    password = PasswordField(say("Password"), [required])
    password_again = PasswordField(say("Password again"), [required, same_again("password")])


class SampleForm(PageForm):
    """Only the code: everything else is invented."""

    code = LineField(say("One-time code"), [required, at_most(40)])
