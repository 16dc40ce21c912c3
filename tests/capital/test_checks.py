"""Paid-in money counts only when two people of two offices have looked at its voucher, on both databases."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.capital.rules import term_changes
from crm.capital.rules_checks import CHECK_OFFICES, COUNTING, INVESTMENT, Check, recognised, standing, state_of
from crm.core.actor import Actor
from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from crm.core.actor import Actor

WAN = 1_000_000


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


@pytest.fixture
def counter(cast: story.Cast) -> Actor:
    """Give a verifier of the statistics bureau."""
    return story.person("tong", "童统计", "verifier", story.unit("stat", "统计局", "statistics"))


def _lead(lead_id: int) -> Any:
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def _contracted(cast: story.Cast, **others: Any) -> int:
    from crm.capital.operations import record_contract

    lead_id = story.lead(cast, **others)
    record_contract(lead_id, story.contract(), by=cast.zhang, at=AT)
    return lead_id


def _paid(lead_id: int, by: Actor, *, content: str | None = "进账单", amount: int = 100) -> int:
    from crm.capital.operations import record_paid_in

    file_id = story.evidence_file(by, content) if content else None
    values = {"paid_on": DAY, "amount_fen": amount * WAN, "kind": "cash", "file_id": file_id, "outside_bps": 8000}
    return record_paid_in(lead_id, values, by=by, at=AT).id


def _check(entry: int, by: Actor, verdict: str = "confirmed", reason: str = "") -> bool:
    from crm.capital.operations_checks import check_paid_in

    return check_paid_in(entry, verdict, reason=reason, by=by, at=AT)


def test_money_counts_after_two_checks_of_two_offices(cast: story.Cast, counter: Actor) -> None:
    from crm.capital.queries import paid_in_of
    from crm.leads.queries import history_of

    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.zhang)
    assert not _check(entry, cast.gu)
    assert (_lead(lead_id).paid_in_recorded_fen, _lead(lead_id).paid_in_fen) == (100 * WAN, None)
    assert _check(entry, counter)
    assert _lead(lead_id).paid_in_fen == 100 * WAN
    (row,) = paid_in_of(lead_id)
    assert (row.recognised_at, row.outside_bps) == (AT, 8000)
    # It counts from the day of payment, known since the second check.
    assert [(fact.happened_on, fact.value) for fact in history_of(lead_id, "paid_in")] == [(DAY, str(100 * WAN))]


def test_finance_and_statistics_are_one_side(cast: story.Cast, counter: Actor) -> None:
    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.zhang)
    assert not _check(entry, cast.wang)
    assert not _check(entry, counter)
    assert _check(entry, cast.gu)


def test_an_objection_stops_it_until_its_author_is_content(cast: story.Cast) -> None:
    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.zhang)
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.wang, "objected")
    assert story.codes(refused) == {"check.reason"}
    _check(entry, cast.wang, "objected", "账户名称不符")
    assert not _check(entry, cast.gu)
    assert _check(entry, cast.wang, "confirmed", "已补说明")
    assert not _check(entry, cast.gu, "objected", "另有疑问")
    assert _lead(lead_id).paid_in_fen is None


def test_a_reversal_takes_the_recognised_money_back(cast: story.Cast) -> None:
    from crm.capital.operations import void_paid_in

    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.zhang)
    _check(entry, cast.gu)
    _check(entry, cast.wang)
    void_paid_in(entry, reason="退款", by=cast.zhang, at=AT)
    assert (_lead(lead_id).paid_in_recorded_fen, _lead(lead_id).paid_in_fen) == (None, None)
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.gu)
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("name", "expected"),
    [("zhang", {"check.recorder"}), ("zhou", {"check.office"}), ("chen", set()), ("sun", set()), ("luo", set()),
     ("cli", set()), ("li", set())],
)  # fmt: skip
def test_who_may_not_check(cast: story.Cast, name: str, expected: set[str]) -> None:
    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.zhang)
    before, trail = story.business(), len(story.trail("refused"))
    with pytest.raises(Refusal) as refused:
        _check(entry, getattr(cast, name))
    assert story.codes(refused) == expected or refused.value.status in (403, 404)
    assert story.business() == before
    assert story.trail("refused")[trail:] == ["paid_in.check"]


def test_neither_owner_nor_credited_nor_self_made_verifier_checks(cast: story.Cast) -> None:
    from crm.accounts.models import RoleGrant
    from crm.leads.models import Claim, Lead

    lead_id = _contracted(cast)
    entry = _paid(lead_id, cast.chen)
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.zhang)
    assert story.codes(refused) == {"check.owner"}
    RoleGrant.update(granted_by=cast.gu.person_id).where(RoleGrant.person == cast.gu.person_id).execute()
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.gu)
    assert story.codes(refused) == {"check.self_granted"}
    Claim.create(lead=lead_id, cadre=cast.wang.person_id, share_bps=10_000, reported_at=AT, recorded_at=AT)
    Lead.update(owner=None).where(Lead.id == lead_id).execute()
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.wang)
    assert story.codes(refused) == {"check.credited"}


def test_a_voucher_is_asked_for_brought_once_and_told_when_used_elsewhere(cast: story.Cast) -> None:
    from crm.capital.operations_checks import attach_voucher
    from crm.capital.queries import same_voucher_file

    first, second = _contracted(cast), _contracted(cast, name="第二个项目")
    known = _paid(first, cast.zhang, content="一张进账单")
    entry = _paid(second, cast.zhang, content=None)
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.wang)
    assert story.codes(refused) == {"check.voucher"}
    warnings = attach_voucher(entry, story.evidence_file(cast.zhang, "一张进账单"), by=cast.zhang, at=AT)
    assert [item.code for item in warnings] == ["paid_in.voucher_file"]
    from crm.capital.models import PaidIn

    file_id = PaidIn.get_by_id(entry).file_id
    assert [twin.id for twin in same_voucher_file(file_id, but=entry)] == [known]
    with pytest.raises(Refusal) as refused:
        attach_voucher(entry, story.evidence_file(cast.zhang, "另一张"), by=cast.zhang, at=AT)
    assert story.codes(refused) == {"paid_in.has_voucher"}
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.wang)
    assert story.codes(refused) == {"check.reason"}
    _check(entry, cast.wang, reason="一张进账单两个项目分摊，已核对清单")


def test_an_unscanned_voucher_is_not_checked(cast: story.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.capital import queries_checks

    entry = _paid(_contracted(cast), cast.zhang)
    monkeypatch.setattr(queries_checks, "scanning", lambda: True)
    with pytest.raises(Refusal) as refused:
        _check(entry, cast.wang)
    assert story.codes(refused) == {"check.unscanned"}


CHECKS = st.lists(st.builds(Check, st.integers(1, 4), st.sampled_from((*CHECK_OFFICES, "park")),
                            st.sampled_from(["confirmed", "objected"])), max_size=6)  # fmt: skip


@given(CHECKS)
def test_recognised_means_two_people_of_two_offices_and_no_objection(checks: list[Check]) -> None:
    last = standing(checks)
    pairs = [
        pair
        for pair in permutations(last, 2)
        if pair[0].office == INVESTMENT and pair[1].office in COUNTING and {one.verdict for one in pair} == {"confirmed"}
    ]
    expected = bool(pairs) and all(check.verdict == "confirmed" for check in last)
    assert recognised(checks) == expected
    assert all(one.person_id != other.person_id for one, other in pairs)
    assert (state_of(checks, void=False, has_file=True) == "recognised") == expected


def test_a_later_paper_says_what_it_changed() -> None:
    old = ((DAY, None, None), {2026: 5})
    new = ((DAY.replace(month=9), DAY, None), {2026: 3, 2027: 2})
    nothing, changed = term_changes([old, new])
    assert nothing == []
    assert [(change.name, change.old, change.new) for change in changed] == [
        ("agreed_start_on", DAY, DAY.replace(month=9)), ("yearly_plan", {2026: 5}, {2026: 3, 2027: 2}),
    ]  # fmt: skip


def test_pages_of_a_voucher(app: Any, cast: story.Cast, counter: Actor, tmp_path: Any) -> None:
    from io import BytesIO

    from crm.capital.models import PaidIn
    from crm.files.operations import keep_files_in
    from crm.sample.filler_papers import paper

    keep_files_in(tmp_path / "files")
    lead_id = _contracted(cast)
    officer, verifier = story.entered(app, cast.zhang), story.entered(app, counter)
    form = {"paid_on": DAY.isoformat(), "amount_fen": "80", "kind": "cash", "outside_bps": "62.5",
            "file": (BytesIO(paper("进账单", ["80万元"])), "进账单.pdf")}  # fmt: skip
    answer = officer.post(f"/leads/{lead_id}/paid-in/new", data=form)
    assert answer.status_code == 302
    (row,) = list(PaidIn.select())
    assert (row.outside_bps, row.file_id is not None) == (6250, True)
    page = verifier.get(f"/leads/{lead_id}/paid-in/{row.id}").text
    assert "进账单.pdf" in page
    assert 'name="verdict"' in page
    assert 'name="verdict"' not in officer.get(f"/leads/{lead_id}/paid-in/{row.id}").text
    file = verifier.get(f"/leads/{lead_id}/paid-in/{row.id}/file")
    assert file.data.startswith(b"%PDF")
    assert verifier.post(f"/leads/{lead_id}/paid-in/{row.id}", data={"verdict": "confirmed"}).status_code == 302
    again = verifier.post(f"/leads/{lead_id}/paid-in/{row.id}", data={"verdict": "confirmed"})
    assert again.status_code == 422
    park = story.entered(app, cast.li)
    assert park.get(f"/leads/{lead_id}/paid-in/{row.id}/file").status_code == 404
    bare = {"paid_on": DAY.isoformat(), "amount_fen": "5", "kind": "cash"}
    assert officer.post(f"/leads/{lead_id}/paid-in/new", data=bare).status_code == 302
    without = PaidIn.get(PaidIn.file_id.is_null())
    assert officer.post(f"/leads/{lead_id}/paid-in/{without.id}/voucher", data={}).status_code == 422
    brought = {"file": (BytesIO(paper("转账", ["5万元"])), "转账.pdf")}
    assert officer.post(f"/leads/{lead_id}/paid-in/{without.id}/voucher", data=brought).status_code == 302
    assert "5" in officer.get(f"/leads/{lead_id}").text


def test_money_that_waits_is_on_the_list_of_both_sides(cast: story.Cast) -> None:
    from crm.capital.queries_due import due_checks, due_vouchers

    lead_id = _contracted(cast)
    bare, entry = _paid(lead_id, cast.zhang, content=None), _paid(lead_id, cast.zhang)
    assert [line.thing_id for line in due_checks(cast.wang, DAY)] == [entry]
    assert [line.thing_id for line in due_checks(cast.gu, DAY)] == [entry]
    assert due_checks(cast.zhang, DAY) == due_checks(cast.zhou, DAY) == []
    assert [line.thing_id for line in due_vouchers(cast.zhang, DAY)] == [bare]
    _check(entry, cast.wang)
    assert due_checks(cast.wang, DAY) == []
    assert [line.thing_id for line in due_checks(cast.gu, DAY)] == [entry]
    _check(entry, cast.gu, "objected", "金额不符")
    assert {line.thing_id for line in due_vouchers(cast.zhang, DAY)} == {bare, entry}
