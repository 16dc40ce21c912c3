"""One change for several leads: every lead answers by its own door, on both databases, and nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest

from crm.audit.models import AuditEntry
from crm.leads.models import Lead
from tests import cast as story
from tests.cast import AT, DAY

STAGE = {"to": "qualified", "happened_on": DAY, "reason": "研判通过"}


@pytest.fixture
def people(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def versions(ids: list[int]) -> dict[int, int]:
    """Return the versions that somebody looks at now."""
    return {row.id: row.version for row in Lead.select().where(Lead.id.in_(ids))}


def change(ids: list[int], kind: str, values: dict[str, Any], by: Any, seen: dict[int, int] | None = None) -> Any:
    """Change and return each lead's codes."""
    from crm.pipeline.operations_bulk import change_many

    answers = change_many(ids, kind, values, seen=versions(ids) if seen is None else seen, by=by, at=AT)
    return {item.lead_id: [finding.code for finding in item.findings] for item in answers}


def test_looking_says_what_doing_answers_and_writes_nothing(people: story.Cast) -> None:
    from crm.pipeline.operations_bulk import look

    ids = [story.lead(people), story.lead(people, name="缺投资方", investor=""), story.lead(people, stage="signed")]
    before, entries = story.business(), AuditEntry.select().count()
    looked = {item.lead_id: [finding.code for finding in item.findings]
              for item in look(ids, "stage", STAGE, by=people.zhang, at=AT)}  # fmt: skip
    assert story.business() == before
    assert AuditEntry.select().count() == entries
    assert change(ids, "stage", STAGE, people.zhang) == looked
    assert looked[ids[0]] == []
    assert looked[ids[1]] == ["gap.investor"]
    assert looked[ids[2]] == ["stage.backwards"]
    assert [Lead.get_by_id(lead_id).stage for lead_id in ids] == ["qualified", "lead", "signed"]
    assert AuditEntry.select().count() == entries + 3
    assert story.trail("refused") == ["stage.move", "stage.move"]


def test_no_bulk_change_passes_a_gate(people: story.Cast) -> None:
    ids = [story.lead(people, name=f"第{n}个") for n in range(2)]
    answers = change(ids, "stage", {**STAGE, "to": "producing"}, people.chen)
    assert all("gap.formal_contract" in codes and "gap.acceptance" in codes for codes in answers.values())
    assert change(ids, "stage", {**STAGE, "to": "landed"}, people.chen) == {key: ["stage.unknown"] for key in ids}


def test_whoever_was_overtaken_is_told_and_nothing_is_lost(people: story.Cast) -> None:
    ids = [story.lead(people), story.lead(people, name="第二个")]
    seen = versions(ids)
    change(ids[:1], "next", {"next_steps": "约园区看地"}, people.zhang)
    answers = change(ids, "next", {"next_steps": "催报要件"}, people.chen, seen)
    assert answers == {ids[0]: ["bulk.stale"], ids[1]: []}
    assert [Lead.get_by_id(lead_id).next_steps for lead_id in ids] == ["约园区看地", "催报要件"]


def test_each_kind_is_refused_to_whoever_may_not(people: story.Cast) -> None:
    lead_id = story.lead(people)
    kinds: dict[str, dict[str, Any]] = {
        "owner": {"owner_id": people.li.person_id}, "next": {"next_steps": "x"}, "stage": STAGE,
        "status": {"status": "paused", "happened_on": DAY, "reason": "缓", "lost_to": ""},
    }  # fmt: skip
    before = story.business()
    for kind, values in kinds.items():
        for name in ("li", "liu", "luo", "ma", "wang"):
            assert change([lead_id], kind, values, getattr(people, name))[lead_id] in (
                ["permission.missing"], ["lead.unknown"],
            ), (kind, name)  # fmt: skip
    assert story.business() == before
    assert len(story.trail("refused")) == 20


def test_a_status_is_changed_with_its_reason(people: story.Cast) -> None:
    ids = [story.lead(people), story.lead(people, name="第二个")]
    values = {"status": "lost", "happened_on": DAY, "reason": "选址他处", "lost_to": ""}
    assert change(ids, "status", values, people.zhang) == {key: ["status.lost_to"] for key in ids}
    assert change(ids, "status", {**values, "lost_to": "攀枝花"}, people.zhang) == {key: [] for key in ids}
    assert {Lead.get_by_id(lead_id).status_reason for lead_id in ids} == {"选址他处（攀枝花）"}


def test_the_page_looks_first_then_does_and_tells_row_by_row(app: Any, people: story.Cast) -> None:
    ids = [story.lead(people), story.lead(people, name="缺投资方", investor="")]
    client = story.entered(app, people.zhang)
    listed = client.get("/leads").text
    assert listed.count('name="lead"') == 2
    asked = {"kind": "stage", "lead": ",".join(map(str, ids)), "to": "qualified", "happened_on": str(DAY),
             "reason": "", "do": "yes", "seen": [f"{key}:{value}" for key, value in versions(ids).items()]}  # fmt: skip
    looked = client.post("/leads/bulk", data=asked).text
    assert Lead.get_by_id(ids[0]).stage == "lead", "the first sending only looks, whatever the button said"
    assert "verdict-refuse" in looked
    mark = looked.split('name="looked" value="')[1].split('"')[0].replace("&#34;", '"').replace("&quot;", '"')
    done = client.post("/leads/bulk", data={**asked, "looked": mark}).text
    assert [Lead.get_by_id(lead_id).stage for lead_id in ids] == ["qualified", "lead"]
    assert done.count("verdict-update") == 1
    assert done.count("verdict-refuse") == 1
    assert client.get("/leads/bulk?lead=x").status_code == 302
    assert client.get("/leads/bulk?kind=landed&lead=1").status_code in (302, 403)
