"""The printed bulletin: its sentences to be mended on a page, then one sheet of paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import MultiDict

from crm.accounts.rules import require
from crm.core.clock import now
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, send_bytes, settings
from crm.leads.queries_list import Ask
from crm.reports.books_common import Look
from crm.reports.books_letter import drafted, letter_values
from crm.reports.forms import BookForm, BulletinForm, order_of
from crm.reports.operations_books import ask_of, judge, record
from crm.reports.operations_ledger import Written
from crm.reports.routes import blueprint
from exports.word import fill

if TYPE_CHECKING:
    from flask import Response

    from crm.reports.rules_books import BookOrder

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PERIODS = ("weekly", "monthly")


def _look(code: str) -> tuple[BookOrder, Look]:
    if code not in PERIODS:
        raise refuse("book.unknown", say("There is a weekly and a monthly bulletin."), status=404)
    given = {name: request.values[name] for name in ("as_of",) if request.values.get(name, "").strip()}
    order = order_of(check(BookForm(MultiDict({**given, "book": code}))))
    require(actor(), "report.export")
    return order, Look(order, Ask(), actor(), now())


def _shown(order: BookOrder, look: Look, form: BulletinForm, status: int = 200) -> tuple[str, int]:
    _said, figures, period = drafted(look)
    return page("reports/bulletin.html", status=status, form=form, figures=figures, period=period, code=order.code,
                day=look.day, periods=PERIODS)  # fmt: skip


@blueprint.get("/reports/bulletin/<code>")
@needs("report.export")
def bulletin(code: str) -> tuple[str, int]:
    """Show the sentences as the figures make them, to be mended before printing."""
    order, look = _look(code)
    judge(order, by=actor(), at=look.at)
    first, second, third = drafted(look)[0]
    return _shown(order, look, BulletinForm(data={"first": first, "second": second, "third": third}))


@blueprint.post("/reports/bulletin/<code>")
@needs("report.export")
def bulletin_printed(code: str) -> Any:
    """Send the bulletin as a Word document, its sentences as they were left."""
    order, look = _look(code)
    form = BulletinForm(request.form)
    try:
        judge(order, by=actor(), at=look.at)
        values = check(form)
    except Refusal as refusal:
        refuse_into(form, refusal)
        return _shown(order, look, form, 422)
    return _sent(order, look, letter_values(look, values))


def _sent(order: BookOrder, look: Look, values: dict[str, Any]) -> Response:
    data = fill("bulletin", values, stamp=look.at, own=settings().instance / "forms")
    name = f"{values['kind']}_{look.day.isoformat()}.docx"
    record(order, Written(name, len(look.rows), str(ask_of(order).words), look.day), by=actor(), at=look.at)
    return send_bytes(data, name=name, media_type=WORD)
