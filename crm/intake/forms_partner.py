"""The forms of partners: the hint they send, the partner an administrator enters, and the verdict on a hint."""

from __future__ import annotations

from wtforms import BooleanField, StringField
from wtforms.validators import StopValidation

from crm.core.errors import say
from crm.core.forms import LineField, LongField, at_most, required
from crm.core.web import PageForm
from crm.leads.forms import LeadForm


def agreed(_form: object, field: BooleanField) -> None:
    """Refuse a hint whose sender has not told the contact person."""
    if not field.data:
        raise StopValidation(say("Confirm that the contact person knows of this."))


class HintForm(PageForm):
    """What a partner says of a project; its fields are the lead's own, so that a hint is checked as a lead is."""

    name = LeadForm.name
    investor = LeadForm.investor
    investor_place = LeadForm.investor_place
    content = LongField(say("What is built"), [required, at_most(4000)])
    investment_fen = LeadForm.investment_fen
    contact_name = LeadForm.contact_name
    contact_phone = LeadForm.contact_phone
    recommender = LineField(say("Your name and office"), [required, at_most(60)])
    told = BooleanField(say("The contact person knows that name and phone are passed on"), [agreed])
    website = StringField(say("Leave this empty"))
    """A trap: people do not see it, programs fill it."""


class PartnerForm(PageForm):
    """A partner outside."""

    name = LineField(say("Partner"), [required, at_most(60)])


class AcceptForm(PageForm):
    """Whether a look-alike is another project."""

    another_project = BooleanField(say("This is another project"))


class DeclineForm(PageForm):
    """Why a hint is declined."""

    reason = LineField(say("Reason"), [required, at_most(200)])
