"""The forms of assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Form, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core.errors import say
from crm.core.forms import (
    CodeField,
    CountField,
    DayField,
    HundredthsField,
    LineField,
    LongField,
    WanField,
    at_most,
    required,
)
from crm.scoring.rules_vetoes import veto_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.errors import Text
    from crm.scoring.rules_scorecard import Scorecard


class CheckboxListField(SelectMultipleField):
    """Several choices as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OverrideForm(Form):
    """Other themes and clusters than the rules found; the first chosen is the main one."""

    main_theme = CodeField(say("Main theme"))
    other_themes = SelectMultipleField(say("Further themes"))
    main_cluster = CodeField(say("Main cluster"))
    other_clusters = SelectMultipleField(say("Further clusters"))
    reason = LongField(say("Reason"), [required, at_most(250)])


MARK = "m_"
"""What the names of marks begin with, so that no criterion's code meets another field."""


class NoteForm(Form):
    """What stands beside marks: on what they rest."""

    note = LongField(say("On what the marks rest"), [at_most(4000)])


def marks_form(card: Scorecard, label: Text | None = None) -> type[Form]:
    """Make the form of an assessor's marks: one whole number for each criterion of the card that people judge."""
    fields: dict[str, Any] = {f"{MARK}{item.code}": CountField(say(item.label), most=item.most) for item in card.judged}
    if label is not None:
        fields["note"] = LongField(label, [at_most(4000)])
    return type("MarksForm", (NoteForm,), fields)


def marks_of(values: Mapping[str, Any]) -> dict[str, int]:
    """Take the marks out of a form's values; what is empty is no mark."""
    return {
        name.removeprefix(MARK): int(value)
        for name, value in values.items()
        if name.startswith(MARK) and value is not None
    }


class CommitteeForm(Form):
    """Whom a committee is convened of, and what it shall weigh."""

    people = CheckboxListField(say("Assessors"), coerce=int)
    question = LongField(say("What shall be weighed"), [at_most(2000)])


class ReasonForm(Form):
    """A reason, where nothing else is asked."""

    reason = LongField(say("Reason"), [required, at_most(250)])


class InForceForm(Form):
    """From which day a draft is in force, and why."""

    in_force_from = DayField(say("In force from"), [required])
    reason = LongField(say("Why the rules change"), [required, at_most(2000)])


class EnterpriseForm(Form):
    """An enterprise that stands in a link of a chain, with its source."""

    name = LineField(say("Enterprise"), [required, at_most(120)])
    source = LineField(say("Source of the information"), [required, at_most(200)])


class OpportunityForm(Form):
    """A planned project of the opportunity book."""

    title = LineField(say("Name of the planned project"), [required, at_most(120)])
    brief = LongField(say("What is to be built"), [required, at_most(4000)])
    market = LongField(say("Why here: raw materials, market, neighbours in the chain"), [at_most(4000)])
    park = CodeField(say("Park"), default="")
    site = LineField(say("Site"), [at_most(120)])
    land_cmu = HundredthsField(say("Land"))
    investment_fen = WanField(say("Planned investment"))
    conditions = LongField(say("Conditions of the site: power, water, gas, roads, permits"), [at_most(4000)])
    contact = LineField(say("Whom to call (office and number)"), [at_most(120)])


class VetoForm(Form):
    """A veto with what was found."""

    rule = CodeField(say("Rule"), [required], choices=list(veto_rules().items()))
    text = LongField(say("What was found, and by whom"), [required, at_most(2000)])
