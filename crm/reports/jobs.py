"""Workbooks as long work: made beside the database into a file of their own, whole before they get their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.core.web import XLSX
from crm.core.words import speaking
from crm.jobs.operations import submit
from crm.jobs.operations_results import throw_away, workshop
from crm.jobs.registry import Handler, ResultFile, Step, Work
from crm.leads.queries_list import count
from crm.reports.operations import export_evaluation, wanted_period
from crm.reports.operations_books import ask_of, judge, record, write_book
from crm.reports.rules_books import BookOrder, kind_of, read_order

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.reports.operations_ledger import Written

EVERY = 2_000
"""Progress is told after so many rows."""
LONGEST = 3600.0


def order_book(order: BookOrder, *, by: Actor, at: datetime, locale: str) -> int:
    """Order a workbook as long work and return the job's id; what cannot be made is refused now."""
    judge(order, by=by, at=at)
    kind = "report.evaluation" if order.code == "evaluation" else "report.book"
    return submit(kind, {**order.packed(), "locale": locale}, by=by, at=at, title=kind_of(order.code).name)


def _make(work: Work) -> Written:
    """Write the file outside of any transaction, so that nobody waits for it; asked to stop it stops within a block."""
    order = read_order(work.arguments)
    judge(order, by=work.by, at=work.at)
    total = count(ask_of(order), work.by)
    told = [0]

    def check(passed: int) -> None:
        work.check()
        # The rows pass twice: read from the database, then written.
        if passed - told[0] >= EVERY:
            told[0] = passed
            work.report(min(passed // 2, total), total)

    with speaking(work.arguments["locale"]), workshop(work.job_id).open("wb") as out:
        return write_book(order, out, by=work.by, at=work.at, check=check)


def _keep(work: Work, made: Written) -> Step:
    order = read_order(work.arguments)
    record(order, made, by=work.by, at=work.at)
    file = ResultFile(made.file_name, XLSX, path=workshop(work.job_id))
    return Step(done=made.count, total=made.count, finished=True, result={"rows": made.count}, file=file)


def _throw_away(work: Work) -> None:
    throw_away(work.job_id)


def _evaluation(work: Work, _nothing: None) -> Step:
    order = read_order(work.arguments)
    period = wanted_period(order.period or str(shanghai_date(work.at).year))
    with speaking(work.arguments["locale"]):
        made = export_evaluation(period, by=work.by, at=work.at)
    rows = len(made.rows)
    file = ResultFile(made.file_name, XLSX, made.data)
    return Step(done=rows, total=rows, finished=True, result={"rows": rows}, file=file)


HANDLERS: tuple[Handler, ...] = (
    Handler("report.book", say("Workbook"), _keep, prepare=_make, undo=_throw_away, permission="report.export",
            most_attempts=3, longest_step=LONGEST),
    Handler("report.evaluation", say("Evaluation of seconded cadres"), _evaluation, permission="evaluation.export",
            most_attempts=3),
)  # fmt: skip
