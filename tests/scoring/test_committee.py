"""A committee: who may sit, marks that nobody sees before handing in, the chair's decision with minutes, the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.core.errors import Refusal
from crm.scoring.rules_stored import proposed, spread
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from crm.core.actor import Actor

LOW = dict.fromkeys(story.full_marks(), 1)


@pytest.fixture
def lead_id(cast: story.Cast) -> int:
    from crm.scoring.operations import assess_lead

    made = story.lead(cast)
    assess_lead(made, by=cast.zhang, at=AT)
    return made


def sit(lead_id: int, cast: story.Cast, *people: Actor) -> int:
    from crm.scoring.operations_committee import convene

    ids = [one.person_id or 0 for one in people]
    return convene(lead_id, ids, question="工艺是否成熟", by=cast.chen, at=AT)


def hand(committee_id: int, by: Actor, marks: dict[str, int], note: str = "") -> None:
    from crm.scoring.operations_committee import hand_in

    hand_in(committee_id, marks, note=note, by=by, at=AT)


def seen_by(committee_id: int, viewer: Actor) -> dict[str, bool]:
    from crm.scoring.queries_committee import committee

    row = committee(committee_id, viewer)
    assert row is not None
    return {seat.name: seat.marks is not None for seat in row.seats}


def test_marks_are_blind_until_the_own_are_handed_in(lead_id: int, cast: story.Cast) -> None:
    made = sit(lead_id, cast, cast.li, cast.wang)
    hand(made, cast.li, LOW, "保守")
    assert seen_by(made, cast.li) == {"李园区": True, "王税务": False}
    assert seen_by(made, cast.wang) == {"李园区": False, "王税务": False}, "an assessor still marking sees nothing"
    assert seen_by(made, cast.chen) == {"李园区": False, "王税务": False}, "nor does the chair before two are in"
    assert seen_by(made, cast.luo) == {"李园区": False, "王税务": False}
    hand(made, cast.wang, story.full_marks())
    for viewer in (cast.li, cast.wang, cast.chen):
        assert seen_by(made, viewer) == {"李园区": True, "王税务": True}
    assert seen_by(made, cast.luo) == {"李园区": False, "王税务": False}, "others see them once it is decided"


def test_marks_stand_in_no_trail_before_the_decision(lead_id: int, cast: story.Cast) -> None:
    from crm.audit.models import AuditEntry

    made = sit(lead_id, cast, cast.li, cast.wang)
    hand(made, cast.li, LOW, "保守")
    entry = AuditEntry.select().where(AuditEntry.action == "committee.mark").order_by(AuditEntry.id.desc()).get()
    assert (entry.changes, entry.thing_id) == ("[]", lead_id)


def test_the_chair_decides_with_minutes_and_every_mark_is_kept(lead_id: int, cast: story.Cast) -> None:
    from crm.scoring.operations_committee import decide_committee
    from crm.scoring.queries import acceptance_of

    made = sit(lead_id, cast, cast.li, cast.wang, cast.zhou)
    hand(made, cast.li, LOW)
    with pytest.raises(Refusal) as early:
        decide_committee(made, LOW, minutes="定", by=cast.chen, at=AT)
    assert story.codes(early) == {"committee.few"}
    hand(made, cast.wang, story.full_marks(), "成熟")
    with pytest.raises(Refusal) as refused:
        decide_committee(made, {"technology": 5}, minutes=" ", by=cast.chen, at=AT)
    assert story.codes(refused) == {"acceptance.mark_missing", "reason.missing"}
    with pytest.raises(Refusal) as other:
        decide_committee(made, LOW, minutes="定", by=story.person("second", "副局", "manager", None), at=AT)
    assert other.value.status == 403
    decide_committee(made, LOW, minutes="经讨论按低值评定", by=cast.chen, at=AT)
    row = acceptance_of(lead_id)
    assert row is not None
    assert row.committee_id == made
    assert row.note == "经讨论按低值评定"
    assert [(one["name"], one["marks"]) for one in row.marks] == [
        ("李园区", LOW), ("王税务", story.full_marks()), ("周统计", {}), ("陈局", LOW),
    ]  # fmt: skip
    assert story.trail("done").count("acceptance.decide") == 1
    assert seen_by(made, cast.luo) == {"李园区": True, "王税务": True, "周统计": False}
    with pytest.raises(Refusal) as over:
        hand(made, cast.zhou, LOW)
    assert over.value.status == 409


def test_while_a_committee_sits_nobody_decides_alone(lead_id: int, cast: story.Cast) -> None:
    from crm.scoring.operations_acceptance import decide_acceptance
    from crm.scoring.operations_committee import dissolve

    made = sit(lead_id, cast, cast.li, cast.wang)
    with pytest.raises(Refusal) as refused:
        decide_acceptance(lead_id, LOW, note="定", by=cast.chen, at=AT)
    assert story.codes(refused) == {"acceptance.committee"}
    with pytest.raises(Refusal):
        sit(lead_id, cast, cast.li, cast.wang)
    with pytest.raises(Refusal):
        dissolve(made, reason=" ", by=cast.chen, at=AT)
    dissolve(made, reason="人数不够", by=cast.chen, at=AT)
    decide_acceptance(lead_id, LOW, note="定", by=cast.chen, at=AT)


def test_who_has_a_stake_or_chairs_does_not_mark(lead_id: int, cast: story.Cast) -> None:
    with pytest.raises(Refusal) as refused:
        sit(lead_id, cast, cast.zhang, cast.chen, cast.luo)
    assert story.codes(refused) == {"committee.stake", "committee.chair", "committee.person"}
    with pytest.raises(Refusal) as few:
        sit(lead_id, cast, cast.li)
    assert story.codes(few) == {"committee.few"}


def test_marks_are_handed_in_once_by_those_who_sit(lead_id: int, cast: story.Cast) -> None:
    made = sit(lead_id, cast, cast.li, cast.wang)
    with pytest.raises(Refusal) as stranger:
        hand(made, cast.zhou, LOW)
    assert stranger.value.status == 404
    with pytest.raises(Refusal):
        hand(made, cast.li, {"technology": 3})
    hand(made, cast.li, LOW)
    with pytest.raises(Refusal) as twice:
        hand(made, cast.li, story.full_marks())
    assert story.codes(twice) == {"committee.handed_in"}


def test_it_waits_for_assessors_and_then_for_the_chair(lead_id: int, cast: story.Cast) -> None:
    from crm.scoring.queries_committee import waiting_for

    def waits(person: Actor) -> list[str]:
        return [row.what for row in waiting_for(person.person_id or 0)]

    made = sit(lead_id, cast, cast.li, cast.wang)
    assert (waits(cast.li), waits(cast.chen)) == (["mark"], [])
    hand(made, cast.li, LOW)
    hand(made, cast.wang, LOW)
    assert (waits(cast.li), waits(cast.chen)) == ([], ["decide"])


def test_spread_and_median() -> None:
    assert spread([5, 2, 8]) == (2, 8, 5.0)
    assert spread([]) is None
    assert [proposed(marks) for marks in ([3, 8, 5], [3, 8], [4], [])] == [5, 3, 4, None]
