"""Questions about the register: one enterprise, the list, its history, its months, the totals of the city."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import SQL, Case, fn

from crm.accounts.models import Unit
from crm.accounts.rules import scope
from crm.core.paging import PAGE, Page, pack, unpack
from crm.leads.models import Lead
from crm.leads.rules_names import fold
from crm.statistics.models import CityTotal, Enterprise, EnterpriseFact, MonthlyReturn
from crm.statistics.rules import NAMES, last_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


def reached(actor: Actor, permission: str = "statistics.view") -> Any:
    """Return the clause that keeps the enterprises an actor's permission reaches."""
    reach = scope(actor, permission)
    if reach == "all":
        return SQL("1 = 1")
    return Enterprise.unit == actor.unit_id if reach == "unit" else SQL("1 = 0")


def here_in(month: str) -> Any:
    """Return the clause of the enterprises that owe the figures of a month."""
    end = last_day(month)
    return (Enterprise.entered_on.is_null() | (Enterprise.entered_on <= end)) & (
        Enterprise.left_on.is_null() | (Enterprise.left_on > end)
    )


@dataclass(frozen=True)
class EnterpriseRow:
    """One enterprise as it stands, with the names that its ids mean."""

    id: int
    version: int
    name: str
    uscc: str
    park: str
    industry_code: str
    unit_id: int
    unit_name: str
    statistician: str
    statistician_phone: str
    lead_id: int | None
    lead_number: str
    entered_on: date | None
    left_on: date | None
    scale_on: date | None
    note: str


def _enterprises(*columns: Any) -> Any:
    return (
        Enterprise.select(Enterprise, Unit.name.alias("unit_name"), Lead.number.alias("lead_number"), *columns)
        .join(Unit, on=(Enterprise.unit == Unit.id))
        .switch(Enterprise)
        .left_outer_join(Lead, on=(Enterprise.lead == Lead.id))
    )


def _row(row: dict[str, Any]) -> EnterpriseRow:
    return EnterpriseRow(
        row["id"], row["version"], row["name"], row["uscc"] or "", row["park"], row["industry_code"], row["unit"],
        row["unit_name"], row["statistician"], row["statistician_phone"], row["lead"], row["lead_number"] or "",
        row["entered_on"], row["left_on"], row["scale_on"], row["note"],
    )  # fmt: skip


def enterprise(enterprise_id: int, actor: Actor, permission: str = "statistics.view") -> EnterpriseRow | None:
    """Return one enterprise that an actor's permission reaches, or None."""
    query = _enterprises().where((Enterprise.id == enterprise_id) & reached(actor, permission))
    return next((_row(row) for row in query.dicts()), None)


def register(actor: Actor, permission: str = "statistics.view", month: str = "") -> list[EnterpriseRow]:
    """Return the whole register in reach by name, or only those that owe a month (templates, sheets, checks)."""
    query = _enterprises().where(reached(actor, permission)).order_by(Enterprise.pinyin, Enterprise.id)
    if month:
        query = query.where(here_in(month))
    return [_row(row) for row in query.dicts()]


def enterprises_of_lead(lead_id: int) -> list[tuple[int, str]]:
    """Return the enterprises of the register that came from a project."""
    query: Any = Enterprise.select(Enterprise.id, Enterprise.name).where(Enterprise.lead == lead_id)
    return list(query.order_by(Enterprise.id).tuples())


# --- the list


@dataclass(frozen=True)
class Asked:
    """What the list is asked for: park, name or code, state of a month, and where its page begins."""

    month: str
    park: str = ""
    words: str = ""
    state: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class ListRow:
    """One line of the list: the enterprise, its figures of the asked month (None: no return), and when they came."""

    enterprise: EnterpriseRow
    figures: dict[str, int | None]
    recorded_at: datetime | None


@dataclass(frozen=True)
class Counts:
    """How many enterprises stand on the list, and of how many the month's figures are in."""

    all: int
    owing: int
    returned: int


def _listed(actor: Actor, asked: Asked) -> Any:
    where = reached(actor)
    if asked.park:
        where &= Enterprise.park == asked.park
    if asked.words:
        like = f"%{fold(asked.words)[:60]}%"
        typed = asked.words.strip().lower()[:60].replace("%", "").replace("_", "")
        where &= (Enterprise.name_key ** like) | (Enterprise.uscc ** f"{typed}%") | (
            fn.REPLACE(Enterprise.pinyin, " ", "") ** f"{typed.replace(' ', '')}%"
        )
    return where


def _standing_in(month: str) -> Any:
    return (
        (MonthlyReturn.enterprise == Enterprise.id)
        & (MonthlyReturn.month == month)
        & MonthlyReturn.superseded_at.is_null()
    )


