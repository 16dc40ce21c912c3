"""The sheets of points: ranking by item with caps, and every line of the ledger behind the figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.utils.cell import quote_sheetname

from exports import styles
from exports.charts import Strand, bars
from exports.shapes import Column, Kind
from exports.table_sheet import Table, lay_table
from exports.words_points import point_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.charts import Chart
    from exports.press import Press
    from exports.shapes import EvaluationBook, LedgerRow, PointsRow, Value
    from exports.table_sheet import Laid
    from exports.words import Words


def lay_points(press: Press, book: EvaluationBook, words: Words, lead: str) -> tuple[Laid, Laid]:
    """Add the ranking and the ledger's lines."""
    ranking = lay_table(press, ranking_table(book, words), words, lead=lead)
    return ranking, lay_table(press, ledger_table(book, words), words, lead=lead)


def ranking_table(book: EvaluationBook, words: Words) -> Table:
    """Lay out one row for each cadre, in the order of ranks."""
    own = point_words(words.lang)
    fine = _decimals([figure for row in book.points for figure in (*row.items, row.total, row.corrections)])
    columns = (
        Column("rank", own.rank, Kind.INT, own.group_rank),
        Column("rank_month", own.rank_month, Kind.INT, own.group_rank),
        Column("rank_kind", own.rank_kind, Kind.INT, own.group_rank),
        Column("name", words.cadre, Kind.WORD),
        Column("home_unit", words.home_unit, Kind.TEXT, words.group_person),
        Column("host_place", words.host_place, Kind.TEXT, words.group_person),
        Column("kind", own.kind_of_post, Kind.WORD, words.group_person),
        Column("months", words.months, Kind.NUMBER, words.group_person),
        *(
            Column(f"item{at}", label, Kind.NUMBER, own.group_items, note=cap, decimals=fine, total=True)
            for at, (label, cap) in enumerate(book.items)
        ),
        Column("capped", own.capped, Kind.TEXT, own.group_items),
        Column("corrections", own.corrections, Kind.NUMBER, own.group_total, decimals=fine, total=True),
        Column("total", own.total, Kind.NUMBER, own.group_total, decimals=fine, total=True),
        Column("per_month", own.per_month, Kind.NUMBER, own.group_total, decimals=2),
    )
    rows = [_points_row(row) for row in book.points]
    title = own.points_title.format(title=book.title)
    return Table(
        own.points, title, columns, rows, "name", words.shown_cadres, words.empty_cadres, money=False, one_wide=True
    )


def _decimals(figures: Sequence[Decimal]) -> int:
    """Return how many decimals show every figure exactly (points have at most three)."""
    return max((at for at in range(1, 4) for figure in figures if figure * 10 ** (at - 1) % 1), default=0)


def _points_row(row: PointsRow) -> tuple[Value, ...]:
    return (
        row.rank, row.rank_month, row.rank_kind, row.name, row.home_unit, row.host_place, row.kind, row.months,
        *row.items, row.capped or None, row.corrections, row.total, row.per_month,
    )  # fmt: skip


def ledger_table(book: EvaluationBook, words: Words) -> Table:
    """Lay out one row for each line of the ledger, corrections and reversals among them."""
    own = point_words(words.lang)
    fine = _decimals([row.points for row in book.ledger])
    columns = (
        Column("cadre", words.cadre, Kind.WORD),
        Column("number", words.lead_number, Kind.CODE, words.group_project),
        Column("project", words.project, Kind.TEXT, words.group_project),
        Column("item", own.item, Kind.WORD, own.group_entry),
        Column("counted_on", own.counted_on, Kind.DATE, own.group_entry),
        Column("base", own.base, Kind.NUMBER, own.group_entry),
        Column("coefficient", own.coefficient, Kind.NUMBER, own.group_entry),
        Column("share", words.share, Kind.PERCENT, own.group_entry),
        Column("points", own.earned, Kind.NUMBER, own.group_entry, decimals=fine, total=True),
        Column("why", own.why, Kind.TEXT, own.group_entry),
        Column("evidence", own.evidence, Kind.TEXT),
        Column("period", own.earlier, Kind.WORD),
        Column("tariff", own.tariff, Kind.CODE),
        Column("line", own.entry, Kind.INT),
    )
    rows = [_ledger_row(row) for row in book.ledger]
    title = own.ledger_title.format(title=book.title)
    return Table(
        own.ledger, title, columns, rows, "cadre", own.shown_lines, own.empty_lines, money=False, one_wide=True
    )


def _ledger_row(row: LedgerRow) -> tuple[Value, ...]:
    return (
        row.cadre, row.number or None, row.project or None, row.item, row.counted_on, row.base, row.coefficient,
        row.share, row.points, row.why or None, row.evidence or None, row.period or None, row.tariff, row.line,
    )  # fmt: skip


def point_charts(book: EvaluationBook, ranking: Laid, words: Words, most: int) -> list[Chart]:
    """Draw points by item and points per month of the first cadres, tied to the ranking's cells."""
    own = point_words(words.lang)
    shown = book.points[:most]
    items = [
        _strand(ranking, f"item{at}", [row.items[at] for row in shown], shown)
        for at in range(len(book.items))
        if any(row.items[at] > 0 for row in shown)
    ]
    monthly = _strand(ranking, "per_month", [row.per_month or Decimal(0) for row in shown], shown)
    drawn = [bars(own.chart_per_month, [monthly], lying=True)]
    if items:
        drawn.insert(0, bars(own.chart_points, items, lying=True, stacked=True, colors=styles.STEPS))
    return drawn


def _strand(laid: Laid, key: str, figures: Sequence[Decimal], shown: Sequence[PointsRow]) -> Strand:
    keys = [one.column.key for one in laid.surveyed]
    at, sheet = keys.index(key), quote_sheetname(laid.sheet)
    letter, name = laid.letters[at], laid.letters[laid.name_at]
    last = laid.first + len(figures) - 1
    return Strand(
        laid.surveyed[at].column.header, "", [row.name for row in shown],
        f"{sheet}!${name}${laid.first}:${name}${last}", [float(figure) for figure in figures],
        f"{sheet}!${letter}${laid.first}:${letter}${last}", "0.##",
    )  # fmt: skip
