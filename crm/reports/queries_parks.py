"""Parks: land and what it carries, and who leads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peewee import Case, fn

from crm.leads.models import Lead
from crm.reports.models import ParkLeader
from crm.reports.rules_parks import LandSum

if TYPE_CHECKING:
    from datetime import date, datetime

LATE = ("signed", "started", "producing", "at_capacity")


def land_sums() -> dict[str, LandSum]:
    """Return land, intensity and tax of the signed projects of each park, opening entries among them."""
    money = Lead.land_cmu.is_null(False) & Lead.investment_fen.is_null(False)
    taxed = Lead.land_cmu.is_null(False) & Lead.annual_tax_fen.is_null(False)

    def when(clause: object, value: object) -> object:
        return fn.COALESCE(fn.SUM(Case(None, ((clause, value),), 0)), 0)

    query = (
        Lead.select(
            Lead.park, fn.COUNT(Lead.id), fn.COALESCE(fn.SUM(Lead.land_cmu), 0), when(money, 1),
            when(money, Lead.land_cmu), when(money, Lead.investment_fen), when(taxed, 1), when(taxed, Lead.land_cmu),
            when(taxed, Lead.annual_tax_fen),
        )
        .where(Lead.stage.in_(LATE) & Lead.status.in_(("active", "paused")))
        .group_by(Lead.park)
    )  # fmt: skip
    return {park: LandSum(*(int(value) for value in values)) for park, *values in query.tuples()}


@dataclass(frozen=True)
class LeaderRow:
    """Who led a park from a day on."""

    park: str
    duty: str
    name: str
    post: str
    from_on: date
    reason: str
    by_name: str
    recorded_at: datetime


def leaders() -> dict[tuple[str, str], list[LeaderRow]]:
    """Return who leads and led each park by duty, the latest first."""
    found: dict[tuple[str, str], list[LeaderRow]] = {}
    for row in ParkLeader.select().order_by(ParkLeader.from_on.desc(), ParkLeader.id.desc()):
        found.setdefault((row.park, row.duty), []).append(
            LeaderRow(row.park, row.duty, row.name, row.post, row.from_on, row.reason, row.by_name, row.recorded_at)
        )
    return found
