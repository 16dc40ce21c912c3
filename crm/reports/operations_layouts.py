"""What is done to layouts and standing orders, and to what a meeting needs of a project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import Refusal, refuse, say
from crm.core.words import render
from crm.jobs.operations_schedule import plan, unplan
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.reports.models_layouts import MeetingItem, ReportLayout
from crm.reports.operations_books import judge
from crm.reports.queries_layouts import layout_of, plan_code
from crm.reports.rules_books import BookOrder, kind_of
from crm.reports.rules_columns import BY_KEY
from crm.reports.rules_layouts import WEEKLY, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crm.core.actor import Actor

MOST_OWN = 30


def save_layout(
    values: Mapping[str, Any], keys: Sequence[str], *, layout_id: int | None = None, by: Actor, at: datetime
) -> int:
    """Keep a layout, new or changed; everything wrong with it is said at once."""
    with deed("report.layout", by=by, at=at, kind="layout", thing_id=layout_id, label=values["name"]) as doing:
        require(by, "report.export")
        if by.person_id is None:
            raise refuse("layout.nobody", say("Only a person keeps layouts."))
        findings = chosen(keys, values["group_by"])
        if findings:
            raise Refusal(findings)
        facts = {
            "name": values["name"], "group_by": values["group_by"], "words": values["words"] or "",
            "columns": json.dumps([[key, render(BY_KEY[key].header)] for key in keys], ensure_ascii=False),
            "filters": json.dumps(values["filters"], ensure_ascii=False), "sort": values["sort"],
            "shared": bool(values["shared"]), "updated_at": at,
        }  # fmt: skip
        doing.change("columns", None, len(keys))
        doing.change("shared", None, bool(values["shared"]))
        if layout_id is None:
            own = ReportLayout.select().where((ReportLayout.owner == by.person_id) & ReportLayout.deleted_at.is_null())
            if own.count() >= MOST_OWN:
                raise refuse("layout.many", say("You keep %(n)s layouts already; delete one first.", n=MOST_OWN))
            made: Any = ReportLayout.create(owner=by.person_id, created_at=at, **facts)
            doing.on("layout", made.id, values["name"])
            return int(made.id)
        _mine(layout_id, by)
        same = (ReportLayout.id == layout_id) & (ReportLayout.version == (values.get("version") or 0))
        if not ReportLayout.update(**facts, version=ReportLayout.version + 1).where(same).execute():
            text = say("Somebody changed this meanwhile; look at it again before you save.")
            raise refuse("layout.changed", text, status=409)
        return layout_id


def _mine(layout_id: int, by: Actor) -> Any:
    row = ReportLayout.get_or_none((ReportLayout.id == layout_id) & ReportLayout.deleted_at.is_null())
    if row is None or row.owner_id != by.person_id:
        raise refuse("layout.unknown", say("There is no such layout, or it is not yours."), status=404)
    return row


def delete_layout(layout_id: int, *, by: Actor, at: datetime) -> None:
    """Take a layout out of use; nobody's standing order makes it any more."""
    with deed("report.layout_delete", by=by, at=at, kind="layout", thing_id=layout_id) as doing:
        require(by, "report.export")
        row = _mine(layout_id, by)
        doing.on("layout", layout_id, row.name)
        ReportLayout.update(deleted_at=at).where(ReportLayout.id == layout_id).execute()
        unplan(plan_code(by.person_id, f"layout-{layout_id}"))


def subscribe(order: BookOrder, *, on: bool, locale: str, by: Actor, at: datetime) -> None:
    """Let a workbook or a layout be ready every Monday at eight, or no longer."""
    thing = f"layout-{order.layout}" if order.layout is not None else order.code
    with deed("report.subscribe", by=by, at=at, kind="report", label=thing) as doing:
        require(by, kind_of(order.code).permission)
        if by.person_id is None:
            raise refuse("layout.nobody", say("Only a person keeps layouts."))
        doing.change("weekly", not on, on)
        if not on:
            unplan(plan_code(by.person_id, thing))
            return
        judge(order, by=by, at=at)
        title = layout_of(order.layout, by).layout().name if order.layout is not None else kind_of(order.code).name
        kind = "report.evaluation" if order.code == "evaluation" else "report.book"
        plan(plan_code(by.person_id, thing), kind, WEEKLY, by=by, at=at,
             arguments={**order.packed(), "locale": locale}, title=title)  # fmt: skip


def keep_meeting_item(lead_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Keep a project's code name and what the city's leaders are to decide."""
    with deed("report.meeting", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "report.meeting")
        lead: Any = Lead.get_or_none((Lead.id == lead_id) & visible(by, "report.meeting"))
        if lead is None:
            raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
        doing.on("lead", lead_id, lead.number)
        row: Any = MeetingItem.get_or_none(MeetingItem.lead == lead_id)
        if (row.version if row else 0) != (values.get("version") or 0):
            text = say("Somebody changed this meanwhile; look at it again before you save.")
            raise refuse("meeting.changed", text, status=409)
        facts = {"code_name": values["code_name"] or "", "matter": values["matter"] or "", "updated_by": by.person_id,
                 "updated_at": at}  # fmt: skip
        for name in ("code_name", "matter"):
            doing.change(name, getattr(row, name) if row else "", facts[name])
        if not doing.changes:
            doing.silent = True
        elif row is None:
            MeetingItem.create(lead=lead_id, **facts)
        else:
            MeetingItem.update(**facts, version=row.version + 1).where(MeetingItem.id == row.id).execute()
