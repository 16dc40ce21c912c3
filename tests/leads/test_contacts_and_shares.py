"""Follow-up contacts and shares of cadres, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY


def lead_of(cast: story.Cast, **others: Any) -> int:
    """Enter a lead of zhang's."""
    return story.lead(cast, **others)


def told(**others: Any) -> dict[str, Any]:
    """Return a contact's values."""
    return {"happened_on": DAY, "kind": "visit_here", "two_way": True, "text": "看了地块", **others}


def row_of(lead_id: int) -> Any:
    """Return a lead's row."""
    from crm.leads.models import Lead

    return Lead.get_by_id(lead_id)


def test_a_contact_is_recorded_and_moves_the_lead_up(cast: story.Cast) -> None:
    from crm.leads.operations_facts import record_contact
    from crm.leads.queries import contacts_of

    lead_id = lead_of(cast)
    record_contact(lead_id, told(next_step="寄方案", next_on=DAY + timedelta(days=7)), by=cast.zhang, at=AT)
    record_contact(lead_id, told(happened_on=DAY - timedelta(days=9)), by=cast.zhang, at=AT)
    assert [row.happened_on for row in contacts_of(lead_id)] == [DAY, DAY - timedelta(days=9)]
    row = row_of(lead_id)
    assert (row.last_contact_on, row.next_steps, row.updated_at, row.version) == (DAY, "寄方案", AT, 2)


def test_an_open_form_cannot_overwrite_the_next_step_of_a_contact(cast: story.Cast) -> None:
    from crm.leads.operations import EditConflict, edit_lead
    from crm.leads.operations_facts import record_contact

    lead_id = lead_of(cast)
    seen = {"next_steps": "", "site": ""}
    record_contact(lead_id, told(next_step="寄方案"), by=cast.zhang, at=AT)
    edit_lead(lead_id, {**seen, "site": "甲地"}, base=seen, version=1, by=cast.zhang, at=AT)
    assert (row_of(lead_id).next_steps, row_of(lead_id).site) == ("寄方案", "甲地")
    with pytest.raises(EditConflict):
        edit_lead(lead_id, {"next_steps": "打电话"}, base=seen, version=1, by=cast.zhang, at=AT)


@pytest.mark.parametrize(
    ("changed", "code"), [({"happened_on": DAY + timedelta(days=1)}, "date.future"), ({"kind": "dream"}, "contact.kind")]
)
def test_a_contact_that_cannot_be_is_refused(cast: story.Cast, changed: dict[str, Any], code: str) -> None:
    from crm.leads.operations_facts import record_contact

    lead_id = lead_of(cast)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        record_contact(lead_id, told(**changed), by=cast.zhang, at=AT)
    assert story.codes(refused) == {code}
    assert story.business() == before


def test_the_same_contact_sent_twice_is_one(cast: story.Cast) -> None:
    from crm.leads.models import Contact
    from crm.leads.operations_facts import record_contact

    lead_id = lead_of(cast)
    keys = [record_contact(lead_id, told(client_key="c"), by=cast.zhang, at=AT) for _ in range(2)]
    assert keys[0] == keys[1]
    assert Contact.select().count() == 1


def test_nobody_contacts_what_is_not_theirs(cast: story.Cast) -> None:
    from crm.leads.operations_facts import record_contact

    lead_id = lead_of(cast)
    for who, status in ((cast.li, 404), (cast.sun, 404), (cast.liu, 403), (cast.cli, 403)):
        with pytest.raises(Refusal) as refused:
            record_contact(lead_id, told(), by=who, at=AT)
        assert refused.value.status == status


# --- shares


def share(cast: story.Cast, lead_id: int, shares: list[tuple[int, int]], **options: Any) -> None:
    """Divide a lead's credit as zhang."""
    from crm.leads.operations_facts import share_credit

    share_credit(lead_id, shares, **{"reason": "", "by": cast.zhang, "at": AT, **options})


def second_cadre(cast: story.Cast, *, posted: bool = True) -> int:
    """Enter one more cadre, posted like the first unless said otherwise."""
    from crm.cadres.models import Posting

    wu = story.person("wu", "吴挂职", "cadre", cast.sun.unit_id).person_id or 0
    if posted:
        Posting.create(cadre=wu, host_place="佛山", host_unit="工作组", starts_on=DAY - timedelta(days=30),
                       ends_on=DAY + timedelta(days=300), created_at=AT)  # fmt: skip
    return wu


