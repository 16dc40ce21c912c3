"""Where leads stand in the chains: worked out from a verdict, and kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.scoring.models_chain import ChainPlace
from crm.scoring.rules_chain import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.scoring.rules_fit import Fit
    from crm.scoring.rules_text import ProjectText

AT_ONCE = 300


def places_in_chains(fit: Fit, text: ProjectText) -> tuple[str, ...]:
    """Return the links that a verdict's phrases, else the text, and the industry code name."""
    spoken = [(reason.trade, reason.phrase) for reason in fit.reasons if reason.weight > 0]
    return places_of(fit.trades, spoken, f"{text.name} {text.content} {text.products}", text.industry_code)


def keep_places(found: Mapping[int, tuple[str, ...]]) -> None:
    """Replace the places of some leads."""
    ids = list(found)
    ChainPlace.delete().where(ChainPlace.lead.in_(ids)).execute()
    rows = [{"lead": lead_id, "link": link} for lead_id, links in found.items() for link in links]
    for start in range(0, len(rows), AT_ONCE):
        ChainPlace.insert_many(rows[start : start + AT_ONCE]).execute()
