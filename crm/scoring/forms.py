"""The forms of assessments."""

from __future__ import annotations

from wtforms import Form, SelectMultipleField

from crm.core.errors import say
from crm.core.forms import CodeField, CountField, LongField, at_most, required
from crm.scoring.rules_vetoes import veto_rules


class OverrideForm(Form):
    """Other themes and clusters than the rules found; the first chosen is the main one."""

    main_theme = CodeField(say("Main theme"))
    other_themes = SelectMultipleField(say("Further themes"))
    main_cluster = CodeField(say("Main cluster"))
    other_clusters = SelectMultipleField(say("Further clusters"))
    reason = LongField(say("Reason"), [required, at_most(250)])


class AcceptanceForm(Form):
    """The acceptance score an assessor decided."""

    score = CountField(say("Acceptance score (0–100)"), [required], most=100)
    note = LongField(say("On what the score rests"), [required, at_most(2000)])


class VetoForm(Form):
    """A veto with what was found."""

    rule = CodeField(say("Rule"), [required], choices=list(veto_rules().items()))
    text = LongField(say("What was found, and by whom"), [required, at_most(2000)])
