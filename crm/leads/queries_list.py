"""The list of leads: filters, sorts, search words and pages by key, as narrow rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.core.paging import PAGE, Page, pack, unpack
from crm.core.prepared import Prepared
from crm.leads import search
from crm.leads.models import Claim, Lead
from crm.leads.queries import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.core.actor import Actor

FILTERS = ("stage", "status", "source", "park", "theme", "cluster", "unit", "owner", "landed", "cadre")
SORTS: dict[str, tuple[Any, bool]] = {
    "updated": (Lead.updated_at, True),
    "amount": (fn.COALESCE(Lead.investment_fen, -1), True),
    "stage": (Lead.stage_since, False),
    "name": (Lead.name_pinyin, False),
}
BIGINT_DIGITS = 18
CODE = re.compile(r"\w{1,40}")


@dataclass(frozen=True)
class Ask:
    """What a list is asked for: filters by code, search words, sort."""

    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: str = "updated"

    @staticmethod
    def of(arguments: Mapping[str, str]) -> Ask:
        """Read a list's question from a page's address; unknown names and sorts are left out."""
        asked = {name: str(arguments.get(name) or "").strip() for name in FILTERS}
        filters = {name: code for name, code in asked.items() if CODE.fullmatch(code)}
        sort = arguments.get("sort", "updated")
        return Ask(filters, arguments.get("q", "").strip()[:100], sort if sort in SORTS else "updated")

    def address(self) -> dict[str, Any]:
        """Return the question as a page's arguments."""
        extra = {"q": self.words} if self.words else {}
        return {**self.filters, **extra, **({"sort": self.sort} if self.sort != "updated" else {})}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One lead as the list shows it."""

    id: int
    number: str
    name: str
    investor: str
    stage: str
    stage_since: date
    opening: bool
    status: str
    investment_fen: int | None
    investment_max_fen: int | None
    theme: str
    cluster: str
    park: str
    source: str
    fit_reason: str
    legs_verified: int
    landed_on: date | None
    last_contact_on: date | None
    updated_at: datetime
    created_at: datetime
    next_steps: str
    fit_version: str
    unit_name: str
    owner_name: str | None


COLUMNS = (
    Lead.id, Lead.number, Lead.name, Lead.investor, Lead.stage, Lead.stage_since, Lead.opening, Lead.status,
    Lead.investment_fen, Lead.investment_max_fen, Lead.theme, Lead.cluster, Lead.park, Lead.source, Lead.fit_reason,
    Lead.legs_verified, Lead.landed_on, Lead.last_contact_on, Lead.updated_at, Lead.created_at, Lead.next_steps,
    Lead.fit_version,
)  # fmt: skip


def condition(ask: Ask, actor: Actor) -> Any:
    """Return the clause of a list's question within what the actor may see."""
    where = visible(actor)
    plain = {"stage": Lead.stage, "status": Lead.status, "source": Lead.source, "park": Lead.park,
             "theme": Lead.theme, "cluster": Lead.cluster}  # fmt: skip
    for name, code in ask.filters.items():
        if name in plain:
            where &= plain[name] == ("" if code == "none" else code)
        elif name == "landed":
            where &= Lead.landed_on.is_null(code != "yes")
        elif name == "cadre":
            mine = Claim.select(Claim.lead).where((Claim.cadre == number_of(code)) & Claim.ended_at.is_null())
            where &= Lead.id.in_(mine)
        else:
            where &= (Lead.unit if name == "unit" else Lead.owner) == number_of(code)
    return where & search.matching(ask.words) if ask.words else where


def number_of(text: str) -> int:
    """Read an id in an address; what is none is 0, which no row has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= BIGINT_DIGITS else 0


def list_page(ask: Ask, actor: Actor, cursor: str | None = None, size: int = PAGE) -> Page[ListRow]:
    """Return one page of the list; a deep page costs what the first one costs."""
    column, falling = SORTS[ask.sort]
    mark = _mark(cursor, ask.sort)
    back = bool(mark and mark[0])
    down = falling != back
    where = condition(ask, actor)
    if mark:
        where &= _beyond(column, mark[1], mark[2], falling=down)
    order = (column.desc(), Lead.id.desc()) if down else (column.asc(), Lead.id.asc())
    query = (
        Lead.select(*COLUMNS, Unit.name, Person.name, column)
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(where)
        .order_by(*order)
        .limit(size + 1)
    )
    found = list(query.tuples())
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    return Page(
        tuple(ListRow(*row[:-1]) for row in found),
        pack([_key(found[-1]), found[-1][0]]) if found and (more or back) else None,
        pack([_key(found[0]), found[0][0]], back=True) if found and (bool(mark) if not back else more) else None,
    )


def own_latest(person_id: int, size: int) -> tuple[list[ListRow], bool]:
    """Return the leads that a cadre reported or has a share in, the latest changed first, and whether there are more.

    What `list_page` gives a posted cadre without filters, by a statement spelled out once: the phone page asks it all
    day long.
    """
    found = _own_statement(size).rows(person_id)
    return [ListRow(*row) for row in found[:size]], len(found) > size


@lru_cache
def _own_statement(size: int) -> Prepared:
    def build(person: Any) -> Any:
        mine = Claim.select(Claim.lead).where((Claim.cadre == person) & Claim.ended_at.is_null())
        return (
            Lead.select(*COLUMNS, Unit.name, Person.name)
            .join(Unit, on=(Lead.unit == Unit.id))
            .left_outer_join(Person, on=(Lead.owner == Person.id))
            .where((Lead.created_by == person) | Lead.id.in_(mine))
            .order_by(Lead.updated_at.desc(), Lead.id.desc())
            .limit(size + 1)
        )

    return Prepared(build)


def _key(row: tuple[Any, ...]) -> Any:
    value = row[-1]
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _mark(cursor: str | None, sort: str) -> tuple[bool, Any, int] | None:
    """Read where a page begins; a cursor that is mangled or made for another sort begins at the first page."""
    found = unpack(cursor, 2)
    if found is None:
        return None
    back, (value, last_id) = found
    try:
        return (back, KEYS[sort](value), last_id) if isinstance(last_id, int) else None
    except (ValueError, TypeError):
        return None


def _amount(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError(value)
    return moment


KEYS: dict[str, Callable[[Any], Any]] = {
    "updated": _moment,
    "amount": _amount,
    "stage": date.fromisoformat,
    "name": _text,
}
"""How each sort's key is read back from a cursor."""


def _beyond(column: Any, value: Any, last_id: int, *, falling: bool) -> Any:
    # The plain bound beside the exact one lets the database start in its index instead of walking to the page.
    if falling:
        return (column <= value) & ((column < value) | (Lead.id < last_id))
    return (column >= value) & ((column > value) | (Lead.id > last_id))


def count(ask: Ask, actor: Actor) -> int:
    """Return how many leads a question has (asked apart from the page, so that the page does not wait for it)."""
    return int(Lead.select().where(condition(ask, actor)).count())


def counts_by(name: str, ask: Ask, actor: Actor) -> dict[str, int]:
    """Return how many leads each code of one filter has, all other filters kept."""
    column = {"stage": Lead.stage, "status": Lead.status, "source": Lead.source, "park": Lead.park,
              "theme": Lead.theme, "cluster": Lead.cluster}[name]  # fmt: skip
    others = Ask({key: code for key, code in ask.filters.items() if key != name}, ask.words, ask.sort)
    query = Lead.select(column, fn.COUNT(Lead.id)).where(condition(others, actor)).group_by(column)
    return {code or "none": int(n) for code, n in query.tuples()}