def list_page(actor: Actor, asked: Asked) -> Page[ListRow]:
    """Return one page of the register by name, with each one's figures of the month; one statement."""
    figures = [getattr(MonthlyReturn, name).alias(f"m_{name}") for name in NAMES]
    query = _enterprises(MonthlyReturn.id.alias("m_id"), MonthlyReturn.recorded_at.alias("m_at"), *figures)
    query = query.switch(Enterprise).left_outer_join(MonthlyReturn, on=_standing_in(asked.month))
    where = _listed(actor, asked)
    if asked.state == "missing":
        where &= MonthlyReturn.id.is_null() & here_in(asked.month)
    elif asked.state == "returned":
        where &= MonthlyReturn.id.is_null(False)
    elif asked.state == "left":
        where &= Enterprise.left_on.is_null(False) & (Enterprise.left_on <= last_day(asked.month))
    place = unpack(asked.cursor, 2)
    back, key = place or (False, None)
    if key is not None:
        pinyin, id_ = str(key[0]), key[1] if isinstance(key[1], int) else 0
        beyond = (Enterprise.pinyin < pinyin) | ((Enterprise.pinyin == pinyin) & (Enterprise.id < id_))
        past = (Enterprise.pinyin > pinyin) | ((Enterprise.pinyin == pinyin) & (Enterprise.id > id_))
        where &= beyond if back else past
    order = (
        (Enterprise.pinyin.desc(), Enterprise.id.desc()) if back else (Enterprise.pinyin, Enterprise.id)
    )
    rows = list(query.where(where).order_by(*order).limit(PAGE + 1).dicts())
    more, rows = len(rows) > PAGE, rows[:PAGE]
    rows = rows[::-1] if back else rows
    shown = tuple(
        ListRow(_row(row), {name: row[f"m_{name}"] for name in NAMES} if row["m_id"] else {}, row["m_at"])
        for row in rows
    )
    ends = [pack([row["pinyin"], row["id"]], back=at == 0) for at, row in ((0, rows[0]), (1, rows[-1]))] if rows else []
    return Page(
        shown,
        ends[1] if rows and (more or back) else None,
        ends[0] if rows and (more if back else key is not None) else None,
    )


def list_counts(actor: Actor, asked: Asked) -> Counts:
    """Return how many of the register owe the asked month and how many have sent it."""
    owing = here_in(asked.month)
    query: Any = (
        Enterprise.select(
            fn.COUNT(Enterprise.id), fn.SUM(Case(None, ((owing, 1),), 0)),
            fn.SUM(Case(None, ((owing & MonthlyReturn.id.is_null(False), 1),), 0)),
        )
        .left_outer_join(MonthlyReturn, on=_standing_in(asked.month))
        .where(_listed(actor, asked))
    )  # fmt: skip
    total, due, got = next(iter(query.tuples()))
    return Counts(total or 0, int(due or 0), int(got or 0))


# --- one enterprise


@dataclass(frozen=True)
class FactRow:
    """One entry of an enterprise's history."""

    fact: str
    value: str | None
    happened_on: date
    recorded_at: datetime
    by_name: str
    reason: str


def history(enterprise_id: int) -> list[FactRow]:
    """Return the history of an enterprise, the newest first."""
    query: Any = (
        EnterpriseFact.select(
            EnterpriseFact.fact, EnterpriseFact.value, EnterpriseFact.happened_on, EnterpriseFact.recorded_at,
            EnterpriseFact.by_name, EnterpriseFact.reason,
        )
        .where(EnterpriseFact.enterprise == enterprise_id)
        .order_by(EnterpriseFact.id.desc())
    )  # fmt: skip
    return [FactRow(*row) for row in query.tuples()]


@dataclass(frozen=True)
class ReturnRow:
    """One version of a month's figures."""

    id: int
    month: str
    figures: dict[str, int | None]
    source: str
    sources: dict[str, str]
    statistician: str
    note: str
    reason: str
    by_name: str
    recorded_at: datetime
    superseded_at: datetime | None
    door: str

    def source_of(self, measure: str) -> str:
        """Return the source of one figure."""
        return self.sources.get(measure, self.source)


def returns_of(enterprise_id: int, month: str = "") -> list[ReturnRow]:
    """Return every version of an enterprise's figures (of one month), the newest month first, its versions in order."""
    query = MonthlyReturn.select().where(MonthlyReturn.enterprise == enterprise_id)
    if month:
        query = query.where(MonthlyReturn.month == month)
    query = query.order_by(MonthlyReturn.month.desc(), MonthlyReturn.id)
    return [return_row(row) for row in query.dicts()]


def return_row(row: dict[str, Any]) -> ReturnRow:
    """Return a row of the table as a version of a month's figures."""
    return ReturnRow(
        row["id"], row["month"], {name: row[name] for name in NAMES}, row["source"], json.loads(row["sources"]),
        row["statistician"], row["note"], row["reason"], row["recorded_by_name"], row["recorded_at"],
        row["superseded_at"], row["door"],
    )  # fmt: skip


@dataclass(frozen=True)
class CityRow:
    """One total of the city in one version."""

    id: int
    year: int
    through: int
    indicator: str
    amount_fen: int
    source: str
    note: str
    reason: str
    by_name: str
    recorded_at: datetime
    superseded_at: datetime | None


def city_totals() -> list[CityRow]:
    """Return the totals of the city with their old versions, the newest year first."""
    query: Any = CityTotal.select().order_by(
        CityTotal.year.desc(), CityTotal.through.desc(), CityTotal.indicator, CityTotal.id.desc()
    )
    return [
        CityRow(row.id, row.year, row.through, row.indicator, row.amount_fen, row.source, row.note, row.reason,
                row.recorded_by_name, row.recorded_at, row.superseded_at)
        for row in query
    ]  # fmt: skip