def test_a_share_for_whoever_was_never_posted_is_refused_with_the_name(cast: story.Cast) -> None:
    lead_id, sun, other = lead_of(cast), cast.sun.person_id or 0, second_cadre(cast, posted=False)
    before = story.business()
    with pytest.raises(Refusal) as refused:
        share(cast, lead_id, [(sun, 5000), (other, 4000)])
    assert story.codes(refused) == {"share.outside", "share.sum"}
    assert "吴挂职" in str(refused.value)
    assert "孙挂职" not in str(refused.value)
    assert story.business() == before


@pytest.mark.parametrize(
    ("bps", "code"),
    [([5000, 4999], "share.sum"), ([10_000, 0], "share.range"), ([12_000, -2000], "share.range"), ([], "share.none")],
)
def test_shares_that_do_not_make_a_whole_are_refused(cast: story.Cast, bps: list[int], code: str) -> None:
    lead_id = lead_of(cast)
    cadres = [cast.sun.person_id or 0, second_cadre(cast)]
    before = story.business()
    with pytest.raises(Refusal) as refused:
        share(cast, lead_id, list(zip(cadres, bps, strict=False)))
    assert code in story.codes(refused)
    assert story.business() == before


def test_the_same_cadre_twice_and_somebody_who_is_none_are_named_together(cast: story.Cast) -> None:
    lead_id, sun = lead_of(cast), cast.sun.person_id or 0
    with pytest.raises(Refusal) as refused:
        share(cast, lead_id, [(sun, 3000), (sun, 3000), (cast.li.person_id or 0, 3000)])
    assert story.codes(refused) == {"share.twice", "share.sum", "share.person"}
    assert "90" in str(refused.value)


def test_a_new_division_asks_for_a_reason_and_keeps_the_old_one(cast: story.Cast) -> None:
    from crm.leads.queries import claims_of

    lead_id, sun, other = lead_of(cast), cast.sun.person_id or 0, second_cadre(cast)
    share(cast, lead_id, [(sun, 10_000)])
    with pytest.raises(Refusal) as refused:
        share(cast, lead_id, [(sun, 5000), (other, 5000)], reason="  ")
    assert story.codes(refused) == {"reason.missing"}
    later = AT + timedelta(days=9)
    share(cast, lead_id, [(sun, 6667), (other, 3333)], reason="两人共同引荐", at=later)
    assert [(row.cadre_id, row.share_bps, row.reported_at) for row in claims_of(lead_id)] == [
        (sun, 6667, AT), (other, 3333, later),
    ]  # fmt: skip
    past = [row for row in claims_of(lead_id, ended_too=True) if row.ended_at]
    assert [(row.cadre_id, row.share_bps, row.ended_at) for row in past] == [(sun, 10_000, later)]


def test_a_cadre_claims_only_the_own_first_report(cast: story.Cast) -> None:
    from crm.leads.models import Claim
    from crm.leads.operations import create_lead

    sun = cast.sun.person_id or 0
    lead_id = create_lead(story.facts(cast, unit_id=None, owner_id=None), by=cast.sun, at=AT)
    with pytest.raises(Refusal) as missing:
        share(cast, lead_id, [(sun, 5000), (second_cadre(cast), 5000)], by=cast.sun)
    assert missing.value.status == 403
    share(cast, lead_id, [(sun, 10_000)], by=cast.sun)
    claim = Claim.get(Claim.lead == lead_id)
    assert claim.posting_id is not None
    with pytest.raises(Refusal) as taken:
        share(cast, lead_id, [(sun, 10_000)], by=cast.sun, reason="还是我的")
    assert story.codes(taken) == {"share.taken"}
    with pytest.raises(Refusal) as foreign:
        share(cast, lead_of(cast), [(sun, 10_000)], by=cast.sun)
    assert foreign.value.status == 404


def test_the_organiser_decides_where_a_cadre_is_credited(cast: story.Cast) -> None:
    lead_id, sun, other = lead_of(cast), cast.sun.person_id or 0, second_cadre(cast)
    with pytest.raises(Refusal) as hidden:
        share(cast, lead_id, [(sun, 10_000)], by=cast.he)
    assert hidden.value.status == 404
    share(cast, lead_id, [(sun, 10_000)])
    share(cast, lead_id, [(other, 10_000)], by=cast.he, reason="裁定：首报人为吴")
