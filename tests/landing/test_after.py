"""After landing: yearly re-checks, suspension, validity that runs out, and what past counts say of it all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from tests import cast as story
from tests.cast import AT, DAY

LATER = AT + timedelta(days=100)
LATER_DAY = DAY + timedelta(days=100)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


@pytest.fixture
def landed(cast: story.Cast) -> int:
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=AT)
    return lead_id


def _lead(lead_id: int) -> Any:
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def _counted_on(lead_id: int, day: date) -> tuple[Any, Any]:
    """Return what the reports say of a past day: landed on, and with how much."""
    from crm.leads.queries import history_of
    from crm.reports.rules_asof import Entry, overlay, state_on

    rows = sorted(history_of(lead_id), key=lambda row: row.id)
    state = state_on([Entry(row.fact, row.value, row.happened_on, row.opening) for row in rows], day)
    assert state is not None
    seen = overlay({}, state)
    return seen["landed_on"], seen["landed_fen"]


def test_a_recognition_says_what_it_counts_and_when_it_is_looked_at_again(landed: int) -> None:
    from crm.landing.queries import recognition_of

    stands = recognition_of(landed)
    assert stands is not None
    assert (stands.counted_fen, stands.recheck_due) == (5_000 * 1_000_000, date(2027, 6, 1))
    assert _counted_on(landed, DAY - timedelta(days=1)) == (None, None)
    assert _counted_on(landed, DAY) == (DAY, 5_000 * 1_000_000)


def test_a_recheck_by_other_eyes_moves_the_date_on(cast: story.Cast, landed: int) -> None:
    from crm.landing.operations_after import recheck
    from crm.landing.queries import recognition_of
    from crm.landing.queries_after import events_of

    for actor, code in ((cast.gu, "eyes.unit"), (cast.zhang, "permission.denied"), (cast.chen, "permission.denied")):
        with pytest.raises(Refusal) as refused:
            recheck(landed, "confirmed", reason="", by=actor, at=LATER)
        assert story.codes(refused) == {code} or refused.value.status == 403
    recheck(landed, "confirmed", reason="现场看过", by=cast.wang, at=LATER)
    stands = recognition_of(landed)
    assert stands is not None
    assert stands.recheck_due == date(2027, 9, 9)
    (event,) = events_of(landed)
    assert (event.kind, event.by_name, event.reason, event.next_due) == (
        "confirmed", "王税务", "现场看过", date(2027, 9, 9),
    )  # fmt: skip


def test_a_recheck_without_its_legs_is_refused_and_a_doubt_needs_a_reason(cast: story.Cast, landed: int) -> None:
    from crm.landing.operations import save_entity
    from crm.landing.operations_after import recheck
    from crm.landing.queries import recognition_of

    save_entity(landed, {"tax_office": "另一分局"}, by=cast.zhang, at=LATER)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        recheck(landed, "confirmed", reason="", by=cast.wang, at=LATER)
    assert story.codes(refused) == {"leg.taxed.void"}
    with pytest.raises(Refusal) as refused:
        recheck(landed, "doubt", reason=" ", by=cast.wang, at=LATER)
    assert story.codes(refused) == {"reason.missing"}
    assert story.business() == before
    recheck(landed, "doubt", reason="税务机关变了", by=cast.wang, at=LATER)
    stands = recognition_of(landed)
    assert stands is not None
    assert stands.recheck_due == date(2027, 6, 1), "a doubt keeps the date: it is not settled"


def test_a_suspension_stops_counting_and_its_lifting_counts_again(cast: story.Cast, landed: int) -> None:
    from crm.landing.operations_after import lift, suspend
    from crm.pipeline import gate

    with pytest.raises(Refusal) as refused:
        lift(landed, reason="x", by=cast.chen, at=LATER)
    assert story.codes(refused) == {"lift.none"}
    suspend(landed, reason="税务存疑", by=cast.chen, at=LATER)
    row = _lead(landed)
    assert (row.landed_on, row.landed_fen, row.recognised_on) == (None, None, DAY)
    assert gate.verdict(landed, LATER_DAY).state == "landed", "it still stands: nobody recognises it twice"
    with pytest.raises(Refusal) as refused:
        suspend(landed, reason="再次", by=cast.chen, at=LATER)
    assert story.codes(refused) == {"suspend.twice"}
    with pytest.raises(Refusal) as refused:
        gate.recognise(landed, by=cast.chen, at=LATER)
    assert story.codes(refused) == {"gate.landed"}
    lift(landed, reason="税务已核实", by=cast.chen, at=LATER + timedelta(days=30))
    row = _lead(landed)
    assert (row.landed_on, row.landed_fen) == (DAY, 5_000 * 1_000_000)
    days = (DAY, LATER_DAY - timedelta(days=1), LATER_DAY, LATER_DAY + timedelta(days=30))
    assert [_counted_on(landed, day)[0] for day in days] == [DAY, DAY, None, DAY]


@pytest.mark.parametrize(("kind", "past"), [("ended", DAY), ("revoked", None)])
def test_an_end_keeps_past_counts_and_a_revocation_takes_every_one_back(
    cast: story.Cast, landed: int, kind: str, past: Any
) -> None:
    from crm.landing.operations_after import lift, suspend
    from crm.landing.operations_gate import end_recognition, revoke

    suspend(landed, reason="存疑", by=cast.chen, at=AT + timedelta(days=10))
    lift(landed, reason="核实", by=cast.chen, at=AT + timedelta(days=20))
    if kind == "ended":
        end_recognition(landed, ended_on=DAY + timedelta(days=15), reason="依法迁出", by=cast.chen, at=LATER)
    else:
        revoke(landed, reason="执照系伪造", by=cast.chen, at=LATER)
    assert _counted_on(landed, DAY)[0] == past
    after = [_counted_on(landed, DAY + timedelta(days=n)) for n in (15, 20, 25, 100, 500)]
    assert after == [(None, None)] * 5
    row = _lead(landed)
    assert (row.landed_on, row.landed_fen, row.recognised_on) == (None, None, None)


def test_while_suspended_the_contract_and_the_stage_stay(cast: story.Cast, landed: int) -> None:
    from crm.capital.operations import void_contract
    from crm.capital.queries import formal_contract
    from crm.landing.operations import save_entity
    from crm.landing.operations_after import suspend
    from crm.pipeline.operations import change_status

    suspend(landed, reason="存疑", by=cast.chen, at=LATER)
    contract = formal_contract(landed)
    assert contract is not None
    for deed, code in (
        (lambda: void_contract(contract.id, reason="录错", by=cast.zhang, at=LATER), "contract.landed"),
        (lambda: save_entity(landed, {"uscc": story.OTHER_USCC}, by=cast.zhang, at=LATER), "entity.landed"),
        (
            lambda: change_status(
                landed, "lost", reason="x", lost_to="某地", happened_on=LATER_DAY, by=cast.zhang, at=LATER
            ),
            "status.landed",
        ),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert code in story.codes(refused)


def test_evidence_runs_out_on_its_day_and_the_counted_legs_follow(cast: story.Cast) -> None:
    from crm.landing.operations import submit_evidence, verify_leg
    from crm.landing.operations_after import expire_legs
    from crm.leads.queries import history_of
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    until = DAY + timedelta(days=30)
    file_id = story.evidence_file(cast.zhang, "lease")
    item = submit_evidence(
        lead_id, "registered", file_id=file_id, kind="business_licence", by=cast.zhang, at=AT, valid_until=until
    )
    verify_leg(item, by=cast.wang, at=AT)
    assert gate.verdict(lead_id, until).state == "ready"
    verdict = gate.verdict(lead_id, until + timedelta(days=1))
    assert [finding.code for finding in verdict.findings] == ["leg.registered.expired"]
    with pytest.raises(Refusal) as refused:
        gate.recognise(lead_id, by=cast.chen, at=AT + timedelta(days=31))
    assert story.codes(refused) == {"leg.registered.expired"}, "known without the nightly work"
    assert expire_legs(at=AT + timedelta(days=30)) == 0
    assert expire_legs(at=AT + timedelta(days=33)) == 1
    assert expire_legs(at=AT + timedelta(days=33)) == 0
    last = max(history_of(lead_id, "legs"), key=lambda row: row.id)
    assert (last.value, last.happened_on) == ("2", until + timedelta(days=1))
    verify_leg(story.submitted(lead_id, "registered", cast.zhang, at=LATER), by=cast.wang, at=LATER)
    assert gate.verdict(lead_id, LATER_DAY).state == "ready"


def test_a_period_of_its_kind_holds_where_the_paper_names_no_end(cast: story.Cast) -> None:
    from crm.landing.operations import submit_evidence
    from crm.landing.queries import current_legs

    lead_id = story.ready(cast)
    ends = {leg: row.valid_until for leg, row in current_legs(lead_id).items() if row}
    assert ends == {"registered": None, "taxed": date(2028, 6, 1), "accounted": date(2028, 6, 1)}
    with pytest.raises(Refusal) as refused:
        submit_evidence(
            lead_id, "taxed", file_id=story.evidence_file(cast.zhang), kind="tax_certificate", by=cast.zhang, at=AT,
            valid_until=DAY - timedelta(days=1),
        )  # fmt: skip
    assert story.codes(refused) == {"evidence.expired"}


def test_the_due_list_tells_what_to_look_at(cast: story.Cast, landed: int) -> None:
    from crm.landing.operations_after import recheck, suspend
    from crm.landing.queries_after import evidence_waiting, legs_expiring, rechecks_due, suspensions_open

    assert rechecks_due(cast.wang, date(2027, 4, 1)) == []
    (due,) = rechecks_due(cast.wang, date(2027, 5, 15))
    assert (due.lead_id, due.due_on) == (landed, date(2027, 6, 1))
    assert [row.leg for row in legs_expiring(cast.zhang, date(2028, 5, 20))] == ["accounted", "taxed"]
    assert legs_expiring(cast.li, date(2028, 5, 20)) == [], "another unit's lead"
    story.submitted(landed, "taxed", cast.zhang, at=LATER)
    (waits,) = evidence_waiting(cast.wang)
    assert (waits.lead_id, waits.leg, waits.due_on) == (landed, "taxed", LATER_DAY)
    recheck(landed, "doubt", reason="存疑", by=cast.wang, at=LATER)
    suspend(landed, reason="存疑", by=cast.chen, at=LATER)
    assert [row.lead_id for row in suspensions_open(cast.chen)] == [landed]


BROKEN = """
version = "1"
in_force_from = 2026-01-01
basis = "test"
[recheck]
months = %s
remind_days = 30
[validity]
remind_days = 30
[validity.months]
%s = 12
[suspension]
months = 3
"""


@pytest.mark.parametrize(("months", "kind"), [("0", "tax_reply"), ('"x"', "tax_reply"), ("12", "lottery_ticket")])
def test_a_broken_table_of_times_is_refused(months: str, kind: str) -> None:
    from crm.landing.rules_times import read_times

    with pytest.raises(BrokenRules):
        read_times(parse(BROKEN % (months, kind), "landing/landing.toml"))
    with pytest.raises(BrokenRules):
        read_times(parse('version = "1"\nin_force_from = 2026-01-01\nbasis = "b"\n', "landing/landing.toml"))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [(date(2024, 2, 29), 12, date(2025, 2, 28)), (date(2026, 1, 31), 1, date(2026, 2, 28)),
     (date(2026, 12, 15), 1, date(2027, 1, 15))],
)  # fmt: skip
def test_months_later_stays_in_the_month(day: date, months: int, then: date) -> None:
    from crm.landing.rules_times import months_later

    assert months_later(day, months) == then
