"""What the reports share: the projects of a day as rows, their lights, and columns in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crm.core.clock import shanghai_date
from crm.core.errors import Text, say
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS, light
from crm.leads.views import LIGHT_LABELS
from crm.reports.books import TONES, definitions, filter_sentence, plain_investment
from crm.reports.operations_imprint import imprint, names_of
from crm.reports.queries import pipeline_rows
from crm.reports.queries_registers import meeting_items
from crm.reports.rules_layouts import SIGNED_STAGES
from exports import shapes
from exports.report_book import ReportBook, ReportSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.leads.queries_list import Ask
    from crm.reports.rules_books import BookOrder

    Row = dict[str, Any]

ALIVE = ("active", "paused")
RED, YELLOW, GREEN = "red", "yellow", "green"


@dataclass
class Look:
    """One look at the projects for a report: who looks, at which day, and what is there."""

    order: BookOrder
    ask: Ask
    by: Actor
    at: datetime

    @cached_property
    def today(self) -> date:
        """Return today in Shanghai."""
        return shanghai_date(self.at)

    @cached_property
    def day(self) -> date:
        """Return the day of the figures."""
        return self.order.as_of or self.today

    @cached_property
    def rows(self) -> list[Row]:
        """Return the projects as they stood on the day."""
        as_of = self.order.as_of or (self.today if self.order.known else None)
        return pipeline_rows(self.ask, self.by, as_of=as_of, known=self.order.known)

    def rows_on(self, day: date) -> list[Row]:
        """Return the projects as they stood on an earlier day."""
        return pipeline_rows(self.ask, self.by, as_of=day, known=self.order.known)

    def coded(self, rows: Iterable[Row]) -> list[Row]:
        """Return projects under the names they have in public: a confidential one under its code name."""
        rows = list(rows)
        items = meeting_items([row["id"] for row in rows])
        named = {lead_id: item.code_name for lead_id, item in items.items() if item.code_name}
        return [{**row, "name": named.get(row["id"], row["name"])} for row in rows]

    def book(self, title: Text, sheets: Sequence[ReportSheet], order: Text) -> ReportBook:
        """Return the report with its imprint and definitions."""
        sentence = filter_sentence(self.ask, names_of(self.ask))
        made = imprint(self.by, self.at, self.day, sentence, render(order), self.order.known)
        return ReportBook(f"{made.bureau}{render(title)}", made, sheets, definitions())


def light_of(row: Row, day: date) -> str:
    """Return a project's light on a day by its clock; what was updated later did not count yet."""
    updated = shanghai_date(row["updated_at"])
    signs = [row["stage_since"], *(sign for sign in (row["last_contact_on"], updated) if sign and sign <= day)]
    return light(row["stage"], row["status"], max(signs), day)


@dataclass(frozen=True)
class Figures:
    """The figures of a day; money in fen."""

    projects: int
    signed: int
    started: int
    producing: int
    landed: int
    investment: int
    contracted: int
    paid_in: int
    red: int
    yellow: int
    green: int


def figures_of(rows: Iterable[Row], day: date) -> Figures:
    """Count and add up the projects of a day, as lists and summaries do."""
    rows = list(rows)
    stages = [row["stage"] for row in rows]
    lights = [light_of(row, day) for row in rows]
    return Figures(
        len(rows), sum(stage in SIGNED_STAGES for stage in stages),
        sum(stage in SIGNED_STAGES[1:] for stage in stages), sum(stage in SIGNED_STAGES[2:] for stage in stages),
        sum(row["landed_on"] is not None for row in rows), sum(plain_investment(row) or 0 for row in rows),
        sum(row["contracted_fen"] or 0 for row in rows), sum(row["paid_in_fen"] or 0 for row in rows),
        lights.count(RED), lights.count(YELLOW), lights.count(GREEN),
    )  # fmt: skip


def stage_word(row: Row) -> str:
    """Name a project's stage."""
    return render(STAGE_LABELS[row["stage"]])


def status_word(row: Row) -> str:
    """Name a project's status."""
    return render(STATUS_LABELS[row["status"]])


def light_word(code: str) -> str:
    """Name a light."""
    return render(LIGHT_LABELS[code])


LAMPS = {"red": say("red"), "yellow": say("yellow"), "green": say("green"), "none": say("no clock runs")}


def lamp(code: str) -> str:
    """Name a light by its colour, as bulletins do."""
    return render(LAMPS[code])


def column(key: str, header: Text, kind: str = "text", **facts: Any) -> shapes.Column:
    """Return a column in the reader's language."""
    group, note = facts.pop("group", None), facts.pop("note", None)
    return shapes.Column(
        key, render(header), shapes.Kind(kind), group=render(group) if group else "", note=render(note) if note else "",
        **facts,
    )  # fmt: skip


def tones_of(name: str) -> dict[str, shapes.Tone]:
    """Return the coloured words of stages, statuses or lamps."""
    words = {"stage": STAGE_LABELS, "status": STATUS_LABELS, "light": LIGHT_LABELS, "lamp": LAMPS}[name]
    tones = TONES["light" if name == "lamp" else name]
    return {render(words[code]): shapes.Tone(tone) for code, tone in tones.items()}


def table(rows: Iterable[dict[str, Any]], columns: Sequence[shapes.Column]) -> list[list[Any]]:
    """Lay rows out in the order of the columns."""
    return [[row.get(one.key) for one in columns] for row in rows]
