"""The charts of an evaluation period: each cadre's projects by stage, landed or not, and weighted capital."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname

from exports import sheets, styles
from exports.charts import Place, Strand, bars, place
from exports.shapes import Kind
from exports.survey import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.charts import Chart
    from exports.press import Press
    from exports.shapes import EvaluationBook
    from exports.table_sheet import Laid
    from exports.words import Words

MOST = 15
"""Cadres that one chart can show."""
_WAN = SCALE[Kind.MONEY_WAN]
_ACROSS, _DOWN = 12, 23
_WIDTH = 9.0


def lay_charts(
    press: Press, book: EvaluationBook, people: Laid, words: Words, first: Sequence[Chart] = ()
) -> None:
    """Add the sheet of charts, all tied to cells; `first` are those of points."""
    sheet = press.sheet(words.charts, styles.PETROL_MID)
    sheets.set_widths(sheet, [_WIDTH] * _ACROSS + [2.0] + [_WIDTH] * _ACROSS)
    sheets.put_title(sheet, words.charts_title.format(title=book.title), press.imprint, words, unit=False)
    for at in range(1, 2 * _ACROSS + 2):
        sheets.cell_at(sheet, 2, at).border = styles.ACCENT_BORDER
    drawn = [*first, *_charts(book, people, words)] if book.cadres else []
    for at, chart in enumerate(drawn):
        place(sheet, chart, Place((at % 2) * (_ACROSS + 1), 3 + (at // 2) * (_DOWN + 1), _ACROSS, _DOWN))
    if not drawn or len(book.cadres) > MOST:
        sheets.put_text(sheet["A3"], words.chart_first.format(count=MOST) if drawn else words.no_data)
    styles.dress_line(sheet["A3"])
    bottom = 3 + max(2, -(-len(drawn) // 2)) * (_DOWN + 1)
    end = get_column_letter(2 * _ACROSS + 1)
    sheets.set_print(sheet, press.imprint, words, area=f"A1:{end}{bottom}", tall=1)
    sheets.start_at(sheet, "A1")


def _charts(book: EvaluationBook, people: Laid, words: Words) -> list[Chart]:
    shown = book.cadres[:MOST]
    stages = [
        _strand(people, f"stage{at}", [cadre.stages[at] for cadre in shown], book)
        for at in range(len(book.stages))
    ]
    landed = [
        _strand(people, "landed", [cadre.landed for cadre in shown], book),
        _strand(people, "not_landed", [cadre.projects - cadre.landed for cadre in shown], book),
    ]
    investment = _strand(people, "investment", [(cadre.investment or 0) / _WAN for cadre in shown], book)
    money = [
        _strand(people, "contracted", [(cadre.contracted or 0) / _WAN for cadre in shown], book),
        _strand(people, "paid_in", [(cadre.paid_in or 0) / _WAN for cadre in shown], book),
    ]
    capital = words.chart_cadre_money.format(unit=words.units[Kind.MONEY_WAN])
    return [
        bars(words.chart_cadre_stages, stages, lying=True, stacked=True, colors=styles.STEPS),
        bars(
            words.chart_cadre_landed,
            landed,
            lying=True,
            stacked=True,
            colors=(styles.PETROL, styles.AMBER_SOFT),
        ),
        bars(words.chart_cadre_investment.format(unit=words.units[Kind.MONEY_WAN]), [investment], lying=True),
        bars(capital, money, lying=True, colors=(styles.AMBER, styles.PETROL_SOFT)),
    ]


def _strand(people: Laid, key: str, figures: Sequence[float], book: EvaluationBook) -> Strand:
    """Tie a column of the overview to a chart."""
    keys = [one.column.key for one in people.surveyed]
    at, sheet = keys.index(key), quote_sheetname(people.sheet)
    letter, name = people.letters[at], people.letters[people.name_at]
    last = people.first + len(figures) - 1
    return Strand(
        people.surveyed[at].column.header,
        "",
        [cadre.name for cadre in book.cadres[: len(figures)]],
        f"{sheet}!${name}${people.first}:${name}${last}",
        figures,
        f"{sheet}!${letter}${people.first}:${letter}${last}",
    )
