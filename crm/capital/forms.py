"""The forms of contracts and paid-in entries, with their limits in words."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, Form
from wtforms.widgets import TextArea

from crm.capital.rules import ALL_REVIEWED, CARRIES, CONTRACT_KINDS, PAID_IN_KINDS, read_plan, show_plan
from crm.capital.rules_checks import VERDICTS
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


class PlanField(ParsedField):
    """A yearly plan typed as lines of year and amount in 万元, kept as fen by year."""

    widget = TextArea()

    def read(self, text: str) -> dict[int, int]:
        """Read the lines; refuses what is none."""
        try:
            return read_plan(text)
        except ValueError:
            raise ValueError(
                say("Give each year on its own line, like 2026: 5000 (in 10,000 yuan), each year once.")
            ) from None

    def write(self, value: Any) -> str:
        """Show the plan as it is typed."""
        return show_plan(value)


class ContractForm(Form):
    """One contract."""

    kind = CodeField(say("Kind of contract"), [required], choices=list(CONTRACT_KINDS.items()))
    signed_on = DayField(say("Signed on"), [required])
    amount_fen = WanField(say("Contract amount"), [required])
    counterpart = LineField(say("Signed with"), [at_most(120)])
    agreed_start_on = DayField(say("Agreed start"))
    agreed_completion_on = DayField(say("Agreed completion"))
    agreed_production_on = DayField(say("Agreed production"))
    yearly_plan = PlanField(
        say("Yearly investment plan"), description=say("One year a line, in 10k yuan, as 2026: 20000.")
    )
    carries = CodeField(
        say("Promises of support in the paper"), choices=list(CARRIES.items()), default=ALL_REVIEWED,
        description=say("Only reviewed items may stand in a signed paper; the page Support lists them."),
    )  # fmt: skip
    note = LongField(
        say("Note"), [at_most(2000)],
        description=say("Say why when agreed dates or the plan change; what was agreed before stays on record."),
    )  # fmt: skip


class PaidInForm(Form):
    """One entry of paid-in money."""

    paid_on = DayField(say("Paid on"), [required])
    amount_fen = WanField(say("Amount paid in"), [required])
    kind = CodeField(say("What was paid"), [required], choices=list(PAID_IN_KINDS.items()))
    outside_bps = HundredthsField(say("Share of capital from outside the city, per cent"), most=100)
    voucher_no = LineField(say("Voucher number"), [at_most(60)])
    excess_reason = LineField(say("Why more than contracted (only when it is)"), [at_most(200)])
    note = LongField(say("Note"), [at_most(2000)])


class PaidInPageForm(PaidInForm):
    """One entry of paid-in money with the file of its voucher, as the page takes it."""

    file = FileField(say("Voucher file (PDF, JPEG or PNG)"))


class VoucherForm(Form):
    """The file of a voucher that was recorded without one."""

    file = FileField(say("Voucher file (PDF, JPEG or PNG)"))


class CheckForm(Form):
    """What somebody found who looked at a voucher."""

    verdict = CodeField(say("What was found"), [required], choices=list(VERDICTS.items()))
    reason = LineField(say("Reason or remark"), [at_most(200)])


class VoidForm(Form):
    """Why an entry is voided."""

    reason = LineField(say("Reason"), [required, at_most(200)])
