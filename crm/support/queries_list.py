"""Lists of support items: filtered and paged, the reviewer's desk, the register; and one item whole."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Unit
from crm.core.paging import PAGE, Page, pack, unpack
from crm.files.models import StoredFile
from crm.leads.models import Lead
from crm.support.models import SupportEvent, SupportHearing, SupportItem, SupportReview, SupportText
from crm.support.queries import ItemRow, reachable, row_of, selected
from crm.support.rules import RULE, SUPPORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from crm.core.actor import Actor

FILTERS = ("state", "kind", "park", "unit", "subject", "measure", "step")
CODE = re.compile(r"\w{1,40}")
MOST_REGISTER = 20_000


@dataclass(frozen=True)
class Ask:
    """What a list of items is asked for."""

    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""

    @staticmethod
    def of(arguments: Mapping[str, str]) -> Ask:
        """Read a list's question from a page's address; what is unknown is left out."""
        asked = {name: str(arguments.get(name) or "").strip() for name in FILTERS}
        return Ask({name: code for name, code in asked.items() if CODE.fullmatch(code)},
                   str(arguments.get("q") or "").strip()[:60])  # fmt: skip

    def address(self, **others: str) -> dict[str, Any]:
        """Return the question as a page's arguments, some of them changed; an empty one is left out."""
        whole = {**self.filters, "q": self.words, **others}
        return {name: value for name, value in whole.items() if value}


def _asked(ask: Ask, by: Actor) -> Any:
    clause: Any = reachable(by)
    if "subject" not in ask.filters:
        clause = clause & (SupportItem.subject == SUPPORT)
    for name, code in ask.filters.items():
        if name == "unit":
            if code.isdigit() and len(code) < 18:  # noqa: PLR2004 - what a BIGINT holds
                clause = clause & (SupportItem.unit == int(code))
        else:
            clause = clause & (getattr(SupportItem, name) == code)
    if ask.words:
        like = f"%{ask.words}%"
        clause = clause & (
            (SupportItem.title**like) | (SupportItem.condition**like) | (Lead.name**like) | (Lead.number**like)
        )
    return clause


def items_page(ask: Ask, by: Actor, cursor: str | None = None) -> Page[ItemRow]:
    """Return one page of items, the latest touched first."""
    query = selected().where(_asked(ask, by))
    after = unpack(cursor, 1)
    if after is not None and isinstance(after[1][0], int):
        query = query.where(SupportItem.id < after[1][0])
    rows = [row_of(row) for row in query.order_by(SupportItem.id.desc()).limit(PAGE + 1).dicts()]
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(tuple(rows), pack([rows[-1].id]) if more else None, None)


def counts(ask: Ask, by: Actor) -> dict[str, int]:
    """Return how many items stand in each state under the other filters."""
    others = Ask({name: code for name, code in ask.filters.items() if name != "state"}, ask.words)
    query: Any = (
        SupportItem.select(SupportItem.state, fn.COUNT(SupportItem.id))
        .left_outer_join(Lead, on=(SupportItem.lead == Lead.id))
        .where(_asked(others, by))
        .group_by(SupportItem.state)
    )
    return {str(state): int(n) for state, n in query.tuples()}


def desk(by: Actor, *, limit: int = 200) -> list[ItemRow]:
    """Return what lies on the reviewer's desk, the longest waiting first: handed in and not concluded."""
    query = selected().where(
        reachable(by, "support.review") & (SupportItem.state == "proposed") & SupportItem.sent_at.is_null(False)
    )
    return [row_of(row) for row in query.order_by(SupportItem.sent_at, SupportItem.id).limit(limit).dicts()]


def expiring(by: Actor, permission: str, until: date, *, limit: int = 200) -> list[ItemRow]:
    """Return the items whose exception ends by a day or has ended, and that still stand."""
    query = selected().where(
        reachable(by, permission) & SupportItem.cleared_until.is_null(False) & (SupportItem.cleared_until <= until)
        & SupportItem.state.in_(("reviewed", "agreed", "in_force"))
    )  # fmt: skip
    return [row_of(row) for row in query.order_by(SupportItem.cleared_until, SupportItem.id).limit(limit).dicts()]


def to_reword(by: Actor, *, limit: int = 200) -> list[ItemRow]:
    """Return the items that wait for the drafting unit: a change was asked for and not made yet."""
    query = selected().where(
        reachable(by, "support.edit") & (SupportItem.state == "proposed") & (SupportItem.conclusion == "changed")
        & SupportItem.sent_at.is_null()
    )  # fmt: skip
    return [row_of(row) for row in query.order_by(SupportItem.updated_at).limit(limit).dicts()]


# --- one item whole


@dataclass(frozen=True)
class HearingRow:
    """Somebody who was heard."""

    who: str
    heard_on: date
    how: str
    said: str
    by_name: str


@dataclass(frozen=True)
class ReviewRow:
    """One conclusion with its document."""

    id: int
    item_id: int
    edition: int
    drafting_unit: str
    first_opinion: str
    heard: int
    conclusion: str
    opinion: str
    asked_change: str
    document_no: str
    file_id: int
    file_name: str
    concluded_on: date
    ground: str
    no_milder: str
    exception_until: date | None
    end_conditions: str
    by_name: str
    unit_name: str
    at: datetime
    confirmed_edition: int | None
    confirmed_at: datetime | None
    confirmed_by_name: str
    voided_at: datetime | None
    void_reason: str


