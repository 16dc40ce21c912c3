"""Where people and the fit rules differ: marked phrases, both opinions side by side, the list and its workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from crm.core.errors import Refusal
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_lexicon import current
from crm.scoring.rules_reasons import Told, differs, parts, told
from crm.scoring.rules_stored import pack, unpack
from tests import cast as story
from tests.cast import AT

if TYPE_CHECKING:
    from flask import Flask


def reasons_of(name: str, content: str) -> list[Told]:
    fit = assess(ProjectText(name, content))
    return told(unpack(pack(fit)), current())


def test_what_decided_comes_first_and_what_was_discounted_last() -> None:
    found = reasons_of("石榴加工项目", "年加工石榴2万吨，建气调冷库，不含住宅")
    assert found[0].side == "for"
    assert set(found[0].codes) & {"T4", "C4"}
    assert found[-1].phrase == "住宅"
    assert found[-1].side == "against"


def test_parts_put_together_are_the_text_again_and_every_mark_names_its_trade() -> None:
    text = "年加工石榴2万吨，建气调冷库，不含住宅"
    pieces = parts(text, "content", reasons_of("石榴加工项目", text))
    assert "".join(piece.text for piece in pieces) == text
    marked = [piece for piece in pieces if piece.side]
    assert {piece.side for piece in marked} >= {"for", "against"}
    assert all(piece.says for piece in marked)


def test_reasons_outside_the_text_mark_nothing() -> None:
    beyond = Told("水电", "content", 90, 92, "水电", "power.hydro", "", 30, "for", ("T2",))
    assert [piece.text for piece in parts("短文", "content", [beyond])] == ["短文"]
    assert parts("", "content", [beyond]) == []


def test_an_opinion_differs_by_its_set_not_by_its_order() -> None:
    assert differs(["T1"], [])
    assert not differs(["T1", "T2"], ["T2", "T1"])


# --- the list


def decided(cast: story.Cast, *, name: str, content: str, themes: tuple[str, ...], clusters: tuple[str, ...]) -> int:
    from crm.scoring.operations import assess_lead, override_fit

    lead_id = story.lead(cast, name=name, content=content, investor=f"成都{name}公司")
    assess_lead(lead_id, by=cast.zhang, at=AT)
    override_fit(lead_id, themes=themes, clusters=clusters, reason="实际以仓储为主", by=cast.zhang, at=AT)
    return lead_id


@pytest.fixture
def differing(cast: story.Cast) -> list[int]:
    """Give a project judged otherwise, one confirmed as the rules had it, and one taken back."""
    from crm.scoring.operations import end_override

    other = decided(cast, name="甲项目", content="年加工石榴2万吨", themes=("T5",), clusters=("C5",))
    same = decided(cast, name="乙项目", content="建设冷链物流园，冷库5万立方米", themes=("T5",), clusters=("C5",))
    back = decided(cast, name="丙项目", content="年加工苹果1万吨", themes=(), clusters=())
    end_override(back, by=cast.zhang, at=AT)
    return [other, same, back]


def test_only_decisions_that_differ_and_stand_are_listed(cast: story.Cast, differing: list[int]) -> None:
    from crm.scoring.queries_disagree import disagreements

    rows = disagreements(cast.chen)
    assert [row.lead_id for row in rows] == [differing[0]]
    row = rows[0]
    assert (row.machine_themes, row.person_themes) == (("T4",), ("T5",))
    assert (row.machine_clusters, row.person_clusters) == (("C4",), ("C5",))
    assert (row.reason, row.by_name) == ("实际以仓储为主", cast.zhang.name)
    assert row.phrases
    assert disagreements(cast.chen, code="T5") == rows
    assert disagreements(cast.chen, code="T1") == []
    assert disagreements(cast.chen, rule=row.rules[0]) == rows
    assert disagreements(cast.chen, rule="no.such") == []


def test_somebody_of_another_unit_sees_none_of_them(cast: story.Cast, differing: list[int]) -> None:
    from crm.scoring.queries_disagree import disagreements

    assert disagreements(cast.zhang)
    assert disagreements(cast.li) == []


def test_the_workbook_has_both_opinions_and_the_export_is_on_the_trail(cast: story.Cast, differing: list[int]) -> None:
    from crm.scoring.operations_disagree import export_disagreements

    data = export_disagreements(code="T5", rule="", by=cast.chen, at=AT)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    values = [row for row in sheet.iter_rows(values_only=True) if row[1] == "甲项目"]
    assert len(values) == 1
    assert values[0][3:7] == ("T4", "C4", "T5", "C5")
    assert story.trail("done")[-1] == "fit.disagreements_export"
    with pytest.raises(Refusal):
        export_disagreements(code="", rule="", by=cast.sun, at=AT)


def test_the_page_shows_both_opinions_and_leads_to_the_project(
    app: Flask, cast: story.Cast, differing: list[int]
) -> None:
    client = story.entered(app, cast.chen)
    page = client.get("/rules/disagreements").get_data(as_text=True)
    assert "实际以仓储为主" in page
    assert f"/leads/{differing[0]}" in page
    assert f"/leads/{differing[1]}" not in page
    none_left = client.get("/rules/disagreements?code=T1&rule=<b>").get_data(as_text=True)
    assert "实际以仓储为主" not in none_left
    assert "<b>" not in none_left
    book = client.get("/rules/disagreements/export?code=T5")
    assert book.mimetype.endswith("spreadsheetml.sheet")
    shown = client.get(f"/leads/{differing[0]}/parts/assessment").get_data(as_text=True)
    assert 'class="mark-for"' in shown
    assert "opinion-person" in shown
