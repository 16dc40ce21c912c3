"""A closed month: which one may be closed, its figures as one text, and the hash that shows that nobody touched it."""

from __future__ import annotations

import hashlib
import json
import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from crm.core.errors import refuse, say
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
