"""Options of charts as plain data: gaps stay gaps, links and colours reach their points."""

from __future__ import annotations

import json

from crm.core.charts import Line, bars, columns, curves


def test_an_unknown_value_leaves_a_gap_and_zero_is_zero() -> None:
    data = curves(["a", "b"], [Line("one", [None, 0])])["series"][0]["data"]
    assert [point["value"] for point in data] == ["-", 0]


def test_a_point_leads_where_it_was_told_to() -> None:
    option = bars(["a", "b", "c"], [Line("one", [1, 2, 3], ["/x", ""], "good")], unit="个")
    assert [point.get("url") for point in option["series"][0]["data"]] == ["/x", None, None]
    assert option["series"][0]["itemStyle"] == {"color": "@good"}
    assert option["luodi"] == {"unit": "个"}
    assert "legend" not in option
    assert json.loads(json.dumps(option)) == option


def test_several_series_bring_a_legend_and_stand_on_each_other_when_asked() -> None:
    option = columns(["a"], [Line("one", [1]), Line("two", [2])], stacked=True)
    assert option["legend"]["data"] == ["one", "two"]
    assert {one["stack"] for one in option["series"]} == {"all"}
    assert all("stack" not in one for one in columns(["a"], [Line("one", [1])])["series"])
