"""Questions about parks: the leading industries now and before, and every list of key-support enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text
from crm.core.words import render
from crm.profile.rules import city
from crm.support.models import KeyEnterprise, ParkIndustries, SupportItem
from crm.support.queries import row_of, selected
from crm.support.rules import KEY_LIST
from crm.support.rules_parks import Enterprise

if TYPE_CHECKING:
    from datetime import datetime

    from crm.support.queries import ItemRow


@dataclass(frozen=True)
class IndustriesRow:
    """The leading industries of a park as of one entry; without an entry those of the speech."""

    park: str
    industries: tuple[str, ...]
    reason: str
    by_name: str
    at: datetime | None


def industries_of(park: str) -> IndustriesRow:
    """Return the leading industries of a park in force."""
    return next(iter(industries_history(park)))


def industries_history(park: str) -> list[IndustriesRow]:
    """Return every entry of a park's leading industries, the latest first, those of the speech last."""
    query = ParkIndustries.select().where(ParkIndustries.park == park).order_by(ParkIndustries.id.desc())
    rows = [
        IndustriesRow(park, tuple(row.industries.split("\n")), row.reason, row.by_name, row.at) for row in query
    ]
    shipped = city().tables["park_industries"].get(park, [])
    return [*rows, IndustriesRow(park, tuple(render(Text(name)) for name in shipped), "", "", None)]


def lists_of(park: str) -> list[ItemRow]:
    """Return every list of key-support enterprises of a park, the newest first."""
    query: Any = selected().where((SupportItem.park == park) & (SupportItem.subject == KEY_LIST))
    return [row_of(row) for row in query.order_by(SupportItem.id.desc()).dicts()]


def enterprises_of(item_id: int, edition: int) -> tuple[Enterprise, ...]:
    """Return the enterprises that one edition of a list names."""
    query: Any = (
        KeyEnterprise.select(KeyEnterprise.name, KeyEnterprise.uscc, KeyEnterprise.reason)
        .where((KeyEnterprise.item == item_id) & (KeyEnterprise.edition == edition))
        .order_by(KeyEnterprise.position)
    )
    return tuple(Enterprise(*row) for row in query.tuples())
