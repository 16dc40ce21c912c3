"""What a caller hands over: frozen rows of plain values, with every word already in its language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.source import Spool

Value = str | int | bool | float | Decimal | date | datetime | None
"""A cell's content; `None` is unknown and never stands for zero."""


class Kind(StrEnum):
    """How a column's values are written, aligned and formatted."""

    TEXT = "text"
    """A name or a short text, left-aligned and wrapped."""
    LONG = "long"
    """Running text of any length, in a wide wrapped column."""
    WORD = "word"
    """One short word out of a few, such as a stage; centred."""
    CODE = "code"
    """Digits or letters that must stay text: credit codes, phones, numbers of leads."""
    DATE = "date"
    """A `date`; a `str` stays text (a month without a day)."""
    TIME = "time"
    """A `datetime` in local time."""
    INT = "int"
    """A whole number, such as a count or a number of days."""
    NUMBER = "number"
    """A number with decimals that is not money, such as a score."""
    MONEY_WAN = "money_wan"
    """Whole fen (`int`), shown in 万元; a `str` (a foreign amount, a range) stays text."""
    MONEY_YI = "money_yi"
    """Whole fen (`int`), shown in 亿元 with two decimals."""
    MONEY = "money"
    """Whole fen (`int`), shown in 元."""
    MU = "mu"
    """Hundredths of a mu (`int`), shown in 亩."""
    PERCENT = "percent"
    """Hundredths of a percent (`int`): 10000 is 100 %."""


class Tone(StrEnum):
    """What a word's colour says, so that the same colour means the same thing in every workbook."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    CALM = "calm"
    MUTED = "muted"


class Measure(StrEnum):
    """The three amounts that summaries add up, and by which they are checked against the ledger."""

    INVESTMENT = "investment"
    CONTRACTED = "contracted"
    PAID_IN = "paid_in"


@dataclass(frozen=True)
class Column:
    """One column of a table: the unit is added to the header by its kind, so headers come without it."""

    key: str
    header: str
    kind: Kind = Kind.TEXT
    group: str = ""
    """A heading shared with neighbouring columns of the same group, written above them."""
    width: float | None = None
    """A width in characters where the content should not decide."""
    note: str = ""
    """What the column means, for the notes sheet."""
    decimals: int | None = None
    """Decimals shown where the data should not decide; the cell keeps the exact value."""
    total: bool = False
    """Whether the total row adds this column up."""
    headline: bool = False
    """Whether the live line under the title repeats this total."""
    measure: Measure | None = None
    hidden: bool = False
    """Whether the column is kept for a later re-import and not shown."""
    tones: Mapping[str, Tone] = field(default_factory=dict)
    """Words of this column that get a coloured ground."""


@dataclass(frozen=True)
class SummaryRow:
    """One line of a summary table, such as one stage: amounts are whole fen."""

    label: str
    count: int
    investment: int = 0
    contracted: int = 0
    paid_in: int = 0
    unknown: int = 0
    """How many of the counted projects have no known investment."""


@dataclass(frozen=True)
class SummaryTable:
    """One summary: projects counted and added up by one question, such as by stage."""

    key: str
    title: str
    label: str
    """The heading of the first column, such as 进展阶段."""
    rows: Sequence[SummaryRow]
    total: SummaryRow | None = None
    """Given only where a project may stand in several rows: the true total, each project counted once."""
    note: str = ""


@dataclass(frozen=True)
class Definition:
    """One term of the notes sheet: what it means and on what basis."""

    term: str
    text: str
    basis: str = ""


@dataclass(frozen=True)
class Imprint:
    """Who made the workbook, for whom and from what, repeated on its notes sheet and in its page footers."""

    bureau: str
    produced_by: str
    produced_at: datetime
    """Local time, naive."""
    as_of: date
    filters: str
    """The filter in one sentence, such as 全部项目."""
    order: str = ""
    """The order of the rows in one sentence."""
    known_on: date | None = None
    """Set when the figures are those known on an earlier day."""
    sample: bool = False
    """Whether the data are invented sample data; every sheet then says so."""


@dataclass(frozen=True)
class PipelineBook:
    """Everything that the pipeline workbook shows; each row holds one value for each of `columns`."""

    title: str
    imprint: Imprint
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]] | Spool
    summaries: Sequence[SummaryTable] = ()
    definitions: Sequence[Definition] = ()
    freeze_key: str = "name"
    """The last column that stays in view when scrolling right, usually the project's name."""


@dataclass(frozen=True)
class CadreRow:
    """One seconded cadre in one evaluation period; amounts are whole fen, weighted by the cadre's shares."""

    name: str
    home_unit: str
    host_place: str
    host_unit: str
    posted_from: date | None
    posted_to: date | None
    months: Decimal | None
    """Months served within the period."""
    projects: int
    stages: Sequence[int]
    """Projects at each of the book's `stages`, in that order."""
    landed: int
    investment: int | None
    contracted: int | None
    paid_in: int | None
    note: str = ""


@dataclass(frozen=True)
class ShareRow:
    """One cadre's share in one project; amounts are the whole project's, in fen."""

    cadre: str
    home_unit: str
    host_place: str
    number: str
    project: str
    investor: str
    share: int
    """Hundredths of a percent: 10000 is the whole project."""
    stage: str
    status: str
    landed: bool
    landed_on: date | None
    investment: int | None
    contracted: int | None
    paid_in: int | None
    first_reported_on: date | None
    note: str = ""


@dataclass(frozen=True)
class PointsRow:
    """One cadre's points in one period, in points; ranks come with them and no grade does."""

    name: str
    home_unit: str
    host_place: str
    host_unit: str
    kind: str
    """The kind of post that the cadre is compared with."""
    months: Decimal | None
    rank: int
    rank_month: int | None
    rank_kind: int
    items: Sequence[Decimal]
    """What counts of each of the book's `items`, in that order."""
    capped: str
    """Which items the cap cut, and by how much."""
    corrections: Decimal
    total: Decimal
    per_month: Decimal | None


@dataclass(frozen=True)
class LedgerRow:
    """One line of the ledger of points: what it was for, how it was reckoned, and what proves it."""

    line: int
    cadre: str
    number: str
    project: str
    item: str
    counted_on: date | None
    base: Decimal
    coefficient: Decimal
    share: int
    points: Decimal
    why: str
    evidence: str
    tariff: str
    period: str = ""
    """Set for lines of an earlier period that come in as a correction."""


@dataclass(frozen=True)
class EvaluationBook:
    """Everything that the workbook of one evaluation period shows."""

    title: str
    period: str
    starts_on: date
    ends_on: date
    imprint: Imprint
    stages: Sequence[str]
    """The stages' names, in the order of progress."""
    cadres: Sequence[CadreRow]
    shares: Sequence[ShareRow]
    definitions: Sequence[Definition] = ()
    items: Sequence[tuple[str, str]] = ()
    """The tariff's items with their caps in words; none in a workbook without points."""
    points: Sequence[PointsRow] = ()
    ledger: Sequence[LedgerRow] = ()
    tariff: str = ""
    """Which version of the tariff the caps are of, with its fingerprint."""
