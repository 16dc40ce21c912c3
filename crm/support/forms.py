"""The forms of support items, reviews, lists, parks and older agreements; each door reads the same ones."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, Form, HiddenField
from wtforms.widgets import TextArea

from crm.core.errors import say
from crm.core.forms import (
    CodeField,
    CountField,
    DayField,
    HundredthsField,
    LineField,
    LongField,
    ParsedField,
    WanField,
    at_most,
    required,
)
from crm.profile.rules import dictionary
from crm.support.operations_review import WAYS
from crm.support.rules import KINDS
from crm.support.rules_measures import STEPS, Measure, measures
from crm.support.rules_old import STATES
from crm.support.rules_parks import read_enterprises, show_enterprises
from crm.support.rules_review import CONCLUSIONS, GROUNDS

NOBODY_YET: tuple[tuple[str, Any], ...] = (("", say("—")),)
LONG_TEXT = 6_000


def parks() -> list[tuple[str, Any]]:
    """Return the parks as choices."""
    return [*NOBODY_YET, *((code, say(label)) for code, label in dictionary("parks").items())]


class ItemForm(Form):
    """The text of a support item: what a review is about."""

    kind = CodeField(say("Kind of support"), [required], choices=[*NOBODY_YET, *KINDS.items()])
    measure = CodeField(
        say("Form (only for power, funds and technical upgrades)"), default="",
        choices=[*NOBODY_YET, *((code, one.label) for code, one in measures().items())],
    )  # fmt: skip
    title = LineField(say("What is promised, in a few words"), [required, at_most(120)])
    legal_basis = LongField(
        say("Legal basis"), [required, at_most(2000)],
        description=say("Law, decree or document with its article; what has none is not promised."),
    )  # fmt: skip
    beneficiary = LongField(
        say("Who may receive it"), [required, at_most(2000)],
        description=say("A rule that others can meet too, not the name of one enterprise."),
    )  # fmt: skip
    condition = LongField(
        say("Wording of the clause"), [required, at_most(LONG_TEXT)],
        description=say("Word for word as the contract carries it; marked words get an explanation on the next page."),
    )  # fmt: skip
    amount_fen = WanField(say("Amount"))
    starts_on = DayField(say("From"))
    ends_on = DayField(say("Until"))


class ParkItemForm(ItemForm):
    """A support item of a park."""

    park = CodeField(say("Park"), [required], choices=parks())


class RewordForm(ItemForm):
    """Another wording of an item, with the edition that was seen and the reason."""

    reason = LineField(say("Why the text changes"), [required, at_most(200)])
    edition = HiddenField()


class HearingForm(Form):
    """Somebody affected who was heard."""

    who = LineField(say("Who was heard (enterprise, association, public)"), [required, at_most(120)])
    heard_on = DayField(say("Heard on"), [required])
    how = CodeField(say("How"), [required], choices=list(WAYS.items()), default="meeting")
    said = LongField(say("What they said"), [required, at_most(2000)])


class SendForm(Form):
    """The drafting unit's own first opinion."""

    first_opinion = LongField(
        say("First opinion of the drafting unit"), [required, at_most(4000)],
        description=say("What the unit looked at, and why competition is not harmed (art. 14)."),
    )  # fmt: skip
    unheard_reason = LongField(say("If nobody was heard: why"), [at_most(1000)])


class ConclusionForm(Form):
    """The conclusion of a review with the market regulator's opinion and document."""

    conclusion = CodeField(say("Conclusion"), [required], choices=[*NOBODY_YET, *CONCLUSIONS.items()])
    concluded_on = DayField(say("Concluded on"), [required])
    opinion = LongField(say("Opinion of the market regulator"), [required, at_most(LONG_TEXT)])
    document_no = LineField(
        say("Document number"), [at_most(120)], description=say("Without number and file no conclusion stands."),
    )  # fmt: skip
    asked_change = LongField(
        say("If after changes: what must be changed"), [at_most(4000)],
        description=say("The item goes back; only the confirmed new text may stand in a contract."),
    )  # fmt: skip
    ground = CodeField(say("If an exception: the case of article 12"), choices=[*NOBODY_YET, *GROUNDS.items()],
                       default="")  # fmt: skip
    no_milder = LongField(say("If an exception: why nothing milder serves"), [at_most(2000)])
    exception_until = DayField(say("If an exception: its last day"))
    end_conditions = LongField(say("If an exception: what ends it earlier"), [at_most(2000)])
    edition = HiddenField()


