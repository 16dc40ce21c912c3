"""The list of leads on both databases: who sees what, every filter and sort, pages by key, words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.leads.queries_list import FILTERS, SORTS, Ask, count, counts_by, list_page, own_latest
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from crm.core.actor import Actor


def names(ask: Ask, actor: Actor) -> set[str]:
    """Return the names a question finds, over all pages."""
    found, cursor = [], None
    while True:
        page = list_page(ask, actor, cursor, size=3)
        found += [row.name for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            assert len(found) == len(set(found)) == count(ask, actor)
            return set(found)


@pytest.fixture
def many(cast: story.Cast) -> story.Cast:
    """Enter leads that differ in everything a list asks for; several share every sort value."""
    from crm.leads.models import Lead
    from crm.leads.operations import create_lead

    stages = ("lead", "signed", "started")
    for n in range(11):
        values = story.facts(
            cast, name=f"{'甲乙丙'[n % 3]}{n}号厂", unit_id=(cast.zhang if n % 2 else cast.li).unit_id,
            owner_id=(cast.zhang if n % 2 else cast.li).person_id, park=("", "P1", "P2")[n % 3],
            source=("other", "chengdu_liangshan")[n % 2],
            investment_fen=(None, 0, 5_000_000, 7_000_000)[n % 4],
        )  # fmt: skip
        lead_id = create_lead(values, by=cast.chen, at=AT + timedelta(minutes=n // 3), stage=stages[n % 3])
        Lead.update(theme=("", "T1")[n % 2], cluster=("C4", "")[n % 2], stage_since=DAY - timedelta(days=n // 4),
                    status=("active", "paused")[n % 5 == 0], landed_on=DAY if n == 4 else None).where(
            Lead.id == lead_id
        ).execute()  # fmt: skip
    return cast


def test_everybody_sees_what_the_matrix_says(many: story.Cast) -> None:
    from crm.leads.operations import create_lead
    from crm.leads.operations_facts import share_credit

    mine = create_lead(story.facts(many, name="挂职项目", unit_id=None), by=many.sun, at=AT)
    share_credit(mine, [(many.sun.person_id or 0, 10_000)], reason="", by=many.sun, at=AT)
    odd = {f"{'甲乙丙'[n % 3]}{n}号厂" for n in range(11) if n % 2}
    everything = {f"{'甲乙丙'[n % 3]}{n}号厂" for n in range(11)} | {"挂职项目"}
    seen = {who: names(Ask(), actor) for who, actor in many.people()}
    assert seen["zhang"] == odd
    assert seen["li"] == everything - odd - {"挂职项目"}
    assert seen["sun"] == seen["he"] == {"挂职项目"}
    assert all(seen[who] == everything for who in ("chen", "wang", "zhou", "liu", "luo", "cli"))
    assert seen["ma"] == set()


def test_a_cadre_sees_the_own_projects_only_while_posted(many: story.Cast) -> None:
    from dataclasses import replace

    from crm.leads.operations import create_lead
    from crm.leads.queries import lead_row

    lead_id = create_lead(story.facts(many, name="挂职项目", unit_id=None), by=many.sun, at=AT)
    # The phone page's own statement gives what the list gives.
    posted = replace(many.sun, posted=True)
    found, more = own_latest(many.sun.person_id or 0, 3)
    assert found == list(list_page(Ask(), posted, size=3).rows) != []
    assert not more
    second = create_lead(story.facts(many, name="挂职项目二", unit_id=None), by=many.sun, at=AT)
    assert [row.id for row in own_latest(many.sun.person_id or 0, 1)[0]] == [second]
    assert own_latest(many.sun.person_id or 0, 1)[1]
    home = replace(many.sun, posted=False)
    assert lead_row(lead_id, many.sun)
    assert names(Ask(), home) == set()
    assert lead_row(lead_id, home) is None


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"stage": "signed"}, {1, 4, 7, 10}),
        ({"status": "paused"}, {0, 5, 10}),
        ({"source": "other"}, {0, 2, 4, 6, 8, 10}),
        ({"park": "P1"}, {1, 4, 7, 10}),
        ({"park": "none"}, {0, 3, 6, 9}),
        ({"theme": "T1", "stage": "lead"}, {3, 9}),
        ({"cluster": "none"}, {1, 3, 5, 7, 9}),
        ({"landed": "yes"}, {4}),
        ({"landed": "no", "stage": "signed"}, {1, 7, 10}),
        ({"stage": "nowhere"}, set()),
        ({"unit": "0"}, set()),
        ({"owner": "99999999999999999999999"}, set()),
        ({"cadre": "1"}, set()),
    ],
)
def test_filters(many: story.Cast, filters: dict[str, str], numbers: set[int]) -> None:
    assert names(Ask(filters), many.chen) == {f"{'甲乙丙'[n % 3]}{n}号厂" for n in numbers}


def test_filters_by_unit_owner_and_cadre(many: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import share_credit

    odd = {f"{'甲乙丙'[n % 3]}{n}号厂" for n in range(1, 11, 2)}
    assert names(Ask({"unit": str(many.zhang.unit_id)}), many.chen) == odd
    assert names(Ask({"owner": str(many.zhang.person_id)}), many.chen) == odd
    lead = Lead.get(Lead.name == "乙1号厂")
    share_credit(lead.id, [(many.sun.person_id or 0, 10_000)], reason="", by=many.chen, at=AT)
    assert names(Ask({"cadre": str(many.sun.person_id)}), many.chen) == {"乙1号厂"}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 3, 5, 50])
def test_pages_forward_and_back_give_every_row_once(many: story.Cast, sort: str, size: int) -> None:
    ask = Ask(sort=sort)
    forward, cursors, cursor = [], [], None
    while True:
        page = list_page(ask, many.chen, cursor, size=size)
        forward.append([row.id for row in page.rows])
        cursors.append(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    flat = [key for rows in forward for key in rows]
    assert len(flat) == len(set(flat)) == 11
    assert cursors[0].previous_cursor is None
    backward, page = [forward[-1]], cursors[-1]
    while page.previous_cursor:
        page = list_page(ask, many.chen, page.previous_cursor, size=size)
        backward.append([row.id for row in page.rows])
        assert page.next_cursor
    assert backward[::-1] == forward
    whole = list_page(ask, many.chen, size=50).rows
    assert [row.id for row in whole] == flat


def test_sorts_put_rows_in_their_order(many: story.Cast) -> None:
    def rows(sort: str) -> list[Any]:
        return list(list_page(Ask(sort=sort), many.chen).rows)

    amounts = [row.investment_fen for row in rows("amount")]
    assert amounts == sorted((a for a in amounts if a is not None), reverse=True) + [None] * amounts.count(None)
    assert 0 in amounts
    assert [row.updated_at for row in rows("updated")] == sorted((row.updated_at for row in rows("updated")), reverse=True)
    assert [row.stage_since for row in rows("stage")] == sorted(row.stage_since for row in rows("stage"))
    assert [row.name[0] for row in rows("name")] == ["丙"] * 3 + ["甲"] * 4 + ["乙"] * 4


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "cursor", ["", "x", "%00", "bm9uZQ", "WzAsMSwyXQ", "WzAsImEiLCJiIl0", "WzAsIjIwMjYtMDEtMDFUMDA6MDA6MDArMDA6MDAiLDFd"]
)
def test_a_mangled_cursor_is_the_first_page(many: story.Cast, sort: str, cursor: str) -> None:
    ask = Ask(sort=sort)
    if sort == "amount" and cursor == "WzAsMSwyXQ":
        return
    if sort == "name" and cursor.startswith("WzAsIjIw"):
        return
    assert list_page(ask, many.chen, cursor, size=4) == list_page(ask, many.chen, size=4)


def test_a_cursor_of_another_sort_is_the_first_page(many: story.Cast) -> None:
    cursor = list_page(Ask(), many.chen, size=4).next_cursor
    first = list_page(Ask(sort="amount"), many.chen, size=4)
    assert list_page(Ask(sort="amount"), many.chen, cursor, size=4) == first


def test_counts_of_a_filter_add_up_to_the_list(many: story.Cast) -> None:
    for name in ("stage", "status", "source", "park", "theme", "cluster"):
        numbers = counts_by(name, Ask({name: "whatever"}), many.chen)
        assert sum(numbers.values()) == 11
        for code, number in numbers.items():
            assert count(Ask({name: code}), many.chen) == number


def test_an_address_is_a_question_and_back() -> None:
    asked = {"stage": "signed", "q": " 石榴 ", "sort": "amount", "odd": "1", "park": "", "theme": "a\0b", "unit": "7"}
    ask = Ask.of(asked)
    assert ask == Ask({"stage": "signed", "unit": "7"}, "石榴", "amount")
    assert Ask.of(ask.address()) == ask
    assert Ask.of({"sort": "nonsense"}).sort == "updated"
    assert set(ask.filters) <= set(FILTERS)


# --- words


@pytest.fixture
def worded(cast: story.Cast) -> story.Cast:
    """Enter leads that words should tell apart."""
    from crm.leads.operations import create_lead

    for name, investor, content in (
        ("安宁河谷石榴精深加工项目", "成都榴光食品有限公司", "年加工石榴2万吨"),
        ("邛海BYD储能电站", "攀西蓄能集团", "建设200MWh储能"),
        ("西昌钛白粉扩建", "钛成新材料", "扩建ＴｉＯ２生产线"),
        ("ꆈꌠ彝绣工坊", "凉山彝绣社", "民族手工艺"),
    ):
        create_lead(story.facts(cast, name=name, investor=investor, content=content), by=cast.zhang, at=AT)
    return cast


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("石榴", "安"), ("石榴精深", "安"), ("榴", "安"), ("安宁河谷石榴精深加工项目", "安"), ("石榴 成都", "安"),
        ("榴石", ""), ("byd", "邛"), ("BY", "邛"), ("蓄能", "邛"), ("200mwh", "邛"), ("tio2", "西"), ("钛", "西"),
        ("LD-2026-0002", "邛"), ("ld-2026", "安邛西ꆈ"), ("anning", "安"), ("qionghai", "邛"), ("建设", "邛"),
        ("ꆈꌠ", "ꆈ"), ("储能电站 石榴", ""), ("'\"*:&|!()", ""), ("石榴'", "安"), ("“石榴” OR 1=1", ""), ("NEAR(石榴)", ""),
    ],
)  # fmt: skip
def test_words_find_leads(worded: story.Cast, words: str, found: str) -> None:
    assert {row.name[0] for row in list_page(Ask(words=words), worded.zhang).rows} == set(found)
    assert count(Ask(words=words), worded.zhang) == len(found)


def test_words_follow_an_edit_and_stay_within_reach(worded: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations import edit_lead

    lead = Lead.get(Lead.name.startswith("邛海"))
    edit_lead(lead.id, {"name": "泸山光伏"}, base={}, version=1, by=worded.zhang, at=AT)
    assert names(Ask(words="BYD"), worded.zhang) == set()
    assert names(Ask(words="泸山"), worded.zhang) == {"泸山光伏"}
    assert names(Ask(words="泸山"), worded.li) == set()
    assert counts_by("stage", Ask(words="泸山"), worded.zhang) == {"lead": 1}
