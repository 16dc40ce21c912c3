"""The decided acceptance score: computed from facts, kept with every line and mark; vetoes; overrides taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from crm.scoring.queries import AcceptanceRow

WAN = 1_000_000
KNOWN = {
    "land_cmu": 25 * 100, "annual_tax_fen": 100 * WAN, "fixed_assets_fen": 4_000 * WAN, "jobs": 60, "park": "P1",
}  # fmt: skip


def scored(lead_id: int) -> AcceptanceRow:
    from crm.scoring.queries import acceptance_of

    found = acceptance_of(lead_id)
    assert found is not None
    return found


def judged_lead(cast: story.Cast, **others: Any) -> int:
    from crm.scoring.operations import assess_lead

    lead_id = story.lead(cast, **others)
    assess_lead(lead_id, by=cast.zhang, at=AT)
    return lead_id


def decide(lead_id: int, cast: story.Cast, marks: dict[str, int] | None = None, note: str = "逐项核对") -> None:
    from crm.scoring.operations_acceptance import decide_acceptance

    decide_acceptance(lead_id, marks or story.full_marks(), note=note, by=cast.zhang, at=AT)


def test_the_score_is_computed_from_facts_and_marks_and_everything_is_kept(cast: story.Cast) -> None:
    lead_id = judged_lead(cast, **KNOWN)
    decide(lead_id, cast)
    row = scored(lead_id)
    points = {line["code"]: line["low"] for line in row.lines}
    # 5000 / 25 = 200 万元/亩 (agri-processing: full), 100 / 25 = 4 万元/亩 tax, 4000 万元 fixed assets, 60 jobs.
    assert (points["theme"], points["cluster"], points["park"]) == (12, 4, 4)
    assert (points["intensity"], points["tax"], points["fixed_assets"], points["jobs"]) == (15, 11, 4, 2)
    assert row.score == row.high == sum(points.values())
    assert row.marks == [
        {"name": "张招商", "person": cast.zhang.person_id, "marks": story.full_marks(), "note": "逐项核对"}
    ]
    assert row.version == "2026.1"


def test_unknown_facts_leave_a_range_in_the_decision(cast: story.Cast) -> None:
    lead_id = judged_lead(cast, **{**KNOWN, "land_cmu": None})
    decide(lead_id, cast)
    row = scored(lead_id)
    assert row.high - row.score == 30
    assert {line["code"]: line["lacking"] for line in row.lines if line["lacking"]} == {
        "intensity": ["land_parts"], "tax": ["land_parts"],
    }  # fmt: skip


def test_a_lead_whose_text_says_nothing_is_unknown_not_outside(cast: story.Cast) -> None:
    from crm.scoring.queries_facts import facts_of

    lead_id = judged_lead(cast, name="甲号工程", content="", investor="")
    facts = facts_of(lead_id)
    assert (facts.themes, facts.clusters, facts.park_leading) == (None, None, None)


def test_every_missing_mark_and_the_missing_reason_are_named_at_once(cast: story.Cast) -> None:
    lead_id = judged_lead(cast)
    with pytest.raises(Refusal) as refused:
        decide(lead_id, cast, {"technology": 9}, note=" ")
    fields = [finding.field for finding in refused.value.findings]
    assert set(fields) == {*story.full_marks(), "note"}
    assert story.codes(refused) == {"acceptance.mark_range", "acceptance.mark_missing", "reason.missing"}


def test_a_new_decision_supersedes_and_the_old_one_stays(cast: story.Cast) -> None:
    from crm.scoring.queries import acceptances_of

    lead_id = judged_lead(cast, **KNOWN)
    decide(lead_id, cast)
    decide(lead_id, cast, dict.fromkeys(story.full_marks(), 1), note="复评")
    rows = acceptances_of(lead_id)
    assert [row.superseded_at is None for row in rows] == [True, False]
    assert rows[0].score < rows[1].score


def test_what_would_raise_it_names_the_missing_fact_and_the_next_band() -> None:
    from crm.scoring.rules_acceptance import Facts, acceptance

    facts = Facts(("T4",), ("C4",), True, 3_000 * WAN, None, 50 * WAN, 25 * 100, 60)
    raises = {item.code: item for item in acceptance(facts, story.full_marks()).raises}
    assert raises["fixed_assets"].unknown
    assert raises["fixed_assets"].lacking == ("fixed_assets_fen",)
    band = raises["intensity"].next_band
    assert band is not None
    assert (band.start, band.points) == (150, 15), "120 万元/亩 is in the band below the best for agri-processing"
    assert not raises["intensity"].unknown


def test_who_may_not_decide_is_refused(cast: story.Cast) -> None:
    from crm.scoring.operations_acceptance import decide_acceptance

    lead_id = judged_lead(cast)
    for by in (cast.luo, cast.ma, cast.wang, cast.li):
        with pytest.raises(Refusal):
            decide_acceptance(lead_id, story.full_marks(), note="x", by=by, at=AT)


# --- vetoes


def test_a_veto_needs_a_rule_a_finding_and_is_lifted_with_a_reason(cast: story.Cast) -> None:
    from crm.scoring.operations import confirm_veto, lift_veto
    from crm.scoring.queries import open_vetoes, vetoes_of

    lead_id = judged_lead(cast)
    with pytest.raises(Refusal) as refused:
        confirm_veto(lead_id, "not a rule", text="查实", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"veto.rule"}
    with pytest.raises(Refusal):
        confirm_veto(lead_id, "qionghai_core", text=" ", by=cast.zhang, at=AT)
    confirm_veto(lead_id, "qionghai_core", text="选址在核心水域", by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as twice:
        confirm_veto(lead_id, "qionghai_core", text="再次", by=cast.zhang, at=AT)
    assert twice.value.status == 409
    veto = open_vetoes(lead_id)[0]
    with pytest.raises(Refusal):
        lift_veto(veto.id, reason="", by=cast.zhang, at=AT)
    with pytest.raises(Refusal):
        lift_veto(veto.id, reason="改址", by=cast.luo, at=AT)
    lift_veto(veto.id, reason="已改址到北园区", by=cast.zhang, at=AT)
    assert open_vetoes(lead_id) == []
    assert vetoes_of(lead_id)[0].lift_reason == "已改址到北园区"
    with pytest.raises(Refusal):
        lift_veto(veto.id, reason="再来", by=cast.zhang, at=AT)


def test_an_open_veto_does_not_change_the_score_but_stands_before_signing(cast: story.Cast) -> None:
    from crm.pipeline.queries import facts_of
    from crm.scoring.operations import confirm_veto

    lead_id = judged_lead(cast, **KNOWN)
    decide(lead_id, cast)
    assert facts_of(lead_id).acceptance
    assert not facts_of(lead_id).open_veto
    confirm_veto(lead_id, "eliminated_industry", text="列入淘汰目录", by=cast.zhang, at=AT)
    assert facts_of(lead_id).open_veto
    assert scored(lead_id).score > 0


# --- the override taken back


def test_taking_an_override_back_lets_the_rules_decide_again(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.scoring.operations import end_override, override_fit
    from crm.scoring.queries import override_of

    lead_id = judged_lead(cast)
    before = Lead.get_by_id(lead_id)
    with pytest.raises(Refusal) as none_yet:
        end_override(lead_id, by=cast.zhang, at=AT)
    assert story.codes(none_yet) == {"fit.no_override"}
    override_fit(lead_id, themes=("T5",), clusters=(), reason="实为冷链物流", by=cast.zhang, at=AT)
    assert Lead.get_by_id(lead_id).theme == "T5"
    end_override(lead_id, by=cast.zhang, at=AT)
    after = Lead.get_by_id(lead_id)
    assert override_of(lead_id) is None
    assert (after.themes, after.clusters, after.theme) == (before.themes, before.clusters, before.theme)
    assert trail_ends_with("fit.override_end")


def trail_ends_with(action: str) -> bool:
    return action in story.trail("done")[-3:]


# --- where somebody is registered


def test_moving_every_registration_changes_nothing(cast: story.Cast) -> None:
    """Investor's seat, local entity, its address, registrar, code and tax office: not one of them moves a point."""
    from crm.landing.operations import save_entity
    from crm.leads.operations import edit_lead
    from crm.scoring.operations import assess_lead
    from crm.scoring.queries import fit_of
    from crm.scoring.queries_facts import facts_of
    from crm.scoring.rules_acceptance import acceptance

    lead_id = judged_lead(cast, **KNOWN, investor_place="四川省西昌市")
    before = facts_of(lead_id)
    verdict = fit_of(lead_id)
    decide(lead_id, cast)
    first = scored(lead_id)
    edit_lead(
        lead_id, {"investor_place": "广东省深圳市"}, base={"investor_place": "四川省西昌市"}, version=0, by=cast.zhang,
        at=AT,
    )  # fmt: skip
    here = story.entity()
    away = story.entity(
        address="成都市双流区2号", registrar="成都市市场监督管理局", tax_office="双流区税务局",
        books_kept_at="成都市双流区2号", statistics_relation="双流区统计局", uscc=story.OTHER_USCC,
    )  # fmt: skip
    for entity in (here, away):
        save_entity(lead_id, entity, by=cast.zhang, at=AT)
        assess_lead(lead_id, by=cast.zhang, at=AT)
        assert facts_of(lead_id) == before
        again = fit_of(lead_id)
        assert verdict is not None
        assert again is not None
        assert again.result == verdict.result
        decide(lead_id, cast)
        assert (scored(lead_id).score, scored(lead_id).lines) == (first.score, first.lines)
    assert acceptance(facts_of(lead_id), {}).low == acceptance(before, {}).low
