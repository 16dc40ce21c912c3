"""The form of a token for another program."""

from __future__ import annotations

from crm.accounts.forms import CheckboxListField
from crm.accounts.rules_tokens import SCOPES
from crm.core.errors import say
from crm.core.forms import DayField, LineField, at_most, required
from crm.core.web import PageForm, offered


class TokenForm(PageForm):
    """What a token is for, what it may do, and its last day."""

    name = LineField(say("Which program uses it"), [required, at_most(60)])
    scopes = CheckboxListField(say("What it may do"), [required])
    expires_on = DayField(say("Last day"), [required])

    def offer(self) -> None:
        """Offer the scopes."""
        self.scopes.choices = offered(SCOPES)
