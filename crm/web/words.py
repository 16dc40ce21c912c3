"""How templates speak: the language of a request, the translating globals and the filters for values."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request, session
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from crm.api.openapi import PREFIX
from crm.api.rules import language as wished
from crm.core import words
from crm.core.clock import shanghai_time
from crm.core.errors import Text, say
from crm.core.money import show_hundredths, show_wan
from crm.web.viewers import signed_in

if TYPE_CHECKING:
    from flask import Flask

DECIDED = "luodi.language"
"""Where a request keeps its language: a page asks for it hundreds of times."""
ORIGIN = re.compile(r"\[([a-z]+(?: \+ [a-z]+)*)\]")
ORIGINS = {
    "seed": say("from the speech"), "practice": say("usual practice"), "ours": say("this project's proposal"),
    "law": say("from the law"),
}  # fmt: skip
"""Where a rule comes from, as the rule files mark it and as people read it."""
TAGS = {"zh_CN": "zh-CN", "en": "en"}
"""Locales as web pages write them."""
SHOWN_HEAD, SHOWN_TAIL = 3, 4


def language() -> str | None:
    """Return the locale that this request is answered in (decided once a request), or None outside requests."""
    if not has_request_context():
        return None
    if DECIDED not in request.environ:
        request.environ[DECIDED] = _language()
    found: str | None = request.environ[DECIDED]
    return found


def _language() -> str | None:
    if request.path.startswith(f"{PREFIX}/"):
        return wished(request.headers.get("Accept-Language", ""), words.LANGUAGES)
    chosen = session.get("lang")
    if chosen in words.LANGUAGES:
        return str(chosen)
    who = signed_in()
    return who.row.locale if who and who.row.locale in words.LANGUAGES else None


def ngettext(singular: str, plural: str, num: int, **params: object) -> str:
    """Translate a sentence that counts something."""
    text = words.catalogue(words.locale()).ungettext(singular, plural, num)
    return str(text % {"num": num, **{key: words.render(value) for key, value in params.items()}})


def day(value: date | datetime | None) -> str:
    """Show a day in ISO form (a moment as its Shanghai day); unknown is a dash."""
    if value is None:
        return "—"
    return (shanghai_time(value).date() if isinstance(value, datetime) else value).isoformat()


def moment(value: datetime | None) -> str:
    """Show a moment as Shanghai wall-clock time; unknown is a dash."""
    return "—" if value is None else shanghai_time(value).strftime("%Y-%m-%d %H:%M")


def mask_phone(text: str | None) -> str:
    """Hide the middle of every phone number in a text, for roles that may not see it."""
    shown = []
    for part in (text or "").replace("；", ";").split(";"):
        digits = part.strip()
        long = len(digits) > SHOWN_HEAD + SHOWN_TAIL
        shown.append(f"{digits[:SHOWN_HEAD]}****{digits[-SHOWN_TAIL:]}" if long else "****" if digits else "")
    return "；".join(part for part in shown if part)


def basis(text: str) -> str:
    """Say what a rule rests on: its own words without the marks of their origin, or the marks in words."""
    said = ORIGIN.sub("", text).replace(" ；", "；").strip(" ；;")
    if said and said not in ORIGINS:
        return said
    codes = [code for mark in ORIGIN.findall(text) or [text] for code in mark.split(" + ")]
    return " · ".join(words.render(ORIGINS[code]) if code in ORIGINS else code for code in codes)


def _as_html(text: Text) -> Markup:
    return escape(words.render(text))


FILTERS: dict[str, Any] = {
    "wan": show_wan,
    "mu": show_hundredths,
    "hundredths": show_hundredths,
    "day": day,
    "moment": moment,
    "words": words.render,
    "basis": basis,
    "mask_phone": mask_phone,
}


def install(app: Flask) -> None:
    """Teach the templates to speak; an unknown variable is an error, never an empty place."""
    words.choose_with(language)
    # Sentences of pure code reach labels, options and errors as Text: escaping one is the moment it becomes words.
    Text.__html__ = _as_html  # type: ignore[attr-defined]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = False
    app.jinja_env.globals.update(_=words.gettext, gettext=words.gettext, ngettext=ngettext)
    app.jinja_env.filters.update(FILTERS)
