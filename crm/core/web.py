"""The little Flask that rooms share: who acts, which permission a page asks for, and how a refusal is shown."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, flash, g, render_template, request, send_file, session
from flask_login import UserMixin, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import Form

from crm.core.actor import Actor
from crm.core.words import gettext
from crm.core.words import render as words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Response

    from crm.core.errors import Finding, Refusal

View = TypeVar("View", bound="Callable[..., Any]")
_ = gettext
"""What routes write around their sentences."""
PUBLIC = "public"
"""The permission of pages that people see before they sign in."""
NOBODY = Actor(person_id=None, name="")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of workbooks."""


def needs(permission: str) -> Callable[[View], View]:
    """Name the permission that a page asks for; the web room refuses everybody who does not hold it.

    Use it below the route: `@blueprint.get("/leads")`, then `@needs("lead.view")`.
    """

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """Return who acts in this request (nobody before sign-in)."""
    found: Actor = g.get("actor", NOBODY)
    return found


def render(template: str, /, **values: Any) -> str:
    """Render a template with the values it names."""
    return render_template(template, **values)


def page(template: str, /, status: int = 200, **values: Any) -> tuple[str, int]:
    """Render a template as an answer with its status (a refused form answers 422)."""
    return render_template(template, **values), status


def say_done(sentence: str) -> None:
    """Show a message of success on the next page."""
    flash(sentence, "success")


def flash_refusal(refusal: Refusal) -> None:
    """Show every finding of a refusal on the next page."""
    for finding in refusal.findings:
        flash(words_of(finding.text), "warning" if finding.warning else "error")


def refuse_into(form: Form, refusal: Refusal) -> None:
    """Put the findings of a refusal beside the fields they are about; the others stand above the form."""
    for finding in refusal.findings:
        if finding.field and finding.field in form:
            form[finding.field].errors = [*form[finding.field].errors, finding.text]
        else:
            form.form_errors.append(finding.text)


def gaps(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Turn findings into what the gap list of a page shows."""
    return [{"text": words_of(finding.text), "link": finding.link} for finding in findings]


def hidden_token() -> Markup:
    """Return the hidden field that proves that a form came from our own page."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


class PageForm(Form):
    """A form that only pages use; it carries its own token."""

    def hidden_tag(self) -> Markup:
        """Return the hidden token field."""
        return hidden_token()


def offered(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Turn codes with message ids into the choices of a field, in the language of the request."""
    return [(code, words_of(text) if not isinstance(text, str) else gettext(text)) for code, text in words.items()]


def own_path(target: str | None) -> str:
    """Return an address to go on to when it is one of our own pages, else nothing (no open redirect)."""
    target = (target or "").strip()
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if inside and target.isprintable() and "\\" not in target else ""


class _Known(UserMixin):
    """Just the id of somebody whose password was right."""

    def __init__(self, person_id: int) -> None:
        """Keep the id as flask-login asks for it."""
        self.id = person_id


def renew_session() -> None:
    """Give the session a new token, so that one known from before is worth nothing."""
    session.renew()  # type: ignore[attr-defined]


def begin_session(person_id: int) -> None:
    """Begin the session of a person whose password was right; only the chosen language is carried over."""
    _clear_session()
    login_user(_Known(person_id))


def end_session() -> None:
    """End the session; only the chosen language is kept."""
    logout_user()
    _clear_session()


def _clear_session() -> None:
    language = session.get("lang")
    session.clear()
    renew_session()
    if language:
        session["lang"] = language


def session_token() -> str:
    """Return the token of this browser's session, empty without one."""
    return str(getattr(session, "token", ""))


def wants_part() -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def send_bytes(data: bytes, *, name: str, media_type: str, attach: bool = True) -> Response:
    """Answer with a file; shown in place only when `attach` is false and its kind is known to be harmless."""
    answer = send_file(BytesIO(data), mimetype=media_type, as_attachment=attach, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return answer


def settings() -> Any:
    """Return the settings this product was started with."""
    return current_app.config["SETTINGS"]
