"""Producing any workbook: one order, one verdict, one entry in the trail, whichever door it came by."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Refusal, refuse, say
from crm.core.words import render
from crm.leads.queries_list import Ask
from crm.reports import (
    books_bulletin,
    books_capital,
    books_crosscheck,
    books_landing,
    books_meeting,
    books_parks,
    books_stuck,
)
from crm.reports.books_common import Look
from crm.reports.operations import export_evaluation, wanted_period
from crm.reports.operations_imprint import bureau_name, language
from crm.reports.operations_ledger import Ledger, Written, standard_title, with_filters, write_ledger
from crm.reports.queries_layouts import layout_of
from crm.reports.rules_books import LEDGERS, BookOrder, judge_days, judge_kind, kind_of
from crm.reports.rules_layouts import BUILT_IN, SIGNED_STAGES, gone
from exports.report_book import write_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from typing import BinaryIO

    from crm.core.actor import Actor

MAKERS = {
    "weekly": books_bulletin.make,
    "monthly": books_bulletin.make,
    "landing": books_landing.make,
    "meeting": books_meeting.make,
    "parks": books_parks.make,
    "capital": books_capital.make,
    "stuck": books_stuck.make,
    "crosscheck": books_crosscheck.make,
}


@dataclass(frozen=True)
class Made:
    """A finished workbook as bytes."""

    data: bytes
    file_name: str
    count: int
    filters: str
    as_of: date

    def __len__(self) -> int:
        """Count the rows."""
        return self.count


def ask_of(order: BookOrder) -> Ask:
    """Return the list's question that an order carries."""
    return Ask(dict(order.filters), order.words, order.sort)


def judge(order: BookOrder, *, by: Actor, at: datetime) -> None:
    """Refuse what may not be taken or cannot be made, all at once; a refusal leaves its entry in the trail."""
    with deed("report.export", by=by, at=at, kind="report", label=order.code) as doing:
        doing.silent = True
        kind = kind_of(order.code)
        require(by, kind.permission)
        judge_days(shanghai_date(at), as_of=order.as_of, known=order.known, since=order.since)
        judge_kind(kind, as_of=order.as_of, known=order.known)
        if order.since is not None and order.since > (order.as_of or shanghai_date(at)):
            text = say("The day of the last meeting (%(day)s) lies after the day of the figures.", day=order.since)
            raise refuse("since.after", text, "since")
        if order.period:
            wanted_period(order.period)
        if order.layout is not None:
            found = layout_of(order.layout, by)
            if findings := gone(found.columns):
                raise Refusal(findings)


def ledger_order(order: BookOrder, by: Actor) -> Ledger:
    """Return the ledger that an order is for: one that comes along, or one of one's own."""
    if order.layout is not None:
        row = layout_of(order.layout, by)
        layout = row.layout()
        return Ledger(layout, with_filters(layout, ask_of(order)), standard_title(layout), order.as_of, order.known)
    layout = BUILT_IN[order.code]
    title = say("%(bureau)s: ledger of investment projects", bureau=bureau_name())
    return Ledger(
        layout, with_filters(layout, ask_of(order)), title if order.code == "pipeline" else standard_title(layout),
        order.as_of, order.known, SIGNED_STAGES if order.code == "pipeline-signed" else (),
    )  # fmt: skip


def write_book(
    order: BookOrder, out: BinaryIO, *, by: Actor, at: datetime, check: Callable[[int], None] | None = None
) -> Written:
    """Write a workbook to a file; nothing is logged here, since a long one is written long before its entry."""
    if order.code in LEDGERS:
        return write_ledger(ledger_order(order, by), out, by=by, at=at, check=check)
    look = Look(order, ask_of(order), by, at)
    book = MAKERS[order.code](look)
    write_report(book, out, language())
    name = f"{render(kind_of(order.code).name)}_{look.day.isoformat()}.xlsx"
    return Written(name, len(book.sheets[0].rows), book.imprint.filters, look.day)


def record(order: BookOrder, made: Any, *, by: Actor, at: datetime) -> None:
    """Log who took what: which workbook, of which filter and day, how many rows."""
    with deed("report.export", by=by, at=at, kind="report", label=order.code) as doing:
        doing.change("rows", None, made.count)
        doing.change("filter", None, made.filters)
        for name in ("as_of", "known", "since", "layout"):
            doing.change(name, None, getattr(order, name))


def export_book(order: BookOrder, *, by: Actor, at: datetime) -> Made:
    """Make a workbook at once and log it."""
    if order.code == "evaluation":
        judge(order, by=by, at=at)
        made = export_evaluation(wanted_period(order.period or str(shanghai_date(at).year)), by=by, at=at)
        return Made(made.data, made.file_name, len(made.rows), made.filters, made.as_of)
    judge(order, by=by, at=at)
    out = BytesIO()
    written = write_book(order, out, by=by, at=at)
    record(order, written, by=by, at=at)
    return Made(out.getvalue(), written.file_name, written.count, written.filters, written.as_of)


def export_pipeline(
    ask: Ask, *, by: Actor, at: datetime, as_of: date | None = None, known: date | None = None
) -> Made:
    """Make the standard ledger of a list's question."""
    order = BookOrder("pipeline", ask.filters, ask.words, ask.sort, as_of, known)
    return export_book(order, by=by, at=at)
