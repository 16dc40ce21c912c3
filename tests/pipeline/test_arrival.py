"""Arrival and edit with assessment in one deed, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT


@pytest.fixture
def cast(db: Any) -> story.Cast:
    return story.assemble()


def _lead(lead_id: int) -> Any:
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def test_a_new_lead_is_assessed_at_once(cast: story.Cast) -> None:
    from crm.pipeline.operations import create_assessed
    from crm.scoring.queries import fit_of

    lead_id = create_assessed(story.facts(cast), by=cast.zhang, at=AT)
    row = _lead(lead_id)
    assert (row.theme, row.cluster) == ("T4", "C4")
    verdict = fit_of(lead_id)
    assert verdict is not None
    assert not verdict.stale
    assert row.fit_reason


def test_the_same_key_sent_twice_is_one_lead(cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.pipeline.operations import create_assessed

    first = create_assessed(story.facts(cast), by=cast.zhang, at=AT, client_key="k-1")
    again = create_assessed(story.facts(cast), by=cast.zhang, at=AT, client_key="k-1")
    assert first == again
    assert Lead.select().count() == 1


def test_a_refused_arrival_leaves_one_entry_and_nothing_else(cast: story.Cast) -> None:
    from crm.pipeline.operations import create_assessed

    create_assessed(story.facts(cast), by=cast.zhang, at=AT)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        create_assessed(story.facts(cast), by=cast.zhang, at=AT)
    assert story.codes(refused) == {"duplicate.name"}
    assert story.business() == before
    assert story.trail("refused") == ["lead.create"]


def test_an_edit_of_what_is_built_assesses_anew_and_an_override_stays(cast: story.Cast) -> None:
    from crm.pipeline.operations import create_assessed, edit_assessed
    from crm.scoring.models import Assessment
    from crm.scoring.operations import override_fit

    lead_id = create_assessed(story.facts(cast), by=cast.zhang, at=AT)

    def edit(**values: Any) -> None:
        edit_assessed(lead_id, values, base={}, version=_lead(lead_id).version, by=cast.zhang, at=AT)

    edit(remark="只改备注")
    assert Assessment.select().count() == 1
    edit(name="光伏电站项目", content="建设100兆瓦光伏发电站及储能设施")
    assert Assessment.select().count() == 2
    assert _lead(lead_id).theme == "T2"
    override_fit(lead_id, themes=("T3",), clusters=(), reason="以康养为主", by=cast.zhang, at=AT)
    edit(content="建设钒钛新材料生产线", name="钒钛新材料项目")
    assert (_lead(lead_id).theme, _lead(lead_id).cluster) == ("T3", "")


def test_a_cadres_own_report_is_credited(cast: story.Cast) -> None:
    from crm.leads.queries import claims_of
    from crm.pipeline.operations import create_assessed

    lead_id = create_assessed(story.facts(cast, unit_id=None, owner_id=None), by=cast.sun, at=AT)
    (claim,) = claims_of(lead_id)
    assert (claim.cadre_name, claim.share_bps) == ("孙挂职", 10_000)
