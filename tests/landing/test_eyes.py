"""Eyes that were other eyes once: leads handed on, verifiers who come to be involved, roles of one's own giving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.core.actor import Actor


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


def handed_to(lead_id: int, taker: Actor, by: Actor) -> None:
    """Make somebody the officer in charge, of that one's unit."""
    from crm.leads.models import Lead
    from crm.leads.operations import edit_lead

    values = {"owner_id": taker.person_id, "unit_id": taker.unit_id}
    edit_lead(lead_id, values, base={}, version=Lead.get_by_id(lead_id).version, by=by, at=AT)


def test_a_lead_handed_away_is_not_verified_by_its_old_unit(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity, verify_leg

    lead_id = story.lead(cast, stage="signed")
    save_entity(lead_id, story.entity(), by=cast.zhang, at=AT)
    handed_to(lead_id, cast.li, cast.chen)
    item = story.submitted(lead_id, "taxed", cast.li)
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=cast.gu, at=AT)
    assert story.codes(refused) == {"eyes.past_unit"}


def taken_over(lead_id: int, cast: story.Cast) -> None:
    handed_to(lead_id, cast.wang, cast.chen)


def handed_to_the_unit(lead_id: int, cast: story.Cast) -> None:
    handed_to(lead_id, story.person("tax2", "税务招商", "officer", cast.wang.unit_id), cast.chen)


def credited(lead_id: int, cast: story.Cast) -> None:
    from crm.leads.models import Claim

    Claim.create(lead=lead_id, cadre=cast.wang.person_id, share_bps=10_000, reported_at=AT, recorded_at=AT)


@pytest.mark.parametrize("happened", [taken_over, handed_to_the_unit, credited])
def test_who_verified_and_came_to_be_involved_no_longer_proves_it(
    cast: story.Cast, happened: Callable[[int, story.Cast], None]
) -> None:
    from crm.landing.operations import verify_leg
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    happened(lead_id, cast)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT)
    assert story.codes(refused) == {f"leg.{leg}.involved" for leg in story.DOCUMENTS}
    assert "王税务" in str(refused.value)
    assert story.business() == before
    for leg in story.DOCUMENTS:
        verify_leg(story.submitted(lead_id, leg, cast.zhang if happened is credited else cast.chen), by=cast.zhou, at=AT)
    assert gate.verdict(lead_id).state == "ready"


def test_a_verifier_who_changes_units_later_verified_all_the_same(cast: story.Cast) -> None:
    from crm.accounts.models import Person
    from crm.landing.queries import evidence_of
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    Person.update(unit=cast.zhang.unit_id).where(Person.id == cast.wang.person_id).execute()
    assert {row.decided_unit_id for row in evidence_of(lead_id)} == {cast.wang.unit_id}
    assert gate.verdict(lead_id).state == "ready"


def test_an_administrator_who_made_himself_leader_decides_nothing_about_landing(cast: story.Cast) -> None:
    from crm.accounts.operations import set_roles
    from crm.accounts.queries import actor_of, people
    from crm.landing.operations_after import lift, suspend
    from crm.landing.operations_gate import end_recognition, revoke
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    set_roles(cast.ma.person_id or 0, ("admin", "manager", "verifier"), by=cast.ma, at=AT)
    ma = actor_of(people(person_id=cast.ma.person_id)[0], posted=False)
    assert "manager" in ma.roles
    tries: list[Callable[[], Any]] = [
        lambda: gate.recognise(lead_id, by=ma, at=AT),
        lambda: end_recognition(lead_id, ended_on=AT.date(), reason="x", by=ma, at=AT),
        lambda: revoke(lead_id, reason="x", by=ma, at=AT),
        lambda: suspend(lead_id, reason="x", by=ma, at=AT),
        lambda: lift(lead_id, reason="x", by=ma, at=AT),
    ]
    before = story.business()
    for attempt in tries:
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (story.codes(refused), refused.value.status) == ({"eyes.self_granted"}, 403)
    assert story.business() == before
    assert len(story.trail("refused")) == len(tries)
