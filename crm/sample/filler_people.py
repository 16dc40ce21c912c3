"""Founds the sample bureau: units, people with their passwords, postings with what changed them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from crm.accounts.operations import add_person, add_unit
from crm.cadres.operations import change_end, post_cadre, set_reach
from crm.core.actor import SYSTEM, Actor
from crm.profile.operations import found_bureau
from crm.sample.filler_calendar import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crm.sample.filler_calendar import Calendar
    from crm.sample.stories_shapes import SamplePosting, SamplePostingChange, Story

FOUNDED = 745
"""Days ago: before the first posting begins and the first lead comes in."""
POSTED_AFTER = 3
ORGANISER = "organiser"
CUT_OFF = "当地办公网与本市政务外网不通，经两地信息中心确认"


@dataclass(frozen=True)
class Cast:
    """Everybody by login and every unit by code, as the database knows them."""

    units: Mapping[str, int]
    actors: Mapping[str, Actor]
    postings: tuple[SamplePosting, ...]

    def actor(self, login: str, days_ago: int) -> Actor:
        """Return who acts on that day; a cadre is posted while a posting runs."""
        posted = any(posting.cadre == login and posting.covers(days_ago) for posting in self.postings)
        return replace(self.actors[login], posted=posted)

    def person_id(self, login: str) -> int:
        """Return a person's id."""
        found_id = self.actors[login].person_id
        assert found_id is not None, login  # noqa: S101 - settle() gave everybody an id
        return found_id

    def organiser(self) -> str:
        """Return the login of the organisation department."""
        return next(login for login, actor in self.actors.items() if ORGANISER in actor.roles)


def found(told: Story, calendar: Calendar) -> None:
    """Say that this database belongs to the sample bureau."""
    found_bureau(told.bureau, "sample", by=SYSTEM, at=calendar.moment(FOUNDED))


def settle(told: Story, calendar: Calendar, passwords: Mapping[str, str]) -> Cast:
    """Add units and people; everybody may sign in with the password that was drawn for them."""
    at = calendar.moment(FOUNDED, 1)
    units = {unit.code: add_unit(unit.code, unit.name, unit.office, by=SYSTEM, at=at) for unit in told.units}
    actors = {}
    for person in told.people:
        person_id = add_person(
            person.login, person.name, passwords[person.login], unit_id=units[person.unit], role_names=person.roles,
            title=person.title, must_change=False, by=SYSTEM, at=at,
        )  # fmt: skip
        actors[person.login] = Actor(person_id, person.name, frozenset(person.roles), units[person.unit])
    return Cast(units, actors, told.postings)


def posting_steps(told: Story, cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return what happens to postings: cadres are posted, some are kept longer, some called back."""
    for posting in told.postings:
        ids: list[int] = []
        days_ago = posting.from_days_ago + POSTED_AFTER
        yield Step(calendar.moment(days_ago), partial(_post, posting, cast, calendar, ids, days_ago))
        for change in posting.changes:
            yield Step(calendar.moment(change.days_ago), partial(_change, change, cast, calendar, ids))
        if posting.offline_since:
            yield Step(calendar.moment(posting.offline_since), partial(_cut_off, posting, cast, ids))


def _post(posting: SamplePosting, cast: Cast, calendar: Calendar, ids: list[int], days_ago: int, at: datetime) -> None:
    posting_id = post_cadre(
        cast.person_id(posting.cadre), host_place=posting.host_place, host_unit=posting.host_unit, post=posting.post,
        home_unit_id=None if posting.home_elsewhere else cast.units[posting.home_unit],
        home_elsewhere=posting.home_elsewhere, starts_on=calendar.day(posting.from_days_ago),
        ends_on=calendar.day(posting.to_days_ago), direction=posting.direction, post_kind=posting.post_kind,
        by=cast.actor(cast.organiser(), days_ago), at=at,
    )  # fmt: skip
    ids.append(posting_id)


def _cut_off(posting: SamplePosting, cast: Cast, ids: list[int], at: datetime) -> None:
    by = cast.actor(cast.organiser(), posting.offline_since)
    set_reach(ids[0], offline=True, reason=CUT_OFF, by=by, at=at)


def _change(change: SamplePostingChange, cast: Cast, calendar: Calendar, ids: list[int], at: datetime) -> None:
    by = cast.actor(change.by, change.days_ago)
    change_end(ids[0], calendar.day(change.to_days_ago), change.reason, by=by, at=at)
