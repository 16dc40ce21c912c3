"""Questions about the tariff, the journal and the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person
from crm.core.prepared import Prepared
from crm.credit.models import (
    CreditEntry,
    CreditEvent,
    CreditMark,
    CreditTariff,
)
from crm.credit.rules_ledger import Line, Statement, Wanted, read_statement, replayed
from crm.credit.rules_tariff import Tariff, read_tariff, shipped
from crm.leads.models import Lead
from crm.support.queries_rules import rule_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from crm.support.rules_city import RuleItem

BATCH = 400
_read: dict[str, Tariff] = {}


def tariffs() -> dict[str, Tariff]:
    """Return every adopted version by its name, with what its own review lets it do."""
    found: dict[str, Tariff] = {}
    rows, items = _TARIFFS.rows(), rule_items("tariff")
    first = min((adopted for _version, _sha256, adopted in rows), default=0)
    for version, sha256, adopted in rows:
        if sha256 not in _read:
            body = CreditTariff.select(CreditTariff.body).where(CreditTariff.sha256 == sha256).limit(1).scalar()
            _read[sha256] = read_tariff(body, f"tariff {version}")
        found[version] = _under_review(_read[sha256], items, first=adopted == first)
    return found


def _under_review(tariff: Tariff, items: list[RuleItem], *, first: bool) -> Tariff:
    """Say of a version since when its review has passed, and from which day on it may count."""
    own = [row for row in items if row.version == tariff.version and row.fingerprint == tariff.sha256 and not row.over]
    passed = [row for row in own if row.lets_out]
    reviewed_on = min((row.concluded_on for row in passed if row.concluded_on), default=None)
    if first or any(row.standing.state == "in_force" for row in own):
        return replace(tariff, reviewed_on=reviewed_on)
    entered = min((row.recorded_on for row in passed if row.recorded_on), default=None)
    until = None if any(row.standing.cleared_until is None for row in passed) else max(
        (row.standing.cleared_until for row in passed if row.standing.cleared_until), default=None
    )
    return replace(
        tariff, reviewed_on=reviewed_on, counts_from=entered + timedelta(days=1) if entered else None,
        counts_until=until,
    )  # fmt: skip


def _adopted() -> Any:
    return CreditTariff.select(CreditTariff.version, CreditTariff.sha256, CreditTariff.id).order_by(
        CreditTariff.in_force_from, CreditTariff.id
    )


_TARIFFS = Prepared(_adopted)


def tariffs_or_shipped() -> dict[str, Tariff]:
    """Return the adopted versions, or the shipped one before anything was settled."""
    return tariffs() or {shipped().version: shipped()}


def every_tariff() -> dict[str, Tariff]:
    """Return the adopted versions and the one in the file, which a settlement has perhaps not adopted yet."""
    found = tariffs()
    in_file = shipped()
    if in_file.version not in found:
        found[in_file.version] = _under_review(in_file, rule_items("tariff"), first=not found)
    return found


def edited_without_version() -> str:
    """Return the shipped version's name when its text differs from what was adopted under that name."""
    row: Any = CreditTariff.get_or_none(CreditTariff.version == shipped().version)
    return "" if row is None or row.sha256 == shipped().sha256 else str(row.version)


def latest_of(*, leads: Iterable[int] = (), cadres: Iterable[int] = (), enterprises: Iterable[str] = ()
              ) -> dict[str, tuple[int, Statement]]:  # fmt: skip
    """Return the latest statement of every key that ever was about these leads, cadres or enterprises."""
    found: dict[str, tuple[int, Statement]] = {}
    for asked, values in ((_OF_LEADS, leads), (_OF_CADRES, cadres), (_OF_ENTERPRISES, enterprises)):
        listed = list(values)
        for at in range(0, len(listed), BATCH):
            for event_id, body in asked.rows(listed[at : at + BATCH]):
                one = _recalled(body)
                found[one.key] = (event_id, one)
    return found


def _latest(column: Any) -> Prepared:
    def build(values: Any) -> Any:
        keys = CreditEvent.select(CreditEvent.key).where(column.in_(values))
        newest = CreditEvent.select(fn.MAX(CreditEvent.id)).where(CreditEvent.key.in_(keys)).group_by(CreditEvent.key)
        return CreditEvent.select(CreditEvent.id, CreditEvent.body).where(CreditEvent.id.in_(newest))

    return Prepared(build)


_OF_LEADS, _OF_CADRES = _latest(CreditEvent.lead), _latest(CreditEvent.cadre)
_OF_ENTERPRISES = _latest(CreditEvent.enterprise)


@lru_cache(maxsize=4096)
def _recalled(body: str) -> Statement:
    """Read a statement that was read lately without parsing it again: a text of the journal never changes."""
    return read_statement(body)


def entry_of(row: dict[str, Any]) -> Wanted:
    """Return the reckoning of one stored line."""
    return Wanted(
        cadre=row["cadre"], event_key=row["event_key"], item=row["item"], part=row["part"], points=row["points"],
        base=row["base"], coefficient=row["coefficient"], share_bps=row["share_bps"], counted_on=row["counted_on"],
        posting=row["posting_id"], tariff=row["tariff"], lead=row["lead"],
    )  # fmt: skip


