"""The forms of leads: the one place where a lead's facts are checked, whichever door they come by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form, HiddenField
from wtforms.validators import StopValidation

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
from crm.leads.rules import CONTACT_KINDS, FACTS, Fact
from crm.profile.rules import dictionary
from crm.profile.rules_industries import plain_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field

CURRENCIES = ("CNY", "USD", "EUR", "HKD", "JPY", "GBP", "TWD", "KRW", "SGD", "AUD")
PHONE_LENGTH = 5


def phone_check(form: Form, field: Field) -> None:
    """Refuse what holds too few digits to be a phone number."""
    del form
    text = field.data or ""
    if text and sum(char.isdigit() for char in text) < PHONE_LENGTH:
        raise StopValidation(say("This is no phone number: give its digits, several separated by ；."))


def _range_check(form: Any, field: Field) -> None:
    low = form.investment_fen.data
    if field.data is not None and low is not None and field.data < low:
        raise StopValidation(say("The upper end is below the lower end."))


def _currency_check(form: Form, field: Field) -> None:
    del form
    if field.data and field.data.upper() not in CURRENCIES:
        raise StopValidation(say("Name a currency by its code: %(codes)s.", codes=CURRENCIES))


def _industry_check(form: Form, field: Field) -> None:
    del form
    if not field.data:
        return
    code = plain_code(field.data)
    if code is None:
        raise StopValidation(
            say("“%(code)s” is no code of GB/T 4754-2017: give two to four digits, as 3212.", code=field.data[:40])
        )
    field.data = code


EXTRA_CHECKS: dict[str, list[Any]] = {
    "name": [required],
    "contact_phone": [phone_check],
    "investment_max_fen": [_range_check],
    "currency": [_currency_check],
    "industry_code": [_industry_check],
}


def _field(fact: Fact) -> Any:
    checks = EXTRA_CHECKS.get(fact.name, [])
    if fact.kind == "text":
        return LineField(fact.label, [*checks, at_most(fact.limit)])
    if fact.kind == "long":
        return LongField(fact.label, [*checks, at_most(fact.limit)])
    if fact.kind == "money":
        return WanField(fact.label, checks)
    if fact.kind == "mu":
        return HundredthsField(fact.label, checks)
    if fact.kind == "count":
        return CountField(fact.label, checks)
    if fact.kind == "date":
        return DayField(fact.label, checks)
    return CodeField(fact.label, checks, choices=_choices(fact), default="")


def _choices(fact: Fact) -> list[tuple[str, Any]]:
    if not fact.dictionary:
        return [("", say("—"))]
    return [("", say("—")), *((code, say(name)) for code, name in dictionary(fact.dictionary).items())]


class LeadFormBase(Form):
    """What stands beside the facts: the version edited, the values it showed, the answer about duplicates."""

    version = HiddenField()
    base = HiddenField()
    client_key = HiddenField(validators=[at_most(64)])
    another_project = BooleanField(say("This is another project"))

    def offer(self, units: Iterable[tuple[int, str]], people: Iterable[tuple[int, str]]) -> None:
        """Offer the units and officers that may be chosen."""
        self["unit_id"].choices = [(str(key), name) for key, name in units]
        self["owner_id"].choices = [("", say("—")), *((str(key), name) for key, name in people)]

    def values(self) -> dict[str, Any]:
        """Return the facts as the table keeps them: ids as numbers, unknown as None."""
        found = {fact.name: self[fact.name].data for fact in FACTS}
        for name in ("unit_id", "owner_id"):
            found[name] = int(found[name]) if found[name] else None
        found["currency"] = (found["currency"] or "CNY").upper()
        found["source"] = found["source"] or "other"
        return found


LeadForm: Any = type("LeadForm", (LeadFormBase,), {fact.name: _field(fact) for fact in FACTS})
"""The form of a lead's facts, made from the table of facts so that page, import and API read the same."""


class ContactForm(Form):
    """One follow-up contact."""

    happened_on = DayField(say("Day"), [required])
    kind = CodeField(say("Kind"), [required], choices=list(CONTACT_KINDS.items()))
    two_way = BooleanField(say("Both sides spoke"))
    text = LongField(say("What was said"), [required, at_most(4000)])
    next_step = LineField(say("Next step"), [at_most(200)])
    next_on = DayField(say("Next step by"))
    client_key = HiddenField(validators=[at_most(64)])
