"""The chains: broken data refused by line, projects placed by phrase, text or code, and what an empty link asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules
from crm.profile.rules import city
from crm.scoring import rules_chain
from crm.scoring.operations_places import places_in_chains
from crm.scoring.rules_chain import TASKS, current, places_of, read, task
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_lexicon import current as lexicon
from tests import cast as story
from tests.cast import AT

TEXT = Path(rules_chain.__file__).with_name("chains.toml").read_text(encoding="utf-8")
BREAKS = {
    "unknown trade": ('trades = ["vt", ', 'trades = ["vtx", ', "vtx"),
    "unknown place": ('place = "upstream"', 'place = "sidestream"', "sidestream"),
    "out of order": ('place = "upstream"', 'place = "downstream"', "order"),
    "unknown park": ('park = "P2"', 'park = "P7"', "P7"),
    "unknown basis": ('basis = "seed"', 'basis = "rumour"', "rumour"),
    "code of another chain": ('code = "vt.mine"', 'code = "xx.mine"', "begins with"),
    "code twice": ('code = "vt.oxide"', 'code = "vt.mine"', "twice"),
    "no words": ('words = ["电商", ', 'words = ["", ', "words"),
    "no industry code": ('industries = ["0810", ', 'industries = ["081", ', "081"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_broken_chains_are_refused_by_line(broken: str) -> None:
    old, new, named = BREAKS[broken]
    assert old in TEXT
    with pytest.raises(BrokenRules, match=named) as refused:
        read(TEXT.replace(old, new, 1), trades=lexicon().trades)
    assert refused.value.line > 0


def test_every_park_has_the_chains_of_its_leading_industries() -> None:
    book = read(TEXT, trades=lexicon().trades)
    parks = {chain.park for chain in book.chains}
    assert set(city().tables["parks"]) <= parks
    for chain in book.chains:
        assert {link.place for link in chain.links} == {"upstream", "middle", "downstream"}


@pytest.mark.parametrize(
    ("name", "content", "links"),
    [
        ("年产1000吨钒铝合金项目", "建设钒铝合金生产线", {"vt.alloy"}),
        ("钒电解液基地", "年产3万立方米钒电解液", {"vt.battery"}),
        ("废钢加工配送中心", "年加工废钢50万吨，破碎分选", {"ferrous.scrap"}),
        ("彝药颗粒剂生产线", "建设中成药颗粒剂车间", {"medicine.drugs"}),
        ("湖畔会议中心", "建设会议会展中心", {"tourism.meet"}),
        ("小学新建工程", "新建教学楼", set()),
    ],
)
def test_a_project_stands_where_its_products_say(name: str, content: str, links: set[str]) -> None:
    text = ProjectText(name, content)
    assert links <= set(places_in_chains(assess(text), text))
    if not links:
        assert places_in_chains(assess(text), text) == ()


def test_an_industry_code_names_the_link_where_words_do_not() -> None:
    assert places_of(["vt"], [], "某项目", "3240") == ("vt.alloy",)
    assert places_of(["vt"], [], "某项目", "") == ("vt",), "of the trade, in no link yet"
    assert places_of(["school"], [], "钒铝合金", "3240") == (), "words of a chain count only in its trades"


def test_what_an_empty_link_asks_for() -> None:
    standing, coming = [False, True, False, False, False], [False, False, False, True, False]
    assert [task(standing, coming, at) for at in range(5)] == ["extend", "strengthen", "fill", "coming", "extend"]
    assert task([False] * 3, [False] * 3, 1) == "begin"


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8), st.data())
def test_every_link_asks_for_something(links: list[tuple[bool, bool]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(links) - 1))
    standing, coming = [one for one, _two in links], [two for _one, two in links]
    found = task(standing, coming, at)
    assert found in TASKS
    assert (found == "strengthen") == standing[at]
    if found == "begin":
        assert not any(standing + coming)


# --- counted from what is stored


def test_leads_and_enterprises_are_counted_where_they_stand(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.scoring.operations import assess_lead
    from crm.scoring.operations_chain import end_enterprise, enter_enterprise
    from crm.scoring.queries_chain import enterprises_in, leads_in, link_counts

    def made(name: str, content: str) -> int:
        lead_id = story.lead(cast, name=name, content=content, investor=f"成都{name}公司")
        assess_lead(lead_id, by=cast.zhang, at=AT)
        return lead_id

    alloy = made("钒铝合金项目", "建设钒铝合金生产线")
    built = made("钒氮合金项目", "建设钒氮合金生产线")
    Lead.update(stage="producing").where(Lead.id == built).execute()
    gone = made("钒铁项目", "建设钒铁合金生产线")
    Lead.update(status="lost").where(Lead.id == gone).execute()
    enter_enterprise("vt.alloy", name="西昌示例钒业", source="统计名录", by=cast.zhang, at=AT)
    count = link_counts()["vt.alloy"]
    assert (count.coming, count.standing) == (1, 2)
    assert {row.id for row in leads_in(["vt.alloy"], cast.zhang)} == {alloy, built}
    assert leads_in(["vt.alloy"], cast.li) == [], "leads of another unit are counted, not named"
    firm = enterprises_in(["vt.alloy"])[0]
    for wrong in ({"name": "", "source": ""}, {"name": "西昌示例钒业", "source": "再录"}):
        with pytest.raises(Refusal):
            enter_enterprise("vt.alloy", **wrong, by=cast.zhang, at=AT)
    with pytest.raises(Refusal):
        end_enterprise(firm.id, reason=" ", by=cast.zhang, at=AT)
    end_enterprise(firm.id, reason="已注销", by=cast.zhang, at=AT)
    assert enterprises_in(["vt.alloy"]) == []


def test_a_lead_moves_in_the_chain_when_its_text_changes(cast: story.Cast) -> None:
    from crm.leads.operations import edit_lead
    from crm.scoring.operations import assess_lead
    from crm.scoring.queries_chain import links_of

    lead_id = story.lead(cast, name="甲项目", content="建设钒铝合金生产线")
    assess_lead(lead_id, by=cast.zhang, at=AT)
    assert links_of(lead_id) == ["vt.alloy"]
    edit_lead(
        lead_id, {"content": "年产3万立方米钒电解液"}, base={"content": "建设钒铝合金生产线"}, version=0, by=cast.zhang,
        at=AT,
    )  # fmt: skip
    assess_lead(lead_id, by=cast.zhang, at=AT)
    assert links_of(lead_id) == ["vt.battery"]


def test_the_chains_that_came_along_load() -> None:
    assert current().link("vt.alloy") is not None
    assert current().link("nothing") is None
    assert current().chain("vt.alloy") is current().chain("vt")
