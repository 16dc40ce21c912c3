"""Who brought it: protection, shares, roles, disputes with one appeal, and what a stranger may know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.leads.operations_claims import answer_case, appeal_case, close_case, decide_case, open_case, record_party
from crm.leads.operations_facts import record_contact, share_credit
from crm.leads.queries import claims_of
from crm.leads.queries_claims import cases, cases_waiting, lapsing, look_alikes, parties_of, protections
from crm.leads.rules_claims import claim_rules, protection_on, share_findings
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from crm.core.actor import Actor

RULES = claim_rules()
SPAN = timedelta(days=RULES.protect_days)


# --- protection, as a pure question


@pytest.mark.parametrize(
    ("day", "stage", "contacts", "state", "left"),
    [
        (DAY, "lead", [], "none", None),
        (DAY, "qualified", [], "protected", 90),
        (DAY + SPAN, "qualified", [], "protected", 0),
        (DAY + SPAN + timedelta(days=1), "qualified", [], "lapsed", None),
        (DAY + SPAN + timedelta(days=1), "qualified", [DAY + timedelta(days=30)], "protected", 29),
        (DAY + SPAN + timedelta(days=1), "signed", [], "protected", None),
    ],
)
def test_protection_begins_with_the_judgement_and_lives_on_dated_contacts(
    day: date, stage: str, contacts: list[date], state: str, left: int | None
) -> None:
    found = protection_on(day, stage, DAY if stage != "lead" else None, contacts, RULES)
    assert (found.state, found.days_left) == (state, left)


def test_a_contact_after_the_lapse_does_not_bring_protection_back() -> None:
    late = DAY + SPAN + timedelta(days=5)
    assert protection_on(late, "qualified", DAY, [late], RULES).state == "lapsed"


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([(1, 3333), (2, 3333), (3, 3333)], "share.sum"),
        ([(1, 6000), (2, 4001)], "share.sum"),
        ([(1, 10000), (1, 0)], "share.twice"),
        ([(1, 10001)], "share.range"),
        ([], "share.none"),
    ],
)
def test_shares_that_are_not_a_whole_are_refused_with_the_sum(shares: list[tuple[int, int]], code: str) -> None:
    assert code in {finding.code for finding in share_findings(shares)}


def test_99_99_says_what_it_sums_to() -> None:
    (finding,) = share_findings([(1, 3333), (2, 3333), (3, 3333)])
    assert "99.99" in str(finding.text)
    assert share_findings([(1, 3334), (2, 3333), (3, 3333)]) == []


# --- the story on both databases


def second_cadre(cast: story.Cast, login: str = "wu", name: str = "吴挂职") -> Actor:
    from crm.cadres.models import Posting

    who = story.person(login, name, "cadre", cast.chen.unit_id)
    Posting.create(
        cadre=who.person_id, host_place="深圳", host_unit="联络组", starts_on=DAY - timedelta(days=50),
        ends_on=DAY + timedelta(days=200), created_at=AT,
    )  # fmt: skip
    return who


def credited(cast: story.Cast, **others: Any) -> int:
    lead_id = story.lead(cast, **others)
    share_credit(lead_id, [(cast.sun.person_id or 0, 10_000)], reason="", by=cast.zhang, at=AT - timedelta(days=40))
    return lead_id


def shares(lead_id: int) -> list[tuple[str, int]]:
    return [(claim.cadre_name, claim.share_bps) for claim in claims_of(lead_id)]


GROUNDS = "三月十二日我在深圳与对方总经理面谈，有名片和会议纪要"


def objected(cast: story.Cast, lead_id: int, wu: Actor, **others: Any) -> int:
    values: dict[str, Any] = {"known_by": "石榴精深加工项目", "asked_bps": 5000, "grounds": GROUNDS, **others}
    return open_case(lead_id, **values, by=wu, at=AT)


def test_a_stranger_sees_that_it_exists_and_whom_to_ask_and_nothing_else(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    (found,) = look_alikes("石榴精深加工", "", wu, day=DAY)
    assert (found.id, found.unit_name, found.owner_name, found.mine) == (lead_id, "投资促进局", "张招商", False)
    assert not {"name", "investor", "content"} & set(found.__dataclass_fields__)
    (by_company,) = look_alikes("全新的名字", "成都榴光食品有限公司", wu, day=DAY)
    assert by_company.by == "investor"
    assert look_alikes("毫不相干", "别的公司", wu, day=DAY) == []
    (own,) = look_alikes("石榴精深加工项目", "", cast.zhang, day=DAY)
    assert own.mine


def test_an_objection_names_the_other_and_keeps_the_protection_of_that_moment(cast: story.Cast) -> None:
    lead_id, wu = credited(cast, stage="qualified"), second_cadre(cast)
    case_id = objected(cast, lead_id, wu)
    (case,) = cases(case_id=case_id)
    assert (case.cadre_name, case.other_name, case.protection) == ("吴挂职", "孙挂职", "protected")
    assert case.step(DAY) == "open"
    assert cases_waiting() == 1
    with pytest.raises(Refusal) as refused:
        objected(cast, lead_id, wu)
    assert story.codes(refused) == {"case.stands"}


def test_who_does_not_know_its_name_cannot_find_a_lead_by_its_number(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    for number, known in ((lead_id, "猜一个"), (lead_id, ""), (999_999, "石榴精深加工项目")):
        with pytest.raises(Refusal) as refused:
            objected(cast, number, wu, known_by=known)
        assert refused.value.status == 404


def test_an_objection_says_why_and_how_much_all_at_once(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    with pytest.raises(Refusal) as refused:
        objected(cast, lead_id, wu, grounds="我的", asked_bps=20_000)
    assert story.codes(refused) == {"case.grounds", "share.range"}
    with pytest.raises(Refusal) as refused:
        objected(cast, lead_id, cast.sun)
    assert story.codes(refused) == {"case.own"}


def test_the_same_objection_sent_twice_is_one(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    first = objected(cast, lead_id, wu, client_key="k-1")
    assert objected(cast, lead_id, wu, client_key="k-1") == first
    assert len(cases(lead_id=lead_id)) == 1


def test_a_decision_divides_anew_and_the_old_division_stays(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    case_id = objected(cast, lead_id, wu)
    answer_case(case_id, "我四月二日首先报送，其后才知道他也谈过", by=cast.sun, at=AT)
    halves = [(cast.sun.person_id or 0, 5000), (wu.person_id or 0, 5000)]
    with pytest.raises(Refusal) as refused:
        decide_case(case_id, "upheld", [(wu.person_id or 0, 9999)], "短", by=cast.he, at=AT)
    assert story.codes(refused) == {"share.sum", "case.reason"}
    since = DAY - timedelta(days=30)
    decide_case(case_id, "upheld", halves, "双方均有会议纪要，各半", by=cast.he, at=AT, counts_from=since)
    assert sorted(shares(lead_id)) == [("吴挂职", 5000), ("孙挂职", 5000)]
    past = [claim for claim in claims_of(lead_id, ended_too=True) if claim.ended_at]
    assert [(claim.cadre_name, claim.share_bps) for claim in past] == [("孙挂职", 10_000)]
    from crm.leads.models import Claim

    standing: Any = Claim.select(Claim.counts_from).where((Claim.lead == lead_id) & Claim.ended_at.is_null())
    assert {row.counts_from for row in standing} == {since}
    with pytest.raises(Refusal) as refused:
        decide_case(case_id, "rejected", [], "改主意了，驳回", by=cast.he, at=AT)
    assert story.codes(refused) == {"case.decided"}


def test_a_losing_claim_stays_visible_and_one_appeal_is_decided_by_somebody_else(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    case_id = objected(cast, lead_id, wu)
    with pytest.raises(Refusal) as refused:
        appeal_case(case_id, "还没有裁定就申诉", by=wu, at=AT)
    assert story.codes(refused) == {"case.undecided"}
    decide_case(case_id, "rejected", [], "名片日期晚于首报，不支持", by=cast.he, at=AT)
    assert shares(lead_id) == [("孙挂职", 10_000)]
    assert [case.decision for case in cases(lead_id=lead_id)] == ["rejected"]
    appeal_case(case_id, "会议纪要的日期没有看", by=wu, at=AT)
    with pytest.raises(Refusal) as refused:
        appeal_case(case_id, "再来一次申诉", by=cast.sun, at=AT)
    assert story.codes(refused) == {"case.appealed"}
    with pytest.raises(Refusal) as refused:
        close_case(case_id, "rejected", [], "维持原来的裁定", by=cast.he, at=AT)
    assert "case.same_person" in story.codes(refused)
    parts = [(cast.sun.person_id or 0, 7000), (wu.person_id or 0, 3000)]
    close_case(case_id, "upheld", parts, "会议纪要属实，调整份额", by=cast.chen, at=AT)
    assert sorted(shares(lead_id)) == [("吴挂职", 3000), ("孙挂职", 7000)]
    assert cases(case_id=case_id)[0].step(DAY) == "final"
    assert cases_waiting() == 0


def test_an_appeal_comes_in_time_and_from_the_two(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    stranger = second_cadre(cast, "zheng", "郑挂职")
    case_id = objected(cast, lead_id, wu)
    decide_case(case_id, "rejected", [], "名片日期晚于首报，不支持", by=cast.he, at=AT)
    with pytest.raises(Refusal) as refused:
        appeal_case(case_id, "与我无关也来说", by=stranger, at=AT)
    assert refused.value.status == 404
    with pytest.raises(Refusal) as refused:
        appeal_case(case_id, "过了很久才想起来", by=wu, at=AT + timedelta(days=RULES.appeal_days + 1))
    assert story.codes(refused) == {"case.late"}


def test_who_is_part_of_it_or_has_no_right_decides_nothing(cast: story.Cast) -> None:
    lead_id, wu = credited(cast), second_cadre(cast)
    case_id = objected(cast, lead_id, wu)
    for who in (wu, cast.sun, cast.zhang, cast.luo, cast.ma, cast.cli):
        with pytest.raises(Refusal) as refused:
            decide_case(case_id, "rejected", [], "随便写的理由", by=who, at=AT)
        assert refused.value.status == 403
    assert cases(case_id=case_id)[0].decision == ""


def test_introducer_and_receiving_unit_are_two_roles_and_changes_give_a_reason(cast: story.Cast) -> None:
    lead_id = credited(cast)
    common: dict[str, Any] = {"person_id": None, "name": "", "by": cast.zhang, "at": AT}
    record_party(lead_id, "receiver", unit_id=cast.zhang.unit_id, happened_on=DAY, reason="", **common)
    record_party(lead_id, "introducer", unit_id=None, happened_on=DAY, reason="", **{**common, "name": "四川商会"})
    with pytest.raises(Refusal) as refused:
        record_party(lead_id, "receiver", unit_id=cast.li.unit_id, happened_on=DAY + timedelta(days=1), reason="",
                     **common)  # fmt: skip
    assert story.codes(refused) == {"reason.missing", "date.future"}
    record_party(lead_id, "receiver", unit_id=cast.li.unit_id, happened_on=DAY, reason="首谈纪要在园区", **common)
    told = [(one.role, one.name, one.ended_at is None) for one in parties_of(lead_id)]
    assert told == [
        ("introducer", "四川商会", True), ("receiver", "北园区管委会", True), ("receiver", "投资促进局", False),
    ]  # fmt: skip


def test_a_reminder_comes_before_the_lapse_and_a_contact_ends_it(cast: story.Cast) -> None:
    lead_id = credited(cast, stage="qualified")
    judged = DAY - timedelta(days=60)
    last = judged + SPAN
    assert lapsing(last - timedelta(days=31), cadre_id=cast.sun.person_id) == []
    for early in (30, 12, 0):
        (found,) = lapsing(last - timedelta(days=early), cadre_id=cast.sun.person_id)
        assert (found.lead_id, found.until, found.days_left) == (lead_id, last, early)
    assert lapsing(last + timedelta(days=1)) == []
    values = {"happened_on": DAY, "kind": "call", "two_way": True, "text": "电话沟通"}
    record_contact(lead_id, values, by=cast.zhang, at=AT)
    assert lapsing(last) == []
    assert protections([lead_id], last)[lead_id].state == "protected"
