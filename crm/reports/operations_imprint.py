"""What every workbook says about itself: whose it is, who made it when, of what, in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.queries import people, units
from crm.core.errors import say
from crm.core.words import DEFAULT, locale, render
from crm.profile.queries import bureau
from crm.reports.books import local
from exports import shapes
from exports.words import EN, ZH, Words

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.leads.queries_list import Ask


def language() -> Words:
    """Return the workbook's own words in the language in force."""
    return ZH if locale() == DEFAULT else EN


def bureau_name() -> str:
    """Return the bureau's name for titles."""
    found = bureau()
    return found.name if found else render(say("Investment promotion bureau"))


def imprint(
    by: Actor, at: datetime, as_of: date, sentence: str, order: str, known: date | None = None
) -> shapes.Imprint:
    """Say who made a workbook, when, from what and in which order."""
    found = bureau()
    return shapes.Imprint(
        bureau=bureau_name(), produced_by=by.name, produced_at=local(at), as_of=as_of, filters=sentence, order=order,
        known_on=known, sample=bool(found and found.sample),
    )  # fmt: skip


def names_of(ask: Ask) -> dict[str, str]:
    """Return the names of the unit and the people that a question is about."""
    found: dict[str, str] = {}
    if "unit" in ask.filters:
        found["unit"] = next((row.name for row in units(active_only=False) if str(row.id) == ask.filters["unit"]), "—")
    for key in ("owner", "cadre"):
        if key in ask.filters:
            found[key] = next((row.name for row in people() if str(row.id) == ask.filters[key]), "—")
    return found
