"""Two leads that are one: what moves, what forbids it, where the old number leads, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story."""
    return story.assemble()


def two(cast: story.Cast, **others: Any) -> tuple[int, int]:
    """Enter the same project twice, the second with a contract, a contact and facts of its own."""
    from crm.capital.operations import record_contract
    from crm.leads.operations_facts import record_contact

    kept = story.lead(cast)
    gone = story.lead(cast, name="石榴精深加工", site="北园区", jobs=80, **others)
    record_contract(gone, story.contract(), by=cast.zhang, at=AT)
    said = {"happened_on": DAY, "kind": "meeting", "two_way": True, "text": "在双流谈过"}
    record_contact(gone, said, by=cast.zhang, at=AT)
    return kept, gone


def row(lead_id: int) -> Any:
    """Return a lead as it stands."""
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def merge(gone: int, kept: int, by: Any, fill: tuple[str, ...] = ("site", "jobs"), reason: str = "同一项目") -> int:
    """Merge one into the other."""
    from crm.pipeline.operations_merge import merge_leads

    return merge_leads(gone, kept, fill=list(fill), reason=reason, by=by, at=AT)


def codes(refused: pytest.ExceptionInfo[Refusal]) -> set[str]:
    """Return the codes of a refusal."""
    return {item.code for item in refused.value.findings}


def test_what_hangs_on_it_moves_and_empty_facts_are_filled(cast: story.Cast) -> None:
    from crm.leads.models import Contact
    from crm.pipeline.operations_merge import look_at_merge

    kept, gone = two(cast)
    seen = look_at_merge(gone, kept, by=cast.zhang)
    assert {name for name, _ in seen.fills} == {"site", "jobs"}
    assert {str(text): count for text, count in seen.moves} == {"contacts": 1, "contracts": 1}
    merge(gone, kept, cast.zhang, fill=("site",))
    assert (row(kept).site, row(kept).jobs, row(kept).contracted_fen) == ("北园区", None, 5_000 * 1_000_000)
    assert (row(gone).status, row(gone).contracted_fen) == ("withdrawn", None)
    assert row(gone).name == "石榴精深加工"
    assert Contact.select().where(Contact.lead == kept).count() == 1


def test_the_old_number_leads_to_the_kept_project(cast: story.Cast, app: Any) -> None:
    from tests.cast import entered

    kept, gone = two(cast)
    merge(gone, kept, cast.zhang)
    client = entered(app, cast.zhang)
    answer = client.get(f"/leads/{gone}")
    assert (answer.status_code, answer.location) == (302, f"/leads/{kept}")
    assert client.get(f"/leads/{gone}?own=1").status_code == 200
    assert row(gone).number in client.get(f"/leads/{kept}").get_data(as_text=True)
    assert client.get(f"/leads/number/{row(gone).number}").status_code == 302


def test_a_merge_goes_back_while_nothing_rests_on_it(cast: story.Cast) -> None:
    from crm.pipeline.operations_merge import unmerge
    from crm.pipeline.queries_merge import merge_of, merges_into

    kept, gone = two(cast)
    made = merge(gone, kept, cast.zhang)
    assert [item.id for item in merges_into(kept)] == [made]
    unmerge(made, by=cast.zhang, at=AT)
    assert (row(kept).site, row(kept).jobs, row(kept).contracted_fen) == ("", None, None)
    assert (row(gone).status, row(gone).contracted_fen) == ("active", 5_000 * 1_000_000)
    assert (merges_into(kept), merge_of(gone)) == ([], None)
    with pytest.raises(Refusal) as again:
        unmerge(made, by=cast.zhang, at=AT)
    assert codes(again) == {"merge.undone"}


def test_what_was_built_on_it_keeps_it_merged(cast: story.Cast) -> None:
    from crm.leads.operations_facts import record_contact
    from crm.pipeline.operations_merge import unmerge

    kept, gone = two(cast)
    made = merge(gone, kept, cast.zhang)
    record_contact(kept, {"happened_on": DAY, "kind": "call", "text": "又谈"}, by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        unmerge(made, by=cast.zhang, at=AT)
    assert codes(refused) == {"merge.built"}
    assert row(gone).status == "withdrawn"


def test_every_hindrance_is_named_at_once(cast: story.Cast) -> None:
    from crm.landing.models import Entity
    from crm.leads.models import Lead

    kept, gone = two(cast)
    Entity.insert(lead=gone, updated_at=AT, recorded_at=AT, **story.entity()).execute()
    Lead.update(recognised_on=DAY).where(Lead.id == gone).execute()
    before = story.business()
    with pytest.raises(Refusal) as refused:
        merge(gone, kept, cast.zhang, reason=" ")
    assert codes(refused) == {"merge.rests", "merge.landed", "reason.missing"}
    assert story.business() == before
    with pytest.raises(Refusal) as itself:
        merge(kept, kept, cast.zhang)
    assert "merge.same" in codes(itself)


def test_only_who_may_edit_both_merges(cast: story.Cast) -> None:
    kept, gone = two(cast)
    for by in (cast.li, cast.sun, cast.luo, cast.ma, cast.cli):
        with pytest.raises(Refusal) as refused:
            merge(gone, kept, by)
        assert codes(refused) <= {"lead.unknown", "permission.missing"}
    merge(gone, kept, cast.chen)


def test_the_desk_proposes_pairs_once_and_masks_what_may_not_be_opened(cast: story.Cast) -> None:
    from crm.intake.queries_duplicates import pairs
    from crm.leads.operations import create_lead
    from crm.pipeline.operations_merge import part

    mine = story.lead(cast)
    named = story.facts(cast, name="石榴精深加工（招商）", unit_id=cast.li.unit_id, owner_id=cast.li.person_id)
    theirs = create_lead(named, by=cast.li, at=AT, despite_similar=True)
    (pair,) = pairs(cast.zhang)
    assert (pair.older.id, pair.newer.id, pair.exact) == (mine, theirs, True)
    assert (pair.older.name, pair.newer.name, pair.newer.owner_name) == ("石榴精深加工项目", "", "李园区")
    assert len(pairs(cast.chen)) == 1
    part(theirs, mine, by=cast.zhang, at=AT)
    assert pairs(cast.zhang) == pairs(cast.chen) == []


def test_opening_entries_are_listed_with_every_proof_that_they_lack(cast: story.Cast, app: Any) -> None:
    from crm.leads.operations import create_lead
    from crm.pipeline.queries_proofs import proofs_to_bring
    from tests.cast import entered

    create_lead(story.facts(cast, name="旧项目"), by=cast.zhang, at=AT, stage="started", since=DAY)
    story.lead(cast)
    (found,), following = proofs_to_bring(cast.zhang)
    assert (found.name, following) == ("旧项目", 0)
    assert {"gap.formal_contract", "gap.two_way_contact"} <= {item.code for item in found.gaps}
    shown = entered(app, cast.zhang).get("/proofs").get_data(as_text=True)
    assert "旧项目" in shown
    assert f"/leads/{found.id}/" in shown
    assert proofs_to_bring(cast.li) == ([], 0)
