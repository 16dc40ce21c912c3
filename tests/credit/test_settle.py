"""Settling: events of the rooms become lines, each once; corrections reverse; nobody edits the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import DatabaseError

from crm.credit.models import CreditEntry, CreditEvent, CreditTariff
from crm.credit.queries import entries, last_entry, replay
from crm.credit.queries_points import points_of
from crm.pipeline.operations_credit import settle_all, settle_due, settle_leads
from crm.pipeline.queries_credit import reached_stages, unsettled
from tests.cast import AT, DAY
from tests.credit.story import colleague, credited, reach, sign, sums, turn

if TYPE_CHECKING:
    from tests.cast import Cast


def test_events_become_points_with_event_evidence_and_tariff(cast: Cast) -> None:
    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
    sign(lead_id, cast)
    assert settle_leads([lead_id], at=AT) == 2
    assert sums(cast.sun.person_id) == {"qualified": 500, "signed": 2000}
    rows = {row.item: row for row in entries(cadre_id=cast.sun.person_id)}
    assert rows["signed"].evidence[0] == "contract"
    assert rows["signed"].counted_on == DAY - timedelta(days=20)
    assert (rows["signed"].tariff, rows["signed"].share_bps, rows["signed"].base) == ("2026.1", 10_000, 2000)
    assert settle_leads([lead_id], at=AT) == 0
    assert replay().same


def test_a_termination_reverses_the_contract_and_a_return_makes_it_stand_again(cast: Cast) -> None:
    lead_id = credited(cast)
    sign(lead_id, cast, wan=60_000)
    reach(lead_id, "started", DAY - timedelta(days=5), cast.zhang)
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id) == {"signed": 10_000, "started": 3000}
    turn(lead_id, "terminated", DAY - timedelta(days=1), cast.zhang)
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id) == {"started": 3000}
    undone = [row for row in entries(cadre_id=cast.sun.person_id) if row.reverses]
    assert {row.happened_on for row in undone} == {DAY - timedelta(days=1)}
    turn(lead_id, "active", DAY, cast.zhang)
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id)["signed"] == 10_000
    assert len(entries(cadre_id=cast.sun.person_id)) == 7
    assert replay().same


def test_an_opening_entry_of_a_ledger_earns_nothing_until_a_later_move_is_proved(cast: Cast) -> None:
    lead_id = credited(cast, stage="signed")
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id) == {}
    reach(lead_id, "started", DAY - timedelta(days=2), cast.zhang)
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id) == {"started": 3000}


def test_a_project_moved_back_loses_what_rested_on_the_stage(cast: Cast) -> None:
    lead_id = credited(cast)
    sign(lead_id, cast)
    settle_leads([lead_id], at=AT)
    reach(lead_id, "negotiating", DAY, cast.chen)
    settle_leads([lead_id], at=AT)
    assert sums(cast.sun.person_id) == {}
    assert [row.reason for row in entries() if row.reverses] == ["moved_back"]


def test_shares_divide_points_and_a_new_division_counts_from_its_day(cast: Cast) -> None:
    from crm.leads.operations_facts import share_credit

    wu = colleague(cast)
    sun_id, wu_id = cast.sun.person_id or 0, wu.person_id or 0
    lead_id = credited(cast, (sun_id, 7000), (wu_id, 3000))
    reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
    settle_leads([lead_id], at=AT)
    assert (sums(sun_id), sums(wu_id)) == ({"qualified": 350}, {"qualified": 150})
    share_credit(lead_id, [(wu_id, 10_000)], reason="核实", by=cast.chen, at=AT)
    sign(lead_id, cast, day=DAY)
    settle_leads([lead_id], at=AT)
    assert (sums(sun_id), sums(wu_id)) == ({"qualified": 350}, {"qualified": 150, "signed": 2000})


def test_what_happens_outside_every_posting_counts_only_in_its_tail(cast: Cast) -> None:
    late = colleague(cast, starts_on=DAY - timedelta(days=900), ends_on=DAY - timedelta(days=850))
    early = colleague(cast, "qi", starts_on=DAY - timedelta(days=300), ends_on=DAY - timedelta(days=70))
    for who, days, expected in ((late, 860, {}), (early, 80, {"qualified": 500})):
        at = AT - timedelta(days=days)
        lead_id = credited(cast, (who.person_id or 0, 10_000), at=at, investor=f"{who.name}公司{who.person_id}")
        reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
        settle_leads([lead_id], at=AT)
        assert sums(who.person_id) == expected


def test_a_changed_posting_settles_what_it_touches_by_itself(cast: Cast) -> None:
    from crm.cadres.models import Posting
    from crm.cadres.operations import change_end

    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
    settle_due(at=AT)
    assert sums(cast.sun.person_id) == {"qualified": 500}
    row: Any = Posting.get(Posting.cadre == cast.sun.person_id)
    change_end(row.id, DAY - timedelta(days=90), "核对任期", by=cast.he, at=AT)
    assert settle_due(at=AT) == 1
    assert sums(cast.sun.person_id) == {}
    assert settle_due(at=AT) == 0


def test_a_missed_monthly_report_takes_a_point_and_an_excuse_gives_it_back(cast: Cast) -> None:
    from crm.cadres.operations_reports import excuse_month

    later = AT + timedelta(days=60)
    settle_due(at=later)
    assert sums(cast.sun.person_id) == {"report_missed": -1000}
    row = next(row for row in entries(cadre_id=cast.sun.person_id) if row.item == "report_missed")
    assert (row.counted_on, row.evidence) == (date(2026, 6, 30), ("report", 0, "2026-06"))
    excuse_month(cast.sun.person_id or 0, "2026-06", "驻点期间住院治疗", by=cast.he, at=later)
    settle_due(at=later)
    assert sums(cast.sun.person_id) == {}
    assert replay().same


def test_landing_waits_for_the_start_and_for_the_tariffs_review(cast: Cast) -> None:
    from crm.pipeline import gate
    from tests import cast as story
    from tests.support import cast as support

    lead_id = story.ready(cast)
    from crm.leads.operations_facts import share_credit

    share_credit(lead_id, [(cast.sun.person_id or 0, 10_000)], reason="", by=cast.chen, at=AT - timedelta(days=80))
    gate.recognise(lead_id, by=cast.chen, at=AT)
    settle_due(at=AT)
    assert sums(cast.sun.person_id) == {}
    support.rule_reviewed("tariff", cast.chen, "2026.1")
    reach(lead_id, "started", DAY, cast.zhang)
    settle_all(by=cast.cli, at=AT)
    assert sums(cast.sun.person_id) == {"landed": 2000, "started": 3000}
    gate_reversal(lead_id, cast)
    assert sums(cast.sun.person_id) == {"started": 3000}
    assert replay().same


def gate_reversal(lead_id: int, cast: Cast) -> None:
    from crm.landing.operations_gate import revoke

    revoke(lead_id, reason="虚假材料", by=cast.chen, at=AT)
    settle_due(at=AT)


def test_nobody_changes_or_removes_a_line(cast: Cast, db: Any) -> None:
    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY, cast.zhang)
    settle_leads([lead_id], at=AT)
    for table in (CreditEntry, CreditEvent, CreditTariff):
        for change in (table.update(id=9_999), table.delete()):
            with pytest.raises(DatabaseError), db.atomic():
                change.execute()


def test_a_check_tells_what_waits_and_the_command_settles_it(cast: Cast) -> None:
    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY, cast.zhang)
    assert unsettled(AT) == [f"qualified:{lead_id}"]
    assert settle_all(by=cast.cli, at=AT) == 1
    assert unsettled(AT) == []


def test_points_say_what_is_capped_and_what_comes_next(cast: Cast) -> None:
    lead_id = credited(cast, investment_fen=60_000 * 1_000_000)
    fresh = points_of(cast.sun.person_id or 0, today=DAY)
    assert fresh.total == 0
    assert [(one.item, one.points) for one in fresh.next_of(lead_id)] == [("qualified", 500), ("visit", 1000)]
    reach(lead_id, "qualified", DAY, cast.zhang)
    settle_leads([lead_id], at=AT)
    found = points_of(cast.sun.person_id or 0, today=DAY)
    assert found.total == 500
    assert [(one.item, one.points) for one in found.next_of(lead_id)] == [("visit", 1000), ("signed", 5000)]
    after = points_of(cast.sun.person_id or 0, today=DAY + timedelta(days=2000))
    assert {one.points for one in after.next} == {0}


@pytest.mark.parametrize(
    ("steps", "reached", "started"),
    [
        ([("lead", 1, False), ("qualified", 2, False), ("signed", 3, False)], {"qualified": 2, "signed": 3}, None),
        ([("signed", 1, True), ("started", 4, False)], {"started": 4}, 4),
        ([("started", 1, True)], {}, 1),
        ([("qualified", 2, False), ("lead", 3, False), ("qualified", 5, False)], {"qualified": 5}, None),
        ([("started", 2, False), ("signed", 3, False), ("started", 6, False)], {"started": 6}, 6),
        ([("producing", 2, True), ("qualified", 3, False)], {}, None),
    ],
)
def test_stages_are_reached_by_proven_moves_only(
    steps: list[tuple[str, int, bool]], reached: dict[str, int], started: int | None
) -> None:
    facts = [(at, stage, date(2026, 1, day), opening) for at, (stage, day, opening) in enumerate(steps)]
    found, since = reached_stages(facts)
    assert {stage: one.day.day for stage, one in found.items() if one.back_on is None and stage != "lead"} == reached
    assert (since.day if since else None) == started


MOVES = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["qualified", "sign", "started", "terminated", "active", "back", "share"])
    ),
    max_size=7,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_any_order_of_deeds_settles_one_by_one_to_what_a_replay_gives(
    cast: Cast, db: Any, moves: list[tuple[int, str]]
) -> None:
    with db.atomic() as tried:
        leads = [credited(cast, investor="同一投资方有限公司", site=place) for place in ("北园", "北园", "南园")]
        for which, move in moves:
            do(cast, leads[which], move)
            settle_due(at=AT)
        before = last_entry()
        assert settle_all(by=cast.cli, at=AT) == 0
        assert last_entry() == before
        assert replay().same
        tried.rollback()


def do(cast: Cast, lead_id: int, move: str) -> None:
    from crm.leads.operations_facts import share_credit

    if move == "sign":
        sign(lead_id, cast)
    elif move in ("terminated", "active"):
        turn(lead_id, move, DAY, cast.zhang)
    elif move == "share":
        share_credit(lead_id, [(cast.sun.person_id or 0, 10_000)], reason="再定", by=cast.chen, at=AT)
    else:
        reach(lead_id, "lead" if move == "back" else move, DAY - timedelta(days=3), cast.zhang)
