"""Producing a ledger: the projects of a question with the asker's rights, streamed from the database into the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm.accounts.rules import may
from crm.core.clock import shanghai_date
from crm.core.errors import Text, say
from crm.core.words import render
from crm.reports.books import columns_of, definitions, filter_sentence
from crm.reports.books_cells import cells, needed
from crm.reports.books_tally import USUAL, Tally
from crm.reports.operations_imprint import bureau_name, imprint, language, names_of
from crm.reports.queries_stream import lead_blocks
from crm.reports.rules_layouts import GROUPS
from exports import shapes
from exports.pipeline_book import write_pipeline
from exports.source import Spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from typing import BinaryIO

    from crm.core.actor import Actor
    from crm.leads.queries_list import Ask
    from crm.reports.rules_layouts import Layout

ORDERS = {
    "updated": say("latest update first"),
    "amount": say("largest investment first"),
    "stage": say("longest in its stage first"),
    "name": say("by name"),
}


@dataclass(frozen=True)
class Ledger:
    """An order for a ledger: which layout, of which projects, of which day."""

    layout: Layout
    ask: Ask
    title: Text
    as_of: date | None = None
    known: date | None = None
    stages: tuple[str, ...] = ()
    """Only projects in one of these stages; none means all."""


@dataclass(frozen=True)
class Written:
    """What stands in a file that was written."""

    file_name: str
    count: int
    filters: str
    as_of: date


def write_ledger(
    order: Ledger, out: BinaryIO, *, by: Actor, at: datetime, check: Callable[[int], None] | None = None
) -> Written:
    """Write a ledger to a file and say what stands in it; `check` is told how many rows passed and may stop it."""
    today = shanghai_date(at)
    day = order.as_of or today
    known_day = order.as_of or (today if order.known else None)
    layout = order.layout
    columns = columns_of(layout.columns)
    made = cells(layout.columns, phones=may(by, "lead.phone"), today=day)
    tally = Tally(USUAL if not layout.group else (layout.group,))
    names = needed(made) | tally.needs | ({"stage"} if order.stages else set())
    with Spool(columns, check) as spool:
        for raw in lead_blocks(order.ask, by, names, as_of=known_day, known=order.known, group=layout.group,
                               stages=order.stages):  # fmt: skip
            spool.add([one.make(*(raw[name] for name in one.needs)) for one in made])
            tally.see(raw)
        sentence = filter_sentence(order.ask, names_of(order.ask))
        if order.stages:
            only = say("signed and later")
            sentence = f"{render(only)}；{sentence}"
        said = [ORDERS[order.ask.sort]]
        if layout.group:
            said.insert(0, say("grouped by %(group)s", group=GROUPS[layout.group]))
        book = shapes.PipelineBook(
            title=render(order.title),
            imprint=imprint(by, at, day, sentence, render(said), order.known),
            columns=columns, rows=spool, summaries=tally.tables() if layout.summaries else (),
            definitions=definitions(),
        )  # fmt: skip
        write_pipeline(book, out, language())
        return Written(f"{render(layout.name)}_{day.isoformat()}.xlsx", len(spool), sentence, day)


def standard_title(layout: Layout) -> Text:
    """Return the title of a layout's ledger."""
    return say("%(bureau)s: %(what)s", bureau=bureau_name(), what=layout.name)


def with_filters(layout: Layout, ask: Ask) -> Ask:
    """Return a question narrowed to what a layout is about; what was asked wins over what the layout says."""
    sort = ask.sort if ask.sort != "updated" else layout.sort
    return replace(ask, filters={**layout.filters, **ask.filters}, words=ask.words or layout.words, sort=sort)

