"""Marks what a reader of a promise must not miss: patterns are data, each with its article and a plain explanation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crm.core.rulebook import BrokenRules, Rulebook, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 400_000
"""Characters that are looked at; a longer paper is refused before it comes here."""
SENTENCE_ENDS = "。；;!！?？\n"
SENTENCE_END = re.compile(r"(?<=[。；;！？!?])\s*|\n+")


@dataclass(frozen=True)
class Article:
    """One article of the law: how it is cited, and what it says in plain words."""

    code: str
    name: str
    plain: str


@dataclass(frozen=True)
class Mark:
    """One pattern with its group, its articles and what it means for the reader."""

    code: str
    group: str
    group_name: str
    articles: tuple[Article, ...]
    why: str
    hold: bool
    pattern: re.Pattern[str]

    @property
    def cited(self) -> str:
        """Return the articles as they are cited."""
        return "、".join(article.name for article in self.articles)


@dataclass(frozen=True)
class Hit:
    """One place of a text that a mark found."""

    start: int
    end: int
    text: str
    mark: Mark


@dataclass(frozen=True)
class Piece:
    """A stretch of text as the page shows it: plain, or marked with the first mark that found it."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True)
class Marks:
    """The patterns in force with the version they came from."""

    version: str
    basis: str
    groups: Mapping[str, str]
    marks: tuple[Mark, ...]


@lru_cache
def current() -> Marks:
    """Load the patterns that ship."""
    return read_marks(beside(__file__, "marks.toml"))


def read_marks(book: Rulebook) -> Marks:
    """Read the patterns; an unknown group, article or broken pattern is refused by name."""
    articles = {row["code"]: Article(row["code"], row["name"], row["plain"]) for row in book.tables["article"]}
    groups: Mapping[str, str] = book.tables["groups"]
    return Marks(book.version, book.basis, groups, tuple(_mark(row, articles, groups, book.name)
                                                         for row in book.tables["mark"]))  # fmt: skip


def _mark(row: Mapping[str, Any], articles: Mapping[str, Article], groups: Mapping[str, str], name: str) -> Mark:
    try:
        cited = tuple(articles[code] for code in row["article"])
        pattern = re.compile(row["pattern"])
        group = groups[row["group"]]
    except (KeyError, re.error) as error:
        message = f"{name}: {row.get('code', '?')}: {error}"
        raise BrokenRules(message) from error
    if not cited or not str(row["why"]).strip():
        message = f"{name}: {row['code']}: article or why is missing"
        raise BrokenRules(message)
    return Mark(row["code"], row["group"], group, cited, row["why"], bool(row["hold"]), pattern)


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text without blanks and with plain widths, and for each of its characters the place it came from.

    Line ends within a sentence go away too: pasted and scanned papers break lines anywhere. A blank line stays a stop.
    """
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isspace():
            if char == "\n" and text[place + 1 : place + 2] == "\n":
                out.append("。")
                places.append(place)
            continue
        if ord(char) < 128 or "\u4e00" <= char <= "\u9fff":  # noqa: PLR2004 - most characters stay what they are
            plain = "；" if char == ";" else char
        elif char in "。；":
            plain = char
        else:
            plain = unicodedata.normalize("NFKC", char).strip()
            plain = {";": "；", "!": "。", "?": "。"}.get(plain, plain)
        out.append(plain)
        places += [place] * len(plain)
    return "".join(out), places


def find(text: str, marks: Marks | None = None) -> list[Hit]:
    """Return every place that a mark finds, in the order of the text."""
    plain, places = folded(text[:LONGEST])
    found = []
    for mark in (marks or current()).marks:
        for hit in mark.pattern.finditer(plain):
            if hit.end() > hit.start():
                start, end = places[hit.start()], places[hit.end() - 1] + 1
                found.append(Hit(start, end, text[start:end], mark))
    return sorted(found, key=lambda hit: (hit.start, -hit.end))


def pieces(text: str, hits: Iterable[Hit]) -> list[Piece]:
    """Cut a text into plain and marked stretches; where marks overlap, the graver and then the longer one is shown."""
    sorted_hits = sorted(hits, key=lambda hit: hit.start)
    edges = sorted({0, len(text), *(edge for hit in sorted_hits for edge in (hit.start, hit.end))})
    found: list[Piece] = []
    active: list[Hit] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(sorted_hits) and sorted_hits[at].start <= start:
            active.append(sorted_hits[at])
            at += 1
        active = [hit for hit in active if hit.end > start]
        best = max(active, key=lambda hit: (hit.mark.hold, hit.end - hit.start), default=None)
        mark = best.mark if best else None
        if found and found[-1].mark is mark:
            found[-1] = Piece(found[-1].text + text[start:end], mark)
        else:
            found.append(Piece(text[start:end], mark))
    return found


def cited(marks: Iterable[Mark]) -> list[Article]:
    """Return the articles that some marks come from, each once."""
    return list({article.code: article for mark in marks for article in mark.articles}.values())


def explained(hits: Iterable[Hit]) -> list[tuple[Mark, list[str]]]:
    """Return each mark that was found once, with the words it found."""
    words: dict[str, tuple[Mark, list[str]]] = {}
    for hit in hits:
        kept = words.setdefault(hit.mark.code, (hit.mark, []))[1]
        said = "".join(hit.text.split())
        if said not in kept:
            kept.append(said)
    return list(words.values())


def holding(text: str) -> list[Hit]:
    """Return the places whose words must not stand in a contract's note beside the reviewed items."""
    return [hit for hit in find(text) if hit.mark.hold]


def clauses(text: str) -> list[str]:
    """Cut an agreement into clauses: sentences and lines, blanks trimmed, empty ones left out."""
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]
