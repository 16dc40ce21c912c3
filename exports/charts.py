"""Native charts in the house's colours: tied to cells, with their figures in the file, placed in a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openpyxl.chart import BarChart, DoughnutChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from exports import styles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

Chart = BarChart | DoughnutChart
_POINT = 100


@dataclass(frozen=True)
class Strand:
    """One series: the cells with its name (or none), its labels and its figures, and what stands in them."""

    name: str
    name_ref: str
    labels: Sequence[str]
    labels_ref: str
    figures: Sequence[float]
    figures_ref: str
    number_format: str = "#,##0"


@dataclass(frozen=True)
class Place:
    """A rectangle of cells that a chart fills, counted from zero."""

    column: int
    row: int
    across: int
    down: int


def bars(
    title: str,
    strands: Sequence[Strand],
    *,
    lying: bool = False,
    stacked: bool = False,
    colors: Sequence[str] = styles.SERIES,
) -> Chart:
    """Draw columns, or with `lying` bars that leave long labels room, first label on top."""
    chart = BarChart()
    chart.type = "bar" if lying else "col"
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else 0
    chart.gapWidth = 36 if len(strands) > 1 else 70
    chart.series = [_series(strand, at, colors[at % len(colors)]) for at, strand in enumerate(strands)]
    for at, series in enumerate(chart.series):
        inside = stacked and styles.is_dark(colors[at % len(colors)])
        ink = styles.WHITE if inside else styles.INK
        series.dLbls = _labels("ctr" if stacked else "outEnd", strands[at].number_format, ink)
    below = any(figure < 0 for strand in strands for figure in strand.figures)
    _dress_axes(chart, lying=lying, number_format=strands[0].number_format, below=below)
    return _dressed(chart, title, legend=len(strands) > 1)


def ring(title: str, strand: Strand) -> Chart:
    """Draw shares of a whole as a ring; for few parts only."""
    chart = DoughnutChart()
    chart.holeSize = 52
    series = _series(strand, 0, styles.RING[0])
    series.data_points = [_slice(at) for at in range(len(strand.labels))]
    labels = _labels(None, None, styles.WHITE)
    labels.showPercent, labels.separator = True, " / "
    labels.showLeaderLines = False
    series.dLbls = labels
    chart.series = [series]
    chart.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.2, y=0.17, w=0.5, h=0.76))
    return _dressed(chart, title, legend=True, side="r")


def place(sheet: Worksheet, chart: Chart, where: Place) -> None:
    """Put a chart into its rectangle; tied to cells at both corners it can never lie over another."""
    anchor = TwoCellAnchor()
    anchor._from = AnchorMarker(col=where.column, row=where.row)  # noqa: SLF001 - the library's own name for it
    anchor.to = AnchorMarker(col=where.column + where.across, row=where.row + where.down)
    chart.anchor = anchor  # type: ignore[assignment] # the stubs know the default place only
    sheet.add_chart(chart)


def _series(strand: Strand, at: int, color: str) -> Series:
    name = SeriesLabel(v=strand.name)
    if strand.name_ref:
        name = SeriesLabel(strRef=StrRef(f=strand.name_ref, strCache=_strings([strand.name])))
    labels = StrRef(f=strand.labels_ref, strCache=_strings(strand.labels))
    points = [NumVal(idx=n, v=repr(figure)) for n, figure in enumerate(strand.figures)]
    cache = NumData(formatCode=strand.number_format, ptCount=len(points), pt=points)
    series = Series(
        idx=at,
        order=at,
        tx=name,
        cat=AxDataSource(strRef=labels),
        val=NumDataSource(numRef=NumRef(f=strand.figures_ref, numCache=cache)),
    )
    series.spPr = GraphicalProperties(solidFill=color, ln=LineProperties(noFill=True))
    series.invertIfNegative = False
    return series


def _strings(texts: Sequence[str]) -> StrData:
    return StrData(ptCount=len(texts), pt=[StrVal(idx=at, v=text) for at, text in enumerate(texts)])


def _slice(at: int) -> DataPoint:
    color = styles.RING[at % len(styles.RING)]
    point = DataPoint(idx=at)
    point.spPr = GraphicalProperties(solidFill=color, ln=LineProperties(solidFill=styles.WHITE))
    return point


def _labels(
    position: Literal["ctr", "outEnd"] | None, number_format: str | None, color: str
) -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    # A zero says nothing beside its own empty place and would crowd the others.
    labels.numFmt = f"{number_format};-{number_format};" if number_format else None
    if position:
        labels.dLblPos = position
    labels.txPr = _text(8.5, color)
    return labels


def _letters(size: float, color: str, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(
        sz=int(size * _POINT),
        b=bold,
        solidFill=color,
        latin=Font(typeface=styles.LATIN_FACE),
        ea=Font(typeface=styles.FACE),
    )


def _text(size: float, color: str) -> RichText:
    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=_letters(size, color)), endParaRPr=CharacterProperties(lang="zh-CN")
    )
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])


def _dress_axes(chart: BarChart, *, lying: bool, number_format: str, below: bool) -> None:
    labels, figures = chart.x_axis, chart.y_axis
    labels.delete = figures.delete = False
    labels.txPr, figures.txPr = _text(10, styles.INK), _text(9, styles.GREY)
    labels.majorTickMark = figures.majorTickMark = "none"
    labels.spPr = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE))
    figures.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    grid = GraphicalProperties(ln=LineProperties(solidFill=styles.GRID))
    figures.majorGridlines = ChartLines(spPr=grid)
    figures.numFmt = number_format.split(".", maxsplit=1)[0] + "%" * number_format.endswith("%")
    figures.number_format = figures.numFmt
    # What fell is drawn below the line; all else stands on it.
    figures.scaling.min = None if below else 0
    if lying:
        labels.scaling.orientation = "maxMin"
        figures.crosses = "max"


def _dressed(chart: Chart, title: str, *, legend: bool, side: Literal["b", "r"] = "b") -> Chart:
    run = RegularTextRun(rPr=_letters(13, styles.PETROL, bold=True), t=title)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_letters(13, styles.PETROL, bold=True)), r=[run])
    chart.title = Title(tx=Text(rich=RichText(bodyPr=RichTextProperties(), p=[paragraph])), overlay=False)
    chart.title.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.015, y=0.02))
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(
        solidFill=styles.WHITE, ln=LineProperties(solidFill=styles.LINE)
    )
    chart.legend = Legend(legendPos=side, txPr=_text(10, styles.INK)) if legend else None
    return chart
