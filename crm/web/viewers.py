"""The signed-in person between flask-login and the rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from flask_login import LoginManager, UserMixin, current_user

from crm.accounts.rules import roles
from crm.core.clock import today
from crm.core.words import gettext
from crm.profile.queries import BureauRow, bureau
from crm.web.queries import ViewerRow, viewer

if TYPE_CHECKING:
    from flask import Flask

    from crm.core.actor import Actor


class Viewer(UserMixin):
    """Somebody signed in: what flask-login asks for and what templates show."""

    def __init__(self, row: ViewerRow) -> None:
        """Keep the row."""
        self.row = row

    def get_id(self) -> str:
        """Return the id that the session remembers."""
        return str(self.row.actor.person_id)

    @property
    def actor(self) -> Actor:
        """Return the actor that operations get."""
        return self.row.actor

    @property
    def name(self) -> str:
        """Return the person's name."""
        return self.row.actor.name

    @property
    def unit_name(self) -> str:
        """Return the unit's name, empty without one."""
        return self.row.unit_name

    @property
    def role_labels(self) -> list[str]:
        """Return the roles in words."""
        return [gettext(label) for code, label in roles().items() if code in self.row.actor.roles]


def load(person_id: str) -> Viewer | None:
    """Return the person of a session, or None once the account is gone or deactivated."""
    row = viewer(int(person_id), today()) if person_id.isascii() and person_id.isdigit() else None
    return Viewer(row) if row else None


def signed_in() -> Viewer | None:
    """Return who is signed in, or None."""
    who = current_user._get_current_object()  # noqa: SLF001 - the proxy is no Viewer to a type checker
    if isinstance(who, Viewer):
        return who
    # In the request that signs somebody in, flask-login knows only the id.
    return load(str(who.get_id())) if who is not None and who.is_authenticated else None


def this_bureau() -> BureauRow | None:
    """Return whose bureau this is; for somebody signed in it came with the person."""
    who = signed_in()
    if who:
        return BureauRow(who.row.bureau_name, who.row.bureau_kind)
    if "bureau" not in g:
        g.bureau = bureau()
    found: BureauRow | None = g.bureau
    return found


def install(app: Flask) -> None:
    """Connect flask-login; the session's token already binds the browser."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(load)
