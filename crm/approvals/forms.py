"""The forms of approvals, with their limits in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField, Form, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from crm.approvals.rules import MOST_DAYS, OUTCOMES
from crm.core.errors import say
from crm.core.forms import CodeField, CountField, DayField, LineField, LongField, at_most, required
from crm.core.web import offered
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.approvals.rules import Step

CONFIRM = say("The holidays of that year are not known: keep the last day as an estimate")


class CheckboxListField(SelectMultipleField):
    """Several choices as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ListForm(Form):
    """Procedures of the catalogue to put on a project's list."""

    codes = CheckboxListField(say("Procedures"))

    def offer(self, steps: Iterable[Step]) -> None:
        """Offer what the list does not hold yet."""
        self.codes.choices = [(step.code, step.name) for step in steps]


class AcceptForm(Form):
    """The day on which the papers were accepted, and what is promised."""

    day = DayField(say("Accepted on"), [required])
    promised_days = CountField(say("Promised working days"), [required], most=MOST_DAYS)
    estimate_ok = BooleanField(CONFIRM)


class StopForm(Form):
    """Since when the clock stands still, and why."""

    day = DayField(say("Clock stands still from"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])


class GoOnForm(Form):
    """From when the clock runs on."""

    day = DayField(say("Clock runs on from"), [required])
    estimate_ok = BooleanField(CONFIRM)


class EndCaseForm(Form):
    """How a case ended."""

    day = DayField(say("Finished on"), [required])
    outcome = CodeField(say("Outcome"), [required], choices=list(OUTCOMES.items()), default="granted")
    document = LineField(say("Document or its number"), [required, at_most(200)])


class DropForm(Form):
    """Why a project does not need a procedure."""

    reason = LineField(say("Why it is not needed"), [required, at_most(200)])


class StepForm(Form):
    """One procedure of the catalogue."""

    name = LineField(say("Procedure"), [required, at_most(80)])
    unit_before = LineField(say("Responsible until the park operates closed"), [required, at_most(80)])
    unit_after = LineField(
        say("Responsible once it does"), [required, at_most(80)],
        description=say("Write park for the project's own park."),
    )  # fmt: skip
    promised_days = CountField(say("Promised working days"), [required], most=MOST_DAYS)
    position = CountField(say("Place in the list"), most=999)
    basis = LineField(say("Basis"), [at_most(200)])
    active = BooleanField(say("In use"), default=True)


class ClosedForm(Form):
    """Since when a park operates closed."""

    park = CodeField(say("Park"), [required])
    closed_on = DayField(say("Operates closed from"), description=say("Empty: it does not."))
    basis = LineField(say("Basis (document)"), [required, at_most(200)])

    def offer(self) -> None:
        """Offer the parks."""
        self.park.choices = offered(dictionary("parks"))


class PowerForm(Form):
    """A power handed down to a park."""

    park = CodeField(say("Park"), [required])
    name = LineField(say("Power"), [required, at_most(120)])
    procedure_code = CodeField(say("Procedure that goes with it"), default="")
    from_unit = LineField(say("Handed down by"), [required, at_most(80)])
    basis = LineField(say("Basis (document)"), [required, at_most(200)])
    seal = BooleanField(say("“A seal seen is a seal given” applies"))
    handed_on = DayField(say("Handed down on"), [required])
    note = LongField(say("Note"), [at_most(1000)])

    def offer(self, steps: Iterable[Step]) -> None:
        """Offer the parks and the procedures."""
        self.park.choices = offered(dictionary("parks"))
        self.procedure_code.choices = [("", "—"), *((step.code, step.name) for step in steps)]


class TakeBackForm(Form):
    """From when a power is no longer handed down."""

    day = DayField(say("Ends on"), [required])


class CalendarForm(Form):
    """What the bureau says of a day."""

    day = DayField(say("Day"), [required])
    kind = CodeField(say("The day is"), [required])
    note = LineField(say("Reason, like the name of the holiday"), [at_most(100)])

    def offer(self) -> None:
        """Offer worked, off, and what the official arrangement says."""
        self.kind.choices = offered(
            {"work": say("worked"), "off": say("off"), "official": say("as the official arrangement says")}
        )
