"""Static files under addresses that change with their content, so that browsers keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, g, has_request_context, request, send_from_directory, url_for
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Response

YEAR = 31_536_000


@lru_cache(maxsize=512)
def _version(path: str, changed: int) -> str:
    del changed
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def version(name: str) -> str:
    """Return the version of a static file, empty when there is none; looked up once in a request."""
    if not has_request_context():
        return _version_now(name)
    known: dict[str, str] = g.setdefault("static_versions", {})
    if name not in known:
        known[name] = _version_now(name)
    return known[name]


def _version_now(name: str) -> str:
    path = safe_join(current_app.config["STATIC"], name)
    if path is None or not Path(path).is_file():
        return ""
    return _version(path, Path(path).stat().st_mtime_ns)


def address(name: str) -> str:
    """Return the versioned address of a static file; a missing one is an error in the template."""
    found = version(name)
    if not found:
        message = f"no static file {name}"
        raise LookupError(message)
    if not has_request_context():
        return url_for("web.static_file", name=name, v=found)
    known: dict[str, str] = g.setdefault("static_addresses", {})
    if name not in known:
        known[name] = url_for("web.static_file", name=name, v=found)
    return known[name]


def deliver(name: str) -> Response:
    """Send a static file; the current version may be kept, any other must be asked for again."""
    response = send_from_directory(current_app.config["STATIC"], name)
    current = request.args.get("v") == version(name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "no-cache"
    return response
