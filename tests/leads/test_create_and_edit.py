"""Entering and editing leads on both databases: numbers, look-alikes, reach, two people at once, history."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from crm.leads.rules import FACTS, merge
from tests import cast as story
from tests.cast import AT, DAY


def row_of(lead_id: int) -> Any:
    """Return a lead's row."""
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def entries(lead_id: int, fact: str) -> list[tuple[Any, date, datetime]]:
    """Return the history of one fact: value, day it became so, moment we learned it."""
    from crm.leads.queries import history_of

    return [(row.value, row.happened_on, row.recorded_at) for row in history_of(lead_id, fact)]


def enter(cast: story.Cast, **others: Any) -> int:
    """Enter a lead of zhang's."""
    from crm.leads.operations import create_lead

    options: dict[str, Any] = {"by": cast.zhang, "at": AT}
    options |= {name: others.pop(name) for name in ("client_key", "despite_similar", "by") if name in others}
    return create_lead(story.facts(cast, **others), **options)


def edit(cast: story.Cast, lead_id: int, values: dict[str, Any], **options: Any) -> None:
    """Edit a lead as zhang, with what stands now as the base unless said otherwise."""
    from crm.leads.operations import edit_lead

    edit_lead(lead_id, values, **{"base": {}, "version": row_of(lead_id).version, "by": cast.zhang, "at": AT, **options})


def test_numbers_count_on_within_a_year_and_begin_anew(cast: story.Cast) -> None:
    from crm.leads.operations import create_lead

    found = []
    for n, at in enumerate([AT, AT, datetime(2026, 12, 31, 15, 59), datetime(2026, 12, 31, 16, 0), AT]):
        lead_id = create_lead(story.facts(cast, name=f"第{n}个石榴厂"), by=cast.zhang, at=at)
        found.append(row_of(lead_id).number)
    assert found == ["LD-2026-0001", "LD-2026-0002", "LD-2026-0003", "LD-2027-0001", "LD-2026-0004"]


def test_numbers_grow_past_four_digits(cast: story.Cast) -> None:
    from crm.leads.models import NumberSequence
    from crm.leads.operations import next_number

    NumberSequence.create(year=2026, last=9999)
    assert next_number(2026) == "LD-2026-10000"


def test_the_same_client_key_is_one_lead_and_one_entry(cast: story.Cast) -> None:
    first = enter(cast, client_key="k")
    assert enter(cast, client_key="k", name="别的名字") == first
    assert story.trail("done") == ["lead.create"]


def test_a_look_alike_is_refused_then_allowed(cast: story.Cast) -> None:
    enter(cast)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        enter(cast, name="石榴精深加工（建设）项目", unit_id=cast.zhang.unit_id)
    assert refused.value.status == 409
    assert story.codes(refused) == {"duplicate.name"}
    assert "LD-2026-0001" in str(refused.value)
    assert story.business() == before
    assert enter(cast, despite_similar=True)


