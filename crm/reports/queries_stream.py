"""Leads of a list's question as a stream of blocks, column by column: memory holds one block of them."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import count
from typing import TYPE_CHECKING, Any

from peewee import Case, fn

from crm.accounts.models import Person, Unit
from crm.capital.models import Contract
from crm.capital.rules import COUNTED_KINDS
from crm.core.db import database, is_sqlite
from crm.landing.models import Entity
from crm.leads.models import Lead, LeadFact
from crm.leads.queries_list import SORTS, Ask, condition
from crm.leads.rules import STAGES
from crm.profile.rules import dictionary
from crm.reports.models_layouts import MeetingItem
from crm.reports.queries import pipeline_rows, shares_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from crm.core.actor import Actor

BLOCK = 500
_cursors = count()
JOINED: dict[str, Any] = {"unit_name": Unit.name, "owner_name": Person.name, "unit_id": Lead.unit}


def lead_blocks(
    ask: Ask, actor: Actor, names: Iterable[str], *, as_of: date | None = None, known: date | None = None,
    group: str = "", stages: Sequence[str] = (),
) -> Iterator[dict[str, Sequence[Any]]]:  # fmt: skip
    """Give the leads of a list's question in the list's order, the wanted columns as the database has them.

    A past day is answered from the history, by `pipeline_rows`.
    """
    wanted = sorted({"id", *names} - set(EXTRA))
    blocks = (
        _now(ask, actor, wanted, group, stages)
        if as_of is None
        else _then(pipeline_rows(ask, actor, as_of=as_of, known=known), wanted, group, stages)
    )
    asked = [(name, EXTRA[name]) for name in names if name in EXTRA]
    for block in blocks:
        ids = list(block["id"])
        brought: dict[Any, Any] = {}
        for name, (question, place) in asked:
            if question not in brought:
                brought[question] = question(ids, as_of)
            found = brought[question]
            block[name] = [found[one][place] if one in found else None for one in ids]
        yield block


def _now(
    ask: Ask, actor: Actor, wanted: Sequence[str], group: str, stages: Sequence[str]
) -> Iterator[dict[str, Sequence[Any]]]:
    column, falling = SORTS[ask.sort]
    order = (column.desc(), Lead.id.desc()) if falling else (column.asc(), Lead.id.asc())
    first = (_grouped(group),) if group else ()
    where = condition(ask, actor)
    if stages:
        where &= Lead.stage.in_(stages)
    query = (
        Lead.select(*(JOINED[name] if name in JOINED else getattr(Lead, name) for name in wanted))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(where)
        .order_by(*first, *order)
    )
    sql, parameters = query.sql()
    for rows in _fetched(sql, parameters):
        yield dict(zip(wanted, zip(*rows, strict=True), strict=True))


def _fetched(sql: str, parameters: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Read one statement's rows block by block; PostgreSQL hands over a whole answer unless a cursor is declared."""
    if is_sqlite():
        cursor = database.execute_sql(sql, parameters)
        while rows := cursor.fetchmany(BLOCK):
            yield rows
        return
    with database.atomic() if not database.in_transaction() else nullcontext():
        name = f"luodi_rows_{next(_cursors)}"
        database.execute_sql(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", parameters)
        try:
            while rows := database.execute_sql(f"FETCH FORWARD {BLOCK} FROM {name}").fetchall():
                yield rows
        except GeneratorExit:
            # Whoever looks at the first rows only leaves the rest; the transaction may go on.
            database.execute_sql(f"CLOSE {name}")
            raise
        database.execute_sql(f"CLOSE {name}")


def _grouped(group: str) -> Any:
    """Return what a group is sorted by: names as they are, codes in the order of their dictionaries, none last."""
    if group in ("unit", "owner"):
        return (Unit if group == "unit" else Person).pinyin.asc(nulls="LAST")
    ranks = [(code, at) for at, code in enumerate(STAGES if group == "stage" else dictionary(f"{group}s"))]
    return Case(getattr(Lead, group), ranks, len(ranks))


def _rank(row: dict[str, Any], group: str) -> tuple[Any, ...]:
    if group in ("unit", "owner"):
        return (row[f"{group}_name"] or "\uffff",)
    order = list(STAGES if group == "stage" else dictionary(f"{group}s"))
    return (order.index(row[group]) if row[group] in order else len(order),)


def _then(
    rows: list[dict[str, Any]], wanted: Sequence[str], group: str, stages: Sequence[str]
) -> Iterator[dict[str, Sequence[Any]]]:
    if stages:
        rows = [row for row in rows if row["stage"] in stages]
    if group:
        rows = sorted(rows, key=lambda row: _rank(row, group))
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        yield {name: [row[name] for row in part] for name in wanted}


# --- what stands beside a lead: one statement for a block


def _shares(ids: list[int], as_of: date | None) -> dict[int, tuple[Any, ...]]:
    return {lead_id: (shares,) for lead_id, shares in shares_of(ids, as_of).items()}


def _contracts(ids: list[int], as_of: date | None) -> dict[int, tuple[Any, ...]]:
    """Return the first formal contract of each lead, with the agreed dates that the last counted paper gives."""
    query = (
        Contract.select(Contract.lead, Contract.signed_on, Contract.kind, Contract.amount_fen,
                        Contract.agreed_start_on, Contract.agreed_production_on)
        .where(Contract.lead.in_(ids) & Contract.voided_at.is_null() & Contract.kind.in_(COUNTED_KINDS))
        .order_by(Contract.signed_on, Contract.id)
    )  # fmt: skip
    if as_of is not None:
        query = query.where(Contract.signed_on <= as_of)
    found: dict[int, tuple[Any, ...]] = {}
    for lead_id, signed, kind, amount, start, production in query.tuples():
        first = found.get(lead_id)
        if first is None:
            found[lead_id] = (signed, kind, amount, start, production)
        else:
            found[lead_id] = (first[0], first[1], first[2] + amount, start or first[3], production or first[4])
    return found


def _entities(ids: list[int], _as_of: date | None) -> dict[int, tuple[Any, ...]]:
    query = Entity.select(Entity.lead, Entity.name, Entity.uscc, Entity.registered_on).where(Entity.lead.in_(ids))
    return {row[0]: row[1:] for row in query.tuples()}


def _moves(ids: list[int], as_of: date | None) -> dict[int, tuple[Any, ...]]:
    """Return the day on which each lead's works began and its production, where that has happened."""
    query = (
        LeadFact.select(LeadFact.lead, LeadFact.value, fn.MIN(LeadFact.happened_on))
        .where(LeadFact.lead.in_(ids) & (LeadFact.fact == "stage") & LeadFact.value.in_(("started", "producing")))
        .group_by(LeadFact.lead, LeadFact.value)
    )
    if as_of is not None:
        query = query.where(LeadFact.happened_on <= as_of)
    found: dict[int, list[Any]] = {}
    for lead_id, stage, day in query.tuples():
        found.setdefault(lead_id, [None, None])[stage == "producing"] = day
    return {lead_id: tuple(days) for lead_id, days in found.items()}


def _meeting(ids: list[int], _as_of: date | None) -> dict[int, tuple[Any, ...]]:
    query = MeetingItem.select(MeetingItem.lead, MeetingItem.code_name, MeetingItem.matter)
    return {row[0]: row[1:] for row in query.where(MeetingItem.lead.in_(ids)).tuples()}


EXTRA: dict[str, tuple[Callable[[list[int], date | None], dict[int, tuple[Any, ...]]], int]] = {
    "shares": (_shares, 0),
    "signed_on": (_contracts, 0), "contract_kind": (_contracts, 1), "contract_fen": (_contracts, 2),
    "agreed_start_on": (_contracts, 3), "agreed_production_on": (_contracts, 4),
    "entity_name": (_entities, 0), "uscc": (_entities, 1), "registered_on": (_entities, 2),
    "started_on": (_moves, 0), "producing_on": (_moves, 1),
    "code_name": (_meeting, 0), "matter": (_meeting, 1),
}  # fmt: skip
"""Columns that other tables bring: which question, and which place of its answer."""
