"""The form of who leads a park."""

from __future__ import annotations

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, DayField, LineField, at_most, required
from crm.reports.rules_parks import DUTIES


class LeaderForm(Form):
    """Who leads a park, in which duty, from which day on."""

    duty = CodeField(say("Duty"), [required], choices=list(DUTIES.items()))
    name = LineField(say("Name"), [required, at_most(40)])
    post = LineField(say("Post"), [at_most(80)])
    from_on = DayField(say("From"), [required])
    reason = LineField(say("Reason for the change"), [at_most(200)])
