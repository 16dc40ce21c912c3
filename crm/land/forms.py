"""The forms of land, with their limits in words."""

from __future__ import annotations

from wtforms import Form

from crm.core.errors import say
from crm.core.forms import CodeField, CountField, DayField, HundredthsField, LineField, LongField, at_most, required
from crm.core.web import offered
from crm.profile.rules import dictionary


class QuotaForm(Form):
    """A park's quota of a year."""

    park = CodeField(say("Park"), [required])
    year = CountField(say("Year"), [required], most=2099)
    area_cmu = HundredthsField(say("Quota"), [required])
    basis = LineField(say("Basis (document)"), [required, at_most(200)])

    def offer(self) -> None:
        """Offer the parks."""
        self.park.choices = offered(dictionary("parks"))


class ParcelForm(Form):
    """A parcel that is asked for."""

    name = LineField(say("Parcel"), [required, at_most(120)])
    park = CodeField(say("Park"), [required])
    township = LineField(
        say("Township"), [required, at_most(60)], description=say("It bears acquisition and demolition.")
    )
    lead_number = LineField(say("Project number, empty for the park's own works"), [at_most(20)])
    year = CountField(say("Quota of the year"), [required], most=2099)
    asked_cmu = HundredthsField(say("Area asked for"), [required])
    asked_on = DayField(say("Asked for on"), [required])
    note = LongField(say("Note"), [at_most(1000)])

    def offer(self) -> None:
        """Offer the parks."""
        self.park.choices = offered(dictionary("parks"))


class StepForm(Form):
    """A milestone that was done."""

    code = CodeField(say("Milestone"), [required])
    day = DayField(say("Done on"), [required])
    document = LineField(say("Document or a word on it"), [required, at_most(200)])


class PlanForm(Form):
    """Another day for a milestone."""

    code = CodeField(say("Milestone"), [required])
    due_on = DayField(say("Planned for"), [required])
    reason = LineField(say("Reason"), [required, at_most(200)])


class GrantForm(Form):
    """What was granted."""

    granted_cmu = HundredthsField(say("Area granted"), [required])
    granted_on = DayField(say("Granted on"), [required])
    document = LineField(say("Document or its number"), [required, at_most(200)])
    over_reason = LineField(say("Why more than the quota holds (only when it is)"), [at_most(200)])


class GiveUpForm(Form):
    """Why a parcel is given up."""

    reason = LineField(say("Reason"), [required, at_most(200)])
