"""Ledgers of one's own: choose columns and their order, group and filter, save, share, have it ready on Mondays."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal
from crm.core.forms import check
from crm.core.money import show_hundredths, show_wan
from crm.core.web import XLSX, actor, flash_refusal, needs, page, refuse_into, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import locale, render
from crm.jobs.rules import next_due
from crm.leads.queries_list import Ask, count
from crm.reports.books_cells import cells, needed
from crm.reports.forms import LAYOUT_FILTERS, LayoutForm
from crm.reports.jobs import order_book
from crm.reports.operations_books import export_book
from crm.reports.operations_layouts import delete_layout, save_layout, subscribe
from crm.reports.queries_layouts import LayoutRow, layout_of, standing_orders
from crm.reports.queries_stream import lead_blocks
from crm.reports.routes import LARGE, blueprint
from crm.reports.rules_books import BookOrder, kind_of
from crm.reports.rules_columns import BY_KEY
from crm.reports.rules_layouts import BRIEF, WEEKLY, gone, offered
from exports.source import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

PREVIEW = 5


def _keys() -> list[str]:
    """Return the ticked columns in the order that the list of chosen ones has."""
    ticked = request.form.getlist("column")
    ordered = [key for key in request.form.getlist("order") if key in ticked]
    return list(dict.fromkeys([*ordered, *ticked]))


def _page(form: LayoutForm, keys: Sequence[str], row: LayoutRow | None, status: int = 200) -> tuple[str, int]:
    known = [key for key in keys if key in BY_KEY]
    mine = row is None or row.owner_id == actor().person_id
    return page(
        "reports/layout.html", status=status, form=form, row=row, mine=mine, chosen=known,
        units={key: f"（{_('10k yuan')}）" for key in known if BY_KEY[key].kind == "money_wan"},
        names={key: render(column.header) for key, column in BY_KEY.items()},
        groups=[(render(label), [(key, render(text)) for key, text in columns]) for label, columns in offered()],
        lost=[render(finding.text) for finding in gone(row.columns)] if row else [],
        preview=_preview(row, known) if row else None,
        weekly=f"layout-{row.id}" in standing_orders(actor()) if row else False,
    )  # fmt: skip


def _preview(row: LayoutRow, keys: Sequence[str]) -> list[list[str]]:
    made = cells(keys, phones=may(actor(), "lead.phone"), today=today())
    ask = Ask(row.filters, row.words, row.sort)
    blocks = lead_blocks(ask, actor(), needed(made), group=row.group_by)
    rows: list[list[str]] = []
    for raw in islice(blocks, 1):
        columns = [one.make(*(raw[name][:PREVIEW] for name in one.needs)) for one in made]
        rows = [
            [_said(key, value) for key, value in zip(keys, line, strict=True)]
            for line in zip(*columns, strict=True)
        ]
    return rows


def _said(key: str, value: Any) -> str:
    kind = BY_KEY[key].kind
    if value is None or value == "":
        return "—"
    if isinstance(value, int) and kind == "money_wan":
        return show_wan(value)
    if isinstance(value, int) and kind == "mu":
        return show_hundredths(value)
    if isinstance(value, int) and kind == "date":
        return day_of(value).isoformat()
    return str(value).split("\n", 1)[0][:40]


@blueprint.get("/reports/layouts/new")
@needs("report.export")
def layout_new() -> tuple[str, int]:
    """Show an empty layout that begins with the columns of the ledger at a glance."""
    return _page(LayoutForm(), BRIEF.keys, None)


@blueprint.post("/reports/layouts/new")
@needs("report.export")
def layout_create() -> Any:
    """Keep a new layout."""
    return _save(None)


@blueprint.get("/reports/layouts/<int:layout_id>")
@needs("report.export")
def layout_show(layout_id: int) -> tuple[str, int]:
    """Show a layout with its first rows; the owner may change it."""
    row = layout_of(layout_id, actor())
    form = LayoutForm(data={
        "name": row.name, "group_by": row.group_by, "sort": row.sort, "words": row.words, "shared": row.shared,
        "version": row.version, **{name: row.filters.get(name, "") for name in LAYOUT_FILTERS},
    })  # fmt: skip
    return _page(form, [key for key, _heading in row.columns], row)


@blueprint.post("/reports/layouts/<int:layout_id>")
@needs("report.export")
def layout_save(layout_id: int) -> Any:
    """Keep a changed layout."""
    return _save(layout_id)


def _save(layout_id: int | None) -> Any:
    form, keys = LayoutForm(request.form), _keys()
    row = layout_of(layout_id, actor()) if layout_id else None
    try:
        values = check(form)
        values["filters"] = {name: values[name] for name in LAYOUT_FILTERS if values[name]}
        made = save_layout(values, keys, layout_id=layout_id, by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(form, refusal)
        return _page(form, keys, row, 422)
    say_done(_("The layout is kept."))
    return redirect(url_for("reports.layout_show", layout_id=made))


@blueprint.post("/reports/layouts/<int:layout_id>/delete")
@needs("report.export")
def layout_delete(layout_id: int) -> Response:
    """Take a layout out of use."""
    delete_layout(layout_id, by=actor(), at=now())
    say_done(_("The layout is deleted."))
    return redirect(url_for("reports.index"))


@blueprint.get("/reports/layouts/<int:layout_id>.xlsx")
@needs("report.export")
def layout_book(layout_id: int) -> Response:
    """Send the ledger of a layout; a large one becomes long work."""
    order = BookOrder("pipeline", layout=layout_id)
    row = layout_of(layout_id, actor())
    if count(Ask(row.filters, row.words), actor()) > LARGE:
        return redirect(url_for("jobs.show", job_id=order_book(order, by=actor(), at=now(), locale=locale())))
    made = export_book(order, by=actor(), at=now())
    return send_bytes(made.data, name=made.file_name, media_type=XLSX)


@blueprint.post("/reports/weekly/<thing>")
@needs("report.view")
def weekly(thing: str) -> Response:
    """Have a workbook or a layout ready every Monday at eight, or no longer."""
    number = thing.removeprefix("layout-")
    own = int(number) if thing.startswith("layout-") and number.isascii() and number.isdigit() else None
    order = BookOrder("pipeline" if own is not None else kind_of(thing).code, layout=own)
    on = request.form.get("on") == "1"
    try:
        subscribe(order, on=on, locale=locale(), by=actor(), at=now())
        if on:
            first = next_due(WEEKLY, now())
            say_done(_("It will be in the download list every Monday at 8:00, first on %(day)s.", day=first.date()))
        else:
            say_done(_("It is no longer made on Mondays."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("reports.layout_show", layout_id=own) if own is not None else url_for("reports.index"))
