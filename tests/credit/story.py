"""A project of sun's that earns points, brought about through the rooms' own operations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from tests.cast import Cast

WHOLE = 10_000


def credited(cast: Cast, *shares: tuple[int, int], at: datetime = AT - timedelta(days=80), **facts: Any) -> int:
    """Enter a lead and divide its credit (all of it is sun's unless said otherwise)."""
    from crm.leads.operations_facts import share_credit

    lead_id = story.lead(cast, **facts)
    divided = list(shares) or [(cast.sun.person_id or 0, WHOLE)]
    share_credit(lead_id, divided, reason="", by=cast.chen, at=at, reported_at=at)
    return lead_id


def reach(lead_id: int, stage: str, day: date, by: Actor, *, at: datetime = AT) -> None:
    """Write a stage as the pipeline's door does after its requirements were met."""
    from crm.audit.operations import deed
    from crm.leads.operations_facts import record_stage

    with deed("stage.move", by=by, at=at, kind="lead", thing_id=lead_id):
        record_stage(lead_id, stage, happened_on=day, reason="", by=by, at=at)


def turn(lead_id: int, status: str, day: date, by: Actor, *, at: datetime = AT) -> None:
    """Write a status as the pipeline's door does."""
    from crm.audit.operations import deed
    from crm.leads.operations_facts import record_status

    with deed("status.change", by=by, at=at, kind="lead", thing_id=lead_id):
        record_status(lead_id, status, happened_on=day, reason="解约", by=by, at=at)


def sign(lead_id: int, cast: Cast, *, wan: int = 12_000, day: date = DAY - timedelta(days=20)) -> int:
    """Sign a formal contract and reach the stage."""
    from crm.capital.operations import record_contract

    amount = wan * 1_000_000
    values = story.contract(amount_fen=amount, signed_on=day, yearly_plan={2026: amount}, note="按补充约定重签")
    made = record_contract(lead_id, values, by=cast.zhang, at=AT)
    reach(lead_id, "signed", day, cast.zhang)
    return made.id


def sums(cadre: int | None) -> dict[str, int]:
    """Return a cadre's points by item, whatever the day."""
    from collections import Counter

    from crm.credit.queries import entries

    found: Counter[str] = Counter()
    for row in entries(cadre_id=cadre):
        found[row.item] += row.points
    return {item: value for item, value in found.items() if value}


def colleague(cast: Cast, login: str = "wu", place: str = "青白江区", **posting: Any) -> Actor:
    """Enter another cadre with a posting of their own."""
    from crm.cadres.models import Posting

    who = story.person(login, "吴挂职", "cadre", cast.he.unit_id)
    days = {"starts_on": DAY - timedelta(days=100), "ends_on": DAY + timedelta(days=265), **posting}
    Posting.create(cadre=who.person_id, home_unit=cast.he.unit_id, host_place=place, host_unit=f"{place}投促局",
                   created_at=AT, **days)  # fmt: skip
    return who
