"""Options of the usual charts as plain data for templates/_charts.html: bars, lines, columns beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = float | int | None


@dataclass(frozen=True)
class Line:
    """One series: a name, a value for each category, where a click on each leads, and a colour of the palette."""

    name: str
    values: Sequence[Value]
    urls: Sequence[str] = ()
    colour: str = ""

    def points(self) -> list[Any]:
        """Return the points as ECharts reads them; an unknown value leaves a gap."""
        found: list[Any] = []
        for place, value in enumerate(self.values):
            point: dict[str, Any] = {"value": "-" if value is None else value}
            if place < len(self.urls) and self.urls[place]:
                point["url"] = self.urls[place]
            found.append(point)
        return found


def bars(names: Sequence[str], lines: Sequence[Line], *, unit: str = "", stacked: bool = False) -> dict[str, Any]:
    """Return lying bars, the first name on top, the value at the end of each bar."""
    series = [_series(line, "bar", stacked=stacked) for line in lines]
    for one in series:
        one["barMaxWidth"] = 22
        if not stacked:
            one["label"] = {"show": True, "position": "right"}
    return _option(
        {"xAxis": {"type": "value", "axisLabel": {"show": stacked}, "splitLine": {"show": stacked}},
         "yAxis": {"type": "category", "data": list(names), "inverse": True}}, series, unit,
    )  # fmt: skip


def columns(names: Sequence[str], lines: Sequence[Line], *, unit: str = "", stacked: bool = False) -> dict[str, Any]:
    """Return standing columns in the order of the names."""
    series = [{**_series(line, "bar", stacked=stacked), "barMaxWidth": 36} for line in lines]
    return _option(_standing(names), series, unit)


def curves(names: Sequence[str], lines: Sequence[Line], *, unit: str = "") -> dict[str, Any]:
    """Return one curve for each series; a gap stays a gap."""
    series = [{**_series(line, "line"), "symbolSize": 6, "connectNulls": False} for line in lines]
    return _option(_standing(names), series, unit, tooltip="axis")


def _standing(names: Sequence[str]) -> dict[str, Any]:
    return {"xAxis": {"type": "category", "data": list(names)}, "yAxis": {"type": "value"}}


def _series(line: Line, kind: str, *, stacked: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "name": line.name, "data": line.points()}
    if stacked:
        found["stack"] = "all"
    if line.colour:
        found["itemStyle"] = {"color": f"@{line.colour}"}
    return found


def _option(axes: dict[str, Any], series: list[dict[str, Any]], unit: str, tooltip: str = "item") -> dict[str, Any]:
    option: dict[str, Any] = {**axes, "series": series, "luodi": {"unit": unit}, "tooltip": {"trigger": tooltip}}
    if len(series) > 1:
        option["legend"] = {"data": [one["name"] for one in series]}
    return option
