"""Producing a workbook: the rows of a question with the asker's rights, the bytes, and one entry in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.words import render
from crm.credit.queries_evaluation import frozen, period_named
from crm.reports.books_evaluation import evaluation_shapes
from crm.reports.operations_imprint import imprint, language
from crm.reports.queries_evaluation import figures
from crm.reports.rules_period import Period, read_period
from exports.evaluation_book import evaluation_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crm.core.actor import Actor

@dataclass(frozen=True)
class Produced:
    """A finished workbook and what it holds."""

    data: bytes
    file_name: str
    rows: Sequence[dict[str, Any]]
    filters: str
    as_of: date


def wanted_period(text: str) -> Period:
    """Return the period that was opened under a name, else the one that the text describes."""
    opened = period_named(text)
    return Period(opened.name, opened.starts_on, opened.ends_on) if opened else read_period(text)


def evaluation_figures(period: Period, *, at: datetime, only: int | None = None) -> tuple[dict[str, Any], bool]:
    """Return a period's figures and whether they are frozen: a closed period's as it was closed, else as of now.

    With `only`, those of one cadre, without ranks.
    """
    opened = period_named(period.name)
    if opened is not None and not opened.open:
        return frozen(opened.id) or {}, True
    today = shanghai_date(at)
    if period.starts_on > min(period.ends_on, today):
        raise refuse("period.future", say("The day %(day)s has not come yet.", day=period.starts_on), "period")
    return figures(period, today=today, opened=opened, only=only), False


def export_evaluation(period: Period, *, by: Actor, at: datetime) -> Produced:
    """Make the workbook of one evaluation period: points with caps, ranks, projects and every line behind them."""
    with deed("report.evaluation", by=by, at=at, kind="report", label=period.name) as doing:
        require(by, "evaluation.export")
        found, closed = evaluation_figures(period, at=at)
        as_of = date.fromisoformat(found["as_of"])
        state = say("all seconded cadres, closed figures") if closed else say("all seconded cadres, draft")
        book = evaluation_shapes(found, imprint(by, at, as_of, render(state), render(say("by points"))))
        doing.change("rows", None, len(found["people"]))
        data = evaluation_workbook(book, language())
        name = f"{render(say('Evaluation of seconded cadres'))}_{period.name}.xlsx"
        rows = [one for person in found["people"] for one in person["projects"]]
        return Produced(data, name, rows, period.name, as_of)
