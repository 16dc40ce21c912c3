"""The national classification of industries (GB/T 4754-2017) as data: known codes, their names, and a search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin

from crm.core.rulebook import BrokenRules, line_of, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = re.compile(r"[A-T]|\d{2,4}")
TYPED = re.compile(r"(?P<section>[A-T])?\s*(?P<digits>\d{2,4})(?!\d)\s*(?P<rest>.*)", re.DOTALL)
PRECISE = 4
MOST = 20


@dataclass(frozen=True)
class Industry:
    """One class, group, division or section: its code, its section's letter, its name, and how the name sounds."""

    code: str
    section: str
    name: str
    sound: str
    initials: str


def read(text: str, name: str = "profile/industries.toml") -> dict[str, Industry]:
    """Read the table or refuse it, naming the line of a code that is wrong, unnamed, twice, or without its parent."""
    table = parse(text, name).tables.get("classes", "")
    found: dict[str, Industry] = {}
    section = ""
    for row in str(table).strip().splitlines():
        code, _, words = row.strip().partition(" ")
        line = line_of(text, rf"^{re.escape(row)}$")
        if not CODE.fullmatch(code) or not words.strip():
            raise BrokenRules(f"{name}:{line}: {row!r} is no code with a name", line=line)
        if code in found:
            raise BrokenRules(f"{name}:{line}: the code {code} stands twice", line=line)
        if len(code) == 1:
            section = code
        elif not section or (len(code) > 2 and code[:-1] not in found):  # noqa: PLR2004 - a division has two digits
            raise BrokenRules(f"{name}:{line}: the code {code} has no parent above it", line=line)
        sounds = lazy_pinyin(words)
        initials = lazy_pinyin(words, style=Style.FIRST_LETTER)
        found[code] = Industry(code, section, words.strip(), "".join(sounds).lower(), "".join(initials).lower())
    if not found:
        raise BrokenRules(f"{name}: there is no class")
    return found


@lru_cache
def industries() -> Mapping[str, Industry]:
    """Load the table that stands beside this module once."""
    return read(Path(__file__).with_name("industries.toml").read_text(encoding="utf-8"))


def plain_code(typed: str) -> str | None:
    """Return the digits of a typed code ("C3212", "3212 铅锌冶炼"), or None where the standard has no such code."""
    found = TYPED.fullmatch(unicodedata.normalize("NFKC", typed).strip().upper())
    known = industries().get(found["digits"]) if found else None
    if found is None or known is None or (found["section"] and found["section"] != known.section):
        return None
    if found["rest"] and unicodedata.normalize("NFKC", known.name).upper() != found["rest"].strip():
        return None
    return known.code


def industry_name(code: str) -> str:
    """Return a code with its section's letter and its name; what the standard does not have shows as itself."""
    known = industries().get(code)
    return f"{known.section}{known.code} {known.name}" if known else code


def search(asked: str, most: int = MOST) -> list[Industry]:
    """Find industries by code, Chinese name, pinyin or its initials; the most precise codes first."""
    words = unicodedata.normalize("NFKC", asked).strip().lower()
    if not words:
        return []
    digits = re.sub(r"^[a-t](?=\d)", "", words)
    sound = words.replace(" ", "").replace("'", "")
    ranked = []
    for known in industries().values():
        if len(known.code) == 1:
            continue
        rank = _rank(known, words, digits, sound)
        if rank is not None:
            ranked.append((rank, len(known.code) != PRECISE, known.code, known))
    return [known for *_, known in sorted(ranked)[:most]]


def _rank(known: Industry, words: str, digits: str, sound: str) -> int | None:
    """Rank one industry for what was asked: code, start of the name, inside the name, sound; None where none holds."""
    if digits.isdigit():
        return 0 if known.code.startswith(digits) else None
    if words in known.name.lower():
        return 1 if known.name.lower().startswith(words) else 2
    if not sound.isascii():
        return None
    if known.initials.startswith(sound) or known.sound.startswith(sound):
        return 3
    return 4 if len(sound) > 1 and (sound in known.initials or sound in known.sound) else None
