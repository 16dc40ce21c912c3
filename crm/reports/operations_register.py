"""Producing the register of reviews: the rows that the asker may see, the bytes, one entry in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.words import render
from crm.reports.books_register import register_shapes, values
from crm.reports.operations import Produced
from crm.reports.operations_imprint import bureau_name, imprint, language
from crm.support.queries_list import register
from crm.support.rules import SUBJECTS
from crm.support.rules_city import RULE_NAMES
from exports.register_book import register_workbook

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor


def export_register(*, subject: str = "", rule: str = "", since: date | None = None, until: date | None = None,
                    by: Actor, at: datetime) -> Produced:  # fmt: skip
    """Make the register as a workbook; the export is logged with its filter and row count."""
    with deed("report.register", by=by, at=at, kind="report", label="register") as doing:
        require(by, "support.register")
        if since and until and until < since:
            raise refuse("date.order", say("The term ends before it begins."), "until")
        today = shanghai_date(at)
        rows = register(by, subject=subject, rule=rule, since=since, until=until)
        sentence = _sentence(subject, rule, since, until)
        doing.change("rows", None, len(rows))
        doing.change("filter", None, sentence)
        title = render(say("%(bureau)s: register of fair-competition reviews", bureau=bureau_name()))
        made = register_shapes(rows, imprint(by, at, today, sentence, render(say("by register number"))), title)
        name = f"{render(say('Register of fair-competition reviews'))}_{today.isoformat()}.xlsx"
        return Produced(register_workbook(made, language()), name, [values(row) for row in rows], sentence, today)


def _sentence(subject: str, rule: str, since: date | None, until: date | None) -> str:
    sort = RULE_NAMES.get(rule) or SUBJECTS.get(subject)
    parts = [sort] if sort else []
    if since is None and until is None:
        parts.append(say("all reviews"))
    else:
        parts.append(say("concluded or proposed from %(since)s to %(until)s", since=since or "…", until=until or "…"))
    return " · ".join(render(part) for part in parts)
