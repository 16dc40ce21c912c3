"""Pages of monthly figures: one month typed in, what is missing and whom to ask, the sheet to fill in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import XLSX, actor, needs, page, refuse_into, render, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.profile.rules import label
from crm.statistics.forms import ReturnForm
from crm.statistics.operations import ENTER
from crm.statistics.operations_returns import save_return
from crm.statistics.queries import register, returns_of
from crm.statistics.queries_returns import figures_of_month, late_returns, missing_returns
from crm.statistics.routes import asked_month, blueprint, own_enterprise, tabs
from crm.statistics.rules import (
    MEASURES,
    due_on,
    last_over,
    months_between,
    open_sources,
    read_month,
    shift,
    source_label,
    statistics_rules,
)
from crm.statistics.rules_sheet import TEMPLATE
from crm.statistics.views import old_version
from exports.ledger_books import TemplateColumn, template_book

if TYPE_CHECKING:
    from flask import Response

    from crm.statistics.queries import EnterpriseRow, ReturnRow
    from crm.statistics.queries_returns import LateReturn

LATE_MONTHS = 6
DONE = {
    "new": say("The figures of %(month)s are in."),
    "completed": say("The figures of %(month)s are completed."),
    "corrected": say("The figures of %(month)s are corrected; the old ones stay on record."),
    "unchanged": say("These very figures of %(month)s stand already; nothing was changed."),
}


@blueprint.route("/enterprises/<int:enterprise_id>/months/<month>", methods=["GET", "POST"])
@needs("statistics.enter")
def figures(enterprise_id: int, month: str) -> Any:
    """Enter, complete or correct the figures of a month."""
    row = own_enterprise(enterprise_id, ENTER)
    try:
        month = read_month(month)
    except ValueError:
        raise refuse("month.unreadable", say("Give a month like 2026-11."), status=404) from None
    versions = returns_of(enterprise_id, month)
    stands = next((one for one in versions if one.superseded_at is None), None)
    form = ReturnForm(request.form, data=_known(row, month, stands))
    status = 200
    if request.method == "POST":
        try:
            check(form)
            verdict = save_return(enterprise_id, form.month.data, form.values(), by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(words_of(say(DONE[verdict].msgid, month=form.month.data)))
            return redirect(url_for(".show", enterprise_id=enterprise_id))
    return page(
        "statistics/figures.html", status=status, row=row, form=form, month=month, measures=MEASURES,
        due=due_on(month), stands=stands, old=[old_version(one) for one in versions if one.superseded_at is not None],
    )  # fmt: skip


def _known(row: EnterpriseRow, month: str, stands: ReturnRow | None) -> dict[str, Any]:
    if stands is None:
        return {"month": month, "statistician": row.statistician}
    others = {f"source_{name}": code for name, code in stands.sources.items()}
    return {
        **stands.figures, **others, "month": month, "source": stands.source, "statistician": stands.statistician,
        "note": stands.note,
    }  # fmt: skip


@blueprint.get("/returns")
@needs("statistics.view")
def missing() -> str:
    """List the returns that are overdue, by enterprise, with whom to ask."""
    by, day = actor(), today()
    rows = sorted(missing_returns(by, day), key=lambda one: (one.owing.park, one.owing.name, one.owing.id, one.month))
    told: list[dict[str, Any]] = []
    for _id, group in groupby(rows, key=lambda one: one.owing.id):
        months = list(group)
        owing = months[0].owing
        told.append({
            "id": owing.id, "name": owing.name, "park": words_of(label("parks", owing.park)), "unit": owing.unit_name,
            "statistician": owing.statistician, "phone": owing.phone, "late": months[0].days_late(day),
            "months": [{"month": one.month, "due": one.due_on, "explained": one.explained} for one in months],
        })  # fmt: skip
    told.sort(key=lambda one: (-len([month for month in one["months"] if not month["explained"]]), one["name"]))
    return render(
        "statistics/missing.html", tabs=tabs("missing"), rows=told, rules=statistics_rules(),
        total=sum(len(one["months"]) for one in told), shows_phone=may(by, "lead.phone"),
        late=_late(late_returns(by, list(months_between(shift(last_over(day), 1 - LATE_MONTHS), last_over(day))))),
        may_enter=may(by, ENTER), may_explain=may(by, "statistics.explain"), month=last_over(day),
    )  # fmt: skip


def _late(rows: list[LateReturn]) -> list[dict[str, Any]]:
    """Return late returns by enterprise, the one with most of them first."""
    by_enterprise = sorted(rows, key=lambda one: (one.enterprise_id, one.month))
    told = []
    for id_, group in groupby(by_enterprise, key=lambda one: one.enterprise_id):
        months = list(group)
        told.append({
            "id": id_, "name": months[0].name, "park": words_of(label("parks", months[0].park)),
            "who": months[0].statistician, "months": [(one.month, one.days) for one in months],
        })  # fmt: skip
    return sorted(told, key=lambda one: (-len(one["months"]), one["name"]))


@blueprint.get("/sheet")
@needs("statistics.enter")
def sheet() -> Response:
    """Give the sheet of a month: one row for each enterprise that owes it, with what is known already."""
    by, month = actor(), asked_month()
    known = figures_of_month(month)
    sources = [words_of(source.label) for source in open_sources()]
    columns = [
        TemplateColumn(
            words_of(column.heading), words_of(column.note), choices=sources if column.source else (),
            needed=column.needed, number_format=column.number_format, width=column.width,
        )
        for column in TEMPLATE
    ]  # fmt: skip
    rows = [
        [_cell(column.code, one, month, known.get(one.id)) for column in TEMPLATE]
        for one in register(by, ENTER, month)
    ]
    title = _("Monthly figures of enterprises %(month)s", month=month)
    data = template_book(
        columns, title=title, lists=_("Words to choose from"), author=by.name, example="", rows=rows,
        notes=[_("Unit: 10k yuan, kWh, tonnes. Empty is unknown, 0 is nothing."),
               _("Due by %(day)s.", day=due_on(month)),
               _("Returns under the Statistics Law do not belong here.")],
    )  # fmt: skip
    return send_bytes(data, name=f"{title}.xlsx", media_type=XLSX)


def _cell(code: str, one: EnterpriseRow, month: str, known: ReturnRow | None) -> Any:
    fixed = {"uscc": one.uscc, "name": one.name, "park": words_of(label("parks", one.park)), "month": month,
             "statistician": known.statistician if known else one.statistician}  # fmt: skip
    if code in fixed:
        return fixed[code]
    if known is None:
        return None
    if code == "source":
        return words_of(source_label(known.source))
    if code.startswith("source_"):
        other = known.sources.get(code.removeprefix("source_"))
        return words_of(source_label(other)) if other else None
    if code == "note":
        return known.note
    return _number(code, known.figures.get(code))


def _number(code: str, value: int | None) -> float | int | None:
    """Return a figure as a number of the sheet's unit."""
    if value is None:
        return None
    divisor = {"electricity_kwh": 1, "sand_ct": 100}.get(code, 1_000_000)
    return value if divisor == 1 else value // divisor if value % divisor == 0 else value / divisor
