"""The workbook of one evaluation period: cadres, shares in projects, points, charts and notes; no grade is computed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from exports.evaluation_charts import MOST, lay_charts
from exports.evaluation_points import lay_points, point_charts
from exports.notes_sheet import about, lay_long_texts, lay_notes
from exports.pipeline_book import name_table
from exports.press import Press
from exports.shapes import Column, Kind, Tone
from exports.table_sheet import Table, lay_table
from exports.words import ZH
from exports.words_points import point_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.charts import Chart
    from exports.shapes import CadreRow, Definition, EvaluationBook, ShareRow, Value
    from exports.words import Words

FIRST_STAGE = 8
"""Where the stages' counts begin among the overview's columns."""


def evaluation_workbook(book: EvaluationBook, words: Words = ZH) -> bytes:
    """Make the workbook of an evaluation period and return the file's content."""
    out = BytesIO()
    write_evaluation(book, out, words)
    return out.getvalue()


def write_evaluation(book: EvaluationBook, out: BinaryIO, words: Words = ZH) -> None:
    """Make the workbook of an evaluation period and write it to a file."""
    press = Press(book.title, book.imprint)
    period = words.period.format(text=book.period, start=book.starts_on, end=book.ends_on)
    people = lay_table(press, overview(book, words), words, lead=period)
    projects = lay_table(press, details(book, words), words, lead=period)
    laid = [people, projects]
    drawn: list[Chart] = []
    if book.items:
        laid += lay_points(press, book, words, period)
        drawn = point_charts(book, laid[2], words, MOST) if book.points else []
    lay_charts(press, book, people, words, drawn)
    facts = [(words.about_period, period), *about(book.imprint, book.title, len(book.shares), words)]
    lay_notes(press, book.title, *_notes(book, facts, words), words, reading=_reading(book, words))
    texts = tuple(text for one in laid for text in one.long_texts)
    if texts:
        lay_long_texts(press, texts, words)
    name_table(press, people, "cadre_table")
    name_table(press, projects, "share_table")
    press.save(out)


def _notes(
    book: EvaluationBook, facts: list[tuple[str, str]], words: Words
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], Sequence[Definition]]:
    """Return facts, columns' notes (the caps) and definitions for the notes sheet."""
    told = [*facts, (point_words(words.lang).about_tariff, book.tariff)] if book.tariff else facts
    return told, [(label, cap) for label, cap in book.items if cap], book.definitions


def _reading(book: EvaluationBook, words: Words) -> Sequence[str]:
    """Return how to read the workbook; one with points says what they are not for."""
    lines = words.reading_lines_evaluation
    return (*lines[:-1], point_words(words.lang).no_grade) if book.items else lines


def overview(book: EvaluationBook, words: Words) -> Table:
    """Lay out one row for each cadre."""
    columns = (
        Column("name", words.cadre, Kind.WORD),
        Column("home_unit", words.home_unit, Kind.TEXT, words.group_person),
        Column("host_place", words.host_place, Kind.TEXT, words.group_person),
        Column("host_unit", words.host_unit, Kind.TEXT, words.group_person),
        Column("posted_from", words.posted_from, Kind.DATE, words.group_person),
        Column("posted_to", words.posted_to, Kind.DATE, words.group_person),
        Column("months", words.months, Kind.NUMBER, words.group_person),
        Column("projects", words.projects, Kind.INT, words.group_stages, total=True),
        *(
            Column(f"stage{at}", stage, Kind.INT, words.group_stages, total=True)
            for at, stage in enumerate(book.stages)
        ),
        Column("landed", words.landed, Kind.INT, words.group_landed, total=True),
        Column("not_landed", words.not_landed, Kind.INT, words.group_landed, total=True),
        *_money(
            words.group_weighted, words.weighted_investment, words.weighted_contracted, words.weighted_paid_in
        ),
        Column("note", words.remark, Kind.TEXT),
    )
    title = words.overview_title.format(title=book.title)
    rows = [_cadre_row(cadre) for cadre in book.cadres]
    return Table(words.overview, title, columns, rows, "name", words.shown_cadres, words.empty_cadres, one_wide=True)


def _money(group: str, investment: str, contracted: str, paid_in: str) -> tuple[Column, ...]:
    return (
        Column("investment", investment, Kind.MONEY_WAN, group, total=True, headline=True, decimals=2),
        Column("contracted", contracted, Kind.MONEY_WAN, group, total=True, headline=True, decimals=2),
        Column("paid_in", paid_in, Kind.MONEY_WAN, group, total=True, headline=True, decimals=2),
    )


def _cadre_row(cadre: CadreRow) -> tuple[Value, ...]:
    return (
        cadre.name,
        cadre.home_unit,
        cadre.host_place,
        cadre.host_unit,
        cadre.posted_from,
        cadre.posted_to,
        cadre.months,
        cadre.projects,
        *cadre.stages,
        cadre.landed,
        cadre.projects - cadre.landed,
        cadre.investment,
        cadre.contracted,
        cadre.paid_in,
        cadre.note or None,
    )


def details(book: EvaluationBook, words: Words) -> Table:
    """Lay out one row for each cadre's share in a project."""
    columns = (
        Column("cadre", words.cadre, Kind.WORD),
        Column("home_unit", words.home_unit, Kind.TEXT, words.group_person),
        Column("host_place", words.host_place, Kind.TEXT, words.group_person),
        Column("number", words.lead_number, Kind.CODE, words.group_project),
        Column("project", words.project, Kind.TEXT, words.group_project),
        Column("investor", words.investor, Kind.TEXT, words.group_project),
        Column("share", words.share, Kind.PERCENT, words.group_project),
        Column("first_reported_on", words.first_reported_on, Kind.DATE, words.group_project),
        Column("stage", words.stage, Kind.WORD, words.group_progress),
        Column("status", words.status, Kind.WORD, words.group_progress),
        Column("landed", words.is_landed, Kind.WORD, words.group_progress, tones={words.yes: Tone.GOOD}),
        Column("landed_on", words.landed_on, Kind.DATE, words.group_progress),
        *_whole_money(words),
        *_weighted_money(words),
        Column("note", words.remark, Kind.TEXT),
    )
    title = words.details_title.format(title=book.title)
    rows = [_share_row(share) for share in book.shares]
    return Table(words.details, title, columns, rows, "cadre", words.shown_shares, words.empty_shares, one_wide=True)


def _whole_money(words: Words) -> tuple[Column, ...]:
    """Show whole projects' amounts without a total: a project shared by two would count twice."""
    group = words.group_money
    return (
        Column("investment", words.investment, Kind.MONEY_WAN, group),
        Column("contracted", words.contracted, Kind.MONEY_WAN, group),
        Column("paid_in", words.paid_in, Kind.MONEY_WAN, group),
    )


def _weighted_money(words: Words) -> tuple[Column, ...]:
    return _money(
        words.group_weighted, words.weighted_investment, words.weighted_contracted, words.weighted_paid_in
    )


def _share_row(share: ShareRow) -> tuple[Value, ...]:
    amounts = (share.investment, share.contracted, share.paid_in)
    return (
        share.cadre,
        share.home_unit,
        share.host_place,
        share.number,
        share.project,
        share.investor,
        share.share,
        share.first_reported_on,
        share.stage,
        share.status,
        share.landed,
        share.landed_on,
        *amounts,
        *(None if amount is None else weighted(amount, share.share) for amount in amounts),
        share.note or None,
    )


def weighted(amount: int, share: int) -> int:
    """Take a share (hundredths of a percent) of an amount in fen, rounded half up to the fen."""
    return (2 * amount * share + 10_000) // 20_000
