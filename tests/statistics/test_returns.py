"""Monthly figures: entered, completed, corrected with what was, refused, missing, and known as of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT
from tests.statistics.figures import LAST, TODAY, WAN, enterprise, fill, report, stands, tables, values

if TYPE_CHECKING:
    from tests.cast import Cast

JUNE_12 = datetime(2026, 6, 12, 4, 0)


def test_a_month_is_entered_completed_and_corrected(cast: Cast) -> None:
    from crm.statistics.queries import returns_of

    made = enterprise(cast.zhang)
    assert report(made, LAST, cast.zhang, tax_fen=None) == "new"
    assert report(made, LAST, cast.zhang, tax_fen=None) == "unchanged"
    assert report(made, LAST, cast.zhang) == "completed"
    with pytest.raises(Refusal) as refused:
        report(made, LAST, cast.zhang, output_fen=1)
    assert story.codes(refused) == {"reason.missing"}
    assert report(made, LAST, cast.zhang, output_fen=120 * WAN, reason="漏计") == "corrected"
    versions = returns_of(made, LAST)
    assert [(row.figures["output_fen"], row.figures["tax_fen"], row.superseded_at is None) for row in versions] == [
        (110 * WAN, None, False), (110 * WAN, 4 * WAN, False), (120 * WAN, 4 * WAN, True),
    ]  # fmt: skip
    assert versions[-1].reason == "漏计"


def test_zero_is_a_figure_and_taking_one_back_needs_a_reason(cast: Cast) -> None:
    made = enterprise(cast.zhang)
    report(made, LAST, cast.zhang, sand_ct=0)
    with pytest.raises(Refusal):
        report(made, LAST, cast.zhang, sand_ct=None)
    report(made, LAST, cast.zhang, sand_ct=None, reason="填错企业")
    assert stands(made, LAST).figures["sand_ct"] is None


@pytest.mark.parametrize(
    ("month", "others", "code"),
    [
        ("2026-06", {}, "month.future"),
        ("2025-12", {}, "month.away"),
        (LAST, {"source": "statistical_return"}, "source.protected"),
        (LAST, {"sources": {"tax_fen": "statistical_return"}}, "source.protected"),
        (LAST, {"source": ""}, "source.unknown"),
        (LAST, {"statistician": " "}, "statistician.missing"),
        (LAST, dict.fromkeys(("revenue_fen", "output_fen", "electricity_kwh", "tax_fen", "sand_ct", "investment_fen")), "return.empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_leaves_nothing(cast: Cast, month: str, others: dict[str, Any], code: str) -> None:
    made = enterprise(cast.zhang, entered_on=date(2026, 1, 15))
    before = tables()
    with pytest.raises(Refusal) as refused:
        report(made, month, cast.zhang, **others)
    assert code in story.codes(refused)
    assert tables() == before
    assert story.trail("refused") == ["return.save"]


def test_only_the_own_unit_enters(cast: Cast) -> None:
    made = enterprise(cast.zhang)
    for who in (cast.li, cast.chen, cast.liu, cast.luo, cast.wang, cast.sun):
        with pytest.raises(Refusal) as refused:
            report(made, LAST, who)
        assert refused.value.status in (403, 404)
    assert report(made, LAST, cast.cli) == "new"


def test_a_sheet_comes_in_whole_or_not_at_all(cast: Cast) -> None:
    from crm.statistics.operations_returns import SheetRow, take_sheet

    one, two = enterprise(cast.zhang), enterprise(cast.zhang, "乙公司")
    before = tables()
    good, bad = SheetRow(one, LAST, values()), SheetRow(two, "2026-06", values())
    with pytest.raises(Refusal):
        take_sheet([good, bad], label="表", by=cast.zhang, at=AT)
    assert tables()["MonthlyReturn"] == before["MonthlyReturn"]
    rows = [good, SheetRow(two, LAST, values())]
    assert take_sheet(rows, label="表", by=cast.zhang, at=AT)["new"] == 2
    kept = tables()
    assert take_sheet(rows, label="表", by=cast.zhang, at=AT)["unchanged"] == 2
    assert tables()["MonthlyReturn"] == kept["MonthlyReturn"]
    with pytest.raises(Refusal) as refused:
        take_sheet([SheetRow(one, "2026-04", values())], label="表", by=cast.li, at=AT)
    assert refused.value.status == 404


def test_months_are_asked_for_from_the_day_the_enterprise_was_known(cast: Cast) -> None:
    from crm.statistics.queries_returns import missing_returns

    made = enterprise(cast.zhang, at=AT - timedelta(days=70))
    asked = [(one.month, one.due_on) for one in missing_returns(cast.zhang, TODAY)]
    assert asked == [("2026-03", date(2026, 4, 10)), ("2026-04", date(2026, 5, 10))]
    report(made, "2026-03", cast.zhang)
    assert [one.month for one in missing_returns(cast.zhang, TODAY)] == ["2026-04"]
    report(made, "2026-01", cast.zhang)
    assert [one.month for one in missing_returns(cast.zhang, TODAY)] == ["2026-02", "2026-04"]
    assert missing_returns(cast.li, TODAY) == []
    assert len(missing_returns(cast.chen, date(2026, 6, 11))) == 3


def test_a_missing_return_that_was_explained_stays_on_the_list_and_rings_no_bell(cast: Cast) -> None:
    from crm.statistics.operations import explain
    from crm.statistics.queries_due import due_missing
    from crm.statistics.queries_returns import missing_returns

    made = enterprise(cast.zhang, at=AT - timedelta(days=40))
    (line,) = [one for one in due_missing(cast.zhang, TODAY) if one.light == "red"]
    assert (line.thing_id, line.who, line.args["month"]) == (made, "赵统计", "2026-04")
    explain("return", text="停产", about="", month="2026-04", enterprise_id=made, by=cast.zhang, at=AT)
    assert [one.explained for one in missing_returns(cast.zhang, TODAY)] == ["停产"]
    assert not [one for one in due_missing(cast.zhang, TODAY) if one.light == "red"]


def test_a_month_that_is_due_soon_is_told_to_its_unit_alone(cast: Cast) -> None:
    from crm.statistics.queries_due import due_missing

    made = enterprise(cast.zhang, at=AT - timedelta(days=5))
    assert [(one.light, one.due_on) for one in due_missing(cast.zhang, TODAY)] == [("calm", date(2026, 6, 10))]
    assert [one.light for one in due_missing(cast.zhang, date(2026, 6, 8))] == ["yellow"]
    assert [one.light for one in due_missing(cast.zhang, date(2026, 6, 11))] == ["red"]
    assert due_missing(cast.li, TODAY) == []
    report(made, LAST, cast.zhang)
    assert due_missing(cast.zhang, TODAY) == []


def test_states_of_returns(cast: Cast) -> None:
    from crm.statistics.queries_returns import came_on
    from crm.statistics.rules_returns import state_of

    made = enterprise(cast.zhang)
    report(made, "2026-04", cast.zhang)
    report(made, LAST, cast.zhang, at=JUNE_12)
    came = came_on([made], ["2026-04", LAST])
    assert state_of("2026-04", came[made, "2026-04"], TODAY) == "late"
    assert state_of(LAST, came[made, LAST], TODAY) == "late"
    assert state_of(LAST, date(2026, 6, 10), TODAY) == "in_time"
    assert state_of(LAST, None, TODAY) == "due"
    assert state_of(LAST, None, date(2026, 6, 11)) == "missing"
    assert state_of(LAST, None, TODAY, left_on=date(2026, 5, 1)) == "away"


# --- the targets, as of a day and as known on a day


def _targets(year: int = 2026, as_of: date = TODAY, known: date | None = None) -> Any:
    from crm.statistics.queries_targets import target_figures

    return target_figures(year, as_of=as_of, known=known)


def _year(year: int, through: int, fen: int) -> dict[str, dict[str, Any]]:
    return {f"{year}-{month:02d}": {"revenue_fen": fen, "output_fen": fen} for month in range(1, through + 1)}


def test_targets_name_the_large_ones_and_say_what_is_missing(cast: Cast) -> None:
    from crm.statistics.operations import record_total

    yi = 10_000 * WAN
    large = enterprise(cast.zhang, "大钢铁", park="P3", entered_on=date(2020, 1, 1))
    middle = enterprise(cast.zhang, "中化工", park="P2", entered_on=date(2020, 1, 1))
    young = enterprise(cast.zhang, "新来者", park="P1", entered_on=date(2026, 4, 15))
    fill(large, cast.zhang, {**_year(2025, 4, 10 * yi), **_year(2026, 4, 15 * yi)})
    fill(middle, cast.zhang, {**_year(2025, 4, 2 * yi), **_year(2026, 3, 4 * yi)})
    fill(young, cast.zhang, {"2026-04": {"revenue_fen": yi, "output_fen": yi}})
    record_total({"year": 2026, "through": 3, "indicator": "industry_output", "amount_fen": 60 * yi, "source": "公报"},
                 by=cast.chen, at=AT)  # fmt: skip
    told = _targets()
    assert (told.through, told.complete, told.returns_known, told.returns_owed) == (4, False, 8, 9)
    assert [one.name for one in told.over_50yi] == ["大钢铁"]
    assert [(one.name, one.revenue.fen, one.revenue.complete) for one in told.over_10yi] == [
        ("大钢铁", 60 * yi, True), ("中化工", 12 * yi, False),
    ]  # fmt: skip
    revenue = told.growth[0]
    assert (revenue.now.fen, revenue.before.fen, revenue.bps) == (73 * yi, 48 * yi, 5208)
    assert (revenue.alike_now_fen, revenue.alike_before_fen, revenue.alike) == (72 * yi, 46 * yi, 7)
    assert told.share.parks.fen == 57 * yi
    assert (told.share.bps, told.share.through, told.share.source, told.share.complete) == (9500, 3, "公报", True)
    assert {park.park: park.revenue.fen for park in told.parks} == {"P1": yi, "P2": 12 * yi, "P3": 60 * yi}
    assert {park.park: park.enterprises for park in told.parks} == {"P1": 1, "P2": 1, "P3": 1}
    assert told.sources == (("enterprise", 8),)


def test_a_past_day_counts_what_was_due_by_then(cast: Cast) -> None:
    made = enterprise(cast.zhang)
    fill(made, cast.zhang, _year(2026, 4, 100))
    assert _targets(as_of=date(2026, 5, 9)).through == 3
    assert _targets(as_of=date(2026, 5, 9)).growth[0].now.fen == 300
    assert _targets(as_of=date(2026, 5, 10)).growth[0].now.fen == 400
    assert _targets(2025).through == 12
    assert _targets(2027).enterprises == ()


def test_a_correction_is_seen_only_from_the_day_it_was_recorded(cast: Cast) -> None:
    made = enterprise(cast.zhang, at=AT - timedelta(days=40))
    report(made, "2026-03", cast.zhang, at=AT - timedelta(days=30), revenue_fen=100)
    report(made, "2026-03", cast.zhang, at=AT, revenue_fen=900, reason="更正")
    assert _targets().growth[0].now.fen == 900
    assert _targets(known=TODAY).growth[0].now.fen == 900
    assert _targets(known=TODAY - timedelta(days=1)).growth[0].now.fen == 100
    assert _targets(known=TODAY - timedelta(days=35)).growth[0].now.fen is None


def test_an_enterprise_counts_for_the_park_it_was_in(cast: Cast) -> None:
    from crm.statistics.operations import edit_enterprise
    from crm.statistics.queries import enterprise as one

    made = enterprise(cast.zhang, entered_on=date(2025, 1, 1))
    fill(made, cast.zhang, _year(2026, 4, 100))
    row = one(made, cast.zhang)
    assert row is not None
    edit_enterprise(made, {**row.__dict__, "park": "P2"}, version=1, reason="搬迁", happened_on=date(2026, 5, 20),
                    by=cast.zhang, at=AT)  # fmt: skip
    assert {park.park: park.revenue.fen for park in _targets().parks}["P2"] == 400
    assert {park.park: park.revenue.fen for park in _targets(as_of=date(2026, 5, 19)).parks}["P1"] == 400


def test_the_figures_of_a_year_equal_what_was_entered_to_the_fen(cast: Cast) -> None:
    made = [enterprise(cast.zhang, f"第{n}家", park=f"P{n % 3 + 1}") for n in range(4)]
    for n, id_ in enumerate(made):
        fill(id_, cast.zhang, {f"2026-{month:02d}": {"revenue_fen": 7 * n + month} for month in range(1, 5)})
    wanted = sum(7 * n + month for n in range(4) for month in range(1, 5))
    told = _targets()
    assert told.growth[0].now.fen == wanted
    assert sum(park.revenue.fen or 0 for park in told.parks) == wanted
    assert sum(one.revenue.fen or 0 for one in told.enterprises) == wanted


def test_late_returns_are_listed_but_not_what_was_due_before_the_register_knew_it(app: Any, cast: Cast) -> None:
    from crm.statistics.queries_returns import late_returns

    made = enterprise(cast.zhang, at=AT - timedelta(days=30))
    report(made, "2026-03", cast.zhang)
    report(made, "2026-04", cast.zhang)
    found = [(one.month, one.days) for one in late_returns(cast.zhang, ["2026-03", "2026-04"])]
    assert found == [("2026-04", 22)]
    assert late_returns(cast.li, ["2026-04"]) == []
    text = story.entered(app, cast.chen).get("/statistics/returns").text
    assert text.count('class="row-title"') >= 1
