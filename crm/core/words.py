"""From message ids to words: Chinese by default, English when chosen; works inside and outside requests."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.support import NullTranslations, Translations

from crm.core.errors import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CATALOGUES = Path(__file__).resolve().parents[2] / "translations"
DEFAULT = "zh_CN"
LANGUAGES = {"zh_CN": "中文", "en": "English"}
_chooser: list[Callable[[], str | None]] = []
_forced: ContextVar[str] = ContextVar("locale", default="")
"""One request that speaks English for a workbook must not change the language of the others."""


@lru_cache
def catalogue(locale: str) -> NullTranslations:
    """Load the compiled catalogue of a locale once; English ids are their own words."""
    return Translations.load(str(CATALOGUES), [locale]) if locale != "en" else NullTranslations()


def choose_with(chooser: Callable[[], str | None]) -> None:
    """Let the web room say how a request's language is found."""
    _chooser[:] = [chooser]


def locale() -> str:
    """Return the locale in force: the forced one, the request's, or Chinese."""
    return _forced.get() or (_chooser[0]() if _chooser else None) or DEFAULT


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Force a locale for a block (exports in English, tests)."""
    token = _forced.set(code)
    try:
        yield
    finally:
        _forced.reset(token)


def gettext(msgid: str, **params: object) -> str:
    """Translate one message id into the locale in force and fill its places."""
    text = catalogue(locale()).ugettext(msgid)
    return text % {key: render(value) for key, value in params.items()} if params else text


def render(value: object) -> str:
    """Turn a Text (or anything shown) into words of the locale in force; places may hold Texts themselves."""
    if isinstance(value, Text):
        return gettext(value.msgid, **value.params)
    if isinstance(value, (list, tuple)):
        return ("、" if locale() == DEFAULT else ", ").join(render(item) for item in value)
    return str(value)
