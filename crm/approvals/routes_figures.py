"""The page that sets promised against used working days, by unit and by procedure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import request

from crm.approvals.queries import EndedRow, ended_cases, late_now
from crm.approvals.routes import blueprint
from crm.approvals.rules import FEW, Kept, slowest_first
from crm.core.charts import Line, bars
from crm.core.clock import today
from crm.core.forms import DayField
from crm.core.web import PageForm, actor, needs, render
from crm.core.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_BARS = 15


class PeriodForm(PageForm):
    """From when to when cases ended that are counted."""

    first = DayField()
    last = DayField()


@blueprint.get("/figures")
@needs("approval.view")
def figures() -> str:
    """Draw how units and procedures kept their promises in a period."""
    day = today()
    form = PeriodForm(request.args)
    readable = form.validate()
    first = form.first.data if readable and form.first.data else date(day.year, 1, 1)
    last = form.last.data if readable and form.last.data else day
    ended = ended_cases(actor(), first, last)
    late = late_now(actor(), day)
    by_unit = _kept(ended, lambda row: row.unit_name, ((unit, count) for unit, _code, count in late))
    names = {row.code: row.name for row in ended}
    by_step = _kept(
        ended, lambda row: row.name, ((names[code], count) for _unit, code, count in late if code in names)
    )
    return render(
        "approvals/figures.html", first=first, last=last, few=FEW,
        wrong="" if readable and first <= last else _("These days cannot be read; the year so far is shown."),
        tables=[
            ("by-unit", _("By responsible unit"), _("Unit"), by_unit, _chart(by_unit)),
            ("by-procedure", _("By procedure"), _("Procedure"), by_step, _chart(by_step)),
        ],
    )  # fmt: skip


def _kept(
    ended: list[EndedRow], name_of: Callable[[EndedRow], str], late: Iterable[tuple[str, int]]
) -> list[Kept]:
    groups: dict[str, list[EndedRow]] = defaultdict(list)
    for row in ended:
        groups[name_of(row)].append(row)
    behind: dict[str, int] = defaultdict(int)
    for name, count in late:
        behind[name] += count
        groups.setdefault(name, [])
    return slowest_first(
        Kept(
            name, len(rows), _mean([row.promised_days for row in rows]), _mean([row.used_days for row in rows]),
            sum(row.used_days <= row.promised_days for row in rows), behind.get(name, 0),
        )
        for name, rows in groups.items()
    )  # fmt: skip


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values), 1) if values else 0.0


def _chart(rows: list[Kept]) -> dict[str, Any]:
    drawn = [row for row in rows if row.ended][:MOST_BARS]
    return bars(
        [row.name for row in drawn],
        [Line(_("Promised"), [row.promised for row in drawn], colour="edge"),
         Line(_("Used"), [row.used for row in drawn], colour="act")],
        unit=_("working days"),
    )  # fmt: skip
