"""Land: quotas with their document, parcels with milestones, grants that the quota holds or a reason explains."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import today
from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from crm.land.operations import enter_parcel, finish_step, give_up, grant, plan_step, set_quota
from crm.land.queries import needs_without_parcel, parcel, parcels, park_years
from crm.land.queries_due import due_milestones
from crm.land.rules import book, check_book, light, milestones
from tests.cast import AT, DAY, Cast, assemble, codes, entered, lead, trail

if TYPE_CHECKING:
    from flask import Flask


def asked(**others: Any) -> dict[str, Any]:
    """Return what a parcel lacks nothing with: 50 mu in the north park."""
    return {"name": "北园二期一号地", "park": "P1", "township": "小庙乡", "year": 2026, "asked_cmu": 5000,
            "asked_on": DAY - timedelta(days=100), "note": "", "lead_id": None, **others}  # fmt: skip


def granted(cmu: int, **others: Any) -> dict[str, Any]:
    """Return a grant."""
    return {"granted_cmu": cmu, "granted_on": DAY, "document": "供地批复", "over_reason": "", **others}


def test_a_parks_year_sets_quota_against_asked_and_granted(cast: Cast) -> None:
    set_quota("P1", 2026, 8000, "市自然资源局年初下达", by=cast.chen, at=AT)
    set_quota("P1", 2026, 12000, "年中追加", by=cast.chen, at=AT)
    lead(cast, park="P1", stage="signed", land_cmu=3000, name="没有列宗地的项目")
    with_parcel = lead(cast, park="P1", stage="signed", land_cmu=5000, name="列了宗地的项目", investor="甲")
    first = enter_parcel(asked(lead_id=with_parcel), by=cast.zhang, at=AT)
    enter_parcel(asked(name="二号地", asked_cmu=9000), by=cast.zhang, at=AT)
    grant(first, granted(4500), by=cast.zhang, at=AT)
    north = park_years(2026)[0]
    assert (north.quota, north.basis) == (12000, "年中追加")
    assert (north.asked, north.granted, north.left, north.lacking) == (14000, 4500, 7500, 2000)
    assert (north.unlisted, north.unlisted_leads) == (3000, 1)
    assert [(name, cmu) for _id, _number, name, cmu in needs_without_parcel("P1")] == [("没有列宗地的项目", 3000)]
    assert park_years(2026)[1].quota is None
    assert park_years(2025)[0].parcels == 0


def test_a_grant_beyond_the_quota_is_asked_about(cast: Cast) -> None:
    set_quota("P1", 2026, 6000, "下达", by=cast.chen, at=AT)
    first = enter_parcel(asked(), by=cast.zhang, at=AT)
    second = enter_parcel(asked(name="二号地"), by=cast.zhang, at=AT)
    grant(first, granted(5000), by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        grant(second, granted(2000), by=cast.zhang, at=AT)
    assert codes(refused) == {"grant.over_quota"}
    grant(second, granted(2000, over_reason="州上追加指标在途"), by=cast.zhang, at=AT)
    assert park_years(2026)[0].left == -1000
    grant(first, granted(4000), by=cast.zhang, at=AT)
    assert park_years(2026)[0].left == 0


def test_milestones_turn_red_are_planned_anew_and_done(cast: Cast) -> None:
    one = enter_parcel(asked(), by=cast.zhang, at=AT)
    late = {line.label for line in due_milestones(cast.chen, DAY)}
    assert late == {"北园二期一号地"}
    steps = {step.code: step for step in parcel(one).steps}  # type: ignore[union-attr]
    assert len(steps) == len(milestones())
    assert light(steps["announce"].due_on, None, DAY) == "red"
    finish_step(one, "announce", DAY - timedelta(days=80), "公告〔2026〕1号", by=cast.zhang, at=AT)
    plan_step(one, "survey", DAY + timedelta(days=3), "农户外出", by=cast.zhang, at=AT)
    steps = {step.code: step for step in parcel(one).steps}  # type: ignore[union-attr]
    assert steps["announce"].done_on == DAY - timedelta(days=80)
    assert light(steps["survey"].due_on, steps["survey"].done_on, DAY) == "yellow"
    with pytest.raises(Refusal) as refused:
        finish_step(one, "announce", DAY + timedelta(days=1), " ", by=cast.zhang, at=AT)
    assert codes(refused) == {"step.unknown", "step.day", "step.document"}
    with pytest.raises(Refusal) as refused:
        plan_step(one, "survey", None, "", by=cast.zhang, at=AT)
    assert codes(refused) == {"step.day", "reason.missing"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": " ", "township": ""}, {"parcel.name", "parcel.township"}),
        ({"park": "P9", "year": 26}, {"park.unknown", "quota.year"}),
        ({"asked_cmu": 0, "asked_on": DAY + timedelta(days=1)}, {"parcel.area", "parcel.day"}),
        ({"lead_id": 999}, {"lead.unknown"}),
    ],
)
def test_a_wrong_parcel_says_everything_and_leaves_one_entry(
    cast: Cast, changed: dict[str, Any], expected: set[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        enter_parcel(asked(**changed), by=cast.zhang, at=AT)
    assert codes(refused) == expected
    assert (parcels(2026), trail("refused")) == ([], ["land.parcel"])


def test_wrong_quotas_and_grants_are_refused(cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        set_quota("P9", None, None, " ", by=cast.chen, at=AT)
    assert codes(refused) == {"park.unknown", "quota.year", "quota.area", "basis.missing"}
    one = enter_parcel(asked(), by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        grant(one, granted(0, granted_on=date(2020, 1, 1), document=""), by=cast.zhang, at=AT)
    assert codes(refused) == {"grant.area", "grant.day", "grant.document"}


def test_a_parcel_given_up_counts_no_more_unless_land_was_granted(cast: Cast) -> None:
    one = enter_parcel(asked(), by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        give_up(one, "", by=cast.zhang, at=AT)
    assert codes(refused) == {"reason.missing"}
    give_up(one, "改用标准厂房", by=cast.zhang, at=AT)
    assert park_years(2026)[0].asked == 0
    with pytest.raises(Refusal) as refused:
        grant(one, granted(100), by=cast.zhang, at=AT)
    assert refused.value.status == 409
    two = enter_parcel(asked(name="二号地"), by=cast.zhang, at=AT)
    grant(two, granted(100), by=cast.zhang, at=AT)
    with pytest.raises(Refusal) as refused:
        give_up(two, "不要了", by=cast.zhang, at=AT)
    assert codes(refused) == {"parcel.granted"}


def test_other_units_read_and_do_not_change(cast: Cast) -> None:
    one = enter_parcel(asked(), by=cast.zhang, at=AT)
    for who in (cast.li, cast.liu, cast.wang, cast.sun):
        with pytest.raises(Refusal):
            finish_step(one, "announce", DAY, "x", by=who, at=AT)
    with pytest.raises(Refusal):
        set_quota("P1", 2026, 1, "x", by=cast.zhang, at=AT)
    assert due_milestones(cast.li, DAY) == []


def test_the_file_loads_and_a_broken_copy_is_refused() -> None:
    assert book().version
    text = (Path(__file__).parents[2] / "crm/land/land.toml").read_text(encoding="utf-8")
    for old, new in (("days = 15", "days = 0"), ('code = "survey"', 'code = "announce"'),
                     ('group = "approval"', 'group = "other"')):  # fmt: skip
        with pytest.raises(BrokenRules):
            check_book(parse(text.replace(old, new), "land.toml"))


# --- pages


@pytest.fixture
def told(app: Flask) -> tuple[Cast, int]:
    """Give the cast and a parcel of this year."""
    with app.app_context():
        cast = assemble()
        one = enter_parcel(asked(year=today().year, asked_on=DAY), by=cast.zhang, at=AT)
        return cast, one


def test_land_is_worked_through_by_the_page(app: Flask, told: tuple[Cast, int]) -> None:
    cast, one = told
    leader, officer, day = entered(app, cast.chen), entered(app, cast.zhang), today()
    set_form = {"park": "P1", "year": str(day.year), "area_cmu": "40", "basis": "下达"}
    assert leader.post("/land/quota", data={**set_form, "basis": ""}).status_code == 422
    assert leader.post("/land/quota", data=set_form).status_code == 302
    assert officer.post("/land/quota", data=set_form).status_code == 403
    new = {"name": "三号地", "park": "P1", "township": "西乡", "lead_number": "", "year": str(day.year), "asked_cmu": "12.5",
           "asked_on": day.isoformat(), "note": ""}  # fmt: skip
    assert officer.post("/land/parcels/new", data={**new, "lead_number": "LD-2026-9999"}).status_code == 422
    assert officer.post("/land/parcels/new", data=new).status_code == 302
    address = f"/land/parcels/{one}"
    step = {"code": "announce", "day": DAY.isoformat(), "document": "公告"}
    assert officer.post(f"{address}/done", data=step).status_code == 302
    assert officer.post(f"{address}/done", data=step).status_code == 422
    over = {"granted_cmu": "50", "granted_on": DAY.isoformat(), "document": "批复", "over_reason": ""}
    refused = officer.post(f"{address}/grant", data=over)
    assert 'id="over_reason-error"' in refused.text
    assert officer.post(f"{address}/grant", data={**over, "over_reason": "追加"}).status_code == 302
    shown = leader.get(f"/land/?year={day.year}").text
    assert "超指标" in shown
    assert "小庙乡" in shown
    assert "追加" in leader.get(address).text
    assert officer.post(f"{address}/nothing").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("li", 200), ("liu", 200), ("luo", 200), ("he", 403), ("wang", 403)])
def test_who_may_look(app: Flask, told: tuple[Cast, int], role: str, status: int) -> None:
    client: Any = entered(app, getattr(told[0], role))
    for address in ("/land/", "/land/?year=abc&park=P2", f"/land/parcels/{told[1]}"):
        assert client.get(address).status_code == status
