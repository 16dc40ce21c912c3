"""The forms of people: sign-in, passwords, persons, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, PasswordField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from crm.accounts.rules import roles
from crm.core.errors import say
from crm.core.forms import CodeField, LineField, at_most, required
from crm.core.web import PageForm, offered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field, Form

LOGIN_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
OFFICES = {
    "investment": say("Investment promotion"),
    "finance": say("Finance"),
    "statistics": say("Statistics"),
    "tax": say("Tax authority"),
    "market": say("Market regulator"),
    "park": say("Park office"),
    "organisation": say("Organisation department"),
    "government": say("City government"),
    "other": say("Other office"),
}


def login_name(form: Form, field: Field) -> None:
    """Refuse a user name with other signs than letters, digits, point, dash and underline."""
    del form
    if any(sign not in LOGIN_SIGNS for sign in field.data or ""):
        raise StopValidation(say("A user name has only letters, digits, point, dash and underline."))


def unit_code(form: Form, field: Field) -> None:
    """Refuse a unit code with other signs than small letters, digits and dash."""
    del form
    if any(sign not in LOGIN_SIGNS for sign in field.data or ""):
        raise StopValidation(say("A code has only letters, digits, point, dash and underline."))


def same_again(other: str) -> Any:
    """Refuse a second typing that differs from the first."""

    def check(form: Form, field: Field) -> None:
        if field.data != form[other].data:
            raise StopValidation(say("The two passwords differ."))

    return check


class LoginForm(PageForm):
    """User name and password."""

    username = LineField(say("User name"), [required, at_most(64)])
    password = PasswordField(say("Password"), [required])


class PasswordChangeForm(PageForm):
    """The old password and twice the new one."""

    current = PasswordField(say("Password so far"), [required])
    password = PasswordField(say("New password"), [required])
    password_again = PasswordField(say("New password again"), [required, same_again("password")])


class CheckboxListField(SelectMultipleField):
    """Several codes as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that is not offered."""
        del form
        known = {str(value) for value, *_ in self.iter_choices()}
        if any(code not in known for code in self.data or ()):
            raise StopValidation(say("Choose among the offered values."))


class PersonForm(PageForm):
    """What an administrator says of a person."""

    login = LineField(say("User name"), [required, at_most(64), login_name])
    name = LineField(say("Name"), [required, at_most(60)])
    unit_id = CodeField(say("Unit"), default="")
    title = LineField(say("Position"), [at_most(60)])
    phone = LineField(say("Office phone"), [at_most(60)])
    roles = CheckboxListField(say("Roles"))
    active = BooleanField(say("May sign in"), default=True)

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        """Offer the units and roles there are."""
        self.unit_id.choices = [("", "—"), *((str(key), name) for key, name in units)]
        self.roles.choices = offered(roles())

    def unit(self) -> int | None:
        """Return the chosen unit's id."""
        return int(self.unit_id.data) if self.unit_id.data else None


class UnitForm(PageForm):
    """A unit of the city."""

    name = LineField(say("Unit"), [required, at_most(60)])
    code = LineField(say("Short code"), [required, at_most(32), unit_code])
    office = CodeField(say("Kind of office"), [required], default="other")

    def offer(self) -> None:
        """Offer the kinds of office."""
        self.office.choices = offered(OFFICES)
