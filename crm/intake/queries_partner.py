"""Questions about partners: is the form open, who has a link, which hints wait."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.core.clock import shanghai_date
from crm.core.paging import PAGE, Page, pack, unpack
from crm.intake.models_partner import Partner, PartnerHint, PartnerSwitch
from crm.intake.rules_partner import receipt

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class PartnerRow:
    """One partner with how much it sent."""

    id: int
    name: str
    hint: str
    created_at: datetime
    closed_at: datetime | None
    sent: int
    accepted: int


@dataclass(frozen=True)
class HintRow:
    """One hint as the officers see it."""

    id: int
    partner: str
    received_at: datetime
    values: dict[str, Any]
    state: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    lead_id: int | None

    @property
    def number(self) -> str:
        """Return the number on the partner's receipt."""
        return receipt(self.id, shanghai_date(self.received_at).year)


def form_is_open() -> bool:
    """Tell whether partners may send hints at all."""
    return bool(PartnerSwitch.select().where(PartnerSwitch.is_open).exists())


def partners() -> list[PartnerRow]:
    """Return all partners by name with how many hints they sent and how many became leads."""
    taken = fn.COUNT(PartnerHint.lead_id)
    query = (
        Partner.select(Partner, fn.COUNT(PartnerHint.id).alias("sent"), taken.alias("accepted"))
        .left_outer_join(PartnerHint, on=(PartnerHint.partner == Partner.id))
        .group_by(Partner.id)
        .order_by(Partner.name)
    )
    return [
        PartnerRow(
            row["id"], row["name"], row["hint"], row["created_at"], row["closed_at"], row["sent"], row["accepted"]
        )
        for row in query.dicts()
    ]


def partner_name(code_hash: str) -> str | None:
    """Return whose link this is while it is open, or None."""
    row = Partner.get_or_none((Partner.code_hash == code_hash) & Partner.closed_at.is_null())
    return str(row.name) if row else None


def _hints(query: Any) -> list[HintRow]:
    return [
        HintRow(
            row["id"], row["partner_name"], row["received_at"], json.loads(row["values"]), row["state"],
            row["decided_by_name"], row["decided_at"], row["reason"], row["lead_id"],
        )
        for row in query.dicts()
    ]  # fmt: skip


def _base() -> Any:
    return PartnerHint.select(PartnerHint, Partner.name.alias("partner_name")).join(Partner)


def hints_page(state: str, cursor: str | None = None, size: int = PAGE) -> Page[HintRow]:
    """Return hints of one state: waiting ones the oldest first, decided ones the newest first."""
    oldest_first = state == "waiting"
    query = _base().where(PartnerHint.state == state).limit(size + 1)
    mark = unpack(cursor, 1)
    if mark and isinstance(mark[1][0], int):
        query = query.where(PartnerHint.id > mark[1][0] if oldest_first else PartnerHint.id < mark[1][0])
    found = _hints(query.order_by(PartnerHint.id.asc() if oldest_first else PartnerHint.id.desc()))
    more, found = len(found) > size, found[:size]
    return Page(tuple(found), pack([found[-1].id]) if more else None, None)


def hint(hint_id: int) -> HintRow | None:
    """Return one hint."""
    found = _hints(_base().where(PartnerHint.id == hint_id))
    return found[0] if found else None


def waiting_hints() -> int:
    """Return how many hints wait for an officer."""
    return int(PartnerHint.select().where(PartnerHint.state == "waiting").count())
