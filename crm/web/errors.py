"""What people read when something is refused or fails: one sentence, what to do, never a traceback."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from crm.api.openapi import PREFIX
from crm.api.routes import problem
from crm.core import words
from crm.core.errors import Refusal, Text, say
from crm.core.web import gaps, render
from crm.web.viewers import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

EXPECTED = (Refusal, HTTPException, OperationalError, InterfaceError)

SENTENCES: dict[int, tuple[Text, Text]] = {
    400: (say("The address or the form could not be read."), say("Go back and try again.")),
    401: (say("Please sign in first."), say("Sign in and try again.")),
    403: (say("Your role may not open this page."), say("Ask an administrator if it should.")),
    404: (say("There is no such page, or you may not see it."), say("Check the address, or search for the project.")),
    405: (say("This page cannot be called in this way."), say("Go back and use the buttons of the page.")),
    409: (say("Somebody else was quicker."), say("Open the page again and look at what stands there now.")),
    410: (say("This is no longer there."), say("Tell the administrator.")),
    413: (say("The file is too large."), say("Choose a smaller file and try again.")),
    422: (say("This cannot be done yet."), say("Mend what is listed here, then try again.")),
    429: (say("Too many tries."), say("Wait a little and try again.")),
    500: (
        say("Something went wrong on our side."),
        say("Nothing was saved. Try again; if it stays, tell the administrator the reference."),
    ),
    503: (say("The database does not answer."), say("Try again in a minute; if it stays, tell the administrator.")),
}  # fmt: skip
EXPIRED = (
    say("The page was open too long, so it could not be saved."),
    say("Open the page again, then send the form once more."),
)


def show(status: int, sentence: Text | None = None, advice: Text | None = None, *, findings: Any = (),
         reference: str = "") -> tuple[str, int]:  # fmt: skip
    """Render the page of a refusal or fault."""
    usual = SENTENCES.get(status, SENTENCES[500])
    text = render(
        "errors/error.html", status=status, sentence=words.render(sentence or usual[0]),
        what_to_do=words.render(advice or usual[1]), home_url=url_for("web.home"),
        findings=findings, reference=reference,
    )  # fmt: skip
    return text, status


def on_refusal(refusal: Refusal) -> Any:
    """Show a refusal that no page took up: one finding is the sentence itself, several are listed."""
    if refusal.status == 401 and signed_in() is None:  # noqa: PLR2004 - HTTP's own number
        return redirect(url_for("accounts.login"))
    first = refusal.findings[0] if refusal.findings else None
    alone = first is not None and len(refusal.findings) == 1 and not first.link
    findings = [] if alone else gaps(refusal.findings)
    return show(refusal.status, first.text if alone and first else None, findings=findings)


def on_http(error: HTTPException) -> Any:
    """Show HTTP's own refusals in words; redirects pass."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - HTTP's own number
        return error
    return show(status)


def on_expired(_error: CSRFError) -> Any:
    """Show that a form's token is missing or old."""
    return show(400, *EXPIRED)


def on_database(error: Exception) -> Any:
    """Show that the database is away or busy, and log why."""
    g.bureau = None
    reference = secrets.token_hex(4)
    current_app.logger.error("%s %s %s: %s", reference, request.method, request.path, error)
    return show(503, reference=reference)


def on_fault(error: Exception) -> Any:
    """Show that something broke; the log keeps the traceback under the reference."""
    if current_app.testing:
        raise error
    reference = secrets.token_hex(4)
    current_app.logger.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    return show(500, reference=reference)


def by_door(show_page: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a handler that answers programs with a problem and people with a page."""

    def handle(error: Any) -> Any:
        if not request.path.startswith(f"{PREFIX}/"):
            return show_page(error)
        if current_app.testing and not isinstance(error, EXPECTED):
            raise error
        return problem(error)

    return handle


def install(app: Flask) -> None:
    """Hang the handlers; while testing, faults are raised so that a test shows where."""
    app.register_error_handler(Refusal, by_door(on_refusal))
    app.register_error_handler(CSRFError, by_door(on_expired))
    app.register_error_handler(HTTPException, by_door(on_http))
    app.register_error_handler(OperationalError, by_door(on_database))
    app.register_error_handler(InterfaceError, by_door(on_database))
    app.register_error_handler(Exception, by_door(on_fault))
