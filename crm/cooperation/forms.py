"""The forms of the cooperation: a judgement, a contact, works, their progress, a sharing agreement."""

from __future__ import annotations

from wtforms import FileField, Form

from crm.cooperation.rules import SHARED_ITEMS, VERDICTS, WORKS_KINDS, cooperation
from crm.core.errors import Text, say
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
from crm.profile.rules import dictionary

PAPER = say("Evidence (PDF, JPG or PNG)")


def parks() -> list[tuple[str, Text | str]]:
    """Return the parks as choices, none first."""
    return [("", "—"), *((code, say(name)) for code, name in dictionary("parks").items())]


def standards() -> list[tuple[str, Text]]:
    """Return the six standards as choices."""
    return [(one.code, one.label) for one in cooperation().standards.values()]


class StandardForm(Form):
    """How far a standard is met, and what shows it."""

    standard = CodeField(say("Standard"), [required], choices=standards())
    verdict = CodeField(say("How far"), [required], choices=list(VERDICTS.items()))
    happened_on = DayField(say("As of the day"), [required])
    evidence = LongField(say("What shows it"), [required, at_most(2000)])
    next_step = LineField(say("What comes next"), [at_most(200)])
    file = FileField(PAPER)


class PartnerForm(Form):
    """Somebody of the partner side; work contacts only."""

    unit = LineField(say("Unit of the partner"), [required, at_most(120)])
    name = LineField(say("Name"), [required, at_most(40)])
    post = LineField(say("Post"), [at_most(60)])
    phone = LineField(say("Office phone"), [at_most(60)])
    field = LineField(say("Responsible for"), [at_most(120)])


class WorksForm(Form):
    """A piece of infrastructure that both sides pay for; unknown shares stay empty."""

    name = LineField(say("Works"), [required, at_most(120)])
    kind = CodeField(say("Kind of works"), [required], choices=list(WORKS_KINDS.items()))
    park = CodeField(say("Park"), choices=parks(), default="")
    total_fen = WanField(say("Cost in all"), [required])
    ours_fen = WanField(say("Xichang's share"))
    theirs_fen = WanField(say("The partner's share"))
    basis = LineField(say("Paper that says who pays what"), [at_most(200)])
    planned_on = DayField(say("To be finished on"))
    note = LongField(say("Note"), [at_most(1000)])


class ProgressForm(Form):
    """How far the works have come on a day."""

    happened_on = DayField(say("As of the day"), [required])
    percent = CountField(say("Progress"), [required], most=100)
    ours_paid_fen = WanField(say("Paid by Xichang so far"))
    theirs_paid_fen = WanField(say("Paid by the partner so far"))
    note = LineField(say("Note"), [at_most(200)])


class AgreementForm(Form):
    """A written agreement on what is shared, and for how long."""

    title = LineField(say("Title of the agreement"), [required, at_most(160)])
    ours = LineField(say("Party of Xichang"), [required, at_most(120)])
    theirs = LineField(say("Party of the partner"), [required, at_most(120)])
    item = CodeField(say("What is shared"), [required], choices=list(SHARED_ITEMS.items()))
    ours_bps = HundredthsField(say("Xichang's ratio"), [required], most=100)
    theirs_bps = HundredthsField(say("The partner's ratio"), [required], most=100)
    starts_on = DayField(say("From"), [required])
    ends_on = DayField(say("Until (empty: no end agreed)"))
    document_no = LineField(say("Document number"), [required, at_most(80)])
    legal_basis = LongField(say("Legal basis"), [at_most(1000)])
    file = FileField(say("The agreement itself (PDF, JPG or PNG)"))


class VoidForm(Form):
    """Why an agreement does not count any more."""

    reason = LineField(say("Reason"), [required, at_most(200)])
