"""The word `words`: collects every message id, brings the Chinese catalogue up to date and compiles it."""

from __future__ import annotations

import importlib
import sys
import tomllib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config import ROOT
from crm.core.words import CATALOGUES, DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PO = CATALOGUES / DEFAULT / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS: Mapping[str, Any] = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"silent": "false"}}
WORDS_IN_TABLES = {
    "crm/accounts/permissions.toml": ("roles",),
    "crm/profile/city.toml": None,
    "crm/scoring/vetoes.toml": ("vetoes",),
    "crm/services/services.toml": ("kinds",),
}
"""Rule tables whose values are message ids: which tables of the file, None for all of them."""
PLAIN_DICTIONARIES = (("crm.cadres.rules", "DIRECTIONS"),)
"""Dictionaries of code that hold bare message ids."""
WORDS_BY_KEY = {
    "crm/land/land.toml": ("label",),
    "crm/scoring/scorecard.toml": ("label", "guide", "note"),
    "crm/scoring/chains.toml": ("label",),
    "crm/pipeline/requirements.toml": ("label",),
    "crm/cooperation/cooperation.toml": ("label", "meaning"),
    "crm/support/support.toml": ("label",),
    "crm/statistics/statistics.toml": ("label",),
}
"""Rule tables of which only some keys hold message ids."""
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = """# Made by `python3 run.py words`; the translations are written here by hand.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
HEADS = ("version", "in_force_from", "basis")


def message_ids() -> set[Any]:
    """Return every message id of code, templates and rule tables (pairs for sentences that count)."""
    found: set[Any] = set()
    for folder in ("crm", "templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=False
        ):
            found.add(message)
    found.update(_from_tables())
    for module, name in PLAIN_DICTIONARIES:
        found.update(getattr(importlib.import_module(module), name).values())
    return {message for message in found if message}


def _from_tables() -> Iterator[str]:
    for name, wanted in WORDS_IN_TABLES.items():
        tables = tomllib.loads((ROOT / name).read_text(encoding="utf-8"))
        for key, value in tables.items():
            if key not in HEADS and (wanted is None or key in wanted):
                yield from _leaves(value)
    for name, keys in WORDS_BY_KEY.items():
        if (ROOT / name).is_file():
            yield from _by_key(tomllib.loads((ROOT / name).read_text(encoding="utf-8")), keys)


def _by_key(value: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from _by_key(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            yield from _by_key(inner, keys)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)


def load(path: Path = PO) -> Catalog:
    """Read a catalogue; a missing one is empty."""
    if not path.is_file():
        return Catalog(locale=DEFAULT)
    with path.open("rb") as file:
        return read_po(file, locale=DEFAULT)


def updated(old: Catalog) -> Catalog:
    """Return a catalogue of exactly the ids there are, sorted, with the translations that are known."""
    fresh = Catalog(locale=DEFAULT, project="luodi", fuzzy=False)
    fresh.creation_date = fresh.revision_date = RELEASED  # the same words make the same bytes
    for message in sorted(message_ids(), key=str):
        key = message if isinstance(message, str) else tuple(message)
        known = old.get(key)
        fresh.add(key, known.string if known else "")
    return fresh


def missing(catalogue: Catalog) -> list[str]:
    """Return the message ids without a Chinese translation."""
    found = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.id and not all(strings[:1]):
            found.append(str(message.id))
    return found


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return the catalogue as source and compiled."""
    po, mo = BytesIO(), BytesIO()
    write_po(po, catalogue, width=0, omit_header=True, include_lineno=False, ignore_obsolete=True)
    write_mo(mo, catalogue)
    return HEAD.encode() + po.getvalue(), mo.getvalue()


def run(arguments: list[str]) -> int:
    """Update and compile; with --check only tell whether that would change anything or something is missing."""
    catalogue = updated(load())
    lacking = missing(catalogue)
    po, mo = written(catalogue)
    for message in lacking:
        print(f"没有中文：{message}", file=sys.stderr)
    if "--check" in arguments:
        fresh = PO.is_file() and PO.read_bytes() == po and MO.is_file() and MO.read_bytes() == mo
        if not fresh:
            print("词条文件不是最新的，请运行 python3 run.py words", file=sys.stderr)
        return 0 if fresh and not lacking else 1
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    print(f"{sum(1 for message in catalogue if message.id)} 条，缺 {len(lacking)} 条", file=sys.stderr)
    return 1 if lacking else 0
