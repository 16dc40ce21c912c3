"""Contracts and paid-in money: what is refused, what is only questioned, and the sums as of any day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY

WAN = 1_000_000


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


def _lead(lead_id: int) -> Any:
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def _history(lead_id: int, fact: str) -> list[tuple[date, str | None]]:
    from crm.leads.queries import history_of

    return [(row.happened_on, row.value) for row in history_of(lead_id, fact)]


def test_only_formal_and_supplementary_contracts_count(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract
    from crm.capital.queries import contracts_of, formal_contract, terms_of

    lead_id = story.lead(cast)
    framework = story.contract(kind="framework", amount_fen=9_000 * WAN)
    record_contract(lead_id, framework, by=cast.zhang, at=AT)
    assert _lead(lead_id).contracted_fen is None
    assert formal_contract(lead_id) is None
    assert not terms_of(lead_id).dated
    record_contract(lead_id, story.contract(), by=cast.zhang, at=AT)
    later = story.contract(
        kind="supplementary", amount_fen=500 * WAN, signed_on=DAY, agreed_start_on=date(2026, 10, 1), note="用地晚交",
        agreed_completion_on=None, agreed_production_on=None, yearly_plan={},
    )  # fmt: skip
    record_contract(lead_id, later, by=cast.zhang, at=AT)
    assert _lead(lead_id).contracted_fen == 5_500 * WAN
    terms = terms_of(lead_id)
    assert (terms.start_on, terms.completion_on) == (date(2026, 10, 1), date(2027, 9, 1))
    assert dict(terms.yearly_plan) == story.contract()["yearly_plan"]
    assert len(contracts_of(lead_id)) == 3


def test_everything_wrong_with_a_contract_is_said_at_once(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract

    lead_id = story.lead(cast)
    bad = story.contract(
        signed_on=DAY + timedelta(days=1), amount_fen=0, agreed_completion_on=date(2026, 8, 1),
        agreed_production_on=date(2026, 7, 1), kind="formal",
    )  # fmt: skip
    before = story.business()
    with pytest.raises(Refusal) as refused:
        record_contract(lead_id, bad, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"date.future", "contract.amount", "contract.order"}
    assert story.business() == before
    assert story.trail("refused") == ["contract.record"]


def test_paid_in_above_contracted_asks_for_a_reason(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract, record_paid_in

    lead_id = story.lead(cast)
    record_contract(lead_id, story.contract(amount_fen=100 * WAN), by=cast.zhang, at=AT)
    money = {"paid_on": DAY, "amount_fen": 60 * WAN, "kind": "cash", "voucher_no": "K1"}
    assert record_paid_in(lead_id, money, by=cast.zhang, at=AT).warnings == ()
    before = story.business()
    with pytest.raises(Refusal) as refused:
        record_paid_in(lead_id, money, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"paid_in.above_contracted"}
    assert story.business() == before
    again = record_paid_in(lead_id, {**money, "excess_reason": "增资扩股，补充协议待签"}, by=cast.zhang, at=AT)
    assert {item.code for item in again.warnings} == {"paid_in.voucher"}
    assert (_lead(lead_id).paid_in_recorded_fen, _lead(lead_id).paid_in_fen) == (120 * WAN, None)


def test_sums_read_right_as_of_any_day_when_entries_come_late(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract, record_paid_in, void_paid_in
    from crm.capital.queries import paid_in_of

    lead_id = story.lead(cast)
    record_contract(lead_id, story.contract(), by=cast.zhang, at=AT)
    late, early = DAY, DAY - timedelta(days=30)
    first = record_paid_in(lead_id, {"paid_on": late, "amount_fen": 5 * WAN, "kind": "cash"}, by=cast.zhang, at=AT)
    record_paid_in(lead_id, {"paid_on": early, "amount_fen": 2 * WAN, "kind": "works"}, by=cast.zhang, at=AT)
    assert _history(lead_id, "paid_in_recorded") == [(late, str(5 * WAN)), (early, str(2 * WAN)), (late, str(7 * WAN))]
    void_paid_in(first.id, reason="重复录入", by=cast.zhang, at=AT)
    assert _history(lead_id, "paid_in_recorded")[-1] == (late, str(2 * WAN))
    assert _lead(lead_id).paid_in_recorded_fen == 2 * WAN
    # The mistake and the entry against it both stay: all rows together give what the standing ones give.
    rows = paid_in_of(lead_id)
    assert sum(row.amount_fen for row in rows) == sum(row.amount_fen for row in rows if row.standing) == 2 * WAN
    (against,) = [row for row in rows if row.reverses_id == first.id]
    assert (against.amount_fen, against.note) == (-5 * WAN, "重复录入")
    with pytest.raises(Refusal) as refused:
        void_paid_in(against.id, reason="再冲", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"entry.reversing"}


def test_the_last_voided_entry_leaves_unknown_not_zero(cast: story.Cast) -> None:
    from crm.capital.operations import record_contract, void_contract
    from crm.capital.queries import contracts_of

    lead_id = story.lead(cast)
    made = record_contract(lead_id, story.contract(), by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        void_contract(made.id, reason=" ", by=cast.zhang, at=AT)
    assert story.codes(refused) == {"reason.missing"}
    void_contract(made.id, reason="录错项目", by=cast.chen, at=AT)
    assert _lead(lead_id).contracted_fen is None
    (row,) = contracts_of(lead_id)
    assert (row.standing, row.voided_by, row.void_reason) == (False, "陈局", "录错项目")
    with pytest.raises(Refusal) as refused:
        void_contract(made.id, reason="再来", by=cast.chen, at=AT)
    assert story.codes(refused) == {"entry.voided"}


def test_a_landed_project_keeps_its_formal_contract(cast: story.Cast) -> None:
    from crm.capital.operations import void_contract
    from crm.capital.queries import formal_contract
    from crm.pipeline import gate

    lead_id = story.ready(cast)
    gate.recognise(lead_id, by=cast.chen, at=AT)
    made = formal_contract(lead_id)
    assert made is not None
    with pytest.raises(Refusal) as refused:
        void_contract(made.id, reason="录错", by=cast.chen, at=AT)
    assert story.codes(refused) == {"contract.landed"}


@pytest.mark.parametrize("name", ["li", "wang", "sun", "liu", "he", "luo", "ma"])
def test_who_has_no_business_with_the_money_records_none(cast: story.Cast, name: str) -> None:
    from crm.capital.operations import record_contract

    lead_id = story.lead(cast)
    with pytest.raises(Refusal) as refused:
        record_contract(lead_id, story.contract(), by=getattr(cast, name), at=AT)
    assert refused.value.status in (403, 404)
