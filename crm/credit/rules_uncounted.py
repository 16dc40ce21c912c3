"""Why something that happened brought a cadre nothing: a fair account says that, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.core.money import show_wan
from crm.credit.rules_ledger import wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crm.credit.rules_ledger import Statement
    from crm.credit.rules_tariff import Tariff

DEDUCTIONS = ("report_missed", "false_report")


@dataclass(frozen=True)
class Uncounted:
    """One event in which a cadre has a part and which brought nothing, and why."""

    lead: int
    number: str
    item: str
    day: date
    why: Text


def uncounted(said: Sequence[Statement], cadre: int, tariffs: Mapping[str, Tariff]) -> list[Uncounted]:
    """Return the events of one enterprise that brought a cadre nothing, by the ledger's own rule."""
    made = wanted(said, tariffs).values()
    own = {entry.event_key for entry in made if entry.cadre == cadre}
    counted = {entry.event_key for entry in made}
    found = []
    for one in said:
        share = next((share for share in one.shares if share.cadre == cadre), None)
        if share is None or one.lead is None or not one.stands or one.kind in DEDUCTIONS or one.key in own:
            continue
        why = _why(one, [other for other in said if other.key in counted], tariffs, posted=share.posting is not None)
        found.append(Uncounted(one.lead, one.number, one.kind, one.day, why))
    return sorted(found, key=lambda one: (one.day, one.number, one.item))


def _why(one: Statement, counted: Iterable[Statement], tariffs: Mapping[str, Tariff], *, posted: bool) -> Text:
    tariff = tariffs.get(one.tariff)
    if tariff is None:
        return say("no tariff was in force on this day")
    if one.false:
        return say("a proven false report: the project counts zero")
    if not posted:
        return say("outside every posting, and not in the %(n)s months after the one it was reported in",
                   n=tariff.tail_months)  # fmt: skip
    same = [other for other in counted if other.kind == one.kind and other.key != one.key]
    own = _of_item(one, same, tariff)
    if own is not None:
        return own
    other = next((other.number for other in same if other.project == one.project), "")
    if other:
        return say("the same investor and site count as one project, counted under %(number)s", number=other)
    return say("what falls to this share rounds to nothing")


def _of_item(one: Statement, same: Sequence[Statement], tariff: Tariff) -> Text | None:
    """Return the reason that only an item of its kind has."""
    item = tariff.items[one.kind]
    if one.kind == "visit":
        day = min((other.day for other in same), default=one.day)
        return say("this enterprise's visit was counted already, on %(day)s; it counts once", day=day)
    if one.kind == "paid_in":
        return say("the project's recognised money does not reach the next step with this voucher")
    if one.kind == "signed" and item.band(one.amount_fen) == 0:
        first = min(start for start, _ in item.bands)
        return say("below the first band of %(wan)s (10,000 yuan)", wan=show_wan(first))
    if one.kind == "landed" and not one.reviewed:
        return say("zero until the tariff's own review has passed")
    return None
