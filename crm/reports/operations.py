"""Producing a workbook: the rows of a question with the asker's rights, the bytes, and one entry in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.words import render
from crm.credit.queries_evaluation import frozen, period_named
from crm.reports.books_evaluation import evaluation_shapes
from crm.reports.operations_imprint import bureau_name, imprint, language
from crm.reports.operations_ledger import Ledger, Written, judge_days, standard_title, with_filters, write_ledger
from crm.reports.queries_evaluation import figures
from crm.reports.rules_layouts import BUILT_IN, SIGNED_STAGES
from crm.reports.rules_period import Period, read_period
from exports.evaluation_book import evaluation_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.leads.queries_list import Ask

LARGE = 3_000
"""More rows than this are made as long work (see `jobs.py`): a page does not wait for them."""


@dataclass(frozen=True)
class Produced:
    """A finished workbook and what it holds."""

    data: bytes
    file_name: str
    rows: Sequence[dict[str, Any]]
    filters: str
    as_of: date
    count: int = -1
    """How many rows, where the rows themselves are not at hand."""

    def __len__(self) -> int:
        """Count the rows."""
        return self.count if self.count >= 0 else len(self.rows)


def judge(order: Ledger, *, by: Actor, at: datetime) -> None:
    """Refuse an export that may not or cannot be; the refusal stands in the trail."""
    with deed("report.export", by=by, at=at, kind="report", label=render(order.layout.name)) as doing:
        doing.silent = True
        require(by, "report.export")
        judge_days(order.as_of, order.known, shanghai_date(at))


def record(made: Written, order: Ledger, *, by: Actor, at: datetime) -> None:
    """Log an export: who took what, of which filter, how many rows."""
    with deed("report.export", by=by, at=at, kind="report", label=render(order.layout.name)) as doing:
        doing.change("rows", None, made.count)
        doing.change("filter", None, made.filters)
        doing.change("as_of", None, order.as_of)
        doing.change("known", None, order.known)


def export_ledger(order: Ledger, *, by: Actor, at: datetime) -> Produced:
    """Make a ledger: the list's filter, order and rights; the export is logged with its row count.

    The rows are read and written before the entry is made, so that a long export keeps nobody from writing.
    """
    judge(order, by=by, at=at)
    out = BytesIO()
    made = write_ledger(order, out, by=by, at=at)
    record(made, order, by=by, at=at)
    return Produced(out.getvalue(), made.file_name, (), made.filters, made.as_of, made.count)


def ledger_of(
    code: str, ask: Ask, *, as_of: date | None = None, known: date | None = None
) -> Ledger:
    """Return the order for one of the ledgers that come along."""
    layout = BUILT_IN[code]
    stages = SIGNED_STAGES if code == "pipeline-signed" else ()
    title = say("%(bureau)s: ledger of investment projects", bureau=bureau_name())
    if code != "pipeline":
        title = standard_title(layout)
    return Ledger(layout, with_filters(layout, ask), title, as_of, known, stages)


def export_pipeline(
    ask: Ask, *, by: Actor, at: datetime, as_of: date | None = None, known: date | None = None
) -> Produced:
    """Make the standard ledger."""
    return export_ledger(ledger_of("pipeline", ask, as_of=as_of, known=known), by=by, at=at)


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
        data = evaluation_workbook(book, language())
        name = f"{render(say('Evaluation of seconded cadres'))}_{period.name}.xlsx"
        rows = [one for person in found["people"] for one in person["projects"]]
        return Produced(data, name, rows, period.name, as_of)
