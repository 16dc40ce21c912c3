"""Writes a column's name into a statement in one step: peewee spends most of a page's time spelling out columns."""

from __future__ import annotations

from typing import Any

from peewee import SCOPE_VALUES, Column, Table

_in_steps = Column.__sql__


def _in_one_step(column: Any, ctx: Any) -> Any:
    """Write `"t1"."name"` at once; whatever is not a plain column of a plain table goes peewee's own way."""
    source, quotes = column.source, ctx.state.quote or '""'
    if type(source) is not Table or ctx.scope == SCOPE_VALUES:
        return _in_steps(column, ctx)
    if source._alias:  # noqa: SLF001 - what peewee's own step does
        ctx.alias_manager[source] = source._alias  # noqa: SLF001
    alias, left, right = ctx.alias_manager[source], quotes[0], quotes[-1]
    if left in column.name or left in alias:
        return _in_steps(column, ctx)
    return ctx.literal(f"{left}{alias}{right}.{left}{column.name}{right}")


def write_columns_in_one_step() -> None:
    """Let every statement of this process be written so; the text is the same to the letter."""
    Column.__sql__ = _in_one_step


def write_columns_in_steps() -> None:
    """Give peewee its own way back (the test compares both)."""
    Column.__sql__ = _in_steps
