"""A sheet of monthly figures as people fill it in: which column is what, in which unit, and which rows are figures."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.core.money import plain_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADER_WITHIN = 20
"""The header stands in one of so many first rows."""
FIXED = {
    "uscc": ("统一社会信用代码", "信用代码", "社会信用代码", "credit code"),
    "name": ("企业名称", "企业", "单位名称", "enterprise"),
    "park": ("园区", "park"),
    "month": ("月份", "所属月份", "报告期", "month"),
    "source": ("数据来源", "来源", "source"),
    "statistician": ("统计人员", "统计员", "统计负责人", "statistician"),
    "note": ("备注", "说明", "note"),
    "reason": ("更正原因", "变动原因", "修改原因", "reason for the change"),
}
FIGURES = {
    "revenue_fen": ("营业收入", "主营业务收入", "收入", "revenue"),
    "output_fen": ("工业总产值", "总产值", "产值", "output"),
    "electricity_kwh": ("工业用电量", "用电量", "用电", "电量", "electricity"),
    "tax_fen": ("税收", "税金", "入库税收", "tax"),
    "sand_ct": ("砂石用量", "砂石", "砂石骨料用量", "sand and gravel"),
    "investment_fen": ("本月投资", "本月完成投资", "完成投资", "投资额", "投资", "investment",
                       "investment of the month"),
}  # fmt: skip
UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "money": {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000), "yuan": Decimal("0.0001"),
              "10k yuan": Decimal(1)},
    "electricity_kwh": {"千瓦时": Decimal(1), "度": Decimal(1), "kwh": Decimal(1), "万千瓦时": Decimal(10000),
                        "万度": Decimal(10000)},
    "sand_ct": {"吨": Decimal(1), "万吨": Decimal(10000), "tonnes": Decimal(1), "t": Decimal(1)},
}  # fmt: skip
"""What a number in a column is worth in the unit of the form: 万元, kWh, tonnes."""
SOURCE_TAIL = ("来源", "source")
TOTALS = ("合计", "总计", "小计", "total")
NOISE = re.compile(r"[\s*＊:：]+")
BRACKETED = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]")
MILLION = 1_000_000


@dataclass(frozen=True)
class Column:
    """What one column holds, and what its numbers are multiplied by."""

    code: str
    header: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Wrong:
    """One bad cell (or a bad row, or sheet): where, what stands there, and why it cannot be taken in."""

    row: int | None
    column: str
    value: str
    code: str
    text: Text


@dataclass
class SheetLine:
    """One row of figures as it was typed, by code of column."""

    row: int
    cells: dict[str, str]
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> bool:
        """Tell whether the row has any figure."""
        return any(self.cells.get(code) for code in FIGURES)


@dataclass(frozen=True)
class Sheet:
    """A sheet with its columns found: its lines, and what is wrong with it as a whole."""

    columns: Mapping[int, Column]
    lines: tuple[SheetLine, ...]
    wrong: tuple[Wrong, ...] = ()

    def header(self, code: str) -> str:
        """Return the header of a column as written."""
        return next((column.header for column in self.columns.values() if column.code == code), "")


def plain(text: str) -> str:
    """Fold a header for comparing."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def _kind(code: str) -> str:
    return code if code in UNITS else "money"


def column_of(header: str) -> tuple[Column | None, Wrong | None]:
    """Tell what a header means; a figure whose unit is missing or strange is told, never guessed."""
    folded = unicodedata.normalize("NFKC", header)
    units = [plain(unit) for unit in BRACKETED.findall(folded)]
    bare = plain(BRACKETED.sub("", folded))
    for code, words in FIXED.items():
        if bare in {plain(word) for word in words}:
            return Column(code, header.strip()), None
    for code, words in FIGURES.items():
        known = {plain(word) for word in words}
        if any(bare == word + plain(tail) for word in known for tail in SOURCE_TAIL):
            return Column(f"source_{code}", header.strip()), None
        factors = {plain(unit): factor for unit, factor in UNITS[_kind(code)].items()}
        spelt = next((unit for unit in units if unit in factors), "")
        if bare in known:
            if spelt:
                return Column(code, header.strip(), factors[spelt]), None
            text = say("“%(column)s” does not say its unit (%(units)s): write it in brackets.",
                       column=header.strip(), units=list(UNITS[_kind(code)])[:3])  # fmt: skip
            return None, Wrong(None, header.strip(), "", "unit.missing", text)
    return None, None


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """Return the place of the header: the first row that names the enterprise and at least one figure."""
    for place, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
        codes = set()
        for cell in cells:
            column, wrong = column_of(cell) if cell else (None, None)
            codes.add(column.code if column else "figure" if wrong else "")
        if codes & {"uscc", "name"} and (codes & set(FIGURES) or "figure" in codes):
            return place
    return None


