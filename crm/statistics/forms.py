"""The forms of the register and of monthly figures: one reading for page, workbook and command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Form, HiddenField
from wtforms.validators import StopValidation

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
from crm.core.uscc import read_uscc
from crm.leads.forms import EXTRA_CHECKS, phone_check
from crm.profile.rules import dictionary
from crm.statistics.rules import INDICATORS, MEASURES, MONTHS, open_sources, read_month, source_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field

MOST_COUNT = 100_000_000_000
MOST_TONNES = 1_000_000_000
REASON = 200
NAME = 120


class MonthField(ParsedField):
    """A month, typed as 2026-10 (2026年10月 and 202610 are read too)."""

    def read(self, text: str) -> str:
        """Read a month; refuses what is none."""
        try:
            return read_month(text)
        except ValueError:
            raise ValueError(say("Give a month like 2026-11.")) from None


class SourceField(CodeField):
    """Where a figure comes from; what the statistics law protects is refused with its sentence."""

    def pre_validate(self, form: Any) -> None:
        """Refuse an unknown source, and one whose figures cannot be taken in."""
        del form
        if self.data == "" and not self.flags.required:
            return
        for finding in source_findings(str(self.data)):
            raise StopValidation(finding.text)


def _code_check(form: Form, field: Field) -> None:
    del form
    if field.data:
        reading = read_uscc(field.data)
        if not reading.sound:
            raise StopValidation(reading.findings[0].text)
        field.data = reading.code


class EnterpriseForm(Form):
    """One enterprise of the register."""

    version = HiddenField()
    name = LineField(say("Name of the enterprise"), [required, at_most(NAME)])
    uscc = LineField(say("Unified social credit code"), [at_most(40), _code_check])
    park = CodeField(say("Park"), [required])
    industry_code = LineField(say("Industry code (GB/T 4754)"), [*EXTRA_CHECKS["industry_code"], at_most(8)])
    unit_id = CodeField(say("Responsible unit"), [required])
    statistician = LineField(say("Named statistician"), [required, at_most(60)])
    statistician_phone = LineField(say("Statistician's work phone"), [phone_check, at_most(60)])
    lead_number = LineField(
        say("Project number, if it was ever a project"), [at_most(20)], description=say("As LD-2026-0001.")
    )
    entered_on = DayField(say("In the park since"))
    left_on = DayField(say("Left the park on"))
    scale_on = DayField(
        say("In the statistics of industry since"), description=say("The day of 企业进规; empty while it is not.")
    )
    note = LongField(say("Note"), [at_most(2000)])
    happened_on = DayField(say("So since"), description=say("The day from which on the change is true; empty: today."))
    reason = LineField(say("Reason"), [at_most(REASON)])

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        """Offer the parks and the units that may be chosen."""
        self["park"].choices = [("", say("—")), *((code, say(name)) for code, name in dictionary("parks").items())]
        self["unit_id"].choices = [(str(key), name) for key, name in units]


class ReturnFormBase(Form):
    """What stands beside the figures of a month."""

    month = MonthField(say("Month"), [required])
    source = SourceField(say("Source"), [required])
    statistician = LineField(say("Named statistician"), [required, at_most(60)])
    note = LineField(say("Note"), [at_most(REASON)])
    reason = LineField(
        say("Why a figure changes"), [at_most(REASON)],
        description=say("Asked for when a known figure becomes another one; the old one stays on record."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sources whose figures may be taken in."""
        super().__init__(*args, **kwargs)
        offered = [(source.code, source.label) for source in open_sources()]
        self["source"].choices = [("", say("—")), *offered]
        for measure in MEASURES:
            self[f"source_{measure.name}"].choices = [("", say("As above")), *offered]

    def values(self) -> dict[str, Any]:
        """Return the figures as the table keeps them, with the sources that differ."""
        found = {measure.name: self[measure.name].data for measure in MEASURES}
        main = self["source"].data
        others = {measure.name: self[f"source_{measure.name}"].data for measure in MEASURES}
        sources = {
            name: code for name, code in others.items() if code and code != main and found[name] is not None
        }
        return {
            **found, "source": main, "sources": sources, "statistician": self["statistician"].data or "",
            "note": self["note"].data or "", "reason": self["reason"].data or "",
        }  # fmt: skip


def _field(kind: str, label: Any) -> Any:
    if kind == "money":
        return WanField(label)
    if kind == "hundredths":
        return HundredthsField(label, most=MOST_TONNES)
    return CountField(label, most=MOST_COUNT)


ReturnForm: Any = type(
    "ReturnForm",
    (ReturnFormBase,),
    {
        **{measure.name: _field(measure.kind, measure.label) for measure in MEASURES},
        **{
            f"source_{measure.name}": SourceField(say("Source of: %(what)s", what=measure.label), default="")
            for measure in MEASURES
        },
    },
)
"""The form of a month's figures, made from the table of measures so that page and workbook read the same."""


class CityForm(Form):
    """A total of the city."""

    year = CountField(say("Year"), [required], most=2099)
    through = CountField(say("Up to month"), [required], most=MONTHS)
    indicator = CodeField(say("City total"), [required], choices=list(INDICATORS.items()))
    amount_fen = WanField(say("Amount of the total"), [required])
    source = LineField(
        say("Source"), [required, at_most(REASON)],
        description=say("Which publication of whom, as: Statistical Bulletin 2025, page 3."),
    )  # fmt: skip
    note = LineField(say("Note"), [at_most(REASON)])
    reason = LineField(say("Why a figure changes"), [at_most(REASON)])


class ExplanationForm(Form):
    """An answer to what figures ask."""

    text = LongField(say("Explanation"), [required, at_most(2000)])
