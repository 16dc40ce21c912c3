"""Tells the leads' stories: all events of all leads in the order in which they happened, each by who did it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from crm.core.money import FEN_PER_WAN
from crm.leads.operations import create_lead
from crm.leads.operations_facts import share_credit
from crm.leads.rules_claims import WHOLE_BPS
from crm.pipeline.operations import create_assessed
from crm.sample.filler_after import after_steps
from crm.sample.filler_approvals import approval_steps
from crm.sample.filler_cadres import cadre_steps
from crm.sample.filler_calendar import Step
from crm.sample.filler_cooperation import cooperation_steps
from crm.sample.filler_deeds import Deeds
from crm.sample.filler_land import land_steps
from crm.sample.filler_ledger import ledger_steps
from crm.sample.filler_matters import matter_steps
from crm.sample.filler_partner import partner_steps
from crm.sample.filler_people import posting_steps
from crm.sample.filler_statistics import statistics_steps
from crm.sample.stories_shapes import OpeningEvent
from crm.scoring.operations import assess_lead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast
    from crm.sample.stories_shapes import SampleClaim, SampleLead, Story

HUNDREDTHS = 100
SHARED = "首报人与协助的挂职干部商定分成，报组织部门备案"
EVERY = 100


@dataclass(frozen=True)
class Telling:
    """What telling needs: the story, everybody in it, the days, and the leads' ids once they exist."""

    story: Story
    cast: Cast
    calendar: Calendar
    ids: dict[str, int] = field(default_factory=dict)


def tell(telling: Telling, progress: Callable[[int, int], None] | None = None) -> None:
    """Let everything happen, oldest first; tell how far it is now and then."""
    told = [step for lead in telling.story.leads for step in _steps(lead, telling)]
    told += posting_steps(telling.story, telling.cast, telling.calendar)
    told += partner_steps(telling.cast, telling.calendar)
    told += after_steps(telling.cast, telling.calendar)
    told += approval_steps(telling.cast, telling.calendar, telling.ids)
    told += cooperation_steps(telling.cast, telling.calendar)
    told += ledger_steps(telling.story, telling.cast, telling.calendar)
    told += matter_steps(telling.cast, telling.calendar, telling.ids)
    told += land_steps(telling.cast, telling.calendar, telling.ids)
    told += cadre_steps(telling.story, telling.cast, telling.calendar, telling.ids)
    told += statistics_steps(telling.cast, telling.calendar)
    # sorted() is stable: what one lead's story says at one moment stays in the order it was written.
    steps = sorted(told, key=lambda step: step.at)
    for place, step in enumerate(steps):
        step.do(step.at)
        if progress and (place % EVERY == 0 or place + 1 == len(steps)):
            progress(place + 1, len(steps))


def _steps(lead: SampleLead, telling: Telling) -> Iterator[Step]:
    """Return a lead's arrival, divisions of credit and events, each after the one before."""
    calendar = telling.calendar
    deeds = Deeds(lead, telling.cast, calendar, telling.ids)
    told: list[tuple[int, Callable[[datetime], object]]] = [
        (lead.created_days_ago, partial(_arrive, lead, telling)),
        *_divisions(lead, telling),
        *((event.days_ago, partial(deeds.do, event)) for event in lead.events if not isinstance(event, OpeningEvent)),
    ]
    told.sort(key=lambda item: -item[0])
    places: dict[int, int] = {}
    for days_ago, do in told:
        place = places[days_ago] = places.get(days_ago, -1) + 1
        yield Step(calendar.moment(days_ago, place, lead.key), do)


def _arrive(lead: SampleLead, telling: Telling, at: datetime) -> None:
    """Enter the lead: by the officer, by the cadre who reports it, or as an old ledger's opening entry."""
    values = facts(lead, telling.cast)
    by = telling.cast.actor(lead.reporter, lead.created_days_ago)
    opening = next(iter(lead.of(OpeningEvent)), None)
    if opening is None:
        telling.ids[lead.key] = create_assessed(values, by=by, at=at)
        return
    since = telling.calendar.day(opening.days_ago)
    noted = {**values, "remark": opening.text}
    lead_id = telling.ids[lead.key] = create_lead(noted, by=by, at=at, stage=opening.to, since=since)
    assess_lead(lead_id, by=by, at=at)


def facts(lead: SampleLead, cast: Cast) -> dict[str, Any]:
    """Return a lead's facts as the leads' table keeps them; what the story does not know stays unknown."""
    texts = (
        "name", "investor", "investor_place", "investor_profile", "content", "products", "build_nature", "currency",
        "site", "park", "source", "recommender", "contact_name", "contact_phone", "leader", "problems", "requests",
        "next_steps",
    )  # fmt: skip
    money = ("investment", "investment_max", "fixed_assets", "annual_output", "annual_tax")
    return {
        **{name: getattr(lead, name) for name in texts},
        **{f"{name}_fen": _times(getattr(lead, f"{name}_wan"), FEN_PER_WAN) for name in money},
        "foreign_amount_cents": _times(lead.foreign_amount_wan, FEN_PER_WAN),
        "land_cmu": _times(lead.land_mu, HUNDREDTHS),
        "energy_tce": lead.energy_tce,
        "jobs": lead.jobs,
        "unit_id": cast.units[lead.unit],
        "owner_id": cast.person_id(lead.owner),
    }


def _times(value: int | None, factor: int) -> int | None:
    return None if value is None else value * factor


def _divisions(lead: SampleLead, telling: Telling) -> Iterator[tuple[int, Callable[[datetime], object]]]:
    """Return the divisions of credit: the first reporter's whole, then the shares once the others have spoken.

    A claim that is disputed or was turned down has no table yet; the decision's reason keeps it on record.
    """
    accepted = [claim for claim in lead.claims if claim.standing == "accepted"]
    if not accepted:
        return
    first = accepted[0]
    if first.cadre != lead.reporter:
        yield first.days_ago, partial(_divide, lead, telling, lead.owner, [(first, WHOLE_BPS)], "")
    last = lead.claims[-1]
    if last is not first:
        open_claims = [claim for claim in lead.claims if claim.standing != "accepted"]
        words = "；".join([SHARED, *(_said(claim, telling.cast) for claim in open_claims)])
        shares = [(claim, claim.share_bps) for claim in accepted]
        decider = telling.cast.organiser() if open_claims else lead.owner
        yield last.days_ago, partial(_divide, lead, telling, decider, shares, words)


def _said(claim: SampleClaim, cast: Cast) -> str:
    return f"{cast.actors[claim.cadre].name}主张{claim.share_bps // HUNDREDTHS}%：{claim.reason}"


def _divide(lead: SampleLead, telling: Telling, login: str, shares: list[tuple[SampleClaim, int]], reason: str,
            at: datetime) -> None:  # fmt: skip
    cast = telling.cast
    share_credit(
        telling.ids[lead.key], [(cast.person_id(claim.cadre), bps) for claim, bps in shares], reason=reason,
        by=cast.actor(login, shares[0][0].days_ago), at=at,
    )  # fmt: skip