def read_sheet(rows: Iterable[tuple[int, Sequence[str], Mapping[int, str]]]) -> Sheet | None:
    """Read rows (number, texts, broken cells by place) into lines; None where no header is found."""
    everything = list(rows)
    start = find_header([(number, cells) for number, cells, _broken in everything])
    if start is None:
        return None
    columns: dict[int, Column] = {}
    wrong: list[Wrong] = []
    number, headers, _broken = everything[start]
    for place, header in enumerate(headers):
        column, odd = column_of(header) if header else (None, None)
        if odd:
            wrong.append(Wrong(number, odd.column, odd.value, odd.code, odd.text))
        elif column and any(column.code == other.code for other in columns.values()):
            text = say("Two columns hold the same: “%(column)s”.", column=header.strip())
            wrong.append(Wrong(number, header.strip(), "", "column.twice", text))
        elif column:
            columns[place] = column
    lines = []
    for number, cells, broken in everything[start + 1 :]:
        line = _line(number, cells, broken, columns)
        if line is not None:
            lines.append(line)
    return Sheet(columns, tuple(lines), tuple(wrong))


def _line(number: int, cells: Sequence[str], broken: Mapping[int, str],
          columns: Mapping[int, Column]) -> SheetLine | None:  # fmt: skip
    """Return a row of figures, or None for a blank row, a total, a note, or the header once more."""
    texts = {column.code: cells[place].strip() for place, column in columns.items() if place < len(cells)}
    bad = {column.code: broken[place] for place, column in columns.items() if place in broken}
    who = plain(texts.get("name", "") or texts.get("uscc", ""))
    first = plain(next((cell for cell in cells if cell.strip()), ""))
    repeated = bool(who) and who in {plain(column.header) for column in columns.values()}
    if repeated or who in TOTALS or first in TOTALS:
        return None
    line = SheetLine(number, texts, bad)
    return line if who or line.filled or bad else None


def typed(line: SheetLine, columns: Mapping[int, Column]) -> tuple[dict[str, str], set[str]]:
    """Return a line's cells as the form reads them, numbers turned into the form's units; what is no number stays.

    The second part names the money cells that are finer than one fen: they are asked about, never rounded.
    """
    found = dict(line.cells)
    finer = set()
    for column in columns.values():
        text = line.cells.get(column.code, "")
        if column.code not in FIGURES or not text:
            continue
        try:
            value = plain_decimal(text) * column.factor
        except ValueError:
            continue
        if _kind(column.code) == "money" and value * MILLION != (value * MILLION).to_integral_value():
            finer.add(column.code)
        found[column.code] = f"{value.normalize():f}"
    return found, finer


def finding(wrong: Wrong) -> Finding:
    """Turn a bad cell into a finding that names its place."""
    if wrong.row is None:
        return Finding(wrong.code, wrong.text)
    text = say("Row %(row)s, %(column)s: %(what)s", row=wrong.row, column=wrong.column or "—", what=wrong.text)
    return Finding(wrong.code, text)


@dataclass(frozen=True)
class TemplateLine:
    """One column of the sheet to fill in."""

    code: str
    heading: Text
    note: Text
    width: float = 14
    number_format: str = "General"
    needed: bool = False
    source: bool = False


_MONEY, _WHOLE, _TEXT = "#,##0.######", "#,##0", "@"
TEMPLATE = (
    TemplateLine("uscc", say("Credit code"), say("Tells the enterprise apart; do not change it."), 22, _TEXT),
    TemplateLine("name", say("Enterprise"), say("As in the register."), 30, needed=True),
    TemplateLine("park", say("Park"), say("For reading; it is not taken in."), 16),
    TemplateLine("month", say("Month"), say("As 2026-10."), 11, _TEXT, needed=True),
    TemplateLine("revenue_fen", say("Revenue (10k yuan)"), say("Of this month alone."), 15, _MONEY),
    TemplateLine("output_fen", say("Output (10k yuan)"), say("Of this month alone."), 15, _MONEY),
    TemplateLine("electricity_kwh", say("Electricity (kWh)"), say("By the meter, of this month alone."), 15, _WHOLE),
    TemplateLine("tax_fen", say("Tax (10k yuan)"), say("Paid in this month, all kinds together."), 13, _MONEY),
    TemplateLine("sand_ct", say("Sand and gravel (tonnes)"), say("Used on building sites this month."), 15, _MONEY),
    TemplateLine("investment_fen", say("Investment of the month (10k yuan)"), say("Done in this month."), 15, _MONEY),
    TemplateLine("source", say("Source"), say("Where the figures come from."), 16, needed=True, source=True),
    TemplateLine("source_electricity_kwh", say("Electricity source"), say("Only when another one."), 16,
                 source=True),
    TemplateLine("source_tax_fen", say("Tax source"), say("Only when another one."), 16, source=True),
    TemplateLine("statistician", say("Statistician"), say("Who answers for it; empty: as in the register."), 12),
    TemplateLine("note", say("Note"), say("What a reader should know."), 20),
    TemplateLine("reason", say("Reason for the change"), say("Needed when a known figure changes."), 20),
)  # fmt: skip
"""The sheet to fill in; every heading is one that the reader knows."""
