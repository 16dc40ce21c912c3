"""The form of an order for a workbook."""

from __future__ import annotations

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, at_most, required
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS

BOOKS = {"pipeline": say("Pipeline ledger"), "evaluation": say("Evaluation of seconded cadres")}
NONE = [("", say("—"))]


class ExportForm(Form):
    """Which workbook, of which day or period, and of which projects."""

    book = CodeField(say("Workbook"), [required], choices=list(BOOKS.items()))
    as_of = DayField(say("As of"))
    known = DayField(say("As known on"))
    period = LineField(say("Period"), [at_most(20)])
    stage = CodeField(say("Stage"), choices=[*NONE, *STAGE_LABELS.items()], default="")
    status = CodeField(say("Status"), choices=[*NONE, *STATUS_LABELS.items()], default="")
    q = LineField(say("Words, pinyin or a number"), [at_most(100)])
