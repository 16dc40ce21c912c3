"""The sample bureau: big enough, varied, consistent, invented, and refused when it is broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from stdnum.cn import uscc

from crm.core.rulebook import BrokenRules
from crm.leads.rules import ALARM_DAYS, STAGES, STATUSES
from crm.profile.rules import dictionary
from crm.sample.stories import FOLDER, build, story
from crm.sample.stories_check import check
from crm.sample.stories_shapes import (
    EVENTS,
    ContactEvent,
    ContractEvent,
    EntityEvent,
    LegEvent,
    PaidInEvent,
    RecogniseEvent,
    RecogniseRefusedEvent,
    RejectEvent,
    SampleClaim,
    SampleLead,
    ScoreEvent,
    StageEvent,
    StatusEvent,
    VerifyEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crm.sample.stories_shapes import Event, Story

LEADS = story().leads
REAL_COMPANIES = (
    "攀钢", "鞍钢", "重钢", "宝钢", "宝武", "龙佰", "龙蟒", "通威", "东方电气", "华能",
    "华电", "大唐", "国电", "三峡", "国家电网", "国家能源", "雅砻江流域", "川投", "能投", "蜀道",
    "新希望", "五粮液", "泸州老窖", "铁骑力士", "好医生", "江铜", "紫金", "洛钼", "宁德时代", "比亚迪",
    "隆基", "阳光电源", "华为", "京东", "顺丰", "阿里巴巴", "腾讯", "万达", "恒大", "碧桂园",
    "万科", "华润", "双汇", "蒙牛", "伊利", "中粮", "航飞", "环太", "金鹰", "洽洽",
    "康师傅",
)  # fmt: skip


def lead(key: str) -> SampleLead:
    return next(row for row in LEADS if row.key == key)


def codes_of(broken: Story) -> set[str]:
    return {finding.code for finding in check(broken)}


def with_lead(key: str, **changes: Any) -> Story:
    """Return the story with one lead changed."""
    leads = tuple(replace(row, **changes) if row.key == key else row for row in LEADS)
    return replace(story(), leads=leads)


def with_event(key: str, shape: type[Event], **changes: Any) -> Story:
    """Return the story with the first event of one kind of one lead changed."""
    events = list(lead(key).events)
    place = next(place for place, event in enumerate(events) if isinstance(event, shape))
    events[place] = replace(events[place], **changes)
    return with_lead(key, events=tuple(events))


def test_the_sample_bureau_is_consistent() -> None:
    assert [str(finding.text) for finding in check(story())] == []


def test_there_are_about_120_leads_over_two_years() -> None:
    assert 115 <= len(LEADS) <= 125
    assert max(row.created_days_ago for row in LEADS) > 700
    assert min(row.created_days_ago for row in LEADS) < 10
    assert max(row.created_days_ago for row in LEADS) <= 731


@pytest.mark.parametrize(
    ("seen", "least"),
    [
        (Counter(row.stage for row in LEADS), dict.fromkeys(STAGES, 6)),
        (Counter(row.status for row in LEADS), dict.fromkeys(STATUSES, 5)),
        (Counter(row.park for row in LEADS), dict.fromkeys([*dictionary("parks"), ""], 9)),
        (Counter(code for row in LEADS for code in row.themes), dict.fromkeys(dictionary("themes"), 9)),
        (Counter(code for row in LEADS for code in row.clusters), dict.fromkeys(dictionary("clusters"), 7)),
        (Counter(event.do for row in LEADS for event in row.events), dict.fromkeys(EVENTS, 5)),
        (Counter(bool(row.themes) for row in LEADS), {True: 70, False: 15}),
        (Counter(bool(row.clusters) for row in LEADS), {True: 70, False: 15}),
        (Counter(row.owner for row in LEADS), dict.fromkeys({row.owner for row in LEADS}, 8)),
        (
            Counter(claim.cadre for row in LEADS for claim in row.claims),
            dict.fromkeys({row.cadre for row in story().postings}, 5),
        ),
        (Counter(row.currency for row in LEADS), {"CNY": 100, "USD": 3}),
    ],
)
def test_every_kind_is_there(seen: Counter[Any], least: dict[Any, int]) -> None:
    assert {code: seen[code] for code, number in least.items() if seen[code] < number} == {}


def test_sources_are_shared_as_in_real_life() -> None:
    share = {source: count / len(LEADS) for source, count in Counter(row.source for row in LEADS).items()}
    assert 0.30 <= share["chengdu_liangshan"] <= 0.40
    assert 0.20 <= share["seconded_cadre"] <= 0.30
    assert share["other"] > 0.25


def test_some_landed_some_were_refused_and_some_wait() -> None:
    refused = [event for row in LEADS for event in row.of(RecogniseRefusedEvent)]
    assert 10 <= sum(row.landed for row in LEADS) <= 16
    assert len(refused) >= 6
    assert {gap for event in refused for gap in event.missing} >= {"taxed", "accounted", "entity", "contract"}
    assert any(row.landed and row.of(RecogniseRefusedEvent) for row in LEADS)
    waiting = [row for row in LEADS if row.of(LegEvent) and row.of(LegEvent)[-1] is row.events[-1]]
    assert len(waiting) >= 4


def test_some_leads_are_stuck_most_are_not() -> None:
    silent = {row.key: min(event.days_ago for event in row.events) for row in LEADS if row.events}
    stuck = [
        row.key
        for row in LEADS
        if row.status == "active" and silent.get(row.key, 0) >= ALARM_DAYS.get(row.stage, 10_000)
    ]
    assert 6 <= len(stuck) <= 20


def test_amounts_are_realistic() -> None:
    amounts = [row.investment_wan for row in LEADS if row.investment_wan]
    assert min(amounts) >= 3000
    assert max(amounts) <= 300_000
    assert sum(amount >= 50_000 for amount in amounts) >= 15
    assert sum(row.investment_max_wan is not None for row in LEADS) >= 8
    assert sum(row.investment_wan is None and row.foreign_amount_wan is None for row in LEADS) >= 3


def test_credit_is_whole_shared_and_disputed() -> None:
    claimed = [row for row in LEADS if row.claims]
    for row in claimed:
        assert sum(claim.share_bps for claim in row.claims if claim.standing == "accepted") == 10_000
    assert sum(6000 in {claim.share_bps for claim in row.claims} for row in claimed) >= 3
    assert {claim.standing for row in claimed for claim in row.claims} == {"accepted", "disputed", "rejected"}


def test_several_leads_share_an_investor_and_its_phone() -> None:
    twice = [name for name, count in Counter(row.investor for row in LEADS).items() if count > 1]
    assert len(twice) >= 3
    phones = {row.investor: row.contact_phone for row in LEADS}
    assert all(row.contact_phone == phones[row.investor] for row in LEADS)
    assert len(set(phones.values())) == len(phones)


def test_credit_codes_are_valid_and_mostly_of_xichang() -> None:
    entities = [event for row in LEADS for event in row.of(EntityEvent)]
    assert all(uscc.is_valid(event.uscc) for event in entities)
    divisions = Counter(event.uscc[2:8] for event in entities)
    assert divisions["513401"] > len(entities) * 0.8
    assert {"513400", "510100"} <= set(divisions)
    assert {event.kind for event in entities} == {"legal", "branch"}


def test_texts_are_written_one_by_one() -> None:
    contents = [row.content for row in LEADS]
    assert len(set(contents)) == len(contents)
    assert all(text.count("。") >= 2 and len(text) >= 40 for text in contents)
    repeated = Counter(event.text for row in LEADS for event in row.events if event.text)
    assert max(repeated.values()) <= 4
    assert len({row.name for row in LEADS}) == len(LEADS)


def test_no_known_company_is_named() -> None:
    for file in FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert [name for name in REAL_COMPANIES if name in text] == []


def test_nothing_promises_to_stay_or_gives_tax_back() -> None:
    for file in FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert [word for word in ("不迁出", "税收返还", "先征后返", "必须在西昌注册") if word in text] == []


def test_postings_were_extended_ended_early_ended_and_run() -> None:
    rows = story().postings
    assert any(row.end_days_ago < row.to_days_ago for row in rows)
    assert any(row.end_days_ago > row.to_days_ago for row in rows)
    assert any(row.end_days_ago > 0 and not row.changes for row in rows)
    assert len({row.cadre for row in rows if row.covers(0)}) >= 4


def test_one_account_per_role_is_printed() -> None:
    shown = [role for person in story().people if person.show for role in person.roles]
    assert len(shown) == len(set(shown)) == 9


BREAKS: dict[str, Callable[[], Story]] = {
    "order": lambda: with_event("buckwheat-deep", ContactEvent, days_ago=900),
    "over": lambda: with_lead("titanium-tube", events=lead("titanium-tube").events * 2),
    "move": lambda: with_event("buckwheat-deep", StageEvent, to="started"),
    "contract": lambda: with_event("buckwheat-deep", ContractEvent, plan_wan=(1,)),
    "paid_in": lambda: with_event("buckwheat-deep", PaidInEvent, checked_by=("denghanqiu", "wupeiran")),
    "score": lambda: with_event("buckwheat-deep", ScoreEvent, points=101),
    "by": lambda: with_event("buckwheat-deep", ScoreEvent, by="zhoulincheng"),
    "status": lambda: with_event("titanium-tube", StatusEvent, lost_to=""),
    "entity": lambda: with_event("buckwheat-deep", EntityEvent, uscc="913401000000000000"),
    "leg": lambda: with_event("buckwheat-deep", LegEvent, evidence="tax_certificate"),
    "four_eyes": lambda: with_event("buckwheat-deep", VerifyEvent, by="zhoulincheng"),
    "gate": lambda: with_event("prepared-dishes", RecogniseRefusedEvent, missing=("taxed",)),
    "shares": lambda: with_lead("titanium-implants", claims=lead("titanium-implants").claims[:2]),
    "claim": lambda: with_lead(
        "air-cargo", claims=(SampleClaim(cadre="weimingque", share_bps=10_000, days_ago=24),)
    ),
    "amounts": lambda: with_lead("buckwheat-deep", fixed_assets_wan=28_601),
    "unknown": lambda: with_lead("buckwheat-deep", park="P4"),
    "twice": lambda: replace(story(), units=(*story().units, story().units[0])),
    "show": lambda: replace(story(), people=story().people[1:] + story().people[2:3]),
    "posting": lambda: replace(story(), postings=(*story().postings, story().postings[0])),
    "opening": lambda: with_lead(
        "air-cargo", events=(*lead("air-cargo").events, *lead("agri-leisure").events[:1])
    ),
}


@pytest.mark.parametrize("code", BREAKS)
def test_a_broken_story_is_found(code: str) -> None:
    assert f"sample.{code}" in codes_of(BREAKS[code]())


def test_a_verifier_of_the_owners_unit_is_found() -> None:
    people = tuple(
        replace(person, unit="north") if person.login == "liaomingde" else person for person in story().people
    )
    assert "sample.four_eyes" in codes_of(replace(story(), people=people))


def test_a_second_landing_of_one_entity_is_found() -> None:
    row = lead("pv-yangshan-2")
    events = tuple(
        RecogniseEvent(days_ago=event.days_ago, by=event.by, text="认定")
        if isinstance(event, RecogniseRefusedEvent)
        else event
        for event in row.events
    )
    assert "sample.gate" in codes_of(with_lead("pv-yangshan-2", events=events))


def test_a_rejection_takes_the_evidence_out() -> None:
    rejected = [row for row in LEADS if row.of(RejectEvent)]
    assert len(rejected) >= 5
    assert any(row.landed for row in rejected)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"cadre": "a", "share_bps": 1, "days_ago": 1, "shares": 2}, "unknown key shares"),
        ({"cadre": "a", "share_bps": 1}, "missing key days_ago"),
        ({"cadre": "a", "share_bps": "1", "days_ago": 1}, "share_bps is not"),
        ({"cadre": "a", "share_bps": True, "days_ago": 1}, "share_bps is not"),
        ({"cadre": ["a"], "share_bps": 1, "days_ago": 1}, "cadre is not"),
    ],
)
def test_a_row_of_another_shape_is_refused(row: dict[str, Any], fault: str) -> None:
    with pytest.raises(BrokenRules, match=fault):
        build(SampleClaim, row, "claim")


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("bureau.toml", "basis =", "base =", "missing basis"),
        ("bureau.toml", "person =", "persons =", "unknown or missing"),
        ("leads_estate.toml", 'do = "contact"', 'do = "chat"', "unknown event"),
        ("leads_estate.toml", "jobs = 80", 'jobs = "80"', "jobs is not"),
        ("postings.toml", "to_days_ago = 335\n", "", "missing key to_days_ago"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    for source in FOLDER.glob("*.toml"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    broken = tmp_path / file
    text = broken.read_text(encoding="utf-8")
    assert old in text
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenRules, match=fault):
        story(tmp_path)
