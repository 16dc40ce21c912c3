"""The parks: per-mu figures from what is known, places among the three, leaders with their history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.core.rulebook import BrokenRules, parse
from crm.reports.rules_parks import LandSum, ranking
from crm.reports.rules_standing import read_weights
from crm.statistics.rules_targets import ParkYear, Sum, TargetFigures
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from flask import Flask

WAN = 1_000_000


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()


def year(**revenue: int | None) -> TargetFigures:
    """Return figures in which the parks differ by revenue only."""
    parks = tuple(
        ParkYear(park, 1, {name: Sum(fen, 1, 1) for name in ("revenue_fen", "output_fen", "tax_fen", "investment_fen")},
                 {name: Sum(100, 1, 1) for name in ("revenue_fen", "output_fen", "tax_fen", "investment_fen")})
        for park, fen in revenue.items()
    )  # fmt: skip
    return TargetFigures(2026, date(2026, 6, 1), 4, (), (), (), parks, 3, 3, (), "1")


def test_equal_parks_share_a_place_and_an_unknown_one_has_none() -> None:
    found = ranking(year(P1=300, P2=300, P3=None))
    assert [found["scale"][park].place for park in ("P1", "P2", "P3")] == [1, 1, None]
    found = ranking(year(P1=100, P2=300, P3=200))
    assert [found["growth"][park].place for park in ("P1", "P2", "P3")] == [3, 1, 2]


def test_a_mu_carries_only_what_is_known() -> None:
    assert LandSum().intensity_fen is None
    assert LandSum(2, 300, 1, 200, 500 * WAN).intensity_fen == 250 * WAN


def test_land_counts_signed_projects_with_both_figures(cast: story.Cast) -> None:
    from crm.reports.queries_parks import land_sums

    story.lead(cast, stage="signed", park="P1", land_cmu=10_000, name="甲项目", annual_tax_fen=1_000 * WAN)
    story.lead(cast, stage="signed", park="P1", land_cmu=None, name="乙项目")
    story.lead(cast, park="P1", land_cmu=99_999, name="丙项目")
    land = land_sums()["P1"]
    assert (land.projects, land.land_cmu, land.with_investment, land.with_tax) == (2, 10_000, 1, 1)
    assert land.intensity_fen == 50 * WAN
    assert land.tax_per_mu_fen == 10 * WAN


def test_leaders_change_with_a_reason_and_stay_on_record(app: Flask, cast: story.Cast) -> None:
    from crm.reports.operations_parks import name_leader
    from crm.reports.queries_parks import leaders

    first = {"duty": "head", "name": "邓启岩", "post": "主任", "from_on": DAY - timedelta(days=9), "reason": ""}
    name_leader("P1", first, by=cast.chen, at=AT)
    for wrong, code in (
        ({**first, "name": "沈若谷"}, "reason.missing"), ({**first, "duty": "mayor"}, "duty.unknown"),
        ({**first, "from_on": DAY + timedelta(days=1), "reason": "x"}, "date.future"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            name_leader("P1", wrong, by=cast.chen, at=AT)
        assert code in story.codes(refused)
    with pytest.raises(Refusal) as refused:
        name_leader("P9", first, by=cast.chen, at=AT)
    assert "park.unknown" in story.codes(refused)
    with pytest.raises(Refusal) as refused:
        name_leader("P1", {**first, "reason": "x"}, by=cast.zhang, at=AT)
    assert story.codes(refused) == {"permission.missing"}
    client = story.entered(app, cast.chen)
    sent = {"duty": "head", "name": "沈若谷", "post": "主任", "from_on": "2026-05-30", "reason": "干部交流"}
    assert client.post("/parks/P1/leaders", data={**sent, "reason": ""}).status_code == 422
    assert client.post("/parks/P1/leaders", data=sent).status_code == 302
    assert [row.name for row in leaders()["P1", "head"]] == ["沈若谷", "邓启岩"]
    page = client.get("/parks/P1").get_data(as_text=True)
    assert "干部交流" in page
    assert client.get("/parks").status_code == 200
    assert client.get("/parks/P9").status_code == 404
    assert story.entered(app, cast.sun).get("/parks").status_code == 403


@pytest.mark.parametrize(
    "change", [("lead = 5", "lead = 101"), ("quarters = 4", "quarters = 0"), ("[show]", "[shown]")]
)
def test_broken_weights_are_refused(change: tuple[str, str]) -> None:
    from pathlib import Path

    import crm.reports

    text = (Path(str(crm.reports.__file__)).parent / "overview.toml").read_text(encoding="utf-8")
    read_weights(parse(text, "overview.toml"))
    with pytest.raises(BrokenRules):
        read_weights(parse(text.replace(*change), "overview.toml"))
