"""Industry chains as data: which links a project stands in, and what an empty link means for its chain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.rulebook import BrokenRules, line_of, parse
from crm.scoring.rules_lexicon import BASES, LINKS, PARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

PLACES = {"upstream": say("Upstream"), "middle": say("Midstream"), "downstream": say("Downstream")}
TASKS = {
    "strengthen": say("Strengthen the chain"),
    "coming": say("On the way"),
    "fill": say("Fill the gap"),
    "extend": say("Extend the chain"),
    "begin": say("Begin the chain"),
}
"""What a link asks for: it stands; leads are on the way; empty between, beyond, or without any neighbour."""


@dataclass(frozen=True)
class Link:
    """One link: how phrases and industry codes name it, and where it stands in its chain."""

    code: str
    label: str
    place: str
    words: tuple[str, ...]
    industries: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Chain:
    """One leading industry: the trades of the fit lexicon that belong to it, and its links in order."""

    code: str
    label: str
    park: str
    trades: frozenset[str]
    basis: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Chains:
    """One version of all chains."""

    version: str
    in_force_from: date
    chains: tuple[Chain, ...]

    def chain(self, code: str) -> Chain | None:
        """Find a chain by its code or by the code of one of its links."""
        head = code.partition(".")[0]
        return next((chain for chain in self.chains if chain.code == head), None)

    def link(self, code: str) -> Link | None:
        """Find a link by its code."""
        return next((link for chain in self.chains for link in chain.links if link.code == code), None)


def places_of(
    trades: Iterable[str], phrases: Iterable[tuple[str, str]], text: str, industry_code: str, book: Chains | None = None
) -> tuple[str, ...]:
    """Return the links a project stands in; the chain's own code when its trade fits but no link is named.

    `phrases` are the (trade, phrase) pairs that decided the fit; only where none names a link is the whole text asked.
    """
    own, spoken, plain = set(trades), [(trade, phrase.lower()) for trade, phrase in phrases], text.lower()
    found: list[str] = []
    for chain in (book or current()).chains:
        if not own & chain.trades:
            continue
        said = [phrase for trade, phrase in spoken if trade in chain.trades]
        links = [link.code for link in chain.links if industry_code and industry_code in link.industries]
        links += [link.code for link in chain.links if any(word in phrase for word in link.words for phrase in said)]
        if not links:
            links = [link.code for link in chain.links if any(word in plain for word in link.words)]
        found += list(dict.fromkeys(links)) or [chain.code]
    return tuple(dict.fromkeys(found))


def task(standing: Sequence[bool], coming: Sequence[bool], at: int) -> str:
    """Say what the link at a place asks for, given which links have enterprises and which have leads."""
    if standing[at]:
        return "strengthen"
    if coming[at]:
        return "coming"
    before = any(standing[:at]) or any(coming[:at])
    after = any(standing[at + 1 :]) or any(coming[at + 1 :])
    if before and after:
        return "fill"
    return "extend" if before or after else "begin"


class _Reader:
    """Reads the chains and names the line of whatever is wrong."""

    def __init__(self, text: str, name: str) -> None:
        """Parse the text."""
        self.book, self.text, self.name = parse(text, name), text, name
        self.taken: set[str] = set()

    def broken(self, where: str, what: Text) -> BrokenRules:
        """Make the refusal that names the line where a code stands."""
        line = line_of(self.text, rf"[\"']{re.escape(where)}[\"']")
        return BrokenRules(
            f"{self.name}:{line}: {where}: {what}", line=line, text=say("%(where)s: %(what)s", where=where, what=what)
        )

    def code(self, row: Mapping[str, Any], what: str) -> str:
        """Read a code that nobody else has."""
        code = row.get("code")
        if not isinstance(code, str) or not code:
            raise self.broken(what, say("an entry has no code"))
        if code in self.taken:
            raise self.broken(code, say("the code is used twice"))
        self.taken.add(code)
        return code

    def one_of(self, row: Mapping[str, Any], key: str, known: Iterable[str]) -> str:
        """Read a word that must be among the known ones."""
        if row.get(key) not in set(known):
            raise self.broken(str(row["code"]), say("unknown %(key)s %(value)s", key=key, value=row.get(key)))
        return str(row[key])

    def link(self, chain: str, row: Mapping[str, Any]) -> Link:
        """Read one link."""
        code = self.code(row, chain)
        if not code.startswith(f"{chain}."):
            raise self.broken(code, say("the code of a link begins with its chain's"))
        words = tuple(str(word).lower() for word in row.get("words", ()))
        industries = tuple(str(number) for number in row.get("industries", ()))
        if not words or not all(words):
            raise self.broken(code, say("a link needs words that name it"))
        for number in industries:
            if not re.fullmatch(r"\d{4}", number):
                raise self.broken(code, say("%(code)s is no industry code of four digits", code=number))
        label = str(row.get("label", code))
        return Link(code, label, self.one_of(row, "place", LINKS), words, industries, self.one_of(row, "basis", BASES))

    def chains(self, trades: Iterable[str] | None) -> Chains:
        """Check and assemble everything; trades are those of the lexicon, when they are known."""
        known, found = set(trades or ()), []
        for row in self.book.tables.get("chain", []):
            code = self.code(row, "[[chain]]")
            own = frozenset(row.get("trades", ()))
            if not own or (known and own - known):
                wrong = ", ".join(sorted(own - known)) or "—"
                raise self.broken(code, say("unknown trades: %(trades)s", trades=wrong))
            links = tuple(self.link(code, link) for link in row.get("link", ()))
            order = [LINKS.index(link.place) for link in links]
            if not links or order != sorted(order):
                raise self.broken(code, say("links stand in order from upstream to downstream"))
            park = self.one_of(row, "park", (*PARKS, ""))
            basis = self.one_of(row, "basis", BASES)
            found.append(Chain(code, str(row.get("label", code)), park, own, basis, links))
        if not found:
            raise self.broken("[[chain]]", say("there is no chain"))
        return Chains(self.book.version, self.book.in_force_from, tuple(found))


def read(text: str, name: str = "scoring/chains.toml", trades: Iterable[str] | None = None) -> Chains:
    """Read chains from their text or refuse them, naming the line."""
    return _Reader(text, name).chains(trades)


@lru_cache
def current() -> Chains:
    """Load the chains that stand beside this module once."""
    return read(Path(__file__).with_name("chains.toml").read_text(encoding="utf-8"))
