"""A statement whose text is spelled out once: later calls only put their values in.

peewee spends more time spelling out a statement than the database spends answering it. Where a page is opened all day
long, the question is built with its first values, the text is kept for as many values as a list has, and the rows
come back as tuples, read by peewee's own converters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crm.core.db import database, is_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRST_DAY = date(1, 1, 1)
FIRST_MOMENT = datetime(1, 1, 1)  # noqa: DTZ001 - a mark, naive like every moment in the tables
FIRST_NUMBER = -(2**62)


@dataclass(frozen=True)
class _Text:
    """One spelled-out statement: its text, its parameters with the place of each value, and how rows are read."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: tuple[Any, ...]


def _mark(value: object, at: int) -> Any:
    """Return a value of the same type that no question would ask for, so that its place can be found."""
    if isinstance(value, datetime):
        return FIRST_MOMENT + timedelta(seconds=at)
    if isinstance(value, date):
        return FIRST_DAY + timedelta(days=at)
    if isinstance(value, str):
        return f"\ue000{at}"  # a private letter: PostgreSQL takes no NUL in texts
    if isinstance(value, int) and not isinstance(value, bool):
        return FIRST_NUMBER + at
    message = f"a prepared statement takes numbers, texts, days and moments, not {value!r}"
    raise TypeError(message)


class Prepared:
    """A question in one statement, built by a function of its values; a list of values stands for `IN`."""

    def __init__(self, build: Callable[..., Any]) -> None:
        """Keep how the statement is built; nothing is asked yet."""
        self._build = build
        self._texts: dict[tuple[Any, ...], _Text] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Ask with these values and return the rows."""
        shape = (is_sqlite(), *(len(value) if isinstance(value, list) else -1 for value in values))
        given = [one for value in values for one in (value if isinstance(value, list) else (value,))]
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = self._spelled(values, given)
        params = list(text.params)
        for place, at in text.places:
            params[place] = given[at]
        cursor = database.execute_sql(text.sql, params)
        plain = all(one is None for one in text.converters)
        found = cursor.fetchall()
        return [tuple(row) for row in found] if plain else [self._read(row, text.converters) for row in found]

    @staticmethod
    def _read(row: Sequence[Any], converters: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value if read is None else read(value) for value, read in zip(row, converters, strict=True)
        )

    def _spelled(self, values: Sequence[Any], given: list[Any]) -> _Text:
        marks = [_mark(value, at) for at, value in enumerate(given)]
        left = iter(marks)
        query = self._build(
            *([next(left) for _ in value] if isinstance(value, list) else next(left) for value in values)
        ).tuples()
        sql, params = query.sql()
        places = tuple(
            (place, at) for place, held in enumerate(params) for at, mark in enumerate(marks)
            if type(held) is type(mark) and held == mark
        )  # fmt: skip
        if {at for _, at in places} != set(range(len(marks))):
            message = "a value of a prepared statement does not stand in it as it was given"
            raise LookupError(message)
        wrapper = query._get_cursor_wrapper(database.execute_sql(sql, params))  # noqa: SLF001 - peewee's own reading
        wrapper.initialize()
        return _Text(sql, tuple(params), places, tuple(wrapper.converters))