class ConclusionPageForm(ConclusionForm):
    """A conclusion as the page takes it, with the file."""

    file = FileField(say("Signed document of the opinion (PDF, JPEG or PNG)"))


class ConfirmForm(Form):
    """The edition that the reviewer read before confirming it."""

    edition = HiddenField()


class EndForm(Form):
    """From which day an item is over, and why."""

    happened_on = DayField(say("Day"), [required])
    reason = LongField(say("Reason"), [required, at_most(250)])


class FulfilForm(Form):
    """On which day a promise was kept, and by what."""

    happened_on = DayField(say("Fulfilled on"), [required])
    note = LongField(say("By what (document, sum, day)"), [required, at_most(1000)])


class StepForm(Form):
    """The next step of an application."""

    to = CodeField(say("Next step"), [required], choices=list(STEPS.items()))
    happened_on = DayField(say("Day"), [required])
    note = LongField(say("Note"), [at_most(1000)])


class AttachForm(Form):
    """The contract that is to carry an item."""

    contract_id = CodeField(say("Contract"), [required], choices=[])


class CarryForm(Form):
    """The contract that carries an item, by its number; a program names it itself."""

    contract_id = CountField(say("Contract"), most=2**53)


class EnterprisesField(ParsedField):
    """Enterprises typed one a line: name | credit code | criterion met."""

    widget = TextArea()

    def read(self, text: str) -> Any:
        """Read the lines; refuses what is none."""
        try:
            return read_enterprises(text)
        except ValueError:
            raise ValueError(say("Give each enterprise on its own line: name | credit code | criterion met.")) from None

    def write(self, value: Any) -> str:
        """Show the enterprises as they are typed."""
        return show_enterprises(value)


class ListForm(Form):
    """A list of key-support enterprises of a park."""

    park = CodeField(say("Park"), [required], choices=parks())
    title = LineField(say("Name of the list"), [required, at_most(120)])
    criteria = LongField(
        say("Open criteria"), [required, at_most(LONG_TEXT)],
        description=say("As they are published; whoever meets them may stand on the list."),
    )  # fmt: skip
    legal_basis = LongField(say("Legal basis"), [required, at_most(2000)])
    enterprises = EnterprisesField(
        say("Enterprises, at most three"), [required],
        description=say("One a line: name | credit code | criterion met."),
    )  # fmt: skip
    starts_on = DayField(say("From"))
    ends_on = DayField(say("Until"))


class ListRewordForm(ListForm):
    """Another text of a list, with the edition that was seen and the reason."""

    reason = LineField(say("Why the text changes"), [required, at_most(200)])
    edition = HiddenField()


class InForceForm(Form):
    """From which day a list takes effect, and where its criteria are open."""

    from_day = DayField(say("In force from"), [required])
    published = LineField(say("Where the criteria are published (address, notice)"), [required, at_most(200)])


class IndustriesForm(Form):
    """The leading industries of a park, one a line."""

    industries = LongField(say("Leading industries, one a line"), [required, at_most(600)])
    reason = LongField(say("Reason (asked for a fourth)"), [at_most(500)])


class PaperForm(Form):
    """An older agreement that is read in."""

    title = LineField(say("Name of the agreement"), [required, at_most(200)])
    counterpart = LineField(say("Signed with"), [at_most(120)])
    signed_on = DayField(say("Signed on"))
    text = LongField(say("Text of the agreement"), [at_most(400_000)])


class DecideForm(Form):
    """What became of a clause of an older agreement."""

    state = CodeField(say("State"), [required], choices=list(STATES.items()))
    note = LongField(say("By what (document, new agreement, legal basis)"), [required, at_most(1000)])


class TextForm(Form):
    """A text to be looked at; nothing is kept."""

    text = LongField(say("Text"), [required, at_most(400_000)])


FIELD_OF: dict[str, Any] = {
    "line": lambda label: LineField(label, [at_most(200)]),
    "long": lambda label: LongField(label, [at_most(2000)]),
    "day": DayField,
    "wan": WanField,
    "percent": lambda label: HundredthsField(label, most=100),
    "count": CountField,
}


def facts_form(measure: Measure) -> type[Form]:
    """Make the form of the facts that one form of support has."""
    fields = {fact.code: FIELD_OF[fact.type](fact.label) for fact in measure.facts}
    return type("FactsForm", (Form,), fields)
