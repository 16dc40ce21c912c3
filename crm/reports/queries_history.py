"""Reads the history of projects into columns: all of it once, and again of those that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.audit.models import AuditEntry
from crm.core.clock import SHANGHAI
from crm.leads.models import Contact, LeadFact
from crm.reports.queries_states import BATCH, raw_rows
from crm.reports.rules_history import CODES, OTHER, History, Relation, ordered
from crm.reports.rules_matrix import UNKNOWN
from crm.reports.rules_standing import RUNG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crm.reports.rules_matrix import Array, Vocabulary

UNSEEN = ("themes", "clusters")
"""Facts that the rules write by themselves: no sign that anybody worked on the project."""
SIGNS = ("lead.create", "lead.edit", "lead.contact", "stage.move", "status.change", "contract.record", "paid_in.record")
"""Deeds that count as an update of a project."""
CHUNK = 20_000
A_SECOND = 1_000_000
A_DAY = 24 * 3600 * A_SECOND
EPOCH = date(1970, 1, 1).toordinal()
OFFSET = int(SHANGHAI.utcoffset(None).total_seconds()) * A_SECOND
"""The zone is a fixed offset."""
LISTS = ("themes", "clusters")
AMOUNTS = ("investment_fen", "contracted", "paid_in", "landed_fen")


def read_history(ids: Sequence[int] | None, vocabulary: Vocabulary) -> History:
    """Read the history of some projects, or of all, in the order in which it was recorded."""
    facts = _chunks(
        LeadFact.select(LeadFact.id, LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on,
                        LeadFact.opening, LeadFact.recorded_at), LeadFact, LeadFact.lead, ids,
    )  # fmt: skip
    contacts = _chunks(
        Contact.select(Contact.id, Contact.lead, Contact.happened_on, Contact.recorded_at), Contact, Contact.lead, ids
    )
    deeds = _chunks(
        AuditEntry.select(AuditEntry.id, AuditEntry.thing_id, AuditEntry.at).where(
            (AuditEntry.thing_kind == "lead") & (AuditEntry.outcome == "done") & AuditEntry.action.in_(SIGNS)
        ), AuditEntry, AuditEntry.thing_id, ids,
    )  # fmt: skip
    told, noted = _facts(facts, vocabulary)
    return History(ordered(told), _signs(noted, contacts, deeds))


def _chunks(query: Any, table: Any, lead: Any, ids: Sequence[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of a question in the order of their ids, column by column, some thousands at a time."""
    if ids is None:
        last = 0
        while rows := raw_rows(query.where(table.id > last).order_by(table.id).limit(CHUNK)):
            last = rows[-1][0]
            yield list(zip(*rows, strict=True))
        return
    # Of few projects in one piece: asked for in order, a planner might rather walk the whole table by its id.
    parts = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    few = sorted(row for part in parts for row in raw_rows(query.where(lead.in_(part))))
    if few:
        yield list(zip(*few, strict=True))


class _Read(dict[Any, int]):
    """What was read before is read only once; most days and words come thousands of times."""

    def __init__(self, read: Callable[[Any], int]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, key: Any) -> int:
        """Read what is new."""
        found = self[key] = self.read(key)
        return found


def _day(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) else date.fromisoformat(str(value)[:10]).toordinal()


def _readers(vocabulary: Vocabulary) -> dict[str, _Read]:
    found = {fact: _Read(lambda value: vocabulary.place(value or "")) for fact in ("status", "source", "park")}
    found |= {fact: _Read(lambda value: vocabulary.place((value or "").split(";")[0])) for fact in LISTS}
    found |= {fact: _Read(lambda value: UNKNOWN if value in (None, "") else int(value)) for fact in AMOUNTS}
    found |= {
        "stage": _Read(lambda value: RUNG[value]), "unit_id": _Read(lambda value: int(value or 0)),
        "landed": _Read(lambda value: _day(value) if value else 0),
    }  # fmt: skip
    return found


def _facts(chunks: Iterator[list[tuple[Any, ...]]], vocabulary: Vocabulary) -> tuple[dict[str, Array], list[Array]]:
    """Return the facts as columns, and who was worked on when (project and moment, each pair once)."""
    readers, days, others = _readers(vocabulary), _Read(_day), _Read(lambda _value: 0)
    parts: list[dict[str, Array]] = []
    noted: list[Array] = []
    for _ids, leads, facts, values, happened, opening, recorded in chunks:
        part: dict[str, Array] = {
            "group": np.array([CODES.get(fact, OTHER) for fact in facts], dtype=np.int8),
            "lead": np.array(leads, dtype=np.int64),
            "day": np.array([days[value] for value in happened], dtype=np.int32),
            "recorded": _moments(recorded),
            "value": np.array(
                [readers.get(fact, others)[value] for fact, value in zip(facts, values, strict=True)], dtype=np.int64
            ),
            "opening": np.array(opening, dtype=bool),
        }
        parts.append(part)
        seen = np.array([fact not in UNSEEN for fact in facts])
        noted.append(np.unique(np.stack([part["lead"][seen], part["recorded"][seen]]), axis=1))
    if not parts:
        return {name: np.zeros(0, dtype=kind) for name, kind in (
            ("group", np.int8), ("lead", np.int64), ("day", np.int32), ("recorded", np.int64), ("value", np.int64),
            ("opening", bool),
        )}, noted  # fmt: skip
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, noted


def micros(moment: datetime) -> int:
    """Return a naive UTC moment as microseconds, as columns hold it."""
    return round(moment.replace(tzinfo=UTC).timestamp() * A_SECOND)


def _shanghai_days(recorded: Array) -> Array:
    """Return the Shanghai day of each moment as an ordinal."""
    return (recorded + OFFSET) // A_DAY + EPOCH


def _moments(values: Sequence[Any]) -> Array:
    return np.array(values, dtype="datetime64[us]").astype(np.int64)


def _signs(noted: list[Array], contacts: Any, deeds: Any) -> Relation:
    """Return every day on which somebody worked on a project."""
    days = _Read(_day)
    leads, when, recorded = [part[0] for part in noted], [_shanghai_days(part[1]) for part in noted], [
        part[1] for part in noted
    ]  # fmt: skip
    for _ids, of, happened, at in contacts:
        leads.append(np.array(of, dtype=np.int64))
        when.append(np.array([days[value] for value in happened], dtype=np.int64))
        recorded.append(_moments(at))
    for _ids, of, at in deeds:
        leads.append(np.array(of, dtype=np.int64))
        recorded.append(_moments(at))
        when.append(_shanghai_days(recorded[-1]))
    none = np.zeros(0, dtype=np.int64)
    lead = np.concatenate([none, *leads])
    return ordered({
        "group": np.zeros(len(lead), dtype=np.int8), "lead": lead, "recorded": np.concatenate([none, *recorded]),
        "day": np.concatenate([none, *when]).astype(np.int32),
    })  # fmt: skip
