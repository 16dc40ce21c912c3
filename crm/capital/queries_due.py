"""Paid-in money that waits: for its voucher, for the check of one's own office, for the answer to an objection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.capital.queries_checks import WaitingRow, office_of, said_on, waiting
from crm.capital.rules_checks import CHECK_OFFICES, COUNTING, INVESTMENT, standing
from crm.core.clock import shanghai_date
from crm.core.due import Due, Source, light_on
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.workdays import later

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor
    from crm.core.errors import Text

CHECK_DAYS = 5
"""Working days for checking a voucher."""
MANY = 2000


def _line(kind: str, row: WaitingRow, text: Text, today: date, endpoint: str) -> Due:
    until = later(shanghai_date(row.recorded_on), CHECK_DAYS)
    return Due(kind, "paid_in", row.id, f"{row.number} {row.name}", text, until, light_on(until, today, 2), endpoint,
               {"lead_id": row.lead_id, "entry_id": row.id})  # fmt: skip


def due_checks(by: Actor, today: date) -> list[Due]:
    """Return the entries whose voucher waits for the office of the person who looks, and for no colleague of theirs."""
    office = office_of(by)
    if office not in CHECK_OFFICES:
        return []
    side = (INVESTMENT,) if office == INVESTMENT else COUNTING
    rows = [
        row
        for row in waiting(by, "capital.check", MANY)
        if row.has_file and by.person_id not in {row.recorded_by, row.owner_id}
    ]
    checks = said_on([row.id for row in rows])
    found = []
    for row in rows:
        if any(check.office in side or check.verdict == "objected" for check in standing(checks.get(row.id, ()))):
            continue
        text = say("Check the voucher of %(amount)s (10k yuan) paid in on %(day)s.", amount=show_wan(row.amount_fen),
                   day=row.paid_on)  # fmt: skip
        found.append(_line("check", row, text, today, "capital.check_one"))
    return found


def due_vouchers(by: Actor, today: date) -> list[Due]:
    """Return the entries that lack their voucher file, or to which a checker objects."""
    rows = waiting(by, "capital.record", MANY)
    checks = said_on([row.id for row in rows])
    found = []
    for row in rows:
        objected = any(check.verdict == "objected" for check in standing(checks.get(row.id, ())))
        amount = show_wan(row.amount_fen)
        if objected:
            text = say("A checker objects to %(amount)s (10k yuan): settle it, or take the entry back.", amount=amount)
            found.append(_line("voucher", row, text, today, "capital.check_one"))
        elif not row.has_file:
            text = say("Bring the voucher file of %(amount)s (10k yuan); without it the money does not count.",
                       amount=amount)  # fmt: skip
            found.append(_line("voucher", row, text, today, "capital.voucher"))
    return found


DUE = (
    Source("check", say("Paid-in money to check"), "capital.check", due_checks),
    Source("voucher", say("Vouchers"), "capital.record", due_vouchers),
)
