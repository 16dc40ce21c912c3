"""Columns written in one step give the same statements to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from peewee import fn

from crm.accounts.models import Person, Unit
from crm.core.columns import write_columns_in_one_step, write_columns_in_steps
from crm.leads.models import Claim, Lead

if TYPE_CHECKING:
    from collections.abc import Callable


def joined() -> Any:
    other = Unit.alias("other")
    return (
        Lead.select(Lead, Unit.name.alias("unit_name"), other.name, fn.COUNT(Claim.id))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .left_outer_join(other, on=(Person.unit == other.id))
        .left_outer_join(Claim, on=(Claim.lead == Lead.id))
        .where(Lead.id.in_(Claim.select(Claim.lead).where(Claim.cadre == Lead.owner)) & (Lead.name == 'a"b`c'))
        .group_by(Lead.id)
        .order_by(Lead.updated_at.desc())
    )


def counted() -> Any:
    inner = Lead.select(Lead.unit, fn.SUM(Lead.investment_fen).alias("fen")).group_by(Lead.unit).alias("inner")
    return Unit.select(Unit.name, inner.c.fen).join(inner, on=(inner.c.unit_id == Unit.id))


STATEMENTS: list[Callable[[], Any]] = [
    joined, counted,
    lambda: Lead.update(version=Lead.version + 1).where(Lead.id == 3),
    lambda: Lead.delete().where(Lead.name == "x"),
    lambda: Unit.insert(code="x", name="y", pinyin="z", office="other").on_conflict_ignore(),
    lambda: Lead.select(Lead.id) | Lead.select(Lead.id).where(Lead.stage == "signed"),
]  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_one_step_writes_what_many_steps_write(db: Any, statement: Callable[[], Any]) -> None:
    try:
        write_columns_in_steps()
        slow = statement().sql()
        write_columns_in_one_step()
        assert statement().sql() == slow
    finally:
        write_columns_in_one_step()
