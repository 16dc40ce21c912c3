"""Versions of rules as text: which kinds there are, how a draft is read, its head rewritten, two texts compared."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Refusal, say
from crm.core.rulebook import BrokenRules, line_of
from crm.scoring import rules_lexicon, rules_scorecard
from crm.support.rules_city import RULE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from crm.scoring.rules_lexicon import Lexicon
    from crm.scoring.rules_scorecard import Scorecard

KINDS = {kind: RULE_NAMES[kind] for kind in ("lexicon", "scorecard")}
LONGEST = 600_000
VERSION_LINE = re.compile(r"^version\s*=\s*.*$", re.MULTILINE)
DATE_LINE = re.compile(r"^in_force_from\s*=\s*.*$", re.MULTILINE)
NAME = re.compile(r"[\w.\-]{1,40}")


def read_rules(kind: str, text: str) -> Lexicon | Scorecard:
    """Read a text as rules of its kind, or refuse it naming the line and the place."""
    name = f"{kind}.toml"
    return rules_lexicon.read(text, name) if kind == "lexicon" else rules_scorecard.read(text, name)


def shipped(kind: str) -> Lexicon | Scorecard:
    """Return the rules that came along: version one."""
    return rules_lexicon.current() if kind == "lexicon" else rules_scorecard.current()


def checked(kind: str, text: str) -> Lexicon | Scorecard:
    """Read a draft, or refuse it in words: which line, what is wrong."""
    if len(text) > LONGEST:
        raise Refusal([Finding("rules.long", say("At most %(n)s characters.", n=LONGEST), "text")])
    try:
        found = read_rules(kind, text)
    except BrokenRules as broken:
        line = _line_text(text, broken.line)
        sentence = say("Line %(line)s “%(text)s”: %(what)s", line=broken.line, text=line, what=broken.text)
        if not broken.line:
            sentence = broken.text
        raise Refusal([Finding("rules.broken", sentence, "text")]) from broken
    except (TypeError, AttributeError, KeyError, ValueError, RecursionError) as error:
        # A value of the wrong shape (a word where a table is asked) that no check of the reader named.
        sentence = say("The text cannot be read as rules: %(what)s", what=str(error)[:200])
        raise Refusal([Finding("rules.broken", sentence, "text")]) from error
    if not NAME.fullmatch(found.version):
        line_number = line_of(text, VERSION_LINE.pattern)
        sentence = say("Line %(line)s: a version's name has letters, digits, dots and dashes.", line=line_number)
        raise Refusal([Finding("rules.version", sentence, "text")])
    return found


def _line_text(text: str, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""


def next_version(version: str, taken: Iterable[str] = ()) -> str:
    """Return the next free name: the last number of 2026.1 counts on."""
    used = set(taken)
    head, number = re.fullmatch(r"(.*?)(\d*)", version, re.DOTALL).groups()  # type: ignore[union-attr]
    count = int(number or 0) + 1
    while f"{head}{count}" in used:
        count += 1
    return f"{head}{count}"


def version_in(text: str) -> str:
    """Return the version's name in the head of a text, without reading the whole."""
    found = VERSION_LINE.search(text)
    return found[0].partition("=")[2].partition("#")[0].strip().strip("\"'") if found else ""


def with_version(text: str, version: str) -> str:
    """Write another version's name into the head of a text."""
    return VERSION_LINE.sub(f'version = "{version}"', text, count=1)


def with_day(text: str, day: date) -> str:
    """Write the day of coming into force into the head of a text."""
    return DATE_LINE.sub(f"in_force_from = {day.isoformat()}", text, count=1)


def text_hash(text: str) -> str:
    """Return the hash of a text as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()


def reviewed_hash(text: str) -> str:
    """Return the hash of what a review is about: everything but the day of coming into force."""
    return text_hash(DATE_LINE.sub("", text, count=1))


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison: kind (same, gone, new, skip), its numbers on both sides, its text."""

    kind: str
    old_number: int | None
    new_number: int | None
    text: str


def compare(old: str, new: str, around: int = 2) -> list[DiffLine]:
    """Compare two texts line by line; stretches without a change are left out but for a few lines around."""
    before, after = old.splitlines(), new.splitlines()
    found: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(around):
        if found or group[0][1] > 0:
            found.append(DiffLine("skip", None, None, "…"))
        for kind, a, b, c, d in group:
            if kind == "equal":
                found += [DiffLine("same", a + n + 1, c + n + 1, before[a + n]) for n in range(b - a)]
                continue
            found += [DiffLine("gone", number + 1, None, before[number]) for number in range(a, b)]
            found += [DiffLine("new", None, number + 1, after[number]) for number in range(c, d)]
    return found
