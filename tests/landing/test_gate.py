"""The landing gate on both databases: refused with everything missing, recognised once, ended or revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY, OTHER_USCC


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


def _landed_on(lead_id: int) -> Any:
    from crm.leads.models import Lead

    row: Any = Lead.get_by_id(lead_id)
    return row.landed_on


def test_nothing_proved_is_refused_with_everything_that_is_missing(cast: story.Cast) -> None:
    from crm.pipeline import gate

    lead_id = story.lead(cast)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT)
    assert story.codes(refused) == {
        "gate.stage", "gate.contract", "gate.entity", "leg.registered.missing", "leg.taxed.missing",
        "leg.accounted.missing",
    }  # fmt: skip
    assert story.business() == before
    assert story.trail("refused") == ["landing.recognise"]


def test_a_proved_project_lands_once(cast: story.Cast) -> None:
    from crm.landing.queries import recognition_of
    from crm.leads.queries import history_of
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    assert gate.verdict(lead_id).state == "ready"
    gate.recognise(lead_id, by=cast.chen, at=AT)
    assert _landed_on(lead_id) == DAY
    assert gate.verdict(lead_id).state == "landed"
    stands = recognition_of(lead_id)
    assert stands is not None
    assert (stands.recognised_by, stands.uscc) == ("陈局", story.USCC)
    assert {leg["verified_by"] for leg in stands.legs.values()} == {"王税务"}
    assert [row.value for row in history_of(lead_id, "landed")] == [DAY.isoformat()]
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.landed"}


def test_only_a_leader_recognises(cast: story.Cast) -> None:
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    for name, actor in cast.people():
        if name == "chen":
            continue
        with pytest.raises(Refusal) as refused:
            gate.recognise(lead_id, by=actor, at=AT)
        assert refused.value.status == 403
    assert _landed_on(lead_id) is None


@pytest.mark.parametrize("leg", story.DOCUMENTS)
def test_each_leg_alone_holds_the_gate(cast: story.Cast, leg: str) -> None:
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    story.submitted(lead_id, leg, cast.zhang)
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT)
    assert story.codes(refused) == {f"leg.{leg}.submitted"}


def test_a_voided_contract_and_a_lost_project_hold_the_gate(cast: story.Cast) -> None:
    from crm.capital.operations import void_contract
    from crm.capital.queries import formal_contract
    from crm.pipeline import gate
    from crm.pipeline.operations import change_status

    lead_id = story.ready(cast)
    contract = formal_contract(lead_id)
    assert contract is not None
    void_contract(contract.id, reason="录错", by=cast.zhang, at=AT)
    change_status(lead_id, "terminated", reason="解约", lost_to="", happened_on=DAY, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.contract", "gate.status"}


def test_one_entity_carries_one_landed_project_but_an_expansion_may_share(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity
    from crm.leads.models import Lead
    from crm.pipeline import gate

    first = story.ready(cast)
    second = story.ready(cast, name="石榴加工二期")
    gate.recognise(first, by=cast.chen, at=AT)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        gate.recognise(second, by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.entity_used"}
    assert story.business() == before
    Lead.update(build_nature="expansion").where(Lead.id == second).execute()
    with pytest.raises(Refusal) as refused:
        gate.recognise(second, by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.increment"}
    save_entity(second, {"increment_fen": 6_000 * 1_000_000}, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        gate.recognise(second, by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.increment"}, "more than the whole investment"
    save_entity(second, {"increment_fen": 1_500 * 1_000_000}, by=cast.zhang, at=AT)
    gate.recognise(second, by=cast.chen, at=AT)
    counted = [Lead.get_by_id(lead_id).landed_fen for lead_id in (first, second)]
    assert counted == [5_000 * 1_000_000, 1_500 * 1_000_000]
    assert _landed_on(second) == DAY


def test_the_database_itself_keeps_one_recognition_for_an_entity(cast: story.Cast) -> None:
    from crm.landing.operations_gate import _insert
    from crm.landing.queries import entity_of
    from crm.pipeline import gate

    first, second = story.ready(cast), story.ready(cast, name="抢同一主体的项目")
    gate.recognise(first, by=cast.chen, at=AT)
    own = entity_of(second)
    assert own is not None
    with pytest.raises(Refusal) as refused:
        _insert(lead=second, entity=own.id, uscc=own.uscc, recognised_on=DAY, at=AT)
    assert story.codes(refused) == {"gate.taken"}


def test_a_lawful_end_keeps_what_was_counted(cast: story.Cast) -> None:
    from crm.landing.operations_gate import end_recognition
    from crm.landing.queries import recognition_of, recognitions_of
    from crm.leads.queries import history_of
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=AT)
    later = AT + timedelta(days=40)
    for day, code in ((DAY - timedelta(days=1), "date.before"), (DAY + timedelta(days=41), "date.future")):
        with pytest.raises(Refusal) as refused:
            end_recognition(lead_id, ended_on=day, reason="迁出", by=cast.chen, at=later)
        assert story.codes(refused) == {code}
    end_recognition(lead_id, ended_on=DAY + timedelta(days=30), reason="依法迁出", by=cast.chen, at=later)
    assert _landed_on(lead_id) is None
    assert recognition_of(lead_id) is None
    (kept,) = recognitions_of(lead_id)
    assert (kept.end_kind, kept.ended_on, kept.recognised_on) == ("ended", DAY + timedelta(days=30), DAY)
    assert [(row.happened_on, row.value) for row in history_of(lead_id, "landed")] == [
        (DAY, DAY.isoformat()),
        (DAY + timedelta(days=30), None),
    ]
    gate.recognise(lead_id, by=cast.chen, at=later)
    assert len(recognitions_of(lead_id)) == 2


def test_a_revoked_recognition_never_held_and_frees_the_entity(cast: story.Cast) -> None:
    from crm.landing.operations_gate import revoke
    from crm.leads.queries import history_of
    from crm.pipeline import gate

    first, second = story.ready(cast), story.ready(cast, name="另一项目")
    gate.recognise(first, by=cast.chen, at=AT)
    with pytest.raises(Refusal) as refused:
        revoke(first, reason="", by=cast.chen, at=AT)
    assert story.codes(refused) == {"reason.missing"}
    revoke(first, reason="证照系伪造", by=cast.chen, at=AT + timedelta(days=9))
    told = [(row.happened_on, row.value) for row in history_of(first, "landed")]
    assert told == [(DAY, DAY.isoformat()), (DAY, None)]
    gate.recognise(second, by=cast.chen, at=AT)
    with pytest.raises(Refusal) as refused:
        revoke(first, reason="再来一次", by=cast.chen, at=AT)
    assert story.codes(refused) == {"gate.not_landed"}


def test_the_entity_of_a_landed_project_keeps_its_code(cast: story.Cast) -> None:
    from crm.landing.operations import save_entity
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=AT)
    with pytest.raises(Refusal) as refused:
        save_entity(lead_id, {"uscc": OTHER_USCC}, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"entity.landed"}
    save_entity(lead_id, {"address": "新址2号"}, by=cast.zhang, at=AT)
    verdict = gate.verdict(lead_id)
    assert (verdict.state, verdict.verified) == ("landed", 2)
