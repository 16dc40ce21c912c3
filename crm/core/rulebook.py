"""Rules as data: every table the bureau may edit says its version, the day it is in force from, and its basis."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class BrokenRules(Exception):  # noqa: N818 - it names the thing that is broken
    """A rule table that cannot be trusted: which file, what is wrong."""


@dataclass(frozen=True)
class Rulebook:
    """One loaded rule table with its head."""

    name: str
    version: str
    in_force_from: date
    basis: str
    tables: Mapping[str, Any]


def parse(text: str, name: str) -> Rulebook:
    """Read a rule table and refuse it when its head is missing; errors name the file and the line or key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: {error}"
        raise BrokenRules(message) from error
    missing = [key for key in ("version", "in_force_from", "basis") if not tables.get(key)]
    if missing:
        message = f"{name}: missing {', '.join(missing)}"
        raise BrokenRules(message)
    start = tables["in_force_from"]
    if not isinstance(start, date):
        message = f"{name}: in_force_from is not a date"
        raise BrokenRules(message)
    return Rulebook(name, str(tables["version"]), start, str(tables["basis"]), tables)


@lru_cache
def load(path: str) -> Rulebook:
    """Load a rule table from its file once."""
    file = Path(path)
    return parse(file.read_text(encoding="utf-8"), f"{file.parent.name}/{file.name}")


def beside(module_file: str, name: str) -> Rulebook:
    """Load the rule table that stands beside a module."""
    return load(str(Path(module_file).resolve().parent / name))