def standing_entries(keys: Iterable[str]) -> list[tuple[int, Wanted]]:
    """Return the entries by some events that no later line reversed."""
    listed, found = sorted(keys), []
    for at in range(0, len(listed), BATCH):
        clause = CreditEntry.event_key.in_(listed[at : at + BATCH])
        undone = CreditEntry.select(CreditEntry.reverses).where(clause & CreditEntry.reverses.is_null(False))
        query: Any = CreditEntry.select().where(clause & CreditEntry.reverses.is_null() & CreditEntry.id.not_in(undone))
        found += [(int(row["id"]), entry_of(row)) for row in query.dicts()]
    return found


def journal() -> Iterator[list[Statement]]:
    """Return the whole journal, batch by batch in the order it was written."""
    query: Any = CreditEvent.select(CreditEvent.batch, CreditEvent.body).order_by(CreditEvent.id).tuples()
    for _batch, rows in groupby(query.iterator(), key=lambda row: row[0]):
        yield [read_statement(body) for _, body in rows]


def stored_lines() -> Iterator[tuple[int, Wanted, date, int | None, str]]:
    """Return every line of the ledger in order: id, entry, day of what made it, what it reverses, why."""
    query: Any = CreditEntry.select().order_by(CreditEntry.id).dicts()
    for row in query.iterator():
        yield int(row["id"]), entry_of(row), row["happened_on"], row["reverses"], row["reason"]


def last_settled() -> int:
    """Return the last entry of the trail that was settled."""
    row: Any = CreditMark.get_or_none(CreditMark.id == 1)
    return int(row.last_audit_id) if row else 0


def reports_settled_on() -> date | None:
    """Return the Shanghai day on which missed reports were last settled."""
    row: Any = CreditMark.get_or_none(CreditMark.id == 1)
    return row.reports_on if row else None


def last_entry() -> int:
    """Return the number of the ledger's last line."""
    return int(CreditEntry.select(fn.MAX(CreditEntry.id)).scalar() or 0)


@dataclass(frozen=True)
class EntryRow:
    """One line of the ledger with the names and the event behind it."""

    id: int
    cadre_id: int
    cadre_name: str
    lead_id: int | None
    number: str
    project: str
    item: str
    part: str
    points: int
    base: int
    coefficient: int
    share_bps: int
    counted_on: date
    happened_on: date
    recorded_at: datetime
    tariff: str
    reverses: int | None
    reason: str
    event_key: str
    evidence: tuple[str, int, str]


def entries(*, cadre_id: int | None = None, lead_id: int | None = None, start: date | None = None,
            end: date | None = None, until: int | None = None) -> list[EntryRow]:  # fmt: skip
    """Return lines of the ledger by account day, of a cadre, a lead or everybody, up to a line's number."""
    columns = [getattr(CreditEntry, name) for name in ENTRY_COLUMNS]
    query: Any = (
        CreditEntry.select(*columns, Person.name, Lead.number, Lead.name, CreditEvent.body)
        .join(Person, on=(CreditEntry.cadre == Person.id))
        .switch(CreditEntry)
        .join(CreditEvent, on=(CreditEntry.event == CreditEvent.id))
        .switch(CreditEntry)
        .left_outer_join(Lead, on=(CreditEntry.lead == Lead.id))
        .order_by(CreditEntry.counted_on, CreditEntry.id)
    )
    for clause in (
        None if cadre_id is None else CreditEntry.cadre == cadre_id,
        None if lead_id is None else CreditEntry.lead == lead_id,
        None if start is None else CreditEntry.counted_on >= start,
        None if end is None else CreditEntry.counted_on <= end,
        None if until is None else CreditEntry.id <= until,
    ):
        query = query if clause is None else query.where(clause)
    return [_entry_row(row) for row in query.tuples()]


ENTRY_COLUMNS = (
    "id", "cadre", "lead", "item", "part", "points", "base", "coefficient", "share_bps", "counted_on", "happened_on",
    "recorded_at", "tariff", "reverses", "reason", "event_key",
)  # fmt: skip


def _entry_row(row: tuple[Any, ...]) -> EntryRow:
    key, cadre, lead, *rest = row[: len(ENTRY_COLUMNS)]
    name, number, project, body = row[len(ENTRY_COLUMNS) :]
    # Only the evidence is read from the event's statement: a whole statement for each line would cost most.
    evidence = json.loads(body)["evidence"]
    values = [key, cadre, name, lead, number or "", project or "", *rest, tuple(evidence)]
    return EntryRow(*values)


@dataclass(frozen=True)
class Replay:
    """What a replay of the whole journal came to, beside what the ledger holds."""

    events: int
    lines: int
    points: int
    first_difference: int | None

    @property
    def same(self) -> bool:
        """Tell whether the replay gave exactly the ledger."""
        return self.first_difference is None


def replay() -> Replay:
    """Replay the whole journal from nothing and compare it with the ledger, line by line and in order."""
    events = 0

    def counted() -> Iterator[list[Statement]]:
        nonlocal events
        for batch in journal():
            events += len(batch)
            yield batch

    made = replayed(counted(), tariffs())
    numbers: dict[int, int] = {}
    points, at, different = 0, 0, None
    for at, (entry_id, entry, happened_on, reverses, reason) in enumerate(stored_lines(), 1):
        numbers[entry_id] = at
        points += entry.points
        same = at <= len(made) and made[at - 1] == Line(
            entry, happened_on, numbers.get(reverses) if reverses else None, reason
        )
        if different is None and not same:
            different = at
    if different is None and at != len(made):
        different = at + 1
    return Replay(events, at, points, different)
