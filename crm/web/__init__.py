"""The web room: one Flask application around all rooms."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from config import ROOT
from crm.accounts import rules
from crm.core import words as catalogue
from crm.core.clock import today
from crm.core.web import actor
from crm.web import assets, doors, errors, nav, viewers, words
from crm.web.house import open_house
from crm.web.sessions import COOKIE, ServerSessions
from crm.web.work import prepare_work

if TYPE_CHECKING:
    from config import Settings

ROOMS = (
    "web",
    "accounts",
    "jobs",
    "cadres",
    "leads",
    "landing",
    "pipeline",
    "capital",
    "scoring",
    "support",
    "statistics",
    "approvals",
    "services",
    "land",
    "cooperation",
    "intake",
    "reports",
    "api",
)


def create_app(settings: Settings, *, opened: bool = False) -> Flask:
    """Make the application; `opened` says that the database is bound and migrated already (tests, commands)."""
    if not opened:
        open_house(settings)
    settings.make_folders()
    prepare_work(settings)
    app = Flask("crm", root_path=str(ROOT), template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        SETTINGS=settings,
        STATIC=str(ROOT / "static"),
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = ServerSessions()
    viewers.install(app)
    words.install(app)
    doors.install(app)
    csrf = CSRFProtect(app)
    errors.install(app)
    app.context_processor(shell)
    # Globals, not context: the parts that templates import see only these.
    app.jinja_env.globals.update(static=assets.address, may=lambda permission: rules.may(actor(), permission))
    furnish(app)
    csrf.exempt(app.blueprints["api"])  # no cookie counts there, so nothing can be forged
    return app


def furnish(app: Flask) -> None:
    """Register the pages of every room (routes.py and routes_*.py); a room that cannot be loaded stops the start."""
    blueprints: list[Blueprint] = []
    for room in ROOMS:
        for name in sorted(path.stem for path in (ROOT / "crm" / room).glob("routes*.py")):
            module = importlib.import_module(f"crm.{room}.{name}")
            blueprint = getattr(module, "blueprint", None)  # a file may only help the others of its room
            if blueprint is not None and blueprint not in blueprints:
                blueprints.append(blueprint)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)


def shell() -> dict[str, Any]:
    """Return what every template may use."""
    who = viewers.signed_in()
    bureau = viewers.this_bureau()
    return {
        "viewer": who,
        "nav": nav.navigation(actor()) if who else nav.NOWHERE,
        "sample_mode": bool(bureau and bureau.sample),
        "bureau_name": bureau.name if bureau else "",
        "lang": words.TAGS[catalogue.locale()],
        "today": today(),
    }
