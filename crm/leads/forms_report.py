"""The forms of a cadre's report, of a report entered for a cadre, and of disputes over credit."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form, HiddenField
from wtforms.widgets import DateTimeLocalInput

from crm.core.clock import SHANGHAI, shanghai_time
from crm.core.errors import say
from crm.core.forms import (
    CodeField,
    DayField,
    HundredthsField,
    LineField,
    LongField,
    ParsedField,
    WanField,
    at_most,
    required,
)
from crm.leads.forms import phone_check
from crm.leads.rules_claims import DECISIONS, MESSAGE_KINDS, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

FACTS = ("name", "investor", "investor_place", "investment_fen", "contact_name", "contact_phone", "content")
PARTS = 4
"""So many cadres a decision divides among."""


class MomentField(ParsedField):
    """A moment in Shanghai time, as `2026-11-23T09:30`; kept as naive UTC."""

    widget = DateTimeLocalInput()

    def read(self, text: str) -> datetime:
        """Read a moment; refuses what is none."""
        plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "T")
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            raise ValueError(say("Give a day and a time like 2026-11-23 09:30.")) from None
        if moment.tzinfo is not None or not 1978 <= moment.year <= 2099:  # noqa: PLR2004 - the years of core.forms
            raise ValueError(say("Give a day and a time like 2026-11-23 09:30."))
        return moment.replace(tzinfo=SHANGHAI).astimezone(UTC).replace(tzinfo=None)

    def write(self, value: Any) -> str:
        """Show a moment as the field of a browser takes it."""
        return shanghai_time(value).strftime("%Y-%m-%dT%H:%M")


class ReportForm(Form):
    """A cadre's report in at most eight fields; the eighth is the photo."""

    name = LineField(say("Project name"), [required, at_most(120)])
    investor = LineField(say("Investor"), [at_most(120)])
    investor_place = LineField(say("Investor's place"), [at_most(60)])
    investment_fen = WanField(say("Total investment"))
    contact_name = LineField(say("Contact person"), [at_most(60)])
    contact_phone = LineField(say("Phone"), [phone_check, at_most(120)])
    content = LongField(say("In your own words"), [at_most(4000)])
    another_project = BooleanField(say("This is another project"))
    client_key = HiddenField(validators=[required, at_most(40)])
    device_at = HiddenField(validators=[at_most(40)])

    def values(self) -> dict[str, Any]:
        """Return the lead's facts."""
        return {name: self[name].data for name in FACTS}

    def noted_at(self) -> datetime | None:
        """Return when the telephone says that this was written; it proves nothing and is kept beside the rest."""
        try:
            moment = datetime.fromisoformat(str(self.device_at.data or ""))
        except ValueError:
            return None
        return (moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta())).replace(microsecond=0)


class ProxyForm(ReportForm):
    """A report that an officer enters for a cadre, with the original message that proves its time."""

    cadre_id = CodeField(say("Cadre"), [required])
    message_kind = CodeField(say("How the message came"), [required], choices=list(MESSAGE_KINDS.items()))
    message_at = MomentField(say("When the message came"), [required])
    message_text = LongField(say("Words of the message"), [at_most(4000)])

    def offer(self, cadres: Iterable[tuple[int, str]]) -> None:
        """Offer the cadres at places that cannot reach this network."""
        self.cadre_id.choices = [("", say("—")), *((str(key), name) for key, name in cadres)]


class ObjectionForm(Form):
    """An objection to a project's credit."""

    known_by = LineField(say("Name or investor as you know it"), [at_most(120)])
    asked = HundredthsField(say("Share you ask for"), most=100)
    grounds = LongField(say("Why the credit is yours, with days and people"), [required, at_most(4000)])
    client_key = HiddenField(validators=[at_most(64)])


class SpeakForm(Form):
    """An answer to an objection, or an appeal."""

    text = LongField(say("What happened from your side"), [required, at_most(4000)])


class DecideForm(Form):
    """A decision or the last word on an appeal."""

    decision = CodeField(say("Decision"), [required], choices=[("", say("—")), *DECISIONS.items()])
    reason = LongField(say("Written reason"), [required, at_most(4000)])
    counts_from = DayField(say("The new shares count from"))


class PartyForm(Form):
    """Who introduced a lead, or which unit negotiated first."""

    role = CodeField(say("Part played"), [required], choices=list(ROLES.items()))
    unit_id = CodeField(say("Unit"), default="")
    party_name = LineField(say("Somebody else, by name"), [at_most(120)])
    happened_on = DayField(say("Day"), [required])
    party_reason = LineField(say("Reason"), [at_most(200)])

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        """Offer the units there are."""
        self.unit_id.choices = [("", say("—")), *((str(key), name) for key, name in units)]
