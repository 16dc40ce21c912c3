"""A closed month: which one may be closed, its figures as one text, and the hash that shows that nobody touched it."""

from __future__ import annotations

import hashlib
import json
import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from crm.core.errors import Refusal, Text, refuse, say
from crm.reports.rules_overview import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.reports.rules_overview import Cube

MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
DECEMBER = 12
EARLIEST_YEAR = 1978


def last_day(month: str) -> date:
    """Return the last day of a month written 2026-10; refuses what is none."""
    found = MONTH.fullmatch(month.strip())
    if not found or not 1 <= int(found[2]) <= DECEMBER or int(found[1]) < EARLIEST_YEAR:
        sentence = say("“%(text)s” is no month; write it like 2026-10.", text=month[:20])
        raise refuse("month.unreadable", sentence, "month")
    year, number = int(found[1]), int(found[2])
    return date(year, number, monthrange(year, number)[1])


def packed(cube: Cube, day: date) -> str:
    """Return every figure of a day as one canonical text: the same figures always make the same bytes."""
    cells = {".".join(key): list(cell) for key, cell in cube.cells.items() if any(cell)}
    return json.dumps({"day": day.isoformat(), "cells": cells}, sort_keys=True, separators=(",", ":"))


def unpacked(text: str) -> Mapping[str, Cell]:
    """Read the figures of a closed month."""
    return {key: Cell(*cell) for key, cell in json.loads(text)["cells"].items()}


def sealed(text: str) -> str:
    """Return the hash over a closed month's figures."""
    return hashlib.sha256(text.encode()).hexdigest()


def flaws(month: str, kept: tuple[date, str, str] | None, said: str | None) -> list[Text]:
    """Return what is wrong with a closed month: its day, figures and hash as kept, and the hash that the trail has."""
    if kept is None:
        return [say("%(month)s was closed and its figures are gone; bring them back from a backup.", month=month)]
    as_of, figures, sha256 = kept
    found = []
    if sealed(figures) != sha256 or not _readable(figures):
        text = say("The figures of the closed month %(month)s were changed after closing; bring them back "
                   "from a backup.", month=month)  # fmt: skip
        found.append(text)
    elif said is not None and said != sha256:
        text = say("%(month)s: the figures have another hash than the trail kept when the month was "
                   "closed.", month=month)  # fmt: skip
        found.append(text)
    if said is None:
        found.append(say("%(month)s stands closed, and the trail knows nothing of it.", month=month))
    try:
        right = last_day(month) == as_of
    except Refusal:
        right = False
    if not right:
        found.append(say("%(month)s is closed as of %(day)s, which is not its last day.", month=month, day=as_of))
    return found


def _readable(figures: str) -> bool:
    try:
        return bool(json.loads(figures)["day"]) and unpacked(figures) is not None
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
