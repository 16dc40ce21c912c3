"""Entity and evidence on both databases: versions, four eyes, two verifiers, what a changed fact does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY, OTHER_USCC, USCC

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


@pytest.fixture
def with_entity(cast: story.Cast) -> int:
    from crm.landing.operations import save_entity

    lead_id = story.lead(cast, stage="signed")
    save_entity(lead_id, story.entity(), by=cast.zhang, at=AT)
    return lead_id


def _legs(lead_id: int) -> dict[str, str]:
    from crm.landing.queries import current_legs, leg_state

    return {leg: leg_state(row, DAY) for leg, row in current_legs(lead_id).items()}


def _verified(lead_id: int) -> int:
    from crm.leads.models import Lead

    row: Any = Lead.get_by_id(lead_id)
    return int(row.legs_verified)


def test_a_bad_code_is_refused_and_an_odd_division_only_warned_about(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity
    from crm.landing.queries import entity_of

    lead_id = story.lead(cast)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        save_entity(lead_id, story.entity(uscc=USCC[:-1] + "0", name=" "), by=cast.zhang, at=AT)
    assert story.codes(refused) == {"uscc.check_digit", "entity.name"}
    assert story.business() == before
    warnings = save_entity(lead_id, story.entity(uscc="91510100ma62b00j79"), by=cast.zhang, at=AT)
    assert [item.code for item in warnings] == ["uscc.division"]
    kept = entity_of(lead_id)
    assert kept is not None
    assert kept.uscc == "91510100MA62B00J79"


def test_an_entity_keeps_its_history_and_notices_a_second_editor(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import save_entity
    from crm.landing.queries import entity_changes, entity_of

    save_entity(with_entity, {"address": "新址2号"}, by=cast.zhang, at=AT, version=1, reason="搬入新厂")
    newest = entity_changes(with_entity)[0]
    assert (newest.fact, newest.old, newest.new, newest.reason) == (
        "address", "西昌市北工业园区1号", "新址2号", "搬入新厂",
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        save_entity(with_entity, {"address": "新址3号"}, by=cast.zhang, at=AT, version=1)
    assert refused.value.status == 409
    kept = entity_of(with_entity)
    assert kept is not None
    assert (kept.version, kept.address) == (2, "新址2号")


def test_evidence_is_never_overwritten(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import verify_leg
    from crm.landing.queries import evidence_of

    first = story.submitted(with_entity, "registered", cast.zhang)
    verify_leg(first, by=cast.wang, at=AT)
    assert (_legs(with_entity)["registered"], _verified(with_entity)) == ("verified", 1)
    story.submitted(with_entity, "registered", cast.zhang)
    assert (_legs(with_entity)["registered"], _verified(with_entity)) == ("submitted", 0)
    assert [(row.version, row.state) for row in evidence_of(with_entity)] == [(2, "submitted"), (1, "void")]


def test_what_is_wrong_with_evidence_is_said_at_once(cast: story.Cast) -> None:
    from crm.landing.operations import submit_evidence

    lead_id = story.lead(cast)
    with pytest.raises(Refusal) as refused:
        submit_evidence(lead_id, "taxed", file_id=99, kind="business_licence", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"evidence.kind", "evidence.file", "gate.entity"}
    with pytest.raises(Refusal) as refused:
        submit_evidence(
            lead_id, "taxed", file_id=story.evidence_file(cast.zhang), kind="zero_return", by=cast.zhang, at=AT
        )
    assert story.codes(refused) == {"evidence.zero", "gate.entity"}


def test_a_changed_fact_voids_only_the_legs_that_rest_on_it(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity
    from crm.landing.queries import evidence_of

    lead_id = story.ready(cast)
    save_entity(lead_id, {"capital_fen": 1_000_000, "note": "增资"}, by=cast.zhang, at=AT)
    assert _verified(lead_id) == 3
    save_entity(lead_id, {"tax_office": "西昌市税务局第二分局"}, by=cast.zhang, at=AT)
    assert _legs(lead_id) == {"registered": "verified", "taxed": "void", "accounted": "verified"}
    assert _verified(lead_id) == 2
    voided = next(row for row in evidence_of(lead_id) if row.leg == "taxed")
    assert (voided.void_reason, voided.decided_by) == ("tax_office", "王税务")


@pytest.mark.parametrize("leg", story.DOCUMENTS)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zhang", "permission.missing"),
        ("chen", "permission.missing"),
        ("sun", "permission.missing"),
        ("ma", "permission.missing"),
        ("luo", "permission.missing"),
        ("cli", "permission.missing"),
        ("gu", "eyes.unit"),
    ],
)
def test_nobody_involved_verifies(cast: story.Cast, with_entity: int, leg: str, name: str, code: str) -> None:
    from crm.landing.operations import reject_leg, verify_leg

    item = story.submitted(with_entity, leg, cast.zhang)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=getattr(cast, name), at=AT)
    assert story.codes(refused) == {code}
    with pytest.raises(Refusal) as refused:
        reject_leg(item, reason="不清楚", by=getattr(cast, name), at=AT)
    assert story.codes(refused) == {code}
    assert story.business() == before
    assert story.trail("refused") == ["landing.verify", "landing.reject"]


def test_the_submitter_the_credited_and_the_self_made_verifier_are_barred(cast: story.Cast, with_entity: int) -> None:
    from crm.accounts.models import RoleGrant
    from crm.landing.operations import verify_leg
    from crm.leads.models import Claim

    own = story.submitted(with_entity, "registered", cast.wang)
    Claim.create(
        lead=with_entity, cadre=cast.wang.person_id, share_bps=10_000, reported_at=AT, recorded_at=AT,
        ended_at=AT + timedelta(hours=1),
    )  # fmt: skip
    RoleGrant.update(granted_by=cast.wang.person_id).where(RoleGrant.person == cast.wang.person_id).execute()
    with pytest.raises(Refusal) as refused:
        verify_leg(own, by=cast.wang, at=AT)
    assert story.codes(refused) == {"eyes.submitter", "eyes.credited", "eyes.self_granted"}
    verify_leg(own, by=cast.zhou, at=AT)
    assert _verified(with_entity) == 1


def test_who_wrote_the_facts_brought_the_file_or_was_in_charge_once_is_barred(
    cast: story.Cast, with_entity: int
) -> None:
    from crm.landing.operations import save_entity, submit_evidence, verify_leg
    from crm.landing.queries import evidence
    from crm.landing.queries_desk import desk_queue, eyes_of
    from crm.landing.queries_eyes import eyes_facts
    from crm.leads.operations import note_fact

    save_entity(with_entity, {"tax_office": "西昌市税务局第三分局"}, by=cast.wang, at=AT)
    item = story.submitted(with_entity, "taxed", cast.zhang)
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=cast.wang, at=AT)
    assert story.codes(refused) == {"eyes.entered"}
    brought = story.evidence_file(cast.zhou)
    other = submit_evidence(
        with_entity, "registered", file_id=brought, kind="business_licence", by=cast.zhang, at=AT
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        verify_leg(other, by=cast.zhou, at=AT)
    assert story.codes(refused) == {"eyes.entered"}
    note_fact(with_entity, "owner_id", cast.zhou.person_id, happened_on=DAY, by=cast.chen, at=AT)
    for _name, actor in cast.people():
        rows = desk_queue(cast.wang).rows
        assert [row.leg for row in rows] == ["taxed", "registered"]
        seen = eyes_of(rows, actor)
        for row in rows:
            paper = evidence(row.id)
            assert paper is not None
            told = eyes_facts(row.lead_id, row.submitted_by_id, actor, leg=row.leg, file_id=paper.file_id)
            assert seen[row.id] == told, "the desk says beforehand what the deed would say"
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=cast.zhou, at=AT)
    assert story.codes(refused) == {"eyes.past_owner"}
    save_entity(with_entity, {"tax_office": "西昌市税务局"}, by=cast.zhang, at=AT)
    item = story.submitted(with_entity, "taxed", cast.zhang)
    verify_leg(item, by=cast.wang, at=AT)


def test_of_two_verifiers_one_wins_and_the_other_is_told(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import reject_leg, verify_leg
    from crm.landing.queries import evidence

    item = story.submitted(with_entity, "taxed", cast.zhang)
    verify_leg(item, by=cast.wang, at=AT)
    before = story.business()
    judges: tuple[Callable[[], None], ...] = (
        lambda: verify_leg(item, by=cast.zhou, at=AT),
        lambda: reject_leg(item, reason="x", by=cast.zhou, at=AT),
    )
    for judge in judges:
        with pytest.raises(Refusal) as refused:
            judge()
        assert (story.codes(refused), refused.value.status) == ({"evidence.decided"}, 409)
        assert "王税务" in str(refused.value), "told by whom"
    assert story.business() == before
    row = evidence(item)
    assert row is not None
    assert (row.state, row.decided_by) == ("verified", "王税务")


def test_facts_that_changed_while_the_verifier_looked_are_looked_at_again(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import save_entity, verify_leg

    item = story.submitted(with_entity, "taxed", cast.zhang)
    save_entity(with_entity, {"tax_office": "第二分局"}, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        verify_leg(item, by=cast.wang, at=AT, entity_version=1)
    assert story.codes(refused) == {"verify.changed"}
    verify_leg(item, by=cast.wang, at=AT, entity_version=2)
    assert _verified(with_entity) == 1


def test_a_leg_without_its_facts_is_not_verified(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity, verify_leg

    lead_id = story.lead(cast, stage="signed")
    bare = story.entity(tax_office="", taxed_on=None, taxpayer_status="registered_only")
    save_entity(lead_id, bare, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        verify_leg(story.submitted(lead_id, "taxed", cast.zhang), by=cast.wang, at=AT)
    assert story.codes(refused) == {"leg.taxed.tax_office", "leg.taxed.taxed_on", "leg.taxed.registered_only"}


def test_a_rejected_leg_says_why_and_who_acts_next(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import reject_leg
    from crm.pipeline import gate

    reject_leg(story.submitted(with_entity, "taxed", cast.zhang), reason="章不清", by=cast.wang, at=AT)
    leg = next(leg for leg in gate.verdict(with_entity).legs if leg.leg == "taxed")
    assert leg.state == "rejected"
    assert leg.gap is not None
    assert "章不清" in str(leg.gap.text)
    assert str(leg.who) == "The officer in charge"


def test_the_desk_shows_what_waits_oldest_first_page_by_page(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity, verify_leg
    from crm.landing.queries_desk import desk_counts, desk_queue

    lead_id = story.lead(cast, stage="signed")
    save_entity(lead_id, story.entity(), by=cast.zhang, at=AT)
    days = {"accounted": 9, "registered": 4, "taxed": 1}
    items = {leg: story.submitted(lead_id, leg, cast.zhang, at=AT - timedelta(days=n)) for leg, n in days.items()}
    first = desk_queue(cast.wang, size=2)
    assert [(row.leg, row.age_days(AT)) for row in first.rows] == [("accounted", 9), ("registered", 4)]
    rest = desk_queue(cast.wang, cursor=first.next_cursor, size=2)
    assert [row.leg for row in rest.rows] == ["taxed"]
    assert rest.next_cursor is None
    verify_leg(items["accounted"], by=cast.wang, at=AT)
    assert desk_counts(cast.luo) == {"registered": 1, "taxed": 1}
    assert desk_queue(cast.zhang).rows == ()
    assert [row.leg for row in desk_queue(cast.wang, leg="taxed").rows] == ["taxed"]


def test_the_same_file_used_for_another_project_is_shown(cast: story.Cast, with_entity: int) -> None:
    from crm.landing.operations import save_entity, submit_evidence
    from crm.landing.queries import evidence, same_file_elsewhere

    other = story.lead(cast, name="另一个项目", stage="signed")
    save_entity(other, story.entity(uscc=OTHER_USCC), by=cast.zhang, at=AT)
    found = []
    for lead_id in (with_entity, other):
        scan = story.evidence_file(cast.zhang, "same scan")
        found.append(
            submit_evidence(lead_id, "registered", file_id=scan, kind="business_licence", by=cast.zhang, at=AT)
        )
    row = evidence(found[1])
    assert row is not None
    elsewhere = same_file_elsewhere(row.sha256, other)
    assert [(lead_id, leg) for lead_id, _, leg, _unit in elsewhere] == [(with_entity, "registered")]
