"""The door of the interface: token, rights, rate; JSON in by the pages' forms, JSON out; problems in words."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, g, request
from peewee import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from crm.accounts.operations_tokens import use_token
from crm.accounts.queries import actor_of, people
from crm.accounts.rules import require
from crm.api import calls
from crm.api.endpoints import Call, Endpoint, check_query
from crm.api.forms_json import read_object, typed
from crm.api.openapi import LARGEST, PREFIX, PROBLEM_TYPE, description
from crm.api.operations import Answer, fingerprint, once
from crm.api.rules import is_key, limit, seconds_left, versions_of
from crm.api.shapes import told
from crm.cadres.queries import posting_on
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.web import PUBLIC, actor, needs, send_bytes
from crm.core.words import locale, render

if TYPE_CHECKING:
    from crm.accounts.queries_tokens import TokenRow

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
DESCRIBED = "api.described"
BEARER = "bearer "
UNKNOWN, TOO_MANY, NOT_CHANGED, WRONG_KIND, TOO_LARGE = 401, 429, 304, 415, 413
TITLES = {
    400: say("The call cannot be read."),
    401: say("Please bring a valid token."),
    403: say("The role or the token does not allow this."),
    404: say("There is no such thing, or it is not yours to see."),
    405: say("This address is not called in this way."),
    409: say("It contradicts what stands there now."),
    412: say("The version of If-Match is not the present one."),
    413: say("The body is too large."),
    415: say("The body is of another kind than asked for."),
    422: say("This cannot be done yet."),
    428: say("If-Match is missing."),
    429: say("Too many calls in this minute."),
    500: say("Something went wrong on our side."),
    503: say("The database does not answer."),
}


# --- who calls


@blueprint.before_request
def admit() -> None:
    """Let in who brings a living token and has not called too often; sessions and cookies do not count here."""
    if request.endpoint == DESCRIBED:
        return
    row = _token()
    g.api_token = row
    found = people(person_id=row.person_id, active_only=True)
    posted = bool(found) and posting_on(row.person_id, today()) is not None
    if not found or (set(found[0].roles) == {"cadre"} and not posted):
        raise refuse("token.dead", say("The account or the posting behind this token is over."), status=UNKNOWN)
    if found[0].must_change_password:
        text = say("Sign in once and set a password of your own; then the token works.")
        raise refuse("password.change", text, status=403)
    who = actor_of(found[0], posted=posted, door="api")
    g.api_owner = who.name
    # The trail and every record say that it came by a token, and by which.
    g.actor = type(who)(who.person_id, f"{who.name} · {row.name}", who.roles, who.unit_id, "api", who.posted)
    if row.used > limit("requests_per_minute"):
        raise refuse("rate.exceeded", say("Too many calls in this minute; wait until it is over."), status=TOO_MANY)


def _token() -> TokenRow:
    header = request.headers.get("Authorization", "")
    brought = header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""
    row = use_token(brought, address=request.remote_addr or "", at=now()) if brought else None
    if row is None:
        text = say("Send `Authorization: Bearer` with a token that is valid; tokens are made on the page My account.")
        raise refuse("token.missing", text, status=UNKNOWN)
    return row


# --- one call


def view_of(item: Endpoint) -> Any:
    """Make the view of one call."""

    def view(**ids: Any) -> Response:
        _may(item)
        if any(isinstance(value, int) and value > LARGEST for value in ids.values()):
            raise refuse("thing.unknown", say("There is no such thing, or it is not yours to see."), status=404)
        asked = check_query(request.args.to_dict(flat=False), item.query)
        body = _body(item)
        row: TokenRow = g.api_token
        call = Call(
            actor(), now(), ids, asked, match=request.headers.get("If-Match", ""), locale=locale(), owner=g.api_owner,
            scopes=row.scopes, expires_on=row.expires_on.isoformat(),
        )  # fmt: skip
        return _reply(item, _done(item, call, body))

    view.__name__, view.__doc__ = item.name, item.act.__doc__
    return needs(item.permission)(view)


def _may(item: Endpoint) -> None:
    if item.scope and item.scope not in g.api_token.scopes:
        text = say("This token may not do this; it needs %(scope)s.", scope=item.scope)
        raise refuse("token.scope", text, status=403)
    require(actor(), item.permission)


def _body(item: Endpoint) -> Any:
    """Read what was sent; nothing is read into memory that is larger than allowed."""
    if item.form is None:
        return None
    kind = request.mimetype
    if item.file:
        if kind != "multipart/form-data":
            raise refuse("body.kind", say("Send the file as multipart/form-data."), status=WRONG_KIND)
        return request.form
    request.max_content_length = limit("body_bytes")
    data = request.get_data()
    if not data:
        return {}
    if kind != "application/json":
        raise refuse("body.kind", say("Send the body as application/json."), status=WRONG_KIND)
    return read_object(data)


def _done(item: Endpoint, call: Call, body: Any) -> Answer:
    key = request.headers.get("Idempotency-Key")
    if key is None or item.method == "GET":
        return _act(item, call, body)
    if not is_key(key):
        text = say("An idempotency key has 8 to 255 plain characters without blanks.")
        raise refuse("idempotency.key", text, "Idempotency-Key", 400)
    sent = _file_bytes() if item.file else request.get_data()
    mark = fingerprint(request.method, request.full_path, sent)

    def act() -> Answer:
        try:
            return _act(item, call, body)
        except Refusal as refusal:
            return _refused(refusal)

    return once(g.api_token.id, key, mark, act, at=call.at)


def _file_bytes() -> bytes:
    """Return what a sent form holds, whatever its boundary was."""
    parts = [f"{name}={value}".encode(errors="replace") for name, value in sorted(request.form.items(multi=True))]
    for name, file in sorted(request.files.items(multi=True)):
        parts.append(f"{name}={file.filename}".encode(errors="replace") + file.read())
        file.seek(0)
    return b"\0".join(parts)


def _act(item: Endpoint, call: Call, body: Any) -> Answer:
    form, file = None, None
    if item.form is not None:
        form = item.read(call, body) if item.read else type(item.form())(typed(item.form(), body, item.without))
    if item.file:
        _only_known(item)
        sent = request.files.get("file")
        file = (sent.filename or "file", sent.read()) if sent else None
    values = {"form": form, "file": file}
    return item.act(Call(**{**vars(call), **values}))


def _only_known(item: Endpoint) -> None:
    known = {field.name for field in (item.form() if item.form else ())} - item.without
    odd = [name for name in (*request.form, *request.files) if name not in known and name != "file"]
    if odd:
        raise refuse("field.unknown", say("There is no field %(name)s here.", name=odd[0][:60]), odd[0][:60])


# --- what is answered


def _reply(item: Endpoint, answer: Answer) -> Response:
    if isinstance(answer.body, bytes):
        name, kind = answer.headers["X-File-Name"], answer.headers["Content-Type"]
        return send_bytes(answer.body, name=name, media_type=kind)
    tag = answer.headers.get("ETag", "")
    if item.method == "GET" and tag and request.headers.get("If-None-Match"):
        wanted = versions_of(request.headers["If-None-Match"])
        if wanted is None or versions_of(tag) <= wanted:  # type: ignore[operator]
            return Response(status=NOT_CHANGED, headers={"ETag": tag})
    kind = PROBLEM_TYPE if answer.status >= 400 else "application/json"  # noqa: PLR2004 - HTTP's own number
    return _json(answer.body, answer.status, answer.headers, kind)


def _json(body: Any, status: int, headers: dict[str, str], kind: str) -> Response:
    # A half character that a caller sent must not break the answer that tells of it.
    data = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    reply = Response(data, status, headers, content_type=kind)
    reply.headers["Content-Language"] = locale().replace("_", "-")
    reply.vary.add("Accept-Language")
    reply.vary.add("Authorization")
    return reply


@blueprint.after_request
def tell_the_rate(response: Response) -> Response:
    """Tell on every answer how many calls are left in this minute."""
    row = g.get("api_token")
    if row is not None:
        left = max(0, limit("requests_per_minute") - row.used)
        response.headers["RateLimit-Limit"] = str(limit("requests_per_minute"))
        response.headers["RateLimit-Remaining"] = str(left)
        response.headers["RateLimit-Reset"] = str(seconds_left(now().second))
    return response


def _refused(refusal: Refusal) -> Answer:
    status = refusal.status
    title = TITLES.get(status, TITLES[422])
    body = {
        "type": "about:blank", "title": render(title), "status": status,
        "detail": " ".join(item["message"] for item in told(refusal.findings)), "errors": told(refusal.findings),
    }  # fmt: skip
    headers = {}
    if status == UNKNOWN:
        headers["WWW-Authenticate"] = 'Bearer realm="luodi"'
    if status == TOO_MANY:
        headers["Retry-After"] = str(seconds_left(now().second))
    return Answer(body, status, headers)


def problem(error: Exception) -> Response:
    """Answer any refusal or fault as a problem in the caller's language; the traceback stays in the log."""
    if isinstance(error, Refusal):
        answer = _refused(error)
        return _json(answer.body, answer.status, answer.headers, PROBLEM_TYPE)
    if isinstance(error, HTTPException):
        status = TOO_LARGE if isinstance(error, RequestEntityTooLarge) else error.code or 500
        if status < 400:  # noqa: PLR2004 - HTTP's own number
            return Response(status=status, headers=dict(error.get_headers()))
        kept = {name: value for name, value in error.get_headers() if name == "Allow"}
        return _json(_plain(status), status, kept, PROBLEM_TYPE)
    away = isinstance(error, (OperationalError, InterfaceError))
    reference = secrets.token_hex(4)
    current_app.logger.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    status = 503 if away else 500
    return _json({**_plain(status), "reference": reference}, status, {}, PROBLEM_TYPE)


def _plain(status: int) -> dict[str, Any]:
    title = render(TITLES[status]) if status in TITLES else HTTP_STATUS_CODES.get(status, "")
    return {"type": "about:blank", "title": title, "status": status, "errors": []}


@blueprint.get("/openapi.json", endpoint="described")
@needs(PUBLIC)
def described() -> Response:
    """Send the description of the interface."""
    reply = _json(description(), 200, {}, "application/json")
    reply.headers["Cache-Control"] = "no-cache"
    return reply


for one in calls.every():
    blueprint.add_url_rule(
        one.path, endpoint=one.name, view_func=view_of(one), methods=[one.method], provide_automatic_options=False
    )
