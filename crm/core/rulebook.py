"""Rules as data: every table the bureau may edit says its version, the day it is in force from, and its basis."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say

if TYPE_CHECKING:
    from collections.abc import Mapping


class BrokenRules(Exception):  # noqa: N818 - it names the thing that is broken
    """A rule table that cannot be trusted: which file, which line (0 unknown), what is wrong as a sentence."""

    def __init__(self, message: str, *, line: int = 0, text: Text | None = None) -> None:
        """Keep the line and the sentence for pages; the message is for logs and commands."""
        self.line = line
        self.text = text or say("%(what)s", what=message)
        super().__init__(message)


AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Rulebook:
    """One loaded rule table with its head."""

    name: str
    version: str
    in_force_from: date
    basis: str
    tables: Mapping[str, Any]


def line_of(text: str, pattern: str, *, after: int = 0) -> int:
    """Return the first line below `after` that a pattern is found in, or 0."""
    rows = enumerate(text.splitlines(), 1)
    return next((number for number, row in rows if number > after and re.search(pattern, row)), 0)


def parse(text: str, name: str) -> Rulebook:
    """Read a rule table and refuse it when its head is missing; errors name the file and the line or key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: {error}"
        found = AT_LINE.search(str(error))
        sentence = say("This is not written as the format TOML asks: %(what)s", what=error)
        raise BrokenRules(message, line=int(found[1]) if found else 0, text=sentence) from error
    missing = [key for key in ("version", "in_force_from", "basis") if not tables.get(key)]
    if missing:
        message = f"{name}: missing {', '.join(missing)}"
        sentence = say("The head of the rules lacks %(keys)s.", keys=", ".join(missing))
        raise BrokenRules(message, line=1, text=sentence)
    start = tables["in_force_from"]
    if not isinstance(start, date):
        message = f"{name}: in_force_from is not a date"
        raise BrokenRules(message, line=line_of(text, r"in_force_from\s*="), text=say("in_force_from must be a day."))
    return Rulebook(name, str(tables["version"]), start, str(tables["basis"]), tables)


@lru_cache
def load(path: str) -> Rulebook:
    """Load a rule table from its file once."""
    file = Path(path)
    return parse(file.read_text(encoding="utf-8"), f"{file.parent.name}/{file.name}")


def beside(module_file: str, name: str) -> Rulebook:
    """Load the rule table that stands beside a module."""
    return load(str(Path(module_file).resolve().parent / name))
