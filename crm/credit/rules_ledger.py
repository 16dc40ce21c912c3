"""From what happened to points: which entries a set of events asks for, and how the ledger comes to hold them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from crm.credit.rules import MILLI, divided

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.credit.rules_tariff import Item, Tariff

START = "start"
SIGNING = "signing"
ORDER = ("qualified", "visit", "signed", "landed", "started", "paid_in", "producing", "top500")


@dataclass(frozen=True)
class Share:
    """One cadre's part in a lead on the day of an event; without a posting it lapses."""

    cadre: int
    bps: int
    posting: int | None
    tail: bool = False


@dataclass(frozen=True)
class Statement:
    """What the rooms say about one event now; the journal keeps every version of it."""

    key: str
    kind: str
    day: date
    lead: int | None = None
    number: str = ""
    project: str = ""
    """Investor and site: what is one project however many leads it stands under."""
    enterprise: str = ""
    amount_fen: int | None = None
    coefficient: tuple[str, int] = ("ordinary", MILLI)
    tariff: str = ""
    reviewed: bool = False
    stands: bool = True
    why: str = ""
    ended_on: date | None = None
    false: bool = False
    evidence: tuple[str, int, str] = ("", 0, "")
    shares: tuple[Share, ...] = ()

    def body(self) -> str:
        """Return the statement as canonical text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))


def read_statement(body: str) -> Statement:
    """Read a statement back from its canonical text."""
    values = json.loads(body)
    values["day"] = date.fromisoformat(values["day"])
    values["ended_on"] = date.fromisoformat(values["ended_on"]) if values["ended_on"] else None
    values["coefficient"] = (values["coefficient"][0], values["coefficient"][1])
    evidence = values["evidence"]
    values["evidence"] = (evidence[0], evidence[1], evidence[2])
    values["shares"] = tuple(Share(**share) for share in values["shares"])
    return Statement(**values)


@dataclass(frozen=True)
class Wanted:
    """One entry that the events ask for: whose, by which event, how many thousandths, and how they were reckoned."""

    cadre: int
    event_key: str
    item: str
    part: str
    points: int
    base: int
    coefficient: int
    share_bps: int
    counted_on: date
    posting: int | None
    tariff: str
    lead: int | None

    @property
    def identity(self) -> tuple[int, str, str, str]:
        """Return what makes two entries the same one: cadre, event, item and part."""
        return self.cadre, self.event_key, self.item, self.part


def wanted(statements: Iterable[Statement], tariffs: Mapping[str, Tariff]) -> dict[tuple[int, str, str, str], Wanted]:
    """Return the entries that all statements of one enterprise (or about one cadre's reports) ask for."""
    projects: dict[str, list[Statement]] = defaultdict(list)
    found: list[Wanted] = []
    visits = []
    said = sorted(statements, key=lambda one: (one.day, one.key))
    false = {one.project for one in said if one.false}
    for one in said:
        if one.kind in ("report_missed", "false_report"):
            found += _deduction(one, tariffs)
        elif one.kind == "visit":
            visits.append(one)
        else:
            projects[one.project].append(one)
    for project, rows in projects.items():
        if project not in false:
            found += _of_project([one for one in rows if one.stands and one.tariff in tariffs], tariffs)
    found += _first_visit([one for one in visits if one.project not in false], tariffs)
    return {one.identity: one for one in found if one.points}


def _deduction(one: Statement, tariffs: Mapping[str, Tariff]) -> list[Wanted]:
    if not one.stands or one.tariff not in tariffs:
        return []
    points = -tariffs[one.tariff].deductions[one.kind].points
    return [entry for share in one.shares for entry in [_entry(one, share, one.kind, "", points, points)]]


def _first_visit(visits: list[Statement], tariffs: Mapping[str, Tariff]) -> list[Wanted]:
    """Count an enterprise's first visit that counts for anybody; later ones bring nothing."""
    for one in visits:
        if one.stands and one.tariff in tariffs and any(share.posting for share in one.shares):
            return _spread(one, "visit", "", tariffs[one.tariff].items["visit"].points)
    return []


def _of_project(rows: list[Statement], tariffs: Mapping[str, Tariff]) -> list[Wanted]:
    """Count one project: each item once, money by its running sum."""
    first: dict[str, Statement] = {}
    for one in rows:
        first.setdefault(one.kind, one)
    found: list[Wanted] = []
    for kind in ("qualified", "landed", "started", "producing", "top500"):
        if kind in first:
            item = tariffs[first[kind].tariff].items[kind]
            found += _spread(first[kind], kind, "", _points(item, first[kind]))
    if "signed" in first:
        found += _signed(first["signed"], first.get("started"), tariffs)
    return found + _paid_in([one for one in rows if one.kind == "paid_in"], tariffs)


def _points(item: Item, one: Statement) -> int:
    if item.points_after_review is not None and one.reviewed:
        return item.points_after_review
    return item.points


def _signed(signed: Statement, started: Statement | None, tariffs: Mapping[str, Tariff]) -> list[Wanted]:
    """Count a formal contract by its amount: half at signing and half when works start."""
    item = tariffs[signed.tariff].items["signed"]
    points = item.band(signed.amount_fen)
    if not item.half_at_start:
        return _spread(signed, "signed", "", points)
    found = _spread(signed, "signed", SIGNING, points - points // 2)
    if started is not None:
        later = replace(started, coefficient=signed.coefficient, tariff=signed.tariff)
        found += _spread(later, "signed", START, points // 2)
    return found


def _paid_in(rows: list[Statement], tariffs: Mapping[str, Tariff]) -> list[Wanted]:
    found: list[Wanted] = []
    total = 0
    for one in rows:
        item = tariffs[one.tariff].items["paid_in"]
        before, total = total, total + (one.amount_fen or 0)
        found += _spread(one, "paid_in", "", item.stepped(total) - item.stepped(before))
    return found


def _spread(one: Statement, item: str, part: str, base: int) -> list[Wanted]:
    """Divide an event's points among the shares; what falls to somebody outside a posting lapses."""
    whole = base * one.coefficient[1] // MILLI
    parts = divided(whole, [share.bps for share in one.shares])
    return [
        _entry(one, share, item, part, points, base)
        for share, points in zip(one.shares, parts, strict=True)
        if share.posting is not None
    ]


def _entry(one: Statement, share: Share, item: str, part: str, points: int, base: int) -> Wanted:
    return Wanted(
        cadre=share.cadre, event_key=one.key, item=item, part=part, points=points, base=base,
        coefficient=one.coefficient[1], share_bps=share.bps, counted_on=one.day, posting=share.posting,
        tariff=one.tariff, lead=one.lead,
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One line to be added to the ledger: a new entry, or the reversal of one that stands."""

    entry: Wanted
    reverses: int | None = None


def steps(standing: Mapping[tuple[int, str, str, str], tuple[int, Wanted]],
          asked: Mapping[tuple[int, str, str, str], Wanted]) -> list[Step]:  # fmt: skip
    """Return the lines that bring the ledger from what stands to what is asked; equal ones stay untouched."""
    found = []
    for identity in sorted({*standing, *asked}, key=lambda one: (one[1], one[2], one[3], one[0])):
        old, new = standing.get(identity), asked.get(identity)
        if old is not None and old[1] != new:
            found.append(Step(replace(old[1], points=-old[1].points), reverses=old[0]))
        if new is not None and (old is None or old[1] != new):
            found.append(Step(new))
    return found


@dataclass(frozen=True)
class Line:
    """One line of the ledger before it is stored: the entry, the day of what made it, and what it reverses."""

    entry: Wanted
    happened_on: date
    reverses: int | None = None
    reason: str = ""


class Book:
    """The ledger and what it rests on, held in memory: takes changed statements and says which lines follow.

    One class serves the settling of a few leads and the replay of everything, so that both give the same lines.
    """

    def __init__(self, tariffs: Mapping[str, Tariff]) -> None:
        """Begin with nothing."""
        self.tariffs = tariffs
        self.latest: dict[str, Statement] = {}
        self.standing: dict[str, dict[tuple[int, str, str, str], tuple[int, Wanted]]] = defaultdict(dict)
        self._members: dict[str, set[str]] = defaultdict(set)

    def know(self, one: Statement) -> None:
        """Take a statement as the latest of its key."""
        before = self.latest.get(one.key)
        if before is not None:
            self._members[before.enterprise].discard(one.key)
        self.latest[one.key] = one
        self._members[one.enterprise].add(one.key)

    def stand(self, entry_id: int, entry: Wanted) -> None:
        """Take an entry as standing."""
        self.standing[entry.event_key][entry.identity] = (entry_id, entry)

    def take(self, changed: Iterable[Statement]) -> list[Line]:
        """Take changed statements in and return the lines that they ask for; nothing stands until it is stored."""
        changed = list(changed)
        touched = {one.enterprise for one in changed}
        touched |= {self.latest[one.key].enterprise for one in changed if one.key in self.latest}
        keys = {one.key for one in changed}
        for one in changed:
            self.know(one)
        keys |= {key for enterprise in touched for key in self._members[enterprise]}
        asked: dict[tuple[int, str, str, str], Wanted] = {}
        for enterprise in sorted(touched):
            asked |= wanted([self.latest[key] for key in self._members[enterprise]], self.tariffs)
        standing = {identity: held for key in keys for identity, held in self.standing[key].items()}
        return [self._line(step) for step in steps(standing, asked)]

    def _line(self, step: Step) -> Line:
        one = self.latest[step.entry.event_key]
        if step.reverses is None:
            return Line(step.entry, one.day, reason="made")
        about = [
            other
            for other in (self.latest[key] for key in self._members[one.enterprise])
            if other.project == one.project and other.kind == step.entry.item and not other.stands
        ]
        if one.false:
            return Line(step.entry, one.ended_on or one.day, step.reverses, "false")
        ended = [other.ended_on for other in about if other.ended_on]
        why = next((other.why for other in about if other.why), "") or ("" if one.stands else one.why)
        return Line(step.entry, max(ended, default=one.day), step.reverses, why or "corrected")

    def store(self, line: Line, entry_id: int) -> None:
        """Keep a line that was stored under an id."""
        if line.reverses is None:
            self.stand(entry_id, line.entry)
        else:
            del self.standing[line.entry.event_key][line.entry.identity]


def replayed(batches: Iterable[Iterable[Statement]], tariffs: Mapping[str, Tariff]) -> list[Line]:
    """Replay all batches of the journal from nothing and return every line, numbered from 1 in `reverses`."""
    book, lines = Book(tariffs), []
    for batch in batches:
        for line in book.take(batch):
            lines.append(line)
            book.store(line, len(lines))
    return lines


def changed_statements(said: Iterable[Statement], known: Mapping[str, tuple[int, Statement]]) -> list[Statement]:
    """Return the statements that differ from the journal's latest; what is no longer said stands no more."""
    now = {one.key: one for one in said}
    changed = [one for key, one in now.items() if key not in known or known[key][1] != one]
    gone = [one for key, (_, one) in known.items() if key not in now and one.stands]
    changed += [replace(one, stands=False, why=one.why or "gone") for one in gone]
    return sorted(changed, key=lambda one: one.key)
