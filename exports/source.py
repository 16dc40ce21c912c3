"""Rows on their way into a sheet: a list at hand, or a spool that keeps many rows outside of memory."""

from __future__ import annotations

import marshal
from datetime import date, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Protocol, Self

from exports.survey import Look, Surveyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from exports.shapes import Column, Value
    from exports.words import Words

    Block = Sequence[Sequence[Value]]
    """Some rows, column by column: this way each column is looked at and written in one go."""

BLOCK = 500
_LENGTH = 8
_IN_MEMORY = 4 * 1024 * 1024
_EPOCH = date(1899, 12, 30)
_FIRST_TRUE_DAY = date(1900, 3, 1)
"""Before this day Excel's calendar is wrong (it knows a 29 February 1900)."""
_DAY = timedelta(days=1)


def day_number(value: date) -> float | int | str:
    """Return a day (or a moment) as the number that spreadsheets keep; a day before their calendar stays text."""
    if isinstance(value, datetime):
        return (value - datetime(_EPOCH.year, _EPOCH.month, _EPOCH.day)) / _DAY  # noqa: DTZ001 - naive by contract
    return value.isoformat() if value < _FIRST_TRUE_DAY else (value - _EPOCH).days


def day_of(number: int) -> date:
    """Return the day that a spreadsheet's number stands for."""
    return _EPOCH + number * _DAY


class Source(Protocol):
    """Rows that can be gone through more than once."""

    def __len__(self) -> int:
        """Count the rows."""

    def blocks(self) -> Iterator[Block]:
        """Give the rows block by block."""

    def survey(self, columns: Sequence[Column], words: Words) -> tuple[Surveyed, ...]:
        """Look over every column."""


class Listed:
    """Rows that are at hand as a list."""

    def __init__(self, rows: Sequence[Sequence[Value]]) -> None:
        """Keep the list."""
        self.rows = rows

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def blocks(self) -> Iterator[Block]:
        """Give the rows block by block."""
        for start in range(0, len(self.rows), BLOCK):
            yield list(zip(*self.rows[start : start + BLOCK], strict=True))

    def survey(self, columns: Sequence[Column], words: Words) -> tuple[Surveyed, ...]:
        """Look over every column."""
        looks = [Look(column) for column in columns]
        for block in self.blocks():
            for look, values in zip(looks, block, strict=True):
                look.see(values)
        return tuple(look.done(words) for look in looks)


class Spool:
    """Rows kept in a file without a name, looked over as they come; days stand in it as their numbers.

    However many rows there are, memory holds a block. Closed it is gone, also when the process is killed.
    """

    def __init__(self, columns: Sequence[Column], check: Callable[[int], None] | None = None) -> None:
        """Start an empty spool; `check` is told how many rows there are and may raise to stop."""
        self._looks = [Look(column) for column in columns]
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the spool
        self._count = 0
        self._check = check

    def __enter__(self) -> Self:
        """Use the spool for a block."""
        return self

    def __exit__(self, *_fault: object) -> None:
        """Forget the rows."""
        self._file.close()

    def add(self, block: Block) -> None:
        """Keep some rows, given column by column; numbers and texts only."""
        for look, values in zip(self._looks, block, strict=True):
            look.see(values)
        data = marshal.dumps([list(values) for values in block])
        self._file.write(len(data).to_bytes(_LENGTH, "big"))
        self._file.write(data)
        self._count += len(block[0])
        if self._check is not None:
            self._check(self._count)

    def __len__(self) -> int:
        """Count the rows."""
        return self._count

    def blocks(self) -> Iterator[Block]:
        """Give the rows block by block."""
        self._file.seek(0)
        left, given = self._count, 0
        while left:
            size = int.from_bytes(self._file.read(_LENGTH), "big")
            block: Any = marshal.loads(self._file.read(size))  # noqa: S302 - written by this process a moment ago
            left -= len(block[0])
            given += len(block[0])
            yield block
            if self._check is not None:
                self._check(self._count + given)

    def survey(self, _columns: Sequence[Column], words: Words) -> tuple[Surveyed, ...]:
        """Say what was seen of every column."""
        return tuple(look.done(words) for look in self._looks)
