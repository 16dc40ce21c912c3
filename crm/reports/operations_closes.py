"""Closing a month: its figures are written down once, with their hash; nothing opens them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.reports.models import MonthClose
from crm.reports.queries_standing import standing
from crm.reports.rules_closes import last_day, packed, sealed

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def close_month(month: str, *, by: Actor, at: datetime) -> int:
    """Freeze the figures of a month that is over, as known now; a month is closed once."""
    with deed("month.close", by=by, at=at, kind="month", label=month[:20]) as doing:
        require(by, "month.close")
        day = last_day(month)
        if day >= shanghai_date(at):
            raise refuse("month.running", say("%(month)s is not over yet.", month=month), "month")
        if MonthClose.select().where(MonthClose.month == month).exists():
            raise refuse("month.closed", say("%(month)s is closed already.", month=month), "month", status=409)
        found = standing(shanghai_date(at), as_of=day, known=at)
        text = packed(found.cube, day)
        made = MonthClose.create(
            month=month, as_of=day, figures=text, projects=len(found.states), sha256=sealed(text), closed_at=at,
            closed_by=by.person_id, closed_by_name=by.name,
        )  # fmt: skip
        doing.on("month", int(made.id), month)
        doing.change("sha256", None, made.sha256)
        doing.change("projects", None, made.projects)
        return int(made.id)
