"""How a lead moves on both databases: step by step, every (stage, role) pair, refused with every gap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from crm.leads.rules import STAGES
from tests import cast as story
from tests.cast import AT, DAY

LATER = AT + timedelta(days=300)
DAY_LATER = DAY + timedelta(days=300)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


def _lead(lead_id: int) -> Any:
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def _prove(lead_id: int, stage: str, cast: story.Cast) -> None:
    """Bring what a stage asks for."""
    from crm.capital.operations import record_contract
    from crm.leads.operations_facts import record_contact
    from crm.pipeline.operations import record_milestone
    from crm.scoring.operations_acceptance import decide_acceptance
    from crm.statistics.operations import explain

    if stage == "negotiating":
        talk = {"happened_on": DAY, "kind": "visit_here", "two_way": True, "text": "来访座谈"}
        record_contact(lead_id, talk, by=cast.zhang, at=AT)
    if stage == "signed":
        record_contract(lead_id, story.contract(), by=cast.zhang, at=AT)
        decide_acceptance(lead_id, story.full_marks(), note="按表评定", by=cast.zhang, at=AT)
    if stage == "producing":
        explain("uncounted", text="资料已报统计局", about="", lead_id=lead_id, by=cast.zhang, at=AT)
    proofs = {"started": "construction_permit", "producing": "production_certificate"}
    if stage in proofs:
        record_milestone(
            lead_id, proofs[stage], happened_on=DAY_LATER, document_no="〔2026〕1号", note="", by=cast.zhang, at=LATER
        )


def test_a_lead_goes_all_the_way_step_by_step(cast: story.Cast) -> None:
    from crm.leads.queries import history_of
    from crm.pipeline.operations import advance_gaps, move

    lead_id = story.lead(cast)
    for stage in STAGES[1:]:
        needs = stage not in ("qualified", "at_capacity")
        assert bool(advance_gaps(lead_id, stage)) == needs
        if needs:
            with pytest.raises(Refusal):
                move(lead_id, stage, happened_on=DAY_LATER, note="", by=cast.zhang, at=LATER)
        _prove(lead_id, stage, cast)
        move(lead_id, stage, happened_on=DAY_LATER, note="推进", by=cast.zhang, at=LATER)
        assert _lead(lead_id).stage == stage
    assert [row.value for row in history_of(lead_id, "stage")] == list(STAGES)


def test_a_jump_is_refused_with_every_gap_on_the_way(cast: story.Cast) -> None:
    from crm.pipeline.operations import move

    lead_id = story.lead(cast, investor="", content="", investment_fen=None, contact_phone="")
    before = story.business()
    with pytest.raises(Refusal) as refused:
        move(lead_id, "producing", happened_on=DAY + timedelta(days=1), note="", by=cast.zhang, at=AT)
    assert story.codes(refused) == {
        "gap.investor", "gap.content", "gap.size", "gap.contact_person", "gap.two_way_contact", "gap.formal_contract",
        "gap.agreed_dates", "gap.yearly_plan", "gap.acceptance", "gap.start_proof", "gap.production_proof",
        "gap.in_statistics", "date.future",
    }  # fmt: skip
    assert story.business() == before
    assert story.trail("refused") == ["stage.move"]


def test_a_jump_enters_every_stage_it_crosses(cast: story.Cast) -> None:
    from crm.leads.queries import history_of
    from crm.pipeline.operations import move

    lead_id = story.lead(cast)
    for stage in ("negotiating", "signed"):
        _prove(lead_id, stage, cast)
    move(lead_id, "signed", happened_on=DAY, note="一次到位", by=cast.zhang, at=AT)
    assert [row.value for row in history_of(lead_id, "stage")] == ["lead", "qualified", "negotiating", "signed"]


def test_a_framework_agreement_signs_nothing_and_an_open_veto_stops_signing(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract
    from crm.pipeline.operations import advance_gaps
    from crm.scoring.operations import confirm_veto
    from crm.scoring.rules_vetoes import veto_rules

    lead_id = story.lead(cast, stage="negotiating")
    record_contract(lead_id, story.contract(kind="framework"), by=cast.zhang, at=AT)
    confirm_veto(lead_id, next(iter(veto_rules())), text="名录在列", by=cast.chen, at=AT)
    codes = {gap.code for gap in advance_gaps(lead_id, "signed")}
    assert codes == {"gap.formal_contract", "gap.agreed_dates", "gap.yearly_plan", "gap.acceptance", "gap.no_veto"}


MOVERS = {"zhang", "chen"}


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_every_role_at_every_stage_moves_only_what_it_may(cast: story.Cast, stage: str) -> None:
    from crm.pipeline.operations import move

    to = STAGES[STAGES.index(stage) + 1]
    lead_id = story.lead(cast, stage=stage)
    _prove(lead_id, to, cast)
    for name, actor in cast.people():
        if name in MOVERS:
            continue
        before = story.business()
        with pytest.raises(Refusal) as refused:
            move(lead_id, to, happened_on=DAY_LATER, note="", by=actor, at=LATER)
        assert refused.value.status in (403, 404, 422)
        assert story.business() == before
    assert len(story.trail("refused")) == len(list(cast.people())) - len(MOVERS)
    for name in MOVERS:
        own = story.lead(cast, name=f"{name}推进的项目", stage=stage)
        _prove(own, to, cast)
        move(own, to, happened_on=DAY_LATER, note="", by=getattr(cast, name), at=LATER)
        assert (_lead(own).stage, _lead(own).opening) == (to, False)


def test_only_a_leader_moves_back_and_says_why(cast: story.Cast) -> None:
    from crm.pipeline.operations import move

    lead_id = story.lead(cast, stage="started")
    with pytest.raises(Refusal) as refused:
        move(lead_id, "signed", happened_on=DAY, note=" ", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"stage.backwards", "reason.missing"}
    move(lead_id, "signed", happened_on=DAY, note="施工许可证被撤销", by=cast.chen, at=AT)
    assert _lead(lead_id).stage == "signed"


def test_a_landed_project_neither_goes_back_nor_dies_before_its_recognition_ends(cast: story.Cast) -> None:
    from crm.landing.operations_gate import end_recognition
    from crm.pipeline import gate
    from crm.pipeline.operations import change_status, move

    lead_id = story.ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=AT)
    with pytest.raises(Refusal) as refused:
        move(lead_id, "negotiating", happened_on=DAY, note="退回", by=cast.chen, at=AT)
    assert story.codes(refused) == {"stage.landed"}
    with pytest.raises(Refusal) as refused:
        change_status(lead_id, "terminated", reason="解约", lost_to="", happened_on=DAY, by=cast.chen, at=AT)
    assert story.codes(refused) == {"status.landed"}
    end_recognition(lead_id, ended_on=DAY, reason="依法注销", by=cast.chen, at=AT)
    change_status(lead_id, "terminated", reason="解约", lost_to="", happened_on=DAY, by=cast.chen, at=AT)
    assert _lead(lead_id).status == "terminated"


def test_a_resting_project_does_not_move_and_wakes_with_a_reason(cast: story.Cast) -> None:
    from crm.pipeline.operations import change_status, move

    lead_id = story.lead(cast)
    change_status(lead_id, "paused", reason="企业观望", lost_to="", happened_on=DAY, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        move(lead_id, "qualified", happened_on=DAY, note="", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"status.not_active"}
    with pytest.raises(Refusal) as refused:
        change_status(
            lead_id, "active", reason="重启", lost_to="", happened_on=DAY - timedelta(days=1), by=cast.zhang, at=AT
        )
    assert story.codes(refused) == {"date.before"}
    change_status(lead_id, "active", reason="重启", lost_to="", happened_on=DAY, by=cast.zhang, at=AT)
    move(lead_id, "qualified", happened_on=DAY, note="", by=cast.zhang, at=AT)


def test_a_leader_approves_a_withdrawal_and_its_taking_back(cast: story.Cast) -> None:
    from crm.pipeline.operations import change_status

    lead_id = story.lead(cast)

    def change(status: str, by: Any) -> None:
        change_status(lead_id, status, reason="重复项目", lost_to="", happened_on=DAY, by=by, at=AT)

    with pytest.raises(Refusal) as refused:
        change("withdrawn", cast.zhang)
    assert story.codes(refused) == {"status.withdraw"}
    change("withdrawn", cast.chen)
    with pytest.raises(Refusal) as refused:
        change("active", cast.zhang)
    assert story.codes(refused) == {"status.withdraw"}
    change("active", cast.chen)
    assert _lead(lead_id).status == "active"


def test_a_lost_project_says_where_it_went(cast: story.Cast) -> None:
    from crm.pipeline.operations import change_status

    lead_id = story.lead(cast)
    with pytest.raises(Refusal) as refused:
        change_status(lead_id, "lost", reason="价高", lost_to=" ", happened_on=DAY, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"status.lost_to"}
    change_status(lead_id, "lost", reason="价高", lost_to="宜宾", happened_on=DAY, by=cast.zhang, at=AT)
    assert "宜宾" in _lead(lead_id).status_reason


def test_a_voided_proof_proves_nothing(cast: story.Cast) -> None:
    from crm.pipeline.operations import advance_gaps, record_milestone, void_milestone

    lead_id = story.lead(cast, stage="signed")
    made = record_milestone(
        lead_id, "start_certificate", happened_on=DAY, document_no="开工令1号", note="", by=cast.zhang, at=AT
    )
    assert advance_gaps(lead_id, "started") == []
    with pytest.raises(Refusal) as refused:
        void_milestone(made, reason="", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"reason.missing"}
    void_milestone(made, reason="误传", by=cast.zhang, at=AT)
    assert {gap.code for gap in advance_gaps(lead_id, "started")} == {"gap.start_proof"}
    with pytest.raises(Refusal) as refused:
        record_milestone(
            lead_id, "party", happened_on=DAY + timedelta(days=1), document_no=" ", note="", by=cast.zhang, at=AT
        )
    assert story.codes(refused) == {"date.future", "milestone.kind", "milestone.document"}
