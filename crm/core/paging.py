"""Paging by key: a cursor remembers the last row's sort values, so a deep page costs what the first one costs."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
PAGE = 50
LONGEST_CURSOR = 2000
WHOLE = 2**63


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows and the cursors to its neighbours."""

    rows: tuple[Row, ...]
    next_cursor: str | None
    previous_cursor: str | None


def pack(values: list[Any], *, back: bool = False) -> str:
    """Make an opaque cursor of the sort values of a boundary row."""
    raw = json.dumps([int(back), *values], ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def unpack(cursor: str | None, width: int) -> tuple[bool, list[Any]] | None:
    """Read a cursor back; anything mangled counts as no cursor (the first page), never as an error."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != width + 1 or values[0] not in (0, 1):
        return None
    return (bool(values[0]), values[1:]) if all(_sound(value) for value in values) else None


def day_and_id(cursor: str | None) -> tuple[date, int] | None:
    """Read the cursor of a list that is sorted by a day and then by id; anything mangled counts as no cursor."""
    at = unpack(cursor, 2)
    if at is None or not isinstance(at[1][1], int):
        return None
    try:
        return date.fromisoformat(str(at[1][0])), at[1][1]
    except ValueError:
        return None


def _sound(value: object) -> bool:
    """Tell whether a database takes a value: a BIGINT, or text that can be stored."""
    if isinstance(value, str):
        return "\0" not in value and value.encode(errors="ignore").decode() == value
    return isinstance(value, int) and -WHOLE <= value < WHOLE
