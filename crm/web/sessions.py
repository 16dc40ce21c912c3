"""Server-side sessions: the cookie holds only a random token, the table its hash and what the session knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request as current
from flask.sessions import SessionInterface, SessionMixin
from peewee import OperationalError
from werkzeug.datastructures import CallbackDict

from crm.accounts import operations_sessions as sessions
from crm.api.openapi import PREFIX
from crm.core.clock import now

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask, Request, Response

COOKIE = "luodi"


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What is known of one browser; a changed one is stored at the end of the request."""

    def __init__(self, payload: dict[str, Any] | None = None, token: str = "", seen_at: datetime | None = None) -> None:
        """Start from what the table holds, unchanged."""

        def changed(_self: CallbackDict[str, Any]) -> None:
            self.modified = True

        super().__init__(payload, changed)
        self.token = token
        self.seen_at = seen_at
        self.new = not token
        self.modified = False
        self.retired = ""

    def renew(self) -> None:
        """Take a new token, so that one known from before the sign-in is worth nothing."""
        self.retired, self.token = self.token or self.retired, ""
        self.modified = True


class ServerSessions(SessionInterface):
    """Opens and stores sessions in the accounts room's table."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Find the session of the browser's token; one statement, none for static files and strangers."""
        del app
        token = request.cookies.get(COOKIE, "")
        if not token or request.path.startswith(("/static/", f"{PREFIX}/")):
            return ServerSession()
        try:
            row = sessions.find(token, now())
        except OperationalError:
            # The door asks the database again and shows what is wrong; here nothing can answer yet.
            return ServerSession()
        return ServerSession(dict(row.payload), token, row.seen_at) if row else ServerSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed; reading alone moves the last-seen time only every few minutes."""
        if not isinstance(session, ServerSession):
            return
        if session.retired:
            sessions.end(session.retired)
        if not session and not session.token:
            if session.retired:
                response.delete_cookie(COOKIE, path="/")
            return
        moment = now()
        stale = session.seen_at is not None and moment - session.seen_at > sessions.TOUCH
        if not session.modified and not stale:
            return
        self._store(app, session, response, moment)

    @staticmethod
    def _store(app: Flask, session: ServerSession, response: Response, moment: datetime) -> None:
        fresh = not session.token
        session.token = session.token or sessions.new_token()
        sessions.save(
            session.token, dict(session), at=moment, address=current.remote_addr or "",
            agent=current.user_agent.string or "",
        )  # fmt: skip
        response.vary.add("Cookie")
        if fresh:
            secure = app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(COOKIE, session.token, httponly=True, samesite="Lax", secure=secure, path="/")
