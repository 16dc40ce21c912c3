"""The door of every page: first run, sign-in, forced password change, permission; and the headers of every answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, g, redirect, request, url_for
from peewee import InterfaceError, OperationalError

from crm.accounts.queries import anybody
from crm.accounts.rules import require
from crm.audit.operations import begin_telling, tell_refused_at_door
from crm.core.clock import now
from crm.core.db import database
from crm.core.errors import refuse, say
from crm.core.web import PUBLIC, actor
from crm.pipeline.operations_credit import settle_due
from crm.web.viewers import signed_in

if TYPE_CHECKING:
    from flask import Flask, Response

REFUSED = frozenset({403, 404, 422})
"""Answers to a request that would have changed something: not allowed, not there, not readable as a form."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BEFORE_SETUP = frozenset({"web.setup", "web.language", "web.static_file", "web.health"})
BEFORE_PASSWORD = frozenset({"accounts.password", "accounts.logout", "web.language", "web.static_file", "web.health"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def permission_of(endpoint: str) -> str | None:
    """Return the permission that an endpoint names."""
    found: str | None = getattr(current_app.view_functions[endpoint], "permission", None)
    return found


def guard() -> Any:
    """Let a request in, send it where it must go first, or refuse it."""
    begin_telling()
    endpoint = request.endpoint
    if endpoint == "web.static_file" or request.blueprint == "api":
        return None  # the interface has a door of its own: tokens, no sessions
    who = signed_in()
    if who:
        g.actor = who.actor
    elif endpoint not in BEFORE_SETUP and not anybody():
        return redirect(url_for("web.setup"))
    if endpoint is None:
        return None
    permission = permission_of(endpoint)
    if permission == PUBLIC:
        return None
    if who is None:
        here = request.full_path if request.query_string else request.path
        return redirect(url_for("accounts.login", next=here if request.method == "GET" and here != "/" else None))
    if who.row.must_change_password and endpoint not in BEFORE_PASSWORD:
        return redirect(url_for("accounts.password"))
    if permission is None:
        raise refuse("permission.unnamed", say("This page names no permission, so nobody may open it."), status=403)
    require(who.actor, permission)
    return None


def dress(response: Response) -> Response:
    """Put the protecting headers on an answer; a page that set its own keeps it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "web.static_file":
        response.headers.setdefault("Cache-Control", "private, no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def settle(response: Response) -> Response:
    """Let the ledger of points follow what was just done; what fails here is made up for at the next deed."""
    if request.method not in SAFE and response.status_code < HTTPStatus.BAD_REQUEST and database.obj is not None:
        try:
            settle_due(at=now())
        except Exception:
            current_app.logger.exception("the ledger of points was not settled")
    return response


def note_refused(response: Response) -> Response:
    """Let the trail know of a request that would have changed something and was refused before any deed began."""
    tried = request.method not in SAFE and response.status_code in REFUSED and actor().person_id is not None
    if tried and database.obj is not None:
        try:
            tell_refused_at_door(request.path, by=actor(), at=now(), status=response.status_code)
        except (OperationalError, InterfaceError):
            current_app.logger.exception("a refusal was not told to the trail")
    return response


def release(_error: BaseException | None = None) -> None:
    """Give the connection back to the pool when the request is over."""
    if not database.is_closed() and not database.in_transaction():
        database.close()


def install(app: Flask) -> None:
    """Hang the doors."""
    app.before_request(guard)
    app.after_request(dress)
    app.after_request(settle)
    app.after_request(note_refused)
    app.teardown_request(release)
