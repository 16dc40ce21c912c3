"""The pages that belong to no room: the start, the language, static files, and whether the product is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, session, url_for

from crm.accounts.operations import set_locale
from crm.core.db import database
from crm.core.web import PUBLIC, actor, needs, own_path
from crm.web import assets
from crm.web.nav import places

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("web", __name__)
LOCALES = {"zh-CN": "zh_CN", "en": "en"}


@blueprint.get("/")
@needs("self")
def home() -> Any:
    """Go to the first place that the role has; without any, to the own account."""
    found = places(actor())
    return redirect(url_for(found[0].endpoint if found else "accounts.me"))


@blueprint.get("/language/<code>")
@needs(PUBLIC)
def language(code: str) -> Any:
    """Switch the language and go back to where the switch stood."""
    if code in LOCALES:
        session["lang"] = LOCALES[code]
        person_id = actor().person_id
        if person_id is not None:
            set_locale(person_id, LOCALES[code])
    return redirect(own_path(request.args.get("next")) or url_for("web.home"))


@blueprint.get("/static/<path:name>")
@needs(PUBLIC)
def static_file(name: str) -> Response:
    """Send a static file."""
    return assets.deliver(name)


@blueprint.get("/health")
@needs(PUBLIC)
def health() -> Any:
    """Answer whether the product and its database are alive."""
    database.execute_sql("SELECT 1")
    return {"status": "ok"}
