"""Layouts of one's own: mine, those others share, one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, Unit
from crm.core.errors import Text, refuse, say
from crm.jobs.queries import schedules
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.reports.models_layouts import MeetingItem, ReportLayout
from crm.reports.rules_layouts import SIGNED_STAGES, Layout

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.jobs.queries import ScheduleRow

MOST, MOST_LISTED = 100, 300


@dataclass(frozen=True)
class LayoutRow:
    """One kept layout."""

    id: int
    owner_id: int
    owner_name: str
    name: str
    columns: tuple[tuple[str, str], ...]
    group_by: str
    filters: dict[str, str]
    words: str
    sort: str
    shared: bool
    version: int
    updated_at: datetime

    def layout(self) -> Layout:
        """Return the layout as ledgers are made by it."""
        keys = tuple(key for key, _heading in self.columns)
        return Layout(Text("%(name)s", {"name": self.name}), keys, self.group_by, self.filters, self.words, self.sort)


def _row(row: dict[str, Any]) -> LayoutRow:
    columns = tuple((str(key), str(heading)) for key, heading in json.loads(row["columns"]))
    return LayoutRow(
        row["id"], row["owner"], row["owner_name"], row["name"], columns, row["group_by"], json.loads(row["filters"]),
        row["words"], row["sort"], row["shared"], row["version"], row["updated_at"],
    )  # fmt: skip


def _within(by: Actor) -> Any:
    mine = ReportLayout.owner == (by.person_id or 0)
    return (mine | (ReportLayout.shared == True)) & ReportLayout.deleted_at.is_null()  # noqa: E712 - SQL, no Python


def layouts(by: Actor) -> list[LayoutRow]:
    """Return my layouts, then those that others share."""
    query: Any = (
        ReportLayout.select(ReportLayout, Person.name.alias("owner_name"))
        .join(Person, on=(ReportLayout.owner == Person.id))
        .where(_within(by))
        .order_by(ReportLayout.id)
        .limit(MOST)
    )
    return sorted((_row(row) for row in query.dicts()), key=lambda row: (row.owner_id != by.person_id, row.id))


def layout_of(layout_id: int, by: Actor) -> LayoutRow:
    """Return a layout that is mine or shared; refuses another."""
    query: Any = (
        ReportLayout.select(ReportLayout, Person.name.alias("owner_name"))
        .join(Person, on=(ReportLayout.owner == Person.id))
        .where(_within(by) & (ReportLayout.id == layout_id))
    )
    for row in query.dicts():
        return _row(row)
    raise refuse("layout.unknown", say("There is no such layout, or it is not shared with you."), "layout", status=404)


@dataclass(frozen=True)
class MeetingRow:
    """What is kept of a lead for meetings."""

    code_name: str = ""
    matter: str = ""
    version: int = 0


def meeting_of(lead_id: int) -> MeetingRow:
    """Return what is kept of a lead for meetings; nothing yet is an empty one."""
    query: Any = MeetingItem.select(MeetingItem.code_name, MeetingItem.matter, MeetingItem.version)
    for row in query.where(MeetingItem.lead == lead_id).tuples():
        return MeetingRow(*row)
    return MeetingRow()


def plan_code(person_id: int | None, thing: str) -> str:
    """Return the code under which somebody's standing order for a workbook or a layout is kept."""
    return f"report.{person_id or 0}.{thing}"


def standing_orders(by: Actor) -> dict[str, ScheduleRow]:
    """Return what is made for somebody every Monday, by workbook code or `layout-<id>`."""
    start = plan_code(by.person_id, "")
    return {row.code.removeprefix(start): row for row in schedules() if row.active and row.code.startswith(start)}


@dataclass(frozen=True)
class MeetingLine:
    """One project of the meeting's list."""

    lead_id: int
    number: str
    name: str
    stage: str
    unit_name: str
    leader: str
    code_name: str
    matter: str


def meeting_list(by: Actor) -> list[MeetingLine]:
    """Return the running projects from the talks on, and those that ask for a decision, these first."""
    wanted = Lead.stage.in_(("negotiating", *SIGNED_STAGES)) | (MeetingItem.matter != "")
    query: Any = (
        Lead.select(
            Lead.id, Lead.number, Lead.name, Lead.stage, Unit.name, Lead.leader,
            fn.COALESCE(MeetingItem.code_name, ""), fn.COALESCE(MeetingItem.matter, "").alias("matter"),
        )
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(MeetingItem, on=(MeetingItem.lead == Lead.id))
        .where(visible(by, "report.meeting") & Lead.status.in_(("active", "paused")) & wanted)
        .order_by(fn.LENGTH(fn.COALESCE(MeetingItem.matter, "")).desc(), Lead.investment_fen.desc(nulls="LAST"))
        .limit(MOST_LISTED)
    )  # fmt: skip
    return [MeetingLine(*row) for row in query.tuples()]