@dataclass(frozen=True)
class TextRow:
    """One edition of a text."""

    edition: int
    body: dict[str, str | None]
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class EventRow:
    """One sentence of an item's history."""

    what: str
    note: str
    happened_on: date
    by_name: str
    at: datetime


def hearings_of(item_id: int) -> list[HearingRow]:
    """Return who was heard about an item."""
    query = SupportHearing.select().where(SupportHearing.item == item_id).order_by(SupportHearing.id)
    return [HearingRow(row.who, row.heard_on, row.how, row.said, row.by_name) for row in query]


def _reviews(clause: Any) -> Any:
    return (
        SupportReview.select(SupportReview, Unit.name.alias("unit_name"), StoredFile.original_name.alias("file_name"))
        .left_outer_join(Unit, on=(SupportReview.unit == Unit.id))
        .left_outer_join(StoredFile, on=(SupportReview.file_id == StoredFile.id))
        .where(clause)
    )


def _review(row: dict[str, Any]) -> ReviewRow:
    return ReviewRow(
        row["id"], row["item"], row["edition"], row["drafting_unit"], row["first_opinion"], row["heard"],
        row["conclusion"], row["opinion"], row["asked_change"], row["document_no"], row["file_id"],
        row["file_name"] or "", row["concluded_on"], row["ground"], row["no_milder"], row["exception_until"],
        row["end_conditions"], row["by_name"], row["unit_name"] or "", row["at"], row["confirmed_edition"],
        row["confirmed_at"], row["confirmed_by_name"], row["voided_at"], row["void_reason"],
    )  # fmt: skip


def reviews_of(item_id: int) -> list[ReviewRow]:
    """Return every conclusion about an item, the latest first, void ones among them."""
    return [_review(row) for row in _reviews(SupportReview.item == item_id).order_by(SupportReview.id.desc()).dicts()]


def review(review_id: int) -> ReviewRow | None:
    """Return one conclusion."""
    return next((_review(row) for row in _reviews(SupportReview.id == review_id).dicts()), None)


def texts_of(item_id: int) -> list[TextRow]:
    """Return every edition of an item's text, the latest first."""
    query = SupportText.select().where(SupportText.item == item_id).order_by(SupportText.edition.desc())
    return [TextRow(row.edition, json.loads(row.body), row.reason, row.by_name, row.at) for row in query]


def events_of(item_id: int) -> list[EventRow]:
    """Return what happened to an item, the latest first."""
    query = SupportEvent.select().where(SupportEvent.item == item_id).order_by(SupportEvent.id.desc())
    return [EventRow(row.what, row.note, row.happened_on, row.by_name, row.at) for row in query]


# --- the register


@dataclass(frozen=True)
class RegisterRow:
    """One line of the register: an item, and the conclusion that stands (or the last one), with who was heard."""

    item: ItemRow
    review: ReviewRow | None
    heard: tuple[str, ...]


def register(by: Actor, *, subject: str = "", rule: str = "", since: date | None = None, until: date | None = None,
             limit: int = MOST_REGISTER) -> list[RegisterRow]:  # fmt: skip
    """Return the register of reviews: every item handed in or concluded, in the order of its number."""
    rows = [row_of(row) for row in _registered(by, subject, rule).limit(limit).dicts()]
    return [row for row in _lines(rows) if _within(row, since, until)]


def register_page(by: Actor, *, subject: str = "", rule: str = "", cursor: str | None = None,
                  size: int = PAGE) -> Page[RegisterRow]:  # fmt: skip
    """Return one page of the register in the order of its numbers."""
    after, query = unpack(cursor, 1), _registered(by, subject, rule)
    if after is not None and isinstance(after[1][0], int):
        query = query.where(SupportItem.id > after[1][0])
    rows = [row_of(row) for row in query.limit(size + 1).dicts()]
    following = pack([rows[size - 1].id]) if len(rows) > size else None
    return Page(tuple(_lines(rows[:size])), following, None)


def _registered(by: Actor, subject: str, rule: str) -> Any:
    clause: Any = reachable(by, "support.register")
    if subject:
        clause = clause & (SupportItem.subject == subject)
    if rule:
        clause = clause & (SupportItem.subject == RULE) & SupportItem.rule_version.startswith(f"{rule} ")
    return selected().where(clause).order_by(SupportItem.id)


def _lines(rows: list[ItemRow]) -> list[RegisterRow]:
    ids = [row.id for row in rows]
    latest: dict[int, ReviewRow] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for row in _reviews(SupportReview.item.in_(some)).order_by(SupportReview.id).dicts():
            latest[row["item"]] = _review(row)
    heard = _heard(ids)
    return [RegisterRow(row, latest.get(row.id), heard.get(row.id, ())) for row in rows]


def _within(row: RegisterRow, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    day = row.review.concluded_on if row.review else row.item.proposed_at.date()
    return (since is None or day >= since) and (until is None or day <= until)


def _heard(ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    known = list(ids)
    for start in range(0, len(known), 500):
        query: Any = (
            SupportHearing.select(SupportHearing.item, SupportHearing.who, SupportHearing.heard_on)
            .where(SupportHearing.item.in_(known[start : start + 500]))
            .order_by(SupportHearing.id)
        )
        for item_id, who, day in query.tuples():
            found[item_id] = (*found.get(item_id, ()), f"{who}（{day.isoformat()}）")
    return found
