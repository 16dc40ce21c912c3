"""A project's text as the fit rules read it: folded to one writing, companies and places masked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.scoring.rules_fold import SIMPLE, TRADITIONAL

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "\0"
LIMIT = 20_000
_CLAUSE = re.compile(r"[，。；,;！!？?\n]|\.(?=\s|$)")
_SPLIT = re.compile(r"[、及和与暨+/·（(\s—]|\band\b")
_CORE = re.compile(r"(?:股份|有限|责任|集团|公司|合作社|科技|控股)+.*$")


@dataclass(frozen=True)
class ProjectText:
    """What the assessment may read of a project; where the investor is registered is not among it."""

    name: str
    content: str
    products: str = ""
    investor: str = ""
    industry_code: str = ""
    investment_fen: int | None = None


@dataclass(frozen=True)
class Field:
    """One field made ready: the folded text (same length as typed) and where its clauses begin."""

    name: str
    text: str
    starts: tuple[int, ...]

    def clause(self, place: int) -> int:
        """Return the number of the clause that a place is in."""
        return sum(1 for start in self.starts if start <= place)


def _one(code: int) -> str:
    """Fold one character: narrow, simplified, lower case; only where it stays one character."""
    letter = unicodedata.normalize("NFKC", chr(code)).lower()
    return letter if len(letter) == 1 else chr(code)


@lru_cache
def _table() -> dict[int, str]:
    """Build the folding table once: full-width forms, capitals and traditional characters."""
    wide = [*range(0x41, 0x5B), *range(0xFF01, 0xFF5F), *range(0xC0, 0xDF), 0x3000]
    table = {code: _one(code) for code in wide}
    table[ord(MASK)] = " "
    table.update({ord(old): new for old, new in zip(TRADITIONAL, SIMPLE, strict=True)})
    return table


def fold(text: str) -> str:
    """Fold a text to narrow, simplified, lower case without changing its length, so that places stay true."""
    return text[:LIMIT].translate(_table())


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Mask the given places of a text, keeping its length."""
    for start, end in spans:
        text = text[:start] + MASK * (end - start) + text[end:]
    return text


def mask(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Mask what the patterns find: companies, owners, places."""
    for pattern in patterns:
        text = blank(text, [match.span() for match in pattern.finditer(text)])
    return text


def owner_words(investor: str) -> tuple[str, ...]:
    """Return the investor's names, whole and without its legal form, to be masked in the project's name."""
    names = [part.strip() for part in re.split(r"[、,，;；/]", fold(investor)) if part.strip()]
    cores = [_CORE.sub("", name) for name in names]
    return tuple(sorted({word for word in [*names, *cores] if len(word) > 2}, key=len, reverse=True))  # noqa: PLR2004


def field(name: str, text: str, patterns: Iterable[re.Pattern[str]], owners: tuple[str, ...] = ()) -> Field:
    """Make one field ready for matching."""
    if not text:
        return Field(name, "", ())
    ready = fold(text)
    for owner in owners:
        found = ready.find(owner)
        if found >= 0 and len(owner) < len(ready):
            ready = blank(ready, [(found, found + len(owner))])
    ready = mask(ready, patterns)
    return Field(name, ready, tuple(match.end() for match in _CLAUSE.finditer(ready)))


def segments(text: str) -> list[int]:
    """Return where the parallel parts of a project's name end (vanadium and rare earth, ...)."""
    return [*(match.start() for match in _SPLIT.finditer(text)), len(text)]