def test_a_withdrawn_lead_is_no_look_alike(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.queries import similar

    lead_id = enter(cast)
    assert [row.id for row in similar("石榴精深加工")] == [lead_id]
    Lead.update(status="withdrawn").where(Lead.id == lead_id).execute()
    assert similar("石榴精深加工") == similar("") == similar("，。") == []


def test_an_officer_enters_only_for_the_own_unit_a_leader_for_any(cast: story.Cast) -> None:
    with pytest.raises(Refusal) as refused:
        enter(cast, unit_id=cast.li.unit_id)
    assert refused.value.status == 403
    lead_id = enter(cast, unit_id=cast.li.unit_id, owner_id=None, by=cast.chen)
    assert (row_of(lead_id).unit_id, row_of(lead_id).owner_id) == (cast.li.unit_id, None)


def test_without_a_unit_a_lead_waits_unassigned(cast: story.Cast) -> None:
    lead_id = enter(cast, unit_id=None, owner_id=None, by=cast.cli)
    other = enter(cast, unit_id=None, owner_id=None, by=cast.cli, name="另一个")
    assert row_of(lead_id).unit.name == "未分配"
    assert row_of(other).unit_id == row_of(lead_id).unit_id


@pytest.mark.parametrize("who", ["liu", "luo", "ma", "he", "wang"])
def test_who_may_not_enter_is_refused_and_written_down(cast: story.Cast, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        enter(cast, by=getattr(cast, who))
    assert refused.value.status == 403
    assert story.trail("refused") == ["lead.create"]


def test_reported_facts_have_two_dates_and_the_others_none(cast: story.Cast) -> None:
    lead_id = enter(cast)
    assert entries(lead_id, "investment_fen") == [("5000000000", DAY, AT)]
    assert entries(lead_id, "stage") == [("lead", DAY, AT)]
    assert entries(lead_id, "content") == []
    later = AT + timedelta(days=3)
    edit(cast, lead_id, {"investment_fen": None, "content": "别的"}, at=later)
    assert entries(lead_id, "investment_fen")[1:] == [(None, DAY + timedelta(days=3), later)]


def test_an_opening_entry_dates_from_its_ledger(cast: story.Cast) -> None:
    from crm.leads.operations import create_lead
    from crm.leads.queries import history_of

    since = date(2024, 3, 5)
    lead_id = create_lead(story.facts(cast), by=cast.zhang, at=AT, stage="signed", since=since)
    assert (row_of(lead_id).opening, row_of(lead_id).stage_since) == (True, since)
    (entry,) = history_of(lead_id, "stage")
    assert (entry.value, entry.happened_on, entry.opening) == ("signed", since, True)


def test_an_edit_of_the_name_alone_keeps_the_investors_key(cast: story.Cast) -> None:
    lead_id = enter(cast)
    key = row_of(lead_id).investor_key
    edit(cast, lead_id, {"name": "光伏电站"})
    assert row_of(lead_id).investor_key == key != ""
    edit(cast, lead_id, {"investor": "四川日照能源有限公司"})
    assert (row_of(lead_id).name, row_of(lead_id).version) == ("光伏电站", 3)
    assert row_of(lead_id).investor_key != key


def test_an_edit_that_changes_nothing_leaves_no_trace(cast: story.Cast) -> None:
    lead_id = enter(cast)
    edit(cast, lead_id, {"name": row_of(lead_id).name})
    assert row_of(lead_id).version == 1
    assert story.trail("done") == ["lead.create"]


def test_two_edits_of_different_facts_merge(cast: story.Cast) -> None:
    lead_id = enter(cast)
    seen = {"name": row_of(lead_id).name, "site": "", "remark": ""}
    edit(cast, lead_id, {**seen, "site": "安宁河东岸"}, base=seen, version=1)
    edit(cast, lead_id, {**seen, "remark": "要来考察"}, base=seen, version=1, by=cast.chen)
    row = row_of(lead_id)
    assert (row.site, row.remark, row.version) == ("安宁河东岸", "要来考察", 3)


def test_colliding_edits_are_refused_with_three_sides_and_nothing_is_stored(cast: story.Cast) -> None:
    from crm.leads.operations import EditConflict

    lead_id = enter(cast)
    seen = {"investment_fen": 5_000_000_000, "site": "", "remark": ""}
    edit(cast, lead_id, {**seen, "investment_fen": 6_000_000_000}, base=seen, version=1)
    before = story.business()
    mine = {**seen, "investment_fen": 7_000_000_000, "remark": "我的"}
    with pytest.raises(EditConflict) as refused:
        edit(cast, lead_id, mine, base=seen, version=1, by=cast.chen)
    (conflict,) = refused.value.conflicts
    assert (conflict.name, conflict.base, conflict.theirs, conflict.mine) == (
        "investment_fen", 5_000_000_000, 6_000_000_000, 7_000_000_000,
    )  # fmt: skip
    assert refused.value.version == 2
    assert story.business() == before
    edit(cast, lead_id, mine, base=seen, version=refused.value.version, by=cast.chen)
    assert (row_of(lead_id).investment_fen, row_of(lead_id).remark) == (7_000_000_000, "我的")


def test_a_third_save_while_choosing_between_sides_is_seen_too(cast: story.Cast) -> None:
    from crm.leads.operations import EditConflict

    lead_id = enter(cast)
    edit(cast, lead_id, {"site": "甲地"})
    edit(cast, lead_id, {"site": "乙地"})
    with pytest.raises(EditConflict):
        edit(cast, lead_id, {"site": "丙地"}, base={"site": "甲地"}, version=2)


def test_both_making_the_same_change_is_no_conflict() -> None:
    assert merge({"a": 1}, {"a": 2}, {"a": 2}) == ({"a": 2}, [])
    assert merge({"a": 1}, {"a": 2}, {"a": 1}) == ({}, [])


def test_only_a_leader_hands_a_lead_to_another_unit(cast: story.Cast) -> None:
    lead_id = enter(cast)
    with pytest.raises(Refusal) as refused:
        edit(cast, lead_id, {"unit_id": cast.li.unit_id})
    assert refused.value.status == 403
    edit(cast, lead_id, {"unit_id": cast.li.unit_id}, by=cast.chen)
    assert row_of(lead_id).unit_id == cast.li.unit_id
    with pytest.raises(Refusal) as hidden:
        edit(cast, lead_id, {"site": "甲地"})
    assert hidden.value.status == 404


def test_the_trail_names_old_and_new_values(cast: story.Cast) -> None:
    from crm.audit.queries import entries_of

    lead_id = enter(cast)
    edit(cast, lead_id, {"site": "甲地", "investment_fen": None})
    newest = entries_of("lead", lead_id)[0]
    assert newest.action == "lead.edit"
    assert sorted(newest.changes, key=lambda change: change["name"]) == [
        {"name": "investment_fen", "old": 5_000_000_000, "new": None},
        {"name": "site", "old": "", "new": "甲地"},
    ]


def test_long_names_fit_into_every_column(cast: story.Cast) -> None:
    texts = {fact.name: "装" * fact.limit for fact in FACTS if fact.kind in ("text", "long") and fact.name != "currency"}
    lead_id = enter(cast, **texts)
    assert row_of(lead_id).name == "装" * 120
