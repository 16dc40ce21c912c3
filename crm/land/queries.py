"""Questions about land: the parks' year, parcels with their milestones, townships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, fn

from crm.accounts.rules import scope
from crm.land.models import LandQuota, Parcel, ParcelStep
from crm.land.rules import ParkYear
from crm.leads.models import Lead
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor

WANTING = ("qualified", "negotiating", "signed")
"""Stages in which a project still looks for its land."""


@dataclass(frozen=True)
class StepRow:
    """One milestone of a parcel."""

    code: str
    due_on: date
    done_on: date | None
    document: str
    reason: str


@dataclass(frozen=True)
class ParcelRow:
    """One parcel with its project and milestones."""

    id: int
    name: str
    park: str
    township: str
    year: int
    asked_cmu: int
    asked_on: date
    granted_cmu: int | None
    granted_on: date | None
    document: str
    over_reason: str
    dropped_on: date | None
    note: str
    unit_id: int | None
    lead_id: int | None
    lead_number: str
    lead_name: str
    lead_unit_id: int | None
    steps: tuple[StepRow, ...] = ()


def quotas(year: int) -> dict[str, tuple[int, str]]:
    """Return each park's quota of a year and its basis: what was said last."""
    last = LandQuota.select(fn.MAX(LandQuota.id)).where(LandQuota.year == year).group_by(LandQuota.park)
    return {row.park: (row.area_cmu, row.basis) for row in LandQuota.select().where(LandQuota.id.in_(last))}


def granted_of(park: str, year: int) -> int:
    """Return what was granted to a park's parcels of a year."""
    total = Parcel.select(fn.SUM(Parcel.granted_cmu)).where(
        (Parcel.park == park) & (Parcel.year == year) & Parcel.dropped_on.is_null()
    )
    return int(total.scalar() or 0)


def _unlisted() -> Any:
    listed = Parcel.select(Parcel.lead).where(Parcel.dropped_on.is_null() & Parcel.lead.is_null(False))
    wanting = (Lead.status == "active") & Lead.stage.in_(WANTING) & Lead.land_cmu.is_null(False)
    return wanting & Lead.id.not_in(listed)


def needs_without_parcel(park: str) -> list[tuple[int, str, str, int]]:
    """Return id, number, name and land need of a park's projects behind its figure of needs without a parcel."""
    query = Lead.select(Lead.id, Lead.number, Lead.name, Lead.land_cmu).where(_unlisted() & (Lead.park == park))
    return [tuple(row) for row in query.order_by(Lead.land_cmu.desc(), Lead.id).tuples()]


def park_years(year: int) -> list[ParkYear]:
    """Return the land of every park in a year."""
    said = quotas(year)
    sums = {
        park: (int(asked or 0), int(granted or 0), int(count))
        for park, asked, granted, count in Parcel.select(
            Parcel.park, fn.SUM(Parcel.asked_cmu), fn.SUM(Parcel.granted_cmu), fn.COUNT(Parcel.id)
        )
        .where((Parcel.year == year) & Parcel.dropped_on.is_null())
        .group_by(Parcel.park)
        .tuples()
    }
    needs = {
        park: (int(area or 0), int(count))
        for park, area, count in Lead.select(Lead.park, fn.SUM(Lead.land_cmu), fn.COUNT(Lead.id))
        .where(_unlisted())
        .group_by(Lead.park)
        .tuples()
    }  # fmt: skip
    return [
        _park_year(park, said.get(park, (None, "")), sums.get(park, (0, 0, 0)), needs.get(park, (0, 0)))
        for park in dictionary("parks")
    ]


def _park_year(
    park: str, said: tuple[int | None, str], sums: tuple[int, int, int], needs: tuple[int, int]
) -> ParkYear:
    return ParkYear(park, said[0], said[1], sums[0], sums[1], sums[2], needs[0], needs[1])


def reach(by: Actor, permission: str = "land.record") -> Any:
    """Return the clause of the parcels that an actor may change: all, or those of the own unit and its projects."""
    extent = scope(by, permission)
    if extent == "all":
        return SQL("1 = 1")
    if extent != "unit" or by.unit_id is None:
        return SQL("1 = 0")
    return (Parcel.unit == by.unit_id) | Parcel.lead.in_(Lead.select(Lead.id).where(Lead.unit == by.unit_id))


def _rows(query: Any) -> list[ParcelRow]:
    found = list(query.dicts())
    steps: dict[int, list[StepRow]] = {}
    wanted = ParcelStep.select().where(ParcelStep.parcel.in_([row["id"] for row in found]))
    for step in wanted.order_by(ParcelStep.position):
        steps.setdefault(step.parcel_id, []).append(
            StepRow(step.code, step.due_on, step.done_on, step.document, step.reason)
        )
    plain = ("id", "name", "park", "township", "year", "asked_cmu", "asked_on", "granted_cmu", "granted_on", "document",
             "over_reason", "dropped_on", "note")  # fmt: skip
    return [
        ParcelRow(
            **{name: row[name] for name in plain}, unit_id=row["unit"], lead_id=row["lead"],
            lead_number=row["lead_number"] or "", lead_name=row["lead_name"] or "",
            lead_unit_id=row["lead_unit"], steps=tuple(steps.get(row["id"], ())),
        )
        for row in found
    ]  # fmt: skip


def _base() -> Any:
    return Parcel.select(
        Parcel, Lead.number.alias("lead_number"), Lead.name.alias("lead_name"), Lead.unit.alias("lead_unit")
    ).left_outer_join(Lead, on=(Parcel.lead == Lead.id))


def parcels(year: int, park: str = "") -> list[ParcelRow]:
    """Return the parcels of a year with their milestones, those that were given up last."""
    query = _base().where(Parcel.year == year)
    if park:
        query = query.where(Parcel.park == park)
    return _rows(query.order_by(Parcel.dropped_on.is_null(False), Parcel.park, Parcel.township, Parcel.id))


def parcel(parcel_id: int) -> ParcelRow | None:
    """Return one parcel."""
    rows = _rows(_base().where(Parcel.id == parcel_id))
    return rows[0] if rows else None


def may_change(parcel_id: int, by: Actor) -> bool:
    """Tell whether an actor may change a parcel."""
    return bool(Parcel.select(Parcel.id).where((Parcel.id == parcel_id) & reach(by)).exists())
