"""Producing a workbook: the rows of a question with the asker's rights, the bytes, and one entry in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.words import DEFAULT, locale, render
from crm.credit.queries_evaluation import frozen, period_named
from crm.profile.queries import bureau
from crm.reports.books import (
    columns,
    definitions,
    filter_sentence,
    local,
    row_values,
    summaries,
)
from crm.reports.books_evaluation import evaluation_shapes
from crm.reports.queries import pipeline_rows, shares_of
from crm.reports.queries_evaluation import figures
from crm.reports.rules_period import Period, read_period
from exports import shapes
from exports.evaluation_book import evaluation_workbook
from exports.pipeline_book import pipeline_workbook
from exports.words import EN, ZH

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.leads.queries_list import Ask

ORDERS = {
    "updated": say("latest update first"),
    "amount": say("largest investment first"),
    "stage": say("longest in its stage first"),
    "name": say("by name"),
}


@dataclass(frozen=True)
class Produced:
    """A finished workbook and what it holds."""

    data: bytes
    file_name: str
    rows: list[dict[str, Any]]
    filters: str
    as_of: date


def export_pipeline(
    ask: Ask, *, by: Actor, at: datetime, as_of: date | None = None, known: date | None = None
) -> Produced:
    """Make the pipeline workbook: the list's filter, order and rights; the export is logged with its row count."""
    with deed("report.export", by=by, at=at, kind="report", label="pipeline") as doing:
        require(by, "report.export")
        today = shanghai_date(at)
        for name, day in (("as_of", as_of), ("known", known)):
            if day is not None and day > today:
                raise refuse(f"{name}.future", say("The day %(day)s has not come yet.", day=day), name)
        if as_of is None and known is not None:
            as_of = today
        rows = pipeline_rows(ask, by, as_of=as_of, known=known)
        shares = shares_of([row["id"] for row in rows], as_of)
        phones = may(by, "lead.phone")
        values = [row_values(row, shares.get(row["id"], ()), phones=phones) for row in rows]
        wanted = columns()
        sentence = filter_sentence(ask, _names(ask))
        book = shapes.PipelineBook(
            title=render(say("%(bureau)s: ledger of investment projects", bureau=bureau_name())),
            imprint=imprint(by, at, as_of or today, sentence, render(ORDERS[ask.sort]), known),
            columns=wanted,
            rows=[[value[column.key] for column in wanted] for value in values],
            summaries=summaries(rows),
            definitions=definitions(),
        )
        doing.change("rows", None, len(rows))
        doing.change("filter", None, sentence)
        doing.change("as_of", None, as_of)
        doing.change("known", None, known)
        data = pipeline_workbook(book, words_now())
        name = f"{render(say('Pipeline ledger'))}_{(as_of or today).isoformat()}.xlsx"
        return Produced(data, name, rows, sentence, as_of or today)


def words_now() -> Any:
    """Return the words of workbooks in the reader's language."""
    return ZH if locale() == DEFAULT else EN


def bureau_name() -> str:
    """Return the bureau's name for titles."""
    found = bureau()
    return found.name if found else render(say("Investment promotion bureau"))


def imprint(
    by: Actor, at: datetime, as_of: date, sentence: str, order: str, known: date | None = None
) -> shapes.Imprint:
    """Say who made a workbook, when, from what and in which order."""
    found = bureau()
    return shapes.Imprint(
        bureau=bureau_name(), produced_by=by.name, produced_at=local(at), as_of=as_of, filters=sentence, order=order,
        known_on=known, sample=bool(found and found.sample),
    )  # fmt: skip


def _names(ask: Ask) -> dict[str, str]:
    found: dict[str, str] = {}
    if "unit" in ask.filters:
        found["unit"] = next((row.name for row in units(active_only=False) if str(row.id) == ask.filters["unit"]), "—")
    for key in ("owner", "cadre"):
        if key in ask.filters:
            found[key] = next((row.name for row in people() if str(row.id) == ask.filters[key]), "—")
    return found


def wanted_period(text: str) -> Period:
    """Return the period that was opened under a name, else the one that the text describes."""
    opened = period_named(text)
    return Period(opened.name, opened.starts_on, opened.ends_on) if opened else read_period(text)


def evaluation_figures(period: Period, *, at: datetime) -> tuple[dict[str, Any], bool]:
    """Return a period's figures and whether they are frozen: a closed period's as it was closed, else as of now."""
    opened = period_named(period.name)
    if opened is not None and not opened.open:
        return frozen(opened.id) or {}, True
    today = shanghai_date(at)
    if period.starts_on > min(period.ends_on, today):
        raise refuse("period.future", say("The day %(day)s has not come yet.", day=period.starts_on), "period")
    return figures(period, today=today, opened=opened), False


def export_evaluation(period: Period, *, by: Actor, at: datetime) -> Produced:
    """Make the workbook of one evaluation period: points with caps, ranks, projects and every line behind them."""
    with deed("report.evaluation", by=by, at=at, kind="report", label=period.name) as doing:
        require(by, "evaluation.export")
        found, closed = evaluation_figures(period, at=at)
        as_of = date.fromisoformat(found["as_of"])
        state = say("all seconded cadres, closed figures") if closed else say("all seconded cadres, draft")
        book = evaluation_shapes(found, imprint(by, at, as_of, render(state), render(say("by points"))))
        doing.change("rows", None, len(found["people"]))
        data = evaluation_workbook(book, words_now())
        name = f"{render(say('Evaluation of seconded cadres'))}_{period.name}.xlsx"
        rows = [one for person in found["people"] for one in person["projects"]]
        return Produced(data, name, rows, period.name, as_of)
