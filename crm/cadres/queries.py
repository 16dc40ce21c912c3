"""Questions about postings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.cadres.models import Posting, PostingChange
from crm.core.clock import shanghai_date
from crm.core.prepared import Prepared

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class PostingRow:
    """One posting with the names around it."""

    id: int
    cadre_id: int
    cadre_name: str
    home_unit: str
    host_place: str
    host_unit: str
    post: str
    direction: str
    starts_on: date
    ends_on: date
    post_kind: str = ""
    offline: bool = False
    closed_at: datetime | None = None
    entered_on: date | None = None

    def running(self, day: date) -> bool:
        """Tell whether the posting runs on a day."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class ChangeRow:
    """One change of a posting's end."""

    kind: str
    old_end: date
    new_end: date
    reason: str
    by_name: str
    at: datetime


def _rows(query: Any) -> list[PostingRow]:
    return [
        PostingRow(
            row["id"],
            row["cadre"],
            row["cadre_name"],
            row["home_unit_name"] or row["home_elsewhere"],
            row["host_place"],
            row["host_unit"],
            row["post"],
            row["direction"],
            row["starts_on"],
            row["ends_on"],
            row["post_kind"],
            row["offline"],
            row["closed_at"],
            shanghai_date(row["created_at"]),
        )
        for row in query.dicts()
    ]


def _base() -> Any:
    return (
        Posting.select(Posting, Person.name.alias("cadre_name"), Unit.name.alias("home_unit_name"))
        .join(Person, on=(Posting.cadre == Person.id))
        .left_outer_join(Unit, on=(Posting.home_unit == Unit.id))
    )


def postings(*, cadre_id: int | None = None) -> list[PostingRow]:
    """Return postings, the latest first."""
    query = _base().order_by(Posting.starts_on.desc(), Posting.id.desc())
    return _rows(query.where(Posting.cadre == cadre_id) if cadre_id is not None else query)


def own_postings(cadre_id: int) -> list[PostingRow]:
    """Return one cadre's postings, the latest first; the phone page asks this all day long."""
    found = []
    for *names, unit, elsewhere, place, host, post, way, start, end, kind, offline, closed, made in _OWN.rows(cadre_id):
        key, cadre, name = names
        found.append(PostingRow(key, cadre, name, unit or elsewhere, place, host, post, way, start, end, kind, offline,
                                closed, shanghai_date(made)))  # fmt: skip
    return found


_OWN = Prepared(
    lambda cadre: Posting.select(
        Posting.id, Posting.cadre, Person.name, Unit.name, Posting.home_elsewhere, Posting.host_place,
        Posting.host_unit, Posting.post, Posting.direction, Posting.starts_on, Posting.ends_on, Posting.post_kind,
        Posting.offline, Posting.closed_at, Posting.created_at,
    )
    .join(Person, on=(Posting.cadre == Person.id))
    .left_outer_join(Unit, on=(Posting.home_unit == Unit.id))
    .where(Posting.cadre == cadre)
    .order_by(Posting.starts_on.desc(), Posting.id.desc())
)  # fmt: skip


def posting(posting_id: int) -> PostingRow | None:
    """Return one posting."""
    rows = _rows(_base().where(Posting.id == posting_id))
    return rows[0] if rows else None


def posting_on(cadre_id: int, day: date) -> PostingRow | None:
    """Return the cadre's posting that runs on a day."""
    rows = _rows(_base().where((Posting.cadre == cadre_id) & (Posting.starts_on <= day) & (Posting.ends_on >= day)))
    return rows[0] if rows else None


def first_days(cadre_ids: list[int]) -> list[tuple[int, date]]:
    """Return the first day of each cadre's first posting."""
    query: Any = (
        Posting.select(Posting.cadre, fn.MIN(Posting.starts_on))
        .where(Posting.cadre.in_(cadre_ids))
        .group_by(Posting.cadre)
    )
    return [(int(cadre), day) for cadre, day in query.tuples()]


def offline_cadres(day: date) -> list[PostingRow]:
    """Return the postings that run on a day at places which cannot reach this network."""
    return _rows(_base().where((Posting.starts_on <= day) & (Posting.ends_on >= day) & Posting.offline))


def postings_within(start: date, end: date, *, cadre_id: int | None = None) -> list[PostingRow]:
    """Return the postings (or a cadre's) that touch a period."""
    query = _base().where((Posting.starts_on <= end) & (Posting.ends_on >= start)).order_by(Person.pinyin)
    return _rows(query if cadre_id is None else query.where(Posting.cadre == cadre_id))


def changes_of(posting_id: int) -> list[ChangeRow]:
    """Return the changes of a posting's end, newest first."""
    query = (
        PostingChange.select(PostingChange, Person.name.alias("by_name"))
        .left_outer_join(Person, on=(PostingChange.by == Person.id))
        .where(PostingChange.posting == posting_id)
        .order_by(PostingChange.id.desc())
    )
    return [
        ChangeRow(row["kind"], row["old_end"], row["new_end"], row["reason"], row["by_name"] or "", row["at"])
        for row in query.dicts()
    ]
