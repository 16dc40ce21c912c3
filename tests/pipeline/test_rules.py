"""The pure rules of movement: the table of requirements, gaps of a jump, which status follows which."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.core.rulebook import BrokenRules, parse
from crm.leads.rules import STAGES, STATUSES
from crm.pipeline.rules import (
    CHECKS,
    NEXT_STATUSES,
    LeadFacts,
    crossed,
    day_findings,
    gaps,
    proof_gaps,
    read_requirements,
    requirements,
    status_findings,
)

ALL = frozenset({"construction_permit", "start_certificate", "completion", "production_certificate"})
WHOLE = LeadFacts(
    **{field.name: True for field in fields(LeadFacts) if field.type == "bool"},
    investment_fen=10**10,
    milestones=ALL,
)
WHOLE = replace(WHOLE, open_veto=False, support_open=False)
HEAD = 'version = "1"\nin_force_from = 2026-01-01\nbasis = "ours"\n'
ROW = 'stage = "{stage}"\ncode = "{code}"\nlabel = "x"\nlink = "#x"\nbasis = "ours"\n'


def test_every_check_stands_in_the_table_once() -> None:
    codes = [row.code for row in requirements(*STAGES)]
    assert sorted(codes) == sorted(CHECKS)


@pytest.mark.parametrize(("stage", "code"), [("signed", "no_such_check"), ("nowhere", "investor")])
def test_a_broken_table_is_refused_by_name(stage: str, code: str) -> None:
    book = parse(f"{HEAD}\n[[requirement]]\n{ROW.format(stage=stage, code=code)}", "pipeline/requirements.toml")
    with pytest.raises(BrokenRules, match=r"requirements\.toml.*" + code):
        read_requirements(book)


def test_a_project_that_lacks_nothing_goes_all_the_way() -> None:
    assert gaps("lead", "at_capacity", WHOLE) == []


@given(some.sampled_from(STAGES), some.sampled_from(STAGES))
def test_a_jump_asks_for_all_that_the_steps_ask_for(now: str, to: str) -> None:
    steps = [now, *crossed(now, to)]
    one_by_one = [gap for first, second in pairwise(steps) for gap in gaps(first, second, LeadFacts())]
    assert {gap.code for gap in gaps(now, to, LeadFacts())} == {gap.code for gap in one_by_one}


def test_every_gap_leads_to_the_place_that_closes_it() -> None:
    found = gaps("lead", "at_capacity", replace(LeadFacts(), investment_fen=10**10, open_veto=True, support_open=True))
    assert len(found) == len(CHECKS)
    assert all(gap.link for gap in found)


def test_only_large_projects_are_asked_for_land_and_energy() -> None:
    bare = replace(WHOLE, land=False, energy=False)
    assert {gap.code for gap in gaps("lead", "qualified", bare)} == {"gap.large_land", "gap.large_energy"}
    assert gaps("lead", "qualified", replace(bare, investment_fen=10**10 - 1)) == []


def test_an_opening_entry_lists_what_is_to_be_proved_later() -> None:
    assert {gap.code for gap in proof_gaps("negotiating", replace(WHOLE, investor=False))} == {"gap.investor"}
    assert proof_gaps("lead", LeadFacts()) == []


def test_a_day_neither_lies_ahead_nor_before_the_stage_began() -> None:
    today = date(2026, 6, 1)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert [finding.code for finding in day_findings(tomorrow, today=today, since=yesterday)] == ["date.future"]
    assert [finding.code for finding in day_findings(yesterday, today=today, since=today)] == ["date.before"]
    assert day_findings(today, today=today, since=today) == []


@pytest.mark.parametrize("now", STATUSES)
@pytest.mark.parametrize("to", STATUSES)
def test_every_pair_of_statuses_is_answered(now: str, to: str) -> None:
    found = {item.code for item in status_findings(now, to, stage="signed", reason="因故", lost_to="外地")}
    assert found == (set() if to in NEXT_STATUSES[now] else {"status.step"})


def test_everything_wrong_with_a_status_is_said_at_once() -> None:
    lost = status_findings("active", "lost", stage="lead", reason=" ", lost_to="")
    assert {item.code for item in lost} == {"reason.missing", "status.lost_to"}
    early = status_findings("active", "terminated", stage="negotiating", reason="因故", lost_to="")
    assert {item.code for item in early} == {"status.not_signed"}
